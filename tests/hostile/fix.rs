//! FIX bytes that are garbled.

use gannet_fix::codec::Decoded;
use gannet_fix::session::{Config, Role, State};
use gannet_fix::{Decoder, MemoryStore, Session, tag};
use gannet_gateways::fix::{Dialect, FixGateway, GatewayEvent};
use gannet_tests::random::Random;
use gannet_types::{GatewayId, GatewayState, Nanos};
use proptest::prelude::*;

const NOW: Nanos = Nanos(1_700_000_000_000_000_000);

/// A gateway and a broker's session, logged on to each other.
struct Link {
    gateway: FixGateway<MemoryStore>,
    broker: Session<MemoryStore>,
    events: Vec<GatewayEvent>,
}

impl Link {
    fn new() -> Self {
        let session = |role, own, other| {
            Session::new(Config::new(role, own, other), MemoryStore::new(1 << 20)).expect("valid")
        };
        let dialect = Dialect::plain(&gannet_tests::desk::lively("").pipeline.instruments);
        let ours = session(Role::Initiator, "GANNET", "BROKER");
        let mut link = Self {
            gateway: FixGateway::new(GatewayId(0), ours, dialect),
            broker: session(Role::Acceptor, "BROKER", "GANNET"),
            events: Vec::new(),
        };
        link.broker.on_connected(NOW.0);
        link.gateway.on_connected(NOW);
        link.exchange(b"");
        assert_eq!(link.events, [GatewayEvent::State(GatewayState::Up)]);
        link
    }

    /// Carries bytes until both are silent; the gateway hears `noise` first.
    fn exchange(&mut self, noise: &[u8]) {
        let events = &mut self.events;
        self.gateway.handle_bytes(NOW, noise, &mut |event| events.push(event));
        for _ in 0..100 {
            let out = self.gateway.poll_transmit().to_vec();
            self.gateway.consume_transmit(out.len());
            self.broker.handle_bytes(NOW.0, &out, &mut |_| {});
            let back = self.broker.poll_transmit().to_vec();
            self.broker.consume_transmit(back.len());
            let events = &mut self.events;
            self.gateway.handle_bytes(NOW, &back, &mut |event| events.push(event));
            if out.is_empty() && back.is_empty() {
                return;
            }
        }
        panic!("they do not stop talking");
    }

    /// The broker goes on talking, and all of it arrives: what the noise swallowed is sent again.
    #[track_caller]
    fn check_works(&mut self) {
        for _ in 0..3 {
            let news = |writer: &mut gannet_fix::Writer<'_>| writer.str(tag::TEXT, "news");
            self.broker.send(NOW.0, b"B", news).expect("logged on");
            self.exchange(b"");
        }
        let session = self.gateway.session();
        assert_eq!(session.state(), State::LoggedOn);
        assert_eq!(session.next_inbound(), self.broker.next_outbound());
    }
}

/// Returns a message of the broker that its gateway has not heard.
fn message() -> Vec<u8> {
    let mut link = Link::new();
    link.broker.send(NOW.0, b"B", |writer| writer.str(tag::TEXT, "news")).expect("logged on");
    link.broker.poll_transmit().to_vec()
}

#[test]
fn a_garbled_message_is_counted_and_skipped() {
    let good = message();
    let spoil = |from: &str, to: &str| {
        let text = String::from_utf8(good.clone()).expect("text").replacen(from, to, 1);
        text.into_bytes()
    };
    let cases = [
        ("a wrong checksum", spoil("news", "nest")),
        ("a wrong length", spoil("\u{1}9=", "\u{1}9=1")),
        ("no begin string", spoil("8=FIX.4.4", "7=FIX.4.4")),
        ("noise", b"GET / HTTP/1.1\r\n\r\n".to_vec()),
    ];
    for (name, bytes) in cases {
        let mut link = Link::new();
        link.exchange(&bytes);
        link.check_works();
        assert!(link.gateway.session().counters().garbled > 0, "{name} was not counted");
        let lost = |event: &GatewayEvent| matches!(event, GatewayEvent::Disconnect(_));
        assert!(!link.events.iter().any(lost), "{name}");
    }
}

#[test]
fn spoiled_messages_never_panic() {
    let good = message();
    let mut random = Random::new(9);
    for _ in 0..3_000 {
        let mut bytes = [&good[..], &good[..]].concat();
        random.spoil(&mut bytes);
        let mut link = Link::new();
        let events = &mut link.events;
        for piece in bytes.chunks(1 + random.below(bytes.len().max(1))) {
            link.gateway.handle_bytes(NOW, piece, &mut |event| events.push(event));
        }
    }
}

/// Decodes a stream as one piece after the other comes in; returns every message and every skip.
fn decode(pieces: &[&[u8]]) -> Vec<Result<Vec<u8>, usize>> {
    let (mut decoder, mut waiting, mut found) = (Decoder::new(), Vec::new(), Vec::new());
    for piece in pieces {
        waiting.extend_from_slice(piece);
        loop {
            let used = match decoder.decode(&waiting) {
                Decoded::Message { message, consumed } => {
                    found.push(Ok(message.bytes().to_vec()));
                    consumed
                }
                Decoded::Garbled { consumed, .. } => {
                    found.push(Err(consumed));
                    consumed
                }
                Decoded::Incomplete => break,
            };
            assert!(used > 0 && used <= waiting.len(), "it takes what is there");
            waiting.drain(..used);
        }
    }
    found
}

fn messages_of(found: Vec<Result<Vec<u8>, usize>>) -> Vec<Vec<u8>> {
    found.into_iter().filter_map(Result::ok).collect()
}

#[test]
fn messages_are_the_same_however_they_are_cut() {
    let good = message();
    let stream = [&good[..], b"noise", &good[..], &good[..20], &good[..]].concat();
    let whole = messages_of(decode(&[&stream]));
    assert!(whole.len() >= 2, "{} messages", whole.len());
    for cut in 0..=stream.len() {
        let (left, right) = stream.split_at(cut);
        assert_eq!(messages_of(decode(&[left, right])), whole, "cut at {cut}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_decoded_or_skipped(
        bytes in prop::collection::vec(prop_oneof![
            Just(1_u8), Just(b'='), Just(b'8'), Just(b'9'), Just(b'0'), any::<u8>()
        ], 0..200),
        cut in 0_usize..200,
    ) {
        let (left, right) = bytes.split_at(cut.min(bytes.len()));
        prop_assert_eq!(messages_of(decode(&[left, right])), messages_of(decode(&[&bytes])));
    }
}
