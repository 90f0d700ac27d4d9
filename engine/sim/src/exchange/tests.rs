//! A script drives the venue: market events and requests in, one line a report out.

mod conditions;
mod conservation;
mod mass;
mod orders;
mod properties;
mod reducing;
mod scripts;

use std::collections::BTreeMap;

use gannet_types::{
    ClientOrderId, Depth, DepthKind, ExecKind, FeedState, GatewayId, Increment, Level, MarketEvent,
    OrderType, PegReference, PositionEffect, RejectReason, RequestKind, Side, StaleReason,
    StrategyId, Text, Ticks, TimeInForce, TopOfBook, Trade,
};

use super::*;

const INSTRUMENT: InstrumentId = InstrumentId(0);
const ACCOUNT: AccountId = AccountId(4);

/// The venue with one instrument, time that steps, and what was asked of it.
struct Bench {
    exchange: Exchange,
    now: Nanos,
    update_id: u64,
    sides: BTreeMap<u64, Side>,
}

impl Bench {
    fn new(config: ExchangeConfig) -> Self {
        let step = Increment::parse(b"1").expect("a step");
        let symbol = Text::new(b"TEST");
        let instrument = Instrument {
            id: INSTRUMENT,
            symbol,
            tick: step,
            lot: step,
            kind: gannet_types::InstrumentKind::Linear,
        };
        let exchange = Exchange::new(config, &[instrument]);
        Self { exchange, now: Nanos(1_000), update_id: 1, sides: BTreeMap::new() }
    }

    fn market(&mut self, event: MarketEvent<'_>) {
        self.now = self.now.after(Nanos(10));
        let time = self.now;
        let market = Market { instrument: INSTRUMENT, exchange_time: time, received: time, event };
        self.exchange.on_market(self.now, &market);
    }

    fn depth(&mut self, kind: DepthKind, bids: &[Level], asks: &[Level]) {
        self.update_id += 1;
        let update_id = self.update_id;
        self.market(MarketEvent::Depth(Depth { update_id, kind, last: true, bids, asks }));
    }

    fn live(&mut self) {
        self.market(MarketEvent::Feed(FeedState::Live));
    }

    fn trade(&mut self, aggressor: Side, level: Level) {
        let Level { price, lots } = level;
        self.market(MarketEvent::Trade(Trade { trade_id: 1, aggressor, price, lots }));
    }

    fn request(&mut self, request: &OrderRequest) {
        self.now = self.now.after(Nanos(10));
        self.sides.insert(request.client_order_id.0, request.side);
        self.exchange.on_request(self.now, request);
    }

    /// Polls everything that is on its way.
    fn reports(&mut self) -> Vec<ExecutionReport> {
        let mut reports = Vec::new();
        loop {
            while let Some(report) = self.exchange.poll(self.now) {
                reports.push(report);
            }
            match self.exchange.next_time() {
                Some(next) => self.now = self.now.max(next),
                None => return reports,
            }
        }
    }
}

fn level(price: i64, lots: i64) -> Level {
    Level { price: Ticks(price), lots: Lots(lots) }
}

/// Makes a request; `lots` at `price`, a market order without one.
fn request(
    kind: RequestKind,
    (id, original): (u64, u64),
    side: Side,
    lots: i64,
    price: Option<i64>,
    time_in_force: TimeInForce,
) -> OrderRequest {
    OrderRequest {
        kind,
        gateway: GatewayId(1),
        account: ACCOUNT,
        strategy: StrategyId(0),
        instrument: INSTRUMENT,
        client_order_id: ClientOrderId(id),
        terms: gannet_types::OrderTerms::PLAIN,
        original: ClientOrderId(original),
        side,
        order_type: if price.is_some() { OrderType::Limit } else { OrderType::Market },
        time_in_force,
        price: Ticks(price.unwrap_or(0)),
        lots: Lots(lots),
        origin: Nanos::ZERO,
    }
}

/// Runs one line of a script:
///
/// ```text
/// book 100x5 99x7 | 101x5      the whole book      set 100x0 | 101x9   changes
/// top 100x5 101x4              the best prices     sold 100x3, bought 101x3   a trade
/// stale, live                  the feed
/// buy 1 10@100 [ioc|fok|post]  a new order; 10@* at any price
/// buy 1 10@* stop 105          one that waits for a price; until 2000: it ends at that time
/// buy 1 10@* trail 2           a stop that follows at a distance
/// buy 1 10@101 reduce          reduce-only; opens, closes: a side of a hedged account
/// buy 1 10@* peg mid [by -1]   primary, market, mid or last; 10@100: never above 100
/// cancel 2 1                   request 2 about 1   replace 3 1 8@101   status 1
/// ```
fn step(bench: &mut Bench, line: &str) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let size_at = |word: &str| {
        let (lots, price) = word.split_once('@').expect("lots@price");
        (parsed(lots), (price != "*").then(|| parsed(price)))
    };
    let id = |index: usize| u64::try_from(parsed(words[index])).expect("an id");
    match words[0] {
        "book" | "set" => {
            let mut sides = words[1..].split(|word| *word == "|");
            let mut side = || sides.next().unwrap_or_default().iter().map(|w| parsed_level(w));
            let (bids, asks): (Vec<_>, Vec<_>) = (side().collect(), side().collect());
            let is_whole = words[0] == "book";
            let kind = if is_whole { DepthKind::SnapshotStart } else { DepthKind::Delta };
            bench.depth(kind, &bids, &asks);
            if is_whole {
                bench.live();
            }
        }
        "top" => {
            bench.update_id += 1;
            let (bid, ask) = (parsed_level(words[1]), parsed_level(words[2]));
            bench.market(MarketEvent::Top(TopOfBook { update_id: bench.update_id, bid, ask }));
        }
        "sold" => bench.trade(Side::Sell, parsed_level(words[1])),
        "bought" => bench.trade(Side::Buy, parsed_level(words[1])),
        "stale" => bench.market(MarketEvent::Feed(FeedState::Stale(StaleReason::Gap))),
        "live" => bench.live(),
        "buy" | "sell" => {
            let side = if words[0] == "buy" { Side::Buy } else { Side::Sell };
            let (lots, price) = size_at(words[2]);
            let ids = (id(1), id(1));
            let good_till_cancel = TimeInForce::GoodTillCancel;
            let mut new = request(RequestKind::New, ids, side, lots, price, good_till_cancel);
            specify(&mut new, &words[3..]);
            bench.request(&new);
        }
        "cancel" | "replace" | "status" => {
            let original = if words[0] == "status" { id(1) } else { id(2) };
            let side = bench.sides.get(&original).copied().unwrap_or(Side::Buy);
            let (kind, (lots, price)) = match words[0] {
                "cancel" => (RequestKind::Cancel, (0, Some(0))),
                "replace" => (RequestKind::Replace, size_at(words[3])),
                _ => (RequestKind::Status, (0, Some(0))),
            };
            let ids = (id(1), original);
            let good_till_cancel = TimeInForce::GoodTillCancel;
            bench.request(&request(kind, ids, side, lots, price, good_till_cancel));
        }
        other => panic!("unknown word {other}"),
    }
}

/// Gives a new order its terms.
fn specify(new: &mut OrderRequest, words: &[&str]) {
    let mut is_flag = |word: &&str| {
        match *word {
            "reduce" => new.terms.reduce_only = true,
            "opens" => new.terms.position_effect = PositionEffect::Open,
            "closes" => new.terms.position_effect = PositionEffect::Close,
            _ => return false,
        }
        true
    };
    let words: Vec<&str> = words.iter().copied().filter(|word| !is_flag(word)).collect();
    for words in words.chunks(2) {
        match words {
            ["ioc"] => new.time_in_force = TimeInForce::ImmediateOrCancel,
            ["fok"] => new.time_in_force = TimeInForce::FillOrKill,
            ["post"] => new.time_in_force = TimeInForce::PostOnly,
            ["stop", at] => {
                new.terms.stop_price = Ticks(parsed(at));
                new.order_type = if new.order_type == OrderType::Limit {
                    OrderType::StopLimit
                } else {
                    OrderType::Stop
                };
            }
            ["trail", offset] => {
                new.terms.offset = Ticks(parsed(offset));
                new.order_type = OrderType::TrailingStop;
            }
            ["peg", reference] => {
                new.terms.peg = match *reference {
                    "primary" => PegReference::Primary,
                    "market" => PegReference::Market,
                    "mid" => PegReference::Midpoint,
                    _ => PegReference::Last,
                };
                new.order_type = OrderType::Pegged;
            }
            ["by", offset] => new.terms.offset = Ticks(parsed(offset)),
            ["close"] => new.time_in_force = TimeInForce::AtTheClose,
            ["until", time] => {
                new.time_in_force = TimeInForce::GoodTillDate;
                new.terms.expire_time = Nanos(parsed(time).unsigned_abs());
            }
            other => panic!("unknown terms {other:?}"),
        }
    }
}

fn parsed(text: &str) -> i64 {
    text.parse().expect("a number")
}

fn parsed_level(text: &str) -> Level {
    let (price, lots) = text.split_once('x').expect("price x lots");
    level(parsed(price), parsed(lots))
}

/// Writes a report as `Trade 1 3@100 maker 3/7`: what was filled of the order, what is left.
fn line(report: &ExecutionReport) -> String {
    let id = report.client_order_id.0;
    let mut text = format!("{:?} {id}", report.kind);
    if report.kind == ExecKind::Trade {
        text += &format!(" {}@{}", report.last_lots, report.last_price);
        text += &format!(" {:?}", report.liquidity).to_lowercase();
    }
    text += &format!(" {}/{}", report.cum_lots, report.leaves_lots);
    if report.reason != RejectReason::None {
        text += &format!(" {:?}", report.reason);
    }
    text
}

/// Runs a script of steps separated by `;` and compares the reports.
#[track_caller]
fn check(script: &str, expected: &[&str]) {
    check_with(ExchangeConfig::default(), script, expected);
}

#[track_caller]
fn check_with(config: ExchangeConfig, script: &str, expected: &[&str]) {
    let mut bench = Bench::new(config);
    let mut lines = Vec::new();
    for text in script.split(';') {
        step(&mut bench, text);
        lines.extend(bench.reports().iter().map(line));
    }
    assert_eq!(lines, expected, "{script}");
}
