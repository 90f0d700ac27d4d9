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
        let mut sums = [0.0; 2];
        for (wave, sample) in self.waves(cycle).iter().zip(self.recent.newest_first()) {
            sums = add(sums, *wave, *sample);
        }
        sums
    }

    /// Returns the same and the sum of others, the newest first, over the same cycle: in one pass,
    /// as none of the three waits for the others.
    #[inline]
    pub(super) fn with(&self, cycle: usize, others: &[f64]) -> ([f64; 2], f64) {
        let samples = self.recent.newest_first().iter().zip(others);
        let (mut sums, mut total) = ([0.0; 2], 0.0);
        for (wave, (sample, other)) in self.waves(cycle).iter().zip(samples) {
            sums = add(sums, *wave, *sample);
            total += other;
        }
        (sums, total)
    }

    #[inline]
    fn waves(&self, cycle: usize) -> &[[f64; 2]] {
        let cycle = cycle.min(LONGEST - 1);
        let first = cycle * cycle.saturating_sub(1) / 2;
        &self.waves[first..first + cycle]
    }

    pub(super) fn reset(&mut self) {
        self.recent.reset();
    }
}

/// Adds a sample's share.
#[inline]
fn add(sums: [f64; 2], [cosine, sine]: [f64; 2], sample: f64) -> [f64; 2] {
    [sums[0] + cosine * sample, sums[1] + sine * sample]
}

/// Resolves the quadrant of a phase in degrees, −45 to 315, by the sign of the cosine sum.
#[inline]
pub(super) fn resolve(phase: f64, cosine: f64) -> f64 {
    let phase = if cosine < 0.0 { phase + 180.0 } else { phase };
    if phase > 315.0 { phase - 360.0 } else { phase }
}
