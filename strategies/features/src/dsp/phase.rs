//! The phase of the dominant cycle.

use std::f64::consts::TAU;

use super::past::Recent;

/// More than the longest cycle, in samples, and a multiple of [`LANES`].
const LONGEST: usize = 64;

/// Samples side by side.
const LANES: usize = 4;

/// Correlates the last samples with one cycle of a sine and a cosine. O(cycle), at most 63.
#[derive(Clone, Debug)]
pub(super) struct CycleSums {
    recent: Recent,
    /// For each length of a cycle, four cosines and four sines at a time, and zeros at the end.
    waves: Box<[[[f64; LANES]; 2]]>,
    /// Where the waves of each cycle begin.
    starts: [usize; LONGEST],
}

impl CycleSums {
    pub(super) fn new() -> Self {
        let mut waves = Vec::new();
        let starts = std::array::from_fn(|cycle| {
            let start = waves.len();
            waves.extend((0..cycle).step_by(LANES).map(|first| Self::waves(cycle, first)));
            start
        });
        Self { recent: Recent::new(LONGEST), waves: waves.into_boxed_slice(), starts }
    }

    fn waves(cycle: usize, first: usize) -> [[f64; LANES]; 2] {
        let angle = |lane: usize| TAU * (first + lane) as f64 / cycle as f64;
        let within = |lane: usize| first + lane < cycle;
        let cosine = |lane| if within(lane) { angle(lane).cos() } else { 0.0 };
        let sine = |lane| if within(lane) { angle(lane).sin() } else { 0.0 };
        [std::array::from_fn(cosine), std::array::from_fn(sine)]
    }

    #[inline]
    pub(super) fn push(&mut self, sample: f64) {
        self.recent.push(sample);
    }

    /// Returns the sums with the cosine and the sine of a cycle of so many samples.
    #[inline]
    pub(super) fn of(&self, cycle: usize) -> [f64; 2] {
        let cycle = cycle.min(LONGEST - 1);
        let waves = &self.waves[self.starts[cycle]..][..cycle.div_ceil(LANES)];
        let (mut cosine, mut sine) = ([0.0; LANES], [0.0; LANES]);
        for ([cosines, sines], samples) in
            waves.iter().zip(self.recent.newest_first().chunks_exact(LANES))
        {
            for lane in 0..LANES {
                cosine[lane] += cosines[lane] * samples[lane];
                sine[lane] += sines[lane] * samples[lane];
            }
        }
        let sum = |parts: [f64; LANES]| (parts[0] + parts[1]) + (parts[2] + parts[3]);
        [sum(cosine), sum(sine)]
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
