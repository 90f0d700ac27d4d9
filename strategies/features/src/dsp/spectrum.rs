//! Spectra over cycles of 10 to 48 samples, and the dominant one.
//!
//! A transform is a product of a constant matrix and a vector, 39 × 2 × up to 49 multiplications;
//! it is laid out so that eight cycles at a time stay in registers.

use std::f64::consts::TAU;

/// The shortest and the longest cycle.
pub(super) const SHORTEST: usize = 10;
pub(super) const LONGEST: usize = 48;

/// Cycles in a spectrum.
pub(super) const CYCLES: usize = LONGEST - SHORTEST + 1;

/// Cycles side by side; the last block is filled up with zeros.
const LANES: usize = 8;
const BLOCKS: usize = CYCLES.div_ceil(LANES);

/// A number for every cycle.
pub(super) type Powers = [f64; BLOCKS * LANES];

/// The period of a lane.
#[inline]
pub(super) const fn period(lane: usize) -> f64 {
    (SHORTEST + lane) as f64
}

/// Cosines and sines of every cycle over a range of lags.
#[derive(Clone, Debug)]
pub(super) struct Transform {
    /// Block by block, lag by lag: eight cosines, eight sines.
    waves: Box<[[[f64; LANES]; 2]]>,
    lags: usize,
}

impl Transform {
    /// Over `lags` samples, of which the first has the lag `first`.
    pub(super) fn new(first: usize, lags: usize) -> Self {
        let row = |block: usize, lag: usize| {
            let mut row = [[0.0; LANES]; 2];
            for lane in (0..LANES).filter(|lane| block * LANES + lane < CYCLES) {
                let angle = TAU * (first + lag) as f64 / period(block * LANES + lane);
                (row[1][lane], row[0][lane]) = angle.sin_cos();
            }
            row
        };
        let rows = (0..BLOCKS).flat_map(|block| (0..lags).map(move |lag| row(block, lag)));
        Self { waves: rows.collect(), lags }
    }

    /// Returns the power of every cycle.
    pub(super) fn powers(&self, samples: &[f64]) -> Powers {
        assert_eq!(samples.len(), self.lags, "one sample a lag");
        let mut powers = [0.0; BLOCKS * LANES];
        let blocks = self.waves.chunks_exact(self.lags);
        for (powers, waves) in powers.chunks_exact_mut(LANES).zip(blocks) {
            let (mut cosine, mut sine) = ([0.0; LANES], [0.0; LANES]);
            for (sample, [cosines, sines]) in samples.iter().zip(waves) {
                for lane in 0..LANES {
                    cosine[lane] += sample * cosines[lane];
                    sine[lane] += sample * sines[lane];
                }
            }
            for lane in 0..LANES {
                powers[lane] = cosine[lane] * cosine[lane] + sine[lane] * sine[lane];
            }
        }
        powers
    }
}

/// How much of the largest power remains after a sample.
const DECAY: f64 = 0.995;

/// Cycles with less than this share of the largest power do not count.
const SHARE: f64 = 0.5;

/// The mean period of the strong cycles, weighted by power; the last one where there are none.
#[derive(Clone, Debug, Default)]
pub(super) struct DominantCycle {
    largest: f64,
    period: f64,
}

impl DominantCycle {
    #[inline]
    pub(super) fn next(&mut self, powers: &Powers) -> f64 {
        let powers = &powers[..CYCLES];
        self.largest = powers.iter().copied().fold(DECAY * self.largest, f64::max);
        let (mut moment, mut total) = (0.0, 0.0);
        for (lane, &power) in powers.iter().enumerate() {
            if power >= SHARE * self.largest {
                moment += period(lane) * power;
                total += power;
            }
        }
        if let Some(period) = super::school::ratio(moment, total) {
            self.period = period;
        }
        self.period
    }

    pub(super) fn reset(&mut self) {
        self.largest = 0.0;
        self.period = 0.0;
    }
}
