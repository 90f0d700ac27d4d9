//! The Swiss Army Knife: one recursion, many filters.

use std::f64::consts::TAU;

use super::school::*;
use super::two_pole::{TwoPole, alpha};
use crate::prelude::*;

/// One of the filters of the article, by name. Low-pass filters rest at the price, the others at 0;
/// the band-stop filter passes the price too.
#[derive(Clone, Debug)]
pub struct SwissArmyKnife {
    filter: TwoPole,
}

/// Which filter a [`SwissArmyKnife`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blade {
    /// Cycles around the period.
    BandPass,
    /// All but the cycles around the period.
    BandStop,
    /// Exponential average.
    Ema,
    /// Two equal averages in a row.
    Gauss,
    /// The same with two zeros at the shortest cycle.
    Butterworth,
    /// High-pass filter of one pole.
    HighPass,
    /// High-pass filter of two equal poles.
    HighPass2,
}

const BLADES: [Blade; 7] = [
    Blade::BandPass,
    Blade::BandStop,
    Blade::Ema,
    Blade::Gauss,
    Blade::Butterworth,
    Blade::HighPass,
    Blade::HighPass2,
];
/// The same by name.
const NAMES: &[&str] =
    &["band_pass", "band_stop", "ema", "gauss", "butterworth", "high_pass", "high_pass_2"];
/// Half the bandwidth as a share of the period.
const DELTA: Parameter = Parameter::number("delta", Unit::Ratio, 0.001, 0.5, 0.1);

impl SwissArmyKnife {
    /// Builds a filter with its period, and half the bandwidth, which only band filters read.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(blade: Blade, period: f64, delta: f64) -> Self {
        let (period, delta) = (CYCLE.require(period), DELTA.require(delta));
        let one = alpha(1.0, period);
        // The weight of two equal averages in a row.
        let beta = 2.415 * (1.0 - (TAU / period).cos());
        let two = -beta + (beta * beta + 2.0 * beta).sqrt();
        let feedback = [2.0 * (1.0 - two), -(1.0 - two) * (1.0 - two)];
        let scaled = |gain: f64, shape: [f64; 3]| shape.map(|share| gain * share);
        let band = TwoPole::band_pass(period, 2.0 * delta);
        let filter = match blade {
            Blade::BandPass => band,
            Blade::BandStop => band.complement(),
            Blade::Ema => TwoPole::average(one),
            Blade::Gauss => TwoPole::new(scaled(two * two, [1.0, 0.0, 0.0]), feedback, 1.0),
            Blade::Butterworth => {
                TwoPole::new(scaled(two * two / 4.0, [1.0, 2.0, 1.0]), feedback, 1.0)
            }
            Blade::HighPass => TwoPole::high_pass_1(period),
            Blade::HighPass2 => {
                let gain = (1.0 - two / 2.0) * (1.0 - two / 2.0);
                TwoPole::new(scaled(gain, [1.0, -2.0, 1.0]), feedback, 0.0)
            }
        };
        Self { filter }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.filter.next(price)
    }

    fn clear(&mut self) {
        self.filter.reset();
    }
}

impl Catalogued for SwissArmyKnife {
    const ENTRY: Entry = on_close(
        "swiss_army_knife",
        "Swiss Army Knife",
        &[CYCLE, Parameter::choice("filter", NAMES), DELTA],
        article("Swiss Army Knife Indicator", 2006, "TASC, January"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(BLADES[arguments.whole(1)], arguments.number(0), arguments.number(2))
    }
}

at_once!(SwissArmyKnife: f64 => f64);
