//! Files: chain, lock, space, equality.

use std::fs;

use gannet_types::{Input, Nanos};
use rustix::io::Errno;

use super::scratch::{SMALL, Scratch, append_some, starts};
use crate::segment::reserve_error;
use crate::{Durability, JournalError, Options, Reader, Writer, recover, verify_chain};

#[test]
fn equal_inputs_give_equal_files() {
    let runs = [true, false].map(|prepared| {
        let scratch = Scratch::new();
        let (mut writer, mut maintenance) = scratch.create(SMALL);
        for _ in 0..40 {
            append_some(&mut writer, 10);
            if prepared {
                maintenance.work().unwrap();
            }
        }
        assert_eq!(writer.late_segments() == 0, prepared);
        writer.seal().unwrap();
        maintenance.work().unwrap();
        scratch
    });
    let names = |scratch: &Scratch| {
        let entries = fs::read_dir(scratch.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let [a, b] = &runs;
    assert_eq!(names(a), names(b));
    assert!(names(a).len() > 4);
    for name in names(a) {
        let bytes = fs::read(a.path().join(&name)).unwrap();
        assert!(bytes == fs::read(b.path().join(&name)).unwrap(), "{name:?}");
    }
}

#[test]
fn the_chain_finds_every_flipped_bit() {
    let scratch = Scratch::new();
    let (mut writer, mut maintenance) = scratch.create(SMALL);
    append_some(&mut writer, 120);
    writer.seal().unwrap();
    maintenance.work().unwrap();
    let verified = verify_chain(scratch.path()).unwrap();
    assert!(verified.sealed_segments > 1);
    for file in [scratch.segment(0), scratch.segment(1), scratch.path().join("chain")] {
        let original = fs::read(&file).unwrap();
        for at in 0..original.len() {
            let mut bytes = original.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&file, &bytes).unwrap();
            // Flipping the end of the last line only hides that line, as a crash would.
            let found = verify_chain(scratch.path());
            assert!(found.is_err() || found != Ok(verified), "{file:?} byte {at}");
        }
        fs::write(&file, &original).unwrap();
    }
    assert_eq!(verify_chain(scratch.path()), Ok(verified));
}

#[test]
fn one_writer_to_a_directory() {
    let scratch = Scratch::new();
    let halves = scratch.create(SMALL);
    let locked = Some(JournalError::Locked);
    assert_eq!(Writer::create(scratch.path(), SMALL).err(), locked);
    assert_eq!(recover(scratch.path(), SMALL).err(), locked);
    let (writer, maintenance) = halves;
    drop(writer);
    assert_eq!(recover(scratch.path(), SMALL).err(), locked, "maintenance may still seal");
    drop(maintenance);
    assert_eq!(Writer::create(scratch.path(), SMALL).err(), Some(JournalError::Exists));
    assert!(recover(scratch.path(), SMALL).is_ok());
}

#[test]
fn no_journal_is_missing() {
    let scratch = Scratch::new();
    for dir in [scratch.path().to_owned(), scratch.path().join("nowhere")] {
        assert_eq!(recover(&dir, SMALL).err(), Some(JournalError::Missing));
        assert_eq!(Reader::open(&dir).err(), Some(JournalError::Missing));
        assert_eq!(verify_chain(&dir).err(), Some(JournalError::Missing));
    }
}

#[test]
fn a_full_disk_is_known_before_the_end() {
    let scratch = Scratch::new();
    let options = Options { capacity_bytes: 3 * 4096, ..SMALL };
    let (mut writer, mut maintenance) = scratch.create(options);
    let full = JournalError::DiskFull { segment: 3, needed_bytes: 4096 };
    // Records are appended while maintenance reports; then while they still fit.
    while maintenance.work() != Err(full) {
        writer.append_input(Nanos(1), &Input::Timer).unwrap();
    }
    assert_eq!(writer.room_bytes() / 4096, 0, "one segment was started to need a fourth");
    while writer.room_bytes() >= 32 {
        writer.append_input(Nanos(1), &Input::Timer).unwrap();
    }
    let records = writer.records();
    for _ in 0..2 {
        assert_eq!(writer.append_input(Nanos(2), &Input::Timer), Err(JournalError::Full));
    }
    assert_eq!(writer.records(), records);
    assert_eq!(scratch.records().unwrap().len() as u64, records);
    assert_eq!(maintenance.work(), Err(full));
    // The end marker still fits, and the chain is complete without another segment.
    writer.seal().unwrap();
    maintenance.work().unwrap();
    assert_eq!(verify_chain(scratch.path()).unwrap().records, records);
    assert!(!scratch.segment(3).exists());
}

#[test]
fn no_space_at_all() {
    let scratch = Scratch::new();
    let options = Options { capacity_bytes: 4095, ..SMALL };
    let full = JournalError::DiskFull { segment: 0, needed_bytes: 4096 };
    assert_eq!(Writer::create(scratch.path(), options).err(), Some(full));
    // Nothing is left that would be taken for a journal.
    drop(scratch.create(SMALL));
}

#[test]
fn what_the_system_says_about_space() {
    for errno in [Errno::NOSPC, Errno::DQUOT, Errno::FBIG] {
        let full = JournalError::DiskFull { segment: 7, needed_bytes: 9 };
        assert_eq!(reserve_error(errno, 7, 9), full);
    }
    let error = reserve_error(Errno::OPNOTSUPP, 7, 9).to_string();
    assert!(error.starts_with("cannot reserve space for a journal segment: "), "{error}");
}

#[test]
fn a_record_larger_than_a_segment() {
    let scratch = Scratch::new();
    let (mut writer, _maintenance) = scratch.create(SMALL);
    let largest = 4096 - 64 - 32 - 32;
    let text = vec![b'x'; largest + 1];
    let error = writer.append_start(Nanos(1), &text).unwrap_err();
    assert!(matches!(error, JournalError::TooLarge { .. }));
    assert_eq!(writer.append_start(Nanos(1), &text[1..]), Ok(0));
    assert_eq!(writer.append_start(Nanos(1), &text[1..]), Ok(1));
    assert_eq!(starts(scratch.path()).len(), 2);
}

#[test]
fn syncing_reports_what_is_on_the_disk() {
    let scratch = Scratch::new();
    let options = Options { durability: Durability::Power, ..SMALL };
    let (mut writer, mut maintenance) = scratch.create(options);
    assert_eq!(maintenance.sync(), Ok(0));
    append_some(&mut writer, 100);
    assert_eq!(maintenance.sync(), Ok(100));
    append_some(&mut writer, 1);
    assert!(maintenance.work().unwrap() > 0);
    assert_eq!(maintenance.work(), Ok(0));
    assert_eq!(maintenance.sync(), Ok(101));
    writer.seal().unwrap();
    assert_eq!(maintenance.work(), Ok(1));
    assert_eq!(maintenance.sync(), Ok(101));
}

#[test]
fn a_sealed_journal_goes_on_in_a_new_segment() {
    let scratch = Scratch::new();
    let (mut writer, mut maintenance) = scratch.create(SMALL);
    writer.append_start(Nanos(1), b"first").unwrap();
    writer.seal().unwrap();
    maintenance.work().unwrap();
    drop(maintenance);
    // Header, 32 + 5 bytes of record on a multiple of 8, end marker.
    assert_eq!(fs::metadata(scratch.segment(0)).unwrap().len(), 64 + 40 + 32);
    let (recovered, mut writer, _maintenance) = recover(scratch.path(), SMALL).unwrap();
    assert_eq!((recovered.records, recovered.segments), (1, 1));
    assert_eq!(writer.append_start(Nanos(2), b"second"), Ok(1));
    assert_eq!(starts(scratch.path()), ["first", "second"]);
}
