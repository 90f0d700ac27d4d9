//! A disk without room: the store says so, keeps what it has, and goes on when there is room.
//!
//! The limit is a real one, that of the size of files, set for a process of its own.

use std::process::Command;

use super::*;

const LIMITED: &str = "GANNET_FIX_STORE_LIMITED";

/// 24 KiB in blocks of 512 bytes; files begin with 8 KiB here and grow by 4 KiB.
const LIMIT_BLOCKS: &str = "48";

/// What happens in the process with the limit.
fn fill_the_disk(path: &Path) {
    let mut store = MappedStore::open(path, 4096).expect("there is room for the beginning");
    let message = [b'x'; 100];
    let mut count = 0_u64;
    while store.append(&message, false).is_ok() {
        count += 1;
        store.maintain();
        assert!(count < 1000, "the limit has no effect");
    }
    // 20 KiB of records of 128 bytes, all of them used although growing failed before.
    assert_eq!(count, 160, "what room there is is used");
    assert!(store.is_full());
    store.set_outbound(count + 2);
    store.set_inbound(77);
    assert_eq!(store.next_outbound(), count + 2);
    assert!(store.append(&message, false).is_err());
    drop(store);
    let store = MappedStore::open(path, 4096).expect("a full store can be opened");
    assert_eq!((store.next_outbound(), store.next_inbound()), (count + 2, 77));
    assert_eq!(store.messages().count() as u64, count);
}

/// Runs a test of this file again in a process whose files cannot grow beyond the limit.
fn run_limited(test: &str, file: &TempFile) {
    // The signal would end the process; ignored, the call fails as on a full disk.
    let script = format!("trap '' XFSZ; ulimit -f {LIMIT_BLOCKS}; exec \"$0\" \"$@\"");
    let limited = Command::new("sh")
        .args(["-c", &script])
        .arg(std::env::current_exe().expect("tests are a program"))
        .args([&format!("store::tests::disk_full::{test}"), "--exact"])
        .env(LIMITED, &file.0)
        .output()
        .expect("a shell can be started");
    assert!(limited.status.success(), "{}", String::from_utf8_lossy(&limited.stdout));
}

#[test]
fn a_full_disk_is_a_state_that_passes() {
    if let Ok(path) = std::env::var(LIMITED) {
        return fill_the_disk(path.as_ref());
    }
    let file = TempFile::new("full");
    run_limited("a_full_disk_is_a_state_that_passes", &file);
    // Here there is room again.
    let mut store = file.open();
    let kept = store.messages().count();
    assert_eq!(kept, 160);
    store.maintain();
    assert!(!store.is_full());
    store.append(b"there is room", false).unwrap();
    assert_eq!(store.messages().count(), kept + 1);
}

/// A new store finds no room at all: that is an error at once, not a surprise later.
#[test]
fn a_store_without_room_is_not_opened() {
    if let Ok(path) = std::env::var(LIMITED) {
        let refused = MappedStore::open(path.as_ref(), 1 << 20);
        return assert!(matches!(refused, Err(StoreError::Io(_))));
    }
    run_limited("a_store_without_room_is_not_opened", &TempFile::new("no_room"));
}
