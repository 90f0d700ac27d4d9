//! The Fourier series model of the market.

use std::f64::consts::TAU;

use super::past::PastSum;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

outputs! {
    /// The outputs of [`FourierSeries`].
    pub struct SeriesLines {
        /// The synthesised wave, in units of price.
        wave,
        /// Its rate of change: crosses 0 at turns.
        roc,
    }
}

/// The fundamental cycle and its second and third harmonic by band-pass filters, added by the
/// power each has.
#[derive(Clone, Debug)]
pub struct FourierSeries {
    harmonics: [Harmonic; 3],
    period: f64,
    waves: [f64; 2],
}

#[derive(Clone, Debug)]
struct Harmonic {
    filter: TwoPole,
    last: f64,
    power: PastSum,
}

const BANDWIDTH_SERIES: f64 = 0.1;
const WHOLE: Parameter = Parameter::samples("period", 6, 20);

impl Harmonic {
    fn new(period: usize, number: usize) -> Self {
        let filter = TwoPole::band_pass(period as f64 / number as f64, BANDWIDTH_SERIES);
        Self { filter, last: 0.0, power: PastSum::new(period) }
    }

    /// Returns the value and its power over the last cycle, the quadrature being the change in
    /// units of the fundamental.
    #[inline]
    fn next(&mut self, price: f64, period: f64) -> [f64; 2] {
        let value = self.filter.next(price);
        let quadrature = period / TAU * (value - std::mem::replace(&mut self.last, value));
        let power = value * value + quadrature * quadrature;
        [value, self.power.push(power).max(power)]
    }

    fn reset(&mut self) {
        self.filter.reset();
        self.last = 0.0;
        self.power.reset();
    }
}

impl FourierSeries {
    /// Builds one for a fundamental of `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = WHOLE.require_whole(period);
        let harmonics = [1, 2, 3].map(|number| Harmonic::new(period, number));
        Self { harmonics, period: period as f64, waves: [0.0; 2] }
    }

    #[inline]
    fn next(&mut self, price: f64) -> SeriesLines {
        let period = self.period;
        let [first, second, third] = self.harmonics.each_mut().map(|each| each.next(price, period));
        let scaled = |harmonic: [f64; 2]| {
            ratio(harmonic[1], first[1]).map_or(0.0, |share| share.sqrt() * harmonic[0])
        };
        let wave = first[0] + scaled(second) + scaled(third);
        let roc = period / (2.0 * TAU) * (wave - self.waves[1]);
        self.waves = [wave, self.waves[0]];
        SeriesLines { wave, roc }
    }

    fn clear(&mut self) {
        self.harmonics.iter_mut().for_each(Harmonic::reset);
        self.waves = [0.0; 2];
    }
}

impl Catalogued for FourierSeries {
    const ENTRY: Entry = on_close(
        "fourier_series",
        "Fourier series model",
        &[WHOLE],
        article("Fourier Series Model of the Market", 2019, "TASC, June"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(FourierSeries: f64 => SeriesLines);
