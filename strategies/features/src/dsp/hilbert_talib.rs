//! What the Hilbert indicators of TA-Lib share: when they begin, and the phase and trendline.
//!
//! All begin with every state 0, as if the smoothed price had been 0 before: short ones after 12
//! samples, long ones after 37; the first value comes 20 and 26 samples later.

use super::angle::arc_tangent;
use super::homodyne::{Homodyne, Phasor};
use super::past::Recent;
use super::phase::{CycleSums, resolve};

/// Samples before the front end begins, and before the first value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start {
    /// Period, phasor, MAMA.
    Short,
    /// Phase, sine wave, trendline, trend mode.
    Long,
}

impl Start {
    const fn begin(self) -> usize {
        match self {
            Self::Short => 12,
            Self::Long => 37,
        }
    }

    /// Samples up to and including the first value.
    pub(super) const fn warm_up(self) -> usize {
        match self {
            Self::Short => 33,
            Self::Long => 64,
        }
    }
}

/// A sample that the front end has seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) smooth: f64,
    pub(super) phasor: Phasor,
    /// Whether a value may be shown.
    pub(super) ready: bool,
}

/// The weights 4, 3, 2, 1 over the last four prices, from sums that run on: as TA-Lib rounds, so
/// that what rounding leaves of a price that stands still is the same too. Not a smoothed price
/// before the fourth.
#[derive(Clone, Debug, Default)]
struct RunningWma {
    prices: [f64; 3],
    count: u8,
    /// The sum of the last prices, the one that leaves next included.
    plain: f64,
    weighted: f64,
    leaving: f64,
}

impl RunningWma {
    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let [x1, x2, x3] = self.prices;
        self.prices = [price, x1, x2];
        if self.count < 3 {
            self.count += 1;
            self.plain += price;
            self.weighted += price * f64::from(self.count);
            return price;
        }
        self.plain += price;
        self.plain -= self.leaving;
        self.weighted += price * 4.0;
        self.leaving = x3;
        let smooth = self.weighted * 0.1;
        self.weighted -= self.plain;
        smooth
    }
}

/// Smoother and discriminator.
#[derive(Clone, Debug)]
pub(super) struct Front {
    start: Start,
    count: usize,
    wma: RunningWma,
    homodyne: Homodyne,
}

impl Front {
    pub(super) fn new(start: Start) -> Self {
        Self { start, count: 0, wma: RunningWma::default(), homodyne: Homodyne::default() }
    }

    /// Returns `None` before the front end begins.
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> Option<Seen> {
        let smooth = self.wma.next(price);
        if self.count < self.start.begin() {
            self.count += 1;
            return None;
        }
        let ready = self.count + 1 >= self.start.warm_up();
        self.count += usize::from(!ready);
        Some(Seen { smooth, phasor: self.homodyne.next(smooth), ready })
    }

    pub(super) const fn warm_up(&self) -> usize {
        self.start.warm_up()
    }

    pub(super) fn reset(&mut self) {
        self.count = 0;
        self.wma = RunningWma::default();
        self.homodyne.reset();
    }
}

/// The phase of the dominant cycle, and the mean price of the last one. O(period).
#[derive(Clone, Debug)]
pub(super) struct Cycle {
    sums: CycleSums,
    degrees: f64,
    prices: Recent,
    means: [f64; 3],
}

/// The longest cycle.
const LONGEST: usize = 50;

impl Cycle {
    pub(super) fn new() -> Self {
        let prices = Recent::new(LONGEST);
        Self { sums: CycleSums::new(), degrees: 0.0, prices, means: [0.0; 3] }
    }

    /// Takes every price, from the first on.
    #[inline]
    pub(super) fn push(&mut self, price: f64) {
        self.prices.push(price);
    }

    /// Returns the phase, degrees, and the mean price smoothed by 4, 3, 2, 1.
    #[inline]
    pub(super) fn next(&mut self, seen: &Seen) -> [f64; 2] {
        self.sums.push(seen.smooth);
        let period = seen.phasor.smooth_period;
        let cycle = ((period + 0.5) as usize).min(LONGEST);
        let ([cosine, sine], total) = self.sums.with(cycle, self.prices.newest_first());
        let phase = if cosine != 0.0 {
            arc_tangent(sine, cosine)
        } else if sine != 0.0 {
            self.degrees + 90.0_f64.copysign(sine)
        } else {
            self.degrees
        };
        // The smoother is late by one sample, which the period says in degrees.
        self.degrees = resolve(phase + 90.0 + 360.0 / period, cosine);
        [self.degrees, self.trendline(total, cycle)]
    }

    #[inline]
    fn trendline(&mut self, total: f64, cycle: usize) -> f64 {
        let mean = if cycle > 0 { total / cycle as f64 } else { total };
        let [m1, m2, m3] = self.means;
        self.means = [mean, m1, m2];
        (4.0 * mean + 3.0 * m1 + 2.0 * m2 + m3) / 10.0
    }

    pub(super) fn reset(&mut self) {
        self.sums.reset();
        self.degrees = 0.0;
        self.prices.reset();
        self.means = [0.0; 3];
    }
}
