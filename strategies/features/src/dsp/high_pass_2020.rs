//! The two-pole high-pass filter of the 2020s.

use super::school::*;
use super::two_pole::{TwoPole, filter};
use crate::prelude::*;

filter! {
    /// High-pass filter with the poles of the SuperSmoother. Listings give 0 for the first three
    /// samples; here it starts at rest, which is the same after its transient.
    HighPass2020 = TwoPole::high_pass_2020,
    on_close("hp_2020", "High-pass filter of the 2020s, two poles", PERIOD.or(48.0)),
    article("The Ultimate Smoother", 2024, "TASC, April"),
}
