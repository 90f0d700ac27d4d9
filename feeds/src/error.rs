//! What can be wrong with a frame, and what is lost when it is.

use gannet_types::{InstrumentId, NumError};

use crate::scan::ScanError;

/// Why a frame was not passed on. The session has counted it and acted on it already; the
/// caller only decides whether to say more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The frame is not the venue's format.
    #[error("malformed frame: {0}")]
    Malformed(#[from] ScanError),
    /// A price or quantity is off its step or out of range: the instrument's configuration is
    /// probably outdated.
    #[error("bad price or quantity of instrument {}: {reason}", .instrument.0)]
    BadPrice {
        /// Whose.
        instrument: InstrumentId,
        /// What is wrong with it.
        reason: NumError,
    },
    /// More levels than any frame of this venue can have.
    #[error("more levels in one frame than there is room for")]
    TooManyLevels,
    /// The venue refused a request, with this code.
    #[error("the venue refused a request with code {code}")]
    Refused {
        /// The venue's own number; negative ones are usual.
        code: i64,
    },
    /// The caller named an instrument that this session does not carry.
    #[error("instrument {} is not of this session", .0.0)]
    UnknownInstrument(InstrumentId),
}

/// Which books may have lost an update with a frame that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affects {
    /// None: it was not a book update.
    Nothing,
    /// The book of the instrument in this slot.
    Book(usize),
    /// Any: the frame does not say what it was.
    AllBooks,
}

/// A frame that could not be decoded, and what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct DecodeError {
    /// What is wrong.
    pub error: FeedError,
    /// What may be lost.
    pub affects: Affects,
}
