//! Any bytes as a journal segment: whole records or an error.
#![no_main]

use gannet_journal::decode_segment;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut shown = 0_u64;
    let mut last = None;
    let decoded = decode_segment(bytes, |record| {
        assert!(last.is_none_or(|last| record.sequence == last + 1), "records are in sequence");
        last = Some(record.sequence);
        shown += 1;
    });
    if let Ok(decoded) = decoded {
        assert_eq!(decoded.records, shown);
        assert!(decoded.used_bytes <= bytes.len() as u64);
    }
});
