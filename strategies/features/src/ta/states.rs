//! What people read from RSI and MACD: the zone, the change, the side.

use super::{FAST, Macd, PERIOD, PERIOD_2, Rsi, SLOW, classical};
use crate::prelude::*;

outputs! {
    /// The lines of [`RsiState`].
    pub struct RsiStateLines {
        /// −1 below the lower limit, 1 above the upper one, 0 between.
        zone,
        /// The RSI less that of the sample before.
        change,
    }
}

/// The zone of the RSI and its change.
#[derive(Clone, Debug)]
pub struct RsiState {
    rsi: Rsi,
    low: f64,
    high: f64,
    previous: Option<f64>,
}

impl RsiState {
    /// Builds one over `period` samples, oversold below `low` and overbought above `high`.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, low: f64, high: f64) -> Self {
        let (low, high) = (LOW.require(low), HIGH.require(high));
        Self { rsi: Rsi::new(period), low, high, previous: None }
    }
}

const LOW: Parameter = Parameter::number("low", Unit::Percent, 0.0, 50.0, 30.0);
const HIGH: Parameter = Parameter::number("high", Unit::Percent, 50.0, 100.0, 70.0);

impl Catalogued for RsiState {
    const ENTRY: Entry = classical(
        "rsi_state",
        "Zone and change of the RSI",
        &[PERIOD_2.or(14.0), LOW, HIGH],
        Source::new("Wilder", "New Concepts in Technical Trading Systems", 1978, "section VI"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1), arguments.number(2))
    }
}

impl Indicator for RsiState {
    type Sample = f64;
    type Output = RsiStateLines;

    fn step(&mut self, price: f64) -> Option<RsiStateLines> {
        let rsi = self.rsi.step(price)?;
        let previous = self.previous.replace(rsi)?;
        let zone = f64::from(i8::from(rsi > self.high) - i8::from(rsi < self.low));
        Some(RsiStateLines { zone, change: rsi - previous })
    }

    fn reset(&mut self) {
        self.rsi.reset();
        self.previous = None;
    }

    fn warm_up(&self) -> usize {
        self.rsi.warm_up() + 1
    }
}

/// 1 where the MACD is above its signal, −1 where it is below, 0 where they are equal.
#[derive(Clone, Debug)]
pub struct MacdSide {
    macd: Macd,
}

impl MacdSide {
    /// Builds one from the periods of the MACD, in samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        Self { macd: Macd::new(fast, slow, signal) }
    }
}

impl Catalogued for MacdSide {
    const ENTRY: Entry = classical(
        "macd_side",
        "Side of the MACD",
        &[FAST, SLOW, Parameter { name: "signal", ..PERIOD.or(9.0) }],
        Source::new("Appel", "The Moving Average Convergence-Divergence Method", 1979, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1), arguments.whole(2))
    }
}

impl Indicator for MacdSide {
    type Sample = f64;
    type Output = f64;

    fn step(&mut self, price: f64) -> Option<f64> {
        self.macd.step(price).map(|lines| super::side(lines.hist))
    }

    fn reset(&mut self) {
        self.macd.reset();
    }

    fn warm_up(&self) -> usize {
        self.macd.warm_up()
    }
}
