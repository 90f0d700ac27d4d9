//! The reverse EMA.

use super::school::*;
use crate::prelude::*;

/// An EMA less one that runs backwards in time, as far as a recursion over 256 samples can: what
/// the average lags is taken away. 0.05 shows the trend, 0.3 the cycle.
#[derive(Clone, Debug)]
pub struct ReverseEma {
    alpha: f64,
    state: Option<State>,
}

/// Doublings of the backward filter.
const STAGES: usize = 8;

/// The average, and the first seven stages of the backward filter.
#[derive(Clone, Copy, Debug)]
struct State {
    average: f64,
    stages: [f64; STAGES - 1],
}

impl ReverseEma {
    /// Builds one with the weight of the newest sample.
    ///
    /// # Panics
    /// If `alpha` is not allowed by the catalogue.
    #[must_use]
    pub fn new(alpha: f64) -> Self {
        Self { alpha: WEIGHT.require(alpha), state: None }
    }

    /// What all stages are after a constant price for ever.
    fn rest(&self, price: f64) -> State {
        let (mut power, mut value) = (1.0 - self.alpha, price);
        let stages = std::array::from_fn(|_| {
            value *= 1.0 + power;
            power *= power;
            value
        });
        State { average: price, stages }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let last = self.state.unwrap_or_else(|| self.rest(price));
        let average = self.alpha * price + (1.0 - self.alpha) * last.average;
        let (mut power, mut value) =
            (1.0 - self.alpha, power_stage(average, last.average, 1.0 - self.alpha));
        let mut stages = last.stages;
        for stage in &mut stages {
            power *= power;
            let before = std::mem::replace(stage, value);
            value = power_stage(value, before, power);
        }
        self.state = Some(State { average, stages });
        average - self.alpha * value
    }

    fn clear(&mut self) {
        self.state = None;
    }
}

/// One stage: the newest input weighs `power`, the last one 1.
#[inline]
const fn power_stage(now: f64, before: f64, power: f64) -> f64 {
    power * now + before
}

const WEIGHT: Parameter = ALPHA.or(0.05);

impl Catalogued for ReverseEma {
    const ENTRY: Entry = on_close(
        "reverse_ema",
        "Reverse EMA",
        &[WEIGHT],
        article("The Reverse EMA Indicator", 2017, "TASC, September"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

at_once!(ReverseEma: f64 => f64);
