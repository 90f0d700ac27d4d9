//! Any bytes as an ONNX model: an error, or an evaluator that predicts.
#![no_main]

#[path = "onnx_reader/wire.rs"]
mod wire;

use gannet_models::Evaluator;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut evaluator) = Evaluator::from_bytes(bytes) {
        for value in [0.0, 1.5, f32::NAN, f32::INFINITY] {
            let row = vec![value; evaluator.width()];
            // An answer that is not finite is an error, too.
            let _ = evaluator.predict(&row);
        }
    }
});

// Two in three changes keep a message a message; the others are of any bytes.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut dice = wire::Dice(u64::from(seed) << 20 | 0xdb91);
    match wire::parse(&data[..size], 0) {
        Some(mut fields) if dice.below(3) > 0 => {
            for _ in 0..=dice.below(3) {
                wire::change(&mut fields, &mut dice, &mut |bytes| mutate(bytes, max_size));
            }
            let mut written = Vec::new();
            wire::write(&fields, &mut written);
            written.truncate(max_size);
            data[..written.len()].copy_from_slice(&written);
            written.len()
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
});

/// The fuzzer's own changes to bytes of any length.
fn mutate(bytes: &mut Vec<u8>, max_size: usize) {
    let size = bytes.len();
    let room = (2 * size + 16).min(max_size);
    bytes.resize(room.max(size), 0);
    let size = fuzzer_mutate(bytes, size, room.max(size));
    bytes.truncate(size);
}
