//! Reading whole requests and responses from bytes as they arrive (sans-IO).
//!
//! A reader takes bytes up to the end of its message and leaves the rest to the caller, because
//! after a WebSocket upgrade the next byte is not HTTP any more.
//!
//! # Invariants
//! - `head` holds at most `HEAD_BYTES_MAX` bytes and `body` at most the cap given to `new`.

use super::HttpError;
use super::chunked::Chunked;
use super::head::{self, FIELDS_MAX, Framing, HEAD_BYTES_MAX, Kind};

/// Interim answers (status 1xx) before the real one; more is a peer that keeps us waiting.
const INTERIM_MAX: u32 = 8;

/// A complete request, borrowed from its reader.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, for example `GET`.
    pub method: &'a str,
    /// Path and query as sent.
    pub target: &'a str,
    /// The decoded body.
    pub body: &'a [u8],
    head: &'a [u8],
}

impl<'a> Request<'a> {
    /// Returns the value of the first field called `name`, in any case.
    pub fn header(&self, name: &str) -> Option<&'a [u8]> {
        header(Kind::Request, self.head, name)
    }

    /// Returns whether the list field `name` holds `token`, in any case.
    pub fn header_has(&self, name: &str, token: &str) -> bool {
        header_has(Kind::Request, self.head, name, token)
    }
}

/// A complete response, borrowed from its reader.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    /// The status, for example 200.
    pub status: u16,
    /// The decoded body.
    pub body: &'a [u8],
    head: &'a [u8],
}

impl<'a> Response<'a> {
    /// Returns the value of the first field called `name`, in any case.
    pub fn header(&self, name: &str) -> Option<&'a [u8]> {
        header(Kind::Response, self.head, name)
    }

    /// Returns whether the list field `name` holds `token`, in any case.
    pub fn header_has(&self, name: &str, token: &str) -> bool {
        header_has(Kind::Response, self.head, name, token)
    }
}

/// Reads requests (server side).
#[derive(Debug)]
pub struct RequestReader {
    inner: MessageReader,
}

impl RequestReader {
    /// Creates a reader that accepts bodies up to `body_bytes_max`.
    pub const fn new(body_bytes_max: usize) -> Self {
        Self { inner: MessageReader::new(Kind::Request, body_bytes_max) }
    }

    /// Takes bytes and returns how many belong to this request.
    ///
    /// # Errors
    /// What the peer sent is no request; the reader must not be used again.
    pub fn handle_bytes(&mut self, bytes: &[u8]) -> Result<usize, HttpError> {
        self.inner.handle_bytes(bytes)
    }

    /// Returns the request once it is complete.
    pub fn request(&self) -> Option<Request<'_>> {
        if !self.inner.is_complete() {
            return None;
        }
        let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
        let (parsed, _) = head::parse(Kind::Request, &self.inner.head, &mut fields).ok()??;
        let MessageReader { head, body, .. } = &self.inner;
        Some(Request { method: parsed.method, target: parsed.target, body, head })
    }

    /// Returns whether the peer wants to send another request afterwards.
    pub const fn keep_alive(&self) -> bool {
        self.inner.keep_alive
    }

    /// Forgets the request and waits for the next one.
    pub fn reset(&mut self) {
        self.inner.reset();
    }
}

/// Reads responses (client side).
#[derive(Debug)]
pub struct ResponseReader {
    inner: MessageReader,
}

impl ResponseReader {
    /// Creates a reader that accepts bodies up to `body_bytes_max`.
    pub const fn new(body_bytes_max: usize) -> Self {
        Self { inner: MessageReader::new(Kind::Response, body_bytes_max) }
    }

    /// Takes bytes and returns how many belong to this response.
    ///
    /// # Errors
    /// What the peer sent is no response; the reader must not be used again.
    pub fn handle_bytes(&mut self, bytes: &[u8]) -> Result<usize, HttpError> {
        self.inner.handle_bytes(bytes)
    }

    /// Takes the end of the stream, which completes a body without length.
    pub fn handle_end(&mut self) {
        if let Phase::UntilClose = self.inner.phase {
            self.inner.phase = Phase::Complete;
        }
    }

    /// Returns the status as soon as the head is complete.
    pub fn status(&self) -> Option<u16> {
        (self.inner.status != 0).then_some(self.inner.status)
    }

    /// Returns the response once it is complete.
    pub fn response(&self) -> Option<Response<'_>> {
        let MessageReader { head, body, status, .. } = &self.inner;
        self.inner.is_complete().then_some(Response { status: *status, body, head })
    }

    /// Returns whether the connection may carry another request afterwards.
    pub const fn keep_alive(&self) -> bool {
        self.inner.keep_alive
    }

    /// Forgets the response and waits for the next one.
    pub fn reset(&mut self) {
        self.inner.reset();
    }
}

/// Which part of the message the next byte belongs to.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Head,
    Length(u64),
    Chunked(Chunked),
    UntilClose,
    Complete,
}

#[derive(Debug)]
struct MessageReader {
    kind: Kind,
    phase: Phase,
    head: Vec<u8>,
    body: Vec<u8>,
    body_bytes_max: usize,
    status: u16,
    keep_alive: bool,
    interim_count: u32,
}

impl MessageReader {
    const fn new(kind: Kind, body_bytes_max: usize) -> Self {
        Self {
            kind,
            phase: Phase::Head,
            head: Vec::new(),
            body: Vec::new(),
            body_bytes_max,
            status: 0,
            keep_alive: false,
            interim_count: 0,
        }
    }

    fn reset(&mut self) {
        self.phase = Phase::Head;
        self.head.clear();
        self.body.clear();
        self.status = 0;
        self.keep_alive = false;
        self.interim_count = 0;
    }

    const fn is_complete(&self) -> bool {
        matches!(self.phase, Phase::Complete)
    }

    /// Every turn takes a byte or changes the phase, so it ends with the bytes or the message.
    fn handle_bytes(&mut self, bytes: &[u8]) -> Result<usize, HttpError> {
        let mut used = 0;
        while used < bytes.len() && !self.is_complete() {
            let rest = &bytes[used..];
            used += match &mut self.phase {
                Phase::Head => self.handle_head(rest)?,
                Phase::Length(left) => {
                    let count = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    self.body.extend_from_slice(&rest[..count]);
                    *left -= count as u64;
                    if *left == 0 {
                        self.phase = Phase::Complete;
                    }
                    count
                }
                Phase::Chunked(chunked) => {
                    let count = chunked.handle_bytes(rest, &mut self.body, self.body_bytes_max)?;
                    if chunked.is_complete() {
                        self.phase = Phase::Complete;
                    }
                    count
                }
                Phase::UntilClose => {
                    if rest.len() > self.body_bytes_max - self.body.len() {
                        return Err(self.too_big());
                    }
                    self.body.extend_from_slice(rest);
                    rest.len()
                }
                Phase::Complete => 0,
            };
        }
        Ok(used)
    }

    fn handle_head(&mut self, bytes: &[u8]) -> Result<usize, HttpError> {
        let before = self.head.len();
        let count = bytes.len().min(HEAD_BYTES_MAX - before);
        self.head.extend_from_slice(&bytes[..count]);
        // A head can only end with a line, so bytes without one need no parsing.
        let complete =
            if bytes[..count].contains(&b'\n') { head::read(self.kind, &self.head)? } else { None };
        let Some(head) = complete else {
            if self.head.len() == HEAD_BYTES_MAX {
                return Err(HttpError::HeadTooBig);
            }
            return Ok(count);
        };
        self.head.truncate(head.size_bytes);
        self.status = head.status;
        self.keep_alive = head.keep_alive;
        if self.kind == Kind::Response && matches!(head.status, 100 | 102..=199) {
            self.interim_count += 1;
            if self.interim_count > INTERIM_MAX {
                return Err(HttpError::Malformed);
            }
            self.head.clear();
            self.status = 0;
            return Ok(head.size_bytes.saturating_sub(before));
        }
        self.phase = match head.framing {
            Framing::Length(0) => Phase::Complete,
            Framing::Length(length) => {
                if usize::try_from(length).map_or(true, |length| length > self.body_bytes_max) {
                    return Err(self.too_big());
                }
                Phase::Length(length)
            }
            Framing::Chunked => Phase::Chunked(Chunked::new()),
            Framing::UntilClose => Phase::UntilClose,
        };
        Ok(head.size_bytes.saturating_sub(before))
    }

    const fn too_big(&self) -> HttpError {
        HttpError::BodyTooBig { body_bytes_max: self.body_bytes_max }
    }
}

fn header<'a>(kind: Kind, bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let (_, fields) = head::parse(kind, bytes, &mut fields).ok()??;
    head::find(fields, name)
}

fn header_has(kind: Kind, bytes: &[u8], name: &str, token: &str) -> bool {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let parsed = head::parse(kind, bytes, &mut fields);
    parsed.ok().flatten().is_some_and(|(_, fields)| head::has_token(fields, name, token))
}

#[cfg(test)]
mod tests;
