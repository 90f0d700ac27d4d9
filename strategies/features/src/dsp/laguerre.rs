//! Laguerre filters: all-pass stages that look far back with few numbers.

use super::school::*;
use crate::prelude::*;

/// Four stages; each delays low frequencies more than high ones.
#[derive(Clone, Debug)]
struct Stages {
    gamma: f64,
    state: Option<[f64; 4]>,
}

impl Stages {
    fn new(gamma: f64) -> Self {
        Self { gamma: GAMMA.require(gamma), state: None }
    }

    #[inline]
    fn next(&mut self, price: f64) -> [f64; 4] {
        let gamma = self.gamma;
        let last = self.state.unwrap_or([price; 4]);
        let mut stages = [(1.0 - gamma) * price + gamma * last[0]; 4];
        for stage in 1..4 {
            stages[stage] = -gamma * stages[stage - 1] + last[stage - 1] + gamma * last[stage];
        }
        self.state = Some(stages);
        stages
    }
}

/// A smoother of four Laguerre stages with the weights 1, 2, 2, 1.
#[derive(Clone, Debug)]
pub struct LaguerreFilter {
    stages: Stages,
}

impl LaguerreFilter {
    /// Builds one with the damping.
    ///
    /// # Panics
    /// If `gamma` is not allowed by the catalogue.
    #[must_use]
    pub fn new(gamma: f64) -> Self {
        Self { stages: Stages::new(gamma) }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let [l0, l1, l2, l3] = self.stages.next(price);
        (l0 + 2.0 * l1 + 2.0 * l2 + l3) / 6.0
    }

    fn clear(&mut self) {
        self.stages.state = None;
    }
}

impl Catalogued for LaguerreFilter {
    const ENTRY: Entry = on_median(
        "laguerre_filter",
        "Laguerre filter",
        &[GAMMA],
        paper("Time Warp: Without Space Travel", 2002),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

at_once!(LaguerreFilter: f64 => f64);

/// The rises from stage to stage as a share of rises and falls, 0 to 1: an RSI of few samples.
#[derive(Clone, Debug)]
pub struct LaguerreRsi {
    stages: Stages,
    value: f64,
}

impl LaguerreRsi {
    /// Builds one with the damping.
    ///
    /// # Panics
    /// If `gamma` is not allowed by the catalogue.
    #[must_use]
    pub fn new(gamma: f64) -> Self {
        Self { stages: Stages::new(gamma), value: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let stages = self.stages.next(price);
        let (mut up, mut down) = (0.0, 0.0);
        for pair in stages.windows(2) {
            let change = pair[0] - pair[1];
            up += change.max(0.0);
            down += (-change).max(0.0);
        }
        if let Some(share) = ratio(up, up + down) {
            self.value = share;
        }
        self.value
    }

    fn clear(&mut self) {
        self.stages.state = None;
        self.value = 0.0;
    }
}

impl Catalogued for LaguerreRsi {
    const ENTRY: Entry =
        on_close("laguerre_rsi", "Laguerre RSI", &[GAMMA.or(0.5)], cybernetic("ch. 14"));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

at_once!(LaguerreRsi: f64 => f64);
