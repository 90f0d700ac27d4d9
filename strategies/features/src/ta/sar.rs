//! Parabolic stop and reverse.

use super::classical;
use crate::prelude::*;
use crate::window::{greater, lesser};

/// A stop that follows the price faster and faster, and changes side when it is touched.
///
/// As in TA-Lib the first bar gives the first stop, and the second bar's directional movement
/// the first side: short if it went lower more than higher.
///
/// Hot: a trend keeps its prices times its side, so that both sides are one code and which way
/// the price goes is no branch.
#[derive(Clone, Debug)]
pub struct Sar {
    step: f64,
    maximum: f64,
    first: Option<HighLow>,
    trend: Option<Trend>,
}

/// Prices are times the side: the best of a bar is its highest, and the stop is below.
#[derive(Clone, Copy, Debug)]
struct Trend {
    /// 1 long, −1 short.
    side: f64,
    stop: f64,
    /// The best price of the trend.
    extreme: f64,
    acceleration: f64,
    before: Faced,
}

/// A bar seen from a side.
#[derive(Clone, Copy, Debug)]
struct Faced {
    best: f64,
    worst: f64,
}

impl Sar {
    /// Builds one from the acceleration a new extreme adds, usually 0.02, and its maximum,
    /// usually 0.2.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(step: f64, maximum: f64) -> Self {
        let maximum = MAXIMUM.require(maximum);
        Self { step: STEP.require(step).min(maximum), maximum, first: None, trend: None }
    }

    /// The first side and stop, from the first two bars; the second stands for the one before it
    /// as well.
    #[inline]
    fn begin(&self, first: HighLow, now: HighLow) -> Trend {
        let (up, down) = (now.high - first.high, first.low - now.low);
        let side = if down > 0.0 && up < down { -1.0 } else { 1.0 };
        let (stop, before) = (Faced::new(first, side).worst, Faced::new(now, side));
        Trend { side, stop, extreme: before.best, acceleration: self.step, before }
    }
}

impl Faced {
    #[inline]
    fn new(bar: HighLow, side: f64) -> Self {
        let (high, low) = (bar.high * side, bar.low * side);
        let long = side > 0.0;
        Self { best: if long { high } else { low }, worst: if long { low } else { high } }
    }

    #[inline]
    fn turned(self) -> Self {
        Self { best: -self.worst, worst: -self.best }
    }
}

impl Trend {
    /// Keeps a stop behind the worst prices of this bar and the one before.
    #[inline]
    fn behind(&self, stop: f64, now: Faced) -> f64 {
        lesser(stop, lesser(self.before.worst, now.worst))
    }

    /// Takes a bar and returns the stop that held for it.
    #[inline]
    fn advance(&mut self, bar: HighLow, step: f64, maximum: f64) -> f64 {
        let mut now = Faced::new(bar, self.side);
        if now.worst > self.stop {
            let faster = lesser(self.acceleration + step, maximum);
            self.acceleration = if now.best > self.extreme { faster } else { self.acceleration };
            self.extreme = greater(now.best, self.extreme);
        } else {
            self.side = -self.side;
            (now, self.before) = (now.turned(), self.before.turned());
            self.stop = self.behind(-self.extreme, now);
            self.extreme = now.best;
            self.acceleration = step;
        }
        let shown = self.stop * self.side;
        let next = self.stop + self.acceleration * (self.extreme - self.stop);
        self.stop = self.behind(next, now);
        self.before = now;
        shown
    }
}

const STEP: Parameter = Parameter::number("step", Unit::Ratio, 0.0, 10.0, 0.02);
const MAXIMUM: Parameter = Parameter::number("maximum", Unit::Ratio, 0.0, 10.0, 0.2);

impl Catalogued for Sar {
    const ENTRY: Entry = classical(
        "sar",
        "Parabolic stop and reverse",
        &[STEP, MAXIMUM],
        Source::new("Wilder", "New Concepts in Technical Trading Systems", 1978, "section II"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1))
    }
}

impl Indicator for Sar {
    type Sample = HighLow;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLow) -> Option<f64> {
        let mut trend = match (self.trend, self.first) {
            (Some(trend), _) => trend,
            (None, Some(first)) => self.begin(first, bar),
            (None, None) => {
                self.first = Some(bar);
                return None;
            }
        };
        let shown = trend.advance(bar, self.step, self.maximum);
        self.trend = Some(trend);
        Some(shown)
    }

    fn reset(&mut self) {
        self.first = None;
        self.trend = None;
    }

    fn warm_up(&self) -> usize {
        2
    }
}
