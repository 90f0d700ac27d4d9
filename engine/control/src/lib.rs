//! People: the admin port.
//!
//! One thread, one async runtime, three jobs: follow the journal into a [`Projection`], show it to
//! people and their tools over HTTP, and put what they decide into the command ring. It reads what
//! the engine wrote and never what the engine holds, so nothing here can slow a tick.
//! [`registry`] is beside it: which model leads, as people decided; and [`accounting`]: what was earned.
//!
//! # Invariants
//! - The only way to influence the engine is a [`gannet_types::Command`] in the ring; a full ring
//!   is an answer (503), never a wait.
//! - A request that changes state carries the token, comes from no foreign page, and names a host
//!   that is ours; every other request only reads.
//! - Clients, records per poll and remembered rows are bounded; the bounds are named constants.
#![forbid(unsafe_code)]

pub mod accounting;
pub mod auth;
pub mod comparison;
mod dashboard;
mod follow;
mod http;
pub mod limits;
pub mod projections;
pub mod registry;
pub mod server;
pub mod sessions;
pub mod statistics;
pub mod trips;

pub use auth::Token;
pub use follow::follow_journal;
pub use http::{ModelDesk, ShelfView};
pub use limits::{LimitRow, Limits};
pub use projections::{ListedVenue, Listing, Projection, Setup};
pub use server::{Config, Engine, Server};
pub use sessions::{SessionReporter, SessionView, SessionWatch, session_watch};
