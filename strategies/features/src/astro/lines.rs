//! Planetary lines: longitudes as prices, drawn as support and resistance.

use std::sync::Arc;

use super::{BODY, Body, Ephemeris, Track, astro, chosen};
use crate::prelude::*;

const HARMONIC: Parameter = Parameter::number("harmonic", Unit::Count, 1.0, 360.0, 1.0);

const PRICE_PER_DEGREE: Parameter =
    Parameter::number("price_per_degree", Unit::Price, 1e-9, 1e9, 1.0);

const SOURCE: Source =
    Source::new("Mikula", "Gann's Scientific Methods Unveiled", 1995, "planetary lines");

outputs! {
    /// The line nearest to the close.
    pub struct PlanetaryLines {
        /// The price of the line.
        level,
        /// Close minus line: positive above it.
        distance,
        /// How the close lies between the lines beside it: −0.5 to 0.5, 0 on a line.
        position,
    }
}

impl PlanetaryLines {
    fn new(level: f64, price: f64, turns: f64) -> Self {
        Self { level, distance: price - level, position: turns - turns.round() }
    }
}

/// Lines at (longitude + k·360° / harmonic) · price per degree, and the close among them. Lines
/// below zero are left away; a close that is not positive has none.
#[derive(Clone, Debug)]
pub struct PlanetaryLine {
    track: Track,
    price_per_degree: f64,
    /// Degrees from line to line.
    step: f64,
}

impl PlanetaryLine {
    /// Draws the lines of a body; `harmonic` is 1 to 360.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(body: Body, price_per_degree: f64, harmonic: usize) -> Self {
        Self {
            track: Track::new(body),
            price_per_degree: PRICE_PER_DEGREE.require(price_per_degree),
            step: 360.0 / HARMONIC.require_whole(harmonic) as f64,
        }
    }

    /// Takes the places from a table prepared at start.
    #[must_use]
    pub fn with_ephemeris(self, ephemeris: &Arc<Ephemeris>) -> Self {
        Self { track: self.track.with_ephemeris(ephemeris), ..self }
    }
}

impl Catalogued for PlanetaryLine {
    const ENTRY: Entry =
        astro("planetary_line", "Planetary line", &[BODY, PRICE_PER_DEGREE, HARMONIC], SOURCE);

    fn build(arguments: &Arguments) -> Self {
        Self::new(chosen(arguments, 0), arguments.number(1), arguments.whole(2))
    }
}

impl Indicator for PlanetaryLine {
    type Sample = Candle;
    type Output = PlanetaryLines;

    #[inline]
    fn step(&mut self, candle: Candle) -> Option<PlanetaryLines> {
        if candle.close <= 0.0 {
            return None;
        }
        let longitude = self.track.at(candle.time)?.longitude;
        let turns = (candle.close / self.price_per_degree - longitude) / self.step;
        // The lowest line is the lowest that is not below zero.
        let line = turns.round().max((-longitude / self.step).ceil());
        let level = (longitude + line * self.step) * self.price_per_degree;
        Some(PlanetaryLines::new(level, candle.close, turns))
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}

/// Prices whose angle on the square of nine (180·√price − 225 degrees) is the longitude of a body,
/// or a multiple of 360° / harmonic from it, and the close among them.
#[derive(Clone, Debug)]
pub struct PlanetarySquare {
    track: Track,
    /// Degrees from line to line.
    step: f64,
}

impl PlanetarySquare {
    /// Draws the lines of a body; `harmonic` is 1 to 360.
    ///
    /// # Panics
    /// If the harmonic is not allowed by the catalogue.
    #[must_use]
    pub fn new(body: Body, harmonic: usize) -> Self {
        let step = 360.0 / HARMONIC.require_whole(harmonic) as f64;
        Self { track: Track::new(body), step }
    }

    /// Takes the places from a table prepared at start.
    #[must_use]
    pub fn with_ephemeris(self, ephemeris: &Arc<Ephemeris>) -> Self {
        Self { track: self.track.with_ephemeris(ephemeris), ..self }
    }
}

impl Catalogued for PlanetarySquare {
    const ENTRY: Entry = astro(
        "planetary_square",
        "Planetary line on the square of nine",
        &[BODY, HARMONIC],
        SOURCE,
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(chosen(arguments, 0), arguments.whole(1))
    }
}

impl Indicator for PlanetarySquare {
    type Sample = Candle;
    type Output = PlanetaryLines;

    #[inline]
    fn step(&mut self, candle: Candle) -> Option<PlanetaryLines> {
        if candle.close <= 0.0 {
            return None;
        }
        let longitude = self.track.at(candle.time)?.longitude;
        let turns = (180.0 * candle.close.sqrt() - 225.0 - longitude) / self.step;
        // The spiral begins at price 0, which is −225°.
        let line = turns.round().max(((-225.0 - longitude) / self.step).ceil());
        let root = (longitude + line * self.step + 225.0) / 180.0;
        Some(PlanetaryLines::new(root * root, candle.close, turns))
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}
