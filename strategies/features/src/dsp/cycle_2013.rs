//! Three measurements of the dominant cycle by the Hilbert transformer of 2013, whose author
//! advises against all of them: for comparison with the periodogram.

use super::hilbert_indicator::HilbertTransformer;
use super::phase_accumulator::Accumulator;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// How the period is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CycleMethod {
    /// From the changes of both parts; 8 to 48 samples.
    DualDifferentiator,
    /// From the samples of the last full turn.
    PhaseAccumulation,
    /// From the product of successive phasors; 10 to 48 samples.
    Homodyne,
}

const METHODS: [CycleMethod; 3] =
    [CycleMethod::DualDifferentiator, CycleMethod::PhaseAccumulation, CycleMethod::Homodyne];
const NAMES: &[&str] = &["dual_differentiator", "phase_accumulation", "homodyne"];

/// The period of the dominant cycle, smoothed over ten samples. O(period) by phase accumulation,
/// else O(1).
#[derive(Clone, Debug)]
pub struct HilbertCycle {
    method: CycleMethod,
    transformer: HilbertTransformer,
    accumulator: Accumulator,
    phasor: [f64; 2],
    period: f64,
    smoother: TwoPole,
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD_5, 48.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 20.0);
const SMOOTH: f64 = 10.0;
/// 2π as printed.
#[expect(clippy::approx_constant, reason = "the published value, so that results compare")]
const CIRCLE: f64 = 6.28318;
/// Degrees a sample.
const LIMITS: [f64; 2] = [10.0, 48.0];

impl HilbertCycle {
    /// Builds one behind a roofing filter.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(method: CycleMethod, high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        Self {
            method,
            transformer: HilbertTransformer::new(high_pass, low_pass, constants),
            accumulator: Accumulator::new(LIMITS),
            phasor: [0.0; 2],
            period: 0.0,
            smoother: TwoPole::super_smoother(SMOOTH, constants),
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let [real, imag] = self.transformer.next(price);
        let [last_real, last_imag] = std::mem::replace(&mut self.phasor, [real, imag]);
        let turned = imag * last_real - real * last_imag;
        self.period = match self.method {
            CycleMethod::DualDifferentiator => {
                let speed = imag * (real - last_real) - real * (imag - last_imag);
                let period = ratio(CIRCLE * (real * real + imag * imag), speed);
                period.unwrap_or(self.period).clamp(8.0, 48.0)
            }
            CycleMethod::PhaseAccumulation => self.accumulator.next(real, imag),
            CycleMethod::Homodyne => {
                let period = ratio(CIRCLE * (real * last_real + imag * last_imag), turned);
                period
                    .filter(|&period| period != 0.0)
                    .unwrap_or(self.period)
                    .abs()
                    .clamp(10.0, 48.0)
            }
        };
        self.smoother.next(self.period)
    }

    fn clear(&mut self) {
        self.transformer.reset();
        self.accumulator.reset();
        self.phasor = [0.0; 2];
        self.period = 0.0;
        self.smoother.reset();
    }
}

impl Catalogued for HilbertCycle {
    const ENTRY: Entry = on_close(
        "hilbert_cycle",
        "Dominant cycle by Hilbert transformer",
        &[Parameter::choice("method", NAMES), HIGH_PASS, LOW_PASS, CONSTANTS],
        cycle_analytics("listings 14-4 to 14-6"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(
            METHODS[arguments.whole(0)],
            arguments.number(1),
            arguments.number(2),
            Constants::argument(arguments, 3),
        )
    }
}

at_once!(HilbertCycle: f64 => f64);
