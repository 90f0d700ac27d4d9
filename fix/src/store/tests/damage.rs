//! Files that no kill can have left: they are refused, with a message that says what to do.

use super::*;

/// A store with three messages, the second of an admin, and an inbound number.
fn image(file: &TempFile) -> Vec<u8> {
    let mut store = file.open();
    store.reset();
    for (text, admin) in [("first order", false), ("a heartbeat", true), ("third order", false)] {
        store.append(text.as_bytes(), admin).unwrap();
    }
    store.set_inbound(5);
    drop(store);
    fs::read(&file.0).unwrap()
}

#[track_caller]
fn refusal(file: &TempFile, image: &[u8]) -> Option<String> {
    fs::write(&file.0, image).unwrap();
    MappedStore::open(&file.0, 4096).err().map(|error| error.to_string())
}

#[test]
fn a_message_lost_in_the_middle_is_not_passed_over() {
    let file = TempFile::new("lost");
    let image = image(&file);
    let record = 24 + 16;
    // Any byte of the first two records but those that only pad them.
    for at in 4096..4096 + 2 * record {
        let mut damaged = image.clone();
        damaged[at] ^= 0x10;
        let begin = 4096 + (at - 4096) / record * record;
        let said = format!(
            "the message store is damaged at byte {begin}: agree with the counterparty on new \
             sequence numbers, and move the file away"
        );
        let padding = (at - 4096) % record >= 24 + 11;
        assert_eq!(refusal(&file, &damaged), (!padding).then_some(said), "byte {at}");
    }
    // The last record cannot be told from one that was never finished.
    let mut torn = image;
    torn[4096 + 2 * record + 30] ^= 0x10;
    assert_eq!(refusal(&file, &torn), None);
    assert_eq!(file.open().next_outbound(), 3);
}

#[test]
fn a_state_that_cannot_be_is_refused() {
    let file = TempFile::new("state");
    let image = image(&file);
    // The epoch's high bytes; the epochs of inbound and outbound number, ahead of the store's.
    for (word, byte) in [(8, 11), (8, 15), (16, 22), (24, 30)] {
        let mut damaged = image.clone();
        damaged[byte] ^= 0x20;
        let said = refusal(&file, &damaged).unwrap_or_default();
        assert!(said.contains(&format!("damaged at byte {word}:")), "byte {byte}: {said}");
    }
}

/// A number typed wrong costs no more memory than [`super::super::index`] says.
#[test]
fn numbers_may_jump_far() {
    let file = TempFile::new("jump");
    let mut mapped = file.open();
    let mut memory = MemoryStore::new(4096);
    fn jump(store: &mut impl Store) {
        store.append(b"before", false).unwrap();
        store.set_outbound(1 << 39);
        assert_eq!(store.kept(), 1..2);
        store.append(b"behind", false).unwrap();
        assert_eq!(store.kept(), 1 << 39..(1 << 39) + 1);
        assert_eq!(texts(store), [(1 << 39, "behind".to_owned(), false)]);
        assert_eq!(store.get(1), None);
    }
    jump(&mut mapped);
    jump(&mut memory);
    drop(mapped);
    assert_eq!(texts(&file.open()), texts(&memory));
}
