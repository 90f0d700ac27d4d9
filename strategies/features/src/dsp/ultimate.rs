//! The UltimateSmoother.

use super::school::*;
use super::two_pole::{TwoPole, filter};
use crate::prelude::*;

filter! {
    /// The price less its high-pass filter of the 2020s: no lag in the pass band.
    UltimateSmoother = TwoPole::ultimate,
    on_close("ultimate", "UltimateSmoother", PERIOD.or(20.0)),
    article("The Ultimate Smoother", 2024, "TASC, April"),
}
