//! The world: one engine, one venue, what lies between, people, and time.

use std::fmt;
use std::path::PathBuf;

use gannet_pipeline::PipelineConfig;
use gannet_sim::Random;
use gannet_types::{
    Command, ExecKind, GateMode, GatewayState, GatewayStatus, Input, InstrumentId, ModelHash,
    ModelRole, Nanos, OrderId, OrderRequest, Output, RejectReason, RequestKind, Scope,
};

use crate::auditor::{Auditor, Moment};
use crate::conditions::{self, ACCOUNT, GATEWAY, INSTRUMENTS, ORDER_TIMEOUT, STRATEGY};
use crate::engine::{Engine, Fate, Recovered, Step};
use crate::fault::{Dice, Fault, Faults};
use crate::link::{Link, Word};
use crate::market::{Feed, Street};
use crate::report;
use crate::trace::Trace;
use crate::venue::{Venue, Working};

/// Between two timers of the engine.
const TIMER: Nanos = Nanos(5 * Nanos::MILLISECOND.0);

/// The longest moment while something may go wrong, and once nothing does.
const PACE: Nanos = Nanos(2 * Nanos::MILLISECOND.0);
const PACE_AT_REST: Nanos = Nanos(20 * Nanos::MILLISECOND.0);

/// More steps than an input has.
const ALL_STEPS: u64 = u64::MAX;

/// A world.
pub struct World<'a> {
    seed: u64,
    config: PipelineConfig,
    folder: PathBuf,
    random: Random,
    dice: Dice,
    /// The world's time.
    now: Nanos,
    /// The longest moment.
    pace: Nanos,
    /// Whether nothing happens in the market.
    stands_still: bool,
    /// How far the engine's clock is ahead.
    ahead: i64,
    engine: Option<Engine>,
    /// When the engine is started again, if it is dead.
    reborn_at: Nanos,
    venue: Venue,
    link: Link,
    street: Street,
    feed: Feed,
    auditor: Auditor,
    timer_at: Nanos,
    /// When the engine recorded its last input.
    decided: Moment,
    /// Requests that are in the session's store.
    stored: std::collections::BTreeSet<gannet_types::ClientOrderId>,
    last_request: Option<OrderRequest>,
    trace: &'a mut Trace,
}

/// What a seed exercised.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// How often each fault struck, in the order of [`Fault::ALL`].
    pub faults: Vec<u64>,
    /// Requests for new or changed orders that were judged.
    pub judged: u64,
    /// Inputs of the engine.
    pub inputs: u64,
    /// Fills that it booked.
    pub fills: u64,
}

impl Counts {
    /// Adds those of another seed.
    pub fn add(&mut self, other: &Self) {
        self.faults.resize(Fault::ALL.len(), 0);
        for (sum, count) in self.faults.iter_mut().zip(&other.faults) {
            *sum += count;
        }
        self.judged += other.judged;
        self.inputs += other.inputs;
        self.fills += other.fills;
    }

    /// Returns how often a fault struck.
    #[must_use]
    pub fn of(&self, fault: Fault) -> u64 {
        self.faults.get(fault as usize).copied().unwrap_or(0)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} inputs, {} orders judged, {} fills", self.inputs, self.judged, self.fills)?;
        Fault::ALL.iter().try_for_each(|fault| write!(f, ", {fault:?} {}", self.of(*fault)))
    }
}

impl<'a> World<'a> {
    /// Makes the world of a seed, in which only `allowed` faults happen.
    ///
    /// # Errors
    /// If the journal cannot be begun.
    pub fn new(seed: u64, allowed: Faults, trace: &'a mut Trace) -> Result<Self, String> {
        let mut random = Random::new(seed);
        let config = conditions::pipeline(&mut random);
        let folder = std::env::temp_dir().join(format!("gannet-faults-{}", std::process::id()));
        // What an earlier seed left.
        let _ = std::fs::remove_dir_all(&folder);
        let now = Nanos(1_000 * Nanos::SECOND.0);
        let dice = Dice::new(seed, allowed);
        let mut world = Self {
            seed,
            engine: Some(Engine::begin(&folder, config.clone(), seed, now)?),
            auditor: Auditor::new(&config),
            config,
            folder,
            random,
            now,
            pace: PACE,
            stands_still: false,
            ahead: 0,
            reborn_at: now,
            venue: Venue::new(
                seed,
                dice.odds_ppm(Fault::Refusal),
                dice.is_frequent(Fault::Liquidation),
            ),
            dice,
            link: Link::new(seed),
            street: Street::new(seed),
            feed: Feed::default(),
            timer_at: now,
            decided: Moment { world: now, clock: now },
            stored: std::collections::BTreeSet::new(),
            last_request: None,
            trace,
        };
        world.input(&Input::Command(Command::Start))?;
        world.feed.restart(now);
        for instrument in (0..INSTRUMENTS).map(InstrumentId) {
            let live = crate::market::News::feed(instrument, gannet_types::FeedState::Live);
            world.venue.on_market(now, &live.at(now));
        }
        Ok(world)
    }

    /// Lets `moments` pass with faults, then some without; nothing may be broken, and in the end
    /// everybody agrees.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn run(mut self, moments: u32) -> Result<Counts, String> {
        for _ in 0..moments {
            self.moment()?;
            self.misfortune()?;
            self.people()?;
        }
        self.come_to_rest()?;
        let engine = self.engine.as_ref().ok_or("the engine is dead")?;
        engine.replay(&self.folder, self.config.clone(), self.seed)?;
        let counters = *engine.pipeline().counters();
        self.dice.note(Fault::Refusal, self.venue.refused);
        self.dice.note(Fault::Liquidation, self.venue.takeovers);
        let _ = std::fs::remove_dir_all(&self.folder);
        Ok(Counts {
            faults: self.dice.counts().to_vec(),
            judged: self.auditor.checked,
            inputs: counters.inputs,
            fills: counters.fills,
        })
    }

    /// Lets a little time pass, and what is due happen.
    fn moment(&mut self) -> Result<(), String> {
        self.now = self.now.after(Nanos(20_000 + self.random.below(self.pace.0)));
        if !self.stands_still && self.random.chance(60) {
            let news = self.street.happen();
            self.venue.on_market(self.now, &news.at(self.now));
            self.listen()?;
            let due = self.now.after(Nanos(self.random.below(1_000_000)));
            self.feed.send(due, news);
        }
        while let Some(request) = self.link.poll_request(self.now) {
            self.trace.note(|| format!("{} venue gets {}", self.now, brief(&request)));
            let answer = self.venue.on_request(self.now, &request);
            if let Some(answer) = answer {
                self.say(Word::Report(answer));
            }
            self.listen()?;
        }
        self.rebirth()?;
        self.line()?;
        if self.feed.comes_back(self.now) {
            self.show_books()?;
        }
        while let Some(news) = self.alive().then(|| self.feed.poll(self.now)).flatten() {
            self.input(&Input::Market(news.at(self.clock())))?;
        }
        while let Some(word) = self.hear() {
            self.on_word(word)?;
        }
        if self.alive() && self.timer_at <= self.now {
            self.timer_at = self.now.after(TIMER);
            self.input(&Input::Timer)?;
        }
        Ok(())
    }

    /// Hears what the venue says, and looks at its books.
    fn listen(&mut self) -> Result<(), String> {
        while let Some(said) = self.venue.poll(self.now)? {
            let is_empty = said.answer.is_some_and(|answer| answer.orders == 0);
            if !is_empty {
                self.say(Word::Report(said.report));
            }
            if said.answer.is_some_and(|answer| answer.is_last) {
                self.say(Word::Told);
            }
        }
        self.auditor.inspect(&self.venue)
    }

    fn say(&mut self, word: Word) {
        let lost = self.link.say(self.now, word, &mut self.dice);
        if let (true, Word::Report(report)) = (lost, word) {
            self.trace.note(|| format!("{} lost {:?}", self.now, report.kind));
            self.venue.unheard.insert(report.client_order_id.order());
        }
    }

    fn hear(&mut self) -> Option<Word> {
        if !self.alive() || self.link.noticed_at.is_some() {
            return None;
        }
        self.link.poll_word(self.now, &mut self.dice)
    }

    fn on_word(&mut self, word: Word) -> Result<(), String> {
        let fate = match word {
            Word::Report(report) => self.input(&Input::Execution(report))?,
            Word::Told => self.gateway(GatewayState::Told)?,
        };
        if fate == Fate::Lost {
            self.link.unhear(word);
        }
        Ok(())
    }

    fn show_books(&mut self) -> Result<(), String> {
        for instrument in (0..INSTRUMENTS).map(InstrumentId) {
            let book = self.street.book(instrument);
            self.venue.on_market(self.now, &book.at(self.now));
            self.listen()?;
            self.feed.send(self.now, book);
            let live = crate::market::News::feed(instrument, gannet_types::FeedState::Live);
            self.feed.send(self.now, live);
        }
        Ok(())
    }

    /// Breaks and mends the line when it is time.
    fn line(&mut self) -> Result<(), String> {
        if !self.alive() {
            return Ok(());
        }
        if self.link.noticed_at.is_some_and(|at| at <= self.now) {
            self.link.noticed_at = None;
            self.gateway(GatewayState::Down)?;
        }
        let whole = self.link.whole_at.is_some_and(|at| at <= self.now);
        if self.alive() && whole && self.link.noticed_at.is_none() {
            self.link.mend(self.now, &mut self.dice);
            self.gateway(GatewayState::Up)?;
        }
        Ok(())
    }

    fn gateway(&mut self, state: GatewayState) -> Result<Fate, String> {
        self.input(&Input::Gateway(GatewayStatus { gateway: GATEWAY, state }))
    }

    /// Lets go wrong what may.
    fn misfortune(&mut self) -> Result<(), String> {
        if self.link.is_whole && self.dice.strikes(Fault::Disconnect) {
            let blind = self.dice.below(Fault::Disconnect, ORDER_TIMEOUT.0 * 2);
            let away = self.dice.below(Fault::Disconnect, ORDER_TIMEOUT.0 * 2);
            self.cut(Nanos(blind), Nanos(blind + away));
        }
        if self.dice.strikes(Fault::FeedLoss) {
            let away = self.dice.below(Fault::FeedLoss, ORDER_TIMEOUT.0 * 2);
            self.feed.lose(self.now, self.now.after(Nanos(away)));
        }
        if self.dice.strikes(Fault::FeedStall) {
            let silence = self.dice.below(Fault::FeedStall, ORDER_TIMEOUT.0 * 4);
            self.feed.fall_silent(self.now.after(Nanos(silence)));
        }
        if self.dice.strikes(Fault::ClockStep) {
            let span = [Nanos::MILLISECOND, Nanos::SECOND, Nanos(600 * Nanos::SECOND.0)]
                [self.dice.below(Fault::ClockStep, 3) as usize];
            let by = self.dice.below(Fault::ClockStep, 2 * span.0) as i64 - span.0 as i64;
            // Before the world began there is no time.
            self.ahead = (self.ahead + by).max(-(999 * Nanos::SECOND.0 as i64));
            self.auditor.note_step(self.now);
            self.trace.note(|| format!("{} the clock steps by {by}", self.now));
        }
        if let Some(template) = self.last_request
            && self.dice.strikes(Fault::VenueRestart)
        {
            self.trace.note(|| format!("{} the venue restarts", self.now));
            if self.link.is_whole {
                self.cut(Nanos::ZERO, Nanos(ORDER_TIMEOUT.0 * 2));
            }
            self.venue.restart(self.now, &template, &self.link.under_way());
            self.listen()?;
        }
        Ok(())
    }

    fn cut(&mut self, noticed: Nanos, whole: Nanos) {
        self.trace.note(|| format!("{} the line breaks", self.now));
        self.link.cut();
        self.link.noticed_at = Some(self.now.after(noticed));
        self.link.whole_at = Some(self.now.after(whole));
    }

    /// Lets people do something, sensible or not.
    fn people(&mut self) -> Result<(), String> {
        if !self.alive() {
            return Ok(());
        }
        let instrument = InstrumentId(self.random.below(INSTRUMENTS.into()) as u16);
        let pick = match self.random.below(4) {
            0 => Scope::Account(ACCOUNT),
            1 => Scope::Strategy(STRATEGY),
            _ => Scope::Instrument(instrument),
        };
        if let Some(&id) = self.auditor.waiting.last()
            && self.random.chance(20)
        {
            self.auditor.waiting.pop();
            let approved = self.random.chance(80);
            let answer = if approved { Command::Approve(id) } else { Command::Decline(id) };
            self.auditor.waiting.push(id);
            self.input(&Input::Command(answer))?;
            self.auditor.waiting.retain(|other| *other != id);
        }
        if self.dice.strikes(Fault::Command) {
            let modes = [GateMode::Auto, GateMode::Assisted, GateMode::Manual, GateMode::Paper];
            let command = match self.dice.below(Fault::Command, 12) {
                0 => Command::Kill,
                1 => Command::CloseAll,
                2 => Command::Halt(pick),
                3 => Command::Close(pick),
                4 | 5 => Command::CancelAll,
                6 => Command::Drain,
                7 => Command::Approve(OrderId(self.dice.below(Fault::Command, 300))),
                8 => Command::Arm,
                number => Command::SetGateMode(STRATEGY, modes[number as usize % 4]),
            };
            self.input(&Input::Command(command))?;
        }
        self.relief()
    }

    /// Has people set right after a while what stops trading.
    fn relief(&mut self) -> Result<(), String> {
        if self.random.below(60) > 0 || !self.alive() {
            return Ok(());
        }
        for scope in self.auditor.halted() {
            self.input(&Input::Command(Command::Resume(scope)))?;
        }
        for command in
            [Command::KillReset, Command::Arm, Command::SetGateMode(STRATEGY, GateMode::Auto)]
        {
            self.input(&Input::Command(command))?;
        }
        Ok(())
    }

    fn alive(&self) -> bool {
        self.engine.is_some()
    }

    fn clock(&self) -> Nanos {
        Nanos(self.now.0.saturating_add_signed(self.ahead))
    }

    /// Gives the engine an input, which it may not survive. A dead one takes none.
    fn input(&mut self, input: &Input<'_>) -> Result<Fate, String> {
        let crashes = self.dice.strikes(Fault::Crash);
        let steps = if crashes { self.dice.below(Fault::Crash, 6) } else { ALL_STEPS };
        self.input_until(input, steps)
    }

    fn input_until(&mut self, input: &Input<'_>, steps: u64) -> Result<Fate, String> {
        let at = Moment { world: self.now, clock: self.clock() };
        let Some(mut engine) = self.engine.take() else { return Ok(Fate::Lost) };
        self.trace.note(|| format!("{} in  {}", at.world, Trace::input(input)));
        if steps > 0 {
            self.auditor.on_input(at, input);
            self.decided = at;
        }
        let mut unsent = Vec::new();
        let fate = engine.input(at.clock, input, steps, |output, step| {
            if step == Step::Recorded {
                self.trace.note(|| format!("{} out {}", at.world, Trace::output(output)));
                return self.auditor.on_output(at, output, &self.venue);
            }
            if let Output::Order(request) = output {
                self.last_request = Some(*request);
                if self.dice.strikes(Fault::RingFull) {
                    unsent.push(report::about(
                        request,
                        ExecKind::Unsent,
                        RejectReason::GatewayFull,
                    ));
                } else {
                    self.stored.insert(request.client_order_id);
                    self.link.send(at.world, *request, &mut self.dice);
                }
            }
            Ok(())
        })?;
        if fate != Fate::Done {
            self.die(engine)?;
            return Ok(fate);
        }
        self.engine = Some(engine);
        for report in unsent {
            self.input(&Input::Execution(report))?;
        }
        Ok(Fate::Done)
    }

    fn die(&mut self, engine: Engine) -> Result<(), String> {
        let torn = if self.dice.strikes(Fault::TornRecord) {
            1 + self.dice.below(Fault::TornRecord, 32)
        } else {
            0
        };
        self.trace.note(|| format!("{} the engine is killed, {torn} bytes torn", self.now));
        engine.kill(&self.folder, torn)?;
        self.link.cut();
        (self.link.noticed_at, self.link.whole_at) = (None, None);
        let away = self.dice.below(Fault::Crash, 2 * ORDER_TIMEOUT.0);
        self.reborn_at = self.now.after(Nanos(away));
        Ok(())
    }

    /// Starts the engine again when it is time.
    fn rebirth(&mut self) -> Result<(), String> {
        if self.alive() || self.now < self.reborn_at {
            return Ok(());
        }
        let (config, at) = (self.config.clone(), self.clock());
        let recovered = Engine::recover(&self.folder, config, self.seed, at)?;
        let Recovered { engine, unrecorded, unanswered } = recovered;
        for output in &unrecorded {
            self.trace.note(|| format!("{} rec {}", self.now, Trace::output(output)));
            self.auditor.on_output(self.decided, output, &self.venue)?;
        }
        self.trace.note(|| format!("{} the engine is back", self.now));
        self.engine = Some(engine);
        for request in unanswered {
            if !self.stored.contains(&request.client_order_id) {
                let unsent = report::about(&request, ExecKind::Unsent, RejectReason::NotSent);
                self.input(&Input::Execution(unsent))?;
            }
        }
        self.input(&Input::Command(Command::Start))?;
        if self.alive() {
            self.feed.restart(self.now);
            self.link.whole_at = Some(self.now.after(Nanos(self.random.below(20_000_000))));
        }
        Ok(())
    }

    /// Ends all faults, and waits as long as everything may take to be settled.
    fn come_to_rest(&mut self) -> Result<(), String> {
        self.trace.note(|| format!("{} nothing goes wrong any more", self.now));
        self.dice.rest();
        self.pace = PACE_AT_REST;
        self.wait(3)?;
        self.input(&Input::Command(Command::SetGateMode(STRATEGY, GateMode::Manual)))?;
        self.input(&Input::Command(Command::Model(ModelHash(0), ModelRole::Out)))?;
        self.wait(10)?;
        self.expect_no_doubt("without another connection")?;
        if self.link.is_whole {
            self.cut(Nanos::ZERO, Nanos(ORDER_TIMEOUT.0));
        }
        self.wait(10)?;
        self.agree("once everything was asked")?;
        self.input(&Input::Command(Command::Kill))?;
        self.wait(10)?;
        self.agree("after a kill")?;
        let left = self.venue.working().len();
        if left > 0 { Err(format!("{left} orders survive a kill")) } else { Ok(()) }
    }

    /// Lets pass as much time as so many answers may take.
    fn wait(&mut self, timeouts: u64) -> Result<(), String> {
        let until = self.now.after(Nanos(timeouts * ORDER_TIMEOUT.0));
        while self.now < until {
            self.moment()?;
        }
        Ok(())
    }

    /// Lets everybody hear the last word, and compares the engine's books with the venue's.
    fn agree(&mut self, when: &str) -> Result<(), String> {
        self.stands_still = true;
        self.wait(1)?;
        self.stands_still = false;
        self.auditor.expect_cancelled(&self.venue)?;
        self.compare(when)
    }

    /// Expects that the engine has an answer about each of its orders.
    fn expect_no_doubt(&self, when: &str) -> Result<(), String> {
        let pipeline = self.engine.as_ref().ok_or("the engine is dead")?.pipeline();
        match pipeline.open_orders().find(|order| order.awaits_answer()) {
            Some(order) => Err(format!("{when} an order is in doubt: {order:?}")),
            None => Ok(()),
        }
    }

    fn compare(&self, when: &str) -> Result<(), String> {
        self.expect_no_doubt(when)?;
        let pipeline = self.engine.as_ref().ok_or("the engine is dead")?.pipeline();
        let mut believed: Vec<Working> = pipeline
            .open_orders()
            .map(|order| Working {
                id: order.id,
                instrument: order.instrument,
                lots: order.lots,
                cum_lots: order.cum_lots,
                price: order.price,
            })
            .collect();
        believed.sort_unstable();
        let working = self.venue.working();
        if believed != working {
            return Err(format!("{when} the engine has {believed:?}, the venue {working:?}"));
        }
        for instrument in (0..INSTRUMENTS).map(InstrumentId) {
            let ours = pipeline.position(instrument).ok_or("an instrument is gone")?.lots;
            let theirs = self.venue.position(instrument);
            if ours != theirs {
                return Err(format!("{when} we hold {ours} of {instrument:?}, not {theirs}"));
            }
        }
        Ok(())
    }
}

fn brief(request: &OrderRequest) -> String {
    let OrderRequest { kind, client_order_id: id, lots, price, side, .. } = request;
    let name = format!("{kind:?} {}.{}", id.order().0, id.revision());
    match kind {
        RequestKind::New | RequestKind::Replace => format!("{name} {side:?} {lots}@{price}"),
        _ => name,
    }
}
