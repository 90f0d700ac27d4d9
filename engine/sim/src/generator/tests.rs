//! The stream is fixed by its seed, consistent in itself, and like the captures.

use std::collections::BTreeMap;

use gannet_types::Increment;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// FNV-1a over a snapshot and the first 20,000 frames of seed 1, local times included. It moves
/// only when the stream is changed on purpose.
const DIGEST: u64 = 0xc074_97ff_c6e6_83b6;

fn digest(seed: u64) -> u64 {
    let mut generator = Generator::new(seed, GeneratorConfig::default());
    let mut out = Vec::new();
    generator.snapshot(&mut out);
    let mut hash = fnv(0xcbf2_9ce4_8422_2325, &out);
    for _ in 0..20_000 {
        let time = generator.next_frame(&mut out);
        hash = fnv(fnv(hash, &time.0.to_le_bytes()), &out);
    }
    hash
}

fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

#[test]
fn the_seed_fixes_every_byte() {
    assert_eq!(digest(1), DIGEST, "{:#x}", digest(1));
    assert_ne!(digest(2), DIGEST);
}

#[test]
fn frames_have_the_venues_shape() {
    let mut generator = Generator::new(1, GeneratorConfig::default());
    let mut out = Vec::new();
    let keys = |value: &Value| {
        let object = value.as_object().expect("an object");
        let mut keys: Vec<&str> = object.keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys.join(" ")
    };
    generator.snapshot(&mut out);
    assert_eq!(keys(&parse(&out)), "E T asks bids lastUpdateId");
    for _ in 0..1_000 {
        generator.next_frame(&mut out);
        let frame = parse(&out);
        assert_eq!(frame["data"]["s"], "BTCUSDT");
        let expected = match frame["stream"].as_str().expect("a name") {
            "btcusdt@depth@0ms" => "E T U a b e pu s u",
            "btcusdt@bookTicker" => "A B E T a b e s u",
            "btcusdt@trade" => "E T X e m p q s t",
            other => panic!("unknown stream {other}"),
        };
        assert_eq!(keys(&frame["data"]), expected);
    }
}

#[test]
fn proportions_are_those_of_the_capture() {
    const FRAMES: usize = 100_000;
    let mut generator = Generator::new(11, GeneratorConfig::default());
    let mut out = Vec::new();
    let (mut tickers, mut trades, mut tight) = (0_usize, 0_usize, 0_usize);
    let mut levels = Vec::new();
    let mut times = Vec::new();
    let mut middles = Vec::new();
    for _ in 0..FRAMES {
        times.push(generator.next_frame(&mut out));
        let text = std::str::from_utf8(&out).expect("text");
        if text.contains("@bookTicker") {
            tickers += 1;
            let best = generator.ladder.best(Side::Buy).price;
            tight += usize::from(generator.ladder.spread() == 1);
            middles.push((times[times.len() - 1], best));
        } else if text.contains("@trade") {
            trades += 1;
        } else {
            levels.push(text.matches("\",\"").count() - 1);
        }
    }
    let share = |count: usize| count * 1_000 / FRAMES;
    assert!((680..=725).contains(&share(tickers)), "{}", share(tickers));
    assert!((205..=250).contains(&share(trades)), "{}", share(trades));
    assert!((60..=80).contains(&share(levels.len())), "{}", share(levels.len()));
    assert!(tight * 100 > tickers * 85, "{tight} of {tickers}");
    let span = times[FRAMES - 1].since(times[0]).0 / 1_000_000;
    let rate = FRAMES as u64 * 1_000 / span;
    assert!((245..=300).contains(&rate), "{rate} frames/s");
    let mut gaps: Vec<u64> = times.windows(2).map(|pair| pair[1].since(pair[0]).0).collect();
    gaps.sort_unstable();
    assert!(gaps[FRAMES / 2] < 10_000, "half the frames come in bursts");
    assert!(gaps[FRAMES * 9 / 10] > 5_000_000, "and the bursts are apart");
    levels.sort_unstable();
    assert!((28..=42).contains(&levels[levels.len() / 2]), "{}", levels[levels.len() / 2]);
    let p99 = levels[levels.len() * 99 / 100];
    assert!((400..=750).contains(&p99), "{p99}");
    turns_often(&middles);
}

/// The price moves some tens of ticks a minute and turns: at least ten swings of 30 ticks.
fn turns_often(middles: &[(Nanos, Ticks)]) {
    let (mut extreme, mut rising, mut swings) = (middles[0].1.0, true, 0);
    for (_, price) in middles {
        let beyond = if rising { price.0 - extreme } else { extreme - price.0 };
        if beyond > 0 {
            extreme = price.0;
        } else if beyond < -30 {
            (extreme, rising, swings) = (price.0, !rising, swings + 1);
        }
    }
    assert!(swings >= 10, "{swings} swings");
}

/// A client that believes only the wire.
#[derive(Default)]
struct Client {
    bids: BTreeMap<i64, i64>,
    asks: BTreeMap<i64, i64>,
    last_depth: u64,
    last_ticker: u64,
    last_trade: u64,
    /// Best bid and ask by the last bookTicker, less the trades since.
    top: Option<[Level; 2]>,
}

impl Client {
    fn on_snapshot(&mut self, body: &Value) {
        self.last_depth = number(&body["lastUpdateId"]);
        apply(&mut self.bids, &body["bids"]);
        apply(&mut self.asks, &body["asks"]);
        assert_eq!((self.bids.len(), self.asks.len()), (1_000, 1_000));
    }

    fn on_ticker(&mut self, data: &Value) {
        let id = number(&data["u"]);
        assert!(id >= self.last_ticker);
        self.last_ticker = id;
        let bid = Level { price: price(&data["b"]), lots: lots(&data["B"]) };
        let ask = Level { price: price(&data["a"]), lots: lots(&data["A"]) };
        assert!(bid.price < ask.price, "never crossed, never locked");
        assert!(bid.lots > Lots(0) && ask.lots > Lots(0));
        self.top = Some([bid, ask]);
    }

    fn on_trade(&mut self, data: &Value) {
        let id = number(&data["t"]);
        assert!(self.last_trade == 0 || id == self.last_trade + 1, "no trade is missing");
        self.last_trade = id;
        let is_sell = data["m"].as_bool().expect("a flag");
        let (price, lots) = (price(&data["p"]), lots(&data["q"]));
        let Some(top) = &mut self.top else { return };
        let level = &mut top[usize::from(!is_sell)];
        if level.lots == Lots(0) {
            let worse = if is_sell { price < level.price } else { price > level.price };
            assert!(worse, "the emptied level gave way");
            return;
        }
        assert_eq!(price, level.price, "a trade happens at the best price");
        assert!(Lots(0) < lots && lots <= level.lots, "and within its size");
        level.lots -= lots;
    }

    fn on_depth(&mut self, data: &Value, first: bool) {
        let (start, end) = (number(&data["U"]), number(&data["u"]));
        assert!(start <= end);
        if first {
            let previous = number(&data["pu"]);
            assert!(start <= self.last_depth || previous == self.last_depth, "it joins");
            assert!(previous <= self.last_depth && end >= self.last_depth);
        } else {
            assert_eq!(number(&data["pu"]), self.last_depth, "no gap");
            assert!(start > self.last_depth);
        }
        self.last_depth = end;
        apply(&mut self.bids, &data["b"]);
        apply(&mut self.asks, &data["a"]);
        let bid = self.bids.last_key_value().expect("bids");
        let ask = self.asks.first_key_value().expect("asks");
        assert!(bid.0 < ask.0, "never crossed");
        if let Some([top_bid, top_ask]) = self.top {
            assert_eq!((*bid.0, *bid.1), (top_bid.price.0, top_bid.lots.0));
            assert_eq!((*ask.0, *ask.1), (top_ask.price.0, top_ask.lots.0));
        }
    }
}

fn parse(text: &[u8]) -> Value {
    serde_json::from_slice(text).expect("JSON")
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

fn steps(step: &[u8], value: &Value) -> i64 {
    let step = Increment::parse(step).expect("a step");
    step.parse_steps(value.as_str().expect("text").as_bytes()).expect("a decimal")
}

fn price(value: &Value) -> Ticks {
    Ticks(steps(GeneratorConfig::TICK, value))
}

fn lots(value: &Value) -> Lots {
    Lots(steps(GeneratorConfig::LOT, value))
}

fn apply(side: &mut BTreeMap<i64, i64>, levels: &Value) {
    for level in levels.as_array().expect("levels") {
        match lots(&level[1]).0 {
            0 => side.remove(&price(&level[0]).0),
            lots => side.insert(price(&level[0]).0, lots),
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_client_rebuilds_the_book(seed in any::<u64>(), before in 0_usize..500) {
        let mut generator = Generator::new(seed, GeneratorConfig::default());
        let mut out = Vec::new();
        let mut time = Nanos::ZERO;
        for _ in 0..before {
            time = generator.next_frame(&mut out);
        }
        let mut client = Client::default();
        generator.snapshot(&mut out);
        client.on_snapshot(&parse(&out));
        let covered = *client.bids.keys().next().expect("bids")
            ..=*client.asks.keys().next_back().expect("asks");
        let mut depths = 0;
        for _ in 0..1_000 {
            let next = generator.next_frame(&mut out);
            prop_assert!(next >= time);
            time = next;
            let frame = parse(&out);
            let data = &frame["data"];
            match data["e"].as_str() {
                Some("bookTicker") => client.on_ticker(data),
                Some("trade") => client.on_trade(data),
                _ => {
                    client.on_depth(data, depths == 0);
                    depths += 1;
                    for (side, rebuilt) in [(Side::Buy, &client.bids), (Side::Sell, &client.asks)] {
                        let truth: BTreeMap<i64, i64> = generator.ladder.levels(side)
                            .filter(|level| covered.contains(&level.price.0))
                            .map(|level| (level.price.0, level.lots.0))
                            .collect();
                        let rebuilt: BTreeMap<i64, i64> = rebuilt.range(covered.clone())
                            .map(|(price, lots)| (*price, *lots))
                            .collect();
                        prop_assert_eq!(rebuilt, truth);
                    }
                }
            }
        }
        prop_assert!(depths > 5);
    }
}
