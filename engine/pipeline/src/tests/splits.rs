//! Orders split over the venues of one thing: what is sent where, told as books and reports.

use gannet_types::{OrderStatus, ParentReport, Plan};

use crate::{BreakerLimits, GatewayFees, GatewayList, ListedAt, Listings};

use super::*;

/// The instrument at the finest lot, another with half its tick, and one whose lot is ten of its lots;
/// each for an account of its own behind a gateway of its own.
pub(super) fn three_venues() -> PipelineConfig {
    let mut config = config(GateMode::Auto);
    let steps = [("0.1", "0.001"), ("0.05", "0.001"), ("0.1", "0.01")];
    let instrument = |(id, (tick, lot)): (u16, (&str, &str))| Instrument {
        id: InstrumentId(id),
        symbol: Text::new(format!("V{id}").as_bytes()),
        tick: Increment::parse(tick.as_bytes()).expect("a step"),
        lot: Increment::parse(lot.as_bytes()).expect("a step"),
        kind: gannet_types::InstrumentKind::Linear,
    };
    config.instruments = (0..).zip(steps).map(instrument).collect();
    config.gateways = vec![GatewayConfig::new(true, Capabilities::BASIC); 3];
    let account = |id: u8| AccountConfig::new(&format!("at {id}"), GatewayId(id));
    config.accounts = (0..3).map(account).collect();
    config.limits = vec![
        InstrumentLimits {
            order_lots_max: Lots(100),
            position_lots_max: Lots(200),
            ..config.limits[0]
        };
        3
    ];
    config.risk.open_orders_max = 16;
    config.risk.open_orders_per_instrument_max = 16;
    config.risk.duplicate_window = Nanos::ZERO;
    config.strategies[0].is_split = true;
    let listed = [0, 1, 2].map(|id| ListedAt {
        account: (id > 0).then_some(AccountId(id)),
        ..ListedAt::new(InstrumentId(id))
    });
    config.listings = Listings::new(&config.instruments, &[listed.to_vec()]).expect("one thing");
    config
}

/// Three venues and what is said to them.
pub(super) struct Street {
    pub(super) pipeline: Pipeline<Scripted>,
    pub(super) now: Nanos,
    pub(super) outbox: Outbox,
    pub(super) requests: Vec<OrderRequest>,
    pub(super) parents: Vec<ParentReport>,
    pub(super) rejects: Vec<RejectReason>,
    update_id: u64,
}

impl Street {
    pub(super) fn new(config: PipelineConfig) -> Self {
        let mut street = Self {
            pipeline: Pipeline::new(config, Scripted::default()),
            now: Nanos::SECOND,
            outbox: Outbox::with_capacity(OUTBOX_CAPACITY),
            requests: Vec::new(),
            parents: Vec::new(),
            rejects: Vec::new(),
            update_id: 0,
        };
        for venue in 0..3 {
            street.gateway(venue, GatewayState::Up);
            street.feed(u16::from(venue), FeedState::Live);
        }
        street
    }

    pub(super) fn input(&mut self, input: &Input<'_>) {
        self.outbox.clear();
        self.pipeline.on_input(self.now, input, &mut self.outbox);
        for output in self.outbox.iter() {
            match output {
                Output::Order(request) => self.requests.push(*request),
                Output::Parent(parent) => self.parents.push(*parent),
                Output::Reject(reject) => self.rejects.push(reject.reason),
                _ => {}
            }
        }
    }

    pub(super) fn gateway(&mut self, gateway: u8, state: GatewayState) {
        let gateway = GatewayId(gateway);
        self.input(&Input::Gateway(GatewayStatus { gateway, state }));
    }

    pub(super) fn feed(&mut self, venue: u16, state: FeedState) {
        self.market(venue, MarketEvent::Feed(state));
    }

    fn market(&mut self, venue: u16, event: MarketEvent<'_>) {
        let (instrument, now) = (InstrumentId(venue), self.now);
        let message = Market { instrument, exchange_time: now, received: now, event };
        self.input(&Input::Market(message));
    }

    /// A venue's whole book, as prices and sizes.
    pub(super) fn book(&mut self, venue: u16, bids: &[(i64, i64)], asks: &[(i64, i64)]) {
        self.update_id += 1;
        let levels = |side: &[(i64, i64)]| -> Vec<Level> {
            side.iter().map(|&(price, lots)| level(price, lots)).collect()
        };
        let (bids, asks) = (levels(bids), levels(asks));
        let (update_id, kind) = (self.update_id, DepthKind::SnapshotStart);
        let depth = Depth { update_id, kind, last: true, bids: &bids, asks: &asks };
        self.market(venue, MarketEvent::Depth(depth));
    }

    pub(super) fn wait(&mut self, millis: u64) {
        self.now = self.now.after(Nanos::from_millis(millis));
        self.input(&Input::Timer);
    }

    /// Wishes for a split order in the first instrument.
    pub(super) fn split(&mut self, side: Side, price: i64, lots: i64, time_in_force: TimeInForce) {
        let wish = signal(SignalAction::Work(Plan::Split), side, price, lots);
        self.wish(Signal { time_in_force, ..wish });
    }

    pub(super) fn wish(&mut self, signal: Signal) {
        self.pipeline.strategy.queue.push(signal);
        self.input(&Input::Timer);
    }

    /// The requests since the last look, as words.
    fn sent(&mut self) -> Vec<String> {
        let word = |request: OrderRequest| {
            let OrderRequest { kind, side, lots, price, instrument, .. } = request;
            let (account, gateway) = (request.account.0, request.gateway.0);
            assert_eq!((account, gateway), (instrument.0, instrument.0 as u8), "its own account");
            let life = if request.time_in_force.rests() { "" } else { " at once" };
            let id = request.client_order_id.order().0;
            format!("{kind:?} {id} {side:?} {lots}@{price} at {}{life}", instrument.0)
        };
        std::mem::take(&mut self.requests).into_iter().map(word).collect()
    }

    #[track_caller]
    fn expect(&mut self, expected: &[&str]) {
        assert_eq!(self.sent(), expected);
    }

    /// A venue's word about an order: what kind, and how much has traded now and altogether.
    fn say(&mut self, kind: ExecKind, order: u64, price: i64, last: i64, cum: i64) {
        let open = self.pipeline.open_orders().find(|it| it.id.0 == order).copied();
        let order = open.expect("an open order");
        let leaves = match kind {
            ExecKind::New | ExecKind::Trade => order.lots - Lots(cum),
            _ => Lots::ZERO,
        };
        let said = ExecutionReport {
            gateway: order.gateway,
            instrument: order.instrument,
            side: order.side,
            last_lots: Lots(last),
            last_price: Ticks(price),
            cum_lots: Lots(cum),
            leaves_lots: leaves,
            exec_id: Text::new(format!("{}-{cum}", order.id.0).as_bytes()),
            ..report(kind, order.current)
        };
        self.input(&Input::Execution(said));
    }

    fn fill(&mut self, order: u64, price: i64, lots: i64) {
        self.say(ExecKind::Trade, order, price, lots, lots);
    }

    fn last_parent(&self) -> ParentReport {
        *self.parents.last().expect("a parent")
    }
}

const NOW: TimeInForce = TimeInForce::ImmediateOrCancel;
const RESTS: TimeInForce = TimeInForce::GoodTillCancel;

/// Asks of 101.0 for 2 and 101.2 for 5; of 100.9 for 2 and 101.5 for 5; of 101.1 for ten.
fn street(config: PipelineConfig) -> Street {
    let mut street = Street::new(config);
    street.book(0, &[(1_000, 9)], &[(1_010, 2), (1_012, 5)]);
    street.book(1, &[(2_000, 9)], &[(2_018, 2), (2_030, 5)]);
    street.book(2, &[(1_000, 9)], &[(1_011, 1), (1_020, 9)]);
    street.requests.clear();
    street
}

#[test]
fn the_cheapest_levels_of_all_books_are_taken_at_once() {
    let mut street = street(three_venues());
    street.split(Side::Buy, 1_012, 16, NOW);
    street.expect(&[
        "New 2 Buy 4@1012 at 0 at once",
        "New 3 Buy 2@2018 at 1 at once",
        "New 4 Buy 1@1011 at 2 at once",
    ]);
    for (order, price, lots) in [(3, 2_018, 2), (4, 1_011, 1), (2, 1_011, 4)] {
        street.fill(order, price, lots);
    }
    let parent = street.last_parent();
    assert_eq!((parent.status, parent.cum_lots), (OrderStatus::Filled, Lots(16)));
    // In tenths and thousandths: 4 at 101.1, 2 at 100.9, 10 at 101.1.
    assert_eq!(parent.value, Notional(4 * 1_011 + 2 * 1_009 + 10 * 1_011));
    let seen = street.pipeline.position_seen(StrategyId(0), InstrumentId(0));
    assert_eq!((seen.lots, seen.cost), (Lots(16), parent.value));
    let held = |id| street.pipeline.account_position(AccountId(id), InstrumentId(id));
    let held: Vec<_> = (0..3).map(|id| held(id).expect("an account").lots.0).collect();
    assert_eq!(held, [4, 2, 1]);
}

#[test]
fn fees_decide_between_prices_that_are_close() {
    let mut config = three_venues();
    // A tenth of a percent: 100.9 costs more than 101.0.
    config.gateways[1].fees = GatewayFees { maker_ppm: 0, taker_ppm: 1_000 };
    let mut street = street(config);
    street.split(Side::Buy, 1_010, 2, NOW);
    street.expect(&["New 2 Buy 2@1010 at 0 at once"]);
    street.fill(2, 1_010, 2);
    street.split(Side::Sell, 1_000, 2, NOW);
    street.expect(&["New 4 Sell 2@1000 at 0 at once"]);
}

#[test]
fn what_one_misses_or_refuses_the_next_is_offered() {
    let mut street = street(three_venues());
    street.split(Side::Buy, 1_012, 4, NOW);
    street.expect(&["New 2 Buy 2@1010 at 0 at once", "New 3 Buy 2@2018 at 1 at once"]);
    // One lot is missed: the first venue's next level has it, but its order is still out.
    street.say(ExecKind::Canceled, 3, 0, 0, 1);
    street.expect(&[]);
    street.fill(2, 1_010, 2);
    street.expect(&["New 4 Buy 1@1012 at 0 at once"]);
    street.say(ExecKind::Rejected, 4, 0, 0, 0);
    let parent = street.last_parent();
    assert_eq!(
        (parent.status, parent.cum_lots),
        (OrderStatus::Canceled, Lots(3)),
        "nobody is left"
    );
    street.expect(&[]);
}

#[test]
fn the_same_again_after_a_miss_is_no_duplicate() {
    let mut config = three_venues();
    config.risk.duplicate_window = Nanos::from_millis(1_000);
    let mut street = street(config);
    street.split(Side::Buy, 1_009, 2, RESTS);
    street.expect(&["New 2 Buy 2@2018 at 1 at once"]);
    street.say(ExecKind::Canceled, 2, 0, 0, 0);
    street.expect(&["New 3 Buy 2@1009 at 0"]);
    street.say(ExecKind::New, 3, 0, 0, 0);
    street.wait(5);
    street.expect(&[]);
    street.wait(5);
    street.expect(&["Cancel 3 Buy 2@1009 at 0"]);
    street.say(ExecKind::Canceled, 3, 0, 0, 0);
    street.expect(&["New 4 Buy 2@2018 at 1 at once"]);
    assert_eq!(street.rejects, []);
}

#[test]
fn risk_of_one_account_leaves_the_whole_to_the_others() {
    let mut config = three_venues();
    config.limits[1].position_lots_max = Lots(1);
    let mut street = street(config);
    street.split(Side::Buy, 1_012, 3, NOW);
    assert_eq!(street.rejects, [RejectReason::PositionLimit]);
    // The first one is busy with its own part until that has traded.
    street.expect(&["New 2 Buy 1@1010 at 0 at once"]);
    street.fill(2, 1_010, 1);
    street.expect(&["New 3 Buy 2@1012 at 0 at once"]);
}

/// What happens to a street.
type Act = fn(&mut Street);

#[test]
fn venues_that_are_stale_down_halted_or_broken_are_passed_over() {
    let all = ["New 2 Buy 2@2018 at 1 at once"];
    let rest = ["New 2 Buy 2@1010 at 0 at once"];
    let acts: [(Act, &[&str]); 6] = [
        (|_| {}, &all),
        (|street| street.feed(1, FeedState::Stale(StaleReason::Gap)), &rest),
        (|street| street.gateway(1, GatewayState::Down), &rest),
        (|it| it.input(&Input::Command(Command::Halt(Scope::Account(AccountId(1))))), &rest),
        (|it| it.input(&Input::Command(Command::Halt(Scope::Instrument(InstrumentId(1))))), &rest),
        (
            |street| {
                street.wish(Signal {
                    instrument: InstrumentId(1),
                    ..signal(SignalAction::Place, Side::Buy, 1_999, 1)
                });
                street.say(ExecKind::Rejected, 1, 0, 0, 0);
                street.requests.clear();
            },
            &["New 3 Buy 2@1010 at 0 at once"],
        ),
    ];
    for (act, expected) in acts {
        let mut config = three_venues();
        let open = Nanos::SECOND;
        config.routing.breaker = BreakerLimits { in_a_row: 1, open, ..BreakerLimits::OFF };
        let mut street = street(config);
        act(&mut street);
        street.split(Side::Buy, 1_010, 2, NOW);
        street.expect(expected);
    }
}

#[test]
fn the_rest_waits_where_making_costs_least_and_gives_way_to_what_is_offered() {
    let mut config = three_venues();
    config.gateways[1].fees = GatewayFees { maker_ppm: -10, taker_ppm: 100 };
    let mut street = street(config);
    street.split(Side::Buy, 1_010, 20, RESTS);
    street.expect(&["New 2 Buy 2@1010 at 0 at once", "New 3 Buy 2@2018 at 1 at once"]);
    // The second venue makes cheapest: what is taken there is waited for.
    street.say(ExecKind::New, 3, 0, 0, 0);
    street.fill(2, 1_010, 2);
    street.expect(&[]);
    street.fill(3, 2_018, 2);
    street.expect(&["New 4 Buy 16@2020 at 1"]);
    street.say(ExecKind::New, 4, 0, 0, 0);
    // Ten of it are offered elsewhere: six may stay.
    street.book(2, &[(1_000, 9)], &[(1_009, 1)]);
    street.expect(&["Replace 4 Buy 6@2020 at 1"]);
    let order = street.pipeline.open_orders().next().copied().expect("the rest");
    let said = ExecutionReport {
        gateway: GatewayId(1),
        instrument: InstrumentId(1),
        price: Ticks(2_020),
        leaves_lots: Lots(6),
        ..report(ExecKind::Replaced, order.current)
    };
    street.input(&Input::Execution(said));
    street.expect(&["New 5 Buy 1@1009 at 2 at once"]);
    // It is missed, and comes back.
    street.say(ExecKind::Canceled, 5, 0, 0, 0);
    street.expect(&["Replace 4 Buy 16@2020 at 1"]);
}

#[test]
fn a_post_only_order_rests_and_takes_nothing() {
    let mut street = street(three_venues());
    street.split(Side::Buy, 1_005, 3, TimeInForce::PostOnly);
    street.expect(&["New 2 Buy 3@1005 at 0"]);
}

#[test]
fn what_is_held_is_closed_where_it_is_held() {
    let mut street = street(three_venues());
    street.split(Side::Buy, 1_010, 4, NOW);
    for (order, price) in [(2, 1_010), (3, 2_018)] {
        street.fill(order, price, 2);
    }
    street.requests.clear();
    // The third venue bids best, and holds nothing.
    street.book(2, &[(1_009, 9)], &[(1_020, 9)]);
    street.split(Side::Sell, 1_000, 3, NOW);
    street.expect(&["New 5 Sell 2@1000 at 0 at once", "New 6 Sell 1@2000 at 1 at once"]);
    street.fill(5, 1_000, 2);
    street.fill(6, 2_000, 1);
    assert_eq!(street.last_parent().status, OrderStatus::Filled);
    // One is left; what is sold beyond it is sold where it is dearest.
    street.split(Side::Sell, 1_000, 11, NOW);
    street.expect(&["New 8 Sell 1@2000 at 1 at once"]);
    street.fill(8, 2_000, 1);
    street.expect(&["New 9 Sell 1@1009 at 2 at once"]);
}

#[test]
fn what_was_taken_is_not_counted_on_twice() {
    let mut street = street(three_venues());
    street.split(Side::Buy, 1_010, 2, NOW);
    street.fill(2, 2_018, 2);
    street.split(Side::Buy, 1_010, 2, NOW);
    // The second venue's book is as before, but those two were ours.
    street.requests.remove(0);
    street.expect(&["New 4 Buy 2@1010 at 0 at once"]);
    street.fill(4, 1_010, 2);
    street.book(1, &[(2_000, 9)], &[(2_018, 2)]);
    street.split(Side::Buy, 1_010, 2, NOW);
    street.expect(&["New 6 Buy 2@2018 at 1 at once"]);
}

#[test]
fn parts_too_small_for_a_venue_are_not_sent_there() {
    let mut config = three_venues();
    let mut listed = [0, 1, 2].map(|id| ListedAt::new(InstrumentId(id)));
    for (id, venue) in (0..).zip(&mut listed) {
        venue.account = Some(AccountId(id));
    }
    listed[1].child_lots_min = Lots(3);
    // Worth more than two of a tenth at 101.
    listed[0].child_notional_min = Notional(2_021);
    config.listings = Listings::new(&config.instruments, &[listed.to_vec()]).expect("one thing");
    let mut street = street(config);
    street.split(Side::Buy, 1_012, 5, NOW);
    street.expect(&["New 2 Buy 5@1012 at 0 at once"]);
}

#[test]
fn a_person_ends_the_whole_and_a_stopped_venue_only_its_part() {
    let mut street = street(three_venues());
    street.split(Side::Buy, 1_004, 3, RESTS);
    street.expect(&["New 2 Buy 3@1004 at 0"]);
    street.say(ExecKind::New, 2, 0, 0, 0);
    street.gateway(0, GatewayState::Down);
    street.expect(&[]);
    street.gateway(0, GatewayState::Up);
    street.input(&Input::Command(Command::CancelGateway(GatewayId(0))));
    street.requests.clear();
    street.say(ExecKind::Canceled, 2, 0, 0, 0);
    // The gateway that was lost is there again.
    street.expect(&["New 3 Buy 3@1004 at 0"]);
    street.say(ExecKind::Rejected, 3, 0, 0, 0);
    street.expect(&["New 4 Buy 3@2008 at 1"]);
    street.say(ExecKind::New, 4, 0, 0, 0);
    street.input(&Input::Command(Command::Halt(Scope::Account(AccountId(1)))));
    street.expect(&["Cancel 4 Buy 3@2008 at 1"]);
    street.say(ExecKind::Canceled, 4, 0, 0, 0);
    street.wait(20);
    street.expect(&["New 5 Buy 3@1004 at 0"]);
    street.say(ExecKind::New, 5, 0, 0, 0);
    street.wish(signal(SignalAction::Cancel(OrderId(1)), Side::Buy, 0, 0));
    street.expect(&["Cancel 5 Buy 3@1004 at 0"]);
    street.say(ExecKind::Canceled, 5, 0, 0, 0);
    assert_eq!(street.last_parent().status, OrderStatus::Canceled);
}

#[test]
fn what_cannot_be_split_is_refused() {
    let split = signal(SignalAction::Work(Plan::Split), Side::Buy, 1_010, 2);
    let stop = OrderTerms { stop_price: Ticks(1), ..OrderTerms::PLAIN };
    let third = InstrumentId(2);
    let cases = [
        (Signal { order_type: OrderType::Market, ..split }, RejectReason::BadPlan),
        (Signal { terms: stop, ..split }, RejectReason::BadPlan),
        (Signal { time_in_force: TimeInForce::FillOrKill, ..split }, RejectReason::BadPlan),
        (Signal { instrument: third, ..split }, RejectReason::ListingLot),
        (Signal { price: Ticks::ZERO, ..split }, RejectReason::BadPrice),
        (Signal { lots: Lots::ZERO, ..split }, RejectReason::BadSize),
    ];
    for (wish, reason) in cases {
        let mut street = street(three_venues());
        street.wish(wish);
        assert_eq!(street.rejects, [reason], "{wish:?}");
    }
    let mut config = three_venues();
    config.listings = Listings::default();
    let mut nowhere = street(config);
    nowhere.wish(split);
    assert_eq!(nowhere.rejects, [RejectReason::NotListed]);
    let mut config = three_venues();
    config.gateways[2].simulated = false;
    let mut mixed = street(config);
    mixed.wish(split);
    assert_eq!(mixed.rejects, [RejectReason::BadPlan]);
}

#[test]
fn an_account_of_several_gateways_counts_with_its_cheapest() {
    let mut config = three_venues();
    config.gateways.push(GatewayConfig::new(true, Capabilities::BASIC));
    config.gateways[1].fees = GatewayFees { maker_ppm: 0, taker_ppm: 5_000 };
    let both = GatewayList::new(&[GatewayId(1), GatewayId(3)]).expect("two gateways");
    config.accounts[1].gateways = both;
    let first = |second_gateway: GatewayState| {
        let mut street = street(config.clone());
        street.gateway(3, second_gateway);
        street.split(Side::Buy, 1_010, 2, NOW);
        let sent = street.requests[0];
        (sent.instrument.0, sent.gateway.0)
    };
    assert_eq!(first(GatewayState::Down), (0, 0), "a fee of half a percent is too much");
    assert_eq!(first(GatewayState::Up), (1, 3));
}
