//! The cycle period and the sine wave of 2004, measured on the Cyber Cycle.

use super::CyberCycle;
use super::angle::{arc_tangent, sines};
use super::phase::{CycleSums, resolve};
use super::recursive_median::Median5;
use super::school::*;
use crate::prelude::*;

/// The period of a Cyber Cycle from the change of its phase.
#[derive(Clone, Debug)]
pub(super) struct CycleMeter {
    cycle: CyberCycle,
    /// The last six values of the cycle.
    values: [f64; 6],
    median: Median5,
    /// In phase and in quadrature, one sample ago.
    last: [f64; 2],
    /// Change of phase, radians a sample.
    turned: f64,
    instant: f64,
    period: f64,
}

/// Limits of the change of phase: periods of 5.7 to 63 samples.
const SLOWEST: f64 = 0.1;
const FASTEST: f64 = 1.1;
/// 2π as printed.
#[expect(clippy::approx_constant, reason = "the published value, so that results compare")]
const CIRCLE: f64 = 6.28318;

impl CycleMeter {
    pub(super) fn new(alpha: f64) -> Self {
        Self {
            cycle: CyberCycle::new(alpha),
            values: [0.0; 6],
            median: Median5::default(),
            last: [0.0; 2],
            turned: 0.0,
            instant: 0.0,
            period: 0.0,
        }
    }

    /// Returns the period and the value of the cycle.
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> (f64, f64) {
        let cycle = self.cycle.next(price);
        let [_, c2, c3, c4, _, c6] = self.values;
        self.values.rotate_right(1);
        self.values[0] = cycle;
        let transform = 0.0962 * (cycle - c6) + 0.5769 * (c2 - c4);
        let quadrature = transform * (0.5 + 0.08 * self.instant);
        let in_phase = c3;
        let [last_in_phase, last_quadrature] = self.last;
        if quadrature != 0.0 && last_quadrature != 0.0 {
            let (now, last) = (in_phase / quadrature, last_in_phase / last_quadrature);
            // The tangent of a difference, which for small angles is the angle.
            self.turned = ratio(now - last, 1.0 + now * last).unwrap_or(self.turned);
        }
        self.turned = self.turned.clamp(SLOWEST, FASTEST);
        self.last = [in_phase, quadrature];
        let median = self.median.next(self.turned, 0.0);
        let measured = if median == 0.0 { 15.0 } else { CIRCLE / median + 0.5 };
        self.instant = 0.33 * measured + 0.67 * self.instant;
        self.period = 0.15 * self.instant + 0.85 * self.period;
        (self.period, cycle)
    }

    pub(super) fn reset(&mut self) {
        self.cycle.clear();
        self.values = [0.0; 6];
        self.median.reset();
        self.last = [0.0; 2];
        [self.turned, self.instant, self.period] = [0.0; 3];
    }
}

/// The smoothed period of the dominant cycle, 6 to 63 samples after its transient.
#[derive(Clone, Debug)]
pub struct CyclePeriod {
    meter: CycleMeter,
}

impl CyclePeriod {
    /// Builds one with the weight of the newest price in the [`CyberCycle`].
    ///
    /// # Panics
    /// If `alpha` is not allowed by the catalogue.
    #[must_use]
    pub fn new(alpha: f64) -> Self {
        Self { meter: CycleMeter::new(alpha) }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.meter.next(price).0
    }

    fn clear(&mut self) {
        self.meter.reset();
    }
}

impl Catalogued for CyclePeriod {
    const ENTRY: Entry =
        on_median("cycle_period_2004", "Cycle period of 2004", &[ALPHA], cybernetic("fig. 9.4"));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

at_once!(CyclePeriod: f64 => f64);

outputs! {
    /// The outputs of [`SineWave`].
    pub struct SineWaveLines {
        /// Phase of the dominant cycle, degrees, −45 to 315.
        phase,
        /// Its sine.
        sine,
        /// The sine 45 degrees later: crossings are turns of a cycle.
        lead,
    }
}

/// The sine of the phase of the dominant cycle, and the sine 45 degrees later. O(period), 63 at
/// most.
#[derive(Clone, Debug)]
pub struct SineWave {
    meter: CycleMeter,
    sums: CycleSums,
}

/// A cosine sum as small as this gives a quarter of a cycle.
const VANISHING: f64 = 0.001;

impl SineWave {
    /// Builds one with the weight of the newest price in the [`CyberCycle`].
    ///
    /// # Panics
    /// If `alpha` is not allowed by the catalogue.
    #[must_use]
    pub fn new(alpha: f64) -> Self {
        Self { meter: CycleMeter::new(alpha), sums: CycleSums::new() }
    }

    #[inline]
    fn next(&mut self, price: f64) -> SineWaveLines {
        let (period, cycle) = self.meter.next(price);
        self.sums.push(cycle);
        let [cosine, sine] = self.sums.of(period as usize);
        let phase = if cosine.abs() > VANISHING {
            arc_tangent(sine, cosine)
        } else if sine == 0.0 {
            0.0
        } else {
            90.0_f64.copysign(sine)
        };
        let phase = resolve(phase + 90.0, cosine);
        let [sine, lead] = sines(phase);
        SineWaveLines { phase, sine, lead }
    }

    fn clear(&mut self) {
        self.meter.reset();
        self.sums.reset();
    }
}

impl Catalogued for SineWave {
    const ENTRY: Entry = on_median("sinewave_2004", "Sine wave of 2004", &[ALPHA], cybernetic(""));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

at_once!(SineWave: f64 => SineWaveLines);
