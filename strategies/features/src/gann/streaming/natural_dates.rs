//! How near the natural dates are, and the time of day as an angle.

use crate::catalog::{Catalogued, Entry, School, Source};
use crate::gann::domain::sine_cosine;
use crate::gann::{sun, wheel_of_24};
use crate::parameter::{Arguments, Parameter, Unit};
use crate::{AppliedPrice, Candle, Indicator};

const STEP: Parameter = Parameter::number("step", Unit::Degrees, 1.0, 360.0, 45.0);
const ANCHOR: Parameter = Parameter::number("anchor", Unit::Seconds, 0.0, 86_400.0, 0.0);

crate::outputs! {
    /// The Sun, and the natural dates around now.
    pub struct SeasonProximity {
        /// The Sun's longitude, 0 to 360 degrees; 0 at the spring equinox.
        longitude,
        /// Days to the nearest natural date; negative once it has passed.
        days,
    }
}

/// Days to the nearest time at which the Sun's longitude is a multiple of the step: equinoxes,
/// solstices and the days between them for 45°.
///
/// Cost: sines of two angles; the dates are found anew only when one has passed.
#[derive(Clone, Copy, Debug)]
pub struct NaturalDates {
    step_degrees: f64,
    /// The last and the next date; equal where none is known.
    around: (f64, f64),
}

impl NaturalDates {
    /// Builds it.
    ///
    /// # Panics
    /// If the step is not allowed by the catalogue.
    #[must_use]
    pub fn new(step_degrees: f64) -> Self {
        Self { step_degrees: STEP.require(step_degrees), around: (0.0, 0.0) }
    }
}

impl Catalogued for NaturalDates {
    const ENTRY: Entry = Entry {
        name: "gann_natural_dates",
        title: "Nearness of natural dates by the Sun's longitude",
        school: School::Gann,
        parameters: &[STEP],
        price: AppliedPrice::Close,
        source: Source::new(
            "Gann",
            "Master Time Factor and Forecasting by Mathematical Rules",
            1935,
            "seasonal dates; longitude after Meeus 1998, chapter 25",
        ),
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

impl Indicator for NaturalDates {
    type Sample = Candle;
    type Output = SeasonProximity;

    fn step(&mut self, bar: Candle) -> Option<SeasonProximity> {
        let day = sun::days(bar.time);
        let (mut last, mut next) = self.around;
        if !(last..next).contains(&day) {
            (last, next) = sun::days_around(day, self.step_degrees);
            self.around = (last, next);
        }
        let (passed, to_go) = (day - last, next - day);
        let days = if to_go <= passed { to_go } else { -passed };
        Some(SeasonProximity { longitude: sun::longitude(bar.time), days })
    }

    fn reset(&mut self) {
        self.around = (0.0, 0.0);
    }

    fn warm_up(&self) -> usize {
        1
    }
}

crate::outputs! {
    /// The time of day on the wheel of 24.
    pub struct DayAngle {
        /// Degrees since the anchor, 0 to 360: fifteen an hour.
        degrees,
        /// Sine of the angle.
        sine,
        /// Cosine of the angle.
        cosine,
    }
}

/// The time of day as an angle on the wheel of 24, from an anchor in seconds after midnight UTC.
#[derive(Clone, Copy, Debug)]
pub struct TimeOfDay {
    anchor_seconds: f64,
}

impl TimeOfDay {
    /// Builds it.
    ///
    /// # Panics
    /// If the anchor is not allowed by the catalogue.
    #[must_use]
    pub fn new(anchor_seconds: f64) -> Self {
        Self { anchor_seconds: ANCHOR.require(anchor_seconds) }
    }
}

impl Catalogued for TimeOfDay {
    const ENTRY: Entry = Entry {
        name: "gann_day_angle",
        title: "Time of day on the wheel of 24",
        school: School::Gann,
        parameters: &[ANCHOR],
        price: AppliedPrice::Close,
        source: Source::new("Gann", "Master Charts", 1931, "circle of 24 hours"),
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

impl Indicator for TimeOfDay {
    type Sample = Candle;
    type Output = DayAngle;

    fn step(&mut self, bar: Candle) -> Option<DayAngle> {
        let day_ns = crate::gann::calendar::DAY_NS;
        let seconds = (bar.time.0 % day_ns) as f64 / 1e9 - self.anchor_seconds;
        let degrees = wheel_of_24::time_angle(seconds).ok()?;
        let (sine, cosine) = sine_cosine(degrees);
        Some(DayAngle { degrees, sine, cosine })
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}
