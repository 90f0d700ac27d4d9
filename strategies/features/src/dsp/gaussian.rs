//! Gaussian filters.

use std::f64::consts::TAU;

use super::school::*;
use crate::prelude::*;

/// One to four equal exponential averages in a row: the least lag for its smoothness among
/// low-pass filters, and no overshoot.
#[derive(Clone, Debug)]
pub struct Gaussian {
    alpha: f64,
    poles: usize,
    state: Option<[f64; POLES_MAX]>,
}

const POLES_MAX: usize = 4;
const POLES: Parameter = Parameter::number("poles", Unit::Count, 1.0, POLES_MAX as f64, 2.0);

impl Gaussian {
    /// Builds one with the critical period and one to four poles.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, poles: usize) -> Self {
        let (period, poles) = (PERIOD.require(period), POLES.require_whole(poles));
        let beta = (1.0 - (TAU / period).cos()) / (2.0_f64.powf(1.0 / poles as f64) - 1.0);
        let alpha = -beta + (beta * beta + 2.0 * beta).sqrt();
        Self { alpha, poles, state: None }
    }
}

impl Catalogued for Gaussian {
    const ENTRY: Entry = on_close(
        "gauss",
        "Gaussian filter",
        &[PERIOD.or(20.0), POLES],
        paper("Gaussian and Other Low Lag Filters", 2001),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.whole(1))
    }
}

impl Gaussian {
    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let averages = self.state.get_or_insert([price; POLES_MAX]);
        let mut value = price;
        for average in &mut averages[..self.poles] {
            *average += self.alpha * (value - *average);
            value = *average;
        }
        value
    }

    fn clear(&mut self) {
        self.state = None;
    }
}

at_once!(Gaussian: f64 => f64);
