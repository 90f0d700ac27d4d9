//! Cycles: the phase of two bodies, and harmonics of one body's way round the zodiac.

use std::sync::Arc;

use super::{BODY, Body, Ephemeris, OTHER, Track, astro, chosen};
use crate::prelude::*;

outputs! {
    /// The phase of a cycle.
    pub struct SynodicLines {
        /// How far the first is ahead of the second, 0 to 360 degrees.
        phase,
        /// Its sine.
        sine,
        /// Its cosine: 1 at the conjunction.
        cosine,
        /// Degrees a day.
        speed,
    }
}

/// How far a body is ahead of another when the candle begins. Of Moon and Sun it is the phase of
/// the Moon: 0° new, 90° first quarter, 180° full, 270° last quarter.
#[derive(Clone, Debug)]
pub struct SynodicCycle {
    bodies: [Track; 2],
}

impl SynodicCycle {
    /// Follows two bodies.
    #[must_use]
    pub const fn new(body: Body, other: Body) -> Self {
        Self { bodies: [Track::new(body), Track::new(other)] }
    }

    /// Takes the places from a table prepared at start.
    #[must_use]
    pub fn with_ephemeris(self, ephemeris: &Arc<Ephemeris>) -> Self {
        Self { bodies: self.bodies.map(|track| track.with_ephemeris(ephemeris)) }
    }
}

impl Catalogued for SynodicCycle {
    const ENTRY: Entry = astro(
        "synodic_cycle",
        "Synodic cycle of two planets",
        &[BODY.or(1.0), OTHER],
        Source::new("Meeus", "Astronomical Algorithms", 1998, "chapters 36 and 49"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(chosen(arguments, 0), chosen(arguments, 1))
    }
}

impl Indicator for SynodicCycle {
    type Sample = Candle;
    type Output = SynodicLines;

    #[inline]
    fn step(&mut self, candle: Candle) -> Option<SynodicLines> {
        let [one, two] = &mut self.bodies;
        let (one, two) = (one.at(candle.time)?, two.at(candle.time)?);
        let ahead = one.longitude - two.longitude;
        let phase = if ahead < 0.0 { ahead + 360.0 } else { ahead };
        let (sine, cosine) = phase.to_radians().sin_cos();
        Some(SynodicLines { phase, sine, cosine, speed: one.speed - two.speed })
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}

const HARMONIC: Parameter = Parameter::number("harmonic", Unit::Count, 1.0, 360.0, 1.0);

outputs! {
    /// A harmonic of a body's longitude.
    pub struct TimeHarmonicLines {
        /// Sine of the longitude times the harmonic.
        sine,
        /// Its cosine: 1 at every multiple of 360° / harmonic.
        cosine,
        /// Degrees of longitude from the nearest multiple of 360° / harmonic: negative before it.
        offset,
        /// Days to or from that multiple at the present speed: negative before it. 1000 at most,
        /// as near a station.
        days,
    }
}

/// A harmonic of a body's way round the zodiac when the candle begins. The eighth of the Sun are
/// the dates at multiples of 45° that Gann watched.
#[derive(Clone, Debug)]
pub struct TimeHarmonic {
    track: Track,
    harmonic: f64,
}

impl TimeHarmonic {
    /// Follows a body; `harmonic` is 1 to 360.
    ///
    /// # Panics
    /// If the harmonic is not allowed by the catalogue.
    #[must_use]
    pub fn new(body: Body, harmonic: usize) -> Self {
        let harmonic = HARMONIC.require_whole(harmonic) as f64;
        Self { track: Track::new(body), harmonic }
    }

    /// Takes the places from a table prepared at start.
    #[must_use]
    pub fn with_ephemeris(self, ephemeris: &Arc<Ephemeris>) -> Self {
        Self { track: self.track.with_ephemeris(ephemeris), ..self }
    }
}

impl Catalogued for TimeHarmonic {
    const ENTRY: Entry = astro(
        "time_harmonic",
        "Harmonic of a planet's longitude",
        &[BODY, HARMONIC.or(8.0)],
        Source::new("Addey", "Harmonics in Astrology", 1976, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(chosen(arguments, 0), arguments.whole(1))
    }
}

impl Indicator for TimeHarmonic {
    type Sample = Candle;
    type Output = TimeHarmonicLines;

    #[inline]
    fn step(&mut self, candle: Candle) -> Option<TimeHarmonicLines> {
        /// No cycle of interest is farther.
        const DAYS_MAX: f64 = 1000.0;
        let position = self.track.at(candle.time)?;
        let (sine, cosine) = (position.longitude * self.harmonic).to_radians().sin_cos();
        let turns = position.longitude * self.harmonic / 360.0;
        let offset = (turns - turns.round()) * 360.0 / self.harmonic;
        // A body that stands still has no day; where it stands exactly, the day is today.
        let days = if offset == 0.0 { 0.0 } else { offset / position.speed };
        Some(TimeHarmonicLines { sine, cosine, offset, days: days.clamp(-DAYS_MAX, DAYS_MAX) })
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}
