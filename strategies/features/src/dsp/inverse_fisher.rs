//! Inverse Fisher transforms: soft limiters that make an oscillator say yes or no.

use super::CyberCycle;
use super::school::*;
use crate::prelude::*;
use crate::ta::{Rsi, Wma};

/// The hyperbolic tangent of the [`CyberCycle`]. It depends on the scale of the price: made for
/// cycles of about one unit.
#[derive(Clone, Debug)]
pub struct InverseFisherCyberCycle {
    cycle: CyberCycle,
}

impl InverseFisherCyberCycle {
    /// Builds one with the weight of the newest price.
    ///
    /// # Panics
    /// If `alpha` is not allowed by the catalogue.
    #[must_use]
    pub fn new(alpha: f64) -> Self {
        Self { cycle: CyberCycle::new(alpha) }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.cycle.next(price).tanh()
    }

    fn clear(&mut self) {
        self.cycle.clear();
    }
}

impl Catalogued for InverseFisherCyberCycle {
    const ENTRY: Entry = on_median(
        "inv_fisher_cyber_cycle",
        "Inverse Fisher Cyber Cycle",
        &[ALPHA],
        article("The Inverse Fisher Transform", 2004, "TASC, May"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

at_once!(InverseFisherCyberCycle: f64 => f64);

/// The hyperbolic tangent of a tenth of the RSI around 50, smoothed; the RSI is Wilder's.
#[derive(Clone, Debug)]
pub struct InverseFisherRsi {
    rsi: Rsi,
    smoother: Wma,
}

const RSI: Parameter = Parameter::samples("rsi", 2, 5);
const SMOOTH: Parameter = Parameter::samples("smooth", 1, 9);

impl InverseFisherRsi {
    /// Builds one with the periods of the RSI and of its weighted average.
    ///
    /// # Panics
    /// If a period is not allowed by the catalogue.
    #[must_use]
    pub fn new(rsi: usize, smooth: usize) -> Self {
        Self {
            rsi: Rsi::new(RSI.require_whole(rsi)),
            smoother: Wma::new(SMOOTH.require_whole(smooth)),
        }
    }
}

impl Catalogued for InverseFisherRsi {
    const ENTRY: Entry = on_close(
        "inv_fisher_rsi",
        "Inverse Fisher RSI",
        &[RSI, SMOOTH],
        article("The Inverse Fisher Transform", 2004, "TASC, May"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

impl Indicator for InverseFisherRsi {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let scaled = 0.1 * (self.rsi.step(price)? - 50.0);
        self.smoother.step(scaled).map(f64::tanh)
    }

    fn reset(&mut self) {
        self.rsi.reset();
        self.smoother.reset();
    }

    fn warm_up(&self) -> usize {
        self.rsi.warm_up() + self.smoother.warm_up() - 1
    }
}
