//! WebSocket bytes that stop, or are not WebSocket.

use gannet_net::websocket::{FrameReader, FrameReaderConfig, FrameWriter, Role};
use gannet_tests::desk::{Desk, lively};
use gannet_tests::random::Random;

fn reader() -> FrameReader {
    let config = FrameReaderConfig { frame_bytes_max: 1 << 20, ..FrameReaderConfig::default() };
    FrameReader::new(Role::Client, config)
}

fn fill(reader: &mut FrameReader, bytes: &[u8]) {
    let space = reader.space();
    space[..bytes.len()].copy_from_slice(bytes);
    reader.filled(bytes.len());
}

/// A real frame, as the venue would send it.
fn frame_bytes() -> (Vec<u8>, Vec<u8>) {
    let mut desk = Desk::start(lively(""), 5);
    desk.play(40);
    let mut bytes = Vec::new();
    FrameWriter::new(Role::Server, 0).text(desk.market.frame(), &mut bytes);
    (desk.market.frame().to_vec(), bytes)
}

#[test]
fn a_truncated_frame_waits_for_its_rest() {
    let (payload, bytes) = frame_bytes();
    for cut in 0..bytes.len() {
        let mut reader = reader();
        fill(&mut reader, &bytes[..cut]);
        assert_eq!(reader.next_frame(), Ok(None), "cut at {cut}");
        fill(&mut reader, &bytes[cut..]);
        let frame = reader.next_frame().expect("no error").expect("a frame");
        assert_eq!(frame.payload, &payload[..], "cut at {cut}");
    }
}

#[test]
fn what_is_not_websocket_is_an_error_once_and_for_all() {
    let cases: &[(&str, &[u8])] = &[
        ("a masked frame from a server", &[0x81, 0x80, 1, 2, 3, 4]),
        ("reserved bits", &[0xf1, 0]),
        ("an unknown opcode", &[0x83, 0]),
        ("a fragmented ping", &[0x09, 0]),
        ("a long ping", &[0x89, 126, 0, 200]),
        ("the rest of nothing", &[0x80, 0]),
        ("a frame of exabytes", &[0x81, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ];
    let (_, good) = frame_bytes();
    for (name, bytes) in cases {
        let mut reader = reader();
        fill(&mut reader, bytes);
        let error = reader.next_frame().expect_err(name);
        assert!(!error.to_string().is_empty());
        fill(&mut reader, &good);
        assert_eq!(reader.next_frame(), Err(error), "{name}: the stream is lost");
    }
}

#[test]
fn spoiled_streams_never_panic() {
    let (_, good) = frame_bytes();
    let mut random = Random::new(3);
    for _ in 0..5_000 {
        let mut bytes = [&good[..], &good[..]].concat();
        random.spoil(&mut bytes);
        let mut reader = reader();
        for piece in bytes.chunks(1 + random.below(bytes.len().max(1))) {
            fill(&mut reader, piece);
            while let Ok(Some(_)) = reader.next_frame() {}
        }
    }
}
