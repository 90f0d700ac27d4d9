//! Kernel regression over the last prices, and the extrema of the smoothed curve.
//!
//! The curve at bar τ is the mean of the window's prices weighted by a Gaussian of their distance
//! to τ. Where it turns, the extreme price within a bar of the turn is the extremum.

use crate::patterns::{Pivot, PivotSide};

/// A step of the curve below this share of the price is rounding: the curve is flat there.
const FLAT: f64 = 1e-13;

/// Weights below this cannot change a mean in double precision.
const WEIGHT_MIN: f64 = 1e-18;

/// Bars summed at once: their sums stay in registers.
const LANES: usize = 8;

/// How the slope of the curve at a bar is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LmwSlope {
    /// From bar to bar: the curve turns at its highest and lowest bars.
    Difference,
    /// The derivative at the bar, to the letter of the paper: the curve turns at the last bar
    /// before its true extreme.
    Derivative,
}

/// The last prices and their smoothed curve.
#[derive(Clone, Debug)]
pub(super) struct Smoother {
    slope: LmwSlope,
    /// Weights by distance, from `reach` on one side to `reach` on the other.
    weights: Box<[f64]>,
    /// The weights times their distance.
    moments: Box<[f64]>,
    /// One over the sum of the weights at each bar: there are fewer where the window ends.
    scale: Box<[f64]>,
    /// The mean distance of the weights at each bar: not zero where the window ends.
    centre: Box<[f64]>,
    /// Zeros, the prices from old to new, zeros up to whole lanes beyond the reach.
    padded: Box<[f64]>,
    curve: Box<[f64]>,
    /// The curve's rise from each bar on, in any unit.
    rise: Box<[f64]>,
    /// How many prices came.
    count: usize,
}

impl Smoother {
    pub(super) fn new(window: usize, bandwidth: f64, slope: LmwSlope) -> Self {
        let weight = |distance: usize| (-0.5 * (distance as f64 / bandwidth).powi(2)).exp();
        let reach = (1..window).find(|&each| weight(each) < WEIGHT_MIN).unwrap_or(window) - 1;
        let weights: Box<[f64]> =
            (0..=2 * reach).map(|index| weight(index.abs_diff(reach))).collect();
        let moments: Box<[f64]> = weights
            .iter()
            .enumerate()
            .map(|(index, weight)| (index as f64 - reach as f64) * weight)
            .collect();
        let within =
            |bar: usize| reach.saturating_sub(bar)..=(reach + window - 1 - bar).min(2 * reach);
        let total = |bar| weights[within(bar)].iter().sum::<f64>();
        let moment = |bar| moments[within(bar)].iter().sum::<f64>();
        let scale = (0..window).map(|bar| 1.0 / total(bar)).collect();
        let centre = (0..window).map(|bar| moment(bar) / total(bar)).collect();
        let zeros = |count: usize| vec![0.0; count].into_boxed_slice();
        Self {
            slope,
            weights,
            moments,
            scale,
            centre,
            padded: zeros(window.next_multiple_of(LANES) + 2 * reach),
            curve: zeros(window),
            rise: zeros(window),
            count: 0,
        }
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
        self.smooth();
        // The derivative turns between two bars, the first of which is meant.
        let (bars, at_last) = match self.slope {
            LmwSlope::Difference => (self.window() - 1, false),
            LmwSlope::Derivative => (self.window(), true),
        };
        let mut count = 0;
        let mut before: Option<(bool, usize)> = None;
        for bar in 0..bars {
            if self.rise[bar].abs() <= FLAT * self.curve[bar].abs() {
                continue;
            }
            let rises = self.rise[bar] > 0.0;
            if let Some((rose, last)) = before
                && rose != rises
            {
                let side = if rises { PivotSide::Low } else { PivotSide::High };
                extrema[count] = self.snap(if at_last { last } else { bar }, side);
                count += 1;
            }
            before = Some((rises, bar));
        }
        count
    }

    fn smooth(&mut self) {
        weigh(&self.padded, &self.weights, &mut self.curve);
        for (mean, scale) in self.curve.iter_mut().zip(&self.scale) {
            *mean *= scale;
        }
        if self.slope == LmwSlope::Difference {
            for (rise, pair) in self.rise.iter_mut().zip(self.curve.windows(2)) {
                *rise = pair[1] - pair[0];
            }
            return;
        }
        // With K' = distance · K / h², the derivative of N/S is (N' − m·S')/S.
        weigh(&self.padded, &self.moments, &mut self.rise);
        for (bar, rise) in self.rise.iter_mut().enumerate() {
            *rise = *rise * self.scale[bar] - self.curve[bar] * self.centre[bar];
        }
    }

    /// Returns the extreme price within a bar of a turn of the curve.
    fn snap(&self, turn: usize, side: PivotSide) -> Pivot {
        let prices = &self.padded[self.reach()..][..self.window()];
        let mut found = turn.saturating_sub(1);
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

/// Writes the weighted sum of the prices around each bar.
fn weigh(padded: &[f64], weights: &[f64], sums: &mut [f64]) {
    for (block, sums) in sums.chunks_mut(LANES).enumerate() {
        let around = &padded[block * LANES..][..weights.len() + LANES - 1];
        let mut lanes = [0.0; LANES];
        for (weight, prices) in weights.iter().zip(around.array_windows::<LANES>()) {
            for (sum, price) in lanes.iter_mut().zip(prices) {
                *sum += weight * price;
            }
        }
        sums.copy_from_slice(&lanes[..sums.len()]);
    }
}
