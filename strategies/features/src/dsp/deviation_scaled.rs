//! The deviation-scaled moving average.

use super::rms::RootMeanSquare;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// An exponential average whose weight grows with the size of the smoothed momentum in units of
/// its usual size. The weight is not limited: after a shock it may exceed 1, as published.
#[derive(Clone, Debug)]
pub struct DeviationScaled {
    length: f64,
    smoother: TwoPole,
    deviation: RootMeanSquare,
    state: Option<State>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    prices: [f64; 2],
    value: f64,
}

impl DeviationScaled {
    /// Builds one over `length` samples.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize, constants: Constants) -> Self {
        let length = SPAN.require_whole(length);
        Self {
            length: length as f64,
            smoother: TwoPole::super_smoother(length as f64 / 2.0, constants),
            deviation: RootMeanSquare::new(length),
            state: None,
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let state = self.state.get_or_insert(State { prices: [price; 2], value: price });
        let smooth = self.smoother.next(price - state.prices[1]);
        state.prices = [price, state.prices[0]];
        let scaled = self.deviation.scale(smooth).abs();
        state.value += 5.0 * scaled / self.length * (price - state.value);
        state.value
    }

    fn clear(&mut self) {
        self.smoother.reset();
        self.deviation.reset();
        self.state = None;
    }
}

/// Below 25 samples the weight could exceed 1 at every turn, below 7 the average could diverge.
const SPAN: Parameter = Parameter { low: 7.0, ..LENGTH.or(40.0) };

impl Catalogued for DeviationScaled {
    const ENTRY: Entry = on_close(
        "dsma",
        "Deviation-scaled moving average",
        &[SPAN, CONSTANTS],
        article("The Deviation-Scaled Moving Average", 2018, "TASC, July"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), Constants::argument(arguments, 1))
    }
}

at_once!(DeviationScaled: f64 => f64);
