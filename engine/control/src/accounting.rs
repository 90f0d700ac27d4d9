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

pub use fills::{Fill, Fills};
pub use matching::{Books, Match, Method, OpenLot};
