//! Gann box: a rectangle from one pivot to another, divided on both axes, with a fan from each of
//! its corners.

use super::angles::Ratio;
use super::domain::{DomainError, finite};

/// Divisions in eighths, the edges included.
pub const EIGHTHS: [f64; 9] = [0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0];

/// Divisions most charting programs draw, the edges included.
pub const FIBONACCI: [f64; 7] = [0.0, 0.25, 0.382, 0.5, 0.618, 0.75, 1.0];

/// A rectangle; either price may be the higher one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GannBox {
    start_bar: f64,
    start_price: f64,
    bars: f64,
    rise: f64,
}

/// A corner of the box, in the time and price of its pivots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// The first pivot.
    Start,
    /// The first pivot's time, the second one's price.
    StartAcross,
    /// The second pivot.
    End,
    /// The second pivot's time, the first one's price.
    EndAcross,
}

impl GannBox {
    /// Builds the box between two pivots.
    ///
    /// # Errors
    /// If the end is not after the start or something is not a number.
    pub fn new(
        start_bar: f64,
        start_price: f64,
        end_bar: f64,
        end_price: f64,
    ) -> Result<Self, DomainError> {
        let bars = finite("end bar", end_bar)? - finite("start bar", start_bar)?;
        if bars <= 0.0 {
            return Err(DomainError::new("end bar", end_bar, "after the start"));
        }
        let rise = finite("end price", end_price)? - finite("start price", start_price)?;
        Ok(Self { start_bar, start_price, bars, rise })
    }

    /// Returns the price a fraction of the way from the first pivot's to the second one's.
    #[must_use]
    pub fn price_at(&self, fraction: f64) -> f64 {
        self.start_price + fraction * self.rise
    }

    /// Returns the bar a fraction of the way from the first pivot's to the second one's.
    #[must_use]
    pub fn bar_at(&self, fraction: f64) -> f64 {
        self.start_bar + fraction * self.bars
    }

    /// Returns the price at a bar of the line from a corner into the box; `1x1` is the diagonal.
    #[must_use]
    pub fn corner_line(&self, corner: Corner, ratio: Ratio, bar: f64) -> f64 {
        let time = (bar - self.start_bar) / self.bars;
        let slope = ratio.slope();
        self.price_at(match corner {
            Corner::Start => slope * time,
            Corner::StartAcross => 1.0 - slope * time,
            Corner::End => 1.0 - slope * (1.0 - time),
            Corner::EndAcross => slope * (1.0 - time),
        })
    }
}
