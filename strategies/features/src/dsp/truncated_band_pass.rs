//! The truncated band-pass filter.

use super::past::Past;
use super::school::*;
use super::two_pole::band;
use crate::prelude::*;

/// A band-pass filter that begins anew, at rest, `length` samples ago, so that it forgets shocks.
/// That is a filter of finite length: O(length).
#[derive(Clone, Debug)]
pub struct TruncatedBandPass {
    /// Weights of the differences over two samples, the newest first.
    weights: Box<[f64]>,
    differences: Past,
    prices: Option<[f64; 2]>,
}

const SPAN: Parameter = Parameter { high: 1000.0, ..LENGTH.or(10.0) };

impl TruncatedBandPass {
    /// Builds one around `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, bandwidth: f64, length: usize) -> Self {
        let length = SPAN.require_whole(length);
        let (period, bandwidth) = (CYCLE.require(period), BANDWIDTH.require(bandwidth));
        let [gain, a1, a2] = band(period, bandwidth);
        // The response to one difference.
        let mut weights = vec![0.0; length].into_boxed_slice();
        let (mut y1, mut y2) = (0.0, 0.0);
        for (k, weight) in weights.iter_mut().enumerate() {
            let impulse = if k == 0 { gain } else { 0.0 };
            *weight = impulse + a1 * y1 + a2 * y2;
            (y2, y1) = (y1, *weight);
        }
        Self { weights, differences: Past::new(length), prices: None }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let [x1, x2] = self.prices.unwrap_or([price; 2]);
        self.prices = Some([price, x1]);
        self.differences.push(price - x2, 0.0);
        let newest_first = self.differences.newest_first();
        self.weights.iter().zip(newest_first).map(|(weight, x)| weight * x).sum()
    }

    fn clear(&mut self) {
        self.differences.reset();
        self.prices = None;
    }
}

impl Catalogued for TruncatedBandPass {
    const ENTRY: Entry = on_close(
        "trunc_bandpass",
        "Truncated band-pass filter",
        &[CYCLE, BANDWIDTH.or(0.1), SPAN],
        article("Truncated Indicators", 2020, "TASC, July"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), arguments.whole(2))
    }
}

at_once!(TruncatedBandPass: f64 => f64);
