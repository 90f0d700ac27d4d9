//! The instruments of recordings: what is traded when the operator names none.
//!
//! A frame does not say the venue's steps, but all prices and quantities of a recording are
//! multiples of them: their greatest common divisor serves as well. Instruments that the shipped
//! configuration knows have the steps it says.

use anyhow::ensure;
use gannet_feeds::{FeedConfig, FeedSession, Listing, MarketSink, UseFeed, Venue, VenueFeed};
use gannet_types::{
    Increment, Instrument, InstrumentId, Level, Market, MarketEvent, Nanos, Text, Trade,
};
use serde::Serialize;

use super::backtest::play;
use super::capture::Capture;
use crate::config::{self, Config, RawInstrument};
use crate::demo::source::decimal;

/// The finest step that is looked for.
const FINEST: &[u8] = b"0.00000001";

/// Reads `overlays` over the default, as [`config::parse`] does. Unless one of them names
/// instruments, those of `capture` are taken, in the order of its files: the first is traded.
///
/// # Errors
/// As [`config::parse`], and if the recording is of no instrument that an overlay names, or holds
/// no price to find the steps by.
pub fn configure(overlays: &[(&str, &str)], capture: &Capture) -> anyhow::Result<Config> {
    let config = config::parse(overlays)?;
    let symbols = capture.symbols();
    if config::name_instruments(overlays)? {
        let listing = Listing::new(&config.pipeline.instruments);
        let known = |symbol: &&[u8]| listing.slot_of_symbol_in_any_case(symbol).is_some();
        let shown = || symbols.iter().map(|text| String::from_utf8_lossy(text)).collect::<Vec<_>>();
        ensure!(
            symbols.is_empty() || symbols.iter().any(known),
            "the recording is of {}, and no [[instrument]] has that symbol",
            shown().join(", ")
        );
        return Ok(config);
    }
    let Some(text) = listed(&config, capture)? else { return Ok(config) };
    let mut overlays = overlays.to_vec();
    overlays.push((&text, "the recordings"));
    config::parse(&overlays)
}

/// Returns the instruments of `capture` as an overlay; `None` if it names none, or only the
/// configured.
fn listed(config: &Config, capture: &Capture) -> anyhow::Result<Option<String>> {
    let configured = &config.pipeline.instruments;
    let known = |symbol: &[u8]| configured.iter().find(|known| known.symbol.as_bytes() == symbol);
    let symbols = capture.symbols();
    let unknown: Vec<&[u8]> =
        symbols.iter().copied().filter(|symbol| known(symbol).is_none()).collect();
    let mut measured = measure(config.feed.streams("a recording")?, &unknown, capture)?.into_iter();
    let instruments: Vec<Instrument> = symbols
        .iter()
        .filter_map(|symbol| known(symbol).copied().or_else(|| measured.next()))
        .collect();
    let same =
        instruments.iter().map(|each| each.symbol).eq(configured.iter().map(|each| each.symbol));
    if instruments.is_empty() || same {
        return Ok(None);
    }
    let written = |each: &Instrument| {
        let symbol = each.symbol.to_string();
        let known = config.written_instruments.iter().find(|known| known.symbol == symbol);
        let (tick, lot) = (decimal(&each.tick, 1), decimal(&each.lot, 1));
        known.cloned().unwrap_or_else(|| RawInstrument::linear(symbol, tick, lot))
    };
    Ok(Some(toml::to_string(&Overlay { instrument: instruments.iter().map(written).collect() })?))
}

#[derive(Serialize)]
struct Overlay {
    instrument: Vec<RawInstrument>,
}

/// Finds the steps of `symbols`.
fn measure(venue: Venue, symbols: &[&[u8]], capture: &Capture) -> anyhow::Result<Vec<Instrument>> {
    if symbols.is_empty() {
        return Ok(Vec::new());
    }
    let finest = Increment::parse(FINEST)?;
    let fine = |(id, symbol): (InstrumentId, &&[u8])| Instrument {
        id,
        symbol: Text::new(symbol),
        tick: finest,
        lot: finest,
        kind: gannet_types::InstrumentKind::Linear,
    };
    let instruments: Vec<Instrument> = (0..).map(InstrumentId).zip(symbols).map(fine).collect();
    let steps = gannet_feeds::open(venue, Measure { instruments: &instruments, capture });
    let found = |(instrument, steps): (&Instrument, &Steps)| {
        ensure!(
            steps.tick > 0 && steps.lot > 0,
            "the recording of {} has no price to find its steps by: name it in a configuration \
             as an [[instrument]] with its tick and lot",
            instrument.symbol
        );
        let step = |count| Increment::parse(decimal(&finest, count).as_bytes());
        Ok(Instrument { tick: step(steps.tick)?, lot: step(steps.lot)?, ..*instrument })
    };
    instruments.iter().zip(&steps).map(found).collect()
}

struct Measure<'a> {
    instruments: &'a [Instrument],
    capture: &'a Capture,
}

impl UseFeed for Measure<'_> {
    type Output = Vec<Steps>;

    fn use_feed<V: VenueFeed>(self, venue: V) -> Vec<Steps> {
        let Self { instruments, capture } = self;
        let listing = Listing::new(instruments);
        let mut session =
            FeedSession::new(venue, instruments, FeedConfig { silence_max: Nanos(u64::MAX) });
        let mut scale = Scale(vec![Steps::default(); instruments.len()]);
        for (index, entry) in capture.iter().enumerate() {
            if index == 0 {
                session.on_connected(entry.received);
            }
            play(&entry, &mut session, &listing, &mut scale);
        }
        scale.0
    }
}

/// The greatest common divisors of what was seen of an instrument, in the finest step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Steps {
    tick: i64,
    lot: i64,
}

impl Steps {
    fn add(&mut self, level: Level) {
        self.tick = divisor(self.tick, level.price.0);
        self.lot = divisor(self.lot, level.lots.0);
    }
}

/// Weighs what a feed says, by instrument.
struct Scale(Vec<Steps>);

impl MarketSink for Scale {
    fn on_market(&mut self, market: &Market<'_>) {
        let Some(steps) = self.0.get_mut(usize::from(market.instrument.0)) else { return };
        match market.event {
            MarketEvent::Top(top) => {
                [top.bid, top.ask].into_iter().for_each(|level| steps.add(level))
            }
            MarketEvent::Trade(Trade { price, lots, .. }) => steps.add(Level { price, lots }),
            MarketEvent::Depth(depth) => {
                depth.bids.iter().chain(depth.asks).for_each(|&level| steps.add(level));
            }
            MarketEvent::Feed(_) | MarketEvent::Status(_) => {}
        }
    }
}

/// The greatest common divisor of two numbers that are not negative; of zero and `b` it is `b`.
const fn divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
