//! Directional movement: Wilder's +DI, −DI, DX, ADX and ADXR.

use super::{PERIOD_2, TrueRange, ZERO, classical};
use crate::prelude::*;
use crate::window::Window;

outputs! {
    /// The lines of [`Directional`].
    pub struct DirectionalLines {
        /// +DI: upward movement in percent of the true range.
        plus,
        /// −DI: downward movement in percent of the true range.
        minus,
        /// DX: their difference in percent of their sum.
        dx,
    }
}

/// Directional movement and true range, each a Wilder sum: the sum of the first `period` − 1 values,
/// then less its own `period`th part and plus the new value. Where the range is nothing the
/// indicators are 0 and DX stays.
#[derive(Clone, Debug)]
pub struct Directional {
    period: usize,
    /// Of a new value in an average, and what is kept of a sum.
    weight: f64,
    kept: f64,
    range: TrueRange,
    previous: Option<HighLow>,
    /// Bars after the first.
    count: usize,
    /// Wilder sums of +DM, −DM and the true range.
    sums: [f64; 3],
    dx: f64,
}

impl Directional {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        let weight = 1.0 / period as f64;
        Self {
            period,
            weight,
            kept: 1.0 - weight,
            range: TrueRange::new(),
            previous: None,
            count: 0,
            sums: [0.0; 3],
            dx: 0.0,
        }
    }

    /// Takes a bar and returns the Wilder sums.
    #[inline]
    fn advance(&mut self, bar: HighLowClose) -> Option<[f64; 3]> {
        let range = self.range.step(bar);
        let now = HighLow { high: bar.high, low: bar.low };
        let before = self.previous.replace(now)?;
        let (up, down) = (now.high - before.high, before.low - now.low);
        let plus = if (up > 0.0) & (up > down) { up } else { 0.0 };
        let minus = if (down > 0.0) & (up < down) { down } else { 0.0 };
        self.count += 1;
        let seeding = self.count < self.period;
        let kept = if seeding { 1.0 } else { self.kept };
        for (sum, value) in self.sums.iter_mut().zip([plus, minus, range?]) {
            *sum = *sum * kept + value;
        }
        (!seeding).then_some(self.sums)
    }
}

/// Returns DX where there is one: the range is the same in both indicators and cancels.
#[inline]
fn dx([plus, minus, range]: [f64; 3]) -> Option<f64> {
    let both = plus + minus;
    let nothing = range == 0.0 || 100.0 * both < ZERO * range;
    (!nothing).then(|| 100.0 * ((minus - plus).abs() / both))
}

impl Catalogued for Directional {
    const ENTRY: Entry = classical(
        "dmi",
        "Directional movement",
        &[PERIOD_2],
        Source::new("Wilder", "New Concepts in Technical Trading Systems", 1978, "section IV"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Directional {
    type Sample = HighLowClose;
    type Output = DirectionalLines;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<DirectionalLines> {
        let sums = self.advance(bar)?;
        self.dx = dx(sums).unwrap_or(self.dx);
        let [plus, minus, range] = sums;
        let percent = |sum: f64| if range == 0.0 { 0.0 } else { 100.0 * (sum / range) };
        Some(DirectionalLines { plus: percent(plus), minus: percent(minus), dx: self.dx })
    }

    fn reset(&mut self) {
        self.range.reset();
        self.previous = None;
        self.count = 0;
        self.sums = [0.0; 3];
        self.dx = 0.0;
    }

    fn warm_up(&self) -> usize {
        self.period + 1
    }
}

/// Wilder's average of DX. A bar without a DX adds nothing to the seed and changes nothing later.
#[derive(Clone, Debug)]
pub struct Adx {
    directional: Directional,
    count: usize,
    /// The sum while warming up, the average afterwards.
    state: f64,
}

impl Adx {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let directional = Directional::new(period);
        Self { directional, count: 0, state: 0.0 }
    }
}

impl Catalogued for Adx {
    const ENTRY: Entry = classical(
        "adx",
        "Average directional index",
        &[PERIOD_2],
        Source::new("Wilder", "New Concepts in Technical Trading Systems", 1978, "section IV"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Adx {
    type Sample = HighLowClose;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let dx = dx(self.directional.advance(bar)?);
        let Directional { period, weight, kept, .. } = self.directional;
        if self.count == period {
            if let Some(dx) = dx {
                self.state = self.state * kept + dx * weight;
            }
            return Some(self.state);
        }
        self.count += 1;
        self.state += dx.unwrap_or(0.0);
        if self.count < period {
            return None;
        }
        self.state *= weight;
        Some(self.state)
    }

    fn reset(&mut self) {
        self.directional.reset();
        self.count = 0;
        self.state = 0.0;
    }

    fn warm_up(&self) -> usize {
        2 * self.directional.period
    }
}

/// The mean of ADX now and `period` − 1 bars ago.
#[derive(Clone, Debug)]
pub struct Adxr {
    adx: Adx,
    window: Window,
}

impl Adxr {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { adx: Adx::new(period), window: Window::new(period) }
    }
}

impl Catalogued for Adxr {
    const ENTRY: Entry = classical(
        "adxr",
        "Average directional index rating",
        &[PERIOD_2],
        Source::new("Wilder", "New Concepts in Technical Trading Systems", 1978, "section IV"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Adxr {
    type Sample = HighLowClose;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let adx = self.adx.step(bar)?;
        self.window.push(adx);
        let before = self.window.is_full().then(|| self.window.lag(self.window.capacity() - 1))?;
        Some((adx + before) / 2.0)
    }

    fn reset(&mut self) {
        self.adx.reset();
        self.window.clear();
    }

    fn warm_up(&self) -> usize {
        self.adx.warm_up() + self.window.capacity() - 1
    }
}
