//! Parabolic stop and reverse.

use super::classical;
use crate::prelude::*;

/// A stop that follows the price faster and faster, and changes side when it is touched.
///
/// As in TA-Lib the first bar gives the first stop, and the second bar's directional movement
/// the first side: short if it went lower more than higher.
#[derive(Clone, Debug)]
pub struct Sar {
    step: f64,
    maximum: f64,
    previous: Option<HighLow>,
    trend: Option<Trend>,
}

#[derive(Clone, Copy, Debug)]
struct Trend {
    /// 1 long, −1 short. Prices times this rise in either trend.
    side: f64,
    stop: f64,
    /// The best price of the trend.
    extreme: f64,
    acceleration: f64,
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
        Self { step: STEP.require(step).min(maximum), maximum, previous: None, trend: None }
    }

    /// The first side and stop, from the first two bars.
    fn begin(&self, before: HighLow, now: HighLow) -> Trend {
        let (up, down) = (now.high - before.high, before.low - now.low);
        let (side, stop, extreme) = if down > 0.0 && up < down {
            (-1.0, before.high, now.low)
        } else {
            (1.0, before.low, now.high)
        };
        Trend { side, stop, extreme, acceleration: self.step }
    }
}

impl Trend {
    /// The best and the worst price of a bar for this side.
    fn best_and_worst(&self, bar: HighLow) -> (f64, f64) {
        if self.side > 0.0 { (bar.high, bar.low) } else { (bar.low, bar.high) }
    }

    /// Whether `a` is better than `b` for this side.
    fn better(&self, a: f64, b: f64) -> bool {
        (a - b) * self.side > 0.0
    }

    /// Keeps a stop behind the worst prices of two bars.
    fn behind(&self, mut stop: f64, before: HighLow, now: HighLow) -> f64 {
        for bar in [before, now] {
            let (_, worst) = self.best_and_worst(bar);
            if self.better(stop, worst) {
                stop = worst;
            }
        }
        stop
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

    fn step(&mut self, bar: HighLow) -> Option<f64> {
        let first = self.previous.replace(bar);
        let (mut trend, before) = match self.trend {
            Some(trend) => (trend, first?),
            // The second bar stands for the one before it as well.
            None => (self.begin(first?, bar), bar),
        };
        let (best, worst) = trend.best_and_worst(bar);
        let shown = if trend.better(worst, trend.stop) {
            if trend.better(best, trend.extreme) {
                trend.extreme = best;
                trend.acceleration = (trend.acceleration + self.step).min(self.maximum);
            }
            trend.stop
        } else {
            trend.side = -trend.side;
            trend.stop = trend.behind(trend.extreme, before, bar);
            trend.extreme = worst;
            trend.acceleration = self.step;
            trend.stop
        };
        let next = trend.stop + trend.acceleration * (trend.extreme - trend.stop);
        trend.stop = trend.behind(next, before, bar);
        self.trend = Some(trend);
        Some(shown)
    }

    fn reset(&mut self) {
        self.previous = None;
        self.trend = None;
    }

    fn warm_up(&self) -> usize {
        2
    }
}
