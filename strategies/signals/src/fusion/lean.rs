//! Opinions as leans and back: ten-thousandths, negative is down.

use gannet_types::{Lean, Side, Text};

use crate::opinion::Opinion;

/// The lean of an opinion.
pub(crate) fn said(opinion: Opinion) -> i32 {
    let lean = i32::from(opinion.confidence) * FULL / 100;
    if opinion.side == Side::Buy { lean } else { -lean }
}

/// An opinion from a lean, in whole hundredths of confidence; `None` below one.
pub(crate) fn opinion(lean: i32, reason: &[u8]) -> Option<Opinion> {
    let side = if lean > 0 { Side::Buy } else { Side::Sell };
    let confidence = (lean.abs() * 100 / FULL) as u8;
    (confidence > 0).then(|| Opinion { side, confidence, reason: Text::new(reason) })
}

/// The lean of one who is sure.
pub(crate) const FULL: i32 = Lean::MAX.0 as i32;
