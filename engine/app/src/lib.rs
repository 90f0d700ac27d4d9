//! The program: the one crate that knows every other.
//!
//! [`topology`] creates every ring, agent and thread; [`agents`] run in them; [`recovery`] brings
//! a journal back to life; [`offline`] replays and backtests; [`demo`] is a market on loopback;
//! [`features`] computes features over files, [`models`] looks at models, [`learn`] makes them of our
//! own trades and [`experiment`] compares them; [`pnl`] is for the accountant; [`fix`] joins FIX sessions and the world.
#![forbid(unsafe_code)]

pub mod agents;
pub mod calendar;
pub mod cli;
pub mod command;
pub mod config;
pub mod demo;
pub mod experiment;
pub mod features;
pub mod fix;
pub mod learn;
pub mod limits;
pub mod models;
pub mod offline;
pub mod pnl;
pub mod preflight;
pub mod recovery;
pub mod run;
pub mod summary;
pub mod topology;
