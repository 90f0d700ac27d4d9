//! Squares of 24, 52, 90, 144 and others: as many units of time by as many units of price, laid
//! from a pivot and repeated without end.
//!
//! Inside, the eighths and thirds of both sides matter (a half most, then quarters and thirds),
//! and the diagonals from the corners and the middles of the sides.

use super::angles::Ratio;
use super::domain::{DomainError, finite, positive};

/// A square of `size` units of time by `size` units of price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SquareOf {
    size: f64,
    price_per_unit: f64,
    bars_per_unit: f64,
}

/// Where a bar lies in its square. All in units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Time within the square, from 0 to its size.
    pub time: f64,
    /// Price within the square, from 0 to its size.
    pub price: f64,
    /// Time minus the nearest division of time.
    pub from_time_division: f64,
    /// Price minus the nearest division of price.
    pub from_price_division: f64,
    /// Price minus the nearest diagonal, rising or falling, from a corner or a middle.
    pub from_diagonal: f64,
    /// Which eighth of time, 0 to 7.
    pub time_eighth: u8,
    /// Which eighth of price, 0 to 7.
    pub price_eighth: u8,
}

impl SquareOf {
    /// The usual sizes.
    pub const SIZES: [f64; 5] = [24.0, 52.0, 90.0, 144.0, 360.0];

    /// Builds one.
    ///
    /// # Errors
    /// If a number is not positive.
    pub fn new(size: f64, price_per_unit: f64, bars_per_unit: f64) -> Result<Self, DomainError> {
        Ok(Self {
            size: positive("size", size)?,
            price_per_unit: positive("price per unit", price_per_unit)?,
            bars_per_unit: positive("bars per unit", bars_per_unit)?,
        })
    }

    /// Returns the important divisions of a side, in units: eighths and thirds.
    #[must_use]
    pub fn divisions(&self) -> [f64; 10] {
        DIVISIONS.map(|[part, whole]| self.size * part / whole)
    }

    /// Returns how far above the pivot a line of this ratio from the lower left corner is, `bars`
    /// after the pivot. In price.
    #[must_use]
    pub fn line(&self, ratio: Ratio, bars: f64) -> f64 {
        self.price_per_unit * ratio.slope() * (bars / self.bars_per_unit)
    }

    /// Returns where a bar lies, `bars` after the pivot and `price` above it.
    ///
    /// # Errors
    /// If one is not a number.
    pub fn place(&self, bars: f64, price: f64) -> Result<Place, DomainError> {
        let time = finite("bars", bars)? / self.bars_per_unit;
        let price = finite("price", price)? / self.price_per_unit;
        Ok(Self::place_units(self.size, time, price))
    }

    /// Returns where a bar lies that is finite units from the pivot.
    pub(super) fn place_units(size: f64, time: f64, price: f64) -> Place {
        let (time, price) = (fraction(time / size), fraction(price / size));
        // Diagonals of both kinds repeat every half side.
        let rising = to_half(price - time);
        let falling = to_half(price + time);
        let diagonal = if rising.abs() <= falling.abs() { rising } else { falling };
        Place {
            time: size * time,
            price: size * price,
            from_time_division: size * to_division(time),
            from_price_division: size * to_division(price),
            from_diagonal: size * diagonal,
            time_eighth: (8.0 * time) as u8,
            price_eighth: (8.0 * price) as u8,
        }
    }
}

/// Eighths and thirds of a side, as part and whole.
const DIVISIONS: [[f64; 2]; 10] = [
    [1.0, 8.0],
    [1.0, 4.0],
    [1.0, 3.0],
    [3.0, 8.0],
    [1.0, 2.0],
    [5.0, 8.0],
    [2.0, 3.0],
    [3.0, 4.0],
    [7.0, 8.0],
    [1.0, 1.0],
];

/// Returns the part after the whole squares, at least 0 and below 1.
fn fraction(squares: f64) -> f64 {
    let within = squares - squares.floor();
    if within < 1.0 { within } else { 0.0 }
}

/// Rounds a small number. By a cast: rounding itself is a call on older processors.
#[inline]
fn nearest_whole(number: f64) -> f64 {
    f64::from((number + 0.5_f64.copysign(number)) as i32)
}

/// Returns the way from the nearest multiple of a half.
fn to_half(share: f64) -> f64 {
    share - nearest_whole(2.0 * share) / 2.0
}

/// Returns the way from the nearest eighth or third.
fn to_division(share: f64) -> f64 {
    let eighth = share - nearest_whole(8.0 * share) / 8.0;
    let third = share - nearest_whole(3.0 * share) / 3.0;
    if third.abs() < eighth.abs() { third } else { eighth }
}
