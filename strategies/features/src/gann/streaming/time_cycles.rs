//! How near the calendar cycles from the last turns are.

use super::swings::{Swings, THRESHOLD};
use crate::catalog::{Catalogued, Entry, School, Source};
use crate::gann::cycles::{cluster, days_to_nearest};
use crate::gann::sun::days;
use crate::parameter::{Arguments, Parameter, Unit};
use crate::{AppliedPrice, Candle, Indicator};

/// The most turns that are counted from.
const PIVOTS_MAX: usize = 8;

/// Added to the tolerance, so that its very end belongs to it: a float of days since 1970 tells
/// 4e-12 of a day.
const ROUNDING_DAYS: f64 = 1e-9;

const PIVOTS: Parameter = Parameter::number("pivots", Unit::Count, 1.0, PIVOTS_MAX as f64, 4.0);
const TOLERANCE: Parameter =
    Parameter::number("tolerance", Unit::Seconds, 0.0, 864_000.0, 86_400.0);

crate::outputs! {
    /// The calendar cycles around now.
    pub struct CycleProximity {
        /// Days from the last turn.
        age_days,
        /// Days to the nearest cycle date from it; negative once it has passed.
        days,
        /// How many pairs of one of the last turns and a cycle meet now, within the tolerance.
        cluster,
    }
}

/// Proximity of calendar cycles (30, 45, 60, … 360 days and on) from the last turns; until there
/// is one, from the first bar. A bar before the turn counts as the turn itself.
///
/// Cost: 17 comparisons for each turn, at most eight.
#[derive(Clone, Debug)]
pub struct TimeCycles {
    swings: Swings,
    tolerance_days: f64,
    pivots: usize,
    /// Days of the last turns, the newest first.
    turns: [f64; PIVOTS_MAX],
    count: usize,
    extreme_day: f64,
}

impl TimeCycles {
    /// Builds it for swings of a `threshold` (a share of the price) and a tolerance in seconds.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(threshold: f64, pivots: usize, tolerance_seconds: f64) -> Self {
        Self {
            swings: Swings::new(THRESHOLD.require(threshold)),
            tolerance_days: TOLERANCE.require(tolerance_seconds) / 86_400.0 + ROUNDING_DAYS,
            pivots: PIVOTS.require_whole(pivots),
            turns: [0.0; PIVOTS_MAX],
            count: 0,
            extreme_day: 0.0,
        }
    }

    fn turn(&mut self, day: f64) {
        self.turns.copy_within(..PIVOTS_MAX - 1, 1);
        self.turns[0] = day;
        self.count = (self.count + 1).min(self.pivots);
    }
}

impl Catalogued for TimeCycles {
    const ENTRY: Entry = Entry {
        name: "gann_cycles",
        title: "Nearness of calendar cycles from the last turns",
        school: School::Gann,
        parameters: &[THRESHOLD, PIVOTS, TOLERANCE],
        price: AppliedPrice::Close,
        source: Source::new(
            "Gann",
            "Master Time Factor and Forecasting by Mathematical Rules",
            1935,
            "divisions of the circle in days",
        ),
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.whole(1), arguments.number(2))
    }
}

impl Indicator for TimeCycles {
    type Sample = Candle;
    type Output = CycleProximity;

    fn step(&mut self, bar: Candle) -> Option<CycleProximity> {
        let day = days(bar.time);
        let (swing, turned) = self.swings.step(bar.high, bar.low);
        if turned {
            self.turn(self.extreme_day);
        } else if self.count == 0 {
            self.turn(day);
        }
        if swing.is_at_extreme() {
            self.extreme_day = day;
        }
        let mut ages = self.turns;
        for age in &mut ages {
            *age = (day - *age).max(0.0);
        }
        Some(CycleProximity {
            age_days: ages[0],
            days: days_to_nearest(ages[0]),
            cluster: cluster(&ages[..self.count], self.tolerance_days) as f64,
        })
    }

    fn reset(&mut self) {
        self.swings.reset();
        self.turns = [0.0; PIVOTS_MAX];
        self.count = 0;
        self.extreme_day = 0.0;
    }

    fn warm_up(&self) -> usize {
        1
    }
}
