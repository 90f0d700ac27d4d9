//! Gann angles: straight lines from a pivot, so many units of price in so many units of time.
//!
//! A ratio is written time by price, `1x2` for two units of price in one of time; authors use both
//! orders, so what counts is the slope. One unit of price a bar, the price per bar, is the slope of
//! `1x1` and has to be chosen: see [`PricePerBar`].

use std::str::FromStr;

use super::domain::{DomainError, finite, positive};

/// Units of price for units of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    time: f64,
    price: f64,
}

impl Ratio {
    const fn of(time: u8, price: u8) -> Self {
        Self { time: time as f64, price: price as f64 }
    }

    /// Returns `price` units in `time` units.
    ///
    /// # Errors
    /// If one is not positive.
    pub fn new(time: f64, price: f64) -> Result<Self, DomainError> {
        Ok(Self { time: positive("time", time)?, price: positive("price", price)? })
    }

    /// Returns the units of price in one of time.
    #[inline]
    #[must_use]
    pub const fn slope(self) -> f64 {
        self.price / self.time
    }

    /// Returns the angle on paper where one unit of price is as long as one of time, in degrees:
    /// 63.435 for `1x2`. Not the rounded 63.75 of the books, whose slope is not 2.
    #[must_use]
    pub fn degrees(self) -> f64 {
        self.slope().atan().to_degrees()
    }
}

/// A text that is not a ratio such as `1x8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a ratio is time x price, such as 1x8, both positive")]
pub struct RatioError;

impl FromStr for Ratio {
    type Err = RatioError;

    fn from_str(text: &str) -> Result<Self, RatioError> {
        let (time, price) = text.split_once('x').ok_or(RatioError)?;
        let number = |text: &str| text.parse::<f64>().map_err(|_| RatioError);
        Self::new(number(time)?, number(price)?).map_err(|_| RatioError)
    }
}

/// The nine lines of a fan, steepest first.
pub const FAN: [Ratio; 9] = [
    Ratio::of(1, 8),
    Ratio::of(1, 4),
    Ratio::of(1, 3),
    Ratio::of(1, 2),
    Ratio::of(1, 1),
    Ratio::of(2, 1),
    Ratio::of(3, 1),
    Ratio::of(4, 1),
    Ratio::of(8, 1),
];

/// The angles books print for [`FAN`], rounded to parts of a circle. For labels only.
pub const FAN_PRINTED_DEGREES: [f64; 9] = [82.5, 75.0, 71.25, 63.75, 45.0, 26.25, 18.75, 15.0, 7.5];

/// Up from a low, or down from a high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Rising lines.
    Up,
    /// Falling lines.
    Down,
}

impl Direction {
    /// Returns 1 for up, −1 for down.
    #[inline]
    #[must_use]
    pub const fn sign(self) -> f64 {
        match self {
            Self::Up => 1.0,
            Self::Down => -1.0,
        }
    }
}

/// Ways to choose the price per bar, the slope of `1x1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PricePerBar {
    /// This much.
    Fixed(f64),
    /// A multiple of the average true range.
    AverageTrueRange {
        /// The average true range.
        atr: f64,
        /// The multiple.
        factor: f64,
    },
    /// The slope of the last swing.
    Swing {
        /// The price it went.
        range: f64,
        /// The bars it took.
        bars: f64,
    },
    /// The square root of the pivot's price.
    Root {
        /// The pivot's price.
        pivot: f64,
    },
    /// The pivot's price within so many bars.
    Squaring {
        /// The pivot's price.
        pivot: f64,
        /// The bars.
        bars: f64,
    },
}

impl PricePerBar {
    /// Returns the price per bar.
    ///
    /// # Errors
    /// If one of the numbers is not positive.
    pub fn value(self) -> Result<f64, DomainError> {
        Ok(match self {
            Self::Fixed(price_per_bar) => positive("price per bar", price_per_bar)?,
            Self::AverageTrueRange { atr, factor } => {
                positive("average true range", atr)? * positive("factor", factor)?
            }
            Self::Swing { range, bars } => positive("range", range)? / positive("bars", bars)?,
            Self::Root { pivot } => positive("pivot", pivot)?.sqrt(),
            Self::Squaring { pivot, bars } => positive("pivot", pivot)? / positive("bars", bars)?,
        })
    }
}

/// Returns the price of a line from a pivot, `bars` later.
///
/// # Errors
/// If a number is not one, or the price per bar is not positive.
pub fn line(
    pivot: f64,
    price_per_bar: f64,
    ratio: Ratio,
    direction: Direction,
    bars: f64,
) -> Result<f64, DomainError> {
    let rise = positive("price per bar", price_per_bar)? * ratio.slope() * finite("bars", bars)?;
    Ok(finite("pivot", pivot)? + direction.sign() * rise)
}

/// All lines from one pivot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fan {
    /// The pivot's price.
    pub pivot: f64,
    /// The slope of `1x1`; zero makes all lines one.
    pub price_per_bar: f64,
}

/// The lines of a fan around a price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Between {
    /// The slope of the price itself from the pivot, in units of `1x1`.
    pub slope: f64,
    /// The line below the price.
    pub support: f64,
    /// The line above the price. A price on a line has it on the side of the pivot.
    pub resistance: f64,
}

impl Fan {
    /// Returns the nine lines, steepest first, `bars` after the pivot.
    #[must_use]
    pub fn lines(&self, direction: Direction, bars: f64) -> [f64; 9] {
        FAN.map(|ratio| self.pivot + direction.sign() * self.price_per_bar * ratio.slope() * bars)
    }

    /// Returns the lines around a price, `bars` after the pivot: those of [`FAN`] up and down, the
    /// horizontal, and beyond `1x8` those of twice the slope each. O(1).
    ///
    /// Where lines cannot be told apart (no bars since the pivot, no price per bar, or slopes
    /// beyond 2^60) both are the price of the horizontal, and the slope is zero.
    #[inline]
    #[must_use]
    pub fn around(&self, price: f64, bars: f64) -> Between {
        let unit = self.price_per_bar * bars;
        let slope = (price - self.pivot) / unit;
        // Also catches a unit of zero, whose slope is infinite or not a number.
        if unit.is_nan() || unit <= 0.0 || slope.is_nan() || slope.abs() >= STEEPEST {
            return Between { slope: 0.0, support: self.pivot, resistance: self.pivot };
        }
        let (inner, outer) = slopes_around(slope.abs());
        let (below, above) = if slope >= 0.0 { (inner, outer) } else { (-outer, -inner) };
        Between { slope, support: self.pivot + below * unit, resistance: self.pivot + above * unit }
    }
}

/// Slopes at and beyond this are not told apart.
const STEEPEST: f64 = (1_u64 << 60) as f64;

/// The slopes of the fan, flattest first, after the horizontal.
const SLOPES: [f64; 10] = [0.0, 0.125, 0.25, 1.0 / 3.0, 0.5, 1.0, 2.0, 3.0, 4.0, 8.0];

/// Returns the slope at or before a slope from zero on, and the one after it.
#[inline]
fn slopes_around(slope: f64) -> (f64, f64) {
    let after = SLOPES.iter().filter(|&&each| each <= slope).count();
    if after < SLOPES.len() {
        return (SLOPES[after - 1], SLOPES[after]);
    }
    // A power of two: the mantissa is cut off.
    let power = f64::from_bits(slope.to_bits() & 0xfff0_0000_0000_0000);
    (power, 2.0 * power)
}

/// Returns the line nearest to a price among parallels to `1x1` through the pivot, `spacing` of
/// price apart, `bars` after the pivot.
///
/// # Errors
/// If a number is not one, or the spacing is not positive.
pub fn nearest_parallel(
    fan: &Fan,
    direction: Direction,
    spacing: f64,
    bars: f64,
    price: f64,
) -> Result<f64, DomainError> {
    let spacing = positive("spacing", spacing)?;
    let middle = fan.pivot + direction.sign() * fan.price_per_bar * finite("bars", bars)?;
    Ok(middle + ((finite("price", price)? - middle) / spacing).round() * spacing)
}
