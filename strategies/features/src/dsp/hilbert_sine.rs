//! TA-Lib's HT_DCPHASE, HT_SINE, HT_TRENDLINE and HT_TRENDMODE: one indicator, as they share all
//! that costs time.

use super::angle::sines;
use super::hilbert_talib::{Cycle, Front, Start};
use super::school::*;
use crate::prelude::*;

outputs! {
    /// The outputs of [`HilbertSine`].
    pub struct SineLines {
        /// Phase of the dominant cycle, degrees, −45 to 315.
        phase,
        /// Its sine.
        sine,
        /// The sine 45 degrees later: crossings are turns of a cycle.
        lead,
        /// The mean price of the last cycle, smoothed.
        trendline,
        /// 1 in a trend, 0 in a cycle.
        trendmode,
    }
}

/// Phase, sine wave, trendline and mode of the dominant cycle, as TA-Lib computes them. O(period),
/// 50 at most.
#[derive(Clone, Debug)]
pub struct HilbertSine {
    front: Front,
    cycle: Cycle,
    last: Last,
}

/// What the mode remembers.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    phase: f64,
    sine: f64,
    lead: f64,
    days: f64,
}

/// A price that far from the trendline is a trend.
const FAR: f64 = 0.015;

impl HilbertSine {
    /// Builds one; there is nothing to choose.
    #[must_use]
    pub fn new() -> Self {
        Self { front: Front::new(Start::Long), cycle: Cycle::new(), last: Last::default() }
    }

    /// A trend, unless the sines crossed less than half a cycle ago or the phase turns at the
    /// cycle's pace; and in any case where the price is far from the trendline.
    fn is_trend(&mut self, phase: f64, [sine, lead]: [f64; 2], period: f64) -> bool {
        let last = self.last;
        let crossed =
            (sine > lead && last.sine <= last.lead) || (sine < lead && last.sine >= last.lead);
        let days = if crossed { 1.0 } else { last.days + 1.0 };
        self.last = Last { phase, sine, lead, days };
        let (turned, pace) = (phase - last.phase, 360.0 / period);
        let in_step = turned > 0.67 * pace && turned < 1.5 * pace;
        !crossed && days >= 0.5 * period && !in_step
    }
}

impl Default for HilbertSine {
    fn default() -> Self {
        Self::new()
    }
}

impl Catalogued for HilbertSine {
    const ENTRY: Entry =
        on_close("ht_sine", "Sine wave, trendline and mode", &[], rocket_science("as in TA-Lib"));

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for HilbertSine {
    type Sample = f64;
    type Output = SineLines;

    #[inline]
    fn step(&mut self, price: f64) -> Option<SineLines> {
        self.cycle.push(price);
        let seen = self.front.next(price)?;
        let [phase, trendline] = self.cycle.next(&seen);
        let [sine, lead] = sines(phase);
        let trend = self.is_trend(phase, [sine, lead], seen.phasor.smooth_period);
        let far = trendline != 0.0 && ((seen.smooth - trendline) / trendline).abs() >= FAR;
        let trendmode = f64::from(u8::from(trend || far));
        seen.ready.then_some(SineLines { phase, sine, lead, trendline, trendmode })
    }

    fn reset(&mut self) {
        self.front.reset();
        self.cycle.reset();
        self.last = Last::default();
    }

    fn warm_up(&self) -> usize {
        self.front.warm_up()
    }
}
