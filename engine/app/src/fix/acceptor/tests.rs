//! Counterparties of every kind at the door: honest, strange, slow, silent, cut off.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};

use gannet_fix::session::{Role, Schedule, Weekday};
use gannet_net::tcp::{ReadOutcome, TcpOptions};
use gannet_net::transport::Transport;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert, proptest};

use super::*;
use crate::config::fix::acceptor::{Accepted, Template};
use crate::fix::testing::{Peer, World, acceptor_config, named, settings};
use crate::fix::users::quick_entry;

const SECOND: Nanos = Nanos::SECOND;

/// A file of users that is removed after the test.
struct UsersFile(PathBuf);

impl UsersFile {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("gannet-users-{}-{name}", std::process::id()));
        std::fs::File::create(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .expect("a file");
        Self(path)
    }
}

impl Drop for UsersFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn protected(name: &str) -> Accepted {
    Accepted { login: Login::Password, ..named(name) }
}

/// Everybody logs on; each says some numbers and hears them again.
#[test]
fn sixty_four_sessions_share_a_thread_and_nothing_else() {
    const SESSIONS: usize = 64;
    let names: Vec<String> = (0..SESSIONS).map(|number| format!("ENGINE{number}")).collect();
    let sessions = names.iter().map(|name| named(name)).collect();
    let peers = names.iter().map(|name| Peer::named(name)).collect();
    let mut world = World::new(acceptor_config(sessions, Vec::new()), peers);
    (0..SESSIONS).for_each(|index| world.connect(index));
    world.until("all are logged on", |world| world.peers.iter().all(Peer::is_logged_on));
    for round in 0..50 {
        for index in 0..SESSIONS {
            let number = (index * 1_000 + round) as u64;
            world.peers[index].say(world.now, number).expect("logged on");
        }
        world.turn();
    }
    world.until("all have heard all", |world| world.peers.iter().all(|p| p.heard.len() == 50));
    for index in 0..SESSIONS {
        let expected: Vec<u64> = (0..50).map(|round| (index * 1_000 + round) as u64).collect();
        assert_eq!(world.peers[index].heard, expected);
        assert_eq!(world.desk.heard[index], expected);
    }
    assert_eq!(world.acceptor.counters().connections, SESSIONS as u64);
}

#[test]
fn throttles_hold_both_ways() {
    let mut slow = named("GANNET");
    slow.config.sends_per_second_max = 100;
    let mut fast = named("OTHER");
    fast.config.receives_per_second_max = 50;
    let peers = vec![Peer::named("GANNET"), Peer::named("OTHER")];
    let mut world = World::new(acceptor_config(vec![slow, fast], Vec::new()), peers);
    (0..2).for_each(|index| world.connect(index));
    world.until("both are logged on", |world| world.peers.iter().all(Peer::is_logged_on));

    // A hundred at once, then a hundred a second: nothing is lost, it comes later.
    world.desk.to_say[0].extend(0..300);
    world.wait(Nanos(SECOND.0 / 10));
    assert!((100..=120).contains(&world.peers[0].heard.len()), "{}", world.peers[0].heard.len());
    world.until("the rest comes", |world| world.peers[0].heard.len() == 300);
    assert_eq!(world.peers[0].heard, (0..300).collect::<Vec<_>>());

    // Who sends more than agreed is logged out and told why.
    for number in 0..200 {
        world.peers[1].say(world.now, number).expect("room");
    }
    world.until("it is logged out", |world| world.peers[1].goodbye.is_some());
    let said = world.peers[1].goodbye.as_deref();
    assert_eq!(said, Some("more messages in a second than agreed"));
    world.until("it is closed", |world| world.peers[1].connection.is_none());
}

#[test]
fn passwords_and_names_are_checked_and_the_operators_are_told() {
    let users = UsersFile::new("passwords", &quick_entry("desk", &["GANNET", "SPARE"], "sesame"));
    let config = AcceptorConfig {
        users_file: Some(users.0.clone()),
        ..acceptor_config(vec![protected("GANNET"), protected("SPARE")], Vec::new())
    };
    let peers = vec![
        Peer::user("GANNET", "desk", "sesame"),
        Peer::user("GANNET", "desk", "simsalabim"),
        Peer::named("SPARE"),
        Peer::user("STRANGER", "desk", "sesame"),
    ];
    let mut world = World::new(config, peers);

    world.connect(1);
    world.until("it is refused", |world| world.peers[1].connection.is_none());
    assert_eq!(world.peers[1].goodbye.as_deref(), Some("wrong user or password"));
    let refusal = "the counterparty says: wrong user or password";
    assert_eq!(world.peers[1].session.logon_refusal(), refusal);
    assert!(world.was_told("FIX.4.4 GANNET → BROKER at 127.0.0.1:"), "{:?}", world.news);
    assert!(world.was_told("refused: wrong user or password"), "{:?}", world.news);

    world.connect(2);
    world.until("no password is a wrong one", |world| world.peers[2].connection.is_none());
    assert_eq!(world.peers[2].goodbye.as_deref(), Some("wrong user or password"));

    world.connect(3);
    world.until("a stranger is refused", |world| world.peers[3].connection.is_none());
    assert_eq!(world.peers[3].goodbye, None, "to a stranger nothing is said");
    let told = "FIX.4.4 STRANGER → BROKER: no session has this version and these CompIDs";
    assert!(world.was_told(told), "{:?}", world.news);
    assert!(!world.news.iter().any(|line| line.contains("sesame")), "{:?}", world.news);

    world.connect(0);
    world.until("the right one gets in", |world| world.peers[0].is_logged_on());
    assert!(world.was_told("GANNET → BROKER logged on from 127.0.0.1:"), "{:?}", world.news);
    // What the refusals used up is filled in, not lost.
    let (now, peer) = (world.now, &mut world.peers[0]);
    peer.say(now, 7).expect("logged on");
    world.until("it works", |world| world.peers[0].heard == [7]);
    assert_eq!(
        world.acceptor.counters(),
        AcceptorCounters { connections: 1, connections_refused: 3 }
    );
}

#[test]
fn a_template_makes_sessions_for_users_and_for_nobody_else() {
    let text = quick_entry("fund", &["FUND1", "FUND2", "FUND3"], "sesame");
    let users = UsersFile::new("template", &text);
    let config = settings("BROKER", "*", Role::Acceptor);
    let template = Template { config, sessions_max: 2 };
    let config = AcceptorConfig {
        users_file: Some(users.0.clone()),
        ..acceptor_config(Vec::new(), vec![template])
    };
    let peers = ["FUND1", "FUND2", "FUND3", "FUND4"];
    let peers = peers.map(|name| Peer::user(name, "fund", "sesame")).into();
    let mut world = World::new(config, peers);
    for index in [0, 1] {
        world.connect(index);
        world.until("it gets in", |world| world.peers[index].is_logged_on());
    }
    world.connect(2);
    world.until("there is no room", |world| world.peers[2].connection.is_none());
    assert!(world.was_told("FUND3 → BROKER: the template has no session left"), "{:?}", world.news);
    world.connect(3);
    world.until("a stranger", |world| world.peers[3].connection.is_none());
    assert!(world.was_told("FUND4 → BROKER: no session has these CompIDs, and no user may use"));
    assert_eq!(world.acceptor.sessions().count(), 2);

    // Sessions outlive their connections: numbers go on.
    let now = world.now;
    world.peers[0].say(now, 1).expect("logged on");
    world.until("heard", |world| world.peers[0].heard == [1]);
    world.peers[0].cut(now);
    world.wait(SECOND);
    world.connect(0);
    world.until("it is back", |world| world.peers[0].is_logged_on());
    assert_eq!(world.acceptor.sessions().count(), 2);
    assert_eq!(world.acceptor.sessions().next().expect("one").next_inbound(), 4);
}

#[test]
fn nobody_is_let_in_by_default() {
    let config = acceptor_config(vec![protected("GANNET")], Vec::new());
    let error = Acceptor::bind(config, &mut crate::fix::testing::Echo::default());
    let error = error.err().expect("refused").to_string();
    assert!(error.contains("acceptor.users_file is missing"), "{error}");
}

#[test]
fn a_session_has_one_connection() {
    let peers = vec![Peer::named("GANNET"), Peer::named("GANNET")];
    let mut world = World::new(acceptor_config(vec![named("GANNET")], Vec::new()), peers);
    world.connect(0);
    world.until("logged on", |world| world.peers[0].is_logged_on());
    world.connect(1);
    world.until("closed", |world| world.peers[1].connection.is_none());
    assert!(world.was_told("GANNET → BROKER: the session is connected already"));
    assert!(world.peers[0].is_logged_on());
}

#[test]
fn outside_of_the_schedule_both_operators_learn_why() {
    let mut session = named("GANNET");
    // 2023-11-14, the world's first day, is a Tuesday.
    session.config.schedule = Some(Schedule::daily(&[Weekday::Monday], 0, 0));
    let mut world =
        World::new(acceptor_config(vec![session], Vec::new()), vec![Peer::named("GANNET")]);
    world.connect(0);
    world.until("closed", |world| world.peers[0].connection.is_none());
    assert!(world.was_told("connected outside of the session's schedule"), "{:?}", world.news);
    assert_eq!(world.peers[0].session.next_inbound(), 1);
}

/// Sends bytes from outside of any session and returns what the operator was told.
fn tell(config: AcceptorConfig, bytes: &[u8]) -> Vec<String> {
    let mut world = World::new(config, Vec::new());
    let address = world.acceptor.local_address();
    let mut stranger = Transport::open(address, None, TcpOptions::default()).expect("a socket");
    world.turn();
    while !stranger.poll_connected().expect("loopback") {
        std::thread::yield_now();
    }
    stranger.write(bytes).expect("room");
    let mut buffer = [0; 64];
    for _ in 0..100_000 {
        world.turn();
        if !matches!(stranger.read(&mut buffer), Ok(ReadOutcome::WouldBlock)) {
            return world.news;
        }
    }
    panic!("the stranger is still there");
}

#[test]
fn what_is_no_logon_is_closed_in_bounded_time_and_space() {
    let config = || acceptor_config(vec![named("GANNET")], Vec::new());
    let check = |bytes: &[u8], expected: &str| {
        let news = tell(config(), bytes);
        assert!(news.iter().any(|line| line.contains(expected)), "{expected}: {news:?}");
    };
    check(b"", "no Logon in time");
    check(b"8=FIX.4.4\x019=70\x0135=A\x01", "no Logon in time");
    check(b"GET / HTTP/1.1\r\n\r\n", "");
    check(b"\r\n\r\n\0\r\nQUIT\n", "");
    check(&[b"8=FIX.4.4\x019=2147483648\x01".to_vec(), vec![b'x'; 9_000]].concat(), "refused");
    let mut endless = b"8=FIX.4.4\x019=9000\x0135=A\x0158=".to_vec();
    endless.resize(20_000, b'x');
    check(&endless, "refused");
    check(b"8=FIX.4.4\x019=5\x0135=0\x0110=163\x01", "the first message was no Logon");
}

#[test]
fn connections_are_limited_in_all_and_by_address() {
    let mut config = acceptor_config(vec![named("GANNET")], Vec::new());
    config.limits.connections_per_address_max = 2;
    let mut world = World::new(config, Vec::new());
    let address = world.acceptor.local_address();
    let open = || Transport::open(address, None, TcpOptions::default()).expect("a socket");
    let _idle: Vec<_> = (0..2).map(|_| open()).collect();
    world.wait(SECOND);
    world.peers.push(Peer::named("GANNET"));
    world.connect(0);
    world.until("it is closed", |world| world.peers[0].connection.is_none());
    assert!(world.was_told("it has 2 connections already"), "{:?}", world.news);
    world.wait(Nanos(6 * SECOND.0));
    world.connect(0);
    world.until("the idle ones made room", |world| world.peers[0].is_logged_on());
}

/// A PROXY header for 192.0.2.7:8080, and the Logon of GANNET behind it.
fn through_a_proxy(now: Nanos) -> Vec<u8> {
    let mut bytes = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c".to_vec();
    bytes.extend([192, 0, 2, 7, 10, 0, 0, 1, 0x1f, 0x90, 0x01, 0xbb]);
    let mut peer = Peer::named("GANNET");
    peer.session.on_connected(now.0);
    bytes.extend(peer.session.poll_transmit());
    bytes
}

#[test]
fn a_proxy_says_whose_connection_it_brings_and_nobody_else_may() {
    let with_proxy = || AcceptorConfig {
        proxies: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        ..acceptor_config(vec![named("GANNET")], Vec::new())
    };
    let mut world = World::new(with_proxy(), Vec::new());
    let address = world.acceptor.local_address();
    let mut proxy = Transport::open(address, None, TcpOptions::default()).expect("a socket");
    let bytes = through_a_proxy(world.now);
    world.turn();
    // Byte by byte, as a slow line brings them.
    for byte in bytes {
        proxy.write(&[byte]).expect("room");
        world.turn();
    }
    world.until("logged on", |world| world.was_told("logged on from 192.0.2.7:8080"));

    let now = world.now;
    let refused = |config, bytes: &[u8], expected: &str| {
        let news = tell(config, bytes);
        assert!(news.iter().any(|line| line.contains(expected)), "{expected}: {news:?}");
    };
    refused(with_proxy(), b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "version 1");
    refused(with_proxy(), b"8=FIX.4.4\x01", "the proxy sends no PROXY header");
    refused(with_proxy(), b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff", "longer than 2048 bytes");
    refused(
        acceptor_config(vec![named("GANNET")], Vec::new()),
        &through_a_proxy(now),
        "no message",
    );
}

/// What we hold for a counterparty that does not read is bounded, others do not wait for it, and
/// once it reads again it gets everything.
#[test]
fn a_slow_consumer_costs_its_buffer_and_nobody_waits_for_it() {
    const MESSAGES: u64 = 150_000;
    let sessions = vec![named("GANNET"), named("OTHER")];
    let peers = vec![Peer::named("GANNET"), Peer::named("OTHER")];
    let config = AcceptorConfig { memory_bytes: 64 << 20, ..acceptor_config(sessions, Vec::new()) };
    let mut world = World::new(config, peers);
    (0..2).for_each(|index| world.connect(index));
    world.until("both are logged on", |world| world.peers.iter().all(Peer::is_logged_on));
    world.peers[0].reads = false;
    world.desk.to_say[0].extend(0..MESSAGES);
    world.wait(Nanos(3 * SECOND.0));
    // The kernel's buffers take some MiB, ours 64 KiB; the rest stays with the desk.
    assert!(!world.desk.to_say[0].is_empty(), "sockets and buffers took everything");
    let now = world.now;
    world.peers[1].say(now, 5).expect("logged on");
    world.wait(Nanos(SECOND.0 / 100));
    assert_eq!(world.peers[1].heard, [5]);
    world.peers[0].reads = true;
    world.until("all of it", |world| world.peers[0].heard.len() as u64 == MESSAGES);
    assert_eq!(world.peers[0].heard, (0..MESSAGES).collect::<Vec<_>>());
}

#[test]
fn a_half_open_connection_ends_by_its_silence() {
    let mut config = settings("GANNET", "BROKER", Role::Initiator);
    config.heartbeat_s = 2;
    let mut world =
        World::new(acceptor_config(vec![named("GANNET")], Vec::new()), vec![Peer::new(config)]);
    world.connect(0);
    world.until("logged on", |world| world.peers[0].is_logged_on());
    // The socket stays open, but nothing comes through it any more.
    let silent = world.peers.remove(0);
    world.until("it is given up", |world| world.acceptor.is_empty());
    assert!(world.was_told("the counterparty is silent"), "{:?}", world.news);
    world.peers.push(silent);
    world.peers[0].cut(Nanos::ZERO);
    world.connect(0);
    world.until("it may come back", |world| world.peers[0].is_logged_on());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// The line is cut at random bytes, counted in both directions. Every message arrives once, in
    /// order, and both sides agree on the numbers.
    #[test]
    fn cuts_at_any_byte_lose_nothing(cuts in vec(1..4_000_usize, 100)) {
        let count = cut_off(&cuts);
        prop_assert!(count > 50, "{count} cuts");
    }
}

/// Exchanges messages over a line that is cut after each of the numbers of bytes, and then holds;
/// returns how often it was cut.
fn cut_off(cuts: &[usize]) -> usize {
    const MESSAGES: u64 = 1_000;
    let peers = vec![Peer::named("GANNET")];
    let mut world = World::new(acceptor_config(vec![named("GANNET")], Vec::new()), peers);
    let (mut said, mut connections) = (0, 0);
    while (world.peers[0].heard.len() as u64) < MESSAGES {
        if world.peers[0].connection.is_none() {
            world.until("the acceptor noticed", |world| world.acceptor.is_empty());
            world.connect(0);
            world.peers[0].cut_after = cuts.get(connections).copied();
            connections += 1;
        }
        let (now, peer) = (world.now, &mut world.peers[0]);
        let ahead = peer.heard.len() as u64 + 20;
        while said < MESSAGES && said < ahead && peer.say(now, said).is_ok() {
            said += 1;
        }
        world.turn();
    }
    let expected: Vec<u64> = (0..MESSAGES).collect();
    assert_eq!(world.desk.heard[0], expected);
    assert_eq!(world.peers[0].heard, expected);
    world.wait(SECOND);
    let theirs = world.acceptor.sessions().next().expect("one");
    let ours = &world.peers[0].session;
    assert_eq!(ours.next_outbound(), theirs.next_inbound());
    assert_eq!(ours.next_inbound(), theirs.next_outbound());
    connections - 1
}
