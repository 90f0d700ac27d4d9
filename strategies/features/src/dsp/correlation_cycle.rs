//! Correlation as a cycle indicator.

use std::f64::consts::TAU;

use super::past::Past;
use super::school::*;
use crate::prelude::*;

outputs! {
    /// The outputs of [`CorrelationCycle`].
    pub struct CycleLines {
        /// Correlation with a cosine.
        real,
        /// Correlation with a negative sine.
        imag,
        /// Phase in degrees, −180 to 180; it never runs backwards.
        angle,
        /// 1 or −1 in a trend, 0 in a cycle.
        state,
    }
}

/// The correlation of the last prices with one cycle of a cosine and a sine, and its angle. While
/// the angle hardly moves there is a trend.
///
/// O(1) by a sliding Fourier transform; every 1024 samples, or four windows, or when the price has
/// gone far, one pass over
/// the window throws rounding away.
#[derive(Clone, Debug)]
pub struct CorrelationCycle {
    past: Past,
    sums: Sums,
    /// Cosine and sine of one sample's share of the cycle.
    turn: [f64; 2],
    anchor: f64,
    until_refresh: usize,
    equal: usize,
    last: f64,
    real: f64,
    imag: f64,
    angle: f64,
}

/// Sums over the window, of prices less an anchor.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    x: f64,
    square: f64,
    cosine: f64,
    sine: f64,
}

/// How long rounding errors may gather.
const REFRESH: usize = 1024;

/// A square that left and is that much larger than what remains took digits with it.
const ECLIPSED: f64 = 1e6;

/// The part of the squares below which a variance has lost too many digits.
const CANCELLED: f64 = 1e-6;

/// Degrees a sample below which there is a trend: a cycle of 40 samples.
const TREND: f64 = 9.0;

const WHOLE: Parameter = Parameter::samples("period", 3, 20);

impl CorrelationCycle {
    /// Builds one for a cycle of `period` samples.
    ///
    /// # Panics
    /// If the period is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = WHOLE.require_whole(period);
        let (sine, cosine) = (TAU / period as f64).sin_cos();
        Self {
            past: Past::new(period),
            sums: Sums::default(),
            turn: [cosine, sine],
            anchor: 0.0,
            until_refresh: 0,
            equal: 0,
            last: 0.0,
            real: 0.0,
            imag: 0.0,
            angle: 0.0,
        }
    }

    /// Counts the sums from nothing, around the newest price.
    fn refresh(&mut self, price: f64) {
        self.anchor = price;
        self.until_refresh = REFRESH.max(4 * self.past.capacity());
        self.sums = Sums::default();
        let step = TAU / self.past.capacity() as f64;
        for (k, sample) in self.past.newest_first().enumerate() {
            let x = sample - self.anchor;
            let (sine, cosine) = (step * k as f64).sin_cos();
            self.sums.x += x;
            self.sums.square += x * x;
            self.sums.cosine += x * cosine;
            self.sums.sine += x * sine;
        }
    }

    #[inline]
    fn slide(&mut self, price: f64, oldest: f64) {
        let (came, left) = (price - self.anchor, oldest - self.anchor);
        let [cosine, sine] = self.turn;
        let sums = &mut self.sums;
        self.until_refresh -= 1;
        sums.x += came - left;
        sums.square += came * came - left * left;
        // A full cycle later the oldest sample stands where the newest does.
        let (c, s) = (sums.cosine, sums.sine);
        sums.cosine = cosine * c - sine * s + (came - left);
        sums.sine = sine * c + cosine * s;
        let n = self.past.capacity() as f64;
        let Sums { x, square, .. } = self.sums;
        if n * square - x * x < CANCELLED * n * square || left * left > ECLIPSED * square {
            self.refresh(price);
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> CycleLines {
        let oldest = self.past.push(price, price);
        self.equal = if price == self.last && self.equal > 0 { self.equal + 1 } else { 1 };
        self.last = price;
        if self.until_refresh == 0 {
            self.refresh(price);
        } else {
            self.slide(price, oldest);
        }
        if self.equal >= self.past.capacity() {
            self.until_refresh = 0;
        } else {
            self.correlate();
        }
        let last = self.angle;
        self.turn_angle();
        let still = (self.angle - last).abs() < TREND;
        let state = if !still {
            0.0
        } else if self.angle < 0.0 {
            -1.0
        } else {
            1.0
        };
        CycleLines { real: self.real, imag: self.imag, angle: self.angle, state }
    }

    /// Pearson's correlations; cosine and sine over a full cycle have the mean 0 and the power
    /// of half the period.
    #[inline]
    fn correlate(&mut self) {
        let n = self.past.capacity() as f64;
        let Sums { x, square, cosine, sine } = self.sums;
        let variance = (n * square - x * x) * (n * n / 2.0);
        if variance > 0.0 {
            let scale = n / variance.sqrt();
            if scale.is_finite() {
                self.real = (cosine * scale).clamp(-1.0, 1.0);
                self.imag = (-sine * scale).clamp(-1.0, 1.0);
            }
        }
    }

    #[inline]
    fn turn_angle(&mut self) {
        let last = self.angle;
        let mut angle = last;
        if self.imag != 0.0 {
            angle = 90.0 + (self.real / self.imag).atan().to_degrees();
        }
        if self.imag > 0.0 {
            angle -= 180.0;
        }
        let backwards = last - angle < 270.0 && angle < last;
        self.angle = if backwards { last } else { angle };
    }

    fn clear(&mut self) {
        self.past.reset();
        self.until_refresh = 0;
        self.equal = 0;
        [self.real, self.imag, self.angle] = [0.0; 3];
    }
}

impl Catalogued for CorrelationCycle {
    const ENTRY: Entry = on_close(
        "corr_cycle",
        "Correlation cycle indicator",
        &[WHOLE],
        article("Correlation as a Cycle Indicator", 2020, "TASC, June"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(CorrelationCycle: f64 => CycleLines);
