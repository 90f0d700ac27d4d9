//! The FIX protocol, sans-IO: bytes and the time go in, bytes and events come out.
//!
//! A driver owns the socket and the clock. It passes received bytes to
//! [`Session::handle_bytes`], writes what [`Session::poll_transmit`] shows, and calls
//! [`Session::handle_timeout`] when [`Session::poll_timeout`] says so. Time is `u64`
//! nanoseconds UTC everywhere. FIX 4.4 is spoken; both roles are the same [`Session`].
//!
//! The way of a message in: [`codec::Decoder`] frames and indexes it, [`Message`] shows it
//! without copying, [`session`] decides what it means. The way out: [`codec::Encoder`] writes
//! it into the transmit buffer, the [`Store`] keeps it, and only then may the driver see it.
//!
//! # Invariants
//! - Nothing here reads a clock, opens a socket or knows an order.
//! - No allocation per message after the buffers have been made.
//! - Unsafe code is confined to [`store::MappedStore`] and to the vector functions of the codec.
#![deny(unsafe_code)]

pub mod codec;
pub mod dictionary;
pub mod message;
pub mod session;
pub mod store;
pub mod tag;
pub mod version;

pub use codec::{Decoder, Encoder, Writer};
pub use dictionary::Dictionary;
pub use message::Message;
pub use session::{Config, Event, Session};
pub use store::{MappedStore, MemoryStore, Store};
pub use version::Version;
