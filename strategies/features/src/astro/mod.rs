//! Where Sun, Moon and planets stand, and what follows from it.
//!
//! [`Position`]s are geocentric and apparent: ecliptic and true equinox of date, as an almanac
//! prints them. [`Observer`] computes them in full, [`Ephemeris`] and [`Track`] from polynomials in
//! nanoseconds. Against JPL DE421 from 1990 to 2018 the largest error is 1.3″ for Sun and
//! planets and 8″ for the Moon, whose series is known to be wrong by up to 18″.
//!
//! # Invariants
//! - There are positions from 1970 to 2099; outside there are none, rather than worse ones.

mod apparent;
mod body;
mod ephemeris;
pub mod events;
mod moon;
mod pluto;
mod time;

pub use apparent::{Observer, Spherical};
pub use body::Body;
pub use ephemeris::{Ephemeris, Track};
pub use time::{FIRST, LAST, terrestrial_days, utc_of};

/// Returns the degrees from one longitude to another, the shorter way: −180 to 180.
#[must_use]
pub fn turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

/// Where a body appears from the centre of the Earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Ecliptic longitude, 0 to 360 degrees.
    pub longitude: f64,
    /// Ecliptic latitude in degrees.
    pub latitude: f64,
    /// Distance in astronomical units.
    pub distance: f64,
    /// Change of the longitude in degrees per day.
    pub speed: f64,
}

impl Position {
    /// Returns whether the body moves backward.
    #[must_use]
    pub fn is_retrograde(&self) -> bool {
        self.speed < 0.0
    }
}
