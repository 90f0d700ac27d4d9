//! The ultimate strength index.

use super::past::PastSum;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// Rises less falls as a share of both, each averaged over four samples and then smoothed by an
/// UltimateSmoother: an RSI without lag; −1 to 1.
///
/// Where a smoothed sum is not above 0 the last value holds. The listing asks for more than 0.01,
/// which is wrong for small prices.
#[derive(Clone, Debug)]
pub struct UltimateStrength {
    last: Option<f64>,
    rises: PastSum,
    falls: PastSum,
    up: TwoPole,
    down: TwoPole,
    value: f64,
}

/// Samples of the first average.
const AVERAGE: usize = 4;

impl UltimateStrength {
    /// Builds one with the critical period of the smoothers.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, constants: Constants) -> Self {
        let filter = TwoPole::ultimate(PERIOD.require(period), constants);
        let sum = PastSum::new(AVERAGE);
        let (rises, falls) = (sum.clone(), sum);
        Self { last: None, rises, falls, up: filter.clone(), down: filter, value: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let change = price - self.last.replace(price).unwrap_or(price);
        let up = self.up.next(self.rises.push(change.max(0.0)) / AVERAGE as f64);
        let down = self.down.next(self.falls.push((-change).max(0.0)) / AVERAGE as f64);
        if up > 0.0 && down > 0.0 {
            self.value = ratio(up - down, up + down).unwrap_or(self.value);
        }
        self.value
    }

    fn clear(&mut self) {
        self.last = None;
        self.rises.reset();
        self.falls.reset();
        self.up.reset();
        self.down.reset();
        self.value = 0.0;
    }
}

impl Catalogued for UltimateStrength {
    const ENTRY: Entry = on_close(
        "usi",
        "Ultimate strength index",
        &[PERIOD.or(14.0), CONSTANTS],
        article("Ultimate Strength Index", 2024, "TASC, November"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), Constants::argument(arguments, 1))
    }
}

at_once!(UltimateStrength: f64 => f64);
