//! Trade intensity.

use gannet_types::{Nanos, Side};

use super::micro;
use crate::prelude::*;

outputs! {
    /// Trades a second of [`TradeIntensity`].
    pub struct IntensityLines {
        /// All trades.
        all,
        /// Those where a buyer crossed the spread.
        buys,
        /// Those where a seller crossed the spread.
        sells,
    }
}

/// How many trades a second there are, older ones counting less and less: half after the half-life.
///
/// A trade stamped earlier than the one before counts as simultaneous.
#[derive(Clone, Debug)]
pub struct TradeIntensity {
    /// Decay a second: ln 2 / half-life.
    decay: f64,
    last: Nanos,
    buys: f64,
    sells: f64,
}

impl TradeIntensity {
    /// Builds one with a half-life in seconds.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(half_life: f64) -> Self {
        let decay = std::f64::consts::LN_2 / HALF_LIFE.require(half_life);
        Self { decay, last: Nanos::ZERO, buys: 0.0, sells: 0.0 }
    }

    /// Returns the intensities at a time after the last trade, without one.
    #[inline]
    #[must_use]
    pub fn at(&self, now: Nanos) -> IntensityLines {
        let seconds = now.since(self.last).0 as f64 * 1e-9;
        let kept = (-self.decay * seconds).exp();
        let (buys, sells) = (self.buys * kept, self.sells * kept);
        IntensityLines { all: buys + sells, buys, sells }
    }
}

const HALF_LIFE: Parameter = Parameter::number("half_life", Unit::Seconds, 1e-6, 1e7, 10.0);

impl Catalogued for TradeIntensity {
    const ENTRY: Entry = micro(
        "trade_intensity",
        "Trade intensity",
        &[HALF_LIFE],
        Source::new(
            "Hawkes",
            "Spectra of Some Self-Exciting and Mutually Exciting Point Processes, Biometrika 58:1",
            1971,
            "exponential kernel",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

impl Indicator for TradeIntensity {
    type Sample = Print;
    type Output = IntensityLines;

    #[inline]
    fn step(&mut self, print: Print) -> Option<IntensityLines> {
        let now = print.time.max(self.last);
        let IntensityLines { mut buys, mut sells, .. } = self.at(now);
        match print.aggressor {
            Side::Buy => buys += self.decay,
            Side::Sell => sells += self.decay,
        }
        (self.last, self.buys, self.sells) = (now, buys, sells);
        Some(IntensityLines { all: buys + sells, buys, sells })
    }

    fn reset(&mut self) {
        (self.last, self.buys, self.sells) = (Nanos::ZERO, 0.0, 0.0);
    }

    fn warm_up(&self) -> usize {
        1
    }
}
