//! What a source thinks of the market.

use gannet_types::{Reason, ReasonCode, Schools, Side, Text};

/// Which way, how sure, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Buy or sell.
    pub side: Side,
    /// How sure, 1 to 100.
    pub confidence: u8,
    /// Why, in short words.
    pub reason: Text<32>,
}

impl Opinion {
    /// Makes one of a side, a confidence that is cut to 1 to 100, and short words.
    #[must_use]
    pub fn new(side: Side, confidence: f64, reason: &[u8]) -> Self {
        Self { side, confidence: confidence.clamp(1.0, 100.0) as u8, reason: Text::new(reason) }
    }
}

/// Most reasons that a technical source gives.
pub(crate) const TECHNICAL_REASONS: usize = 3;

/// What a technical source thinks of a bar, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Technical {
    /// What it thinks; `None` if it has no opinion, and then the position stays as it is.
    pub opinion: Option<Opinion>,
    /// Why the position should be given up, if it should.
    pub leave: Option<Text<32>>,
    /// What it saw.
    pub reasons: [Option<Reason>; TECHNICAL_REASONS],
    /// Whose opinion it is, if several schools of thought had a say.
    pub schools: Schools,
}

impl Technical {
    /// Too few bars for an opinion.
    #[must_use]
    pub fn not_ready() -> Self {
        Self::seeing([Reason::new(ReasonCode::NotReady, 0.0)])
    }

    /// No opinion yet about what was seen.
    #[must_use]
    pub fn seeing<const N: usize>(reasons: [Reason; N]) -> Self {
        let mut seen = [None; TECHNICAL_REASONS];
        for (slot, reason) in seen.iter_mut().zip(reasons) {
            *slot = Some(reason);
        }
        Self { reasons: seen, ..Self::default() }
    }
}
