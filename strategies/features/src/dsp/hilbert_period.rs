//! TA-Lib's HT_DCPERIOD and HT_PHASOR.

use super::hilbert_talib::{Front, Start};
use super::school::*;
use crate::prelude::*;

/// The period of the dominant cycle, samples, as TA-Lib computes it.
#[derive(Clone, Debug)]
pub struct HilbertPeriod {
    front: Front,
}

impl HilbertPeriod {
    /// Builds one; there is nothing to choose.
    #[must_use]
    pub fn new() -> Self {
        Self { front: Front::new(Start::Short) }
    }
}

impl Default for HilbertPeriod {
    fn default() -> Self {
        Self::new()
    }
}

impl Catalogued for HilbertPeriod {
    const ENTRY: Entry = on_close(
        "ht_dcperiod",
        "Dominant cycle period",
        &[],
        rocket_science("ch. 7, as in TA-Lib"),
    );

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for HilbertPeriod {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        self.front.next(price).filter(|seen| seen.ready).map(|seen| seen.phasor.smooth_period)
    }

    fn reset(&mut self) {
        self.front.reset();
    }

    fn warm_up(&self) -> usize {
        self.front.warm_up()
    }
}

outputs! {
    /// The outputs of [`HilbertPhasor`].
    pub struct PhasorLines {
        /// In phase: the detrended price three samples ago.
        inphase,
        /// In quadrature: a quarter of a cycle ahead.
        quadrature,
    }
}

/// The phasor of the dominant cycle in units of price, as TA-Lib computes it.
#[derive(Clone, Debug)]
pub struct HilbertPhasor {
    front: Front,
}

impl HilbertPhasor {
    /// Builds one; there is nothing to choose.
    #[must_use]
    pub fn new() -> Self {
        Self { front: Front::new(Start::Short) }
    }
}

impl Default for HilbertPhasor {
    fn default() -> Self {
        Self::new()
    }
}

impl Catalogued for HilbertPhasor {
    const ENTRY: Entry =
        on_close("ht_phasor", "Phasor components", &[], rocket_science("as in TA-Lib"));

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for HilbertPhasor {
    type Sample = f64;
    type Output = PhasorLines;

    #[inline]
    fn step(&mut self, price: f64) -> Option<PhasorLines> {
        let seen = self.front.next(price).filter(|seen| seen.ready)?;
        Some(PhasorLines { inphase: seen.phasor.i1, quadrature: seen.phasor.q1 })
    }

    fn reset(&mut self) {
        self.front.reset();
    }

    fn warm_up(&self) -> usize {
        self.front.warm_up()
    }
}
