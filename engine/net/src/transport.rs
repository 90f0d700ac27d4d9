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
    /// The protocol failed: every later call says so again, and none touches the socket.
    failed: Option<rustls::Error>,
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
        let secure = if url.scheme.is_tls() {
            Some((tls.ok_or(TlsError::NotConfigured)?, url.host.as_str()))
        } else {
            None
        };
        Self::open(address, secure, options)
    }

    /// Starts to connect to `address`; encrypted if a configuration is given, and then only to a
    /// server whose certificate is for the name beside it.
    ///
    /// # Errors
    /// The name cannot be in a certificate, or the system refused the socket.
    pub fn open(
        address: SocketAddr,
        tls: Option<(&TlsClientConfig, &str)>,
        options: TcpOptions,
    ) -> Result<Self, NetError> {
        let name = |host: &str| {
            ServerName::try_from(host.to_owned()).map_err(|_| TlsError::HostName(host.to_owned()))
        };
        let secure = tls.map(|(config, host)| Ok::<_, TlsError>((name(host)?, config)));
        let secure = secure.transpose()?;
        let tcp = TcpStream::connect(address, options).map_err(NetError::io("connect"))?;
        let Some((name, config)) = secure else { return Ok(Self::Plain(tcp)) };
        let session = ClientConnection::new(config.inner.clone(), name).map_err(TlsError::from)?;
        Ok(Self::Tls(Box::new(TlsStream::new(tcp, session.into()))))
    }

    /// Serves an accepted stream; encrypted if a configuration is given.
    ///
    /// # Errors
    /// The TLS library refused the configuration.
    pub fn accepted(tcp: TcpStream, tls: Option<&TlsServerConfig>) -> Result<Self, NetError> {
        let Some(config) = tls else { return Ok(Self::Plain(tcp)) };
        let session = ServerConnection::new(config.inner.clone()).map_err(TlsError::from)?;
        Ok(Self::Tls(Box::new(TlsStream::new(tcp, session.into()))))
    }

    /// Returns the address of the peer.
    ///
    /// # Errors
    /// Not connected.
    pub fn peer_address(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Plain(tcp) => tcp.peer_address(),
            Self::Tls(tls) => tls.tcp.peer_address(),
        }
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
    const fn new(tcp: TcpStream, session: Connection) -> Self {
        Self { tcp, session, failed: None }
    }

    fn check(&self) -> Result<(), NetError> {
        self.failed.as_ref().map_or(Ok(()), |error| Err(TlsError::from(error.clone()).into()))
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<ReadOutcome, NetError> {
        assert!(!buffer.is_empty(), "reading needs room");
        self.check()?;
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
                self.failed = Some(error);
                self.check()?;
            }
        }
        self.failed = Some(rustls::Error::General("records without data".to_owned()));
        self.check().map(|()| ReadOutcome::WouldBlock)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<WriteOutcome, NetError> {
        self.check()?;
        let taken = self.session.writer().write(bytes).map_err(NetError::io("write"))?;
        self.flush()?;
        if taken == 0 && !bytes.is_empty() {
            return Ok(WriteOutcome::WouldBlock);
        }
        Ok(WriteOutcome::Bytes(taken))
    }

    /// Bounded by what the session holds, which its own limit bounds.
    fn flush(&mut self) -> Result<bool, NetError> {
        self.check()?;
        while self.session.wants_write() {
            let written = uninterrupted(|| self.session.write_tls(self.tcp.io()));
            if written.map_err(NetError::io("write"))?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
