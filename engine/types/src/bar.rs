//! Bars: trades summed up by time, count or volume.

use crate::{InstrumentId, Lots, Nanos, Notional, Ticks};

/// What closes a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarKind {
    /// A span of time; boundaries are multiples of it since 1970.
    Time(Nanos),
    /// A number of trades.
    Tick(u32),
    /// An amount traded; a trade that overshoots closes the bar and is not split.
    Volume(Lots),
}

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Which instrument.
    pub instrument: InstrumentId,
    /// What closed it.
    pub kind: BarKind,
    /// When it began: the boundary for time bars, the first trade otherwise.
    pub start: Nanos,
    /// When it ended: the boundary for time bars, the last trade otherwise.
    pub end: Nanos,
    /// First price.
    pub open: Ticks,
    /// Highest price.
    pub high: Ticks,
    /// Lowest price.
    pub low: Ticks,
    /// Last price.
    pub close: Ticks,
    /// Lots traded.
    pub volume: Lots,
    /// Money traded.
    pub notional: Notional,
    /// Trades counted.
    pub trades: u32,
}
