//! One byte stream, plain or encrypted, so that protocols need not know which.
//!
//! Hot: over a plain stream a read or write is one system call after one predictable branch.
//!
//! The TLS handshake needs no calls of its own: it happens inside `read` and `write`.

use std::io::{self, Read, Write};
use std::net::SocketAddr;

use mio::event::Source;
use mio::{Interest, Registry, Token};
use rustls::{ClientConnection, Connection, ServerConnection};
use rustls_pki_types::ServerName;

use crate::error::NetError;
use crate::tcp::{ReadOutcome, TcpOptions, TcpStream, WriteOutcome, uninterrupted};
use crate::tls::{TlsClientConfig, TlsError, TlsServerConfig};
use crate::url::Url;

/// Socket reads in one call that give no application byte; a handshake takes fewer than ten, so
/// more is a peer that keeps us busy.
const EMPTY_READS_MAX: usize = 1024;

/// What a connection did when it was asked to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It advanced; ask again before parking.
    Advanced,
    /// Nothing there now.
    Idle,
    /// The peer is done.
    Closed,
}

/// A byte stream.
#[derive(Debug)]
pub enum Transport {
    /// Bytes go to the socket as they are.
    Plain(TcpStream),
    /// Bytes are encrypted; client or server.
    Tls(Box<TlsStream>),
}

/// A socket with a TLS session on it.
#[derive(Debug)]
pub struct TlsStream {
    tcp: TcpStream,
    session: Connection,
}

impl Transport {
    /// Starts to connect to `address`, which the host of `url` resolved to; encrypted if `url` is.
    ///
    /// # Errors
    /// The host name cannot be in a certificate, no TLS configuration was given for an encrypted
    /// address, or the system refused the socket.
    pub fn connect(
        url: &Url,
        address: SocketAddr,
        tls: Option<&TlsClientConfig>,
        options: TcpOptions,
    ) -> Result<Self, NetError> {
        let name = if url.scheme.is_tls() {
            let name = ServerName::try_from(url.host.clone())
                .map_err(|_| TlsError::HostName(url.host.clone()))?;
            Some((name, tls.ok_or(TlsError::NotConfigured)?))
        } else {
            None
        };
        let tcp = TcpStream::connect(address, options).map_err(NetError::io("connect"))?;
        let Some((name, config)) = name else { return Ok(Self::Plain(tcp)) };
        let session = ClientConnection::new(config.inner.clone(), name).map_err(TlsError::from)?;
        Ok(Self::Tls(Box::new(TlsStream { tcp, session: session.into() })))
    }

    /// Serves an accepted stream; encrypted if a configuration is given.
    ///
    /// # Errors
    /// The TLS library refused the configuration.
    pub fn accepted(tcp: TcpStream, tls: Option<&TlsServerConfig>) -> Result<Self, NetError> {
        let Some(config) = tls else { return Ok(Self::Plain(tcp)) };
        let session = ServerConnection::new(config.inner.clone()).map_err(TlsError::from)?;
        Ok(Self::Tls(Box::new(TlsStream { tcp, session: session.into() })))
    }

    /// Returns whether the TCP connection stands; poll again after the socket became writable.
    ///
    /// # Errors
    /// Why the connection could not be made.
    pub fn poll_connected(&self) -> Result<bool, NetError> {
        let tcp = match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => &tls.tcp,
        };
        tcp.poll_connected().map_err(NetError::io("connect"))
    }

    /// Reads what is there.
    ///
    /// # Errors
    /// The connection is lost or the peer breaks the TLS protocol.
    ///
    /// # Panics
    /// If `buffer` is empty: the answer could not be told from the end of the stream.
    #[inline]
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<ReadOutcome, NetError> {
        match self {
            Self::Plain(tcp) => tcp.read(buffer).map_err(NetError::io("read")),
            Self::Tls(tls) => tls.read(buffer),
        }
    }

    /// Writes as much as there is room for.
    ///
    /// Over TLS the bytes may still wait in the session: see [`Self::wants_write`].
    ///
    /// # Errors
    /// The connection is lost.
    #[inline]
    pub fn write(&mut self, bytes: &[u8]) -> Result<WriteOutcome, NetError> {
        match self {
            Self::Plain(tcp) => tcp.write(bytes).map_err(NetError::io("write")),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    /// Returns whether encrypted bytes wait for room in the socket; never for a plain stream.
    pub fn wants_write(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Tls(tls) => tls.session.wants_write(),
        }
    }

    /// Pushes waiting encrypted bytes; returns whether none are left.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn flush(&mut self) -> Result<bool, NetError> {
        match self {
            Self::Plain(_) => Ok(true),
            Self::Tls(tls) => tls.flush(),
        }
    }

    /// Ends our direction in order; what the peer sends can still be read.
    ///
    /// # Errors
    /// The connection is already lost.
    pub fn shutdown_write(&mut self) -> Result<(), NetError> {
        let tcp = match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => {
                tls.session.send_close_notify();
                tls.flush()?;
                &tls.tcp
            }
        };
        tcp.shutdown_write().map_err(NetError::io("shutdown"))
    }

    const fn tcp(&mut self) -> &mut TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => &mut tls.tcp,
        }
    }
}

impl Source for Transport {
    fn register(&mut self, to: &Registry, token: Token, interest: Interest) -> io::Result<()> {
        self.tcp().register(to, token, interest)
    }

    fn reregister(&mut self, to: &Registry, token: Token, interest: Interest) -> io::Result<()> {
        self.tcp().reregister(to, token, interest)
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        self.tcp().deregister(registry)
    }
}

impl TlsStream {
    fn read(&mut self, buffer: &mut [u8]) -> Result<ReadOutcome, NetError> {
        assert!(!buffer.is_empty(), "reading needs room");
        for _ in 0..EMPTY_READS_MAX {
            if self.session.wants_write() {
                self.flush()?;
            }
            match self.session.reader().read(buffer) {
                Ok(0) => return Ok(ReadOutcome::Closed),
                Ok(count) => return Ok(ReadOutcome::Bytes(count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Err(TlsError::Truncated.into());
                }
                Err(error) => return Err(NetError::Io { during: "read", source: error }),
            }
            let received = uninterrupted(|| self.session.read_tls(self.tcp.io()));
            if received.map_err(NetError::io("read"))?.is_none() {
                return Ok(ReadOutcome::WouldBlock);
            }
            if let Err(error) = self.session.process_new_packets() {
                // The alert tells the peer why; the reason we return is the one that counts.
                let _ = self.flush();
                return Err(TlsError::from(error).into());
            }
        }
        Err(TlsError::Protocol(rustls::Error::General("records without data".to_owned())).into())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<WriteOutcome, NetError> {
        let taken = self.session.writer().write(bytes).map_err(NetError::io("write"))?;
        self.flush()?;
        if taken == 0 && !bytes.is_empty() {
            return Ok(WriteOutcome::WouldBlock);
        }
        Ok(WriteOutcome::Bytes(taken))
    }

    /// Bounded by what the session holds, which its own limit bounds.
    fn flush(&mut self) -> Result<bool, NetError> {
        while self.session.wants_write() {
            let written = uninterrupted(|| self.session.write_tls(self.tcp.io()));
            if written.map_err(NetError::io("write"))?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
