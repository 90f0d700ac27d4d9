//! Kernel regression over the last prices, and the extrema of the smoothed curve.
//!
//! The curve at bar τ is the mean of the window's prices weighted by a Gaussian of their distance
//! to τ. Where it turns, the extreme price within a bar of the turn is the extremum.

use crate::patterns::{Pivot, PivotSide};

/// A step of the curve below this share of the price is rounding: the curve is flat there.
const FLAT: f64 = 1e-13;

/// Weights below this cannot change a mean in double precision.
const WEIGHT_MIN: f64 = 1e-18;

/// The last prices and their smoothed curve.
#[derive(Clone, Debug)]
pub(super) struct Smoother {
    /// Weights by distance, from `reach` on one side to `reach` on the other.
    weights: Box<[f64]>,
    /// One over the sum of the weights at each bar: less where the window ends.
    scale: Box<[f64]>,
    /// Zeros, the prices from old to new, zeros.
    padded: Box<[f64]>,
    curve: Box<[f64]>,
    /// How many prices came.
    count: usize,
}

impl Smoother {
    pub(super) fn new(window: usize, bandwidth: f64) -> Self {
        let weight = |distance: usize| (-0.5 * (distance as f64 / bandwidth).powi(2)).exp();
        let reach = (1..window).find(|&each| weight(each) < WEIGHT_MIN).unwrap_or(window) - 1;
        let weights: Box<[f64]> =
            (0..=2 * reach).map(|index| weight(index.abs_diff(reach))).collect();
        let scale = (0..window)
            .map(|bar| {
                let first = reach.saturating_sub(bar);
                let last = (reach + window - 1 - bar).min(2 * reach);
                1.0 / weights[first..=last].iter().sum::<f64>()
            })
            .collect();
        let zeros = |count: usize| vec![0.0; count].into_boxed_slice();
        Self { weights, scale, padded: zeros(window + 2 * reach), curve: zeros(window), count: 0 }
    }

    const fn window(&self) -> usize {
        self.curve.len()
    }

    const fn reach(&self) -> usize {
        self.weights.len() / 2
    }

    /// Takes the next price and returns whether the window is full.
    pub(super) fn push(&mut self, price: f64) -> bool {
        let (window, reach) = (self.window(), self.reach());
        self.padded.copy_within(reach + 1..reach + window, reach);
        self.padded[reach + window - 1] = price;
        self.count += 1;
        self.count >= window
    }

    /// Smooths the full window and writes its extrema into `extrema`, which has room for as many
    /// as bars; returns how many. O(window · bandwidth).
    pub(super) fn extrema(&mut self, extrema: &mut [Pivot]) -> usize {
        let window = self.window();
        self.curve.fill(0.0);
        for (offset, weight) in self.weights.iter().enumerate() {
            let prices = &self.padded[offset..offset + window];
            for (sum, price) in self.curve.iter_mut().zip(prices) {
                *sum += weight * price;
            }
        }
        for (mean, scale) in self.curve.iter_mut().zip(&self.scale) {
            *mean *= scale;
        }
        let mut count = 0;
        let mut rising = None;
        for bar in 0..window - 1 {
            let step = self.curve[bar + 1] - self.curve[bar];
            if step.abs() <= FLAT * self.curve[bar].abs() {
                continue;
            }
            let rises = step > 0.0;
            if rising.is_some_and(|before| before != rises) {
                let side = if rises { PivotSide::Low } else { PivotSide::High };
                extrema[count] = self.snap(bar, side);
                count += 1;
            }
            rising = Some(rises);
        }
        count
    }

    /// Returns the extreme price within a bar of a turn of the curve.
    fn snap(&self, turn: usize, side: PivotSide) -> Pivot {
        let prices = &self.padded[self.reach()..][..self.window()];
        let mut found = turn - 1;
        for bar in turn..=turn + 1 {
            let further = match side {
                PivotSide::High => prices[bar] > prices[found],
                PivotSide::Low => prices[bar] < prices[found],
            };
            if further {
                found = bar;
            }
        }
        Pivot { price: prices[found], bar: self.count - self.window() + found, side }
    }

    pub(super) fn reset(&mut self) {
        self.padded.fill(0.0);
        self.count = 0;
    }
}
