//! The Moon about the Earth.

use sofars::eph::moon98;

use super::apparent::{J2000, Vector};

/// From the centre of the Earth, in the celestial frame, au.
///
/// The series of ELP2000-82 that Meeus gives ("Astronomical Algorithms", 2nd ed. 1998, chapter
/// 47).
pub(super) fn geocentric(days: f64) -> Vector {
    moon98(J2000, days)[0]
}
