//! How fast it is: the program's own parts, driven and measured from outside.
//!
//! | question | module | command |
//! |---|---|---|
//! | how long from a tick's bytes to an order's bytes? | [`in_process`], [`wire`] | `cargo run --release -p gannet-bench --bin tick_to_trade` |
//! | what does a swap of models cost? | [`model_swaps`] | `cargo run --release -p gannet-bench --bin model_swaps -- MODEL MODEL` |
//! | did a change make it slower? | [`stages`] | `cargo xtask counts` |
//!
//! Both drive the app's [`Engine`](gannet_app::agents::engine::Engine) with a generated market
//! ([`tape`]) and a strategy that orders on every tick ([`striker`]).
//!
//! # Invariants
//! - Every measurement also gives a digest of what was done, so that faster and wrong is seen.
//! - Latency is counted from the time a tick was due, never from when the harness got to it.
#![forbid(unsafe_code)]

pub mod digest;
mod feature_stages;
mod house;
pub mod in_process;
pub mod latency;
pub mod machine;
pub mod model_swaps;
mod orders;
pub mod report;
pub mod scratch;
pub mod stages;
pub mod striker;
pub mod tape;
pub mod tick_path;
pub mod wire;
