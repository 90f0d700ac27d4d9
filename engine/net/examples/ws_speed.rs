//! How long our frame reader and the library take for one frame, in memory, in one run.
//!
//! Both take the same bytes in the same pieces: one frame a read (a quiet socket) and 16 KiB a read
//! (a busy one). Both digests must be equal, or one of them is fast because it is wrong.
//!
//! `cargo run --release -p gannet-net --example ws_speed`

use std::hint::black_box;
use std::io::{self, Read, Write};
use std::time::Instant;

use gannet_net::websocket::{FrameReader, FrameReaderConfig, FrameWriter, Role};
use tungstenite::protocol::{WebSocket, WebSocketConfig};

/// Frames in memory, small enough to stay in the second-level cache.
const FRAMES_IN_MEMORY: usize = 256;

/// Rounds over them; the fastest of five blocks of rounds is reported.
const ROUNDS: usize = 400;
const BLOCKS: usize = 5;

/// A socket that never runs dry: the same bytes over and over, at most `piece` a read.
struct Endless<'a> {
    bytes: &'a [u8],
    at: usize,
    piece: usize,
}

impl Endless<'_> {
    fn fill(&mut self, buffer: &mut [u8]) -> usize {
        let count = self.piece.min(buffer.len()).min(self.bytes.len() - self.at);
        buffer[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at = (self.at + count) % self.bytes.len();
        count
    }
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(self.fill(buffer))
    }
}

impl Write for Endless<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Length, first and last byte: enough to notice a wrong frame, too little to be the measurement.
fn digest(sum: u64, payload: &[u8]) -> u64 {
    let ends = u64::from(payload[0]) << 8 | u64::from(payload[payload.len() - 1]);
    sum.wrapping_mul(31).wrapping_add(ends).wrapping_add(payload.len() as u64)
}

fn ours(socket: &mut Endless<'_>, reader: &mut FrameReader, frames: usize) -> u64 {
    let (mut sum, mut taken) = (0, 0);
    while taken < frames {
        let count = socket.fill(reader.space());
        reader.filled(count);
        while let Some(frame) = reader.next_frame().expect("valid frames") {
            sum = digest(sum, black_box(frame.payload));
            taken += 1;
        }
    }
    sum
}

fn library(socket: &mut WebSocket<Endless<'_>>, frames: usize) -> u64 {
    (0..frames).fold(0, |sum, _| {
        let message = socket.read().expect("valid frames");
        let payload = match &message {
            tungstenite::Message::Text(text) => text.as_bytes(),
            other => panic!("only text was written, not {other:?}"),
        };
        digest(sum, black_box(payload))
    })
}

fn nanos_per_frame(mut block: impl FnMut() -> u64) -> (f64, u64) {
    let mut best = (f64::INFINITY, 0);
    for _ in 0..BLOCKS {
        let start = Instant::now();
        let sum = block();
        let nanos = start.elapsed().as_nanos() as f64 / (FRAMES_IN_MEMORY * ROUNDS) as f64;
        if nanos < best.0 {
            best = (nanos, sum);
        }
    }
    best
}

fn compare(payload_bytes: usize, busy: bool, check_utf8: bool) {
    let mut bytes = Vec::new();
    let mut writer = FrameWriter::new(Role::Server, 0);
    for index in 0..FRAMES_IN_MEMORY {
        let letter = b'a' + (index % 26) as u8;
        writer.text(&vec![letter; payload_bytes], &mut bytes);
    }
    let piece = if busy { 16 * 1024 } else { bytes.len() / FRAMES_IN_MEMORY };
    let endless = || Endless { bytes: &bytes, at: 0, piece };
    let frames = FRAMES_IN_MEMORY * ROUNDS;

    let config = FrameReaderConfig { check_utf8, ..FrameReaderConfig::default() };
    let mut reader = FrameReader::new(Role::Client, config);
    let mut source = endless();
    let (ours_ns, ours_sum) = nanos_per_frame(|| ours(&mut source, &mut reader, frames));
    let client = tungstenite::protocol::Role::Client;
    // The library at its best of three buffer sizes, its default of 128 KiB among them.
    let (library_ns, library_sum) = [4 * 1024, 16 * 1024, 128 * 1024]
        .map(|size| {
            let limits = WebSocketConfig::default().read_buffer_size(size);
            let mut socket = WebSocket::from_raw_socket(endless(), client, Some(limits));
            nanos_per_frame(|| library(&mut socket, frames))
        })
        .into_iter()
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .expect("three sizes");
    assert_eq!(ours_sum, library_sum, "both must have read the same");
    println!(
        "{payload_bytes:>5} B, {piece:>5} B a read, utf-8 {check_utf8:>5}: ours {ours_ns:>6.1} ns, \
         tungstenite {library_ns:>6.1} ns, {:.1} x, digest {ours_sum:016x}",
        library_ns / ours_ns
    );
}

fn main() {
    for check_utf8 in [false, true] {
        for payload_bytes in [200, 1600] {
            for busy in [false, true] {
                compare(payload_bytes, busy, check_utf8);
            }
        }
    }
}
