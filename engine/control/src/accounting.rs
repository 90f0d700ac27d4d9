//! What was earned, as an accountant writes it down: fills that closed, matched with fills that opened.
//!
//! The engine itself books by average cost, because that is one number a position. Tax offices and
//! auditors also ask for first in, first out, and for every match by itself. Both are computed here from
//! a journal, off the hot path, with as much memory as the journal has fills.
//!
//! # Invariants
//! - What was paid and received for fills is what the matches and the open lots add up to, to the last
//!   unit, by either method.

mod fills;
mod matching;
#[cfg(test)]
mod tests;

pub use fills::{Fill, Fills, Hedged, Payment};
pub use matching::{Books, Match, Method, OpenLot};

/// Which books of an account something is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leg {
    /// The only ones.
    #[default]
    Netted,
    /// Those of the long side of a hedged account.
    Long,
    /// Those of its short side.
    Short,
}

impl Leg {
    /// Returns its name; a netted account has none.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Netted => None,
            Self::Long => Some("long"),
            Self::Short => Some("short"),
        }
    }
}
