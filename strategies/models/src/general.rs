//! Any graph, run by tract: for shapes that are not compiled, and as a second opinion on those that
//! are.
//!
//! Tract takes longer to build than all the rest, so it is a feature of the build. Without it no graph
//! is loaded here, and the reason says how to have it.

#[cfg(not(feature = "tract"))]
mod absent;
#[cfg(feature = "tract")]
mod with_tract;

#[cfg(not(feature = "tract"))]
pub(crate) use absent::General;
#[cfg(feature = "tract")]
pub(crate) use with_tract::General;

use crate::label::Label;

/// Whether this build has tract.
pub const HAS_TRACT: bool = cfg!(feature = "tract");

/// What one output holds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(not(feature = "tract"), expect(dead_code, reason = "only tract makes answers"))]
pub(crate) enum Answer {
    Numbers(Vec<f32>),
    Labels(Vec<Label>),
}
