//! The world: one engine, its venues, what lies between, people, and time.

mod lines;
mod misfortune;
mod people;
mod rest;

use std::fmt;
use std::path::PathBuf;

use gannet_pipeline::PipelineConfig;
use gannet_sim::Random;
use gannet_types::{
    ClientOrderId, Command, ExecKind, FeedState, GatewayId, GatewayState, GatewayStatus, Input,
    InstrumentId, Nanos, OrderRequest, Output, RejectReason, RequestKind,
};

use crate::auditor::{Auditor, Moment};
use crate::conditions::{self, ORDER_TIMEOUT};
use crate::engine::{Engine, Fate, Recovered, Step};
use crate::fault::{Dice, Fault, Faults};
use crate::link::Link;
use crate::market::{Feed, News, Street};
use crate::report;
use crate::trace::Trace;
use crate::truth::{Site, Truth};
use crate::venue::Venue;

/// Between two timers of the engine.
const TIMER: Nanos = Nanos(5 * Nanos::MILLISECOND.0);

/// The longest moment while something may go wrong.
const PACE: Nanos = Nanos(2 * Nanos::MILLISECOND.0);

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
    /// By gateway.
    sites: Vec<Site>,
    /// Where copies of executions come.
    copies: Link,
    street: Street,
    feed: Feed,
    auditor: Auditor,
    timer_at: Nanos,
    /// When the engine recorded its last input.
    decided: Moment,
    /// Requests that are in the session's store.
    stored: std::collections::BTreeSet<ClientOrderId>,
    last_request: Option<OrderRequest>,
    /// Trades of others so far.
    strangers: u64,
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
    /// Orders that took another gateway because one could not send them.
    pub failovers: u64,
    /// Children of parent orders.
    pub children: u64,
    /// Orders that a person released.
    pub approved: u64,
    /// Positions that became what the venue said.
    pub adjustments: u64,
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
        self.failovers += other.failovers;
        self.children += other.children;
        self.approved += other.approved;
        self.adjustments += other.adjustments;
    }

    /// Returns how often a fault struck.
    #[must_use]
    pub fn of(&self, fault: Fault) -> u64 {
        self.faults.get(fault as usize).copied().unwrap_or(0)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { inputs, judged, fills, failovers, children, approved, adjustments, .. } = self;
        write!(
            f,
            "{inputs} inputs, {judged} orders judged, {fills} fills, {failovers} failed over, "
        )?;
        write!(f, "{children} children, {approved} approved, {adjustments} adjustments")?;
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
        let site = |id: u8| Site {
            venue: Venue::new(seed, GatewayId(id), &config, &dice),
            link: Link::new(seed.wrapping_add(u64::from(id) << 32)),
        };
        let mut world = Self {
            seed,
            engine: Some(Engine::begin(&folder, config.clone(), seed, now)?),
            auditor: Auditor::new(&config),
            sites: (0..config.gateways.len() as u8).map(site).collect(),
            copies: Link::new(seed ^ 0xc0),
            config,
            folder,
            random,
            now,
            pace: PACE,
            stands_still: false,
            ahead: 0,
            reborn_at: now,
            dice,
            street: Street::new(seed),
            feed: Feed::default(),
            timer_at: now,
            decided: Moment { world: now, clock: now },
            stored: std::collections::BTreeSet::new(),
            last_request: None,
            strangers: 0,
            trace,
        };
        world.trace.note(|| format!("{:?}", world.config));
        world.input(&Input::Command(Command::Start))?;
        world.feed.restart(now);
        for instrument in conditions::ids() {
            let live = News::feed(instrument, FeedState::Live);
            world.sites.iter_mut().for_each(|site| site.venue.on_market(now, &live.at(now)));
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
        for site in &self.sites {
            self.dice.note(Fault::Refusal, site.venue.refused);
            self.dice.note(Fault::Liquidation, site.venue.takeovers.len() as u64);
        }
        let _ = std::fs::remove_dir_all(&self.folder);
        Ok(Counts {
            faults: self.dice.counts().to_vec(),
            judged: self.auditor.checked,
            inputs: counters.inputs,
            fills: counters.fills,
            failovers: counters.failovers,
            children: self.auditor.children(),
            approved: self.auditor.approved(),
            adjustments: counters.adjustments,
        })
    }

    /// Lets a little time pass, and what is due happen.
    fn moment(&mut self) -> Result<(), String> {
        self.now = self.now.after(Nanos(20_000 + self.random.below(self.pace.0)));
        if !self.stands_still && self.random.chance(60) {
            let news = self.street.happen();
            self.show_venues(&news)?;
            let due = self.now.after(Nanos(self.random.below(1_000_000)));
            self.feed.send(due, news);
        }
        self.deliver_requests()?;
        self.rebirth()?;
        self.lines()?;
        if self.feed.comes_back(self.now) {
            self.show_books()?;
        }
        while let Some(news) = self.alive().then(|| self.feed.poll(self.now)).flatten() {
            self.input(&Input::Market(news.at(self.clock())))?;
        }
        self.deliver_words()?;
        if self.alive() && self.timer_at <= self.now {
            self.timer_at = self.now.after(TIMER);
            self.input(&Input::Timer)?;
        }
        Ok(())
    }

    fn show_venues(&mut self, news: &News) -> Result<(), String> {
        for index in 0..self.sites.len() {
            self.sites[index].venue.on_market(self.now, &news.at(self.now));
            self.listen(index)?;
        }
        self.inspect()
    }

    fn show_books(&mut self) -> Result<(), String> {
        for instrument in conditions::ids() {
            let book = self.street.book(instrument);
            self.show_venues(&book)?;
            self.feed.send(self.now, book);
            self.feed.send(self.now, News::feed(instrument, FeedState::Live));
        }
        Ok(())
    }

    /// What is really so.
    fn truth(&self) -> Truth<'_> {
        Truth { sites: &self.sites, config: &self.config }
    }

    fn inspect(&self) -> Result<(), String> {
        self.auditor.inspect(self.truth())
    }

    fn gateway(&mut self, gateway: GatewayId, state: GatewayState) -> Result<Fate, String> {
        self.input(&Input::Gateway(GatewayStatus { gateway, state }))
    }

    fn alive(&self) -> bool {
        self.engine.is_some()
    }

    fn clock(&self) -> Nanos {
        Nanos(self.now.0.saturating_add_signed(self.ahead))
    }

    /// Gives the engine a command.
    fn command(&mut self, command: Command) -> Result<Fate, String> {
        self.input(&Input::Command(command))
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
            let truth = Truth { sites: &self.sites, config: &self.config };
            self.auditor.on_input(at, input, truth);
            self.decided = at;
        }
        let mut unsent = Vec::new();
        let fate = engine.input(at.clock, input, steps, |output, step| {
            if step == Step::Recorded {
                self.trace.note(|| format!("{} out {}", at.world, Trace::output(output)));
                let truth = Truth { sites: &self.sites, config: &self.config };
                return self.auditor.on_output(at, output, truth);
            }
            if let Output::Order(request) = output {
                self.last_request = Some(*request);
                if self.dice.strikes(Fault::RingFull) {
                    let reason = RejectReason::GatewayFull;
                    unsent.push(report::about(request, ExecKind::Unsent, reason));
                } else {
                    self.stored.insert(request.client_order_id);
                    let link = &mut self.sites[usize::from(request.gateway.0)].link;
                    link.send(at.world, *request, &mut self.dice);
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
        self.auditor.note_death();
        for link in self.sites.iter_mut().map(|site| &mut site.link).chain([&mut self.copies]) {
            link.cut();
            (link.noticed_at, link.whole_at) = (None, None);
        }
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
            let truth = Truth { sites: &self.sites, config: &self.config };
            self.auditor.on_output(self.decided, output, truth)?;
        }
        self.trace.note(|| format!("{} the engine is back", self.now));
        self.engine = Some(engine);
        for request in unanswered {
            if !self.stored.contains(&request.client_order_id) {
                let unsent = report::about(&request, ExecKind::Unsent, RejectReason::NotSent);
                self.input(&Input::Execution(unsent))?;
            }
        }
        self.command(Command::Start)?;
        if self.alive() {
            self.feed.restart(self.now);
            for link in self.sites.iter_mut().map(|site| &mut site.link).chain([&mut self.copies]) {
                link.whole_at = Some(self.now.after(Nanos(self.random.below(20_000_000))));
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

/// Draws an instrument.
fn any_instrument(random: &mut Random) -> InstrumentId {
    InstrumentId(random.below(conditions::INSTRUMENTS.into()) as u16)
}
