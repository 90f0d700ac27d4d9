//! The nonlinear filter whose coefficients are distances.

use super::past::Past;
use super::school::*;
use crate::prelude::*;

/// An average in which a sample weighs as much as it differs from those before it: follows steps
/// at once, smooths what stays. O(length): a sample's weight does not change as it ages.
#[derive(Clone, Debug)]
pub struct DistanceFilter {
    prices: Past,
    weights: Past,
    value: f64,
}

const SPAN: Parameter = Parameter { high: 10_000.0, ..LENGTH_2.or(15.0) };

impl DistanceFilter {
    /// Builds one over `length` samples.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = SPAN.require_whole(length);
        Self { prices: Past::new(length), weights: Past::new(length), value: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.prices.push(price, price);
        let weight = self.prices.newest_first().map(|other| (price - other).powi(2)).sum();
        self.weights.push(weight, 0.0);
        let pairs = self.weights.newest_first().zip(self.prices.newest_first());
        let (mut moment, mut total) = (0.0, 0.0);
        for (weight, x) in pairs {
            moment += weight * x;
            total += weight;
        }
        if let Some(value) = ratio(moment, total) {
            self.value = value;
        } else if self.value == 0.0 {
            self.value = price;
        }
        self.value
    }

    fn clear(&mut self) {
        self.prices.reset();
        self.weights.reset();
        self.value = 0.0;
    }
}

impl Catalogued for DistanceFilter {
    const ENTRY: Entry = on_median(
        "ehlers_distance_filter",
        "Distance coefficient filter",
        &[SPAN],
        paper("Ehlers Filters", 2001),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(DistanceFilter: f64 => f64);
