//! The phase of the dominant cycle.

use std::f64::consts::TAU;

use super::past::Recent;

/// More than the longest cycle, in samples.
const LONGEST: usize = 64;

/// Correlates the last samples with one cycle of a sine and a cosine. O(cycle), at most 63.
#[derive(Clone, Debug)]
pub(super) struct CycleSums {
    recent: Recent,
    /// For each length of a cycle its cosines and sines, from angle 0 on.
    waves: Box<[[f64; 2]]>,
}

impl CycleSums {
    pub(super) fn new() -> Self {
        let cycles = (0..LONGEST).flat_map(|cycle| (0..cycle).map(move |at| Self::wave(cycle, at)));
        Self { recent: Recent::new(LONGEST), waves: cycles.collect() }
    }

    fn wave(cycle: usize, at: usize) -> [f64; 2] {
        let (sine, cosine) = (at as f64 * TAU / cycle as f64).sin_cos();
        [cosine, sine]
    }

    #[inline]
    pub(super) fn push(&mut self, sample: f64) {
        self.recent.push(sample);
    }

    /// Returns the sums with the cosine and the sine of a cycle of so many samples, added from the
    /// newest to the oldest: of a price that stands still only rounding is left, and the phase is
    /// the phase of that.
    #[inline]
    pub(super) fn of(&self, cycle: usize) -> [f64; 2] {
        let cycle = cycle.min(LONGEST - 1);
        let first = cycle * cycle.saturating_sub(1) / 2;
        let waves = &self.waves[first..first + cycle];
        let mut sums = [0.0; 2];
        for (wave, sample) in waves.iter().zip(self.recent.newest_first()) {
            sums[0] += wave[0] * sample;
            sums[1] += wave[1] * sample;
        }
        sums
    }

    pub(super) fn reset(&mut self) {
        self.recent.reset();
    }
}

/// Resolves the quadrant of a phase in degrees, −45 to 315, by the sign of the cosine sum.
#[inline]
pub(super) fn resolve(phase: f64, cosine: f64) -> f64 {
    let phase = if cosine < 0.0 { phase + 180.0 } else { phase };
    if phase > 315.0 { phase - 360.0 } else { phase }
}

/// Returns the sine of a phase in degrees, and of 45 degrees later.
#[inline]
pub(super) fn sines(degrees: f64) -> [f64; 2] {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    [sine, (sine + cosine) * std::f64::consts::FRAC_1_SQRT_2]
}
