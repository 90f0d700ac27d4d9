//! Where Sun, Moon and planets stand, and what follows from it.
//!
//! [`Position`]s are geocentric and apparent: ecliptic and true equinox of date, as an almanac
//! prints them. [`Observer`] computes them in full, [`Ephemeris`] and [`Track`] from polynomials in
//! nanoseconds. Against JPL DE421 from 1970 to 2050 the largest error is 0.4″ for Sun and planets and
//! 1.7″ for the Moon; up to 2099 no more than 2″ and 3″ lie between them and Moshier's theory. Only
//! of a planet behind the Sun, within 1.1° of it, its bent light is left out, 1.7″ at the limb.
//!
//! Indicators read the time a candle begins, and where they compare with a price, its close. They
//! take any candles, forward or backward; each follows its bodies with a [`Track`], which costs
//! nanoseconds a candle and about a millisecond every few days of candles. `with_ephemeris` takes
//! these from a table prepared at start.
//!
//! # Invariants
//! - There are positions from 1970 to November 2099; outside there are none, rather than worse ones.

mod apparent;
mod aspect;
mod body;
mod cycle;
mod ephemeris;
pub mod events;
mod lines;
mod moon;
mod outer;
mod planet;
mod pluto;
mod time;

pub use apparent::{Observer, Spherical};
pub use aspect::{Aspect, AspectLines};
pub use body::Body;
pub use cycle::{SynodicCycle, SynodicLines, TimeHarmonic, TimeHarmonicLines};
pub use ephemeris::{Ephemeris, Track};
pub use lines::{PlanetaryLine, PlanetaryLines, PlanetarySquare};
pub use planet::{Planet, PlanetFromSun, PlanetFromSunLines, PlanetLines};
pub use time::{FIRST, LAST, terrestrial_days, utc_of};

use crate::catalog::Listing;
use crate::prelude::*;

/// The school's indicators.
pub(crate) const INDICATORS: &[Listing] = &[
    Listing::of::<Aspect>(),
    Listing::of::<Planet>(),
    Listing::of::<PlanetFromSun>(),
    Listing::of::<PlanetaryLine>(),
    Listing::of::<PlanetarySquare>(),
    Listing::of::<SynodicCycle>(),
    Listing::of::<TimeHarmonic>(),
];

/// Which body.
const BODY: Parameter = Parameter::choice("body", Body::NAMES);

/// Which one it is compared with.
const OTHER: Parameter = Parameter::choice("other", Body::NAMES);

const fn astro(
    name: &'static str,
    title: &'static str,
    parameters: &'static [Parameter],
    source: Source,
) -> Entry {
    let (school, price) = (School::Astro, AppliedPrice::Close);
    Entry { name, title, school, parameters, price, source }
}

/// The body an argument chose.
fn chosen(arguments: &Arguments, index: usize) -> Body {
    Body::ALL[arguments.whole(index)]
}

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
