//! Laws of the format: what is read is what was written, and no bytes at all make it panic.

use std::fs;

use gannet_types::{Level, Lots, Nanos, Output, Ticks};
use proptest::collection::vec;
use proptest::prelude::*;

use super::generators::{OwnedInput, input, levels, output};
use super::scratch::{SMALL, Scratch, append_some};
use crate::{Body, Reader, decode_segment, wire};

#[derive(Clone, Debug)]
enum Entry {
    Start(Vec<u8>),
    Input(OwnedInput),
    Output(Output),
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        1 => vec(any::<u8>(), 0..100).prop_map(Entry::Start),
        6 => input().prop_map(Entry::Input),
        7 => output().prop_map(Entry::Output),
    ]
}

/// A started segment with a few records of several kinds.
fn segment() -> Vec<u8> {
    let scratch = Scratch::new();
    let (mut writer, _maintenance) = scratch.create(SMALL);
    append_some(&mut writer, 15);
    let mut bytes = fs::read(scratch.segment(0)).unwrap();
    bytes.truncate(1500);
    bytes
}

/// Repairs the checksum of the record at `offset`, so that its contents are looked at.
fn repair(bytes: &mut [u8], offset: usize) {
    let length = u32::from_le_bytes(bytes[offset..offset + 4].try_into().unwrap()) as usize;
    let end = (offset + length.next_multiple_of(8)).min(bytes.len());
    if let Some(body) = bytes.get(offset + 8..end) {
        let checksum = crc32c::crc32c(body).to_le_bytes();
        bytes[offset + 4..offset + 8].copy_from_slice(&checksum);
    }
}

proptest! {
    #[test]
    fn every_record_is_read_as_it_was_written(entries in vec((any::<u64>(), entry()), 1..120)) {
        let scratch = Scratch::new();
        let (mut writer, mut maintenance) = scratch.create(SMALL);
        for (number, (time, entry)) in entries.iter().enumerate() {
            let sequence = match entry {
                Entry::Start(text) => writer.append_start(Nanos(*time), text),
                Entry::Input(input) => input.with(|input| writer.append_input(Nanos(*time), input)),
                Entry::Output(output) => writer.append_output(Nanos(*time), output),
            };
            prop_assert_eq!(sequence, Ok(number as u64));
            maintenance.work().unwrap();
        }
        let mut reader = Reader::open(scratch.path()).unwrap();
        for (number, (time, entry)) in entries.iter().enumerate() {
            let record = reader.next().unwrap().unwrap();
            prop_assert_eq!((record.sequence, record.time), (number as u64, Nanos(*time)));
            match entry {
                Entry::Start(text) => prop_assert_eq!(record.body, Body::Start(text)),
                Entry::Output(output) => prop_assert_eq!(record.body, Body::Output(*output)),
                Entry::Input(input) => {
                    prop_assert!(input.with(|input| record.body == Body::Input(*input)));
                }
            }
        }
        prop_assert_eq!(reader.next(), Ok(None));
    }

    #[test]
    fn levels_in_place_are_levels_decoded(levels in levels(), shift in 0_usize..16, cut in 0_usize..16) {
        let mut bytes = vec![0; shift];
        for Level { price, lots } in &levels {
            bytes.extend(price.0.to_le_bytes());
            bytes.extend(lots.0.to_le_bytes());
        }
        bytes.truncate(bytes.len().max(shift + cut) - cut);
        let bytes = &bytes[shift..];
        // The safe twin: one number at a time.
        let (numbers, rest) = bytes.as_chunks::<8>();
        let decoded: Vec<Level> = numbers
            .as_chunks::<2>()
            .0
            .iter()
            .map(|&[price, lots]| Level {
                price: Ticks(i64::from_le_bytes(price)),
                lots: Lots(i64::from_le_bytes(lots)),
            })
            .collect();
        let aligned = bytes.as_ptr().addr().is_multiple_of(8);
        let whole = rest.is_empty() && numbers.len().is_multiple_of(2);
        match wire::levels(bytes) {
            Some(levels) => prop_assert_eq!(levels, decoded),
            None => prop_assert!(!aligned || !whole),
        }
    }

    #[test]
    fn no_bytes_make_decoding_panic(bytes in vec(any::<u8>(), 0..300), shift in 0_usize..9) {
        let _ = decode_segment(bytes.get(shift..).unwrap_or_default(), |_| {});
    }

    #[test]
    fn no_changed_bytes_make_decoding_panic(
        changes in vec((0_usize..1500, any::<u8>()), 1..6),
        cut in 0_usize..1600,
        shift in 0_usize..8,
    ) {
        let mut bytes = vec![0; shift];
        bytes.extend(segment());
        let mut records = 0;
        let whole = decode_segment(&bytes[shift..], |_| records += 1).unwrap();
        prop_assert_eq!((whole.records, records, whole.ended), (15, 15, false));
        for (at, byte) in changes {
            bytes[shift + at] = byte;
        }
        bytes.truncate(shift + cut);
        let _ = decode_segment(bytes.get(shift..).unwrap_or_default(), |_| {});
    }

    #[test]
    fn no_contents_make_decoding_panic(
        code in 0_u8..16,
        class in 1_u8..4,
        words in vec(prop_oneof![0_u64..9, any::<u64>()], 0..24),
        detail in any::<[u8; 4]>(),
    ) {
        let mut bytes = segment();
        let length = 32 + 8 * words.len();
        bytes[64..68].copy_from_slice(&(length as u32).to_le_bytes());
        bytes[88] = code;
        bytes[89] = class;
        bytes[92..96].copy_from_slice(&detail);
        for (bytes, word) in bytes[96..].as_chunks_mut().0.iter_mut().zip(&words) {
            *bytes = word.to_le_bytes();
        }
        repair(&mut bytes, 64);
        let mut first = None;
        let _ = decode_segment(&bytes[..64 + length], |record| first = Some(record.sequence));
        prop_assert!(matches!(first, None | Some(0)));
    }
}
