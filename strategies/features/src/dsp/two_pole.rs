//! The recursion behind every one- and two-pole filter, and its coefficients.
//!
//! ```text
//! y = b0 x + b1 x1 + b2 x2 + a1 y1 + a2 y2
//! ```
//! Before the first sample the series is taken to have stood at it for ever: a low-pass filter
//! rests at the price, a high- or band-pass filter at 0.

use std::f64::consts::TAU;

use super::school::Constants;

/// Hot: 8 cycles are the least an update can take, the product and the sum that wait for the last
/// value; all others are done meanwhile.
#[derive(Clone, Debug)]
pub(super) struct TwoPole {
    forward: [f64; 3],
    feedback: [f64; 2],
    /// What a constant 1 gives.
    rest: f64,
    state: Option<State>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    inputs: [f64; 2],
    outputs: [f64; 2],
}

/// The angle α of the one-pole filters, (cos w + sin w − 1) / cos w (Ehlers, "Cycle Analytics",
/// eq. 1-15), for a cycle of `period / scale` samples.
pub(super) fn alpha(scale: f64, period: f64) -> f64 {
    let (sine, cosine) = (TAU * scale / period).sin_cos();
    (cosine + sine - 1.0) / cosine
}

/// c2 and c3 of the SuperSmoother.
fn butterworth(period: f64, constants: Constants) -> [f64; 2] {
    let radius = (-constants.root_two() * constants.pi() / period).exp();
    let angle = (constants.root_two() * 180.0 / period).to_radians();
    [2.0 * radius * angle.cos(), -radius * radius]
}

/// Gain and feedback of a band-pass filter; singular at four bandwidths.
pub(super) fn band(period: f64, bandwidth: f64) -> [f64; 3] {
    let centre = (TAU / period).cos();
    let secant = 1.0 / (TAU * bandwidth / period).cos();
    let radius = secant - (secant * secant - 1.0).sqrt();
    [(1.0 - radius) / 2.0, centre * (1.0 + radius), -radius]
}

impl TwoPole {
    pub(super) const fn new(forward: [f64; 3], feedback: [f64; 2], rest: f64) -> Self {
        Self { forward, feedback, rest, state: None }
    }

    /// SuperSmoother of 2013, over the mean of the last two samples.
    pub(super) fn super_smoother(period: f64, constants: Constants) -> Self {
        let feedback = butterworth(period, constants);
        let gain = 1.0 - feedback[0] - feedback[1];
        Self::new([gain / 2.0, gain / 2.0, 0.0], feedback, 1.0)
    }

    /// SuperSmoother of 2004.
    pub(super) fn super_smoother_2004(period: f64, constants: Constants) -> Self {
        let feedback = butterworth(period, constants);
        Self::new([1.0 - feedback[0] - feedback[1], 0.0, 0.0], feedback, 1.0)
    }

    /// Butterworth low-pass filter.
    pub(super) fn butterworth(period: f64, constants: Constants) -> Self {
        let feedback = butterworth(period, constants);
        let gain = (1.0 - feedback[0] - feedback[1]) / 4.0;
        Self::new([gain, 2.0 * gain, gain], feedback, 1.0)
    }

    /// High-pass filter of one pole.
    pub(super) fn high_pass_1(period: f64) -> Self {
        let alpha = alpha(1.0, period);
        let gain = 1.0 - alpha / 2.0;
        Self::new([gain, -gain, 0.0], [1.0 - alpha, 0.0], 0.0)
    }

    /// High-pass filter of 2013.
    pub(super) fn high_pass(period: f64, constants: Constants) -> Self {
        let alpha = alpha(constants.root_half(), period);
        let (gain, pole) = ((1.0 - alpha / 2.0).powi(2), 1.0 - alpha);
        Self::new([gain, -2.0 * gain, gain], [2.0 * pole, -pole * pole], 0.0)
    }

    /// High-pass filter of the 2020s, with the poles of the SuperSmoother.
    pub(super) fn high_pass_2020(period: f64, constants: Constants) -> Self {
        let feedback = butterworth(period, constants);
        let gain = (1.0 + feedback[0] - feedback[1]) / 4.0;
        Self::new([gain, -2.0 * gain, gain], feedback, 0.0)
    }

    /// Input less that high-pass filter.
    pub(super) fn ultimate(period: f64, constants: Constants) -> Self {
        Self::high_pass_2020(period, constants).complement()
    }

    /// Band-pass filter around a period; the bandwidth is a share of it.
    pub(super) fn band_pass(period: f64, bandwidth: f64) -> Self {
        let [gain, a1, a2] = band(period, bandwidth);
        Self::new([gain, 0.0, -gain], [a1, a2], 0.0)
    }

    /// What this filter takes away, for one that rests at 0.
    pub(super) fn complement(&self) -> Self {
        let ([b0, b1, b2], [a1, a2]) = (self.forward, self.feedback);
        Self::new([1.0 - b0, -a1 - b1, -a2 - b2], self.feedback, 1.0)
    }

    /// Exponential moving average.
    pub(super) const fn average(alpha: f64) -> Self {
        Self::new([alpha, 0.0, 0.0], [1.0 - alpha, 0.0], 1.0)
    }

    /// Takes the next sample and returns the value.
    #[inline]
    pub(super) fn next(&mut self, input: f64) -> f64 {
        let [b0, b1, b2] = self.forward;
        let [a1, a2] = self.feedback;
        let state =
            self.state.get_or_insert(State { inputs: [input; 2], outputs: [input * self.rest; 2] });
        let ([x1, x2], [y1, y2]) = (state.inputs, state.outputs);
        let output = (b0 * input + b1 * x1 + b2 * x2 + a2 * y2) + a1 * y1;
        *state = State { inputs: [input, x1], outputs: [output, y1] };
        output
    }

    /// Returns the value `lag` (0 or 1) samples ago, 0 before the first.
    #[inline]
    pub(super) fn last(&self, lag: usize) -> f64 {
        self.state.map_or(0.0, |state| state.outputs[lag])
    }

    /// Puts another value in the place of the newest one.
    #[inline]
    pub(super) const fn replace(&mut self, output: f64) {
        if let Some(state) = &mut self.state {
            state.outputs[0] = output;
        }
    }

    pub(super) fn reset(&mut self) {
        self.state = None;
    }
}

/// Declares an indicator that is one [`TwoPole`] with a period and constants.
macro_rules! filter {
    (
        $(#[$doc:meta])*
        $name:ident = TwoPole::$recursion:ident,
        $entry:ident($id:literal, $title:literal, $period:expr),
        $source:expr $(,)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            filter: TwoPole,
        }

        impl $name {
            /// Builds one with the given critical period in samples.
            ///
            /// # Panics
            /// If the period is not allowed by the catalogue.
            #[must_use]
            pub fn new(period: f64, constants: Constants) -> Self {
                Self { filter: TwoPole::$recursion($period.require(period), constants) }
            }
        }

        impl Catalogued for $name {
            const ENTRY: Entry = $entry($id, $title, &[$period, CONSTANTS], $source);

            fn build(arguments: &Arguments) -> Self {
                Self::new(arguments.number(0), Constants::argument(arguments, 1))
            }
        }

        impl $name {
            #[inline]
            pub(super) fn next(&mut self, price: f64) -> f64 {
                self.filter.next(price)
            }

            fn clear(&mut self) {
                self.filter.reset();
            }
        }

        at_once!($name: f64 => f64);
    };
}
pub(super) use filter;
