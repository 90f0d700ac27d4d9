//! The band-pass indicator of 2013, scaled, with its trigger.

use super::gain::GainControl;
use super::school::*;
use super::two_pole::{TwoPole, alpha};
use crate::prelude::*;

outputs! {
    /// The outputs of [`BandPassSignal`].
    pub struct BandPassSignals {
        /// The band-pass filter in units of price.
        bp,
        /// The same in units of its decaying peak.
        signal,
        /// The signal led by a high-pass filter: crossings are entries.
        trigger,
    }
}

/// A band-pass filter behind a high-pass filter, scaled by its peak, and a trigger that leads it.
///
/// The gain 1 + α / 2 of the high-pass filters is as printed; 1 − α / 2 would pass short cycles
/// unchanged.
#[derive(Clone, Debug)]
pub struct BandPassSignal {
    high_pass: TwoPole,
    band_pass: TwoPole,
    gain: GainControl,
    trigger: TwoPole,
}

/// The high-pass filter as printed, with its critical period in shares of the bandwidth.
fn high_pass(scale: f64, period: f64) -> TwoPole {
    let alpha = alpha(scale, period);
    let gain = 1.0 + alpha / 2.0;
    TwoPole::new([gain, -gain, 0.0], [1.0 - alpha, 0.0], 0.0)
}

impl BandPassSignal {
    /// Builds one around `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, bandwidth: f64) -> Self {
        let (period, bandwidth) = (CYCLE.require(period), BANDWIDTH.require(bandwidth));
        Self {
            high_pass: high_pass(0.25 * bandwidth, period),
            band_pass: TwoPole::band_pass(period, bandwidth),
            gain: GainControl::default(),
            trigger: high_pass(1.5 * bandwidth, period),
        }
    }
}

impl Catalogued for BandPassSignal {
    const ENTRY: Entry = on_close(
        "bandpass_2013",
        "Band-pass filter of 2013",
        &[CYCLE, BANDWIDTH],
        cycle_analytics("listing 5-1"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1))
    }
}

impl BandPassSignal {
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> BandPassSignals {
        let bp = self.band_pass.next(self.high_pass.next(price));
        let signal = self.gain.next(bp);
        BandPassSignals { bp, signal, trigger: self.trigger.next(signal) }
    }

    pub(super) fn clear(&mut self) {
        self.high_pass.reset();
        self.band_pass.reset();
        self.gain.reset();
        self.trigger.reset();
    }
}

at_once!(BandPassSignal: f64 => BandPassSignals);
