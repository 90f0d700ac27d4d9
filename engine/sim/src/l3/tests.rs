//! A market kept as a plain list, written in each format, read back: the same orders in the same places,
//! the same view for a strategy, and the same fills of ours.

mod bad_input;
mod written;

use gannet_pipeline::book;
use gannet_types::{
    AccountId, ClientOrderId, DepthKind, ExecutionReport, GatewayId, Increment, Instrument,
    InstrumentId, InstrumentKind, Lots, Market, MarketEvent, Nanos, OrderRequest, OrderTerms,
    OrderType, RequestKind, Side, StrategyId, Text, Ticks, TimeInForce,
};

use super::dbn::Dbn;
use super::{Audience, Event, Keeper, Moment};
use crate::exchange::{Exchange, ExchangeConfig};
use crate::random::Random;
use written::{AsDbn, AsItch, AsLobster};

const ID: InstrumentId = InstrumentId(0);

fn instrument() -> Instrument {
    let step = |text: &[u8]| Increment::parse(text).expect("a step");
    Instrument {
        id: ID,
        symbol: Text::new(b"GNT"),
        tick: step(b"0.01"),
        lot: step(b"1"),
        kind: InstrumentKind::Linear,
    }
}

/// An order of the plain list: id, side, price, lots.
type Plain = (u64, Side, i64, i64);

/// What happened to the list.
#[derive(Clone, Copy, Debug)]
enum Told {
    Add(Plain),
    Reduce(Plain, i64),
    Delete(Plain),
    Execute(Plain, i64),
    /// The old one, and the new one.
    Replace(Plain, Plain),
    Hidden(Side, i64, i64),
}

/// The list, oldest first.
#[derive(Default)]
struct List {
    orders: Vec<Plain>,
    next: u64,
    /// Whether somebody trades with orders that nobody sees.
    hides: bool,
}

impl List {
    /// Lets something happen: never a crossed book, always two sides.
    fn turn(&mut self, random: &mut Random) -> Told {
        self.next += 1;
        let pick = random.below(self.orders.len().max(1) as u64) as usize;
        let one = self.orders.get(pick).copied();
        match (random.below(10), one) {
            (0, Some(order)) if order.3 > 1 => {
                self.orders[pick].3 -= 1;
                Told::Reduce(order, 1)
            }
            (1..4, Some(order)) if self.is_not_alone(order) => {
                self.orders.remove(pick);
                Told::Delete(order)
            }
            (4, Some(order)) if self.is_not_alone(order) => {
                self.orders.remove(pick);
                let new = self.new_order(random, order.1);
                Told::Replace(order, new)
            }
            (5 | 6, Some((_, side, ..))) => self.execute(side, random),
            (7, Some((_, side, price, _))) if self.hides => {
                let best = self.best(side).unwrap_or(price);
                Told::Hidden(side, best, 1 + random.below(5) as i64)
            }
            _ => {
                let side = if random.chance(50) { Side::Buy } else { Side::Sell };
                Told::Add(self.new_order(random, side))
            }
        }
    }

    /// Trades with the first at the best price.
    fn execute(&mut self, side: Side, random: &mut Random) -> Told {
        let best = self.best(side);
        let first = self.orders.iter().position(|it| it.1 == side && Some(it.2) == best);
        let first = first.expect("it has a best price");
        let order = self.orders[first];
        if !self.is_not_alone(order) {
            return Told::Add(self.new_order(random, side));
        }
        let lots = 1 + random.below(order.3.unsigned_abs()) as i64;
        self.orders[first].3 -= lots;
        if self.orders[first].3 == 0 {
            self.orders.remove(first);
        }
        Told::Execute(order, lots)
    }

    fn is_not_alone(&self, order: Plain) -> bool {
        self.orders.iter().filter(|it| it.1 == order.1).count() > 3
    }

    fn new_order(&mut self, random: &mut Random, side: Side) -> Plain {
        self.next += 1;
        let away = 1 + random.below(6) as i64;
        let price = match side {
            Side::Buy => self.best(Side::Sell).unwrap_or(10_001) - away,
            Side::Sell => self.best(Side::Buy).unwrap_or(9_999) + away,
        };
        let order = (self.next, side, price, 1 + random.below(20) as i64);
        self.orders.push(order);
        order
    }

    fn best(&self, side: Side) -> Option<i64> {
        let prices = self.orders.iter().filter(|it| it.1 == side).map(|it| it.2);
        if side == Side::Buy { prices.max() } else { prices.min() }
    }

    fn levels(&self, side: Side) -> Vec<(i64, i64)> {
        let mut levels = std::collections::BTreeMap::new();
        for order in self.orders.iter().filter(|it| it.1 == side) {
            *levels.entry(order.2).or_insert(0) += order.3;
        }
        let ascending = levels.into_iter();
        if side == Side::Buy { ascending.rev().collect() } else { ascending.collect() }
    }

    fn line(&self, side: Side, price: i64) -> Vec<(u64, i64)> {
        let here = self.orders.iter().filter(|it| it.1 == side && it.2 == price);
        here.map(|it| (it.0, it.3)).collect()
    }
}

/// A format: writes what happened, reads it into a keeper.
trait Format {
    fn pass(&mut self, time: u64, told: &Told, list: &List, keeper: &mut Keeper);
}

/// A reader, the exchange behind it, and the book that a strategy would have.
struct Reader<F> {
    format: F,
    keeper: Keeper,
    seen: Seen,
    fills: Vec<(u64, i64, i64)>,
}

struct Seen {
    exchange: Exchange,
    book: book::Book,
    trades: i64,
}

impl Audience for Seen {
    fn on_order(&mut self, at: Nanos, instrument: InstrumentId, event: &Event) {
        self.exchange
            .on_order(at, instrument, event)
            .expect("the keeper has refused what cannot be");
    }

    fn on_venue_state(&mut self, market: &Market<'_>) {
        self.exchange.on_market(market.received, market);
    }

    fn on_market(&mut self, market: &Market<'_>) {
        match market.event {
            MarketEvent::Depth(depth) => {
                if depth.kind == DepthKind::SnapshotStart {
                    self.book.clear();
                }
                depth.bids.iter().for_each(|level| self.book.apply(Side::Buy, *level));
                depth.asks.iter().for_each(|level| self.book.apply(Side::Sell, *level));
            }
            MarketEvent::Top(top) => {
                assert_eq!(self.book.best(Side::Buy).unwrap_or_default(), top.bid);
                assert_eq!(self.book.best(Side::Sell).unwrap_or_default(), top.ask);
            }
            MarketEvent::Trade(trade) => self.trades += trade.lots.0,
            MarketEvent::Feed(_) | MarketEvent::Status(_) => {}
        }
    }
}

impl<F: Format> Reader<F> {
    fn new(format: F) -> Self {
        let exchange = Exchange::new(ExchangeConfig::default(), &[instrument()]);
        let seen = Seen { exchange, book: book::Book::new(), trades: 0 };
        Self { format, keeper: Keeper::default(), seen, fills: Vec::new() }
    }

    fn take(&mut self, time: u64, told: &Told, list: &List) {
        self.format.pass(time, told, list, &mut self.keeper);
        self.settle(time);
    }

    fn settle(&mut self, time: u64) {
        let (exchange_time, received) = (Nanos(time), Nanos(time));
        self.keeper.settle(Moment { instrument: ID, exchange_time, received }, &mut self.seen);
        while let Some(report) = self.seen.exchange.poll(Nanos(time)) {
            let ExecutionReport { client_order_id, last_lots, last_price, .. } = report;
            if last_lots > Lots::ZERO {
                self.fills.push((client_order_id.0, last_price.0, last_lots.0));
            }
        }
    }

    fn order(&mut self, time: u64, number: u64, (side, price): (Side, i64)) {
        let request = OrderRequest {
            kind: RequestKind::New,
            gateway: GatewayId(0),
            account: AccountId(0),
            strategy: StrategyId(0),
            instrument: ID,
            client_order_id: ClientOrderId(number),
            original: ClientOrderId(number),
            side,
            order_type: OrderType::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price: Ticks(price),
            lots: Lots(3),
            terms: OrderTerms::PLAIN,
            origin: Nanos::ZERO,
        };
        self.seen.exchange.on_request(Nanos(time), &request);
    }
}

/// Lets a market go on; returns the list and how many lots traded.
fn run<F: Format>(
    reader: &mut Reader<F>,
    turns: usize,
    hides: bool,
    check: impl Fn(&Reader<F>, &List),
) -> i64 {
    let (mut random, mut list, mut traded) = (Random::new(5), List::default(), 0);
    for turn in 0..turns as u64 {
        list.hides = hides && turn > 20;
        let told = if turn < 20 {
            let side = if turn % 2 == 0 { Side::Buy } else { Side::Sell };
            Told::Add(list.new_order(&mut random, side))
        } else {
            list.turn(&mut random)
        };
        if let Told::Execute(_, lots) | Told::Hidden(_, _, lots) = told {
            traded += lots;
        }
        reader.take(1_000 * turn, &told, &list);
        check(reader, &list);
        if turn % 7 == 0 && turn > 20 {
            let side = if random.chance(50) { Side::Buy } else { Side::Sell };
            let behind = random.below(2) as i64 * if side == Side::Buy { -1 } else { 1 };
            let price = list.best(side).expect("a price") + behind;
            reader.order(1_000 * turn, turn, (side, price));
        }
    }
    traded
}

/// Every order in its place, and the levels as a strategy sees them.
fn check_whole<F>(reader: &Reader<F>, list: &List) {
    for side in [Side::Buy, Side::Sell] {
        let levels = list.levels(side);
        let kept: Vec<_> =
            reader.keeper.book().levels(side).map(|it| (it.price.0, it.lots.0)).collect();
        assert_eq!(kept, levels);
        for (price, _) in levels {
            let kept = reader.keeper.book().orders(side, Ticks(price));
            let kept: Vec<_> = kept.map(|(id, lots)| (id, lots.0)).collect();
            assert_eq!(kept, list.line(side, price));
        }
    }
    check_view(reader, list, usize::MAX);
}

/// So many levels as a strategy sees them.
fn check_view<F>(reader: &Reader<F>, list: &List, count: usize) {
    for side in [Side::Buy, Side::Sell] {
        let seen: Vec<_> =
            reader.seen.book.levels(side).map(|it| (it.price.0, it.lots.0)).collect();
        let levels: Vec<_> = list.levels(side).into_iter().take(count).collect();
        assert_eq!(seen, levels);
    }
}

#[test]
fn three_formats_tell_the_same_market_and_fill_the_same_orders() {
    let mut itch = Reader::new(AsItch::new());
    let traded = run(&mut itch, 6_000, false, check_whole);
    let mut dbn = Reader::new(AsDbn::new());
    assert_eq!(run(&mut dbn, 6_000, false, check_whole), traded);
    let mut lobster = Reader::new(AsLobster::new(1_000));
    assert_eq!(run(&mut lobster, 6_000, false, check_whole), traded);
    println!("{} fills of ours, {traded} lots traded", itch.fills.len());
    assert!(itch.fills.len() > 200, "{}", itch.fills.len());
    assert!(itch.fills == dbn.fills && itch.fills == lobster.fills);
    for seen in [&itch.seen, &dbn.seen, &lobster.seen] {
        assert_eq!(seen.trades, traded, "every trade is told once");
    }
}

#[test]
fn of_a_file_that_is_cut_off_the_levels_are_those_of_its_lines() {
    for levels in [1, 2, 5] {
        let mut reader = Reader::new(AsLobster::new(levels));
        let traded = run(&mut reader, 6_000, true, |reader, list| check_view(reader, list, levels));
        assert_eq!(reader.seen.trades, traded, "every trade is told once");
        assert!(reader.fills.len() > 200, "{}", reader.fills.len());
    }
}

#[test]
fn a_trade_with_a_hidden_order_met_ours_first() {
    let mut reader = Reader::new(AsLobster::new(5));
    let orders = vec![(1, Side::Buy, 100, 5), (2, Side::Sell, 103, 5)];
    let list = List { orders, ..List::default() };
    let take = |reader: &mut Reader<_>, time, told| reader.take(time, &told, &list);
    take(&mut reader, 1_000, Told::Add(list.orders[0]));
    reader.order(1_000, 9, (Side::Buy, 101));
    take(&mut reader, 2_000, Told::Hidden(Side::Sell, 102, 9));
    take(&mut reader, 3_000, Told::Hidden(Side::Buy, 102, 9));
    assert!(reader.fills.is_empty(), "{:?}", reader.fills);
    take(&mut reader, 4_000, Told::Hidden(Side::Buy, 101, 2));
    take(&mut reader, 5_000, Told::Hidden(Side::Buy, 100, 9));
    assert_eq!(reader.fills, [(9, 101, 2), (9, 101, 1)]);
}

#[test]
fn an_iceberg_is_shown_again_behind_ours_and_an_auction_fills_nothing_of_ours() {
    let (mut dbn, mut reader) = (Dbn::new(vec![(42, instrument())]), Reader::new(AsDbn::new()));
    let mut tell = |reader: &mut Reader<AsDbn>, time, records: &[((u8, u8), Plain)]| {
        for (index, (kind, order)) in records.iter().enumerate() {
            let record = written::dbn(time, *kind, *order, index + 1 == records.len());
            dbn.read(&record, std::slice::from_mut(&mut reader.keeper)).expect("a record");
        }
        reader.settle(time);
    };
    let buy = |id, lots| (id, Side::Buy, 100, lots);
    let (add, fill, change, cancel) = ((b'A', b'B'), (b'F', b'B'), (b'M', b'B'), (b'C', b'B'));
    let ask = ((b'A', b'A'), (9, Side::Sell, 103, 5));
    tell(&mut reader, 1_000, &[(add, buy(1, 2)), (add, buy(2, 4)), ask]);
    reader.order(1_000, 7, (Side::Buy, 100));
    // Two are shown and two more come: those met ours first.
    tell(&mut reader, 2_000, &[((b'T', b'A'), buy(0, 4)), (fill, buy(1, 4)), (change, buy(1, 6))]);
    assert_eq!(reader.fills, [(7, 100, 2)]);
    let line = |reader: &Reader<AsDbn>| -> Vec<(u64, i64)> {
        reader.keeper.book().orders(Side::Buy, Ticks(100)).map(|(id, it)| (id, it.0)).collect()
    };
    assert_eq!(line(&reader), [(2, 4), (1, 6)]);
    // An auction: a trade of no side, fills of orders that were never shown, and what it took out.
    let auction =
        [((b'T', b'N'), buy(0, 9)), ((b'F', b'N'), buy(1, 6)), ((b'F', b'N'), buy(99, 3))];
    let after = [(cancel, buy(1, 6))];
    tell(&mut reader, 3_000, &[&auction[..], &after[..]].concat());
    assert_eq!((reader.fills.len(), line(&reader)), (1, vec![(2, 4)]));
    assert_eq!(reader.seen.trades, 4 + 9);
}
