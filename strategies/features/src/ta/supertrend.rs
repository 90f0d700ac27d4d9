//! Supertrend.

use super::{Atr, PERIOD_2, classical};
use crate::prelude::*;

outputs! {
    /// The line of [`Supertrend`].
    pub struct SupertrendLine {
        /// The stop: below the price in an uptrend, above it in a downtrend.
        line,
        /// 1 in an uptrend, −1 in a downtrend.
        side,
    }
}

/// A stop some average true ranges from the middle of the bar, which only moves with the trend; a
/// close beyond it turns the trend. As in TA-Lib the first trend is up.
#[derive(Clone, Debug)]
pub struct Supertrend {
    atr: Atr,
    multiplier: f64,
    state: Option<State>,
}

impl Supertrend {
    /// Builds one over `period` bars, usually 10, with a multiplier, usually 3.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, multiplier: f64) -> Self {
        let atr = Atr::new(PERIOD_2.require_whole(period));
        Self { atr, multiplier: MULTIPLIER.require(multiplier), state: None }
    }
}

#[derive(Clone, Copy, Debug)]
struct State {
    upper: f64,
    lower: f64,
    up: bool,
    close: f64,
}

const MULTIPLIER: Parameter = Parameter::number("multiplier", Unit::Ratio, 0.0, 1e6, 3.0);

impl Catalogued for Supertrend {
    const ENTRY: Entry = classical(
        "supertrend",
        "Supertrend",
        &[PERIOD_2.or(10.0), MULTIPLIER],
        Source::new("Seban", "Supertrend", 2009, "as in TA-Lib 0.8"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1))
    }
}

impl Indicator for Supertrend {
    type Sample = HighLowClose;
    type Output = SupertrendLine;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<SupertrendLine> {
        let range = self.atr.step(bar)?;
        let (middle, width) = ((bar.high + bar.low) / 2.0, self.multiplier * range);
        let basic =
            State { upper: middle + width, lower: middle - width, up: true, close: bar.close };
        let mut now = self.state.map_or(basic, |before| State {
            upper: if basic.upper < before.upper || before.close > before.upper {
                basic.upper
            } else {
                before.upper
            },
            lower: if basic.lower > before.lower || before.close < before.lower {
                basic.lower
            } else {
                before.lower
            },
            up: before.up,
            close: bar.close,
        });
        if self.state.is_some() {
            now.up = if now.up { bar.close >= now.lower } else { bar.close > now.upper };
        }
        self.state = Some(now);
        let (line, side) = if now.up { (now.lower, 1.0) } else { (now.upper, -1.0) };
        Some(SupertrendLine { line, side })
    }

    fn reset(&mut self) {
        self.atr.reset();
        self.state = None;
    }

    fn warm_up(&self) -> usize {
        self.atr.warm_up()
    }
}
