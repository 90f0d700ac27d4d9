//! Random inputs: absurd ones, which must not panic, and an honest venue behind a bad line, with
//! which the position must agree.

use std::collections::{BTreeMap, VecDeque};

use gannet_types::{ParentReport, Plan, SessionAction};
use proptest::prelude::{
    Just, ProptestConfig, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::strategy::Strategy as Generator;

use gannet_types::{
    ExternalSignal, LimitKind, ManualChange, ModelAnswer, ModelHash, ModelRole, PositionTold,
    PredictionReport, School, Stance, VenuePosition,
};

use super::*;

/// An order as the venue knows it.
struct VenueOrder {
    request: OrderRequest,
    cum: i64,
    open: bool,
}

/// A venue that answers truthfully and in order, over a line that loses requests.
#[derive(Default)]
pub(super) struct Venue {
    orders: Vec<VenueOrder>,
    pub(super) requests: VecDeque<OrderRequest>,
    pub(super) reports: VecDeque<ExecutionReport>,
    pub(super) delivered: Vec<ExecutionReport>,
    pub(super) executed: i64,
}

impl Venue {
    fn find(&mut self, id: ClientOrderId) -> Option<usize> {
        let same = |order: &VenueOrder| order.request.client_order_id.order() == id.order();
        self.orders.iter().position(same)
    }

    fn say(&mut self, kind: ExecKind, id: ClientOrderId, index: usize) -> &mut ExecutionReport {
        let order = &self.orders[index];
        let left = if order.open { order.request.lots.0 - order.cum } else { 0 };
        self.reports.push_back(ExecutionReport {
            gateway: order.request.gateway,
            instrument: order.request.instrument,
            side: order.request.side,
            price: order.request.price,
            cum_lots: Lots(order.cum),
            leaves_lots: Lots(left),
            ..super::report(kind, id)
        });
        self.reports.back_mut().expect("just pushed")
    }

    /// Answers the oldest request; `refuse` is a new order's fate.
    pub(super) fn answer(&mut self, refuse: bool) {
        let Some(request) = self.requests.pop_front() else {
            return;
        };
        let id = request.client_order_id;
        let Some(index) = self.find(id) else {
            let mut said = super::report(ExecKind::CancelRejected, id);
            said.gateway = request.gateway;
            said.reason = RejectReason::UnknownOrder;
            match request.kind {
                RequestKind::New => return self.accept(request, refuse),
                RequestKind::Status => said.kind = ExecKind::Rejected,
                RequestKind::Cancel | RequestKind::Replace => {}
                RequestKind::MassCancel | RequestKind::MassStatus | RequestKind::Positions => {
                    panic!("{request:?}")
                }
            }
            return self.reports.push_back(said);
        };
        let open = self.orders[index].open;
        match request.kind {
            RequestKind::New => panic!("an order was sent twice: {request:?}"),
            RequestKind::Cancel if open => {
                self.orders[index].open = false;
                self.say(ExecKind::Canceled, id, index);
            }
            RequestKind::Replace if open => {
                let order = &mut self.orders[index];
                order.request = request;
                order.request.lots = request.lots.max(Lots(order.cum));
                order.open = order.request.lots.0 > order.cum;
                self.say(ExecKind::Replaced, id, index);
            }
            RequestKind::Cancel | RequestKind::Replace => {
                self.say(ExecKind::CancelRejected, id, index).reason = RejectReason::TooLate;
            }
            RequestKind::Status if open => {
                self.say(ExecKind::Status, id, index);
            }
            RequestKind::Status => {
                self.say(ExecKind::Canceled, id, index);
            }
            RequestKind::MassCancel | RequestKind::MassStatus | RequestKind::Positions => {
                panic!("{request:?}")
            }
        }
    }

    fn accept(&mut self, request: OrderRequest, refuse: bool) {
        self.orders.push(VenueOrder { request, cum: 0, open: !refuse });
        let kind = if refuse { ExecKind::Rejected } else { ExecKind::New };
        self.say(kind, request.client_order_id, self.orders.len() - 1);
    }

    /// Trades some lots of one of the open orders.
    pub(super) fn trade(&mut self, pick: usize) {
        let open = (0..self.orders.len()).filter(|&index| self.orders[index].open);
        let open: Vec<_> = open.collect();
        if open.is_empty() {
            return;
        }
        let index = open[pick % open.len()];
        let order = &mut self.orders[index];
        let lots = 1 + pick as i64 % (order.request.lots.0 - order.cum);
        order.cum += lots;
        order.open = order.cum < order.request.lots.0;
        self.executed += order.request.side.signed(Lots(lots)).0;
        // A market order has no limit.
        let (id, price) = (order.request.client_order_id, order.request.price.max(Ticks(1)));
        let said = self.say(ExecKind::Trade, id, index);
        said.last_lots = Lots(lots);
        said.last_price = price;
    }
}

impl Venue {
    /// Ends the oldest order that trades at once or not at all.
    pub(super) fn expire(&mut self) {
        let ends = |order: &VenueOrder| order.open && !order.request.time_in_force.rests();
        if let Some(index) = self.orders.iter().position(ends) {
            self.orders[index].open = false;
            let id = self.orders[index].request.client_order_id;
            self.say(ExecKind::Canceled, id, index);
        }
    }

    pub(super) fn has_open(&self) -> bool {
        self.orders.iter().any(|order| order.open)
    }
}

pub(super) struct World {
    pub(super) runner: Runner,
    venue: Venue,
    /// The newest report of every parent.
    pub(super) parents: BTreeMap<OrderId, ParentReport>,
}

impl World {
    pub(super) fn new() -> Self {
        let mut world = Self {
            runner: Runner::new(config(GateMode::Auto)),
            venue: Venue::default(),
            parents: BTreeMap::new(),
        };
        for step in ["up", "book 99 101", "live"] {
            world.step(step);
        }
        world
    }

    pub(super) fn step(&mut self, step: &str) {
        self.runner.step(step);
        self.collect();
    }

    /// Makes a wish, and says what follows from it.
    pub(super) fn wish(&mut self, signal: Signal) {
        self.runner.pipeline.strategy.queue.push(signal);
        self.step("wait 0");
    }

    /// What the venue has executed, buys less sells.
    pub(super) fn executed(&self) -> i64 {
        self.venue.executed
    }

    fn collect(&mut self) {
        let killed = self.runner.pipeline.is_killed();
        for output in self.runner.outbox.iter() {
            if let Output::Order(request) = output {
                let opens = matches!(request.kind, RequestKind::New | RequestKind::Replace);
                assert!(!(killed && opens), "sent while killed: {request:?}");
                self.venue.requests.push_back(*request);
            }
            if let Output::Parent(parent) = output {
                self.parents.insert(parent.id, *parent);
            }
        }
        self.runner.outbox.clear();
        let pipeline = &self.runner.pipeline;
        let position = pipeline.position(InstrumentId(0)).expect("configured").lots.0;
        for (side, sign) in [(Side::Buy, 1), (Side::Sell, -1)] {
            let working = pipeline.open_orders().filter(|order| order.side == side);
            let working: i64 = working.map(|order| order.exposure().0).sum();
            assert!(sign * position + working <= 20, "{side:?} {position} {working}");
        }
    }

    fn deliver(&mut self, report: ExecutionReport) {
        self.runner.input(&Input::Execution(report));
        self.collect();
    }

    fn deliver_next(&mut self) {
        if let Some(report) = self.venue.reports.pop_front() {
            self.venue.delivered.push(report);
            self.deliver(report);
        }
    }

    /// One random act; `number` fills in its details.
    pub(super) fn act(&mut self, act: u8, number: u16) {
        let pick = usize::from(number);
        let (price, lots) = (97 + number % 7, 1 + number / 7 % 10);
        match act {
            0..=2 => self.step(&format!("wait {}", number % 40)),
            3..=5 => self.step(&format!("buy {price}x{lots}")),
            6..=8 => self.step(&format!("sell {price}x{lots}")),
            9..=12 => {
                let open: Vec<_> =
                    self.runner.pipeline.open_orders().map(|order| order.id.0).collect();
                if let Some(&id) = open.get(pick % open.len().max(1)) {
                    match act {
                        9 => self.step(&format!("cancel {id}")),
                        _ => self.step(&format!("replace {id} {price}x{lots}")),
                    }
                }
            }
            13..=18 => self.venue.answer(number.is_multiple_of(8)),
            19..=22 => self.venue.trade(pick),
            23..=30 => self.deliver_next(),
            31 => {
                if !self.venue.delivered.is_empty() {
                    let again = self.venue.delivered[pick % self.venue.delivered.len()];
                    self.deliver(again);
                }
            }
            32 if number.is_multiple_of(4) => {
                self.drop_line(if number.is_multiple_of(8) { "down" } else { "start" });
            }
            32..=34 => {
                if !self.runner.pipeline.route.is_up(GatewayId(0)) {
                    self.step("up");
                }
            }
            35 => {
                if let Some(request) = self.venue.requests.pop_front() {
                    let unsent = super::report(ExecKind::Unsent, request.client_order_id);
                    self.deliver(unsent);
                }
            }
            36 if number.is_multiple_of(4) => self.step("kill"),
            _ => self.step("reset"),
        }
    }

    fn drop_line(&mut self, step: &str) {
        self.venue.requests.clear();
        self.step(step);
        self.step("live");
    }

    /// Kills, then lets everything be answered.
    pub(super) fn finish(&mut self) {
        self.step("up");
        self.step("kill");
        for _ in 0..40 {
            while !self.venue.requests.is_empty() || !self.venue.reports.is_empty() {
                self.venue.answer(false);
                self.deliver_next();
            }
            self.step("wait 100");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_position_agrees_with_an_honest_venue(
        acts in prop::collection::vec((0_u8..38, any::<u16>()), 0..300),
    ) {
        let mut world = World::new();
        for (act, number) in acts {
            world.act(act, number);
        }
        world.finish();
        let pipeline = &world.runner.pipeline;
        prop_assert!(pipeline.is_drained(), "{:?}", pipeline.open_orders().collect::<Vec<_>>());
        let position = pipeline.position(InstrumentId(0)).expect("configured");
        prop_assert_eq!(position.lots, Lots(world.venue.executed));
        prop_assert!(world.venue.orders.iter().all(|order| !order.open));
    }
}

/// A strategy whose signals are drawn from the views it gets.
pub(super) struct Erratic(pub(super) u64);

impl Strategy for Erratic {
    fn on_event(&mut self, view: &View<'_>, _: StrategyEvent<'_>, signals: &mut Signals) {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(view.now.0 | 1);
        let draw = self.0 >> 40;
        let price = [98, 100, 102, i64::MAX, i64::MIN][draw as usize % 5];
        let id = view.orders.first().map_or(OrderId(draw), |order| order.id);
        let (action, side) = match draw / 5 % 5 {
            4 => (SignalAction::Work(any_plan(draw)), Side::Buy),
            0 => (SignalAction::Place, Side::Buy),
            1 => (SignalAction::Place, Side::Sell),
            2 => (SignalAction::Replace(id), Side::Buy),
            _ => (SignalAction::Cancel(id), Side::Sell),
        };
        let mut wish = signal(action, side, price, draw as i64 / 20 % 12);
        wish.instrument = InstrumentId(u16::from(draw.is_multiple_of(31)));
        wish.strategy = view.strategy;
        assert!(signals.push(wish).is_ok());
    }
}

/// A plan, likely or absurd.
fn any_plan(draw: u64) -> Plan {
    let number = |shift: u64| [0, 1, 97, 100, 103, -5, i64::MAX][(draw >> shift) as usize % 7];
    let ticks = |shift| Ticks(number(shift));
    match draw % 5 {
        0 => Plan::Emulate,
        1 => Plan::Touched(ticks(3)),
        2 => Plan::Either {
            side: if draw.is_multiple_of(2) { Side::Buy } else { Side::Sell },
            order_type: OrderType::ALL[draw as usize % 6],
            price: ticks(4),
            stop_price: ticks(5),
            trail: number(6) as u32,
        },
        3 => Plan::Bracket { target: ticks(3), stop: ticks(4), trail: number(5) as u32 },
        _ => Plan::Sliced(gannet_types::Schedule {
            pace: gannet_types::Pace::Participation,
            share_bp: number(3) as u16,
            lasts_ms: number(2) as u32,
            every_ms: number(4) as u32,
            child_max_bp: number(5) as u16,
            behind_percent: number(6) as u8,
            jitter_percent: number(7) as u8,
            seed: draw as u32,
        }),
    }
}

fn any_number() -> impl Generator<Value = i64> {
    prop_oneof![8 => 90_i64..110, 4 => 0_i64..4, 1 => any::<i64>(), 1 => Just(i64::MAX)]
}

/// One absurd input, as numbers: a kind, an id, and four numbers to fill it with.
pub(super) type Seed = (u8, u64, i64, i64, i64, i64);

pub(super) fn seed() -> impl Generator<Value = Seed> {
    let id = prop_oneof![6 => 0_u64..2_000, 1 => any::<u64>()];
    (0_u8..24, id, any_number(), any_number(), any_number(), any_number())
}

fn absurd_report(kind: u8, id: u64, [a, b, c, d]: [i64; 4]) -> ExecutionReport {
    let kinds = ExecKind::ALL;
    let reasons = RejectReason::ALL;
    ExecutionReport {
        side: if b % 2 == 0 { Side::Buy } else { Side::Sell },
        last_lots: Lots(a),
        last_price: Ticks(b),
        cum_lots: Lots(c),
        leaves_lots: Lots(d),
        price: Ticks(a),
        fee: Notional(i128::from(c) * i128::from(d)),
        reason: reasons[id as usize % reasons.len()],
        ..super::report(kinds[usize::from(kind) % kinds.len()], ClientOrderId(id))
    }
}

fn any_scope(id: u64, a: i64) -> Scope {
    let number = a as u64 % 3;
    match id / 18 % 3 {
        0 => Scope::Instrument(InstrumentId(number as u16)),
        1 => Scope::Account(AccountId(number as u16)),
        _ => Scope::Strategy(StrategyId(number as u8)),
    }
}

fn absurd_command(id: u64, a: i64) -> Command {
    let modes = [GateMode::Manual, GateMode::Assisted, GateMode::Auto, GateMode::Paper];
    match id % 26 {
        0 => Command::Kill,
        1 => Command::Drain,
        2 => Command::Start,
        3 | 4 => Command::Approve(OrderId(a as u64)),
        5 => Command::Decline(OrderId(a as u64)),
        6 => Command::SetGateMode(StrategyId(0), modes[a as usize % 4]),
        7 => Command::SetGateMode(StrategyId(1), GateMode::Auto),
        8 => Command::CancelAll,
        9 => Command::Session(GatewayId(a as u8), SessionAction::SetNextInbound(id)),
        11 => Command::CloseAll,
        16 => {
            let rate = gannet_types::Rate::new(a.unsigned_abs() | 1, (id % 19) as u8);
            Command::SetRate(gannet_types::CurrencyId(a as u8), rate.expect("a rate"))
        }
        12 => Command::Close(any_scope(id, a)),
        13 => Command::Halt(any_scope(id, a)),
        14 => Command::Resume(any_scope(id, a)),
        15 if a % 2 == 0 => Command::Arm,
        15 => Command::ArmStrategy(StrategyId((a as u64 % 3) as u8)),
        18 => Command::SetLimit {
            limit: LimitKind::ALL[a as usize % LimitKind::ALL.len()],
            scope: any_scope(id, a),
            value: a.unsigned_abs(),
        },
        10 => Command::Model(ModelHash(a as u64), ModelRole::Champion),
        17 => Command::CancelGateway(GatewayId((a as u64 % 3) as u8)),
        20 => Command::External(ExternalSignal {
            strategy: StrategyId(a as u8 % 3),
            instrument: InstrumentId(a as u16 % 3),
            stance: [Stance::Flat, Stance::Long, Stance::Short][id as usize % 3],
            confidence: a as u8,
        }),
        21 | 22 => Command::PlaceOrder(manual::order(a as u64 % 3, id, a)),
        23 => Command::CancelOrder(OrderId(a as u64 % 64)),
        24 => Command::ReplaceOrder(ManualChange {
            order: OrderId(a as u64 % 64),
            price: Ticks(id as i64 % 300),
            lots: Lots(id as i64 % 5),
            stop_price: Ticks(0),
        }),
        19 => Command::Weight(StrategyId(a as u8 % 3), School::Gann, id as u16),
        _ => Command::KillReset,
    }
}

fn absurd_position(id: u64, [a, b, c]: [i64; 3]) -> VenuePosition {
    let held = PositionTold::Held {
        instrument: InstrumentId((id % 7 / 6) as u16),
        lots: Lots(a),
        funding: (b % 3 != 0).then_some(Notional(i128::from(b) << (id % 64))),
    };
    let told = [
        held,
        held,
        PositionTold::Announced,
        PositionTold::Elsewhere,
        PositionTold::NoPositions,
        PositionTold::Refused,
    ];
    VenuePosition {
        gateway: GatewayId((id % 3) as u8),
        account: (c % 2 == 0).then_some(AccountId((c as u64 % 3) as u16)),
        request: ClientOrderId::new(OrderId(id % 1_000), 0),
        told: told[id as usize % told.len()],
        reports: (a % 2 == 0).then_some((b as u64 % 3) as u32),
        session_sequence: id,
        received: Nanos(id),
    }
}

pub(super) fn feed(pipeline: &mut Pipeline<Erratic>, now: Nanos, seed: Seed, outbox: &mut Outbox) {
    let (kind, id, a, b, c, d) = seed;
    let (bid, ask) = (level(a, b), level(c, d));
    let depth = Depth {
        update_id: id,
        kind: [DepthKind::Delta, DepthKind::SnapshotStart, DepthKind::SnapshotPart]
            [id as usize % 3],
        last: id % 5 != 0,
        bids: &[bid],
        asks: &[ask],
    };
    let trade = Trade { trade_id: id, aggressor: Side::Buy, price: Ticks(a), lots: Lots(b) };
    let gateway =
        |state| Input::Gateway(GatewayStatus { gateway: GatewayId((id % 3) as u8), state });
    let event = match kind {
        0..=2 => MarketEvent::Depth(depth),
        3 | 4 => MarketEvent::Trade(trade),
        5 => MarketEvent::Feed(FeedState::Live),
        6 if id % 4 == 0 => MarketEvent::Feed(FeedState::Stale(StaleReason::Gap)),
        _ => MarketEvent::Top(TopOfBook { update_id: id, bid, ask }),
    };
    let input = match kind {
        0..=8 => Input::Market(Market {
            instrument: InstrumentId((id % 7 / 6) as u16),
            exchange_time: Nanos(id),
            received: now,
            event,
        }),
        9 if id % 4 == 0 => gateway(GatewayState::Down),
        9 | 10 => gateway(GatewayState::Up),
        11 => Input::Command(absurd_command(id, a)),
        12 => Input::Timer,
        13 => Input::Prediction(PredictionReport {
            model: ModelHash(id),
            instrument: InstrumentId((id % 7 / 6) as u16),
            frame: id as u32,
            answer: ModelAnswer::new(&[0.5]).expect("a number"),
        }),
        14 | 15 => Input::VenuePosition(absurd_position(id, [a, b, c])),
        _ => Input::Execution(absurd_report(a as u8, id, [a, b, c, d])),
    };
    pipeline.on_input(now, &input, outbox);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn absurd_inputs_never_panic_and_the_same_inputs_give_the_same_outputs(
        seeds in prop::collection::vec((seed(), 0_u64..60_000_000), 1..300),
    ) {
        let bars = vec![gannet_types::BarKind::Tick(3), gannet_types::BarKind::Time(Nanos(50))];
        let mut config = PipelineConfig { bars, ..config(GateMode::Auto) };
        config.strategies.push(StrategyConfig::manual("manual", AccountId(0), GateMode::Auto));
        config.position_check = PositionCheck {
            interval: Nanos::from_millis(200),
            adjusts: true,
            timeout: Nanos::from_millis(500),
            trades_unknown: true,
        };
        for gateway in &mut config.gateways {
            gateway.capabilities.positions = true;
        }
        let mut pipelines = [
            Pipeline::new(config.clone(), Erratic(1)),
            Pipeline::new(config, Erratic(1)),
        ];
        let mut outboxes =
            [Outbox::with_capacity(OUTBOX_CAPACITY), Outbox::with_capacity(OUTBOX_CAPACITY)];
        let mut now = Nanos::SECOND;
        for (seed, wait) in seeds {
            now = now.after(Nanos(wait));
            for (pipeline, outbox) in pipelines.iter_mut().zip(outboxes.iter_mut()) {
                outbox.clear();
                feed(pipeline, now, seed, outbox);
            }
            prop_assert_eq!(&outboxes[0][..], &outboxes[1][..]);
            let killed = pipelines[0].is_killed();
            let mut closes = false;
            for output in outboxes[0].iter() {
                // Only a panic close sends anything then.
                if let Output::Signal(signal, GateVerdict::Released) = output {
                    closes = signal.reason == Text::new(b"panic close");
                }
                if let Output::Order(request) = output {
                    let opens = matches!(request.kind, RequestKind::New | RequestKind::Replace);
                    prop_assert!(!(killed && opens) || std::mem::take(&mut closes));
                }
            }
            let mut open = pipelines[0].open_orders();
            let all_open = open.all(|order| !order.status.is_done() && order.exposure() > Lots(0));
            prop_assert!(all_open);
        }
    }
}
