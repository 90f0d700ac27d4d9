//! Classical technical analysis, with TA-Lib's warm-up conventions.

mod atr;
mod ema;

pub use atr::Atr;
pub use ema::Ema;

use crate::catalog::Listing;
use crate::columns::Column;
use crate::parameter::Parameter;

/// The school's indicators.
pub(crate) const INDICATORS: &[Listing] = &[Listing::of::<Ema>(), Listing::of::<Atr>()];

/// The school's columns.
pub(crate) const COLUMNS: &[Column] =
    &[Column::each("ema_*", "ema(*)", "classic.ma"), Column::each("atr_*", "atr(*)", "classic.n")];

/// A period of at least one sample; each indicator gives its own default.
const PERIOD: Parameter = Parameter::samples("period", 1, 14);
