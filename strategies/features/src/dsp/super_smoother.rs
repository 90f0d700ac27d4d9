//! The two-pole SuperSmoother.

use super::school::*;
use super::two_pole::{TwoPole, filter};
use crate::prelude::*;

filter! {
    /// Low-pass filter of two poles over the mean of the last two samples: noise with cycles shorter
    /// than the critical period is attenuated by 12 dB an octave, with less lag than an average of the
    /// same smoothness. The transient is below 1e-6 after about 3.1 periods.
    SuperSmoother = TwoPole::super_smoother,
    on_close("supersmoother", "SuperSmoother, two poles", PERIOD),
    cycle_analytics("eq. 3-3"),
}
