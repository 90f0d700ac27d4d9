//! One WebSocket on one stream: upgrade, frames, pings, close.
//!
//! ```text
//!  client: Connecting ──TCP──▶ Upgrading ──101──▶ Open ──close()──▶ Closing ──close frame──▶ Closed
//!  server:                          accept() ───▶ Open ─────────close frame, answered──────▶ Closed
//! ```
//!
//! Hot while open: one `read` into the frame buffer, then the caller's closure for each message.
//! Pings are answered and close frames acknowledged here.

use super::handshake::ClientHandshake;
use super::reader::{Frame, FrameReader, FrameReaderConfig};
use super::writer::FrameWriter;
use super::{Opcode, Role, WebSocketError, close, close_code};
use crate::error::NetError;
use crate::send_buffer::SendBuffer;
use crate::tcp::{ReadOutcome, TcpOptions};
use crate::transport::{Progress, Transport};

/// Queued bytes above which a ping goes unanswered: the peer does not read what we send anyway.
const PONG_BACKLOG_BYTES_MAX: usize = 64 * 1024;

/// Room for outgoing bytes from the start; orders, subscriptions and pongs are far smaller.
const SEND_BYTES: usize = 16 * 1024;

/// Sizes and limits of a connection.
#[derive(Clone, Copy, Debug)]
pub struct WsConfig {
    /// Receive buffers and checks.
    pub reader: FrameReaderConfig,
    /// Socket options.
    pub tcp: TcpOptions,
    /// Queued bytes above which sending is refused.
    pub send_bytes_max: usize,
    /// Time for TCP, TLS and the upgrade together, in nanoseconds.
    pub handshake_ns: u64,
}

impl Default for WsConfig {
    /// Default reader and socket, 4 MiB of queued bytes, 10 s for the handshake.
    fn default() -> Self {
        Self {
            reader: FrameReaderConfig::default(),
            tcp: TcpOptions::default(),
            send_bytes_max: 4 * 1024 * 1024,
            handshake_ns: 10_000_000_000,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Connecting,
    Upgrading,
    Open,
    Closing,
    Closed,
}

/// A WebSocket connection, client or server.
///
/// Made by [`super::client::connect`] or [`super::server::accept`].
#[derive(Debug)]
pub struct WsConnection {
    transport: Transport,
    reader: FrameReader,
    writer: FrameWriter,
    outgoing: SendBuffer,
    phase: Phase,
    handshake: Option<ClientHandshake>,
    deadline_ns: u64,
    send_bytes_max: usize,
    last_read_ns: u64,
    peer_close_code: Option<u16>,
}

impl WsConnection {
    pub(super) fn connecting(
        transport: Transport,
        handshake: ClientHandshake,
        request: &[u8],
        mask_seed: u64,
        config: &WsConfig,
        now_ns: u64,
    ) -> Self {
        let mut outgoing = SendBuffer::with_capacity(SEND_BYTES);
        outgoing.buffer().extend_from_slice(request);
        Self {
            phase: Phase::Connecting,
            handshake: Some(handshake),
            deadline_ns: now_ns.saturating_add(config.handshake_ns),
            last_read_ns: now_ns,
            ..Self::new(transport, outgoing, Role::Client, mask_seed, config)
        }
    }

    pub(super) fn accepted(transport: Transport, outgoing: SendBuffer, config: &WsConfig) -> Self {
        Self::new(transport, outgoing, Role::Server, 0, config)
    }

    fn new(
        transport: Transport,
        outgoing: SendBuffer,
        role: Role,
        mask_seed: u64,
        config: &WsConfig,
    ) -> Self {
        Self {
            transport,
            reader: FrameReader::new(role, config.reader),
            writer: FrameWriter::new(role, mask_seed),
            outgoing,
            phase: Phase::Open,
            handshake: None,
            deadline_ns: u64::MAX,
            send_bytes_max: config.send_bytes_max,
            last_read_ns: 0,
            peer_close_code: None,
        }
    }

    /// Reads once and hands every complete text or binary message to `on_message`.
    ///
    /// Call again at once after [`Progress::Advanced`]; after [`Progress::Idle`] spin, or park until
    /// the socket is ready. Also drives the handshake and sends what was queued.
    ///
    /// # Errors
    /// The connection is finished; drop it and connect anew.
    #[inline]
    pub fn handle_readable(
        &mut self,
        now_ns: u64,
        on_message: impl FnMut(Frame<'_>),
    ) -> Result<Progress, NetError> {
        if self.phase != Phase::Open
            && let Some(progress) = self.handle_not_open(now_ns)?
        {
            return Ok(progress);
        }
        match self.transport.read(self.reader.space())? {
            ReadOutcome::Bytes(count) => {
                self.last_read_ns = now_ns;
                self.reader.filled(count);
                if self.phase == Phase::Upgrading && !self.handle_upgrade()? {
                    return Ok(Progress::Advanced);
                }
                self.take_messages(on_message)
            }
            ReadOutcome::WouldBlock => {
                if self.outgoing.pending_bytes() > 0 {
                    self.flush()?;
                }
                Ok(Progress::Idle)
            }
            ReadOutcome::Closed if self.phase == Phase::Upgrading => {
                Err(NetError::Closed { during: "opening the WebSocket" })
            }
            ReadOutcome::Closed => {
                self.phase = Phase::Closed;
                Ok(Progress::Closed)
            }
        }
    }

    /// Queues a text message, which must be UTF-8; then [`Self::flush`].
    ///
    /// # Errors
    /// [`NetError::SendBufferFull`], or [`NetError::Closed`] if the connection is not open.
    pub fn queue_text(&mut self, text: &[u8]) -> Result<(), NetError> {
        self.check_room()?;
        self.writer.text(text, self.outgoing.buffer());
        Ok(())
    }

    /// Queues a binary message; then [`Self::flush`].
    ///
    /// # Errors
    /// As [`Self::queue_text`].
    pub fn queue_binary(&mut self, payload: &[u8]) -> Result<(), NetError> {
        self.check_room()?;
        self.writer.binary(payload, self.outgoing.buffer());
        Ok(())
    }

    /// Queues a ping without payload; then [`Self::flush`]. The answer counts as a read.
    ///
    /// # Errors
    /// As [`Self::queue_text`].
    pub fn queue_ping(&mut self) -> Result<(), NetError> {
        self.check_room()?;
        self.writer.ping(b"", self.outgoing.buffer());
        Ok(())
    }

    /// Queues a close frame; then [`Self::flush`] and read on until [`Progress::Closed`].
    ///
    /// Does nothing unless open. The owner decides how long to wait for the answer.
    pub fn queue_close(&mut self, code: u16, reason: &str) {
        if self.phase == Phase::Open {
            self.writer.close(code, reason, self.outgoing.buffer());
            self.phase = Phase::Closing;
        }
    }

    /// Sends what the socket takes; returns whether all is sent.
    ///
    /// Poll again after the socket became writable while it returns `false`.
    ///
    /// # Errors
    /// The connection is lost.
    #[inline]
    pub fn flush(&mut self) -> Result<bool, NetError> {
        if self.phase == Phase::Connecting {
            return Ok(false);
        }
        self.outgoing.flush(&mut self.transport)
    }

    /// Returns whether messages can be sent.
    pub fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Returns the bytes queued and not yet taken by the stream.
    pub const fn pending_bytes(&self) -> usize {
        self.outgoing.pending_bytes()
    }

    /// Returns when bytes last came, as given to [`Self::handle_readable`]; for silence timeouts.
    pub const fn last_read_ns(&self) -> u64 {
        self.last_read_ns
    }

    /// Returns the code with which the peer closed, if it gave one.
    pub const fn peer_close_code(&self) -> Option<u16> {
        self.peer_close_code
    }

    /// Returns the stream, to register it with a poller.
    pub const fn transport(&mut self) -> &mut Transport {
        &mut self.transport
    }

    /// Does what comes before and after being open; `None` if reading is next.
    #[cold]
    fn handle_not_open(&mut self, now_ns: u64) -> Result<Option<Progress>, NetError> {
        match self.phase {
            Phase::Connecting | Phase::Upgrading if now_ns >= self.deadline_ns => {
                Err(NetError::Timeout { during: "opening the WebSocket" })
            }
            Phase::Connecting if !self.transport.poll_connected()? => Ok(Some(Progress::Idle)),
            Phase::Connecting => {
                self.phase = Phase::Upgrading;
                self.flush()?;
                Ok(None)
            }
            Phase::Upgrading | Phase::Open | Phase::Closing => Ok(None),
            Phase::Closed => {
                self.flush()?;
                Ok(Some(Progress::Closed))
            }
        }
    }

    /// Reads the answer to the upgrade request; returns whether the WebSocket is open.
    #[cold]
    fn handle_upgrade(&mut self) -> Result<bool, NetError> {
        let Some(handshake) = &mut self.handshake else { return Ok(true) };
        let (used, open) = handshake.handle_bytes(self.reader.unread())?;
        self.reader.skip(used);
        if open {
            self.handshake = None;
            self.phase = Phase::Open;
        }
        Ok(open)
    }

    #[inline]
    fn take_messages(
        &mut self,
        mut on_message: impl FnMut(Frame<'_>),
    ) -> Result<Progress, NetError> {
        let mut answered = false;
        // Bounded by the bytes of one read: every turn takes a frame out of the buffer.
        loop {
            match self.reader.next_frame() {
                Ok(Some(frame)) => match frame.opcode {
                    Opcode::Text | Opcode::Binary => on_message(frame),
                    Opcode::Pong => {}
                    Opcode::Ping => {
                        let backlog_bytes = self.outgoing.pending_bytes();
                        if self.phase == Phase::Open && backlog_bytes <= PONG_BACKLOG_BYTES_MAX {
                            self.writer.pong(frame.payload, self.outgoing.buffer());
                            answered = true;
                        }
                    }
                    Opcode::Close => {
                        let code =
                            close_code(frame.payload).map(|found| found.map(|(code, _)| code));
                        return self.on_close(code);
                    }
                },
                Ok(None) => break,
                Err(error) => return Err(self.fail(error)),
            }
        }
        if answered {
            self.flush()?;
        }
        Ok(Progress::Advanced)
    }

    #[cold]
    fn on_close(
        &mut self,
        code: Result<Option<u16>, WebSocketError>,
    ) -> Result<Progress, NetError> {
        let code = code.map_err(|error| self.fail(error))?;
        self.peer_close_code = code;
        self.queue_close(code.unwrap_or(close::NORMAL), "");
        self.phase = Phase::Closed;
        self.flush()?;
        Ok(Progress::Closed)
    }

    #[cold]
    fn fail(&mut self, error: WebSocketError) -> NetError {
        self.queue_close(error.close_code(), "");
        self.phase = Phase::Closed;
        // The peer may be gone already; the reason to return is the broken frame.
        let _ = self.flush();
        error.into()
    }

    fn check_room(&self) -> Result<(), NetError> {
        if self.phase != Phase::Open {
            return Err(NetError::Closed { during: "sending" });
        }
        let pending_bytes = self.outgoing.pending_bytes();
        if pending_bytes > self.send_bytes_max {
            return Err(NetError::SendBufferFull { pending_bytes });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
