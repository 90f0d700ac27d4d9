//! Precision trend analysis.

use std::f64::consts::TAU;

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

outputs! {
    /// The outputs of [`PrecisionTrend`].
    pub struct PrecisionLines {
        /// The trend: up above 0.
        trend,
        /// Its rate of change in units of the trend of the shorter period: crosses 0 at turns.
        roc,
    }
}

/// The difference of two high-pass filters of the 2020s: what moves between two long periods,
/// without lag.
#[derive(Clone, Debug)]
pub struct PrecisionTrend {
    long: TwoPole,
    short: TwoPole,
    scale: f64,
    last: f64,
}

const LONG: Parameter = named("long", PERIOD, 250.0);
const SHORT: Parameter = named("short", PERIOD, 40.0);

impl PrecisionTrend {
    /// Builds one between two critical periods.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(long: f64, short: f64, constants: Constants) -> Self {
        let (long, short) = (LONG.require(long), SHORT.require(short));
        Self {
            long: TwoPole::high_pass_2020(long, constants),
            short: TwoPole::high_pass_2020(short, constants),
            scale: short / TAU,
            last: 0.0,
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> PrecisionLines {
        let trend = self.long.next(price) - self.short.next(price);
        let roc = self.scale * (trend - std::mem::replace(&mut self.last, trend));
        PrecisionLines { trend, roc }
    }

    fn clear(&mut self) {
        self.long.reset();
        self.short.reset();
        self.last = 0.0;
    }
}

impl Catalogued for PrecisionTrend {
    const ENTRY: Entry = on_close(
        "precision_trend",
        "Precision trend analysis",
        &[LONG, SHORT, CONSTANTS],
        article("Precision Trend Analysis", 2024, "TASC, September"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), Constants::argument(arguments, 2))
    }
}

at_once!(PrecisionTrend: f64 => PrecisionLines);
