//! Tillson's T3.

use super::{Ema, PERIOD, classical};
use crate::prelude::*;

/// Six EMAs in a row, added up so that their lag cancels in part; the volume factor says how much.
#[derive(Clone, Debug)]
pub struct T3 {
    stages: [Ema; 6],
    /// Of the third to the sixth stage.
    weights: [f64; 4],
}

impl T3 {
    /// Builds one over `period` samples; the factor is usually 0.7.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, volume_factor: f64) -> Self {
        let ema = Ema::new(period);
        let v = VOLUME_FACTOR.require(volume_factor);
        let last = -v * v * v;
        let fifth = 3.0 * (v * v - last);
        let fourth = -6.0 * v * v - 3.0 * (v - last);
        let third = 1.0 + 3.0 * v - last + 3.0 * v * v;
        Self { stages: std::array::from_fn(|_| ema.clone()), weights: [third, fourth, fifth, last] }
    }
}

const VOLUME_FACTOR: Parameter = Parameter::number("volume_factor", Unit::Ratio, 0.0, 1.0, 0.7);

impl Catalogued for T3 {
    const ENTRY: Entry = classical(
        "t3",
        "Tillson's T3",
        &[PERIOD.or(5.0), VOLUME_FACTOR],
        Source::new("Tillson", "Better Moving Averages, TASC 16:1", 1998, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1))
    }
}

impl Indicator for T3 {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let mut value = price;
        let mut sum = 0.0;
        for (index, stage) in self.stages.iter_mut().enumerate() {
            value = stage.step(value)?;
            if let Some(place) = index.checked_sub(2) {
                sum += self.weights[place] * value;
            }
        }
        Some(sum)
    }

    fn reset(&mut self) {
        self.stages.iter_mut().for_each(Ema::reset);
    }

    fn warm_up(&self) -> usize {
        6 * self.stages[0].warm_up() - 5
    }
}
