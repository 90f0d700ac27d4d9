//! What every indicator can do.

/// A streaming indicator. Feeding it one sample after the other gives the same values as a
/// recomputation over the whole series.
pub trait Indicator {
    /// What one sample is: a price, or the parts of a bar.
    type Sample: Copy;

    /// Takes the next sample and returns the value, `None` before the warm-up.
    ///
    /// A sample that is not finite changes nothing and gives `None`.
    fn update(&mut self, sample: Self::Sample) -> Option<f64>;

    /// Forgets every sample; equal to building it anew.
    fn reset(&mut self);

    /// Returns how many samples pass before the first value, that value's own included.
    fn warm_up(&self) -> usize;
}

/// The parts of a bar that range indicators read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HighLowClose {
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
}

impl HighLowClose {
    /// Returns whether all three are finite.
    #[must_use]
    pub const fn is_finite(&self) -> bool {
        self.high.is_finite() && self.low.is_finite() && self.close.is_finite()
    }
}
