//! The floor of the wire: so many bytes there, so many back, nothing done with them.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use gannet_net::tcp::{ReadOutcome, TcpOptions, TcpStream, WriteOutcome};

/// Bytes of a request: a bookTicker frame has about as many.
pub(super) const REQUEST_BYTES: usize = 190;

/// Bytes of an answer: an order has about as many.
pub(super) const ANSWER_BYTES: usize = 200;

/// The far end, on the engine's thread.
pub(super) struct EchoEnd {
    stream: TcpStream,
    received: usize,
    buffer: Box<[u8]>,
}

impl EchoEnd {
    /// Starts to connect.
    pub(super) fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address, TcpOptions::default()).context("the echo")?;
        Ok(Self { stream, received: 0, buffer: vec![0; 4_096].into_boxed_slice() })
    }

    /// Reads once and answers a whole request; returns whether it did.
    pub(super) fn turn(&mut self) -> bool {
        if let Ok(ReadOutcome::Bytes(count)) = self.stream.read(&mut self.buffer) {
            self.received += count;
        }
        if self.received < REQUEST_BYTES {
            return false;
        }
        self.received -= REQUEST_BYTES;
        // A failure shows at the near end, which waits in vain.
        let _ = self.stream.write(&self.buffer[..ANSWER_BYTES]);
        true
    }
}

/// Writes all of `bytes`: a loopback socket without a backlog has room for them.
pub(super) fn write_all(stream: &mut TcpStream, bytes: &[u8]) -> anyhow::Result<()> {
    match stream.write(bytes).context("writing")? {
        WriteOutcome::Bytes(count) if count == bytes.len() => Ok(()),
        outcome => bail!("the socket did not take {} bytes: {outcome:?}", bytes.len()),
    }
}
