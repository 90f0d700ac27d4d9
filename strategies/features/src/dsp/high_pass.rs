//! The two-pole high-pass filter of 2013.

use super::school::*;
use super::two_pole::{TwoPole, filter};
use crate::prelude::*;

filter! {
    /// What is left when cycles longer than the critical period are attenuated by 12 dB an octave. Not
    /// the high-pass filter of the 2020s, [`HighPass2020`](super::HighPass2020): the two correlate by
    /// 0.956 at a period of 48.
    HighPass = TwoPole::high_pass,
    on_close("hp2", "High-pass filter, two poles", PERIOD_5),
    cycle_analytics("listing 7-3"),
}
