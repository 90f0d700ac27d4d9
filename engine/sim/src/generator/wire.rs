//! The text of the Binance USD-M streams: combined-stream frames and the REST depth body.
//!
//! Prices have two decimals on a tick of 0.10, quantities three on a lot of 0.001, as BTCUSDT.

use gannet_types::{Level, Side};

use super::ladder::Ladder;

/// Levels a side in a REST depth body.
const SNAPSHOT_LEVELS: usize = 1_000;

/// What a bookTicker says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticker {
    pub(super) update_id: u64,
    pub(super) bid: Level,
    pub(super) ask: Level,
}

/// What a trade says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Print {
    pub(super) trade_id: u64,
    pub(super) aggressor: Side,
    pub(super) level: Level,
}

/// The numbers of a depthUpdate.
#[derive(Clone, Copy, Debug)]
pub(super) struct DepthIds {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) previous: u64,
}

/// The instrument's name, in the two cases the venue writes it.
#[derive(Clone, Debug)]
pub(super) struct Symbol {
    upper: Vec<u8>,
    lower: Vec<u8>,
}

impl Symbol {
    pub(super) fn new(symbol: &[u8]) -> Self {
        Self { upper: symbol.to_ascii_uppercase(), lower: symbol.to_ascii_lowercase() }
    }

    pub(super) fn ticker(&self, out: &mut Vec<u8>, ticker: &Ticker, millis: u64) {
        self.open(out, b"@bookTicker\",\"data\":{\"e\":\"bookTicker\",\"u\":");
        integer(out, ticker.update_id);
        self.name(out);
        out.extend_from_slice(b",\"b\":\"");
        price(out, ticker.bid.price.0);
        out.extend_from_slice(b"\",\"B\":\"");
        quantity(out, ticker.bid.lots.0);
        out.extend_from_slice(b"\",\"a\":\"");
        price(out, ticker.ask.price.0);
        out.extend_from_slice(b"\",\"A\":\"");
        quantity(out, ticker.ask.lots.0);
        out.extend_from_slice(b"\",\"T\":");
        integer(out, millis);
        out.extend_from_slice(b",\"E\":");
        integer(out, millis);
        out.extend_from_slice(b"}}");
    }

    pub(super) fn trade(&self, out: &mut Vec<u8>, print: &Print, millis: u64) {
        self.open(out, b"@trade\",\"data\":{\"e\":\"trade\",\"E\":");
        times(out, millis);
        self.name(out);
        out.extend_from_slice(b",\"t\":");
        integer(out, print.trade_id);
        out.extend_from_slice(b",\"p\":\"");
        price(out, print.level.price.0);
        out.extend_from_slice(b"\",\"q\":\"");
        quantity(out, print.level.lots.0);
        // `m` says whether the buyer was the maker.
        out.extend_from_slice(match print.aggressor {
            Side::Buy => b"\",\"X\":\"MARKET\",\"m\":false}}",
            Side::Sell => b"\",\"X\":\"MARKET\",\"m\":true}}",
        });
    }

    pub(super) fn depth(
        &self,
        out: &mut Vec<u8>,
        ids: DepthIds,
        bids: &[Level],
        asks: &[Level],
        millis: u64,
    ) {
        self.open(out, b"@depth@0ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":");
        times(out, millis);
        self.name(out);
        for (key, id) in [(b'U', ids.first), (b'u', ids.last)] {
            out.extend_from_slice(&[b',', b'"', key, b'"', b':']);
            integer(out, id);
        }
        out.extend_from_slice(b",\"pu\":");
        integer(out, ids.previous);
        out.extend_from_slice(b",\"b\":");
        levels(out, bids.iter().copied());
        out.extend_from_slice(b",\"a\":");
        levels(out, asks.iter().copied());
        out.extend_from_slice(b"}}");
    }

    fn open(&self, out: &mut Vec<u8>, rest: &[u8]) {
        out.extend_from_slice(b"{\"stream\":\"");
        out.extend_from_slice(&self.lower);
        out.extend_from_slice(rest);
    }

    fn name(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"s\":\"");
        out.extend_from_slice(&self.upper);
        out.push(b'"');
    }
}

/// Writes the REST depth body of `ladder`.
pub(super) fn snapshot(out: &mut Vec<u8>, ladder: &Ladder, update_id: u64, millis: u64) {
    out.extend_from_slice(b"{\"lastUpdateId\":");
    integer(out, update_id);
    out.extend_from_slice(b",\"E\":");
    times(out, millis);
    out.extend_from_slice(b",\"bids\":");
    levels(out, ladder.levels(Side::Buy).take(SNAPSHOT_LEVELS));
    out.extend_from_slice(b",\"asks\":");
    levels(out, ladder.levels(Side::Sell).take(SNAPSHOT_LEVELS));
    out.push(b'}');
}

/// Writes the value of `E`, then `T`.
fn times(out: &mut Vec<u8>, millis: u64) {
    integer(out, millis);
    out.extend_from_slice(b",\"T\":");
    integer(out, millis);
}

fn levels(out: &mut Vec<u8>, levels: impl Iterator<Item = Level>) {
    out.push(b'[');
    for (index, level) in levels.enumerate() {
        out.extend_from_slice(if index == 0 { b"[\"" } else { b",[\"" });
        price(out, level.price.0);
        out.extend_from_slice(b"\",\"");
        quantity(out, level.lots.0);
        out.extend_from_slice(b"\"]");
    }
    out.push(b']');
}

fn price(out: &mut Vec<u8>, ticks: i64) {
    let ticks = ticks.unsigned_abs();
    integer(out, ticks / 10);
    out.extend_from_slice(&[b'.', digit(ticks), b'0']);
}

fn quantity(out: &mut Vec<u8>, lots: i64) {
    let lots = lots.unsigned_abs();
    integer(out, lots / 1_000);
    out.extend_from_slice(&[b'.', digit(lots / 100), digit(lots / 10), digit(lots)]);
}

fn integer(out: &mut Vec<u8>, value: u64) {
    let mut text = [0; 20];
    let mut start = text.len();
    let mut rest = value;
    loop {
        start -= 1;
        text[start] = digit(rest);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&text[start..]);
}

/// Returns the last decimal digit of `value` as text.
const fn digit(value: u64) -> u8 {
    b'0' + (value % 10) as u8
}
