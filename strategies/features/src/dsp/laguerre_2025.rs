//! The Laguerre filter and oscillator of 2025, behind an UltimateSmoother.

use super::rms::RootMeanSquare;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// The stages behind the first, each from the one before it a sample ago.
#[derive(Clone, Debug)]
pub(super) struct DelayedStages {
    gamma: f64,
    stages: Box<[f64]>,
    started: bool,
}

impl DelayedStages {
    /// `count` stages, the first included.
    pub(super) fn new(gamma: f64, count: usize) -> Self {
        Self { gamma, stages: vec![0.0; count].into_boxed_slice(), started: false }
    }

    /// Takes the value of the first stage and returns all of them.
    #[inline]
    pub(super) fn next(&mut self, first: f64) -> &[f64] {
        if !self.started {
            self.started = true;
            self.stages.fill(first);
        }
        let mut before = std::mem::replace(&mut self.stages[0], first);
        for stage in &mut self.stages[1..] {
            let value = (1.0 - self.gamma) * before + self.gamma * *stage;
            before = std::mem::replace(stage, value);
        }
        &self.stages
    }

    pub(super) fn reset(&mut self) {
        self.started = false;
    }
}

/// Five stages behind an UltimateSmoother, with the weights 1, 4, 6, 4, 1.
#[derive(Clone, Debug)]
pub struct LaguerreFilter2025 {
    smoother: TwoPole,
    stages: DelayedStages,
}

impl LaguerreFilter2025 {
    /// Builds one with the critical period of the smoother and the damping.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, gamma: f64, constants: Constants) -> Self {
        Self {
            smoother: TwoPole::ultimate(PERIOD.require(period), constants),
            stages: DelayedStages::new(GAMMA.require(gamma), 5),
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let stages = self.stages.next(self.smoother.next(price));
        let weights = [1.0, 4.0, 6.0, 4.0, 1.0];
        stages.iter().zip(weights).map(|(stage, weight)| stage * weight).sum::<f64>() / 16.0
    }

    fn clear(&mut self) {
        self.smoother.reset();
        self.stages.reset();
    }
}

impl Catalogued for LaguerreFilter2025 {
    const ENTRY: Entry = on_close(
        "laguerre_filter_2025",
        "Laguerre filter of 2025",
        &[PERIOD.or(40.0), GAMMA, CONSTANTS],
        article("Laguerre Filters", 2025, "TASC, July"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.number(0), arguments.number(1), constants)
    }
}

at_once!(LaguerreFilter2025: f64 => f64);

/// The difference of the first two stages, the second one not delayed, in units of its usual size.
#[derive(Clone, Debug)]
pub struct LaguerreOscillator {
    smoother: TwoPole,
    gamma: f64,
    stages: Option<[f64; 2]>,
    scale: RootMeanSquare,
}

/// Samples over which the usual size is measured.
const USUAL: usize = 100;

impl LaguerreOscillator {
    /// Builds one with the critical period of the smoother and the damping.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, gamma: f64, constants: Constants) -> Self {
        Self {
            smoother: TwoPole::ultimate(PERIOD.require(period), constants),
            gamma: GAMMA.require(gamma),
            stages: None,
            scale: RootMeanSquare::new(USUAL),
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let first = self.smoother.next(price);
        let [last, second] = self.stages.unwrap_or([first; 2]);
        let second = last + self.gamma * (second - first);
        self.stages = Some([first, second]);
        self.scale.scale(first - second)
    }

    fn clear(&mut self) {
        self.smoother.reset();
        self.stages = None;
        self.scale.reset();
    }
}

impl Catalogued for LaguerreOscillator {
    const ENTRY: Entry = on_close(
        "laguerre_osc",
        "Laguerre oscillator",
        &[PERIOD.or(30.0), GAMMA.or(0.5), CONSTANTS],
        article("Laguerre Filters", 2025, "TASC, July"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.number(0), arguments.number(1), constants)
    }
}

at_once!(LaguerreOscillator: f64 => f64);
