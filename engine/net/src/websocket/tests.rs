//! The codec against the library: what one writes the other reads, in both directions, at every
//! split of the bytes, and both agree about broken streams.

use std::io::{self, Read, Write};

use proptest::prelude::*;
use tungstenite::error::Error;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tungstenite::protocol::frame::{Frame as OracleFrame, FrameHeader};
use tungstenite::protocol::{Role as OracleRole, WebSocket};
use tungstenite::{Bytes, Message};

use super::*;

/// What a reader made of a stream: the messages, and whether it ended with an error.
type Heard = (Vec<(Opcode, Vec<u8>)>, bool);

const CAP: usize = 100_000;

fn config() -> FrameReaderConfig {
    FrameReaderConfig {
        buffer_bytes: 0,
        frame_bytes_max: CAP,
        message_bytes_max: CAP,
        check_utf8: true,
    }
}

/// A stream that gives its bytes and then "would block".
struct Memory<'a> {
    unread: &'a [u8],
    written: Vec<u8>,
}

impl Read for Memory<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.unread.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.unread.read(buffer)
    }
}

impl Write for Memory<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const fn oracle_role(role: Role) -> OracleRole {
    match role {
        Role::Client => OracleRole::Client,
        Role::Server => OracleRole::Server,
    }
}

/// Both must hear the same. Two differences are right: we refuse a frame at its header where the
/// library waits for the payload, and the library checks text fragment by fragment where we check
/// the joined message.
fn check_agreement(role: Role, bytes: &[u8], pieces: &[usize]) -> Result<(), TestCaseError> {
    let ours = we_hear(role, bytes, pieces);
    let (mut theirs, utf8) = oracle_judges(role, bytes);
    if ours.1 && !theirs.1 {
        let filled_up = [bytes, &[0; CAP + 14]].concat();
        theirs = oracle_judges(role, &filled_up).0;
    }
    if utf8 && ours.0.len() > theirs.0.len() {
        prop_assert!(ours.0.starts_with(&theirs.0));
    } else if utf8 {
        prop_assert_eq!(ours.0, theirs.0);
    } else {
        prop_assert_eq!(ours, theirs);
    }
    Ok(())
}

fn oracle_hears(role: Role, bytes: &[u8]) -> Heard {
    oracle_judges(role, bytes).0
}

/// What the library, in `role`, makes of `bytes`, and whether text was its reason to stop. It stops
/// after a close frame.
fn oracle_judges(role: Role, bytes: &[u8]) -> (Heard, bool) {
    let limits = tungstenite::protocol::WebSocketConfig::default()
        .max_frame_size(Some(CAP))
        .max_message_size(Some(CAP));
    let memory = Memory { unread: bytes, written: Vec::new() };
    let mut socket = WebSocket::from_raw_socket(memory, oracle_role(role), Some(limits));
    let mut messages = Vec::new();
    loop {
        let message = match socket.read() {
            Ok(message) => message,
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                return ((messages, false), false);
            }
            Err(error) => return ((messages, true), matches!(error, Error::Utf8(_))),
        };
        let opcode = match &message {
            Message::Text(_) => Opcode::Text,
            Message::Binary(_) => Opcode::Binary,
            Message::Ping(_) => Opcode::Ping,
            Message::Pong(_) => Opcode::Pong,
            Message::Close(_) => {
                messages.push((Opcode::Close, Vec::new()));
                return ((messages, false), false);
            }
            Message::Frame(_) => unreachable!("never read"),
        };
        messages.push((opcode, message.into_data().to_vec()));
    }
}

/// What our reader makes of `bytes` that arrive in pieces of the given sizes, over and over.
fn we_hear(role: Role, bytes: &[u8], pieces: &[usize]) -> Heard {
    let mut reader = FrameReader::new(role, config());
    let mut messages = Vec::new();
    let mut unread = bytes;
    for piece in pieces.iter().cycle() {
        if unread.is_empty() {
            break;
        }
        let space = reader.space();
        let count = (*piece).max(1).min(space.len()).min(unread.len());
        let (now, later) = unread.split_at(count);
        space[..count].copy_from_slice(now);
        unread = later;
        reader.filled(count);
        loop {
            match reader.next_frame() {
                Ok(None) => break,
                Ok(Some(Frame { opcode: Opcode::Close, payload })) => {
                    let failed = close_code(payload).is_err();
                    if !failed {
                        messages.push((Opcode::Close, Vec::new()));
                    }
                    return (messages, failed);
                }
                Ok(Some(frame)) => messages.push((frame.opcode, frame.payload.to_vec())),
                Err(error) => {
                    assert_eq!(reader.next_frame(), Err(error), "an error stays");
                    return (messages, true);
                }
            }
        }
    }
    (messages, false)
}

/// A message to send: what, its bytes, and where it is cut.
#[derive(Clone, Debug)]
struct Spoken {
    opcode: Opcode,
    payload: Vec<u8>,
    parts: usize,
}

fn spoken() -> impl Strategy<Value = Spoken> {
    let long = proptest::collection::vec(any::<u8>(), 0..9000);
    let short = proptest::collection::vec(any::<u8>(), 0..CONTROL_BYTES_MAX);
    prop_oneof![
        ("\\PC{0,300}", 1_usize..5).prop_map(|(text, parts)| Spoken {
            opcode: Opcode::Text,
            payload: text.into_bytes(),
            parts
        }),
        (long, 1_usize..5).prop_map(|(payload, parts)| Spoken {
            opcode: Opcode::Binary,
            payload,
            parts
        }),
        (short.clone()).prop_map(|payload| Spoken { opcode: Opcode::Ping, payload, parts: 1 }),
        short.prop_map(|payload| Spoken { opcode: Opcode::Pong, payload, parts: 1 }),
    ]
}

fn parts(message: &Spoken) -> Vec<&[u8]> {
    let size = message.payload.len().div_ceil(message.parts).max(1);
    if message.payload.is_empty() { vec![&[]] } else { message.payload.chunks(size).collect() }
}

fn we_speak(role: Role, messages: &[Spoken]) -> Vec<u8> {
    let mut writer = FrameWriter::new(role, 42);
    let mut out = Vec::new();
    for message in messages {
        let parts = parts(message);
        match message.opcode {
            Opcode::Ping => writer.ping(&message.payload, &mut out),
            Opcode::Pong => writer.pong(&message.payload, &mut out),
            Opcode::Text if parts.len() == 1 => writer.text(&message.payload, &mut out),
            Opcode::Binary if parts.len() == 1 => writer.binary(&message.payload, &mut out),
            opcode => {
                for (index, part) in parts.iter().enumerate() {
                    let (first, last) = (index == 0, index + 1 == parts.len());
                    writer.fragment(opcode, first, last, part, &mut out);
                    // A ping may come between fragments.
                    writer.ping(b"between", &mut out);
                }
            }
        }
    }
    out
}

fn oracle_speaks(role: Role, messages: &[Spoken]) -> Vec<u8> {
    let memory = Memory { unread: &[], written: Vec::new() };
    let mut socket = WebSocket::from_raw_socket(memory, oracle_role(role), None);
    for message in messages {
        let payload = Bytes::copy_from_slice(&message.payload);
        match message.opcode {
            Opcode::Ping => socket.send(Message::Ping(payload)).expect("memory"),
            Opcode::Pong => {
                let header =
                    FrameHeader { opcode: OpCode::Control(Control::Pong), ..<_>::default() };
                let frame = OracleFrame::from_payload(header, payload);
                socket.send(Message::Frame(frame)).expect("memory");
            }
            opcode => {
                let kind = if opcode == Opcode::Text { Data::Text } else { Data::Binary };
                let parts = parts(message);
                for (index, part) in parts.iter().enumerate() {
                    let kind = if index == 0 { kind } else { Data::Continue };
                    let bytes = Bytes::copy_from_slice(part);
                    let last = index + 1 == parts.len();
                    let frame = OracleFrame::message(bytes, OpCode::Data(kind), last);
                    socket.send(Message::Frame(frame)).expect("memory");
                }
            }
        }
    }
    socket.get_ref().written.clone()
}

const fn other(role: Role) -> Role {
    match role {
        Role::Client => Role::Server,
        Role::Server => Role::Client,
    }
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Client), Just(Role::Server)]
}

proptest! {
    #[test]
    fn the_library_reads_what_we_write(
        role in role(), messages in proptest::collection::vec(spoken(), 0..8),
    ) {
        let bytes = we_speak(role, &messages);
        let (heard, failed) = oracle_hears(other(role), &bytes);
        prop_assert!(!failed);
        let heard: Vec<_> = heard.into_iter().filter(|(_, bytes)| bytes != b"between").collect();
        let said: Vec<_> = messages.into_iter().map(|m| (m.opcode, m.payload)).collect();
        prop_assert_eq!(heard, said);
    }

    #[test]
    fn we_read_what_the_library_writes(
        role in role(),
        messages in proptest::collection::vec(spoken(), 0..8),
        pieces in proptest::collection::vec(1_usize..3000, 1..10),
    ) {
        let bytes = oracle_speaks(other(role), &messages);
        let (heard, failed) = we_hear(role, &bytes, &pieces);
        prop_assert!(!failed);
        let said: Vec<_> = messages.into_iter().map(|m| (m.opcode, m.payload)).collect();
        prop_assert_eq!(heard, said);
    }

    #[test]
    fn both_agree_about_damaged_streams(
        role in role(),
        messages in proptest::collection::vec(spoken(), 1..6),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        at_start in any::<bool>(),
        pieces in proptest::collection::vec(1_usize..500, 1..5),
    ) {
        let mut bytes = we_speak(other(role), &messages);
        for (index, value) in damage {
            let range = if at_start { bytes.len().min(8) } else { bytes.len() };
            let at = index.index(range);
            bytes[at] = value;
        }
        check_agreement(role, &bytes, &pieces)?;
    }

    #[test]
    fn both_agree_about_noise(
        role in role(),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        pieces in proptest::collection::vec(1_usize..50, 1..5),
    ) {
        check_agreement(role, &bytes, &pieces)?;
    }
}

#[test]
fn every_split_gives_the_same_messages() {
    for role in [Role::Client, Role::Server] {
        let say = |opcode, size: usize, parts| Spoken { opcode, payload: vec![b'x'; size], parts };
        let messages = [
            say(Opcode::Text, 0, 1),
            say(Opcode::Text, 125, 1),
            say(Opcode::Binary, 126, 3),
            say(Opcode::Ping, 125, 1),
            say(Opcode::Text, 700, 2),
        ];
        let bytes = we_speak(other(role), &messages);
        let whole = we_hear(role, &bytes, &[usize::MAX]);
        assert!(!whole.1);
        for split in 1..bytes.len() {
            assert_eq!(we_hear(role, &bytes, &[split, usize::MAX]), whole, "split at {split}");
            assert_eq!(we_hear(role, &bytes, &[split]), whole, "pieces of {split}");
        }
    }
}

/// Every length around the three header forms and the growth of the buffer.
#[test]
fn lengths_at_the_edges() {
    for size in [0, 1, 125, 126, 127, 4082, 4096, 8192, 65_535, 65_536, CAP] {
        let message = Spoken { opcode: Opcode::Binary, payload: vec![7; size], parts: 1 };
        for role in [Role::Client, Role::Server] {
            let bytes = we_speak(other(role), &[message.clone(), message.clone()]);
            let expected = vec![(Opcode::Binary, vec![7; size]); 2];
            assert_eq!(we_hear(role, &bytes, &[1000, 77]), (expected.clone(), false), "{size}");
            assert_eq!(oracle_hears(role, &bytes), (expected, false), "{size}");
        }
    }
}

#[test]
fn each_breach_has_its_error_and_code() {
    let huge = u64::MAX.to_be_bytes();
    let max = CAP as u64;
    let too_big = WebSocketError::FrameTooBig { size_bytes: u64::MAX, size_bytes_max: max };
    let over = [&[0x82, 127][..], &huge].concat();
    let cases: [(Role, &[u8], WebSocketError, u16); 13] = [
        (Role::Client, &[0xC1, 0], WebSocketError::ReservedBits, close::PROTOCOL_ERROR),
        (Role::Client, &[0x83, 0], WebSocketError::UnknownOpcode(3), close::PROTOCOL_ERROR),
        (Role::Client, &[0x8B, 0], WebSocketError::UnknownOpcode(11), close::PROTOCOL_ERROR),
        (Role::Client, &[0x09, 0], WebSocketError::Control, close::PROTOCOL_ERROR),
        (Role::Client, &[0x89, 126, 0, 126], WebSocketError::Control, close::PROTOCOL_ERROR),
        (Role::Client, &[0x81, 0x80], WebSocketError::Masked, close::PROTOCOL_ERROR),
        (Role::Server, &[0x81, 0x00], WebSocketError::Unmasked, close::PROTOCOL_ERROR),
        (Role::Client, &[0x80, 0], WebSocketError::Fragments, close::PROTOCOL_ERROR),
        (Role::Client, &[0x01, 0, 0x81, 0], WebSocketError::Fragments, close::PROTOCOL_ERROR),
        (Role::Client, &over, too_big, close::TOO_BIG),
        (Role::Client, &[0x81, 1, 0xFF], WebSocketError::Utf8, close::INVALID_DATA),
        (Role::Client, &[0x01, 1, 0xC3, 0x80, 1, 0x28], WebSocketError::Utf8, 1007),
        (Role::Client, &[0x01, 0, 0x00, 0, 0x02, 0], WebSocketError::Fragments, 1002),
    ];
    for (role, bytes, error, code) in cases {
        let mut reader = FrameReader::new(role, config());
        reader.space()[..bytes.len()].copy_from_slice(bytes);
        reader.filled(bytes.len());
        assert_eq!(reader.next_frame(), Err(error), "{bytes:x?}");
        assert_eq!(error.close_code(), code);
        reader.space()[..2].copy_from_slice(&[0x81, 0]);
        reader.filled(2);
        assert_eq!(reader.next_frame(), Err(error), "nothing is read after an error");
    }
}

#[test]
fn a_message_of_many_fragments_stays_below_its_cap() {
    let part = Spoken { opcode: Opcode::Binary, payload: vec![1; CAP + 1], parts: 50 };
    let bytes = we_speak(Role::Server, &[part]);
    let (messages, failed) = we_hear(Role::Client, &bytes, &[4096]);
    assert!(failed);
    assert!(messages.iter().all(|(opcode, _)| *opcode == Opcode::Ping));
}

#[test]
fn close_payloads() {
    let mut out = Vec::new();
    FrameWriter::new(Role::Server, 0).close(close::GOING_AWAY, &"ä".repeat(100), &mut out);
    assert_eq!(out.len(), 2 + 2 + 122, "cut at a character");
    assert_eq!(close_code(&out[2..]), Ok(Some((close::GOING_AWAY, "ä".repeat(61).as_str()))));
    assert_eq!(close_code(&[]), Ok(None));
    assert_eq!(close_code(&[3]), Err(WebSocketError::Close));
    assert_eq!(close_code(&1005_u16.to_be_bytes()), Err(WebSocketError::Close));
    assert_eq!(close_code(&[0x03, 0xE8, 0xFF]), Err(WebSocketError::Utf8));
}

/// The buffer and the joined message keep their memory: the second round moves nothing.
#[test]
fn payloads_are_lent_from_the_same_buffer() {
    let message = Spoken { opcode: Opcode::Text, payload: vec![b'a'; 3000], parts: 1 };
    let bytes = we_speak(Role::Server, &[message]);
    let mut reader = FrameReader::new(Role::Client, config());
    let mut addresses = Vec::new();
    for _ in 0..5 {
        let space = reader.space();
        space[..bytes.len()].copy_from_slice(&bytes);
        let read_to = space.as_ptr().addr();
        reader.filled(bytes.len());
        let frame = reader.next_frame().expect("valid").expect("complete");
        assert_eq!(frame.payload.as_ptr().addr(), read_to + 4, "lent from where it was read to");
        addresses.push(read_to);
    }
    assert!(addresses.iter().all(|address| *address == addresses[0]));
}
