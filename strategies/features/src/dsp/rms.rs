//! Scaling by the root of the mean square.

use super::past::PastSum;
use super::school::ratio;

/// Divides by the root of the mean square of the last values; 0 while all were 0.
#[derive(Clone, Debug)]
pub(super) struct RootMeanSquare {
    squares: PastSum,
    length: f64,
}

impl RootMeanSquare {
    pub(super) fn new(length: usize) -> Self {
        Self { squares: PastSum::new(length), length: length as f64 }
    }

    #[inline]
    pub(super) fn scale(&mut self, value: f64) -> f64 {
        let square = value * value;
        // The sum holds the newest square, whatever rounding did to it.
        let mean = self.squares.push(square).max(square) / self.length;
        ratio(value, mean.sqrt()).unwrap_or(0.0)
    }

    pub(super) fn reset(&mut self) {
        self.squares.reset();
    }
}
