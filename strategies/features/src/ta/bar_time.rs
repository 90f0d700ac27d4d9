//! When a bar begins.

use super::classical;
use crate::prelude::*;

outputs! {
    /// The numbers of [`BarTime`].
    pub struct BarTimeLines {
        /// Monday is 0, Sunday 6.
        weekday,
        /// Hours since midnight, with their fraction.
        hour,
    }
}

/// The weekday and the hour a bar begins at, in UTC.
#[derive(Clone, Copy, Debug, Default)]
pub struct BarTime;

const DAY_NS: u64 = 86_400_000_000_000;
const HOUR_NS: f64 = 3_600_000_000_000.0;

/// 1970 began on a Thursday.
const FIRST_WEEKDAY: u64 = 3;

impl Catalogued for BarTime {
    const ENTRY: Entry = classical(
        "bar_time",
        "Weekday and hour",
        &[],
        Source::new("French", "Stock Returns and the Weekend Effect", 1980, ""),
    );

    fn build(_: &Arguments) -> Self {
        Self
    }
}

impl Indicator for BarTime {
    type Sample = Candle;
    type Output = BarTimeLines;

    fn step(&mut self, bar: Candle) -> Option<BarTimeLines> {
        let (day, within) = (bar.time.0 / DAY_NS, bar.time.0 % DAY_NS);
        let weekday = (day + FIRST_WEEKDAY) % 7;
        Some(BarTimeLines { weekday: weekday as f64, hour: within as f64 / HOUR_NS })
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}
