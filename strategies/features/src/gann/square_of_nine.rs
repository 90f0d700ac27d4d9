//! Square of nine: numbers on a square spiral, prices as angles on it.
//!
//! The spiral starts with 1 in the centre, 2 to its left, and goes on counter-clockwise; ring `k`
//! ends with `(2k + 1)²` in the upper left corner. One turn adds two to the square root.
//!
//! ```text
//! 25 24 23 22 21
//! 10  9  8  7 20
//! 11  2  1  6 19
//! 12  3  4  5 18
//! 13 14 15 16 17
//! ```
//!
//! Vendors mean different angles by the same words, so each has its own name: [`root_angle`] (zero
//! in the centre, Futia), [`one_centred_angle`], [`cell_angle`] (exact, of whole numbers). Charts
//! drawn clockwise mirror `x`.

use super::domain::{DomainError, counted, finite, not_negative, positive, turned};
use super::{Chart, NearestLevel};

/// The spiral, with the angle between its levels; angles are those of the root.
#[derive(Clone, Copy, Debug)]
pub struct SquareOfNine {
    step_degrees: f64,
}

impl SquareOfNine {
    /// Builds the spiral with levels every `step_degrees`.
    ///
    /// # Panics
    /// If the step is not within 1 to 360 degrees.
    #[must_use]
    pub fn new(step_degrees: f64) -> Self {
        assert!((1.0..=360.0).contains(&step_degrees), "levels lie 1 to 360 degrees apart");
        Self { step_degrees }
    }

    /// Returns the nearest level, measured along the spiral; `None` for a price that is not
    /// positive and finite.
    #[inline]
    #[must_use]
    pub fn nearest(&self, price: f64) -> Option<NearestLevel> {
        Chart::SquareOfNineRoot.nearest(price, self.step_degrees)
    }
}

/// Returns the angle of the square root, `180·√n − 225`, in degrees within 0 to 360: odd squares
/// lie at 315°, even ones at 135°.
///
/// # Errors
/// If the number is negative.
pub fn root_angle(number: f64) -> Result<f64, DomainError> {
    Ok(turned(180.0 * not_negative("number", number)?.sqrt() - 225.0))
}

/// Returns the angle with one in the centre, `180·√(n − 1) − 225`, in degrees within 0 to 360.
///
/// # Errors
/// If the number is not above one.
pub fn one_centred_angle(number: f64) -> Result<f64, DomainError> {
    if positive("number", number)? <= 1.0 {
        return Err(DomainError::new("number", number, "above one"));
    }
    Ok(turned(180.0 * (number - 1.0).sqrt() - 225.0))
}

/// Returns the exact angle of a cell, in degrees within 0 to 360: zero on the axis 2, 11, 28, 53,
/// and `45/k` degrees from cell to cell in ring `k`. Numbers up to one lie at zero.
#[must_use]
pub fn cell_angle(number: i64) -> f64 {
    let number = number.clamp(0, super::LARGEST_WHOLE as i64);
    if number <= 1 {
        return 0.0;
    }
    let ring = ring_of(number as u64) as i64;
    let zero = axis_of(ring, 0);
    turned((number - zero) as f64 * 45.0 / ring as f64)
}

/// Returns the ring of a number; 1 is ring 0, 2 to 9 are ring 1.
///
/// # Errors
/// If the number is zero or too large.
pub fn ring(number: u64) -> Result<u64, DomainError> {
    Ok(ring_of(counted("number", number)?))
}

const fn ring_of(number: u64) -> u64 {
    (number - 1).isqrt().div_ceil(2)
}

/// Returns the number of `ring` on the axis at `45·eighth` degrees; even eighths are the cardinal
/// cross, odd ones the ordinal cross.
///
/// # Errors
/// If the number is too large or there is no such eighth.
pub fn axis_number(ring: u64, eighth: u64) -> Result<u64, DomainError> {
    if ring > RING_MAX {
        return Err(DomainError::new("ring", ring as f64, "within 0 to 47453133"));
    }
    if eighth > 7 {
        return Err(DomainError::new("eighth", eighth as f64, "within 0 to 7"));
    }
    counted("number", axis_of(ring as i64, eighth as i64) as u64)
}

const fn axis_of(ring: i64, eighth: i64) -> i64 {
    (2 * ring + 1) * (2 * ring + 1) - 7 * ring + eighth * ring
}

/// The ring of 2^53.
const RING_MAX: u64 = 47_453_133;

/// A place on the spiral; 1 is at (0, 0), `x` goes right and `y` up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// To the right of the centre.
    pub x: i64,
    /// Above the centre.
    pub y: i64,
}

/// The two crosses through the centre, which belongs to the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cross {
    /// The row and the column of the centre.
    Cardinal,
    /// The two diagonals.
    Ordinal,
}

impl Cell {
    /// Returns the cell of a number.
    ///
    /// # Errors
    /// If the number is zero or too large.
    pub fn of(number: u64) -> Result<Self, DomainError> {
        let ring = ring(number)? as i64;
        if ring == 0 {
            return Ok(Self { x: 0, y: 0 });
        }
        let step = number as i64 - (2 * ring - 1) * (2 * ring - 1);
        let (x, y) = match (step - 1) / (2 * ring) {
            0 => (-ring, ring - step),
            1 => (step - 3 * ring, -ring),
            2 => (ring, step - 5 * ring),
            _ => (7 * ring - step, ring),
        };
        Ok(Self { x, y })
    }

    /// Returns the number in this cell.
    ///
    /// # Errors
    /// If the number is too large.
    pub fn number(self) -> Result<u64, DomainError> {
        let Self { x, y } = self;
        let ring = x.unsigned_abs().max(y.unsigned_abs());
        if ring > RING_MAX {
            return Err(DomainError::new("ring", ring as f64, "within 0 to 47453133"));
        }
        let ring = ring as i64;
        if ring == 0 {
            return Ok(1);
        }
        // The upper left corner ends the ring, so the top row is asked first.
        let step = if y == ring {
            7 * ring - x
        } else if x == -ring {
            ring - y
        } else if y == -ring {
            x + 3 * ring
        } else {
            y + 5 * ring
        };
        counted("number", ((2 * ring - 1) * (2 * ring - 1) + step) as u64)
    }

    /// Returns the cross this cell lies on, if any.
    #[must_use]
    pub const fn cross(self) -> Option<Cross> {
        if self.x == 0 || self.y == 0 {
            Some(Cross::Cardinal)
        } else if self.x.unsigned_abs() == self.y.unsigned_abs() {
            Some(Cross::Ordinal)
        } else {
            None
        }
    }
}

/// Returns the level `degrees` along the spiral from a price, `(√price + degrees/180)²`; 360
/// degrees add two to the root. The same for bars: a count of bars is a number like any other.
///
/// # Errors
/// If the price is negative or the level would lie below the centre.
pub fn level(price: f64, degrees: f64) -> Result<f64, DomainError> {
    level_by(price, degrees, 180.0)
}

/// Returns the level of the variant in which 360 degrees add one to the root,
/// `(√price + degrees/360)²`. Most authors reject it.
///
/// # Errors
/// As for [`level`].
pub fn level_half(price: f64, degrees: f64) -> Result<f64, DomainError> {
    level_by(price, degrees, 360.0)
}

fn level_by(price: f64, degrees: f64, per_root: f64) -> Result<f64, DomainError> {
    let root = not_negative("price", price)?.sqrt() + finite("degrees", degrees)? / per_root;
    if root < 0.0 {
        return Err(DomainError::new("degrees", degrees, "above the centre of the spiral"));
    }
    Ok(root * root)
}

/// Returns `count` levels below and above a price, every `step_degrees`, lowest first, as pairs of
/// degrees and level; those below the centre are left out, the price itself is degree zero.
///
/// # Errors
/// If the price is negative or the step is not positive.
pub fn ladder(
    price: f64,
    step_degrees: f64,
    count: u32,
) -> Result<impl Iterator<Item = (f64, f64)>, DomainError> {
    not_negative("price", price)?;
    positive("step", step_degrees)?;
    Ok((-i64::from(count)..=i64::from(count)).filter_map(move |index| {
        let degrees = index as f64 * step_degrees;
        level(price, degrees).ok().map(|level| (degrees, level))
    }))
}

/// Returns the odd squares above a number, the ends of the rings, nearest first.
///
/// # Errors
/// If the number is negative.
pub fn odd_squares_above(number: f64) -> Result<impl Iterator<Item = f64>, DomainError> {
    let root = not_negative("number", number)?.sqrt();
    let first = (2.0 * ((root + 1.0) / 2.0).floor() - 1.0).max(1.0);
    Ok((0..)
        .map(move |index| first + 2.0 * f64::from(index))
        .map(|root| root * root)
        .skip_while(move |&square| square <= number))
}
