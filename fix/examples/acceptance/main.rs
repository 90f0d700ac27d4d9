//! The acceptor that QuickFIX's acceptance scripts are played against.
//!
//! `cargo run --release -p gannet-fix --example acceptance -- --listen 127.0.0.1:5001`
//!
//! `--suite NAME` sets the sessions up for one of QuickFIX/J's suites instead:
//! `lastMsgSeqNumProcessed`, `resendRequestChunkSize`, `nextExpectedMsgSeqNum`. A connection
//! that begins with `SET <session> NEXTSENDERSEQNUM=n` (or `NEXTTARGETSEQNUM=n`) and a newline
//! changes the numbers of a session that is not connected, as those scripts want.
//!
//! One thread serves all sessions with sockets that do not block.

mod echo;
mod sessions;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gannet_fix::Decoder;
use gannet_fix::codec::Decoded;

use sessions::{Slot, Suite};

const HELP: &str = "\
The acceptor that QuickFIX's acceptance scripts are played against.

Usage: acceptance [--listen ADDRESS] [--suite NAME]

  --listen ADDRESS  where to accept connections; port 0 takes any free one and prints it
                    [default: 127.0.0.1:5001]
  --suite NAME      sessions set up for one of QuickFIX/J's suites instead of QuickFIX's
                    scripts: lastMsgSeqNumProcessed, resendRequestChunkSize,
                    nextExpectedMsgSeqNum
  -h, --help        this text

Sessions: ISLD with TW40 to TW44, TW50, TW50SP1, TW50SP2, TW, NO_CHECK_FIELDS_HAVE_VALUES.
A connection that begins with `SET SESSION NEXTSENDERSEQNUM=n NEXTTARGETSEQNUM=n` and a newline,
such as `SET FIX.4.4:ISLD->TW NEXTSENDERSEQNUM=9`, sets numbers of a session without connection.
";

/// How long the thread rests when nothing happens.
const REST: Duration = Duration::from_micros(500);

/// How long a connection may stay without a first message.
const FIRST_MESSAGE_NS: u64 = 10_000_000_000;

/// One connection; the session is known from the first message on.
struct Connection {
    stream: TcpStream,
    slot: Option<usize>,
    first: Vec<u8>,
    opened_ns: u64,
    open: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some((listen, suite)) = arguments(std::env::args().skip(1))? else {
        print!("{HELP}");
        return Ok(());
    };
    let listener = TcpListener::bind(&listen)?;
    listener.set_nonblocking(true)?;
    println!("listening on {}", listener.local_addr()?);
    let mut slots = sessions::make(suite)?;
    let mut connections = Vec::new();
    loop {
        let mut busy = false;
        while let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            let (first, opened_ns) = (Vec::new(), now_ns());
            connections.push(Connection { stream, slot: None, first, opened_ns, open: true });
        }
        for connection in &mut connections {
            busy |= connection.serve(&mut slots);
        }
        connections.retain(|connection| connection.open);
        if !busy {
            thread::sleep(REST);
        }
    }
}

/// Where to listen and for which suite; `None`: help is wanted.
fn arguments(
    mut words: impl Iterator<Item = String>,
) -> Result<Option<(String, Suite)>, Box<dyn std::error::Error>> {
    let (mut listen, mut suite) = ("127.0.0.1:5001".to_owned(), Suite::Plain);
    while let Some(word) = words.next() {
        if matches!(word.as_str(), "-h" | "--help") {
            return Ok(None);
        }
        let value = words.next().ok_or(format!("{word} needs a value"))?;
        match word.as_str() {
            "--listen" => listen = value,
            "--suite" => suite = Suite::parse(&value).ok_or(format!("no suite {value}"))?,
            _ => return Err(format!("unknown argument {word}, see --help").into()),
        }
    }
    Ok(Some((listen, suite)))
}

fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

impl Connection {
    /// Reads, handles, writes; says whether there was anything to do.
    fn serve(&mut self, slots: &mut [Slot]) -> bool {
        let mut buffer = [0; 16 * 1024];
        let count = match self.stream.read(&mut buffer) {
            Ok(0) => return self.close(slots),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            Err(_) => return self.close(slots),
        };
        let now = now_ns();
        let Some(slot) = self.slot else {
            self.first.extend_from_slice(&buffer[..count]);
            return self.find_session(now, slots);
        };
        let slot = &mut slots[slot];
        if count > 0 {
            slot.session.handle_bytes_with(now, &buffer[..count], &mut slot.echo);
        }
        if slot.session.poll_timeout().is_some_and(|at| now >= at) {
            slot.session.handle_timeout_with(now, &mut slot.echo);
        }
        self.transmit(slots) || count > 0
    }

    /// The first message says which session this is. A stranger, and who is here already, is
    /// sent away without a word.
    fn find_session(&mut self, now: u64, slots: &mut [Slot]) -> bool {
        if let Some(command) = self.first.strip_prefix(b"SET ") {
            if !command.ends_with(b"\n") {
                return false;
            }
            sessions::set(slots, &String::from_utf8_lossy(command));
            return self.close(slots);
        }
        let mut decoder = Decoder::new();
        match decoder.decode(&self.first) {
            Decoded::Message { message, .. } => {
                let found = slots.iter().position(|slot| slot.is_for(&message));
                match found.filter(|found| !slots[*found].connected) {
                    None => return self.close(slots),
                    Some(found) => self.slot = Some(found),
                }
            }
            Decoded::Garbled { .. } => return self.close(slots),
            Decoded::Incomplete if now > self.opened_ns + FIRST_MESSAGE_NS => {
                return self.close(slots);
            }
            Decoded::Incomplete => return false,
        }
        if let Some(slot) = self.slot.map(|slot| &mut slots[slot]) {
            slot.connected = true;
            slot.echo.begin();
            slot.session.on_connected(now);
            slot.session.handle_bytes_with(now, &self.first, &mut slot.echo);
        }
        self.first.clear();
        self.transmit(slots);
        true
    }

    fn transmit(&mut self, slots: &mut [Slot]) -> bool {
        let Some(slot) = self.slot.map(|slot| &mut slots[slot]) else { return false };
        let mut written = false;
        loop {
            let bytes = slot.session.poll_transmit();
            if bytes.is_empty() {
                break;
            }
            match self.stream.write(bytes) {
                Ok(count) => {
                    slot.session.consume_transmit(count);
                    written = true;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return written,
                Err(_) => return self.close(slots),
            }
        }
        if slot.echo.ended() { self.close(slots) } else { written }
    }

    fn close(&mut self, slots: &mut [Slot]) -> bool {
        // The peer may have closed before us.
        let _ = self.stream.shutdown(Shutdown::Both);
        self.open = false;
        if let Some(slot) = self.slot.map(|slot| &mut slots[slot]) {
            slot.session.on_disconnected(now_ns());
            slot.connected = false;
        }
        true
    }
}
