//! A body's place: from the Earth, and from the Sun.

use std::sync::Arc;

use super::{BODY, Body, Ephemeris, Track, astro, chosen};
use crate::prelude::*;

outputs! {
    /// Where a body appears.
    pub struct PlanetLines {
        /// Ecliptic longitude, 0 to 360 degrees.
        longitude,
        /// Ecliptic latitude in degrees.
        latitude,
        /// Distance in astronomical units.
        distance,
        /// Degrees a day.
        speed,
        /// 1 while it moves backward, else 0.
        retrograde,
    }
}

/// The apparent place of a body when the candle begins.
#[derive(Clone, Debug)]
pub struct Planet {
    track: Track,
}

impl Planet {
    /// Follows a body.
    #[must_use]
    pub const fn new(body: Body) -> Self {
        Self { track: Track::new(body) }
    }

    /// Takes the places from a table prepared at start.
    #[must_use]
    pub fn with_ephemeris(self, ephemeris: &Arc<Ephemeris>) -> Self {
        Self { track: self.track.with_ephemeris(ephemeris) }
    }
}

impl Catalogued for Planet {
    const ENTRY: Entry = astro(
        "planet",
        "Apparent place of a planet",
        &[BODY],
        Source::new("Meeus", "Astronomical Algorithms", 1998, "chapter 33"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(chosen(arguments, 0))
    }
}

impl Indicator for Planet {
    type Sample = Candle;
    type Output = PlanetLines;

    #[inline]
    fn step(&mut self, candle: Candle) -> Option<PlanetLines> {
        let position = self.track.at(candle.time)?;
        Some(PlanetLines {
            longitude: position.longitude,
            latitude: position.latitude,
            distance: position.distance,
            speed: position.speed,
            retrograde: f64::from(u8::from(position.is_retrograde())),
        })
    }

    /// Nothing is remembered but a table.
    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}

outputs! {
    /// Where a body stands as seen from the Sun.
    pub struct PlanetFromSunLines {
        /// Ecliptic longitude, 0 to 360 degrees.
        longitude,
        /// Ecliptic latitude in degrees.
        latitude,
        /// Distance in astronomical units.
        distance,
        /// Degrees a day.
        speed,
    }
}

/// The heliocentric place of a body when the candle begins: mean ecliptic and equinox of date. The
/// Sun and the Moon stand for the Earth.
#[derive(Clone, Debug)]
pub struct PlanetFromSun {
    track: Track,
}

impl PlanetFromSun {
    /// Follows a body.
    #[must_use]
    pub const fn new(body: Body) -> Self {
        Self { track: Track::heliocentric(body) }
    }
}

impl Catalogued for PlanetFromSun {
    const ENTRY: Entry = astro(
        "planet_from_sun",
        "Heliocentric place of a planet",
        &[BODY],
        Source::new("Bretagnon & Francou", "Planetary theories, VSOP87", 1988, "version A"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(chosen(arguments, 0))
    }
}

impl Indicator for PlanetFromSun {
    type Sample = Candle;
    type Output = PlanetFromSunLines;

    #[inline]
    fn step(&mut self, candle: Candle) -> Option<PlanetFromSunLines> {
        let position = self.track.at(candle.time)?;
        Some(PlanetFromSunLines {
            longitude: position.longitude,
            latitude: position.latitude,
            distance: position.distance,
            speed: position.speed,
        })
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}
