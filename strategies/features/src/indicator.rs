//! What every indicator can do.
//!
//! An author writes [`Indicator::step`] and may rely on a sample that is finite; a caller uses
//! [`Indicator::update`], which refuses other samples and lets no infinite value out. Both are
//! statically dispatched and inlined: one comparison per number read is all the guard costs.

use crate::{Outputs, Sample};

/// A streaming indicator. Feeding it one sample after the other gives the same values as a
/// recomputation over the whole series.
///
/// No method allocates; the cost of a step is O(1) unless the type says otherwise.
pub trait Indicator {
    /// What one sample is: a price, or the parts of a candle that are read.
    type Sample: Sample;
    /// What comes out: `f64`, or a struct made by [`outputs!`](crate::outputs!).
    type Output: Outputs;

    /// Whether no step answers a valid sample with a number that is not finite, whatever came
    /// before, so that [`update`](Self::update) need not look.
    const ALWAYS_FINITE: bool = false;

    /// Takes the next sample, which is valid ([`Sample::is_valid`]), and returns the value, `None`
    /// before the warm-up.
    ///
    /// For indicators built from others, whose samples are valid already. A step never stores a
    /// number that is not finite: it guards its divisions, roots and logarithms.
    fn step(&mut self, sample: Self::Sample) -> Option<Self::Output>;

    /// Takes the next sample and returns the value, `None` before the warm-up.
    ///
    /// A sample that is not valid (not finite, or beyond any price) changes nothing and gives
    /// `None`.
    #[inline]
    fn update(&mut self, sample: Self::Sample) -> Option<Self::Output> {
        if !sample.is_valid() {
            return None;
        }
        self.step(sample).filter(|output| Self::ALWAYS_FINITE || output.is_finite())
    }

    /// Forgets every sample; equal to building it anew, without allocating.
    fn reset(&mut self);

    /// Returns how many samples pass before the first value, that value's own included. Where
    /// the series itself decides (patterns), the least number.
    fn warm_up(&self) -> usize;
}
