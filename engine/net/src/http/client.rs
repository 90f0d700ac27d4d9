//! A client connection: one request at a time, kept alive between them.

use std::net::SocketAddr;

use super::message::{Response, ResponseReader};
use super::{HttpError, write};
use crate::error::NetError;
use crate::send_buffer::SendBuffer;
use crate::tcp::{ReadOutcome, TcpOptions};
use crate::tls::TlsClientConfig;
use crate::transport::Transport;
use crate::url::Url;

/// Bytes taken from the socket at once.
const READ_BYTES: usize = 16 * 1024;

/// A connection to one server.
#[derive(Debug)]
pub struct HttpClient {
    transport: Transport,
    host: String,
    connected: bool,
    reader: ResponseReader,
    outgoing: SendBuffer,
    input: Box<[u8]>,
    /// While a request is under way: when to give up.
    deadline_ns: Option<u64>,
    reusable: bool,
}

impl HttpClient {
    /// Starts to connect; requests may be given at once.
    ///
    /// `address` is what the host of `url` resolved to. Bodies above `body_bytes_max` are refused.
    ///
    /// # Errors
    /// As [`Transport::connect`].
    pub fn connect(
        url: &Url,
        address: SocketAddr,
        tls: Option<&TlsClientConfig>,
        body_bytes_max: usize,
    ) -> Result<Self, NetError> {
        Ok(Self {
            transport: Transport::connect(url, address, tls, TcpOptions::default())?,
            host: url.authority(),
            connected: false,
            reader: ResponseReader::new(body_bytes_max),
            outgoing: SendBuffer::default(),
            input: vec![0; READ_BYTES].into_boxed_slice(),
            deadline_ns: None,
            reusable: true,
        })
    }

    /// Queues a request that must be answered before `deadline_ns`; then call
    /// [`Self::poll_response`].
    ///
    /// # Errors
    /// [`HttpError::Busy`], [`HttpError::NotReusable`] or [`HttpError::Forbidden`]; nothing is sent.
    pub fn start(
        &mut self,
        method: &str,
        path_and_query: &str,
        fields: &[(&str, &str)],
        body: &[u8],
        deadline_ns: u64,
    ) -> Result<(), HttpError> {
        if self.deadline_ns.is_some() {
            return Err(HttpError::Busy);
        }
        if !self.reusable {
            return Err(HttpError::NotReusable);
        }
        // Their answers end by other rules than the reader's.
        if matches!(method, "HEAD" | "CONNECT") {
            return Err(HttpError::Forbidden);
        }
        let out = self.outgoing.buffer();
        write::request(out, method, &self.host, path_and_query, fields, body)?;
        self.reader.reset();
        self.deadline_ns = Some(deadline_ns);
        Ok(())
    }

    /// Sends, receives and returns the response when it is complete, once.
    ///
    /// Poll again whenever the socket may have become readable or writable, and when the deadline
    /// passes. Without a request under way it returns `None`.
    ///
    /// # Errors
    /// The connection is finished; a request that changes something may have been executed.
    pub fn poll_response(&mut self, now_ns: u64) -> Result<Option<Response<'_>>, NetError> {
        let Some(deadline_ns) = self.deadline_ns else { return Ok(None) };
        let error = match self.advance() {
            Ok(true) => {
                self.deadline_ns = None;
                return Ok(self.reader.response());
            }
            Ok(false) if now_ns < deadline_ns => return Ok(None),
            Ok(false) => NetError::Timeout { during: "waiting for a response" },
            Err(error) => error,
        };
        self.deadline_ns = None;
        self.reusable = false;
        Err(error)
    }

    /// Returns whether another request may be started on this connection.
    pub const fn is_reusable(&self) -> bool {
        self.reusable && self.deadline_ns.is_none()
    }

    /// Returns the stream, to register it with a poller.
    pub const fn transport(&mut self) -> &mut Transport {
        &mut self.transport
    }

    /// Returns whether the response is complete.
    fn advance(&mut self) -> Result<bool, NetError> {
        if !self.connected {
            self.connected = self.transport.poll_connected()?;
            if !self.connected {
                return Ok(false);
            }
        }
        self.outgoing.flush(&mut self.transport)?;
        // To "would block", as edge-triggered pollers want it; the caps on head and body bound it.
        loop {
            match self.transport.read(&mut self.input)? {
                ReadOutcome::WouldBlock => return Ok(false),
                ReadOutcome::Closed => {
                    self.reader.handle_end();
                    self.reusable = false;
                }
                ReadOutcome::Bytes(count) => {
                    if self.reader.handle_bytes(&self.input[..count])? < count {
                        return Err(HttpError::Unasked.into());
                    }
                }
            }
            if self.reader.response().is_some() {
                self.reusable = self.reusable && self.reader.keep_alive();
                return Ok(true);
            }
            if !self.reusable {
                return Err(NetError::Closed { during: "waiting for a response" });
            }
        }
    }
}
