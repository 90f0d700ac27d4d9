//! Classical technical analysis, with TA-Lib's warm-up conventions.

mod atr;
mod ema;

pub use atr::Atr;
pub use ema::Ema;
