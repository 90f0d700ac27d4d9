//! Scripts against a whole pipeline: a few words in, a transcript out.
//!
//! A script is steps separated by `;`. Signals (`buy 100x2`, `replace 1 101x3`, `cancel 1`) are
//! given by a scripted strategy; `new 1`, `fill 1 2@100`, `status 1` and so on are the venue's
//! words about the last request of that order; `wait 5` lets milliseconds pass.

use gannet_types::{
    AccountId, Alarm, Capabilities, ClientOrderId, Command, Depth, DepthKind, ExecKind,
    ExecutionReport, FeedState, GateMode, GateVerdict, GatewayId, GatewayState, GatewayStatus,
    Increment, Input, Instrument, InstrumentId, Level, Liquidity, Lots, Market, MarketEvent, Nanos,
    Notional, OUTBOX_CAPACITY, OrderId, OrderRequest, OrderTerms, OrderType, Outbox, Output,
    RejectReason, RequestKind, Scope, Side, Signal, SignalAction, StaleReason, StrategyId, Text,
    Ticks, TimeInForce, TopOfBook, Trade, TradingStatus,
};

use crate::config::STRATEGIES_MAX;
use crate::strategy::{Signals, Strategy, StrategyEvent, View};
use crate::{
    AccountConfig, GatewayConfig, InstrumentLimits, Pipeline, PipelineConfig, PositionCheck,
    RiskLimits, RiskSetup, RoutingConfig, StrategyConfig,
};

mod accounts;
mod approvals;
mod books;
mod clock;
mod closes;
mod corrections;
mod currencies;
mod drop_copy;
mod exposures;
mod externals;
mod halts;
mod hedged;
mod hours;
mod inverse;
mod isolation;

mod kinds;
mod limits;
mod manual;
mod parents;
mod parents_random;
mod predictions;
mod random;
mod reducing;
mod routing;
mod routing_random;
mod scripts;
mod silence;
mod slices;
mod splits;
mod splits_random;
mod strategy_limits;
mod var;
mod venue_positions;

/// The instrument of the scripts, as a scope.
const INSTRUMENT: Scope = Scope::Instrument(InstrumentId(0));

/// Gives the queued signals at the next event of any kind.
#[derive(Default)]
struct Scripted {
    queue: Vec<Signal>,
    events: Vec<String>,
}

impl Strategy for Scripted {
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        for signal in self.queue.extract_if(.., |signal| signal.strategy == view.strategy) {
            assert!(signals.push(signal).is_ok());
        }
        if view.strategy != StrategyId(0) {
            return;
        }
        let told = match event {
            StrategyEvent::Order(order) => {
                format!("{} {:?} of {}", order.id.0, order.status, view.orders.len())
            }
            StrategyEvent::Bar(bar) => format!("bar {}x{}", bar.close, bar.volume),
            StrategyEvent::Feed => format!("live {}", view.live),
            _ => String::new(),
        };
        self.events.push(told);
    }
}

pub(crate) fn config(gate_mode: GateMode) -> PipelineConfig {
    let instrument = |id| Instrument {
        id: InstrumentId(id),
        symbol: Text::new(b"BTCUSDT"),
        tick: Increment::parse(b"0.1").expect("a step"),
        lot: Increment::parse(b"0.001").expect("a step"),
        kind: gannet_types::InstrumentKind::Linear,
    };
    PipelineConfig {
        frames: None,
        prediction_age_max: Nanos::SECOND,
        instruments: vec![instrument(0)],
        bars: Vec::new(),
        accounts: vec![AccountConfig::new("main", GatewayId(0))],
        strategies: vec![StrategyConfig::new("script", AccountId(0), gate_mode)],
        approval_timeout: Nanos::from_millis(1_000),
        approvals_max: 2,
        risk: RiskLimits {
            price_collar_ppm: 100_000,
            slippage_ppm_max: 100_000,
            messages_max: 1_000,
            message_window: Nanos::SECOND,
            duplicate_window: Nanos::from_millis(10),
            book_age_max: Nanos::from_millis(60_000),
            open_orders_max: 4,
            open_orders_per_instrument_max: 4,
        },
        risk_setup: RiskSetup::default(),
        limits: vec![InstrumentLimits {
            order_lots_max: Lots(10),
            order_notional_min: Notional::ZERO,
            order_notional_max: Notional(1_000_000),
            position_lots_max: Lots(20),
            loss_max: Notional(1_000_000),
            is_restricted: false,
        }],
        currencies: crate::Currencies::default(),
        listings: crate::Listings::default(),
        gateways: vec![
            GatewayConfig::new(true, Capabilities::BASIC),
            GatewayConfig::new(false, Capabilities::BASIC),
        ],
        routing: RoutingConfig::PLAIN,
        drop_copy: None,
        position_check: PositionCheck::default(),
        day_volumes: Vec::new(),
        status_interval: Nanos::from_millis(3_600_000),
        order_timeout: Nanos::from_millis(100),
        first_order_id: OrderId(1),
    }
}

fn level(price: i64, lots: i64) -> Level {
    Level { price: Ticks(price), lots: Lots(lots) }
}

fn signal(action: SignalAction, side: Side, price: i64, lots: i64) -> Signal {
    Signal {
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        action,
        side,
        order_type: OrderType::Limit,
        price: Ticks(price),
        lots: Lots(lots),
        time_in_force: TimeInForce::GoodTillCancel,
        terms: OrderTerms::PLAIN,
        confidence: 50,
        reason: Text::new(b"script"),
        origin: Nanos(7),
    }
}

fn report(kind: ExecKind, client_order_id: ClientOrderId) -> ExecutionReport {
    ExecutionReport {
        gateway: GatewayId(0),
        instrument: InstrumentId(0),
        kind,
        client_order_id,
        side: Side::Buy,
        last_lots: Lots::ZERO,
        last_price: Ticks::ZERO,
        cum_lots: Lots::ZERO,
        leaves_lots: Lots::ZERO,
        price: Ticks::ZERO,
        position_effect: gannet_types::PositionEffect::None,
        fee: Notional::ZERO,
        liquidity: Liquidity::Unknown,
        reason: RejectReason::None,
        transact_time: Nanos::ZERO,
        received: Nanos::ZERO,
        session_sequence: 0,
        exec_id: Text::default(),
        exec_ref_id: Text::default(),
        venue_order_id: Text::default(),
    }
}

fn market(event: MarketEvent<'_>, now: Nanos) -> Input<'_> {
    let instrument = InstrumentId(0);
    Input::Market(Market { instrument, exchange_time: now, received: now, event })
}

/// A pipeline, its clock, and what it said.
struct Runner {
    pipeline: Pipeline<Scripted>,
    now: Nanos,
    outbox: Outbox,
    transcript: Vec<String>,
    update_id: u64,
}

impl Runner {
    fn new(config: PipelineConfig) -> Self {
        Self {
            pipeline: Pipeline::new(config, Scripted::default()),
            now: Nanos::SECOND,
            outbox: Outbox::with_capacity(OUTBOX_CAPACITY),
            transcript: Vec::new(),
            update_id: 1,
        }
    }

    fn input(&mut self, input: &Input<'_>) {
        self.outbox.clear();
        self.pipeline.on_input(self.now, input, &mut self.outbox);
        let said = self.outbox.iter().filter_map(describe);
        self.transcript.extend(said);
    }

    fn step(&mut self, step: &str) {
        let words: Vec<&str> = step.split_whitespace().collect();
        match words[..] {
            ["up" | "down" | "told" | "cancel_gateway", ..] => self.gateway(&words),
            ["live"] => self.input(&market(MarketEvent::Feed(FeedState::Live), self.now)),
            ["stale"] => {
                let stale = FeedState::Stale(StaleReason::Gap);
                self.input(&market(MarketEvent::Feed(stale), self.now));
            }
            ["halted" | "trading"] => {
                let halted = words[0] == "halted";
                let status = if halted { TradingStatus::Halted } else { TradingStatus::Trading };
                self.input(&market(MarketEvent::Status(status), self.now));
            }
            ["book", bid, ask] => self.book(number(bid), number(ask)),
            ["top", bid, ask] => self.top(number(bid), number(ask)),
            ["trade", at] => {
                let (price, lots) = pair(at, 'x');
                let trade = Trade {
                    trade_id: 1,
                    aggressor: Side::Buy,
                    price: Ticks(price),
                    lots: Lots(lots),
                };
                self.input(&market(MarketEvent::Trade(trade), self.now));
            }
            ["wait", millis] => {
                self.now = self.now.after(Nanos::from_millis(number(millis) as u64));
                self.input(&Input::Timer);
            }
            ["back", millis] => {
                self.now = Nanos(self.now.0 - Nanos::from_millis(number(millis) as u64).0);
                self.input(&Input::Timer);
            }
            ["buy" | "sell" | "replace" | "cancel", ..] => self.signal(0, &words),
            // A strategy's number before its wish.
            [whose, "buy" | "sell" | "replace" | "cancel", ..] => {
                self.signal(number(whose) as u8, &words[1..]);
            }
            ["halt" | "resume" | "close" | "arm" | "mode", "account" | "strategy", id, ..] => {
                self.scoped(&words, number(id) as u16);
            }
            ["kill"] => self.input(&Input::Command(Command::Kill)),
            ["reset"] => self.input(&Input::Command(Command::KillReset)),
            ["halt"] => self.input(&Input::Command(Command::Halt(INSTRUMENT))),
            ["resume"] => self.input(&Input::Command(Command::Resume(INSTRUMENT))),
            ["close"] => self.input(&Input::Command(Command::Close(INSTRUMENT))),
            ["close_all"] => self.input(&Input::Command(Command::CloseAll)),
            ["rate" | "limit", ..] => self.input(&Input::Command(setting(&words))),
            ["arm"] => self.input(&Input::Command(Command::Arm)),
            ["drain"] => self.input(&Input::Command(Command::Drain)),
            ["start"] => self.input(&Input::Command(Command::Start)),
            ["cancel_all"] => self.input(&Input::Command(Command::CancelAll)),
            ["approve", id] => self.input(&Input::Command(Command::Approve(order_id(id)))),
            ["decline", id] => self.input(&Input::Command(Command::Decline(order_id(id)))),
            ["mode", mode] => {
                let command = Command::SetGateMode(StrategyId(0), gate_mode(mode));
                self.input(&Input::Command(command));
            }
            _ => self.report(&words),
        }
    }

    /// A command about one account or one strategy.
    fn scoped(&mut self, words: &[&str], id: u16) {
        let scope = match words[1] {
            "account" => Scope::Account(AccountId(id)),
            _ => Scope::Strategy(StrategyId(id as u8)),
        };
        let command = match words[0] {
            "halt" => Command::Halt(scope),
            "resume" => Command::Resume(scope),
            "close" => Command::Close(scope),
            "arm" => Command::ArmStrategy(StrategyId(id as u8)),
            _ => Command::SetGateMode(StrategyId(id as u8), gate_mode(words[3])),
        };
        self.input(&Input::Command(command));
    }

    /// What happens to a gateway, the first one if no other is named.
    fn gateway(&mut self, words: &[&str]) {
        let gateway = GatewayId(words.get(1).map_or(0, |id| number(id) as u8));
        let state = match words[0] {
            "up" => GatewayState::Up,
            "down" => GatewayState::Down,
            "told" => GatewayState::Told,
            _ => return self.input(&Input::Command(Command::CancelGateway(gateway))),
        };
        self.input(&Input::Gateway(GatewayStatus { gateway, state }));
    }

    fn book(&mut self, bid: i64, ask: i64) {
        self.update_id += 1;
        let depth = Depth {
            update_id: self.update_id,
            kind: DepthKind::SnapshotStart,
            last: true,
            bids: &[level(bid, 5)],
            asks: &[level(ask, 5)],
        };
        self.input(&market(MarketEvent::Depth(depth), self.now));
    }

    fn top(&mut self, bid: i64, ask: i64) {
        self.update_id += 1;
        let top = TopOfBook { update_id: self.update_id, bid: level(bid, 5), ask: level(ask, 5) };
        self.input(&market(MarketEvent::Top(top), self.now));
    }

    fn signal(&mut self, whose: u8, words: &[&str]) {
        let wish = match *words {
            ["buy", at] => {
                let (price, lots) = pair(at, 'x');
                signal(SignalAction::Place, Side::Buy, price, lots)
            }
            ["sell", at] => {
                let (price, lots) = pair(at, 'x');
                signal(SignalAction::Place, Side::Sell, price, lots)
            }
            ["replace", id, at] => {
                let (price, lots) = pair(at, 'x');
                signal(SignalAction::Replace(order_id(id)), Side::Buy, price, lots)
            }
            ["cancel", id] => signal(SignalAction::Cancel(order_id(id)), Side::Buy, 0, 0),
            _ => panic!("no such signal: {words:?}"),
        };
        let strategy = StrategyId(whose);
        self.pipeline.strategy.queue.push(Signal { strategy, ..wish });
        self.input(&Input::Timer);
    }

    /// A report about the last request of an order: `KIND ID [LOTS@PRICE] [cum LOTS] [REASON]`.
    fn report(&mut self, words: &[&str]) {
        let id = order_id(words[1]);
        let known = self.pipeline.open_orders().find(|order| order.id == id).copied();
        let current = known.map_or(ClientOrderId::new(id, 0), |order| order.current);
        let mut said = report(exec_kind(words[0]), current);
        if let Some(order) = known {
            said.gateway = order.gateway;
            said.side = order.side;
            said.cum_lots = order.cum_lots;
            said.leaves_lots = order.lots - order.cum_lots;
        }
        tell(&words[2..], &mut said);
        self.input(&Input::Execution(said));
    }
}

/// `rate CURRENCY UNITS DECIMALS`, or `limit NAME SCOPE VALUE`.
fn setting(words: &[&str]) -> Command {
    if let ["rate", currency, units, decimals] = *words {
        let rate = gannet_types::Rate::new(number(units) as u64, number(decimals) as u8);
        let currency = gannet_types::CurrencyId(number(currency) as u8);
        return Command::SetRate(currency, rate.expect("a rate"));
    }
    let ["limit", name, scope, value] = *words else { panic!("no such setting: {words:?}") };
    let limit = gannet_types::LimitKind::from_name(name).expect("a limit");
    let scope = match scope {
        "main" => Scope::Account(AccountId(0)),
        "instrument" => INSTRUMENT,
        "first" => Scope::Strategy(StrategyId(0)),
        "second" => Scope::Strategy(StrategyId(1)),
        _ => Scope::Account(AccountId(9)),
    };
    Command::SetLimit { limit, scope, value: value.parse().expect("a number") }
}

/// Fills in what the words of a step say about a report.
fn tell(words: &[&str], said: &mut ExecutionReport) {
    let mut rest = words.iter();
    while let Some(&word) = rest.next() {
        match word {
            "cum" => said.cum_lots = Lots(number(rest.next().expect("a number"))),
            "leaves" => said.leaves_lots = Lots(number(rest.next().expect("a number"))),
            "at" => said.price = Ticks(number(rest.next().expect("a price"))),
            "id" => said.exec_id = Text::new(rest.next().expect("an id").as_bytes()),
            "ref" => said.exec_ref_id = Text::new(rest.next().expect("an id").as_bytes()),
            "sell" => said.side = Side::Sell,
            "opens" => said.position_effect = gannet_types::PositionEffect::Open,
            "closes" => said.position_effect = gannet_types::PositionEffect::Close,
            "unknown" => said.reason = RejectReason::UnknownOrder,
            "late" => said.reason = RejectReason::TooLate,
            "liquidated" => said.reason = RejectReason::Liquidated,
            "full" => said.reason = RejectReason::GatewayFull,
            "crash" => said.reason = RejectReason::NotSent,
            "would_take" => said.reason = RejectReason::WouldTake,
            _ => {
                let (lots, price) = pair(word, '@');
                said.last_lots = Lots(lots);
                said.last_price = Ticks(price);
                said.cum_lots += Lots(lots);
                said.leaves_lots = Lots((said.leaves_lots.0 - lots).max(0));
            }
        }
    }
}

fn describe(output: &Output) -> Option<String> {
    let id = |id: ClientOrderId| format!("{}.{}", id.order().0, id.revision());
    Some(match output {
        Output::Signal(_, GateVerdict::Released)
        | Output::Status(_)
        | Output::Features(_)
        | Output::Decision(_)
        | Output::Prediction(_) => {
            return None;
        }
        Output::Signal(signal, GateVerdict::Shown) => {
            format!("Shown {:?} {}@{}", signal.side, signal.lots, signal.price)
        }
        Output::Signal(_, GateVerdict::Waiting(order)) => format!("Waiting {}", order.0),
        Output::Order(request) => describe_request(request),
        Output::Reject(reject) => {
            format!("Reject {} {:?}", id(reject.client_order_id), reject.reason)
        }
        Output::Position(position) => {
            format!("Position {} realized {}", position.lots, position.realized)
        }
        Output::Bar(bar) => format!("Bar {}x{}", bar.close, bar.volume),
        Output::Alarm(alarm) => match alarm {
            Alarm::UnknownExecution(about) => format!("Alarm UnknownExecution {}", id(*about)),
            Alarm::FillMismatch(about) => format!("Alarm FillMismatch {}", id(*about)),
            Alarm::NoAnswer(about) => format!("Alarm NoAnswer {}", id(*about)),
            Alarm::TradeCorrected(about) => format!("Alarm TradeCorrected {}", id(*about)),
            Alarm::UnknownCorrection(about) => format!("Alarm UnknownCorrection {}", id(*about)),
            Alarm::OrderRevived(about) => format!("Alarm OrderRevived {}", id(*about)),
            Alarm::DropCopyOnly(about) => format!("Alarm DropCopyOnly {}", id(*about)),
            Alarm::DropCopyMissing(about) => format!("Alarm DropCopyMissing {}", id(*about)),
            Alarm::ScopeHalted(Scope::Instrument(id)) => format!("Alarm InstrumentHalted {}", id.0),
            Alarm::ScopeHalted(Scope::Account(id)) => format!("Alarm AccountHalted {}", id.0),
            Alarm::ScopeHalted(Scope::Strategy(id)) => format!("Alarm StrategyHalted {}", id.0),
            Alarm::ModelRefused(model) => format!("Alarm ModelRefused {model}"),
            Alarm::BreakerOpened(gateway) => format!("Alarm BreakerOpened {}", gateway.0),
            Alarm::BreakerClosed(gateway) => format!("Alarm BreakerClosed {}", gateway.0),
            Alarm::PositionDiffers(it) => format!("Alarm PositionDiffers {} {}", it.ours, it.venue),
            Alarm::PositionsRefused(account) => format!("Alarm PositionsRefused {}", account.0),
            Alarm::PositionsNotTold(account) => format!("Alarm PositionsNotTold {}", account.0),
            Alarm::Halted(AccountId(0), reason) => format!("Alarm Halted {reason:?}"),
            Alarm::Halted(account, reason) => format!("Alarm Halted {reason:?} of {}", account.0),
            Alarm::NotArmed(StrategyId(0)) => "Alarm NotArmed".to_owned(),
            Alarm::NotArmed(strategy) => format!("Alarm NotArmed of {}", strategy.0),
            Alarm::Killed | Alarm::GatewayDown | Alarm::UnknownAccount => {
                format!("Alarm {alarm:?}")
            }
        },
        Output::Adjustment(it) => format!("Adjustment {} for {}", it.lots, it.value),
        Output::StrategyPosition(part) => {
            format!("Of strategy {} {}", part.strategy.0, part.position.lots)
        }
        Output::ForeignPosition(position) => {
            format!("Foreign {} {}", position.account.0, position.lots)
        }
        Output::Parent(parent) => describe_parent(parent),
        Output::DontKnow(trade) => format!(
            "DontKnow {} {:?} {} of {}",
            trade.exec_id, trade.reason, trade.last_lots, trade.order_lots
        ),
    })
}

fn describe_parent(parent: &gannet_types::ParentReport) -> String {
    let exits = match parent.exit_lots {
        Lots::ZERO => String::new(),
        lots => format!(" out {lots}"),
    };
    let (id, cum, lots) = (parent.id.0, parent.cum_lots, parent.lots);
    format!("Parent {id} {:?} {cum}/{lots}{exits}", parent.status)
}

fn describe_request(request: &OrderRequest) -> String {
    let id = |id: ClientOrderId| format!("{}.{}", id.order().0, id.revision());
    let name = id(request.client_order_id);
    let via = match request.gateway.0 {
        0 => String::new(),
        gateway => format!(" via {gateway}"),
    };
    match request.kind {
        RequestKind::New | RequestKind::Replace => format!(
            "{:?} {name} {:?} {}@{}{via}",
            request.kind, request.side, request.lots, request.price
        ),
        RequestKind::Cancel
        | RequestKind::Status
        | RequestKind::MassCancel
        | RequestKind::MassStatus
        | RequestKind::Positions => format!("{:?} {name}{via}", request.kind),
    }
}

fn number(word: &str) -> i64 {
    word.parse().expect("a number")
}

fn pair(word: &str, separator: char) -> (i64, i64) {
    let (left, right) = word.split_once(separator).expect("two numbers");
    (number(left), number(right))
}

fn order_id(word: &str) -> OrderId {
    OrderId(word.parse().expect("an order id"))
}

fn gate_mode(word: &str) -> GateMode {
    match word {
        "manual" => GateMode::Manual,
        "assisted" => GateMode::Assisted,
        "auto" => GateMode::Auto,
        "paper" => GateMode::Paper,
        _ => panic!("no such mode: {word}"),
    }
}

fn exec_kind(word: &str) -> ExecKind {
    match word {
        "new" => ExecKind::New,
        "fill" => ExecKind::Trade,
        "canceled" => ExecKind::Canceled,
        "replaced" => ExecKind::Replaced,
        "rejected" => ExecKind::Rejected,
        "expired" => ExecKind::Expired,
        "refused" => ExecKind::CancelRejected,
        "status" => ExecKind::Status,
        "unsent" => ExecKind::Unsent,
        "triggered" => ExecKind::Triggered,
        "restated" => ExecKind::Restated,
        "suspended" => ExecKind::Suspended,
        "stopped" => ExecKind::Stopped,
        "day_done" => ExecKind::DoneForDay,
        "calculated" => ExecKind::Calculated,
        "bust" => ExecKind::TradeCancel,
        "correct" => ExecKind::TradeCorrect,
        _ => panic!("no such step: {word}"),
    }
}

/// As many accounts as strategies, each for its own, but for the last two: they share the last.
fn several(mode: GateMode, accounts: u16) -> PipelineConfig {
    let mut config = config(mode);
    let account = |id: u16| AccountConfig::new(&format!("account {id}"), GatewayId(0));
    let strategy =
        |id: u16| StrategyConfig::new(&format!("{id}"), AccountId(id.min(accounts - 1)), mode);
    config.accounts = (0..accounts).map(account).collect();
    config.strategies = (0..=accounts).map(strategy).take(STRATEGIES_MAX).collect();
    config.risk.open_orders_max = 16;
    config.risk.open_orders_per_instrument_max = 16;
    config
}

/// Runs a script with a live market of 99 to 101 and the gateway up.
#[track_caller]
fn check(mode: &str, script: &str, expected: &str) {
    check_with(config(gate_mode(mode)), script, expected);
}

#[track_caller]
fn check_with(config: PipelineConfig, script: &str, expected: &str) {
    let mut runner = Runner::new(config);
    let prepared = format!("up; book 99 101; live; {script}");
    for step in prepared.split(';').filter(|step| !step.trim().is_empty()) {
        runner.step(step.trim());
    }
    let lines: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(runner.transcript, lines, "\nafter: {script}");
}
