//! Ehlers loops: price against volume.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

outputs! {
    /// The outputs of [`EhlersLoops`], both in standard deviations.
    pub struct LoopLines {
        /// The cycle of the price.
        price,
        /// The cycle of the volume; drawn against each other they turn in loops.
        volume,
    }
}

/// Price and volume between two periods, each in units of its usual size.
#[derive(Clone, Debug)]
pub struct EhlersLoops {
    price: Scaled,
    volume: Scaled,
}

#[derive(Clone, Debug)]
struct Scaled {
    high_pass: TwoPole,
    smoother: TwoPole,
    power: f64,
}

/// The weight of the newest square.
const WEIGHT: f64 = 0.0242;

impl Scaled {
    #[inline]
    fn next(&mut self, sample: f64) -> f64 {
        let value = self.smoother.next(self.high_pass.next(sample));
        self.power = WEIGHT * value * value + (1.0 - WEIGHT) * self.power;
        ratio(value, self.power.sqrt()).unwrap_or(0.0)
    }

    fn reset(&mut self) {
        self.high_pass.reset();
        self.smoother.reset();
        self.power = 0.0;
    }
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD, 125.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 20.0);

impl EhlersLoops {
    /// Builds one with two critical periods.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        let scaled = Scaled {
            high_pass: TwoPole::high_pass_2020(HIGH_PASS.require(high_pass), constants),
            smoother: TwoPole::super_smoother(LOW_PASS.require(low_pass), constants),
            power: 0.0,
        };
        Self { price: scaled.clone(), volume: scaled }
    }

    #[inline]
    fn next(&mut self, sample: CloseVolume) -> LoopLines {
        LoopLines { price: self.price.next(sample.close), volume: self.volume.next(sample.volume) }
    }

    fn clear(&mut self) {
        self.price.reset();
        self.volume.reset();
    }
}

impl Catalogued for EhlersLoops {
    const ENTRY: Entry = on_close(
        "loops",
        "Ehlers loops",
        &[HIGH_PASS, LOW_PASS, CONSTANTS],
        article("Ehlers Loops", 2022, "TASC"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), Constants::argument(arguments, 2))
    }
}

at_once!(EhlersLoops: CloseVolume => LoopLines);
