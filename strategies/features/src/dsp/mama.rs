//! The MESA adaptive moving average.

use super::angle::arc_tangent;
use super::hilbert_talib::{Front, Start};
use super::school::*;
use crate::prelude::*;
use crate::window::greater;

outputs! {
    /// The outputs of [`Mama`].
    pub struct MamaLines {
        /// The adaptive average.
        mama,
        /// The following one: crossings are entries.
        fama,
    }
}

/// An exponential average that is fast when the phase of the dominant cycle turns quickly (which it
/// does at the start of a trend), and a slower one of it. As in TA-Lib both begin at 0.
#[derive(Clone, Debug)]
pub struct Mama {
    front: Front,
    fast: f64,
    slow: f64,
    phase: f64,
    lines: MamaLines,
}

const FAST: Parameter = Parameter::number("fast", Unit::Ratio, 0.01, 0.99, 0.5);
const SLOW: Parameter = Parameter::number("slow", Unit::Ratio, 0.01, 0.99, 0.05);

const REST: MamaLines = MamaLines { mama: 0.0, fama: 0.0 };

impl Mama {
    /// Builds one with the limits of its weight.
    ///
    /// # Panics
    /// If a limit is not allowed by the catalogue.
    #[must_use]
    pub fn new(fast: f64, slow: f64) -> Self {
        let (fast, slow) = (FAST.require(fast), SLOW.require(slow));
        Self { front: Front::new(Start::Short), fast, slow, phase: 0.0, lines: REST }
    }
}

impl Catalogued for Mama {
    const ENTRY: Entry = on_close(
        "mama",
        "MESA adaptive moving average",
        &[FAST, SLOW],
        article("MESA Adaptive Moving Averages", 2001, "TASC, September, as in TA-Lib"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1))
    }
}

impl Indicator for Mama {
    type Sample = f64;
    type Output = MamaLines;

    #[inline]
    fn step(&mut self, price: f64) -> Option<MamaLines> {
        let seen = self.front.next(price)?;
        let (i1, q1) = (seen.phasor.i1, seen.phasor.q1);
        let phase = if i1 == 0.0 { 0.0 } else { arc_tangent(q1, i1) };
        let turned = std::mem::replace(&mut self.phase, phase) - phase;
        // Both are computed, so that nothing is guessed.
        let slowed = greater(self.fast / turned, self.slow);
        let alpha = if turned > 1.0 { slowed } else { self.fast };
        let mama = alpha * price + (1.0 - alpha) * self.lines.mama;
        let half = 0.5 * alpha;
        self.lines = MamaLines { mama, fama: half * mama + (1.0 - half) * self.lines.fama };
        seen.ready.then_some(self.lines)
    }

    fn reset(&mut self) {
        self.front.reset();
        self.phase = 0.0;
        self.lines = REST;
    }

    fn warm_up(&self) -> usize {
        self.front.warm_up()
    }
}
