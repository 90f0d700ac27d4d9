//! Parking a thread until one of its sockets has something to do.
//!
//! Readiness is edge-triggered: after a token was reported, read (or write) until "would block"
//! before waiting again, or the rest stays unnoticed. Sockets may also be read without asking here.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use mio::event::Source;
use mio::{Events, Interest, Poll, Token};

/// Sockets reported by one wait; more stay queued in the kernel for the next.
pub const READY_MAX: usize = 64;

/// What a socket can do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The number given when registering.
    pub token: usize,
    /// Reading gives bytes, the end, or an error.
    pub readable: bool,
    /// Writing takes bytes, or connecting has ended.
    pub writable: bool,
}

/// A set of sockets one thread waits for.
#[derive(Debug)]
pub struct Poller {
    poll: Poll,
    events: Events,
}

impl Poller {
    /// Creates an empty set.
    ///
    /// # Errors
    /// The process has no file descriptor left.
    pub fn new() -> io::Result<Self> {
        Ok(Self { poll: Poll::new()?, events: Events::with_capacity(READY_MAX) })
    }

    /// Watches a socket for reading and writing under `token`.
    ///
    /// Writability is reported once at the start and then only after a write was refused, so
    /// watching for it costs nothing.
    ///
    /// # Errors
    /// The socket is already watched, or what the system said.
    pub fn register(&self, source: &mut impl Source, token: usize) -> io::Result<()> {
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(source, Token(token), interest)
    }

    /// Stops watching a socket; dropping it does the same.
    ///
    /// # Errors
    /// The socket is not watched.
    pub fn deregister(&self, source: &mut impl Source) -> io::Result<()> {
        self.poll.registry().deregister(source)
    }

    /// Returns a handle with which another thread ends a wait; it is reported under `token`.
    ///
    /// # Errors
    /// What the system said. One waker a poller.
    pub fn waker(&self, token: usize) -> io::Result<Waker> {
        let inner = mio::Waker::new(self.poll.registry(), Token(token))?;
        Ok(Waker { inner: Arc::new(inner) })
    }

    /// Waits until something is ready or `timeout` has passed, and yields at most [`READY_MAX`].
    ///
    /// An interrupting signal ends the wait early with nothing.
    ///
    /// # Errors
    /// What the system said.
    pub fn wait(&mut self, timeout: Option<Duration>) -> io::Result<impl Iterator<Item = Ready>> {
        match self.poll.poll(&mut self.events, timeout) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => self.events.clear(),
            Err(error) => return Err(error),
        }
        Ok(self.events.iter().map(|event| Ready {
            token: event.token().0,
            readable: event.is_readable() || event.is_read_closed() || event.is_error(),
            writable: event.is_writable() || event.is_write_closed() || event.is_error(),
        }))
    }
}

/// Ends a wait of the poller it came from.
#[derive(Clone, Debug)]
pub struct Waker {
    inner: Arc<mio::Waker>,
}

impl Waker {
    /// Wakes the waiting thread, or makes its next wait return at once.
    ///
    /// # Errors
    /// What the system said.
    pub fn wake(&self) -> io::Result<()> {
        self.inner.wake()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::*;
    use crate::tcp::{ReadOutcome, TcpListener, TcpOptions, TcpStream, WriteOutcome};

    const LONG: Option<Duration> = Some(Duration::from_secs(10));

    #[test]
    fn a_stream_is_reported_when_bytes_arrive_and_when_woken() {
        let mut poller = Poller::new().expect("poller");
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut listener = TcpListener::bind(any_port).expect("bind");
        poller.register(&mut listener, 1).expect("register");
        let address = listener.local_address().expect("address");
        let options = TcpOptions { receive_buffer_bytes: Some(1 << 20) };
        let mut client = TcpStream::connect(address, options).expect("connect");
        assert!(poller.wait(LONG).expect("wait").any(|ready| ready.token == 1 && ready.readable));
        let mut server = listener.accept().expect("accept").expect("one waits");
        assert!(listener.accept().expect("accept").is_none());
        assert!(client.poll_connected().expect("connected"));

        let mut buffer = [0; 16];
        assert_eq!(server.read(&mut buffer).expect("read"), ReadOutcome::WouldBlock);
        poller.register(&mut server, 2).expect("register");
        assert_eq!(client.write(b"tick").expect("write"), WriteOutcome::Bytes(4));
        while !poller.wait(LONG).expect("wait").any(|ready| ready.token == 2 && ready.readable) {}
        assert_eq!(server.read(&mut buffer).expect("read"), ReadOutcome::Bytes(4));
        client.shutdown_write().expect("shutdown");
        while !poller.wait(LONG).expect("wait").any(|ready| ready.token == 2 && ready.readable) {}
        assert_eq!(server.read(&mut buffer).expect("read"), ReadOutcome::Closed);
        poller.deregister(&mut server).expect("deregister");

        let waker = poller.waker(9).expect("waker");
        waker.wake().expect("wake");
        assert!(poller.wait(LONG).expect("wait").any(|ready| ready.token == 9));
    }

    #[test]
    fn a_refused_connection_is_an_error_of_connecting() {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let address = TcpListener::bind(any_port).and_then(|l| l.local_address()).expect("address");
        let Ok(mut client) = TcpStream::connect(address, TcpOptions::default()) else { return };
        let mut poller = Poller::new().expect("poller");
        poller.register(&mut client, 1).expect("register");
        assert!(poller.wait(LONG).expect("wait").any(|ready| ready.writable));
        let error = client.poll_connected().expect_err("nobody listens");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }
}
