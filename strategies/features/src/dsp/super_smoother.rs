//! The two-pole SuperSmoother.

use crate::catalog::{Catalogued, Entry, School, Source};
use crate::parameter::{Arguments, Parameter, Unit};
use crate::{AppliedPrice, Indicator};

/// The printed constants: 1.414 for √2 and 3.14159 for π (Ehlers, "Cycle Analytics for Traders",
/// 2013, eq. 3-3). They move SuperSmoother(20) by 6e-5 of the series' deviation.
const ROOT_TWO: f64 = 1.414;
#[expect(clippy::approx_constant, reason = "the published value, so that results can be compared")]
const PI: f64 = 3.14159;

const PERIOD: Parameter = Parameter::number("period", Unit::Period, 2.0, 100_000.0, 10.0);

/// Two-pole low-pass filter with a critical period: noise with shorter cycles is attenuated by
/// 12 dB an octave, with less lag than an average of the same smoothness.
///
/// Before the first sample price and filter are taken to stand at its value, so there is a value
/// at once; the transient is below 1e-6 after about 3.1 periods.
#[derive(Clone, Debug)]
pub struct SuperSmoother {
    period: f64,
    gain: f64,
    feedback: [f64; 2],
    state: Option<State>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    price: f64,
    values: [f64; 2],
}

impl SuperSmoother {
    /// Builds one with the given critical period in samples.
    ///
    /// # Panics
    /// If the period is not allowed by the catalogue: the shortest cycle has two samples.
    #[must_use]
    pub fn new(period: f64) -> Self {
        let period = PERIOD.require(period);
        let radius = (-ROOT_TWO * PI / period).exp();
        let angle = (ROOT_TWO * 180.0 / period).to_radians();
        let feedback = [2.0 * radius * angle.cos(), -radius * radius];
        Self { period, gain: 1.0 - feedback[0] - feedback[1], feedback, state: None }
    }
}

impl Catalogued for SuperSmoother {
    const ENTRY: Entry = Entry {
        name: "supersmoother",
        title: "SuperSmoother, two poles",
        school: School::Ehlers,
        parameters: &[PERIOD],
        price: AppliedPrice::Close,
        source: Source::new("Ehlers", "Cycle Analytics for Traders", 2013, "eq. 3-3"),
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

impl Indicator for SuperSmoother {
    type Sample = f64;
    type Output = f64;

    fn step(&mut self, price: f64) -> Option<f64> {
        let state = self.state.get_or_insert(State { price, values: [price; 2] });
        let value = self.gain * (price + state.price) / 2.0
            + self.feedback[0] * state.values[0]
            + self.feedback[1] * state.values[1];
        *state = State { price, values: [value, state.values[0]] };
        Some(value)
    }

    fn reset(&mut self) {
        self.state = None;
    }

    fn warm_up(&self) -> usize {
        1
    }
}

impl SuperSmoother {
    /// Returns the critical period in samples.
    #[must_use]
    pub const fn period(&self) -> f64 {
        self.period
    }
}
