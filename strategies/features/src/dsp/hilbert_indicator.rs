//! The Hilbert transformer indicator of 2013.

use super::Roofing;
use super::gain::GainControl;
use super::past::Recent;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

outputs! {
    /// The outputs of [`ClassicHilbert`].
    pub struct ClassicHilbertLines {
        /// The cycle in units of its decaying peak.
        real,
        /// Its Hilbert transform: a quarter of a cycle behind, and 11 samples late.
        imag,
    }
}

outputs! {
    /// The outputs of [`HilbertIndicator`].
    pub struct HilbertLines {
        /// The cycle in units of its decaying peak.
        real,
        /// Its change, a quarter of a cycle ahead, in units of its own peak.
        imag,
        /// The smoothed change: crosses the cycle ahead of its turns.
        ind,
    }
}

/// A cycle and its quadrature with hardly any lag: the quadrature is the change from sample to
/// sample, scaled to the cycle's size.
#[derive(Clone, Debug)]
pub struct HilbertIndicator {
    transformer: HilbertTransformer,
    smoother: TwoPole,
}

/// Real and imaginary part.
#[derive(Clone, Debug)]
pub(super) struct HilbertTransformer {
    roofing: Roofing,
    cycle: GainControl,
    change: GainControl,
    last: f64,
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD_5, 48.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 20.0);
const SMOOTH: f64 = 10.0;

impl HilbertTransformer {
    pub(super) fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        let gain = GainControl::default();
        let roofing = Roofing::new(high_pass, low_pass, constants);
        Self { roofing, cycle: gain.clone(), change: gain, last: 0.0 }
    }

    #[inline]
    pub(super) fn next(&mut self, price: f64) -> [f64; 2] {
        let real = self.cycle.next(self.roofing.next(price));
        let change = real - std::mem::replace(&mut self.last, real);
        [real, self.change.next(change)]
    }

    pub(super) fn reset(&mut self) {
        self.roofing.clear();
        self.cycle.reset();
        self.change.reset();
        self.last = 0.0;
    }
}

impl HilbertIndicator {
    /// Builds one for cycles between `low_pass` and `high_pass` samples.
    ///
    /// # Panics
    /// If a period is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        let transformer = HilbertTransformer::new(high_pass, low_pass, constants);
        Self { transformer, smoother: TwoPole::super_smoother(SMOOTH, constants) }
    }

    #[inline]
    fn next(&mut self, price: f64) -> HilbertLines {
        let [real, imag] = self.transformer.next(price);
        HilbertLines { real, imag, ind: self.smoother.next(imag) }
    }

    fn clear(&mut self) {
        self.transformer.reset();
        self.smoother.reset();
    }
}

impl Catalogued for HilbertIndicator {
    const ENTRY: Entry = on_close(
        "hilbert_indicator",
        "Hilbert transformer indicator",
        &[HIGH_PASS, LOW_PASS, CONSTANTS],
        cycle_analytics("listings 14-2 and 14-3"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.number(0), arguments.number(1), constants)
    }
}

at_once!(HilbertIndicator: f64 => HilbertLines);

/// The textbook's Hilbert transformer of 23 samples behind a roofing filter. Its author shows it to
/// advise against it: it is 11 samples late.
#[derive(Clone, Debug)]
pub struct ClassicHilbert {
    roofing: Roofing,
    cycle: GainControl,
    values: Recent,
}

const SHORTEST: Parameter = LOW_PASS.or(10.0);
/// Weights of the lags 0, 2, … 10, 1 / (11 − lag) rounded; those of 12, 14, … 22 are their
/// negatives in reverse.
const TAPS: [f64; 6] = [0.091, 0.111, 0.143, 0.2, 0.333, 1.0];
const SPAN: usize = 23;
const GAIN: f64 = 1.865;

impl ClassicHilbert {
    /// Builds one for cycles between `low_pass` and `high_pass` samples.
    ///
    /// # Panics
    /// If a period is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        let roofing = Roofing::new(high_pass, low_pass, constants);
        Self { roofing, cycle: GainControl::default(), values: Recent::new(SPAN) }
    }

    #[inline]
    fn next(&mut self, price: f64) -> ClassicHilbertLines {
        let real = self.cycle.next(self.roofing.next(price));
        self.values.push(real);
        let values = self.values.newest_first();
        let pair = |(index, tap): (usize, &f64)| tap * (values[2 * index] - values[22 - 2 * index]);
        let imag = TAPS.iter().enumerate().map(pair).sum::<f64>() / GAIN;
        ClassicHilbertLines { real, imag }
    }

    fn clear(&mut self) {
        self.roofing.clear();
        self.cycle.reset();
        self.values.reset();
    }
}

impl Catalogued for ClassicHilbert {
    const ENTRY: Entry = on_close(
        "hilbert_classic",
        "Classic Hilbert transformer",
        &[HIGH_PASS, SHORTEST, CONSTANTS],
        cycle_analytics("listing 14-1"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.number(0), arguments.number(1), constants)
    }
}

at_once!(ClassicHilbert: f64 => ClassicHilbertLines);
