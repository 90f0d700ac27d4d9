//! Astro: the price against the lines of a planet on the Square of 9.
//!
//! Source: Gann's planetary longitudes on the Square of 9, as `gannet_features::astro` states them. A
//! line just below the price is taken for support and leans up, one just above for resistance and leans
//! down; half-way between two it is silent. Nothing here is proven: it has no weight unless it is given
//! one, and without one it is not computed.

use gannet_features::Indicator;
use gannet_features::astro::{Body, PlanetarySquare};

use super::Closed;
use crate::range::{OutOfRange, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanetsConfig {
    /// Whose lines.
    pub body: Body,
    /// Lines in a full turn.
    pub harmonic: u32,
}

impl PlanetsConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("astro_harmonic", self.harmonic, 1..=360)
    }
}

/// Its indicator.
#[derive(Clone, Debug)]
pub struct PlanetsSource {
    lines: PlanetarySquare,
}

impl PlanetsSource {
    /// Builds it.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: &PlanetsConfig) -> Self {
        Self { lines: PlanetarySquare::new(config.body, config.harmonic as usize) }
    }

    /// Takes a closed bar and leans -1 to 1.
    pub fn on_bar(&mut self, closed: &Closed) -> f64 {
        let Some(lines) = self.lines.update(closed.candle) else { return 0.0 };
        let from_line = lines.position;
        from_line.signum() * (1.0 - 2.0 * from_line.abs()).clamp(0.0, 1.0)
    }
}
