//! TCP sockets that never wait.
//!
//! Hot: `read` and `write` are one system call each, without a trip through epoll: a spinning
//! thread calls `read` in its loop and gets [`ReadOutcome::WouldBlock`] when nothing is there.
//!
//! Kernel busy polling (`SO_BUSY_POLL`) cannot be set from safe code; the host setting
//! `net.core.busy_read` does the same for every socket and belongs to the preflight report.
//!
//! # Invariants
//! - Every stream is non-blocking and has `TCP_NODELAY` set.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};

use mio::event::Source;
use mio::{Interest, Registry, Token};
use rustix::net::{AddressFamily, SocketType, sockopt};

/// Signals may interrupt a call on a non-blocking socket; more in a row than this is a fault.
const INTERRUPTS_MAX: usize = 16;

/// What a read found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOutcome {
    /// So many bytes are at the start of the buffer, at least one.
    Bytes(usize),
    /// Nothing there now.
    WouldBlock,
    /// The peer has finished sending; there will never be more.
    Closed,
}

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteOutcome {
    /// So many bytes from the start were taken, at least one unless none were given.
    Bytes(usize),
    /// No room now; nothing was taken.
    WouldBlock,
}

/// Socket options decided before connecting.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpOptions {
    /// `SO_RCVBUF` in bytes; `None` leaves the kernel's automatic tuning on.
    pub receive_buffer_bytes: Option<usize>,
}

/// A non-blocking stream.
#[derive(Debug)]
pub struct TcpStream {
    inner: mio::net::TcpStream,
}

impl TcpStream {
    /// Starts to connect and returns at once; ask [`Self::poll_connected`] for the outcome.
    ///
    /// # Errors
    /// What the system said, already here or later from `poll_connected`.
    pub fn connect(address: SocketAddr, options: TcpOptions) -> io::Result<Self> {
        let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
        let socket = rustix::net::socket(family, SocketType::STREAM, None)?;
        rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
        // Before connecting, because the window scale is agreed in the first segment.
        if let Some(size_bytes) = options.receive_buffer_bytes {
            sockopt::set_socket_recv_buffer_size(&socket, size_bytes)?;
        }
        let stream = std::net::TcpStream::from(socket);
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        match rustix::net::connect(&stream, &address) {
            Ok(()) | Err(rustix::io::Errno::INPROGRESS) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Self { inner: mio::net::TcpStream::from_std(stream) })
    }

    fn accepted(inner: mio::net::TcpStream) -> io::Result<Self> {
        inner.set_nodelay(true)?;
        Ok(Self { inner })
    }

    /// Returns whether the connection stands; poll again after the socket became writable.
    ///
    /// # Errors
    /// Why the connection could not be made.
    pub fn poll_connected(&self) -> io::Result<bool> {
        if let Some(error) = self.inner.take_error()? {
            return Err(error);
        }
        match self.inner.peer_addr() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads what is there.
    ///
    /// # Errors
    /// The connection is lost.
    ///
    /// # Panics
    /// If `buffer` is empty: the answer could not be told from the end of the stream.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<ReadOutcome> {
        assert!(!buffer.is_empty(), "reading needs room");
        let outcome = uninterrupted(|| self.inner.read(buffer))?;
        Ok(match outcome {
            Some(0) => ReadOutcome::Closed,
            Some(count) => ReadOutcome::Bytes(count),
            None => ReadOutcome::WouldBlock,
        })
    }

    /// Writes as much as the socket takes.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<WriteOutcome> {
        let outcome = uninterrupted(|| self.inner.write(bytes))?;
        Ok(outcome.map_or(WriteOutcome::WouldBlock, WriteOutcome::Bytes))
    }

    /// Tells the peer that we will send no more; what it sends can still be read.
    ///
    /// # Errors
    /// The connection is already lost.
    pub fn shutdown_write(&self) -> io::Result<()> {
        self.inner.shutdown(Shutdown::Write)
    }

    /// Returns the address of the peer.
    ///
    /// # Errors
    /// Not connected.
    pub fn peer_address(&self) -> io::Result<SocketAddr> {
        self.inner.peer_addr()
    }

    /// The stream as the TLS library wants it.
    pub(crate) const fn io(&mut self) -> &mut mio::net::TcpStream {
        &mut self.inner
    }
}

impl Source for TcpStream {
    fn register(&mut self, to: &Registry, token: Token, interest: Interest) -> io::Result<()> {
        self.inner.register(to, token, interest)
    }

    fn reregister(&mut self, to: &Registry, token: Token, interest: Interest) -> io::Result<()> {
        self.inner.reregister(to, token, interest)
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        self.inner.deregister(registry)
    }
}

/// A non-blocking listener.
#[derive(Debug)]
pub struct TcpListener {
    inner: mio::net::TcpListener,
}

impl TcpListener {
    /// Listens on `address`; port 0 lets the system choose.
    ///
    /// # Errors
    /// The address is in use or not ours.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { inner: mio::net::TcpListener::bind(address)? })
    }

    /// Takes one waiting connection, `None` if there is none now.
    ///
    /// # Errors
    /// What the system said; the listener itself goes on.
    pub fn accept(&self) -> io::Result<Option<TcpStream>> {
        match uninterrupted(|| self.inner.accept())? {
            Some((stream, _)) => TcpStream::accepted(stream).map(Some),
            None => Ok(None),
        }
    }

    /// Returns the address and the port that were bound.
    ///
    /// # Errors
    /// What the system said.
    pub fn local_address(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

impl Source for TcpListener {
    fn register(&mut self, to: &Registry, token: Token, interest: Interest) -> io::Result<()> {
        self.inner.register(to, token, interest)
    }

    fn reregister(&mut self, to: &Registry, token: Token, interest: Interest) -> io::Result<()> {
        self.inner.reregister(to, token, interest)
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        self.inner.deregister(registry)
    }
}

/// Repeats a call that a signal interrupted; `None` if it would block.
pub(crate) fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<Option<T>> {
    for _ in 0..INTERRUPTS_MAX {
        match call() {
            Ok(value) => return Ok(Some(value)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::Interrupted.into())
}
