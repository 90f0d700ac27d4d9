//! The two-pole Butterworth low-pass filter.

use super::school::*;
use super::two_pole::{TwoPole, filter};
use crate::prelude::*;

filter! {
    /// Low-pass filter of two poles and two zeros at the shortest cycle.
    Butterworth2 = TwoPole::butterworth,
    on_median("butter2", "Butterworth filter, two poles", PERIOD.or(15.0)),
    paper("Poles, Zeros, and Higher Order Filters", 2001),
}
