//! How long decoding takes: nanoseconds per frame, by kind of frame, beside other parsers.
//!
//! ```text
//! cargo run --release -p gannet-feeds --example decode_speed [CAPTURE[.gz]]
//! ```
//!
//! Without a capture, frames are generated. Columns: ours (with conversion to ticks and lots),
//! `simd-json` to a tape (its portable code unless compiled for the machine) and
//! `serde_json` to borrowed structs (both without conversion of numbers in texts, the former with
//! the copy it needs), and the floor: reading every byte once. The digest depends on every
//! decoded number.

use std::error::Error;
use std::hint::black_box;
use std::io::Read as _;
use std::time::Instant;

use gannet_feeds::capture::{CaptureKind, CaptureLine};
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{BookLevels, Listing, Message, VenueFeed as _};
use gannet_types::{Increment, Instrument, InstrumentId, Text};
use serde::Deserialize;

/// Repetitions of a measurement; the fastest one counts, because the machine is shared.
const ROUNDS: usize = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1);
    let capture = path.as_deref().map(read).transpose()?;
    let symbol = match &path {
        Some(path) if path.contains("eth") => "ETHUSDT",
        _ => "BTCUSDT",
    };
    let tick = if symbol == "ETHUSDT" { "0.01" } else { "0.10" };
    let instrument = Instrument {
        id: InstrumentId(0),
        symbol: Text::new(symbol.as_bytes()),
        tick: Increment::parse(tick.as_bytes())?,
        lot: Increment::parse(b"0.001")?,
        kind: gannet_types::InstrumentKind::Linear,
    };
    let kinds = ["bookTicker", "trade", "depthUpdate"];
    println!("kind          frames  bytes levels |  ours simd-json serde_json floor | digest");
    for kind in kinds {
        let frames = match &capture {
            Some(bytes) => of_kind(bytes, kind)?,
            None => (0..5_000).map(|seed| generate(kind, seed)).collect(),
        };
        if !frames.is_empty() {
            measure(kind, &instrument, &frames);
        }
    }
    Ok(())
}

fn measure(kind: &str, instrument: &Instrument, frames: &[Vec<u8>]) {
    let listing = Listing::new(&[*instrument]);
    let mut levels = BookLevels::new();
    let mut level_count = 0;
    let digest = frames.iter().fold(0_u64, |digest, frame| {
        let message = BinanceUsdm.decode(&listing, frame, &mut levels).ok();
        if let Some(Message::Depth { .. }) = message {
            level_count += levels.bids.len() + levels.asks.len();
        }
        mix(digest, message, &levels)
    });
    let ours = fastest(frames, |frame| {
        black_box(BinanceUsdm.decode(&listing, black_box(frame), &mut levels).is_ok());
        black_box(&levels);
    });
    let mut copy = Vec::with_capacity(1 << 20);
    let simd = fastest(frames, |frame| {
        copy.clear();
        copy.extend_from_slice(frame);
        black_box(simd_json::to_tape(&mut copy).is_ok());
    });
    let serde = fastest(frames, |frame| {
        black_box(serde_json::from_slice::<Envelope<'_>>(frame).is_ok());
    });
    let floor = fastest(frames, |frame| {
        let sum = |sum: u64, chunk: &[u8; 8]| sum.wrapping_add(u64::from_le_bytes(*chunk));
        black_box(frame.as_chunks::<8>().0.iter().fold(0, sum));
    });
    let count = frames.len();
    let bytes = frames.iter().map(Vec::len).sum::<usize>() / count;
    println!(
        "{kind:12} {count:7} {bytes:6} {:6} | {ours:5.0} {simd:9.0} {serde:10.0} {floor:5.0} | {digest:016x}",
        level_count / count
    );
}

/// Returns nanoseconds per frame in the fastest round.
fn fastest(frames: &[Vec<u8>], mut act: impl FnMut(&[u8])) -> f64 {
    let round = |_| {
        let start = Instant::now();
        frames.iter().for_each(|frame| act(frame));
        start.elapsed().as_nanos() as f64 / frames.len() as f64
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

fn mix(digest: u64, message: Option<Message>, levels: &BookLevels) -> u64 {
    let add = |digest: u64, value: u64| {
        (digest ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    };
    let number = |value: i64| value.cast_unsigned();
    match message {
        Some(Message::Top { exchange_time, top, .. }) => {
            let bid = add(number(top.bid.price.0), number(top.bid.lots.0));
            let ask = add(number(top.ask.price.0), number(top.ask.lots.0));
            add(add(add(add(digest, exchange_time.0), top.update_id), bid), ask)
        }
        Some(Message::Trade { exchange_time, trade, .. }) => {
            let fill = add(number(trade.price.0), number(trade.lots.0));
            let side = u64::from(trade.aggressor == gannet_types::Side::Buy);
            add(add(add(add(digest, exchange_time.0), trade.trade_id), fill), side)
        }
        Some(Message::Depth { exchange_time, sequence, .. }) => {
            let head = add(add(digest, exchange_time.0), sequence.last);
            levels.bids.iter().chain(levels.asks.iter()).fold(head, |digest, level| {
                add(add(digest, number(level.price.0)), number(level.lots.0))
            })
        }
        Some(Message::Skipped) => add(digest, 1),
        None => add(digest, 2),
    }
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "filled by the parser, that is all")]
struct Envelope<'a> {
    stream: &'a str,
    #[serde(borrow)]
    data: Event<'a>,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "filled by the parser, that is all")]
enum Event<'a> {
    #[serde(borrow)]
    Depth(Depth<'a>),
    #[serde(borrow)]
    Other(Other<'a>),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "filled by the parser, that is all")]
struct Depth<'a> {
    #[serde(rename = "U")]
    first: u64,
    pu: u64,
    #[serde(borrow)]
    b: Vec<(&'a str, &'a str)>,
    #[serde(borrow)]
    a: Vec<(&'a str, &'a str)>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "filled by the parser, that is all")]
struct Other<'a> {
    e: &'a str,
    s: &'a str,
    p: Option<&'a str>,
    q: Option<&'a str>,
    b: Option<&'a str>,
    a: Option<&'a str>,
}

fn read(path: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let file = std::fs::File::open(path)?;
    let mut bytes = Vec::new();
    if path.ends_with(".gz") {
        flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes)?;
    } else {
        std::io::BufReader::new(file).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn of_kind(capture: &[u8], kind: &str) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let name = format!("\"e\":\"{kind}\"");
    let mut frames = Vec::new();
    for line in capture.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let line = CaptureLine::parse(line)?;
        let head = &line.payload[..line.payload.len().min(80)];
        let wanted = head.windows(name.len()).any(|window| window == name.as_bytes());
        if wanted && line.kind == CaptureKind::Frame {
            frames.push(line.payload.to_vec());
        }
    }
    Ok(frames)
}

/// Makes a frame of `kind`; 65 levels in a depth frame.
fn generate(kind: &str, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut price = || format!("{}.{}0", 60_000 + random(2_000), random(10));
    let (bid, ask) = (price(), price());
    let mut side = |count: usize| {
        let pair = |at: usize| format!(r#"["{}","{}.{:03}"]"#, price(), at % 17, at * 37 % 1_000);
        (0..count).map(pair).collect::<Vec<_>>().join(",")
    };
    let id = 5_123_107_839_020 + seed;
    match kind {
        "bookTicker" => format!(
            r#"{{"stream":"btcusdt@bookTicker","data":{{"e":"bookTicker","u":{id},"s":"BTCUSDT","b":"{bid}","B":"2.507","a":"{ask}","A":"12.510","T":1723161256313,"E":1723161256313}}}}"#
        ),
        "trade" => format!(
            r#"{{"stream":"btcusdt@trade","data":{{"e":"trade","E":1723161256322,"T":1723161256322,"s":"BTCUSDT","t":{id},"p":"{bid}","q":"0.006","X":"MARKET","m":false}}}}"#
        ),
        _ => format!(
            r#"{{"stream":"btcusdt@depth@0ms","data":{{"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":{id},"u":{id},"pu":{},"b":[{}],"a":[{}]}}}}"#,
            id - 1,
            side(33),
            side(32)
        ),
    }
    .into_bytes()
}
