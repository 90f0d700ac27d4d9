//! A server connection: requests in order, answers in order, or an upgrade to WebSocket.

use super::message::{Request, RequestReader};
use super::write;
use crate::error::NetError;
use crate::send_buffer::SendBuffer;
use crate::tcp::ReadOutcome;
use crate::transport::{Progress, Transport};

/// Bytes taken from the socket at once.
const READ_BYTES: usize = 16 * 1024;

/// A connection to one client.
///
/// Call [`Self::handle_readable`] until [`Self::request`] gives something, answer it with
/// [`Self::respond`], flush, and repeat.
#[derive(Debug)]
pub struct HttpServer {
    pub(crate) transport: Transport,
    pub(crate) outgoing: SendBuffer,
    reader: RequestReader,
    input: Box<[u8]>,
    parsed: usize,
    filled: usize,
    keep_alive: bool,
}

impl HttpServer {
    /// Serves an accepted stream; request bodies above `body_bytes_max` are refused.
    pub fn new(transport: Transport, body_bytes_max: usize) -> Self {
        Self {
            transport,
            outgoing: SendBuffer::default(),
            reader: RequestReader::new(body_bytes_max),
            input: vec![0; READ_BYTES].into_boxed_slice(),
            parsed: 0,
            filled: 0,
            keep_alive: true,
        }
    }

    /// Reads once, unless a request already waits for its answer.
    ///
    /// # Errors
    /// The connection is lost or what came is not HTTP; drop it.
    pub fn handle_readable(&mut self) -> Result<Progress, NetError> {
        if self.reader.request().is_some() {
            return Ok(Progress::Advanced);
        }
        if self.parsed == self.filled {
            match self.transport.read(&mut self.input)? {
                ReadOutcome::WouldBlock => return Ok(Progress::Idle),
                ReadOutcome::Closed => return Ok(Progress::Closed),
                ReadOutcome::Bytes(count) => (self.parsed, self.filled) = (0, count),
            }
        }
        self.parsed += self.reader.handle_bytes(&self.input[self.parsed..self.filled])?;
        Ok(Progress::Advanced)
    }

    /// Returns the request that waits for its answer.
    pub fn request(&self) -> Option<Request<'_>> {
        self.reader.request()
    }

    /// Queues the answer to the waiting request and makes room for the next one.
    ///
    /// # Errors
    /// A field or the reason holds a forbidden character; nothing is queued.
    ///
    /// # Panics
    /// If no request waits: an answer nobody asked for would be taken for the next one.
    pub fn respond(
        &mut self,
        status: u16,
        reason: &str,
        fields: &[(&str, &str)],
        body: &[u8],
    ) -> Result<(), NetError> {
        assert!(self.reader.request().is_some(), "an answer needs a request");
        write::response(self.outgoing.buffer(), status, reason, fields, body)?;
        self.keep_alive = self.reader.keep_alive();
        self.reader.reset();
        Ok(())
    }

    /// Sends what the socket takes; returns whether all is sent.
    ///
    /// Poll again after the socket became writable while it returns `false`.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn flush(&mut self) -> Result<bool, NetError> {
        self.outgoing.flush(&mut self.transport)
    }

    /// Returns whether the client expects more answers; drop the connection otherwise once flushed.
    pub const fn keep_alive(&self) -> bool {
        self.keep_alive
    }

    /// Returns the stream, to register it with a poller.
    pub const fn transport(&mut self) -> &mut Transport {
        &mut self.transport
    }

    /// Returns the bytes received after the waiting request.
    pub(crate) fn unparsed(&self) -> &[u8] {
        &self.input[self.parsed..self.filled]
    }
}
