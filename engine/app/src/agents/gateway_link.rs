//! The FIX session's connection: connects, moves bytes, reconnects with back-off.
//!
//! Hot: `poll` is one `read`, `flush` one `write` when an order waits.

use std::fmt::Display;
use std::net::SocketAddr;

use gannet_fix::MappedStore;
use gannet_gateways::fix::{FixGateway, GatewayEvent};
use gannet_net::backoff::Backoff;
use gannet_net::tcp::{ReadOutcome, TcpOptions, TcpStream, WriteOutcome};
use gannet_types::{DontKnowTrade, GatewayState, Nanos, OrderRequest, RejectReason};

use super::notice::Notice;

/// What notices call this connection.
const NAME: &str = "gateway";

/// Bytes taken from the socket at once: some hundred reports.
const READ_BYTES: usize = 64 * 1024;

/// How long a connection attempt may take.
const CONNECT_TIMEOUT: Nanos = Nanos(5_000_000_000);

/// A gateway and its socket.
pub struct GatewayLink {
    gateway: FixGateway<MappedStore>,
    address: SocketAddr,
    backoff: Backoff,
    socket: Socket,
    input: Box<[u8]>,
    /// A write failed; the next poll tells and reconnects.
    broken: bool,
    notice: Option<Notice>,
    /// Connections made after the first.
    reconnects: u64,
}

enum Socket {
    /// Connect again at this time.
    Waiting(Nanos),
    /// Connecting; given up at this time.
    Connecting(TcpStream, Nanos),
    Connected(TcpStream),
}

impl GatewayLink {
    /// Connects `gateway` to the broker at `address` when polled.
    #[must_use]
    pub fn new(gateway: FixGateway<MappedStore>, address: SocketAddr, backoff: Backoff) -> Self {
        Self {
            gateway,
            address,
            backoff,
            socket: Socket::Waiting(Nanos::ZERO),
            input: vec![0; READ_BYTES].into_boxed_slice(),
            broken: false,
            notice: None,
            reconnects: 0,
        }
    }

    /// Reads once, runs timers, keeps the connection; returns how much there was to do.
    ///
    /// Call [`GatewayLink::flush`] afterwards.
    pub fn poll(&mut self, now: Nanos, on_event: &mut impl FnMut(GatewayEvent)) -> usize {
        let (mut lost, mut logged_on) = (std::mem::take(&mut self.broken), false);
        let mut work = 0;
        let notice = &mut self.notice;
        let mut heard = |event| {
            match event {
                GatewayEvent::State(state) => logged_on |= state == GatewayState::Up,
                GatewayEvent::Disconnect(reason) => {
                    lost = true;
                    notice.get_or_insert_with(|| Notice::new(NAME, reason.to_string()));
                }
                GatewayEvent::LoggedOut(text) if !text.is_empty() => {
                    *notice = Some(Notice::new(NAME, format!("the broker logged out: {text}")));
                }
                GatewayEvent::LoggedOut(_) | GatewayEvent::Execution(_) => {}
            }
            on_event(event);
        };
        let mut gone = false;
        match &mut self.socket {
            Socket::Waiting(at) => {
                if now >= *at {
                    self.connect(now);
                }
                return 0;
            }
            Socket::Connecting(stream, deadline) => {
                match stream.poll_connected() {
                    Ok(true) => self.on_connected(now),
                    Ok(false) if now < *deadline => {}
                    Ok(false) => self.give_up(now, "connecting took too long"),
                    Err(error) => self.give_up(now, error),
                }
                return 1;
            }
            Socket::Connected(stream) => match stream.read(&mut self.input) {
                Ok(ReadOutcome::Bytes(count)) => {
                    work = 1;
                    self.gateway.handle_bytes(now, &self.input[..count], &mut heard);
                }
                Ok(ReadOutcome::WouldBlock) => {}
                Ok(ReadOutcome::Closed) | Err(_) => gone = true,
            },
        }
        if self.gateway.poll_timeout().is_some_and(|due| due <= now) {
            self.gateway.handle_timeout(now, &mut heard);
        }
        if logged_on {
            self.backoff.reset();
        }
        if gone {
            self.notice.get_or_insert_with(|| Notice::new(NAME, "the connection was lost"));
        }
        if lost || gone {
            // What the session still wants to say, such as a Logout, goes out if it can.
            self.flush();
            self.disconnect(now, on_event);
        }
        work
    }

    /// Sends a request into the transmit buffer.
    ///
    /// # Errors
    /// Why it was not sent and never will be.
    #[inline]
    pub fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), RejectReason> {
        self.gateway.send(now, request).map_err(|_| RejectReason::GatewayDown)
    }

    /// Tells the broker that a trade is not ours, if somebody listens.
    pub fn dont_know(&mut self, now: Nanos, trade: &DontKnowTrade) {
        // The pipeline has raised an alarm about the trade already.
        let _ = self.gateway.dont_know(now, trade);
    }

    /// Writes what waits; returns whether anything was written.
    #[inline]
    pub fn flush(&mut self) -> bool {
        let Socket::Connected(stream) = &mut self.socket else { return false };
        let mut wrote = false;
        // Bounded by the transmit buffer: every turn takes bytes out of it.
        loop {
            let pending = self.gateway.poll_transmit();
            if pending.is_empty() {
                return wrote;
            }
            match stream.write(pending) {
                Ok(WriteOutcome::Bytes(count)) => {
                    self.gateway.consume_transmit(count);
                    wrote = true;
                }
                Ok(WriteOutcome::WouldBlock) => return wrote,
                Err(_) => {
                    self.broken = true;
                    return wrote;
                }
            }
        }
    }

    /// Says goodbye to the broker.
    pub fn logout(&mut self, now: Nanos) {
        self.gateway.logout(now);
    }

    /// Returns whether a connection stands.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        matches!(self.socket, Socket::Connected(_))
    }

    /// Returns what happened to the connection since the last call.
    pub fn take_notice(&mut self) -> Option<Notice> {
        self.notice.take()
    }

    /// Returns how often it connected again.
    #[must_use]
    pub const fn reconnects(&self) -> u64 {
        self.reconnects
    }

    /// Returns the gateway, to look at.
    #[must_use]
    pub const fn gateway(&self) -> &FixGateway<MappedStore> {
        &self.gateway
    }

    fn connect(&mut self, now: Nanos) {
        self.socket = match TcpStream::connect(self.address, TcpOptions::default()) {
            Ok(stream) => Socket::Connecting(stream, now.after(CONNECT_TIMEOUT)),
            Err(error) => return self.give_up(now, error),
        };
    }

    #[cold]
    fn give_up(&mut self, now: Nanos, why: impl Display) {
        let text = format!("cannot connect to {}: {why}", self.address);
        self.notice = Some(Notice::new(NAME, text));
        self.wait(now);
    }

    fn on_connected(&mut self, now: Nanos) {
        let connecting = std::mem::replace(&mut self.socket, Socket::Waiting(now));
        if let Socket::Connecting(stream, _) = connecting {
            self.socket = Socket::Connected(stream);
            self.gateway.on_connected(now);
        }
    }

    fn disconnect(&mut self, now: Nanos, on_event: &mut impl FnMut(GatewayEvent)) {
        self.broken = false;
        self.gateway.on_disconnected(now, on_event);
        self.reconnects += 1;
        self.wait(now);
    }

    fn wait(&mut self, now: Nanos) {
        self.socket = Socket::Waiting(now.after(Nanos(self.backoff.next_delay_ns())));
    }
}
