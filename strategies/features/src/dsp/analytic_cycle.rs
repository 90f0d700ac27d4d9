//! The dominant cycle by the angle of an analytic signal, 2022.

use super::hann::{Weighted, hann};
use super::rms::RootMeanSquare;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// The period of the dominant cycle, 8 to 50 samples: how fast the angle of a band-limited price
/// and its change turns, smoothed by a Hann window. O(length of the window).
///
/// The method is published; the two critical periods and the length of the window are ours.
#[derive(Clone, Debug)]
pub struct AnalyticCycle {
    high_pass: TwoPole,
    smoother: TwoPole,
    real_scale: RootMeanSquare,
    imag_scale: RootMeanSquare,
    real: f64,
    angle: f64,
    period: f64,
    window: Weighted,
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD, 50.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 8.0);
const SMOOTH: Parameter = Parameter { high: 10_000.0, ..Parameter::samples("smooth", 1, 12) };
/// Samples over which the usual size is measured.
const USUAL: usize = 100;
const SHORTEST: f64 = 8.0;
const LONGEST: f64 = 50.0;

impl AnalyticCycle {
    /// Builds one for cycles between `low_pass` and `high_pass` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, smooth: usize, constants: Constants) -> Self {
        let scale = RootMeanSquare::new(USUAL);
        Self {
            high_pass: TwoPole::high_pass_2020(HIGH_PASS.require(high_pass), constants),
            smoother: TwoPole::super_smoother(LOW_PASS.require(low_pass), constants),
            real_scale: scale.clone(),
            imag_scale: scale,
            real: 0.0,
            angle: 0.0,
            period: SHORTEST,
            window: Weighted::new(hann(SMOOTH.require_whole(smooth))),
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let filtered = self.smoother.next(self.high_pass.next(price));
        let real = self.real_scale.scale(filtered);
        let change = real - std::mem::replace(&mut self.real, real);
        let imag = self.imag_scale.scale(change);
        // From −270 at a falling zero over −90 at a rising one to 90.
        let mut angle = self.angle;
        if imag != 0.0 {
            angle = 90.0 + (real / imag).atan().to_degrees();
        }
        if imag > 0.0 {
            angle -= 180.0;
        }
        let last = self.angle;
        let wrapped = last - angle >= 270.0;
        if angle < last && !wrapped {
            angle = last;
        }
        let turned = angle - last + if wrapped { 360.0 } else { 0.0 };
        self.angle = angle;
        if turned > 0.0 {
            self.period = (360.0 / turned).clamp(SHORTEST, LONGEST);
        }
        self.window.next(self.period, self.period)
    }

    fn clear(&mut self) {
        self.high_pass.reset();
        self.smoother.reset();
        self.real_scale.reset();
        self.imag_scale.reset();
        self.real = 0.0;
        self.angle = 0.0;
        self.period = SHORTEST;
        self.window.reset();
    }
}

impl Catalogued for AnalyticCycle {
    const ENTRY: Entry = on_close(
        "analytic_cycle",
        "Dominant cycle by analytic signal",
        &[HIGH_PASS, LOW_PASS, SMOOTH, CONSTANTS],
        paper("Dominant Cycle", 2022),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(
            arguments.number(0),
            arguments.number(1),
            arguments.whole(2),
            Constants::argument(arguments, 3),
        )
    }
}

at_once!(AnalyticCycle: f64 => f64);
