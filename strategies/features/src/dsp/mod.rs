//! John Ehlers' digital signal processing.

mod super_smoother;

pub use super_smoother::SuperSmoother;

use crate::catalog::Listing;
use crate::columns::Column;

/// The school's indicators.
pub(crate) const INDICATORS: &[Listing] = &[Listing::of::<SuperSmoother>()];

/// The school's columns.
pub(crate) const COLUMNS: &[Column] = &[Column::new("supersmoother", "supersmoother(ehlers.ss)")];
