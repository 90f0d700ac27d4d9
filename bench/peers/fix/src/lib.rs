//! FIX engines beside ours: do they understand each other, and who is faster.
//!
//! | question | module | command |
//! |---|---|---|
//! | does nothing get lost between our session and QuickFIX's? | [`interop`] | `interop` |
//! | what does a message cost to decode and encode? | [`codec`] | `codec` |
//! | what does a session add to a round trip over loopback? | [`round_trip`] | `round_trip` |
//!
//! # Invariants
//! - All engines get the same inputs, in one process and one run, taking turns.
//! - Every measurement also gives a digest of what was done, which must be equal for all.

pub mod allocations;
pub mod codec;
pub mod interop;
pub mod random;
pub mod round_trip;
