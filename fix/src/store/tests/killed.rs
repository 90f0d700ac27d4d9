//! A process killed at any moment: between any two of the stores that make up an operation,
//! and for real, by SIGKILL.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use super::*;

/// What is known of a store from outside.
type State = (u64, u64, Vec<(u64, String, bool)>);

fn state(store: &MappedStore) -> State {
    (store.next_outbound(), store.next_inbound(), texts(store))
}

/// Admin messages and orders, skips, and both kinds of reset.
const OPERATIONS: [fn(&mut MappedStore); 14] = [
    |store| store.append(b"35=A logon", true).unwrap(),
    |store| store.set_inbound(2),
    |store| store.append(b"35=D an order", false).unwrap(),
    |store| store.append(b"35=0", true).unwrap(),
    |store| store.set_inbound(3),
    |store| store.set_outbound(9),
    |store| store.append(b"35=D another order", false).unwrap(),
    Store::reset_outbound,
    |store| store.append(b"35=A logon again", true).unwrap(),
    |store| store.set_inbound(7),
    Store::reset,
    |store| store.append(b"35=A a new day", true).unwrap(),
    |store| store.append(b"35=D the last order", false).unwrap(),
    |store| store.set_inbound(2),
];

/// What lies between two states of the file: the words that differ, one more of them each time,
/// the payload first and the word that counts last, as the store writes them. A word of payload
/// can be half written.
fn moments(before: &[u8], after: &[u8]) -> Vec<Vec<u8>> {
    let differ = |at: &usize| before[*at..*at + 8] != after[*at..*at + 8];
    let mut words: Vec<_> = (0..before.len()).step_by(8).filter(differ).collect();
    // Commit words stand before what they commit; the epoch stands before the inbound number.
    words.reverse();
    let mut image = before.to_vec();
    let mut images = vec![image.clone()];
    for (index, at) in words.iter().enumerate() {
        let is_last = index + 1 == words.len();
        let steps = if is_last { 8..=8 } else { 1..=8 };
        for bytes in steps {
            image[*at..*at + bytes].copy_from_slice(&after[*at..*at + bytes]);
            images.push(image.clone());
        }
    }
    images
}

#[test]
fn every_moment_of_every_operation_leaves_the_state_before_or_after() {
    let (live, copy) = (TempFile::new("moments"), TempFile::new("moment"));
    let mut store = live.open();
    for (index, operation) in OPERATIONS.iter().enumerate() {
        let (image, before) = (fs::read(&live.0).unwrap(), state(&store));
        operation(&mut store);
        let (next, after) = (fs::read(&live.0).unwrap(), state(&store));
        let moments = moments(&image, &next);
        let last = moments.len() - 1;
        for (moment, image) in moments.iter().enumerate() {
            fs::write(&copy.0, image).unwrap();
            let mut opened = copy.open();
            let expected = if moment == last { &after } else { &before };
            assert_eq!(state(&opened), *expected, "operation {index}, moment {moment} of {last}");
            // It goes on from there, and a full reset is one.
            opened.append(b"35=D after the crash", false).unwrap();
            assert_eq!(texts(&opened).len(), expected.2.len() + 1);
            opened.reset();
            drop(opened);
            assert_eq!(state(&copy.open()), (1, 1, vec![]), "operation {index}");
        }
    }
}

/// The name of the variable that makes the test below the process to be killed.
const VICTIM: &str = "GANNET_FIX_STORE_VICTIM";

/// Appends without end, and says each number once the message is stored.
fn be_the_victim(path: &str) -> ! {
    let mut store = MappedStore::open(path.as_ref(), 4096).expect("the file can be mapped");
    let mut out = std::io::stdout().lock();
    loop {
        let number = store.next_outbound();
        store
            .append(format!("message {number}").as_bytes(), number.is_multiple_of(4))
            .expect("there is room");
        store.set_inbound(number);
        writeln!(out, "stored {number}").expect("the parent listens");
        if number.is_multiple_of(16) {
            store.maintain();
        }
    }
}

fn start_victim(path: &std::path::Path) -> Child {
    let name = "store::tests::killed::what_was_stored_outlives_sigkill";
    Command::new(std::env::current_exe().expect("tests are a program"))
        .args([name, "--exact", "--nocapture"])
        .env(VICTIM, path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test program can be started")
}

#[test]
fn what_was_stored_outlives_sigkill() {
    if let Ok(path) = std::env::var(VICTIM) {
        be_the_victim(&path);
    }
    let file = TempFile::new("sigkill");
    let mut before = 0;
    for life in 1..=12_u64 {
        let mut victim = start_victim(&file.0);
        let lines = BufReader::new(victim.stdout.take().expect("it is piped")).lines();
        let numbers = lines.map_while(Result::ok).filter_map(|line| {
            line.rsplit_once("stored ").and_then(|(_, number)| number.parse::<u64>().ok())
        });
        // A different number of messages in each life; the kill falls where it may.
        let said = numbers.take(life as usize * 7).last().expect("it has begun");
        victim.kill().expect("it is our child");
        victim.wait().expect("it is our child");
        let store = file.open();
        assert!(said > before && store.next_outbound() > said, "life {life}");
        assert!(store.next_outbound() - store.next_inbound() <= 2, "life {life}");
        let expected: Vec<_> = (1..store.next_outbound())
            .map(|number| (number, format!("message {number}"), number.is_multiple_of(4)))
            .collect();
        assert_eq!(texts(&store), expected, "life {life}");
        before = said;
    }
}
