//! The journal from outside, on real files in a scratch directory.

mod crash;
mod files;
mod generators;
mod golden;
mod round_trip;
mod scratch;
mod tailing;
