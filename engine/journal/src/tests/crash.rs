//! Crash at every byte: what was whole stays, what was torn goes, what is damaged is an error.

use std::fs;
use std::ops::Range;

use gannet_types::Nanos;

use super::scratch::{SMALL, Scratch, append_some};
use crate::scan::{Stop, scan};
use crate::segment::{HEADER_BYTES, Header};
use crate::{Fault, JournalError, recover};

/// A journal whose writer died in its second segment; the segment, and where its records end.
fn killed() -> (Scratch, u32, Vec<usize>, Vec<String>) {
    let scratch = Scratch::new();
    let (mut writer, mut maintenance) = scratch.create(SMALL);
    append_some(&mut writer, 20);
    maintenance.work().unwrap();
    while writer.room_bytes() > 4096 {
        append_some(&mut writer, 3);
    }
    append_some(&mut writer, 12);
    maintenance.work().unwrap();
    drop((writer, maintenance));
    let records = scratch.records().unwrap();
    let bytes = fs::read(scratch.segment(1)).unwrap();
    let header = Header::parse(&bytes).unwrap().unwrap();
    let mut ends = vec![HEADER_BYTES];
    let found = scan(&bytes, header.first_sequence, |head, _| {
        ends.push(ends[ends.len() - 1] + head.stride());
        Ok(())
    });
    assert_eq!(found.stop, Stop::Open);
    assert_eq!(found.next_sequence, records.len() as u64);
    assert!(ends.len() > 8, "several records in the last segment");
    (scratch, 1, ends, records)
}

/// For every byte of the last `count` records: changes the copied segment from there to the end
/// of the records, recovers, and expects all records before the first that was changed.
fn check_every_byte(count: usize, change: impl Fn(&mut Vec<u8>, Range<usize>)) {
    let (scratch, index, ends, records) = killed();
    let original = fs::read(scratch.segment(index)).unwrap();
    let last = ends[ends.len() - 1];
    for at in ends[ends.len() - 1 - count]..last {
        let copy = scratch.copy();
        let mut bytes = original.clone();
        change(&mut bytes, at..last);
        fs::write(copy.segment(index), &bytes).unwrap();
        let same =
            |range: &&[usize]| bytes.get(range[0]..range[1]) == original.get(range[0]..range[1]);
        let torn = ends.len() - 1 - ends.windows(2).take_while(same).count();
        copy.check_recovers(&records[..records.len() - torn]);
    }
}

#[test]
fn truncated_at_every_byte() {
    check_every_byte(4, |bytes, rest| bytes.truncate(rest.start));
}

#[test]
fn zeroed_from_every_byte() {
    check_every_byte(4, |bytes, rest| bytes[rest].fill(0));
}

#[test]
fn garbled_from_every_byte() {
    check_every_byte(4, |bytes, rest| {
        for (number, byte) in bytes[rest].iter_mut().enumerate() {
            *byte ^= 0x55 ^ (number as u8 & 0x0f);
        }
    });
}

#[test]
fn one_bit_flipped_in_every_byte_of_the_last_record() {
    check_every_byte(1, |bytes, rest| bytes[rest.start] ^= 0x10);
}

#[test]
fn killed_before_the_commit_word() {
    let (scratch, index, ends, records) = killed();
    let mut bytes = fs::read(scratch.segment(index)).unwrap();
    let last = ends[ends.len() - 2];
    bytes[last..last + 4].fill(0);
    fs::write(scratch.segment(index), &bytes).unwrap();
    // A reader of the dead journal sees nothing of the record.
    assert_eq!(scratch.records().unwrap(), records[..records.len() - 1]);
    let (recovered, ..) = recover(scratch.path(), SMALL).unwrap();
    assert!(recovered.truncated_bytes > 0);
    scratch.check_recovers(&records[..records.len() - 1]);
}

#[test]
fn killed_between_two_segments() {
    let (scratch, index, _, records) = killed();
    // The next segment was prepared, but never started: it is not missed.
    assert!(scratch.segment(index + 1).exists());
    fs::write(scratch.segment(index + 1), [0; 4096]).unwrap();
    scratch.check_recovers(&records);
}

#[test]
fn damage_in_the_middle_is_an_error() {
    let (scratch, index, ends, _) = killed();
    let original = fs::read(scratch.segment(index)).unwrap();
    let record = ends.len() - 4;
    for at in ends[record]..ends[record + 1] {
        let copy = scratch.copy();
        let mut bytes = original.clone();
        bytes[at] ^= 1;
        fs::write(copy.segment(index), &bytes).unwrap();
        let error = recover(copy.path(), SMALL).map(|_| ()).unwrap_err();
        let JournalError::Corrupt { segment, offset, .. } = error else { panic!("{error}") };
        assert_eq!((segment, offset), (index, ends[record] as u64), "byte {at}");
        assert_eq!(fs::read(copy.segment(index)).unwrap(), bytes, "nothing was changed");
        // An unfinished record looks like the end to a reader; everything else is an error.
        assert!(copy.records().is_err() || bytes[ends[record]..][..4] == [0; 4]);
    }
}

#[test]
fn damage_in_a_complete_segment_is_an_error() {
    let (scratch, ..) = killed();
    let original = fs::read(scratch.segment(0)).unwrap();
    for at in (HEADER_BYTES..original.len()).chain(0..32) {
        let mut bytes = original.clone();
        bytes[at] ^= 0x80;
        fs::write(scratch.segment(0), &bytes).unwrap();
        let error = recover(scratch.path(), SMALL).map(|_| ()).unwrap_err();
        assert!(matches!(error, JournalError::Corrupt { segment: 0, .. }), "byte {at}: {error}");
    }
}

#[test]
fn a_missing_segment_is_an_error() {
    let (scratch, ..) = killed();
    fs::remove_file(scratch.segment(0)).unwrap();
    let error = recover(scratch.path(), SMALL).map(|_| ()).unwrap_err();
    let fault = Fault::Sequence;
    assert_eq!(error, JournalError::Corrupt { segment: 0, offset: 0, fault });
}

#[test]
fn nothing_but_the_first_segment_prepared() {
    let scratch = Scratch::new();
    fs::write(scratch.segment(0), [0; 4096]).unwrap();
    scratch.check_recovers(&[]);
}

#[test]
fn recovered_again_and_again() {
    let scratch = Scratch::new();
    drop(scratch.create(SMALL));
    for round in 0..200 {
        let (recovered, mut writer, mut maintenance) = recover(scratch.path(), SMALL).unwrap();
        assert_eq!(recovered.records, round);
        assert_eq!(recovered.truncated_bytes, 0);
        assert_eq!(recovered.last_time, Nanos(round));
        writer.append_start(Nanos(round + 1), b"round").unwrap();
        match round % 5 {
            0 => writer.seal().unwrap(),
            1 => drop(maintenance.work().unwrap()),
            _ => {}
        }
    }
    let verified = crate::verify_chain(scratch.path()).unwrap();
    assert!(verified.sealed_segments > 30);
}
