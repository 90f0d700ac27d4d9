//! Any bytes as an ONNX model: an error, or an evaluator that predicts.
#![no_main]

use gannet_models::Evaluator;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut evaluator) = Evaluator::from_bytes(bytes) {
        for value in [0.0, 1.5, f32::NAN, f32::INFINITY] {
            let row = vec![value; evaluator.width()];
            // An answer that is not finite is an error, too.
            let _ = evaluator.predict(&row);
        }
    }
});
