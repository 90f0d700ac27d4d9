//! A market order by order: scripts, and our fills beside those of hftbacktest's first-in-first-out
//! model over random markets.

use super::*;
use crate::l3::{Book, Event, Impossible};

/// Runs a script: besides the words of [`step`], which are for requests,
///
/// ```text
/// add 7 buy 100x5   mod 7 100x3   less 7 2   del 7   hit 7 3   clear
/// ```
/// are about foreign orders.
#[track_caller]
fn check_orders(script: &str, expected: &[&str]) {
    let mut bench = market();
    let mut lines = Vec::new();
    for text in script.split(';') {
        match event(text) {
            Some(event) => happen(&mut bench, &event).expect("it can happen"),
            None => step(&mut bench, text),
        }
        lines.extend(bench.reports().iter().map(line));
    }
    assert_eq!(lines, expected, "{script}");
}

/// A market of ten lots a side, three ticks apart.
fn market() -> Bench {
    let mut bench = Bench::new(ExchangeConfig::default());
    for text in ["add 1 buy 100x4", "add 2 buy 100x6", "add 3 sell 103x10", "live"] {
        match event(text) {
            Some(event) => happen(&mut bench, &event).expect("it can happen"),
            None => step(&mut bench, text),
        }
    }
    bench
}

fn happen(bench: &mut Bench, event: &Event) -> Result<(), Impossible> {
    bench.now = bench.now.after(Nanos(10));
    bench.exchange.on_order(bench.now, INSTRUMENT, event)
}

fn event(text: &str) -> Option<Event> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| u64::try_from(parsed(word)).expect("a number");
    Some(match words[..] {
        ["add", id, side, at] => {
            let Level { price, lots } = parsed_level(at);
            let side = if side == "buy" { Side::Buy } else { Side::Sell };
            Event::Add { id: number(id), side, price, lots }
        }
        ["mod", id, at] => {
            let Level { price, lots } = parsed_level(at);
            Event::Modify { id: number(id), price, lots }
        }
        ["less", id, lots] => Event::Reduce { id: number(id), lots: Lots(parsed(lots)) },
        ["del", id] => Event::Cancel { id: number(id) },
        ["hit", id, lots] => Event::Fill { id: number(id), lots: Lots(parsed(lots)) },
        ["clear"] => Event::Clear,
        _ => return None,
    })
}

#[test]
fn who_came_first_is_served_first() {
    let new = "New 1 0/3";
    // Four and six stand before us; two come behind.
    let ours = "buy 1 3@100; add 4 buy 100x2";
    check_orders(&format!("{ours}; hit 1 4; hit 2 6"), &[new]);
    check_orders(&format!("{ours}; hit 4 1"), &[new, "Trade 1 1@100 maker 1/2"]);
    check_orders(&format!("{ours}; hit 4 2"), &[new, "Trade 1 2@100 maker 2/1"]);
    // A trade with what stands at a worse price found us first.
    check_orders(&format!("{ours}; add 5 buy 99x9; hit 5 9"), &[new, "Trade 1 3@100 maker 3/0"]);
    // One of the other side is no business of ours.
    check_orders(&format!("{ours}; hit 3 9"), &[new]);
}

#[test]
fn a_place_is_kept_by_less_and_lost_by_more() {
    let new = "New 1 0/3";
    let filled = [new, "Trade 1 3@100 maker 3/0"];
    check_orders("buy 1 3@100; mod 2 100x5; hit 2 5", &[new]);
    check_orders("buy 1 3@100; less 2 5; hit 2 1", &[new]);
    check_orders("buy 1 3@100; mod 2 100x7; hit 2 7", &filled);
    check_orders("buy 1 3@100; mod 2 99x3; mod 2 100x3; hit 2 3", &filled);
    // Ours do the same: less keeps the place before order 4, more does not.
    let ours = "buy 1 3@100; add 4 buy 100x2; replace 2 1";
    let less = [new, "Replaced 2 0/2", "Trade 2 2@100 maker 2/0"];
    check_orders(&format!("{ours} 2@100; hit 4 2"), &less);
    check_orders(&format!("{ours} 5@100; hit 4 2"), &[new, "Replaced 2 0/5"]);
}

#[test]
fn those_before_us_are_counted_exactly() {
    let mut bench = market();
    step(&mut bench, "buy 1 3@100");
    bench.reports();
    let ahead =
        |bench: &Bench| bench.exchange.open_orders().next().map(|order| order.ahead_lots().0);
    assert_eq!(ahead(&bench), Some(10));
    for (text, left) in [
        ("add 4 buy 100x50", 10),
        ("less 4 20", 10),
        ("less 2 1", 9),
        ("hit 1 3", 6),
        ("del 1", 5),
        ("mod 2 100x9", 0),
        ("add 5 buy 101x5", 0),
    ] {
        happen(&mut bench, &event(text).expect("an event")).expect("it can happen");
        assert_eq!(ahead(&bench), Some(left), "{text}");
    }
}

#[test]
fn what_arrives_beyond_our_price_fills_us() {
    check_orders("sell 1 4@102; add 9 buy 102x3", &["New 1 0/4", "Trade 1 3@102 maker 3/1"]);
    check_orders("buy 1 4@105", &["New 1 0/4", "Trade 1 4@103 taker 4/0"]);
    check_orders("buy 1 4@* stop 104; hit 3 9", &["New 1 0/4"]);
    let set_off = ["New 1 0/4", "Triggered 1 0/4", "Trade 1 4@103 taker 4/0"];
    check_orders("buy 1 4@* stop 103; hit 3 5", &set_off);
}

#[test]
fn after_a_clear_nothing_is_believed_until_there_are_orders_again() {
    let filled = ["New 1 0/3", "Trade 1 3@100 maker 3/0"];
    let again = "add 7 buy 100x5; add 8 sell 103x5; hit 7 5";
    check_orders(&format!("buy 1 3@100; clear; {again}"), &filled);
    check_orders(&format!("buy 1 3@100; stale; live; {again}"), &filled);
    check_orders("clear; buy 1 3@100", &["Rejected 1 0/0 StaleBook"]);
}

#[test]
fn what_cannot_have_happened_changes_nothing() {
    let mut bench = market();
    for text in ["add 1 buy 99x1", "add 9 buy 99x0", "del 9", "hit 1 5", "less 1 0", "mod 9 99x1"] {
        let impossible = event(text).expect("an event");
        assert_eq!(happen(&mut bench, &impossible), Err(Impossible), "{text}");
    }
    step(&mut bench, "sell 1 11@100 ioc");
    let lines: Vec<String> = bench.reports().iter().map(line).collect();
    assert_eq!(lines, ["New 1 0/11", "Trade 1 10@100 taker 10/1", "Canceled 1 10/0"]);
}

/// hftbacktest's `L3FIFOQueueModel` as a list, for orders of one lot: where a foreign order is hit,
/// every order of ours before it in its line, or at a better price, is filled; where the other side's
/// best price reaches ours, ours is filled.
#[derive(Default)]
struct Fifo {
    /// Side, price, whose, number: oldest first.
    orders: Vec<(Side, i64, bool, u64)>,
}

impl Fifo {
    fn at(&self, id: u64) -> usize {
        let theirs = |order: &(Side, i64, bool, u64)| (order.2, order.3) == (false, id);
        self.orders.iter().position(theirs).expect("it is there")
    }

    fn remove(&mut self, id: u64) {
        let at = self.at(id);
        self.orders.remove(at);
    }

    fn hit(&mut self, id: u64) -> Vec<u64> {
        let at = self.at(id);
        let (side, price, ..) = self.orders[at];
        self.fill(|index, order| {
            let better = order.1 != price && side.reaches(Ticks(order.1), Ticks(price));
            order.0 == side && (better || order.1 == price && index < at)
        })
    }

    fn cross(&mut self, side: Side, best: i64) -> Vec<u64> {
        self.fill(|_, order| order.0 != side && order.0.reaches(Ticks(order.1), Ticks(best)))
    }

    fn fill(&mut self, is_met: impl Fn(usize, &(Side, i64, bool, u64)) -> bool) -> Vec<u64> {
        let met = |(index, order): (usize, &(Side, i64, bool, u64))| {
            (order.2 && is_met(index, order)).then_some(order.3)
        };
        let filled: Vec<u64> = self.orders.iter().enumerate().filter_map(met).collect();
        self.orders.retain(|order| !(order.2 && filled.contains(&order.3)));
        filled
    }
}

/// The venue and the model in the same market.
struct Pair {
    random: Random,
    bench: Bench,
    book: Book,
    fifo: Fifo,
    /// The sizes of the foreign orders that may go.
    lots: BTreeMap<u64, i64>,
    next: u64,
    /// Ours that filled because the other side came, and because theirs were hit.
    fills: [usize; 2],
}

impl Pair {
    fn new() -> Self {
        let mut pair = Self {
            random: Random::new(11),
            bench: Bench::new(ExchangeConfig::default()),
            book: Book::default(),
            fifo: Fifo::default(),
            lots: BTreeMap::new(),
            next: 1_000,
            fills: [0; 2],
        };
        // Anchors that nothing touches, so that there is always a market.
        for text in ["add 1 buy 80x99", "add 2 sell 120x99"] {
            pair.happen(&event(text).expect("an event"));
        }
        step(&mut pair.bench, "live");
        pair
    }

    fn happen(&mut self, event: &Event) {
        self.book.apply(event).expect("it can happen");
        happen(&mut self.bench, event).expect("it can happen");
    }

    fn best(&self, side: Side) -> i64 {
        self.book.best(side).expect("an anchor").0
    }

    fn turn(&mut self) {
        self.next += 1;
        let side = if self.random.chance(50) { Side::Buy } else { Side::Sell };
        match self.random.below(10) {
            0..3 => self.add(side),
            3..6 => self.cancel(),
            6 | 7 => self.hit(side),
            _ => self.ours(side),
        }
    }

    /// Not beyond the other side: an aggressor is told by the hits it makes.
    fn add(&mut self, side: Side) {
        let away = 1 + self.random.below(5) as i64;
        let price = match side {
            Side::Buy => self.best(Side::Sell) - away,
            Side::Sell => self.best(Side::Buy) + away,
        };
        let lots = 4 + self.random.below(20) as i64;
        if (81..120).contains(&price) {
            let (id, level) = (self.next, level(price, lots));
            self.happen(&Event::Add { id, side, price: level.price, lots: level.lots });
            self.lots.insert(id, lots);
            self.fifo.orders.push((side, price, false, id));
            let best = self.best(side);
            self.fills[0] += expect_fills(&mut self.bench, self.fifo.cross(side, best));
        }
    }

    fn cancel(&mut self) {
        let pick = self.random.below(self.lots.len() as u64) as usize;
        let Some(id) = self.lots.keys().nth(pick).copied() else { return };
        self.lots.remove(&id);
        self.happen(&Event::Cancel { id });
        self.fifo.remove(id);
    }

    /// Hits the last at the best price, for as much as it has: enough for all of ours.
    fn hit(&mut self, side: Side) {
        let best = (side, self.best(side), false);
        let last = self.fifo.orders.iter().rfind(|it| (it.0, it.1, it.2) == best);
        let Some(id) = last.map(|order| order.3) else { return };
        let lots = Lots(self.lots.remove(&id).expect("it is there"));
        self.happen(&Event::Fill { id, lots });
        self.fills[1] += expect_fills(&mut self.bench, self.fifo.hit(id));
        self.fifo.remove(id);
    }

    /// One more of ours, or the oldest is cancelled.
    fn ours(&mut self, side: Side) {
        let (bid, ask) = (self.best(Side::Buy), self.best(Side::Sell));
        let (word, best) = if side == Side::Buy { ("buy", bid) } else { ("sell", ask) };
        let price = best + self.random.around(1);
        let own: Vec<u64> = self.fifo.orders.iter().filter(|it| it.2).map(|it| it.3).collect();
        if own.len() == 4 {
            step(&mut self.bench, &format!("cancel {} {}", self.next, own[0]));
            self.fifo.orders.retain(|order| order.3 != own[0]);
        } else if bid < price && side == Side::Sell || price < ask && side == Side::Buy {
            step(&mut self.bench, &format!("{word} {} 1@{price} post", self.next));
            self.fifo.orders.push((side, price, true, self.next));
        }
        assert!(self.bench.reports().iter().all(|it| it.reason == RejectReason::None));
    }
}

#[test]
fn fills_are_those_of_hftbacktests_model() {
    let mut pair = Pair::new();
    (0..20_000).for_each(|_| pair.turn());
    println!("filled by a crossing and by a hit: {:?}", pair.fills);
    assert!(pair.fills.iter().all(|count| *count > 200), "{:?}", pair.fills);
}

/// Expects that exactly these orders of ours have filled; returns how many.
#[track_caller]
fn expect_fills(bench: &mut Bench, mut expected: Vec<u64>) -> usize {
    let trades = bench.reports().into_iter().filter(|report| report.kind == ExecKind::Trade);
    let mut filled: Vec<u64> = trades.map(|report| report.client_order_id.0).collect();
    filled.sort_unstable();
    expected.sort_unstable();
    assert_eq!(filled, expected);
    filled.len()
}
