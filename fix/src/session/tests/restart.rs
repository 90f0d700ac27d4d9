//! A process that dies in the middle of a conversation, and its successor.

use std::fs;

use crate::session::*;
use crate::store::{MappedStore, MemoryStore, Store};
use crate::tag;

const NOW: u64 = 1_723_118_400_000_000_000;

fn open(path: &std::path::Path) -> Session<MappedStore> {
    let store = MappedStore::open(path, 1 << 16).expect("a temporary file can be mapped");
    Session::new(Config::new(Role::Initiator, "US", "THEM"), store).unwrap()
}

/// Moves all bytes from one side to the other; returns the order numbers delivered.
fn carry(from: &mut Session<impl Store>, to: &mut Session<impl Store>) -> Vec<u64> {
    let bytes = from.poll_transmit().to_vec();
    from.consume_transmit(bytes.len());
    let mut delivered = Vec::new();
    to.handle_bytes(NOW, &bytes, &mut |event| {
        if let Event::Application { message, .. } = event {
            delivered.extend(message.get_u64(tag::CL_ORD_ID));
        }
    });
    delivered
}

fn send(session: &mut Session<impl Store>, order: u64) {
    session.send(NOW, b"D", |writer| writer.uint(tag::CL_ORD_ID, order)).unwrap();
}

#[test]
fn the_successor_of_a_killed_process_sends_what_was_lost_and_nothing_twice() {
    let name = format!("gannet_fix_{}_restart.store", std::process::id());
    let path = std::env::temp_dir().join(name);
    let mut broker =
        Session::new(Config::new(Role::Acceptor, "THEM", "US"), MemoryStore::new(1 << 16)).unwrap();
    let mut us = open(&path);
    us.on_connected(NOW);
    broker.on_connected(NOW);
    carry(&mut us, &mut broker);
    carry(&mut broker, &mut us);
    (1..=3).for_each(|order| send(&mut us, order));
    assert_eq!(carry(&mut us, &mut broker), [1, 2, 3]);
    (4..=5).for_each(|order| send(&mut us, order));
    send(&mut broker, 100);
    carry(&mut broker, &mut us);
    // Killed: orders 4 and 5 never left, and the report was recorded nowhere.
    drop(us);
    broker.on_disconnected(NOW);

    let mut us = open(&path);
    let kept = us.store().messages().filter(|stored| !stored.admin).count();
    assert_eq!(kept, 5, "the orders that may have been sent are known");
    assert_eq!((us.next_outbound(), us.next_inbound()), (7, 3));
    us.set_next_inbound(2);
    us.on_connected(NOW);
    broker.on_connected(NOW);
    assert_eq!(carry(&mut us, &mut broker), []);
    assert_eq!(carry(&mut broker, &mut us), []);
    assert_eq!(carry(&mut us, &mut broker), [4, 5]);
    assert_eq!(carry(&mut broker, &mut us), [100]);
    assert_eq!(us.next_outbound(), broker.next_inbound());
    assert_eq!(broker.next_outbound(), us.next_inbound());
    drop(us);
    fs::remove_file(&path).expect("our own file can be removed");
}
