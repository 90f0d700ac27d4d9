//! Traps that engines have fallen into, each with a test of its own.

use super::script::Script;
use crate::codec::MAX_MESSAGE_BYTES;
use crate::session::*;
use crate::tag;

const SECOND: u64 = 1_000_000_000;
const LOGON: &str = "< A 1 98=0|108=30|";

/// An acceptor that is logged on and expects number 2.
fn logged_on(change: impl FnOnce(&mut Config)) -> Script {
    let mut script = Script::new(Role::Acceptor, change);
    ["connect", LOGON].iter().for_each(|step| script.step(step));
    script.log.clear();
    script
}

/// Makes the session send until nothing more fits; nothing of it leaves.
fn fill_transmit(script: &mut Script) {
    for length in [3000, 300, 30, 1] {
        let text = "x".repeat(length);
        let mut send =
            || script.session.send(script.now, b"D", |writer| writer.str(tag::TEXT, &text)).is_ok();
        while send() {}
    }
}

/// Recorded before, a request that never left would keep the gap open without a further one.
#[test]
fn a_resend_range_counts_as_requested_only_when_its_bytes_have_left() {
    // The request is in the buffer when the connection breaks.
    let mut script = logged_on(|_| {});
    script.receive("D 4 ", "");
    assert_eq!(script.session.counters().resend_requests_sent, 1);
    assert!(!script.session.poll_transmit().is_empty());
    ["cut", "connect", "< A 5 98=0|108=30|"].iter().for_each(|step| script.step(step));
    let request = script.log.last().unwrap();
    assert_eq!(request, "> 2 4 7=2|16=0|", "{:?}", script.log);
    // There is no room for it at all: the connection ends, and the next one asks.
    let mut script = logged_on(|_| {});
    fill_transmit(&mut script);
    for _ in 0..200 {
        script.receive(&format!("1 {} 112=q|", script.session.next_inbound()), "");
    }
    assert_eq!(script.log, ["* disconnect SlowConsumer"]);
    let next = script.session.next_inbound();
    script.step("cut");
    script.step("connect");
    script.log.clear();
    script.step(&format!("< A {} 98=0|108=30|", next + 5));
    let request = format!(" 7={next}|16=0|");
    assert!(script.log.last().unwrap().ends_with(&request), "{:?}", script.log);
}

/// What was queued above a gap belongs to its connection: the numbers of the next one may mean
/// other messages.
#[test]
fn queue_items_belong_to_their_connection() {
    let mut script = logged_on(|config| config.queue_capacity_bytes = 1 << 16);
    assert_eq!(script.session.generation(), 1);
    for step in ["< D 3 58=of the first connection|", "cut", "do in 1", "connect"] {
        script.step(step);
    }
    assert_eq!(script.session.generation(), 2);
    script.log.clear();
    for step in [LOGON, "< 0 2 ", "< 8 3 "] {
        script.step(step);
    }
    assert_eq!(script.log, ["* on 30", "> A 3 98=0|108=30|", "* app 3 8"]);
    // Nor do bytes on their way out, or half a message on its way in, outlive it.
    script.session.handle_bytes(script.now, b"8=FIX.4.4\x019=70\x0135=D", &mut |_| {});
    script.session.send(script.now, b"D", |writer| writer.str(tag::TEXT, "late")).unwrap();
    script.step("cut");
    script.session.on_connected(script.now);
    assert!(script.session.poll_transmit().is_empty());
    script.log.clear();
    script.step("< A 4 98=0|108=30|");
    assert_eq!(script.log, ["* on 30", "> A 5 98=0|108=30|"]);
}

#[test]
fn a_gap_fill_takes_no_new_number() {
    let mut script = logged_on(|_| {});
    for step in ["send a", "+31", "+31", "send b"] {
        script.step(step);
    }
    let next = script.session.next_outbound();
    script.log.clear();
    script.step("< 2 2 7=1|16=0|");
    assert_eq!(script.session.next_outbound(), next);
    let numbers = script.log.iter().map(|line| line.split(' ').nth(2).unwrap().parse().unwrap());
    let numbers: Vec<u64> = numbers.collect();
    assert!(numbers.iter().all(|number| *number < next), "{:?}", script.log);
    assert!(numbers.is_sorted());
    script.log.clear();
    script.step("send c");
    assert_eq!(script.log, [format!("> D {next} 58=c|")]);
}

/// A socket that has failed takes nothing and never will. Until the driver knows, the session
/// neither grows, nor asks to be called all the time.
#[test]
fn nothing_spins_or_grows_when_nothing_can_be_written() {
    let mut script = logged_on(|config| config.recent_messages = 8);
    let (mut now, mut calls, mut ended) = (script.now, 0, None);
    while ended.is_none() {
        now = script.session.poll_timeout().expect("a session that is up has a timeout");
        let before = script.session.next_outbound();
        script.session.handle_timeout(now, &mut |event| {
            if let Event::Disconnect { reason } = event {
                ended = Some(reason);
            }
        });
        assert!(script.session.next_outbound() <= before + 1, "one thing at a time");
        let again = script.session.poll_timeout();
        assert!(again.is_none_or(|at| at > now), "what was due has been done");
        calls += 1;
        assert!(calls < 10, "silence ends it");
    }
    assert_eq!(ended, Some(DisconnectReason::HeartbeatTimeout));
    // It is over: it wants nothing more, whatever still comes.
    assert_eq!(script.session.poll_timeout(), None);
    let pending = script.session.poll_transmit().len();
    for number in 2..100 {
        script.receive(&format!("1 {number} 112=q|"), "");
    }
    assert_eq!(script.session.poll_transmit().len(), pending);
    assert_eq!(script.log, Vec::<String>::new());
    assert!(now - script.now < 120 * SECOND);
}

#[test]
fn a_declared_length_of_two_gigabytes_is_not_waited_for() {
    for length in ["2147483648", "2147483647", "4294967296", "18446744073709551616", "65537"] {
        let mut script = logged_on(|_| {});
        script.step(&format!("<< 8=FIX.4.4|9={length}|35=D|"));
        script.step("< D 2 ");
        assert_eq!(script.log, ["* garbled BodyLength", "* app 2 D"], "{length}");
        assert!(script.session.received.capacity() <= 2 * MAX_MESSAGE_BYTES);
    }
}

/// Brokers reject a group whose fields come in another order than the first time.
#[test]
fn the_order_of_groups_is_kept_in_a_resend() {
    let mut script = logged_on(|_| {});
    let fields =
        [(453, "2"), (448, "b"), (447, "D"), (452, "1"), (448, "a"), (452, "3"), (447, "D")];
    script
        .session
        .send(script.now, b"D", |writer| {
            writer.str(tag::CL_ORD_ID, "x");
            fields.iter().for_each(|(tag, value)| writer.str(*tag, value));
            writer.str(tag::ACCOUNT, "behind");
        })
        .unwrap();
    script.collect();
    script.step("< 2 2 7=2|16=2|");
    let body = |line: &String| line[line.find("11=x|").expect("it has an id")..].to_owned();
    let [first, again] = &script.log[..] else { panic!("{:?}", script.log) };
    assert_eq!(body(first), "11=x|453=2|448=b|447=D|452=1|448=a|452=3|447=D|1=behind|");
    assert_eq!(body(again), body(first));
}

/// A counterparty that does not read costs a buffer of fixed size, then its connection.
#[test]
fn a_slow_consumer_is_bounded() {
    let mut script = logged_on(|_| {});
    fill_transmit(&mut script);
    let (number, pending) = (script.session.next_outbound(), script.session.poll_transmit().len());
    assert!(pending <= config::MIN_TRANSMIT_BYTES);
    for _ in 0..1000 {
        let refused = script.session.send(script.now, b"D", |writer| writer.str(tag::TEXT, "x"));
        assert_eq!(refused, Err(SendError::Backlogged));
    }
    assert_eq!(script.session.next_outbound(), number, "refused messages use up no number");
    assert_eq!(script.session.poll_transmit().len(), pending);
    // A resend has no room either, and waits; it costs nothing.
    script.receive("2 2 7=1|16=0|", "");
    assert_eq!(script.session.poll_transmit().len(), pending);
    // Once it reads again, everything comes in order: the old ones, the resend, the new ones.
    script.collect();
    let numbers: Vec<u64> =
        script.log.iter().map(|line| line.split(' ').nth(2).unwrap().parse().unwrap()).collect();
    let last = number - 1;
    let expected: Vec<_> = (2..=last).chain(1..=last).collect();
    assert_eq!(numbers, expected);
}
