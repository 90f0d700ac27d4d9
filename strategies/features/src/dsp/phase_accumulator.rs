//! The dominant cycle by phase accumulation.

use super::homodyne::{Transformer, Wma4};
use super::past::Recent;
use super::school::*;
use crate::prelude::*;

/// Adds up how far the phase of a phasor turned, back in time, until a cycle is full.
/// O(cycle), 41 at most.
#[derive(Clone, Debug)]
pub(super) struct Accumulator {
    /// Least and largest turn, degrees a sample.
    limits: [f64; 2],
    turns: Recent,
    phase: f64,
    period: f64,
}

/// Samples looked back.
const LOOK_BACK: usize = 41;

impl Accumulator {
    pub(super) fn new(limits: [f64; 2]) -> Self {
        Self { limits, turns: Recent::new(LOOK_BACK), phase: 0.0, period: 0.0 }
    }

    /// Returns the period, the last one while no cycle is full.
    #[inline]
    pub(super) fn next(&mut self, real: f64, imaginary: f64) -> f64 {
        let degrees = imaginary.atan2(real).to_degrees();
        let phase = if degrees < 0.0 { degrees + 360.0 } else { degrees };
        let last = std::mem::replace(&mut self.phase, phase);
        let whole = if last < 90.0 && phase > 270.0 { 360.0 } else { 0.0 };
        let [least, largest] = self.limits;
        self.turns.push((whole + last - phase).clamp(least, largest));
        let mut sum = 0.0;
        let full = self.turns.newest_first().iter().position(|turn| {
            sum += turn;
            sum > 360.0
        });
        if let Some(samples) = full {
            self.period = samples as f64;
        }
        self.period
    }

    pub(super) fn reset(&mut self) {
        self.turns.reset();
        self.phase = 0.0;
        self.period = 0.0;
    }
}

/// The period of the dominant cycle: how many samples the phase took for its last full turn.
/// O(period).
#[derive(Clone, Debug)]
pub struct PhaseAccumulation {
    smooth: Wma4,
    transformer: Transformer,
    accumulator: Accumulator,
    period: f64,
}

/// Degrees a sample: cycles of 6 to 51 samples.
const LIMITS: [f64; 2] = [7.0, 60.0];

impl PhaseAccumulation {
    /// Builds one; there is nothing to choose.
    #[must_use]
    pub fn new() -> Self {
        Self {
            smooth: Wma4::default(),
            transformer: Transformer::default(),
            accumulator: Accumulator::new(LIMITS),
            period: 0.0,
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let phasor = self.transformer.next(self.smooth.next(price), self.period);
        let measured = self.accumulator.next(phasor.i1, phasor.q1);
        self.period = 0.25 * measured + 0.75 * self.period;
        self.period
    }

    fn clear(&mut self) {
        self.smooth.reset();
        self.transformer = Transformer::default();
        self.accumulator.reset();
        self.period = 0.0;
    }
}

impl Default for PhaseAccumulation {
    fn default() -> Self {
        Self::new()
    }
}

impl Catalogued for PhaseAccumulation {
    const ENTRY: Entry = on_median(
        "phase_accumulation",
        "Dominant cycle by phase accumulation",
        &[],
        rocket_science("ch. 7"),
    );

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

at_once!(PhaseAccumulation: f64 => f64);
