//! The phase of the dominant cycle.

use std::f64::consts::TAU;

use super::past::{Recent, dot};

/// The longest cycle, in samples.
const LONGEST: usize = 64;

/// Correlates the last samples with one cycle of a sine and a cosine. O(cycle), at most 63.
#[derive(Clone, Debug)]
pub(super) struct CycleSums {
    recent: Recent,
    /// For each length of a cycle its cosines and then its sines.
    waves: Box<[f64]>,
}

impl CycleSums {
    pub(super) fn new() -> Self {
        let wave = |cycle: usize| {
            let angle = move |k: usize| TAU * k as f64 / cycle as f64;
            let cosines = (0..cycle).map(move |k| angle(k).cos());
            cosines.chain((0..cycle).map(move |k| angle(k).sin()))
        };
        Self { recent: Recent::new(LONGEST), waves: (0..LONGEST).flat_map(wave).collect() }
    }

    #[inline]
    pub(super) fn push(&mut self, sample: f64) {
        self.recent.push(sample);
    }

    /// Returns the sums with the cosine and the sine of a cycle of so many samples.
    #[inline]
    pub(super) fn of(&self, cycle: usize) -> [f64; 2] {
        let cycle = cycle.min(LONGEST - 1);
        // Waves of all shorter cycles come first: 2 · (0 + 1 + … + (cycle − 1)) numbers.
        let waves = &self.waves[cycle * cycle.saturating_sub(1)..][..2 * cycle];
        let (cosines, sines) = waves.split_at(cycle);
        let samples = &self.recent.newest_first()[..cycle];
        [dot(cosines, samples), dot(sines, samples)]
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
