//! Charts that turn numbers into angles: one monotone map each, and its inverse.
//!
//! A position is the angle without taking away full turns, so levels every so many degrees are
//! multiples of the step in it, and the nearest one is found by rounding.

use super::domain::turned;
use crate::sample::LARGEST;

/// A chart on which a number has an angle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chart {
    /// Square of nine, `180·√n − 225`: zero in the centre.
    SquareOfNineRoot,
    /// Square of nine, `180·√(n − 1) − 225`: one in the centre.
    SquareOfNineOneCentred,
    /// Square of nine, cell by cell; between two cells in proportion.
    SquareOfNineCells,
    /// Square of nine of those for whom one turn adds one to the root: `360·√n`.
    SquareOfNineHalf,
    /// Hexagon, continuous: `3m(m − 1) = n`, one turn adds one to `m`.
    Hexagon,
    /// Hexagon with zero in the centre, cell by cell; between two cells in proportion.
    HexagonCells,
    /// Wheel of 24: fifteen degrees a number.
    WheelOf24,
}

/// The level nearest to a price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearestLevel {
    /// The price of the level.
    pub level: f64,
    /// Price minus level: positive above it.
    pub distance: f64,
    /// The angle of the price, 0 to 360 degrees.
    pub degrees: f64,
    /// The way along the chart from the level to the price as a share of the way between two
    /// levels: −0.5 to 0.5.
    pub share: f64,
}

impl Chart {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::SquareOfNineRoot,
        Self::SquareOfNineOneCentred,
        Self::SquareOfNineCells,
        Self::SquareOfNineHalf,
        Self::Hexagon,
        Self::HexagonCells,
        Self::WheelOf24,
    ];

    /// Their names in formulas, in the same order.
    pub const NAMES: [&str; 7] = [
        "square_of_nine_root",
        "square_of_nine_one_centred",
        "square_of_nine_cells",
        "square_of_nine_half",
        "hexagon",
        "hexagon_cells",
        "wheel_of_24",
    ];

    /// Returns the position of a number in degrees, full turns included; `None` for a number that
    /// is not positive (not above one where one is the centre) or not finite.
    #[inline]
    #[must_use]
    pub fn position(self, number: f64) -> Option<f64> {
        let least = if matches!(self, Self::SquareOfNineOneCentred) { 1.0 } else { 0.0 };
        if !(number > least && number <= LARGEST) {
            return None;
        }
        Some(match self {
            Self::SquareOfNineRoot => 180.0 * number.sqrt() - 225.0,
            Self::SquareOfNineOneCentred => 180.0 * (number - 1.0).sqrt() - 225.0,
            Self::SquareOfNineCells => {
                let ring = ((number.sqrt() - 1.0) / 2.0).ceil().max(1.0);
                (number - nine_zero(ring)) * 45.0 / ring + 360.0 * ring
            }
            Self::SquareOfNineHalf => 360.0 * number.sqrt(),
            Self::Hexagon => 60.0 * (3.0 + (9.0 + 12.0 * number).sqrt()),
            Self::HexagonCells => {
                let ring = (((9.0 + 12.0 * number).sqrt() - 3.0) / 6.0).ceil().max(1.0);
                (number - 3.0 * ring * (ring - 1.0)) * 60.0 / ring + 360.0 * ring
            }
            Self::WheelOf24 => 15.0 * (number - 1.0),
        })
    }

    /// Returns the number at a position; positions before the centre of the chart give the centre.
    #[inline]
    #[must_use]
    pub fn number(self, position: f64) -> f64 {
        let square = |root: f64| root.max(0.0) * root.max(0.0);
        match self {
            Self::SquareOfNineRoot => square((position + 225.0) / 180.0),
            Self::SquareOfNineOneCentred => square((position + 225.0) / 180.0) + 1.0,
            Self::SquareOfNineCells => {
                let ring = ((position + 45.0) / 360.0).floor().max(1.0);
                (nine_zero(ring) + (position - 360.0 * ring) * ring / 45.0).max(0.0)
            }
            Self::SquareOfNineHalf => square(position / 360.0),
            Self::Hexagon => {
                let turns = (position / 360.0).max(1.0);
                3.0 * turns * (turns - 1.0)
            }
            Self::HexagonCells => {
                let ring = (position / 360.0).floor().max(1.0);
                let cells = (position - 360.0 * ring) * ring / 60.0;
                (3.0 * ring * (ring - 1.0) + cells).max(0.0)
            }
            Self::WheelOf24 => (position / 15.0 + 1.0).max(0.0),
        }
    }

    /// Returns the level nearest to a number, among those every `step_degrees`, measured along the
    /// chart; `None` where the number has no position.
    #[inline]
    #[must_use]
    pub fn nearest(self, number: f64, step_degrees: f64) -> Option<NearestLevel> {
        let position = self.position(number)?;
        let steps = position / step_degrees;
        let nearest = steps.round();
        let level = self.number(nearest * step_degrees);
        Some(NearestLevel {
            level,
            distance: number - level,
            degrees: turned(position),
            share: steps - nearest,
        })
    }
}

/// The number of a ring of the square of nine on the axis 2, 11, 28, 53.
#[inline]
fn nine_zero(ring: f64) -> f64 {
    (2.0 * ring + 1.0) * (2.0 * ring + 1.0) - 7.0 * ring
}
