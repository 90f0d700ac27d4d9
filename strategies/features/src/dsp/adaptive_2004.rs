//! Adaptive indicators of 2004, over the period measured on the Cyber Cycle.

use super::cyber_cycle::Smooth;
use super::cycle_2004::CycleMeter;
use super::past::Recent;
use super::school::*;
use super::three_pole::ThreePole;
use crate::prelude::*;

/// The [`CyberCycle`](super::CyberCycle) whose weight follows the measured period.
#[derive(Clone, Debug)]
pub struct AdaptiveCyberCycle {
    meter: CycleMeter,
    smooth: Smooth,
    smooths: Option<[f64; 2]>,
    values: [f64; 2],
}

impl AdaptiveCyberCycle {
    /// Builds one with the weight of the measuring [`CyberCycle`](super::CyberCycle).
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(alpha: f64) -> Self {
        let (meter, smooth) = (CycleMeter::new(alpha), Smooth::default());
        Self { meter, smooth, smooths: None, values: [0.0; 2] }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let (period, _) = self.meter.next(price);
        let (s0, _) = self.smooth.next(price);
        let [s1, s2] = self.smooths.unwrap_or([s0; 2]);
        self.smooths = Some([s0, s1]);
        let alpha = 2.0 / (period + 1.0);
        let (gain, pole) = ((1.0 - alpha / 2.0).powi(2), 1.0 - alpha);
        let [y1, y2] = self.values;
        let value = gain * (s0 - 2.0 * s1 + s2) + 2.0 * pole * y1 - pole * pole * y2;
        self.values = [value, y1];
        value
    }

    fn clear(&mut self) {
        self.meter.reset();
        self.smooth.reset();
        self.smooths = None;
        self.values = [0.0; 2];
    }
}

impl Catalogued for AdaptiveCyberCycle {
    const ENTRY: Entry =
        on_median("adaptive_cyber_cycle", "Adaptive Cyber Cycle", &[ALPHA], cybernetic(""));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

at_once!(AdaptiveCyberCycle: f64 => f64);

/// The [`CenterOfGravity`](super::CenterOfGravity) over half the measured period. O(period), 31 at
/// most.
#[derive(Clone, Debug)]
pub struct AdaptiveCenterOfGravity {
    meter: CycleMeter,
    prices: Recent,
    first: Option<f64>,
    value: f64,
}

/// More than the longest period that is measured.
const LONGEST: usize = 64;

impl AdaptiveCenterOfGravity {
    /// Builds one with the weight of the measuring [`CyberCycle`](super::CyberCycle).
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(alpha: f64) -> Self {
        let meter = CycleMeter::new(alpha);
        Self { meter, prices: Recent::new(LONGEST), first: None, value: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let (period, _) = self.meter.next(price);
        // Kept relative to the first price, which is what all were before it.
        let first = *self.first.get_or_insert(price);
        self.prices.push(price - first);
        let half = (period / 2.0) as usize;
        let (mut moment, mut total) = (0.0, 0.0);
        for (age, price) in self.prices.newest_first()[..half].iter().enumerate() {
            let price = first + price;
            moment += (age + 1) as f64 * price;
            total += price;
        }
        if let Some(centre) = ratio(moment, total) {
            self.value = (half as f64 + 1.0) / 2.0 - centre;
        }
        self.value
    }

    fn clear(&mut self) {
        self.meter.reset();
        self.prices.reset();
        self.first = None;
        self.value = 0.0;
    }
}

impl Catalogued for AdaptiveCenterOfGravity {
    const ENTRY: Entry =
        on_median("adaptive_cg", "Adaptive CG oscillator", &[ALPHA], cybernetic(""));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

at_once!(AdaptiveCenterOfGravity: f64 => f64);

/// The change of the price over the measured period, smoothed by three poles: the cycle cancels,
/// the trend remains.
#[derive(Clone, Debug)]
pub struct AdaptiveMomentum {
    meter: CycleMeter,
    prices: Recent,
    first: Option<f64>,
    smoother: ThreePole,
}

const CUTOFF: Parameter = named("cutoff", PERIOD, 8.0);

impl AdaptiveMomentum {
    /// Builds one with the weight of the measuring [`CyberCycle`](super::CyberCycle) and the critical
    /// period of the smoother.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(alpha: f64, cutoff: f64, constants: Constants) -> Self {
        Self {
            meter: CycleMeter::new(alpha),
            prices: Recent::new(LONGEST),
            first: None,
            smoother: ThreePole::super_smoother(CUTOFF.require(cutoff), constants),
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let (period, _) = self.meter.next(price);
        let first = *self.first.get_or_insert(price);
        self.prices.push(price - first);
        let prices = self.prices.newest_first();
        let before = prices[(period - 1.0).max(0.0) as usize];
        self.smoother.next(prices[0] - before)
    }

    fn clear(&mut self) {
        self.meter.reset();
        self.prices.reset();
        self.first = None;
        self.smoother.reset();
    }
}

impl Catalogued for AdaptiveMomentum {
    const ENTRY: Entry = on_median(
        "adaptive_momentum",
        "Smoothed adaptive momentum",
        &[ALPHA, CUTOFF, CONSTANTS],
        cybernetic(""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), Constants::argument(arguments, 2))
    }
}

at_once!(AdaptiveMomentum: f64 => f64);
