//! The Hilbert transformer and the homodyne discriminator: the phase of a price and the period of
//! its cycle.

use super::angle::samples_per_turn;
use super::school::*;
use crate::prelude::*;
use crate::window::{greater, lesser};

/// The taps of the Hilbert transformer at lags 0, 2, 4 and 6.
const NEAR: f64 = 0.0962;
const FAR: f64 = 0.5769;

/// What the front end says of a sample.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Phasor {
    /// In phase: the detrended price three samples ago.
    pub(super) i1: f64,
    /// In quadrature.
    pub(super) q1: f64,
    /// The period of the cycle in samples.
    pub(super) period: f64,
    /// The same, smoothed.
    pub(super) smooth_period: f64,
}

/// Eight samples of each of the four series that the transformer looks back into.
#[derive(Clone, Debug, Default)]
struct Lines {
    rings: [[f64; 8]; 4],
    now: usize,
}

const SMOOTH: usize = 0;
const DETRENDED: usize = 1;
const IN_PHASE: usize = 2;
const QUADRATURE: usize = 3;

impl Lines {
    #[inline]
    const fn lag(&self, line: usize, lag: usize) -> f64 {
        self.rings[line][self.now.wrapping_sub(lag) & 7]
    }

    /// Puts the newest sample of a line and returns the transform, a quarter of a cycle later.
    ///
    /// The terms are added in TA-Lib's order: where a price stands still or rises evenly, all that
    /// is left of some of these series is rounding, and the period is taken from its sign.
    #[inline]
    const fn transform(&mut self, line: usize, sample: f64) -> f64 {
        self.rings[line][self.now & 7] = sample;
        let ends = NEAR * sample - NEAR * self.lag(line, 6);
        ends - FAR * self.lag(line, 4) + FAR * self.lag(line, 2)
    }
}

/// A smoothed price and its transforms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transforms {
    pub(super) i1: f64,
    pub(super) q1: f64,
    /// Both a quarter of a cycle later.
    pub(super) ji: f64,
    pub(super) jq: f64,
}

/// Detrender and Hilbert transformers; all is 0 before the first sample.
#[derive(Clone, Debug, Default)]
pub(super) struct Transformer {
    lines: Lines,
}

impl Transformer {
    /// Takes a price smoothed by [`Wma4`] and the period measured last, with which the gain of the
    /// transformer falls.
    #[inline]
    pub(super) const fn next(&mut self, smooth: f64, period: f64) -> Transforms {
        let gain = 0.075 * period + 0.54;
        let lines = &mut self.lines;
        lines.now = lines.now.wrapping_add(1);
        let detrended = gain * lines.transform(SMOOTH, smooth);
        let q1 = gain * lines.transform(DETRENDED, detrended);
        let i1 = lines.lag(DETRENDED, 3);
        let ji = gain * lines.transform(IN_PHASE, i1);
        let jq = gain * lines.transform(QUADRATURE, q1);
        Transforms { i1, q1, ji, jq }
    }
}

/// Limits a period by the last one, then to 6 to 50 samples; the order matters.
#[inline]
pub(super) const fn limit(period: f64, last: f64) -> f64 {
    let near = greater(lesser(period, 1.5 * last), 0.67 * last);
    greater(lesser(near, 50.0), 6.0)
}

/// The front end of Hilbert indicators; all is 0 before the first sample.
#[derive(Clone, Debug, Default)]
pub(super) struct Homodyne {
    transformer: Transformer,
    /// The phasor with the delay of its own quadrature taken out, smoothed.
    i2: f64,
    q2: f64,
    /// The product of successive phasors, smoothed.
    re: f64,
    im: f64,
    phasor: Phasor,
}

impl Homodyne {
    /// Takes a price smoothed by [`Wma4`].
    #[inline]
    pub(super) fn next(&mut self, smooth: f64) -> Phasor {
        let last = self.phasor;
        let Transforms { i1, q1, ji, jq } = self.transformer.next(smooth, last.period);
        let i2 = 0.2 * (i1 - jq) + 0.8 * self.i2;
        let q2 = 0.2 * (q1 + ji) + 0.8 * self.q2;
        self.re = 0.2 * (i2 * self.i2 + q2 * self.q2) + 0.8 * self.re;
        self.im = 0.2 * (i2 * self.q2 - q2 * self.i2) + 0.8 * self.im;
        (self.i2, self.q2) = (i2, q2);
        let mut period = last.period;
        if self.re != 0.0 && self.im != 0.0 {
            period = samples_per_turn(self.im, self.re);
        }
        period = 0.2 * limit(period, last.period) + 0.8 * last.period;
        let smooth_period = 0.33 * period + 0.67 * last.smooth_period;
        self.phasor = Phasor { i1, q1, period, smooth_period };
        self.phasor
    }

    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}

/// The weights 4, 3, 2, 1 over the last four prices.
#[derive(Clone, Debug, Default)]
pub(super) struct Wma4 {
    prices: Option<[f64; 3]>,
}

impl Wma4 {
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> f64 {
        let [x1, x2, x3] = self.prices.unwrap_or([price; 3]);
        self.prices = Some([price, x1, x2]);
        (4.0 * price + 3.0 * x1 + 2.0 * x2 + x3) / 10.0
    }

    pub(super) fn reset(&mut self) {
        self.prices = None;
    }
}

/// So many first samples give no period, as in the listing.
const FIRST: usize = 5;

/// The smoothed period of the dominant cycle by the homodyne discriminator: 6 to 50 samples after
/// its transient. Ehlers himself no longer advises to trade by it.
#[derive(Clone, Debug, Default)]
pub struct HomodynePeriod {
    smooth: Wma4,
    homodyne: Homodyne,
    count: usize,
}

impl HomodynePeriod {
    /// Builds one; there is nothing to choose.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let smooth = self.smooth.next(price);
        if self.count < FIRST {
            self.count += 1;
            return 0.0;
        }
        self.homodyne.next(smooth).smooth_period
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Catalogued for HomodynePeriod {
    const ENTRY: Entry = on_median(
        "homodyne",
        "Dominant cycle by homodyne discriminator",
        &[],
        rocket_science("ch. 7"),
    );

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

at_once!(HomodynePeriod: f64 => f64);
