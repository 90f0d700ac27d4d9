//! Loopback connections that are read without waiting, and the bare echo.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use super::{Far, Near};

/// Bytes of the order that our session sends, and of the report that comes back.
const REQUEST_BYTES: usize = 170;
const ANSWER_BYTES: usize = 190;

/// An answer that takes longer will not come.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Two ends of a connection, both without delay and without waiting.
pub(super) fn connected() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let near = TcpStream::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    for stream in [&near, &far] {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
    }
    Ok((near, far))
}

/// Reads what is there; 0 if there is nothing.
pub(super) fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    match stream.read(buffer) {
        Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
        result => result,
    }
}

pub(super) struct EchoNear {
    stream: TcpStream,
    buffer: [u8; 4096],
}

pub(super) struct EchoFar {
    stream: TcpStream,
    received: usize,
    buffer: [u8; 4096],
}

pub(super) fn echo() -> io::Result<(EchoNear, EchoFar)> {
    let (near, far) = connected()?;
    let near = EchoNear { stream: near, buffer: [0; 4096] };
    Ok((near, EchoFar { stream: far, received: 0, buffer: [0; 4096] }))
}

impl Near for EchoNear {
    fn name(&self) -> &'static str {
        "bare TCP echo"
    }

    fn round(&mut self, number: u64) -> Result<(), String> {
        self.buffer[..8].copy_from_slice(&number.to_le_bytes());
        let sent = self.stream.write(&self.buffer[..REQUEST_BYTES]);
        (sent.ok() == Some(REQUEST_BYTES)).then_some(()).ok_or("the echo was not sent")?;
        let (mut received, since) = (0, Instant::now());
        while received < ANSWER_BYTES {
            let room = &mut self.buffer[received..];
            received += read(&mut self.stream, room).map_err(|error| error.to_string())?;
            if received == 0 && since.elapsed() > PATIENCE {
                return Err("no echo".to_owned());
            }
        }
        (self.buffer[..8] == number.to_le_bytes())
            .then_some(())
            .ok_or_else(|| "another echo".to_owned())
    }
}

impl Far for EchoFar {
    fn turn(&mut self) {
        let Ok(count) = read(&mut self.stream, &mut self.buffer[self.received..]) else { return };
        self.received += count;
        if self.received >= REQUEST_BYTES {
            self.received = 0;
            // A failure shows at the near end, which waits in vain.
            let _ = self.stream.write(&self.buffer[..ANSWER_BYTES]);
        }
    }
}
