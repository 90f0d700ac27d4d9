//! The two-pole SuperSmoother in its first form.

use super::school::*;
use super::two_pole::{TwoPole, filter};
use crate::prelude::*;

filter! {
    /// Low-pass filter of two poles and no zeros: half a sample less lag than the form of 2013, and no
    /// notch at two samples.
    SuperSmoother2004 = TwoPole::super_smoother_2004,
    on_median("supersmoother2_2004", "SuperSmoother of 2004, two poles", PERIOD.or(15.0)),
    cybernetic("ch. 13"),
}
