//! Both stores against one script; the mapped one against being killed at any byte.

mod damage;
mod disk_full;
mod killed;

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// A file in the temporary folder, removed at the end of the test.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str) -> Self {
        let name = format!("gannet_fix_{}_{name}.store", std::process::id());
        let path = std::env::temp_dir().join(name);
        let file = Self(path);
        file.remove();
        file
    }

    fn open(&self) -> MappedStore {
        MappedStore::open(&self.0, 4096).expect("a temporary file can be mapped")
    }

    fn remove(&self) {
        if self.0.exists() {
            fs::remove_file(&self.0).expect("our own file can be removed");
        }
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        self.remove();
    }
}

fn texts(store: &impl Store) -> Vec<(u64, String, bool)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    store.messages().map(|kept| (kept.msg_seq_num, text(kept.bytes), kept.admin)).collect()
}

fn follow_the_script(store: &mut impl Store) {
    assert_eq!((store.next_outbound(), store.next_inbound()), (1, 1));
    store.append(b"logon", true).unwrap();
    store.append(b"order", false).unwrap();
    store.set_outbound(4);
    store.append(b"another order", false).unwrap();
    store.set_inbound(17);
    assert_eq!((store.next_outbound(), store.next_inbound()), (5, 17));
    assert_eq!(store.get(0), None);
    assert_eq!(store.get(3), None);
    assert_eq!(store.get(5), None);
    let expected = [(1, "logon", true), (2, "order", false), (4, "another order", false)];
    assert_eq!(texts(store), expected.map(|(number, text, admin)| (number, text.into(), admin)));
}

#[test]
fn the_memory_store_keeps_and_forgets() {
    let mut store = MemoryStore::new(1024);
    follow_the_script(&mut store);
    store.reset();
    follow_the_script(&mut store);
}

#[test]
fn the_memory_store_has_an_end() {
    let mut store = MemoryStore::new(1024);
    while store.append(&[b'x'; 100], false).is_ok() {}
    assert_eq!(store.next_outbound(), 11);
    assert!(store.append(b"small", false).is_ok());
}

#[test]
fn the_mapped_store_survives_reopening() {
    let file = TempFile::new("reopen");
    follow_the_script(&mut file.open());
    let mut store = file.open();
    assert_eq!((store.next_outbound(), store.next_inbound()), (5, 17));
    assert_eq!(texts(&store).len(), 3);
    store.set_outbound(7);
    drop(store);
    let mut store = file.open();
    assert_eq!(store.next_outbound(), 7);
    store.reset();
    drop(store);
    let mut store = file.open();
    assert_eq!(texts(&store), []);
    follow_the_script(&mut store);
}

#[test]
fn records_of_before_a_reset_stay_void() {
    let file = TempFile::new("epochs");
    let mut store = file.open();
    for _ in 0..10 {
        store.append(b"the same length", false).unwrap();
    }
    store.reset();
    store.append(b"THE SAME LENGTH", false).unwrap();
    drop(store);
    assert_eq!(texts(&file.open()), [(1, "THE SAME LENGTH".into(), false)]);
}

#[test]
fn two_processes_cannot_share_a_store() {
    let file = TempFile::new("locked");
    let _first = file.open();
    assert!(matches!(MappedStore::open(&file.0, 4096), Err(StoreError::Locked)));
}

#[test]
fn a_foreign_file_is_refused_and_kept() {
    let file = TempFile::new("foreign");
    fs::write(&file.0, b"somebody's letters").unwrap();
    assert!(matches!(MappedStore::open(&file.0, 4096), Err(StoreError::Foreign)));
    assert!(fs::read(&file.0).unwrap().starts_with(b"somebody's letters"));
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let path = std::env::temp_dir().join("gannet_fix_no_such_folder/x.store");
    assert!(matches!(MappedStore::open(&path, 4096), Err(StoreError::Io(_))));
}

#[test]
fn it_grows_and_finds_everything_again() {
    let file = TempFile::new("grow");
    let mut store = file.open();
    for number in 1..=1000_u64 {
        store.append(format!("message {number}").as_bytes(), number % 3 == 0).unwrap();
        if number % 10 == 0 {
            store.maintain();
        }
    }
    assert!(!store.is_full());
    drop(store);
    let store = file.open();
    assert_eq!(store.next_outbound(), 1001);
    assert_eq!(store.messages().count(), 1000);
    let kept = store.get(999).unwrap();
    assert_eq!((kept.bytes, kept.admin), (&b"message 999"[..], true));
}

/// What a process killed in mid-append, or a half-written disk, can leave behind: the file up
/// to any byte of the last record, the rest missing, zero or old.
#[test]
fn a_torn_record_is_as_if_never_written() {
    let file = TempFile::new("torn");
    let mut store = file.open();
    for text in [&b"first order"[..], b"second order", b"third order, which is torn"] {
        store.append(text, false).unwrap();
    }
    drop(store);
    let whole = fs::read(&file.0).unwrap();
    let records = 4096 + 2 * (24 + 16);
    let end = records + 24 + 26;
    for cut in records..=end {
        let zeroed = [&whole[..cut], &vec![0; whole.len() - cut]].concat();
        let junk = [&whole[..cut], &vec![0xA5; whole.len() - cut]].concat();
        for damaged in [&whole[..cut], &zeroed, &junk] {
            fs::write(&file.0, damaged).unwrap();
            let mut store = file.open();
            let kept = texts(&store).len();
            assert_eq!(kept, if cut == end { 3 } else { 2 }, "cut at {cut}");
            assert_eq!(store.next_outbound(), kept as u64 + 1);
            store.append(b"after the crash", false).unwrap();
            drop(store);
            assert_eq!(texts(&file.open()).len(), kept + 1);
        }
    }
}

/// The order of the stores: whatever was written before the commit word does not count.
#[test]
fn a_record_without_its_commit_word_does_not_count() {
    let file = TempFile::new("uncommitted");
    let mut store = file.open();
    store.append(b"order", false).unwrap();
    drop(store);
    let mut bytes = fs::read(&file.0).unwrap();
    bytes[4096..4104].fill(0);
    fs::write(&file.0, &bytes).unwrap();
    assert_eq!(file.open().next_outbound(), 1);
}

#[test]
fn a_file_cut_before_its_state_is_a_new_store() {
    let file = TempFile::new("empty");
    fs::write(&file.0, []).unwrap();
    follow_the_script(&mut file.open());
}
