//! One test binary for the whole workspace: whether it holds together.
#![deny(unsafe_code)]

#[expect(unsafe_code, reason = "a global allocator cannot be written without")]
mod allocator;
mod config;
mod hostile;
mod layering;
mod models;
mod modes;
mod no_alloc;
mod no_alloc_features;
mod no_alloc_fix;
mod recovery;
mod replay;
mod risk_table;
mod tidy;
