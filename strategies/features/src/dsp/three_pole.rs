//! Low-pass filters of three poles.

use super::school::*;
use crate::prelude::*;

/// y = Σ b x + a1 y1 + a2 y2 + a3 y3, at rest at the first sample.
#[derive(Clone, Debug)]
pub(super) struct ThreePole {
    forward: [f64; 4],
    feedback: [f64; 3],
    state: Option<State>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    inputs: [f64; 3],
    outputs: [f64; 3],
}

impl ThreePole {
    /// A low-pass filter whose zeros are those of `shape`, which sums to 1.
    fn new(period: f64, constants: Constants, shape: [f64; 4]) -> Self {
        let radius = (-constants.pi() / period).exp();
        let angle = (constants.root_three() * 180.0 / period).to_radians();
        let (b, c) = (2.0 * radius * angle.cos(), radius * radius);
        let feedback = [b + c, -(c + b * c), c * c];
        let gain = 1.0 - feedback.iter().sum::<f64>();
        Self { forward: shape.map(|share| gain * share), feedback, state: None }
    }

    /// No zeros.
    pub(super) fn super_smoother(period: f64, constants: Constants) -> Self {
        Self::new(period, constants, [1.0, 0.0, 0.0, 0.0])
    }

    /// Three zeros at the shortest cycle.
    fn butterworth(period: f64, constants: Constants) -> Self {
        Self::new(period, constants, [0.125, 0.375, 0.375, 0.125])
    }

    #[inline]
    pub(super) fn next(&mut self, input: f64) -> f64 {
        let start = State { inputs: [input; 3], outputs: [input; 3] };
        let State { inputs: [x1, x2, x3], outputs: [y1, y2, y3] } = self.state.unwrap_or(start);
        let [b0, b1, b2, b3] = self.forward;
        let [a1, a2, a3] = self.feedback;
        let output = (b0 * input + b1 * x1 + b2 * x2 + b3 * x3 + a3 * y3 + a2 * y2) + a1 * y1;
        self.state = Some(State { inputs: [input, x1, x2], outputs: [output, y1, y2] });
        output
    }

    pub(super) fn reset(&mut self) {
        self.state = None;
    }
}

/// Declares an indicator that is one [`ThreePole`].
macro_rules! filter {
    ($(#[$doc:meta])* $name:ident($id:literal, $title:literal), $filter:ident, $source:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            filter: ThreePole,
        }

        impl $name {
            /// Builds one with the given critical period in samples.
            ///
            /// # Panics
            /// If the period is not allowed by the catalogue.
            #[must_use]
            pub fn new(period: f64, constants: Constants) -> Self {
                Self { filter: ThreePole::$filter(PERIOD.require(period), constants) }
            }

            #[inline]
            fn next(&mut self, price: f64) -> f64 {
                self.filter.next(price)
            }

            fn clear(&mut self) {
                self.filter.reset();
            }
        }

        impl Catalogued for $name {
            const ENTRY: Entry = on_median($id, $title, &[PERIOD.or(15.0), CONSTANTS], $source);

            fn build(arguments: &Arguments) -> Self {
                Self::new(arguments.number(0), Constants::argument(arguments, 1))
            }
        }

        at_once!($name: f64 => f64);
    };
}

filter! {
    /// SuperSmoother of three poles and no zeros.
    SuperSmoother3("supersmoother3", "SuperSmoother, three poles"),
    super_smoother,
    cybernetic("ch. 13")
}

filter! {
    /// Butterworth filter of three poles and three zeros at the shortest cycle.
    Butterworth3("butter3", "Butterworth filter, three poles"),
    butterworth,
    paper("Poles, Zeros, and Higher Order Filters", 2001)
}
