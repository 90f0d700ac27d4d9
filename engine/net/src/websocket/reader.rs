//! Decoding frames in place.
//!
//! Hot: called per message. No allocation once the buffers have their size, no copy of a message
//! that comes in one frame, one branch to tell the usual header from the rest.
//!
//! ```text
//!  buffer: [ given out | unread frames, the last perhaps incomplete | space() ]
//!                      ^ head                                       ^ tail     ^ len
//! ```
//!
//! # Invariants
//! - `head <= tail <= buffer.len() <= buffer_max`, where `buffer_max` holds the largest frame.
//! - After the first error nothing is read any more and every call returns that error.

use super::{CONTROL_BYTES_MAX, Opcode, Role, WebSocketError, mask};

/// Bytes before the payload at most: 2, length 8, mask 4.
const HEADER_BYTES_MAX: usize = 14;

/// Room that a read should find, a page: below it the unread bytes are moved to the front.
const SPACE_MIN: usize = 4096;

/// Sizes and checks of a [`FrameReader`].
#[derive(Clone, Copy, Debug)]
pub struct FrameReaderConfig {
    /// Size of the receive buffer at the start, in bytes; it grows when a larger frame arrives.
    pub buffer_bytes: usize,
    /// Payload of one frame at most; a larger one is an error.
    pub frame_bytes_max: usize,
    /// Payload of a fragmented message at most; a larger one is an error.
    pub message_bytes_max: usize,
    /// Whether text is checked to be UTF-8. A parser of its own decides on every byte anyway.
    pub check_utf8: bool,
}

impl Default for FrameReaderConfig {
    /// 256 KiB at the start, frames and messages up to 16 MiB, no check of text.
    fn default() -> Self {
        Self {
            buffer_bytes: 256 * 1024,
            frame_bytes_max: 16 * 1024 * 1024,
            message_bytes_max: 16 * 1024 * 1024,
            check_utf8: false,
        }
    }
}

/// A whole message (fragments joined) or a control frame, lent until the next call.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// What it is.
    pub opcode: Opcode,
    /// Its bytes, unmasked; mutable because some parsers work in place.
    pub payload: &'a mut [u8],
}

/// A decoder of what one peer sends.
///
/// The cycle: read socket bytes into [`Self::space`], say how many with [`Self::filled`], take
/// frames with [`Self::next_frame`] until there is none, repeat.
#[derive(Debug)]
pub struct FrameReader {
    buffer: Vec<u8>,
    head: usize,
    tail: usize,
    /// Bytes that the incomplete frame at `head` will have, once its header tells.
    wanted: usize,
    buffer_max: usize,
    masked: bool,
    check_utf8: bool,
    frame_bytes_max: usize,
    message_bytes_max: usize,
    message: Vec<u8>,
    message_opcode: Option<Opcode>,
    failed: Option<WebSocketError>,
}

/// Where the payload found by one step lies.
enum Step {
    Whole(Opcode, usize, usize),
    Joined(Opcode),
    Fragment,
    Incomplete,
}

/// What the first bytes of a frame say.
struct Header {
    first: u8,
    size_bytes: usize,
    payload_bytes: usize,
}

impl FrameReader {
    /// Creates a decoder for the side that we are.
    ///
    /// # Panics
    /// If the caps add up to more than the address space.
    pub fn new(role: Role, config: FrameReaderConfig) -> Self {
        let buffer_max = config
            .frame_bytes_max
            .checked_add(HEADER_BYTES_MAX)
            .and_then(|size| size.checked_add(SPACE_MIN))
            .expect("the frame cap is a size that memory can have");
        let buffer_bytes = config.buffer_bytes.clamp(SPACE_MIN, buffer_max);
        Self {
            buffer: vec![0; buffer_bytes],
            head: 0,
            tail: 0,
            wanted: 0,
            buffer_max,
            masked: role == Role::Server,
            check_utf8: config.check_utf8,
            frame_bytes_max: config.frame_bytes_max,
            message_bytes_max: config.message_bytes_max,
            message: Vec::with_capacity(buffer_bytes.min(config.message_bytes_max)),
            message_opcode: None,
            failed: None,
        }
    }

    /// Returns room to read socket bytes into; never empty.
    ///
    /// # Panics
    /// If frames were left untaken until the buffer was full: take them first.
    pub fn space(&mut self) -> &mut [u8] {
        if self.head == self.tail {
            (self.head, self.tail) = (0, 0);
        }
        let room = self.buffer.len() - self.head;
        if self.buffer.len() - self.tail < SPACE_MIN || room < self.wanted {
            self.make_room();
        }
        &mut self.buffer[self.tail..]
    }

    /// Takes note that `count` bytes were read into [`Self::space`].
    ///
    /// # Panics
    /// If `count` is more than there was room for.
    pub fn filled(&mut self, count: usize) {
        assert!(count <= self.buffer.len() - self.tail, "more bytes than there was room");
        if self.failed.is_none() {
            self.tail += count;
        }
    }

    /// Returns the next message or control frame, `None` until more bytes are filled in.
    ///
    /// # Errors
    /// The peer broke the protocol; every later call returns the same error.
    #[inline]
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, WebSocketError> {
        // Every turn but the last takes a frame out of the buffer, so the bytes bound the loop.
        loop {
            match self.step() {
                Ok(Step::Whole(opcode, start, end)) => {
                    let payload = &mut self.buffer[start..end];
                    return Ok(Some(Frame { opcode, payload }));
                }
                Ok(Step::Joined(opcode)) => {
                    return Ok(Some(Frame { opcode, payload: &mut self.message }));
                }
                Ok(Step::Fragment) => {}
                Ok(Step::Incomplete) => return Ok(None),
                Err(error) => return Err(self.fail(error)),
            }
        }
    }

    /// Returns the bytes that no frame has been made of.
    pub(super) fn unread(&self) -> &[u8] {
        &self.buffer[self.head..self.tail]
    }

    /// Drops bytes that were read from [`Self::unread`] as something else.
    pub(super) fn skip(&mut self, count: usize) {
        assert!(count <= self.tail - self.head, "only unread bytes can be dropped");
        self.head += count;
    }

    #[inline]
    fn step(&mut self) -> Result<Step, WebSocketError> {
        let Some(header) = self.header()? else { return Ok(Step::Incomplete) };
        let frame_bytes = header.size_bytes + header.payload_bytes;
        if self.tail - self.head < frame_bytes {
            self.wanted = frame_bytes;
            return Ok(Step::Incomplete);
        }
        let start = self.head + header.size_bytes;
        let end = self.head + frame_bytes;
        self.head = end;
        self.wanted = 0;
        if self.masked {
            let (before, payload) = self.buffer[..end].split_at_mut(start);
            if let Some(key) = before.last_chunk() {
                mask::apply(payload, *key);
            }
        }
        match (header.first, self.message_opcode) {
            (0x81, None) => {
                if self.check_utf8 {
                    check_utf8(&self.buffer[start..end])?;
                }
                Ok(Step::Whole(Opcode::Text, start, end))
            }
            (0x82, None) => Ok(Step::Whole(Opcode::Binary, start, end)),
            (0x88, _) => Ok(Step::Whole(Opcode::Close, start, end)),
            (0x89, _) => Ok(Step::Whole(Opcode::Ping, start, end)),
            (0x8A, _) => Ok(Step::Whole(Opcode::Pong, start, end)),
            (first, _) => self.on_fragment(first, start, end),
        }
    }

    /// Reads the header at `head` and refuses what cannot be a frame, before its payload comes.
    #[inline]
    fn header(&self) -> Result<Option<Header>, WebSocketError> {
        let unread = &self.buffer[self.head..self.tail];
        let [first, second, rest @ ..] = unread else {
            return self.failed.map_or(Ok(None), Err);
        };
        let (first, second) = (*first, *second);
        // Of the first byte only these five are whole, valid frames; the rest is looked at slowly.
        if !matches!(first, 0x81 | 0x82 | 0x88 | 0x89 | 0x8A) {
            check_first(first)?;
        }
        if (second & 0x80 != 0) != self.masked {
            return Err(if self.masked {
                WebSocketError::Unmasked
            } else {
                WebSocketError::Masked
            });
        }
        let (length_bytes, length) = match second & 0x7F {
            126 => {
                let Some(&bytes) = rest.first_chunk() else { return Ok(None) };
                (2, u64::from(u16::from_be_bytes(bytes)))
            }
            127 => {
                let Some(&bytes) = rest.first_chunk() else { return Ok(None) };
                (8, u64::from_be_bytes(bytes))
            }
            short => (0, u64::from(short)),
        };
        if first & 0x08 != 0 && length > CONTROL_BYTES_MAX as u64 {
            return Err(WebSocketError::Control);
        }
        let payload_bytes = usize::try_from(length).unwrap_or(usize::MAX);
        if payload_bytes > self.frame_bytes_max {
            let size_bytes_max = self.frame_bytes_max as u64;
            return Err(WebSocketError::FrameTooBig { size_bytes: length, size_bytes_max });
        }
        let size_bytes = 2 + length_bytes + if self.masked { 4 } else { 0 };
        Ok(Some(Header { first, size_bytes, payload_bytes }))
    }

    /// Joins a part of a message. `first` is a data frame that passed `check_first`.
    #[cold]
    fn on_fragment(&mut self, first: u8, start: usize, end: usize) -> Result<Step, WebSocketError> {
        let opcode = match (first & 0x0F, self.message_opcode) {
            (0x0, Some(opcode)) => opcode,
            (0x1, None) => Opcode::Text,
            (0x2, None) => Opcode::Binary,
            _ => return Err(WebSocketError::Fragments),
        };
        if self.message_opcode.is_none() {
            self.message.clear();
        }
        if end - start > self.message_bytes_max - self.message.len().min(self.message_bytes_max) {
            let size_bytes_max = self.message_bytes_max as u64;
            return Err(WebSocketError::MessageTooBig { size_bytes_max });
        }
        self.message.extend_from_slice(&self.buffer[start..end]);
        if first & 0x80 == 0 {
            self.message_opcode = Some(opcode);
            return Ok(Step::Fragment);
        }
        self.message_opcode = None;
        if self.check_utf8 && opcode == Opcode::Text {
            check_utf8(&self.message)?;
        }
        Ok(Step::Joined(opcode))
    }

    #[cold]
    const fn fail(&mut self, error: WebSocketError) -> WebSocketError {
        self.failed = Some(error);
        self.head = self.tail;
        error
    }

    /// Moves the unread bytes to the front and grows the buffer if their frame needs it.
    #[cold]
    fn make_room(&mut self) {
        if self.head > 0 {
            self.buffer.copy_within(self.head..self.tail, 0);
            self.tail -= self.head;
            self.head = 0;
        }
        if self.wanted > self.buffer.len() {
            // Twice, so that a stream of growing frames does not grow the buffer for each.
            self.buffer.resize(self.wanted.saturating_mul(2).min(self.buffer_max), 0);
        }
        assert!(self.tail < self.buffer.len(), "frames were not taken before reading on");
    }
}

/// Refuses a first byte that no frame has.
#[cold]
const fn check_first(first: u8) -> Result<(), WebSocketError> {
    if first & 0x70 != 0 {
        return Err(WebSocketError::ReservedBits);
    }
    match first & 0x0F {
        0x0..=0x2 => Ok(()),
        0x8..=0xA if first & 0x80 == 0 => Err(WebSocketError::Control),
        0x8..=0xA => Ok(()),
        opcode => Err(WebSocketError::UnknownOpcode(opcode)),
    }
}

fn check_utf8(text: &[u8]) -> Result<(), WebSocketError> {
    match std::str::from_utf8(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(WebSocketError::Utf8),
    }
}
