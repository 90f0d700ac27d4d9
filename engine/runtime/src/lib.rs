//! How threads run and talk.
//!
//! Gannet is a handful of pinned threads. Each runs one [`agent`] in a loop; agents pass fixed-size
//! messages through single-writer [`ring`]s and tell the outside how they are through
//! [`counters`] and [`histogram`]s that anybody may read while they run. The rest of this crate is
//! what such a thread needs: a [`clock`], a way to [`idle`], a core to sit on ([`thread`]), locked
//! [`memory`], and a way to be asked to stop ([`shutdown`]). [`host`] says what the machine lacks
//! and [`floor`] how fast it could be at best. Work that must not disturb such threads goes to the
//! [`background`], in programs that are [`companion`]s of this one.
//!
//! # Invariants
//! - Everything a hot thread calls here is free of locks, allocation and system calls; what is not
//!   says so.
//! - Everything shared between threads has exactly one writer, and ownership proves it: no writer
//!   half is `Clone`.
//! - Unsafe code is permitted in this crate by design, and so far nothing has needed it.
#![forbid(unsafe_code)]

pub mod agent;
pub mod background;
pub mod clock;
pub mod companion;
pub mod counters;
pub mod floor;
pub mod histogram;
pub mod host;
pub mod idle;
pub mod memory;
pub mod ring;
pub mod shutdown;
pub mod thread;
