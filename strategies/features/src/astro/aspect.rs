//! Aspects: two bodies at a certain angle, within an orb.

use std::sync::Arc;

use super::{BODY, Body, Ephemeris, OTHER, Track, astro, chosen, turn};
use crate::prelude::*;

const DEGREES: Parameter = Parameter::number("degrees", Unit::Degrees, 0.0, 180.0, 0.0);

const ORB: Parameter = Parameter::number("orb", Unit::Degrees, 0.01, 30.0, 8.0);

outputs! {
    /// Two bodies, and how near they are to an aspect.
    pub struct AspectLines {
        /// Degrees between their longitudes, 0 to 180.
        separation,
        /// Separation minus the aspect's degrees: 0 when it is exact.
        offset,
        /// 1 when exact, falling in a straight line to 0 at the orb and beyond.
        strength,
        /// 1 while the aspect comes nearer, −1 while it goes.
        applying,
    }
}

/// How near two bodies are to an aspect when the candle begins: 0° is a conjunction, 60° a
/// sextile, 90° a square, 120° a trine, 180° an opposition.
#[derive(Clone, Debug)]
pub struct Aspect {
    bodies: [Track; 2],
    degrees: f64,
    orb: f64,
}

impl Aspect {
    /// Watches two bodies for an aspect of `degrees`, 0 to 180, with an orb of 0.01 to 30 degrees.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(body: Body, other: Body, degrees: f64, orb: f64) -> Self {
        let bodies = [Track::new(body), Track::new(other)];
        Self { bodies, degrees: DEGREES.require(degrees), orb: ORB.require(orb) }
    }

    /// Takes the places from a table prepared at start.
    #[must_use]
    pub fn with_ephemeris(self, ephemeris: &Arc<Ephemeris>) -> Self {
        let bodies = self.bodies.map(|track| track.with_ephemeris(ephemeris));
        Self { bodies, ..self }
    }
}

impl Catalogued for Aspect {
    const ENTRY: Entry = astro(
        "aspect",
        "Aspect of two planets",
        &[BODY, OTHER.or(1.0), DEGREES, ORB],
        Source::new("Kepler", "Harmonices mundi", 1619, "book IV"),
    );

    fn build(arguments: &Arguments) -> Self {
        let (body, other) = (chosen(arguments, 0), chosen(arguments, 1));
        Self::new(body, other, arguments.number(2), arguments.number(3))
    }
}

impl Indicator for Aspect {
    type Sample = Candle;
    type Output = AspectLines;

    #[inline]
    fn step(&mut self, candle: Candle) -> Option<AspectLines> {
        let [one, two] = &mut self.bodies;
        let (one, two) = (one.at(candle.time)?, two.at(candle.time)?);
        let between = turn(two.longitude, one.longitude);
        let separation = between.abs();
        let offset = separation - self.degrees;
        // How fast the separation grows, and with it the offset.
        let growth = (one.speed - two.speed) * between.signum();
        Some(AspectLines {
            separation,
            offset,
            strength: (1.0 - offset.abs() / self.orb).max(0.0),
            applying: if growth * offset < 0.0 { 1.0 } else { -1.0 },
        })
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}
