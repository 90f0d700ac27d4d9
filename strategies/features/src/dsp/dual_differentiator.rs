//! The dominant cycle by dual differentiator.

use std::f64::consts::TAU;

use super::homodyne::{Transformer, Transforms, Wma4, limit};
use super::school::*;
use crate::prelude::*;

/// The period of the dominant cycle from the angular speed of the phasor, which its changes give;
/// 6 to 50 samples after its transient.
#[derive(Clone, Debug, Default)]
pub struct DualDifferentiator {
    smooth: Wma4,
    transformer: Transformer,
    phasor: [f64; 2],
    period: f64,
}

/// The weights of the newest phasor and of the newest period.
const WEIGHT: f64 = 0.15;

impl DualDifferentiator {
    /// Builds one; there is nothing to choose.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let Transforms { i1, q1, ji, jq } =
            self.transformer.next(self.smooth.next(price), self.period);
        let [last_i, last_q] = self.phasor;
        let i = WEIGHT * (i1 - jq) + (1.0 - WEIGHT) * last_i;
        let q = WEIGHT * (q1 + ji) + (1.0 - WEIGHT) * last_q;
        self.phasor = [i, q];
        let turned = q * (i - last_i) - i * (q - last_q);
        let mut measured = self.period;
        if turned > 0.0 {
            measured = ratio(TAU * (i * i + q * q), turned).unwrap_or(measured);
        }
        self.period = WEIGHT * limit(measured, self.period) + (1.0 - WEIGHT) * self.period;
        self.period
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Catalogued for DualDifferentiator {
    const ENTRY: Entry = on_median(
        "dual_differentiator",
        "Dominant cycle by dual differentiator",
        &[],
        rocket_science("ch. 7"),
    );

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

at_once!(DualDifferentiator: f64 => f64);
