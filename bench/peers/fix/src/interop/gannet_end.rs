//! Our session at one end, over a plain non-blocking socket.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use gannet_fix::session::{Role, State};
use gannet_fix::tag::{self, msg_type};
use gannet_fix::{Config, Event, MappedStore, Session};

use super::orders::{self, ACCEPTOR, INITIATOR, now_ns};
use super::{Case, Delivered, EndReport, STALLED, WINDOW};

/// Messages of both sides of the longest run, with room to spare.
const STORE_BYTES: usize = 256 << 20;

/// What an idle turn waits.
const PAUSE: Duration = Duration::from_micros(50);

/// How long an initiator waits after a connection has ended.
const RECONNECT: Duration = Duration::from_millis(1);

/// Our session as acceptor, in a thread of its own.
pub(super) struct Acceptor {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<EndReport, String>>,
}

impl Acceptor {
    /// Listens on `address`.
    pub(super) fn start(case: &Case, folder: &Path, address: SocketAddr) -> Result<Self, String> {
        let listener = TcpListener::bind(address).map_err(|error| error.to_string())?;
        listener.set_nonblocking(true).map_err(|error| error.to_string())?;
        let mut end = End::new(*case, Role::Acceptor, folder)?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Acquire) {
                let connect = || Ok(listener.accept()?.0);
                if !end.turn(connect)? {
                    thread::sleep(PAUSE);
                }
            }
            Ok(end.report())
        });
        Ok(Self { stop, thread })
    }

    /// Ends it, after the initiator has logged out.
    pub(super) fn stop(self) -> Result<EndReport, String> {
        self.stop.store(true, Ordering::Release);
        self.thread.join().map_err(|_| "our acceptor panicked".to_owned())?
    }
}

/// Sends all orders from our session as initiator, awaits their reports, and logs out.
pub(super) fn initiate(
    case: &Case,
    folder: &Path,
    address: SocketAddr,
) -> Result<EndReport, String> {
    let mut end = End::new(*case, Role::Initiator, folder)?;
    while !end.is_done() {
        let connect = || {
            thread::sleep(RECONNECT);
            TcpStream::connect(address)
        };
        if !end.turn(connect)? {
            thread::sleep(PAUSE);
        }
    }
    Ok(end.report())
}

struct End {
    case: Case,
    role: Role,
    session: Session<MappedStore>,
    stream: Option<TcpStream>,
    delivered: Delivered,
    /// Orders or reports sent.
    sent: u64,
    /// Everything was done and the Logout sent.
    leaving: bool,
    progress: (u64, Instant),
    buffer: Box<[u8]>,
}

impl End {
    fn new(case: Case, role: Role, folder: &Path) -> Result<Self, String> {
        let (us, them) = match role {
            Role::Initiator => (INITIATOR, ACCEPTOR),
            Role::Acceptor => (ACCEPTOR, INITIATOR),
        };
        let mut config = Config::new(role, us, them);
        config.version = case.version;
        config.dictionaries = Config::standard_dictionaries(case.version);
        let store = MappedStore::open(&folder.join("gannet.store"), STORE_BYTES)
            .map_err(|error| error.to_string())?;
        let session = Session::new(config, store).map_err(|error| error.to_string())?;
        Ok(Self {
            case,
            role,
            session,
            stream: None,
            delivered: Delivered::default(),
            sent: 0,
            leaving: false,
            progress: (0, Instant::now()),
            buffer: vec![0; 64 * 1024].into_boxed_slice(),
        })
    }

    /// Connects if need be, reads, answers, writes; returns whether anything happened.
    fn turn(
        &mut self,
        connect: impl FnOnce() -> std::io::Result<TcpStream>,
    ) -> Result<bool, String> {
        if self.stream.is_none() {
            let Ok(stream) = connect() else { return Ok(false) };
            let _ = stream.set_nodelay(true);
            stream.set_nonblocking(true).map_err(|error| error.to_string())?;
            self.stream = Some(stream);
            self.session.on_connected(now_ns());
        }
        let mut busy = self.read();
        if self.session.poll_timeout().is_some_and(|due| due <= now_ns()) {
            self.session.handle_timeout(now_ns(), &mut |_| {});
        }
        busy |= self.say()?;
        busy |= self.write();
        if self.session.state() == State::Closing && self.session.poll_transmit().is_empty() {
            self.hang_up();
        }
        self.watch()?;
        Ok(busy)
    }

    fn read(&mut self) -> bool {
        let Some(stream) = &mut self.stream else { return false };
        match stream.read(&mut self.buffer) {
            Ok(count @ 1..) => {
                let delivered = &mut self.delivered;
                let mut take = |event: Event<'_>| {
                    if let Event::Application { message, .. } = event {
                        let id = message.get(tag::CL_ORD_ID).unwrap_or_default();
                        let id = std::str::from_utf8(id).unwrap_or_default();
                        delivered.take(orders::number(id).unwrap_or(0));
                    }
                };
                self.session.handle_bytes(now_ns(), &self.buffer[..count], &mut take);
                true
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Ok(0) | Err(_) => {
                self.hang_up();
                true
            }
        }
    }

    /// Sends the next orders or reports, as far as there is room, and the Logout at the end.
    fn say(&mut self) -> Result<bool, String> {
        let before = self.sent;
        let limit = match self.role {
            Role::Initiator => self.case.orders.min(self.delivered.last + WINDOW),
            Role::Acceptor => self.delivered.last,
        };
        while self.sent < limit && self.session.state() == State::LoggedOn {
            let (number, now) = (self.sent + 1, now_ns());
            let (kind, fields, time) = match self.role {
                Role::Initiator => {
                    let fields = orders::order(self.case.version, number);
                    (msg_type::NEW_ORDER_SINGLE, fields, Some(now))
                }
                Role::Acceptor => {
                    (msg_type::EXECUTION_REPORT, orders::report(self.case.version, number), None)
                }
            };
            let sent = self.session.send(now, kind, |writer| orders::write(writer, &fields, time));
            match sent {
                Ok(_) => self.sent = number,
                Err(gannet_fix::session::SendError::Backlogged) => break,
                Err(error) => return Err(format!("our session refused a message: {error}")),
            }
        }
        let all = self.delivered.last == self.case.orders;
        if self.role == Role::Initiator && all && self.session.state() == State::LoggedOn {
            self.session.logout(now_ns(), "done");
            self.leaving = true;
        }
        Ok(self.sent != before)
    }

    fn write(&mut self) -> bool {
        let Some(stream) = &mut self.stream else { return false };
        let bytes = self.session.poll_transmit();
        if bytes.is_empty() {
            return false;
        }
        match stream.write(bytes) {
            Ok(count) => self.session.consume_transmit(count),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(_) => self.hang_up(),
        }
        true
    }

    fn hang_up(&mut self) {
        self.stream = None;
        self.session.on_disconnected(now_ns());
    }

    fn is_done(&self) -> bool {
        self.leaving && self.stream.is_none()
    }

    /// Fails if nothing has moved for too long.
    fn watch(&mut self) -> Result<(), String> {
        let moved = self.sent + self.delivered.last + u64::from(self.leaving);
        if moved != self.progress.0 {
            self.progress = (moved, Instant::now());
        }
        let stuck = self.progress.1.elapsed() > STALLED && self.role == Role::Initiator;
        if stuck {
            return Err(format!(
                "stalled: {} sent, {} received, {:?}, {:?}",
                self.sent,
                self.delivered.last,
                self.session.state(),
                self.session.counters()
            ));
        }
        Ok(())
    }

    fn report(&self) -> EndReport {
        let counters = self.session.counters();
        EndReport {
            delivered: self.delivered,
            next_outbound: self.session.next_outbound(),
            next_inbound: self.session.next_inbound(),
            rejects: counters.rejects_sent + counters.rejects_received,
            resent: counters.resent,
        }
    }
}
