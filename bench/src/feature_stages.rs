//! The stages of features alone: indicators that stand for their kind, and the whole set of the tick
//! path, for counting their instructions.

use std::hint::black_box;

use anyhow::Context;
use gannet_app::features::FeatureSet;
use gannet_features::catalog::Catalogued;
use gannet_features::dsp::{
    AutocorrelationPeriodogram, Constants, HilbertSine, Mama, Reflex, SuperSmoother,
};
use gannet_features::parameter::Arguments;
use gannet_features::ta::Rsi;
use gannet_features::{Book, Indicator, LiveSet, Print, Quote};
use gannet_types::{Instrument, Level, Lots, Nanos, Side, Ticks, TopOfBook, Trade};

use crate::stages::TICKS_MAX;

/// One quote, one book and one trade a tick, into every indicator of `hft64` that reads them.
///
/// # Errors
/// If the set cannot be had.
pub(crate) fn hft64(
    instrument: &Instrument,
    tops: &[TopOfBook],
    ticks: usize,
) -> anyhow::Result<u64> {
    let mut set = LiveSet::new(&FeatureSet::load("hft64")?.formulas());
    let mut play = |index: usize| {
        let top = black_box(tops[index % tops.len()]);
        let time = Nanos(index as u64 * 20_000);
        set.on_quote(Quote::of_top(instrument, time, &top));
        let side = |best: Level, step: i64| -> [Level; 10] {
            std::array::from_fn(|depth| Level {
                price: Ticks(best.price.0 + step * depth as i64),
                lots: Lots(best.lots.0 + depth as i64),
            })
        };
        let (bids, asks) = (side(top.bid, -1), side(top.ask, 1));
        set.on_book(Book::of_levels(instrument, time, &bids, &asks));
        let aggressor = if index.is_multiple_of(3) { Side::Sell } else { Side::Buy };
        let (price, lots) = (top.ask.price, top.ask.lots);
        let trade = Trade { trade_id: index as u64, aggressor, price, lots };
        set.on_print(Print::of_trade(instrument, time, &trade));
    };
    // The windows are full before it counts.
    (0..2 * TICKS_MAX).for_each(&mut play);
    (0..ticks).for_each(&mut play);
    let sum: f64 = set.values().flatten().sum();
    Ok(sum.to_bits() ^ ticks as u64)
}

/// The two-pole filter, reflex and RSI: what a bar pays for each of the cheap ones.
pub(crate) fn cheap(prices: &[f64], ticks: usize) -> anyhow::Result<u64> {
    let mut smoother = SuperSmoother::new(10.0, Constants::Published);
    let (mut reflex, mut rsi) = (Reflex::new(20, Constants::Published), Rsi::new(14));
    sum(prices, ticks, |price| {
        smoother.update(price).unwrap_or(0.0)
            + reflex.update(price).unwrap_or(0.0)
            + rsi.update(price).unwrap_or(0.0)
    })
}

/// MAMA, and phase, sine wave, trendline and mode.
pub(crate) fn hilbert(prices: &[f64], ticks: usize) -> anyhow::Result<u64> {
    let (mut mama, mut sine) = (Mama::new(0.5, 0.05), HilbertSine::new());
    sum(prices, ticks, |price| {
        mama.update(price).map_or(0.0, |lines| lines.mama)
            + sine.update(price).map_or(0.0, |lines| lines.sine)
    })
}

/// The autocorrelation periodogram.
pub(crate) fn periodogram(prices: &[f64], ticks: usize) -> anyhow::Result<u64> {
    let arguments = Arguments::new(AutocorrelationPeriodogram::ENTRY.parameters, &[])?;
    let mut indicator = AutocorrelationPeriodogram::build(&arguments);
    sum(prices, ticks, |price| indicator.update(price).unwrap_or(0.0))
}

/// Warms up over all prices, then adds what `step` says of the first `ticks`.
fn sum(prices: &[f64], ticks: usize, mut step: impl FnMut(f64) -> f64) -> anyhow::Result<u64> {
    let some = prices.get(..ticks).context("too few prices")?;
    let warm: f64 = prices.iter().map(|&price| step(black_box(price))).sum();
    let counted: f64 = some.iter().map(|&price| step(black_box(price))).sum();
    Ok((warm + counted).to_bits() ^ ticks as u64)
}
