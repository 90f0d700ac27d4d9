//! Any bytes as a FIX stream: whole, and cut at each boundary, the same messages come out.
#![no_main]

use gannet_fix::Decoder;
use gannet_fix::codec::Decoded;
use libfuzzer_sys::fuzz_target;

/// Cuts in two that are tried besides cutting everywhere at once; more would make every input
/// quadratic work.
const CUTS_MAX: usize = 16;

fn messages(pieces: &[&[u8]]) -> Vec<Vec<u8>> {
    let (mut decoder, mut waiting, mut found) = (Decoder::new(), Vec::new(), Vec::new());
    for piece in pieces {
        waiting.extend_from_slice(piece);
        loop {
            let used = match decoder.decode(&waiting) {
                Decoded::Message { message, consumed } => {
                    for (tag, _) in message.fields() {
                        assert!(message.get(tag).is_some());
                    }
                    found.push(message.bytes().to_vec());
                    consumed
                }
                Decoded::Garbled { consumed, .. } => {
                    if let Some(message) = decoder.before_fault(&waiting[..consumed]) {
                        assert!(message.fields().len() > 0);
                    }
                    consumed
                }
                Decoded::Incomplete => break,
            };
            assert!(used > 0 && used <= waiting.len(), "it takes what is there");
            waiting.drain(..used);
        }
    }
    found
}

fuzz_target!(|bytes: &[u8]| {
    let whole = messages(&[bytes]);
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(messages(&single), whole, "byte by byte");
    for cut in (0..bytes.len()).step_by(bytes.len() / CUTS_MAX + 1) {
        let (left, right) = bytes.split_at(cut);
        assert_eq!(messages(&[left, right]), whole, "cut at {cut}");
    }
});
