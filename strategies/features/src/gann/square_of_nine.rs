//! Square of nine: prices as angles on a spiral of numbers.
//!
//! One turn of the spiral adds two to the square root of the price, so the angle of a price is
//! `180·√price − 225` degrees (zero-centred form, Futia). Prices whose angle is a multiple of a
//! step (45° by default) are the levels watched for support and resistance.

/// The spiral, with the angle between its levels.
#[derive(Clone, Copy, Debug)]
pub struct SquareOfNine {
    step_degrees: f64,
}

/// The level nearest to a price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SquareOfNineLevel {
    /// The price of the level.
    pub level: f64,
    /// Price minus level: positive above it.
    pub distance: f64,
    /// The angle of the price, 0 to 360 degrees.
    pub degrees: f64,
}

impl SquareOfNine {
    /// Builds the spiral with levels every `step_degrees`.
    ///
    /// # Panics
    /// If the step is not within 1 to 360 degrees.
    #[must_use]
    pub fn new(step_degrees: f64) -> Self {
        assert!((1.0..=360.0).contains(&step_degrees), "levels lie 1 to 360 degrees apart");
        Self { step_degrees }
    }

    /// Returns the nearest level, measured along the spiral; `None` for a price that is not
    /// positive and finite.
    #[must_use]
    pub fn nearest(&self, price: f64) -> Option<SquareOfNineLevel> {
        if !price.is_finite() || price <= 0.0 {
            return None;
        }
        let turned = 180.0 * price.sqrt() - 225.0;
        let root = ((turned / self.step_degrees).round() * self.step_degrees + 225.0) / 180.0;
        // Below the centre of the spiral there is nothing; its first level is the centre.
        let level = root.max(0.0).powi(2);
        Some(SquareOfNineLevel {
            level,
            distance: price - level,
            degrees: turned.rem_euclid(360.0),
        })
    }
}
