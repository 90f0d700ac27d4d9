//! Indicator libraries beside ours: nanoseconds an update, over one series, in turns of one run.
//!
//! | library | how it is called |
//! |---|---|
//! | ours | [`update`](gannet_features::Indicator::update): guarded against bad samples, says when it is not ready |
//! | `kand` 0.2.2 | `*_inc`: the caller keeps the state and looks old prices up in its own series |
//! | `yata` 0.7.0 | methods and indicators, streaming |
//! | `ta` 0.5.0 | streaming |
//! | TA-Lib (C) | one call for the whole series, which no live market offers; nanoseconds a value |
//!
//! # Invariants
//! - Every contestant of a row gets the same series in every round, and the rows' contestants take
//!   turns.
//! - The last value of each is compared with ours, so that faster and different is seen.

pub mod measure;
pub mod rows;
pub mod series;
pub mod talib;
