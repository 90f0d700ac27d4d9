//! A market recorded in memory: frames as they come out of the venue's socket.
//!
//! The seed fixes every byte; see [`gannet_sim::generator`].

use gannet_net::websocket::{FrameWriter, Role};
use gannet_sim::{Generator, GeneratorConfig};

/// What a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// The best bid and ask.
    Top,
    /// A trade.
    Trade,
    /// A change of the book.
    Depth,
}

/// The tape.
#[derive(Clone, Debug)]
pub struct Tape {
    bytes: Vec<u8>,
    frames: Vec<Entry>,
    snapshot: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: FrameKind,
    start: usize,
    payload: usize,
    end: usize,
}

/// One frame of a tape.
#[derive(Clone, Copy, Debug)]
pub struct TapeFrame<'a> {
    /// What it says.
    pub kind: FrameKind,
    /// The WebSocket frame, as a server sends it.
    pub bytes: &'a [u8],
    /// The JSON in it.
    pub payload: &'a [u8],
}

impl Tape {
    /// Records the first `count` frames of the market with this seed.
    #[must_use]
    pub fn record(seed: u64, count: usize) -> Self {
        Self::record_until(seed, |frames| frames.len() >= count)
    }

    /// Records until there are `count` frames of one kind.
    #[must_use]
    pub fn record_kind(seed: u64, kind: FrameKind, count: usize) -> Self {
        let mut found = 0;
        Self::record_until(seed, |frames| {
            found += usize::from(frames.last().is_some_and(|frame| frame.kind == kind));
            found >= count
        })
    }

    fn record_until(seed: u64, mut is_enough: impl FnMut(&[Entry]) -> bool) -> Self {
        let mut generator = Generator::new(seed, GeneratorConfig::default());
        let mut snapshot = Vec::new();
        generator.snapshot(&mut snapshot);
        let mut writer = FrameWriter::new(Role::Server, 0);
        let mut tape = Self { bytes: Vec::new(), frames: Vec::new(), snapshot };
        let mut payload = Vec::new();
        while !is_enough(&tape.frames) {
            generator.next_frame(&mut payload);
            let start = tape.bytes.len();
            writer.text(&payload, &mut tape.bytes);
            let end = tape.bytes.len();
            let kind = kind_of(&payload);
            tape.frames.push(Entry { kind, start, payload: end - payload.len(), end });
        }
        tape
    }

    /// Returns the frames in order.
    pub fn frames(&self) -> impl Iterator<Item = TapeFrame<'_>> {
        self.frames.iter().map(|entry| TapeFrame {
            kind: entry.kind,
            bytes: &self.bytes[entry.start..entry.end],
            payload: &self.bytes[entry.payload..entry.end],
        })
    }

    /// Returns the body of the REST snapshot as it was before the first frame: it joins the first
    /// depth frame.
    #[must_use]
    pub fn snapshot(&self) -> &[u8] {
        &self.snapshot
    }
}

/// Tells by the stream's name, as the generator writes it.
fn kind_of(payload: &[u8]) -> FrameKind {
    let name = payload.split(|&byte| byte == b'@').nth(1).unwrap_or_default();
    match name.first() {
        Some(b'b') => FrameKind::Top,
        Some(b't') => FrameKind::Trade,
        _ => FrameKind::Depth,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_is_fixed_by_its_seed_and_has_every_kind() {
        let (one, two) = (Tape::record(1, 500), Tape::record(1, 500));
        assert_eq!(one.bytes, two.bytes);
        assert_ne!(one.bytes, Tape::record(2, 500).bytes);
        for kind in [FrameKind::Top, FrameKind::Trade, FrameKind::Depth] {
            assert!(one.frames().any(|frame| frame.kind == kind), "{kind:?}");
        }
        assert!(one.frames().all(|frame| frame.payload.starts_with(b"{\"stream\":\"btcusdt@")));
    }
}
