//! W. D. Gann's geometry of prices.

mod square_of_nine;

pub use square_of_nine::{SquareOfNine, SquareOfNineLevel};
