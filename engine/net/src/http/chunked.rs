//! Decoding a chunked body (RFC 9112, section 7.1) from any split of its bytes.

use super::HttpError;

/// Bytes of size lines between two pieces of data, extensions and trailer fields included.
const OVERHEAD_BYTES_MAX: u32 = 4096;

/// Where in the chunked coding the next byte belongs.
#[derive(Clone, Copy, Debug)]
enum State {
    /// In the hexadecimal size, after so many digits.
    Size {
        digits: u32,
    },
    /// After the size, up to the end of the line.
    Extension,
    /// The line feed that ends a size line.
    SizeEnd,
    /// In the data.
    Data,
    /// Carriage return, then line feed, after the data.
    DataReturn,
    DataEnd,
    /// At the start of a trailer line, inside it, at its end.
    TrailerStart,
    Trailer,
    TrailerEnd,
    /// The line feed that ends the body.
    LastEnd,
    Complete,
}

/// A decoder of one body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunked {
    state: State,
    left: u64,
    overhead_bytes: u32,
}

impl Chunked {
    pub(super) const fn new() -> Self {
        Self { state: State::Size { digits: 0 }, left: 0, overhead_bytes: 0 }
    }

    pub(super) const fn is_complete(&self) -> bool {
        matches!(self.state, State::Complete)
    }

    /// Appends the data found in `bytes` to `body` and returns how many bytes belong to this body.
    pub(super) fn handle_bytes(
        &mut self,
        bytes: &[u8],
        body: &mut Vec<u8>,
        body_bytes_max: usize,
    ) -> Result<usize, HttpError> {
        let mut used = 0;
        while used < bytes.len() && !self.is_complete() {
            if let State::Data = self.state {
                let left = usize::try_from(self.left).unwrap_or(usize::MAX);
                let count = left.min(bytes.len() - used);
                if count > body_bytes_max - body.len() {
                    return Err(HttpError::BodyTooBig { body_bytes_max });
                }
                body.extend_from_slice(&bytes[used..used + count]);
                used += count;
                self.left -= count as u64;
                if self.left == 0 {
                    (self.state, self.overhead_bytes) = (State::DataReturn, 0);
                }
            } else {
                self.state = self.on_byte(bytes[used])?;
                used += 1;
            }
        }
        Ok(used)
    }

    fn on_byte(&mut self, byte: u8) -> Result<State, HttpError> {
        self.overhead_bytes += 1;
        if self.overhead_bytes > OVERHEAD_BYTES_MAX {
            return Err(HttpError::Chunk);
        }
        Ok(match (self.state, byte) {
            (State::Size { digits }, _) if byte.is_ascii_hexdigit() && digits < 16 => {
                let digit = (byte as char).to_digit(16).ok_or(HttpError::Chunk)?;
                self.left = if digits == 0 { 0 } else { self.left << 4 } | u64::from(digit);
                State::Size { digits: digits + 1 }
            }
            (State::Size { digits: 1.. }, b';' | b' ' | b'\t') => State::Extension,
            (State::Size { digits: 1.. } | State::Extension, b'\r') => State::SizeEnd,
            (State::Extension, 0x20..=0x7E | b'\t') => State::Extension,
            (State::SizeEnd, b'\n') if self.left == 0 => State::TrailerStart,
            (State::SizeEnd, b'\n') => State::Data,
            (State::DataReturn, b'\r') => State::DataEnd,
            (State::DataEnd, b'\n') => State::Size { digits: 0 },
            (State::TrailerStart, b'\r') => State::LastEnd,
            (State::Trailer, b'\r') => State::TrailerEnd,
            (State::TrailerStart | State::Trailer, 0x20..=0xFF | b'\t') => State::Trailer,
            (State::TrailerEnd, b'\n') => State::TrailerStart,
            (State::LastEnd, b'\n') => State::Complete,
            _ => return Err(HttpError::Chunk),
        })
    }
}
