//! A reader on another thread follows a live journal over many segments. The one threaded test.

use std::thread;

use gannet_types::Nanos;

use super::scratch::{SMALL, Scratch, append_depth};
use crate::{Body, Maintenance, Reader, Writer};

/// Each party may live on a thread of its own.
const _: () = {
    const fn sendable<T: Send>() {}
    sendable::<Writer>();
    sendable::<Maintenance>();
    sendable::<Reader>();
};

#[test]
fn a_reader_follows_the_writer() {
    const RECORDS: u64 = 20_000;
    let scratch = Scratch::new();
    let (mut writer, mut maintenance) = scratch.create(SMALL);
    let mut reader = Reader::open(scratch.path()).unwrap();
    thread::scope(|scope| {
        let tail = scope.spawn(move || {
            let mut next = 0;
            while next < RECORDS {
                let Some(record) = reader.next().unwrap() else {
                    thread::yield_now();
                    continue;
                };
                assert_eq!(record.sequence, next);
                assert_eq!(record.time, Nanos(next + 2));
                assert!(matches!(record.body, Body::Input(_)));
                next += 1;
            }
            assert_eq!(reader.next().unwrap(), None);
        });
        let keeper = scope.spawn(move || {
            while !tail.is_finished() {
                maintenance.work().unwrap();
                thread::yield_now();
            }
            // The writer sealed before the reader could see its end: one more round is enough.
            maintenance.work().unwrap();
            tail.join().unwrap();
            maintenance
        });
        for number in 0..RECORDS {
            append_depth(&mut writer, number, number as usize % 40);
        }
        writer.seal().unwrap();
        keeper.join().unwrap().work().unwrap();
    });
    let verified = crate::verify_chain(scratch.path()).unwrap();
    assert_eq!(verified.records, RECORDS);
    assert_eq!(verified.open_segments, 0);
}
