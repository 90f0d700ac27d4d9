//! Any bytes as things that happen to a FIX session, against a model: see the included file.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../../fix/src/session/tests/model.rs"]
mod model;

fuzz_target!(|bytes: &[u8]| model::play(bytes));
