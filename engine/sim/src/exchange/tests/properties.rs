//! What holds for any market and any orders.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// What may happen next; prices lie between 95 and 105, so that everything meets.
#[derive(Clone, Debug)]
enum Action {
    Book { is_bid: bool, price: i64, lots: i64 },
    Top { bid: i64, spread: i64, lots: i64 },
    Trade { sells: bool, price: i64, lots: i64 },
    New { buys: bool, price: Option<i64>, lots: i64, time_in_force: TimeInForce, peg: Peg },
    Cancel { which: u64 },
    Replace { which: u64, price: i64, lots: i64 },
}

/// What an order follows, and how far away; nothing for most. Not the last trade: that a trade
/// fills no more than it has is checked below, and a peg that it moves may take.
type Peg = Option<(PegReference, i64)>;

fn action() -> impl Strategy<Value = Action> {
    let price = 95_i64..105;
    let times_in_force = prop_oneof![
        3 => Just(TimeInForce::GoodTillCancel),
        1 => Just(TimeInForce::ImmediateOrCancel),
        1 => Just(TimeInForce::FillOrKill),
        1 => Just(TimeInForce::PostOnly),
    ];
    let peg = prop_oneof![
        3 => Just(None),
        1 => (
            prop::sample::select(vec![
                PegReference::Primary,
                PegReference::Midpoint,
                PegReference::Market,
            ]),
            -2_i64..3,
        )
            .prop_map(Some),
    ];
    let limit = prop_oneof![5 => price.clone().prop_map(Some), 1 => Just(None)];
    prop_oneof![
        (any::<bool>(), price.clone(), 0_i64..9).prop_map(|(is_bid, price, lots)| Action::Book {
            is_bid,
            price,
            lots
        }),
        (price.clone(), 1_i64..4, 1_i64..9).prop_map(|(bid, spread, lots)| Action::Top {
            bid,
            spread,
            lots
        }),
        (any::<bool>(), price.clone(), 1_i64..9).prop_map(|(sells, price, lots)| Action::Trade {
            sells,
            price,
            lots
        }),
        (any::<bool>(), limit, -1_i64..12, times_in_force, peg).prop_map(
            |(buys, price, lots, time_in_force, peg)| Action::New {
                buys,
                price,
                lots,
                time_in_force,
                peg
            }
        ),
        any::<u64>().prop_map(|which| Action::Cancel { which }),
        (any::<u64>(), price, 0_i64..14).prop_map(|(which, price, lots)| Action::Replace {
            which,
            price,
            lots
        }),
    ]
}

/// Keeps account of what the venue says and compares it with what the venue holds.
struct Auditor {
    bench: Bench,
    next_id: u64,
    /// By venue order: lots filled so far.
    filled: BTreeMap<Text24, i64>,
    exec_ids: BTreeSet<Text24>,
    position: i64,
    /// All lots ever traded or displayed anew: nothing else can have filled us.
    supply: i64,
    filled_total: i64,
}

type Text24 = Vec<u8>;

impl Auditor {
    fn new(proportional: bool, jitter: u64) -> Self {
        let queue = if proportional { QueueModel::PROPORTIONAL } else { QueueModel::Behind };
        let latency = Latency::Even { base: Nanos(15), jitter: Nanos(jitter) };
        let config = ExchangeConfig {
            latency_in: latency.clone(),
            latency_out: latency,
            queue,
            seed: jitter,
            ..ExchangeConfig::default()
        };
        let mut bench = Bench::new(config);
        step(&mut bench, "book 98x5 97x6 | 102x5 103x7");
        Self {
            bench,
            next_id: 1,
            filled: BTreeMap::new(),
            exec_ids: BTreeSet::new(),
            position: 0,
            supply: 23,
            filled_total: 0,
        }
    }

    fn act(&mut self, action: &Action) {
        match *action {
            Action::Book { is_bid, price, lots } => {
                let change = [level(price, lots)];
                // What stood on the other side up to there gave way.
                let gone: Vec<Level> = (90..110)
                    .filter(|other| if is_bid { *other <= price } else { *other >= price })
                    .map(|other| level(other, 0))
                    .collect();
                let gone = if lots == 0 { &[] } else { gone.as_slice() };
                let (bids, asks) = if is_bid { (&change[..], gone) } else { (gone, &change[..]) };
                self.supply += lots;
                self.bench.depth(DepthKind::Delta, bids, asks);
            }
            Action::Top { bid, spread, lots } => {
                self.supply += 2 * lots;
                step(&mut self.bench, &format!("top {bid}x{lots} {}x{lots}", bid + spread));
            }
            Action::Trade { sells, price, lots } => {
                self.supply += lots;
                let side = if sells { Side::Sell } else { Side::Buy };
                self.settle();
                let before = self.filled_total;
                self.bench.trade(side, level(price, lots));
                self.settle();
                assert!(self.filled_total - before <= lots, "a trade fills no more than it has");
            }
            Action::New { buys, price, lots, time_in_force, peg } => {
                let side = if buys { Side::Buy } else { Side::Sell };
                let ids = (self.next_id, self.next_id);
                let mut new = request(RequestKind::New, ids, side, lots, price, time_in_force);
                if let Some((reference, offset)) = peg {
                    new.order_type = OrderType::Pegged;
                    new.terms.peg = reference;
                    new.terms.offset = Ticks(offset);
                }
                self.send(&new);
            }
            Action::Cancel { which } => self.change(RequestKind::Cancel, which, 0, 0),
            Action::Replace { which, price, lots } => {
                self.change(RequestKind::Replace, which, lots, price);
            }
        }
    }

    fn change(&mut self, kind: RequestKind, which: u64, lots: i64, price: i64) {
        let original = which % self.next_id;
        let side = self.bench.sides.get(&original).copied().unwrap_or(Side::Buy);
        let ids = (self.next_id, original);
        let wanted = TimeInForce::GoodTillCancel;
        self.send(&request(kind, ids, side, lots, Some(price), wanted));
    }

    fn send(&mut self, request: &OrderRequest) {
        self.next_id += 1;
        self.bench.request(request);
    }

    /// Hears all reports and compares.
    fn settle(&mut self) {
        let mut last = Nanos::ZERO;
        for report in self.bench.reports() {
            assert!(report.transact_time >= last, "reports keep their order");
            last = report.transact_time;
            assert!(self.exec_ids.insert(report.exec_id.as_bytes().to_vec()), "unique");
            if report.kind == ExecKind::Trade {
                self.on_trade(&report);
            }
        }
        assert_eq!(self.bench.exchange.position(ACCOUNT, INSTRUMENT), Lots(self.position));
        assert!(self.filled_total <= self.supply, "nothing fills out of nowhere");
        for order in self.bench.exchange.open_orders() {
            assert!(order.leaves_lots() > Lots(0), "a working order has leaves");
            assert_eq!(order.cum_lots + order.leaves_lots(), order.lots);
        }
    }

    fn on_trade(&mut self, report: &ExecutionReport) {
        let lots = report.last_lots.0;
        assert!(lots > 0);
        // The price of a market order is zero.
        let is_market = report.price == Ticks::ZERO;
        assert!(is_market || report.side.reaches(report.price, report.last_price));
        let filled = self.filled.entry(report.venue_order_id.as_bytes().to_vec()).or_default();
        *filled += lots;
        assert_eq!(report.cum_lots, Lots(*filled), "no fill is lost");
        self.position += report.side.signed(report.last_lots).0;
        self.filled_total += lots;
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn the_books_balance(
        actions in proptest::collection::vec(action(), 1..80),
        proportional in any::<bool>(),
        jitter in 0_u64..40,
    ) {
        let mut auditor = Auditor::new(proportional, jitter);
        for (index, action) in actions.iter().enumerate() {
            auditor.act(action);
            // Now and then requests pile up on the way.
            if index % 3 == 0 {
                auditor.settle();
            }
        }
        auditor.settle();
    }
}
