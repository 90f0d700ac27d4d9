//! What somebody outside wants of a strategy that listens.

use crate::{InstrumentId, StrategyId};

/// Which position somebody outside wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// None.
    Flat,
    /// To own.
    Long,
    /// To owe.
    Short,
}

/// A signal from outside, such as an alert of a charting service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExternalSignal {
    /// Who shall hear it.
    pub strategy: StrategyId,
    /// About what.
    pub instrument: InstrumentId,
    /// Which position is wanted.
    pub stance: Stance,
    /// How sure, 0 to 100.
    pub confidence: u8,
}
