//! Two sessions of ours with their mapped stores: every message is durable before it leaves.

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use gannet_fix::session::{Application, Replies, Role, State};
use gannet_fix::tag::{self, msg_type};
use gannet_fix::{Config, Event, MappedStore, Session, Store};

use super::wire::{self, PATIENCE};
use super::{Far, Near};

/// Room for a few million messages.
const STORE_BYTES: usize = 2 << 30;

/// One end: a session, its socket, and room to read.
struct End {
    session: Session<MappedStore>,
    stream: TcpStream,
    buffer: Box<[u8]>,
}

pub(super) struct SessionNear(End);

pub(super) struct SessionFar(End);

/// Makes two sessions and logs them on.
pub(super) fn pair(folder: &Path) -> Result<(SessionNear, SessionFar), String> {
    let (near, far) = wire::connected().map_err(|error| error.to_string())?;
    let mut near = End::new(Role::Initiator, "GANNET", "BROKER", near, folder)?;
    let mut far = End::new(Role::Acceptor, "BROKER", "GANNET", far, folder)?;
    near.session.on_connected(now_ns());
    far.session.on_connected(now_ns());
    let since = Instant::now();
    while near.session.state() != State::LoggedOn || far.session.state() != State::LoggedOn {
        near.turn(&mut Nothing);
        far.turn(&mut Nothing);
        if since.elapsed() > PATIENCE {
            return Err("our sessions did not log on".to_owned());
        }
    }
    Ok((SessionNear(near), SessionFar(far)))
}

impl End {
    fn new(
        role: Role,
        us: &str,
        them: &str,
        stream: TcpStream,
        folder: &Path,
    ) -> Result<Self, String> {
        let store = MappedStore::open(&folder.join(us), STORE_BYTES);
        let store = store.map_err(|error| error.to_string())?;
        let session = Session::new(Config::new(role, us, them), store);
        let session = session.map_err(|error| error.to_string())?;
        Ok(Self { session, stream, buffer: vec![0; 16 * 1024].into_boxed_slice() })
    }

    /// Reads once, does what is due, writes what there is.
    #[inline]
    fn turn<A: Application<MappedStore>>(&mut self, app: &mut A) {
        let Ok(count) = wire::read(&mut self.stream, &mut self.buffer) else { return };
        if count > 0 {
            let now = now_ns();
            self.session.handle_bytes_with(now, &self.buffer[..count], app);
            if self.session.poll_timeout().is_some_and(|due| due <= now) {
                self.session.handle_timeout_with(now, app);
            }
        }
        self.write();
    }

    #[inline]
    fn write(&mut self) {
        let bytes = self.session.poll_transmit();
        if !bytes.is_empty()
            && let Ok(count) = self.stream.write(bytes)
        {
            self.session.consume_transmit(count);
        }
    }
}

impl Near for SessionNear {
    fn name(&self) -> &'static str {
        "gannet session, mapped store"
    }

    fn round(&mut self, number: u64) -> Result<(), String> {
        let Self(end) = self;
        let now = now_ns();
        let sent = end.session.send(now, msg_type::NEW_ORDER_SINGLE, |writer| {
            writer.uint(tag::CL_ORD_ID, number);
            writer.char(tag::HANDL_INST, b'1');
            writer.decimal(tag::ORDER_QTY, 20, 3);
            writer.char(tag::ORD_TYPE, b'2');
            writer.decimal(tag::PRICE, 6_180_020, 2);
            writer.char(tag::SIDE, b'1');
            writer.str(tag::SYMBOL, "BTCUSDT");
            writer.timestamp(tag::TRANSACT_TIME, now);
        });
        sent.map_err(|error| error.to_string())?;
        end.write();
        let (mut answer, since) = (Answer(None), Instant::now());
        while answer.0.is_none() {
            end.turn(&mut answer);
            if since.elapsed() > PATIENCE {
                return Err("no report".to_owned());
            }
        }
        (answer.0 == Some(number)).then_some(()).ok_or_else(|| "another order's report".to_owned())
    }
}

impl Far for SessionFar {
    fn turn(&mut self) {
        self.0.turn(&mut Broker);
    }
}

/// Before the first order nothing is expected.
struct Nothing;

impl<S: Store> Application<S> for Nothing {
    fn on_event(&mut self, _: Event<'_>, _: &mut Replies<'_, S>) {}
}

/// Answers every order in the callback.
struct Broker;

impl<S: Store> Application<S> for Broker {
    fn on_event(&mut self, event: Event<'_>, replies: &mut Replies<'_, S>) {
        let Event::Application { message, .. } = event else { return };
        // A failure shows at the near end, which waits in vain.
        let _ = replies.send(msg_type::EXECUTION_REPORT, |writer| {
            writer.str(tag::AVG_PX, "0");
            writer.bytes(tag::CL_ORD_ID, message.get(tag::CL_ORD_ID).unwrap_or_default());
            writer.char(tag::CUM_QTY, b'0');
            writer.str(tag::EXEC_ID, "E99182");
            writer.str(tag::ORDER_ID, "B7718");
            writer.bytes(tag::ORDER_QTY, message.get(tag::ORDER_QTY).unwrap_or_default());
            writer.char(tag::ORD_STATUS, b'0');
            writer.bytes(tag::SIDE, message.get(tag::SIDE).unwrap_or_default());
            writer.bytes(tag::SYMBOL, message.get(tag::SYMBOL).unwrap_or_default());
            writer.char(tag::EXEC_TYPE, b'0');
            writer.bytes(tag::LEAVES_QTY, message.get(tag::ORDER_QTY).unwrap_or_default());
        });
    }
}

/// The order that a report answers.
struct Answer(Option<u64>);

impl<S: Store> Application<S> for Answer {
    fn on_event(&mut self, event: Event<'_>, _: &mut Replies<'_, S>) {
        if let Event::Application { message, .. } = event {
            self.0 = message.get_u64(tag::CL_ORD_ID);
        }
    }
}

fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
