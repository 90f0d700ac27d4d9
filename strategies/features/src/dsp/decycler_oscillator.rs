//! The decycler oscillator.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// The high-pass filter of the longer period less that of the shorter: the trend between the two.
/// (The article of September 2015 describes another one.)
#[derive(Clone, Debug)]
pub struct DecyclerOscillator {
    short: TwoPole,
    long: TwoPole,
}

const SHORT: Parameter = named("short", PERIOD_5, 30.0);
const LONG: Parameter = named("long", PERIOD_5, 60.0);

impl DecyclerOscillator {
    /// Builds one between two critical periods.
    ///
    /// # Panics
    /// If a period is not allowed by the catalogue.
    #[must_use]
    pub fn new(short: f64, long: f64, constants: Constants) -> Self {
        Self {
            short: TwoPole::high_pass(SHORT.require(short), constants),
            long: TwoPole::high_pass(LONG.require(long), constants),
        }
    }
}

impl Catalogued for DecyclerOscillator {
    const ENTRY: Entry = on_close(
        "decycler_osc",
        "Decycler oscillator",
        &[SHORT, LONG, CONSTANTS],
        cycle_analytics("listing 4-2"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.number(0), arguments.number(1), constants)
    }
}

impl DecyclerOscillator {
    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.long.next(price) - self.short.next(price)
    }

    fn clear(&mut self) {
        self.short.reset();
        self.long.reset();
    }
}

at_once!(DecyclerOscillator: f64 => f64);
