//! QuickFIX (C++, through the `quickfix` crate) at one end, with its file store.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use gannet_fix::Version;
use gannet_fix::codec::timestamp::{Precision, Timestamps};
use gannet_fix::tag;
use quickfix::dictionary_item::{
    ConnectionType, DefaultApplVerID, EndTime, FileStorePath, HeartBtInt, ReconnectInterval,
    SocketAcceptPort, SocketConnectHost, SocketConnectPort, SocketNodelay, SocketReuseAddress,
    StartTime, UseDataDictionary,
};
use quickfix::{
    Application, ApplicationCallback, ConnectionHandler, Dictionary, FieldMap,
    FileMessageStoreFactory, FixSocketServerKind, Initiator, LogCallback, LogFactory, Message,
    MsgFromAdminError, MsgFromAppError, MsgToAppError, QuickFixError, SessionContainer, SessionId,
    SessionSettings, send_to_target,
};

use super::orders::{self, ACCEPTOR, INITIATOR, now_ns};
use super::{Case, Delivered, EndReport, STALLED, WINDOW};

/// What a waiting thread waits.
const PAUSE: Duration = Duration::from_micros(50);

/// QuickFIX as acceptor, in a thread of its own.
pub(super) struct Acceptor {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<EndReport, String>>,
}

impl Acceptor {
    /// Listens on `address`.
    pub(super) fn start(case: &Case, folder: &Path, address: SocketAddr) -> Result<Self, String> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let (case, folder) = (*case, folder.to_owned());
        let thread = thread::spawn(move || {
            accept(&case, &folder, address, &stopped).map_err(|error| error.to_string())
        });
        Ok(Self { stop, thread })
    }

    /// Ends it, after the initiator has logged out.
    pub(super) fn stop(self) -> Result<EndReport, String> {
        self.stop.store(true, Ordering::Release);
        self.thread.join().map_err(|_| "QuickFIX's acceptor panicked".to_owned())?
    }
}

fn accept(
    case: &Case,
    folder: &Path,
    address: SocketAddr,
    stop: &AtomicBool,
) -> Result<EndReport, QuickFixError> {
    let place = Place::new(case, folder, ACCEPTOR, INITIATOR);
    let settings = place.settings(&[
        &ConnectionType::Acceptor,
        &SocketAcceptPort(address.port()),
        &SocketReuseAddress(true),
    ])?;
    let app = App::new(case.version, true);
    let log = EventLog::new(folder);
    let (store, logs) = (FileMessageStoreFactory::try_new(&settings)?, LogFactory::try_new(&log)?);
    let application = Application::try_new(&app)?;
    let kind = FixSocketServerKind::SingleThreaded;
    let mut acceptor = quickfix::Acceptor::try_new(&settings, &application, &store, &logs, kind)?;
    // Polled and not started: its `stop` walks the list of connections while its own thread may be
    // changing it (SocketServer::close), and crashes now and then.
    while !stop.load(Ordering::Acquire) {
        acceptor.poll()?;
        thread::sleep(PAUSE);
    }
    acceptor.stop()?;
    drop(acceptor);
    Ok(app.report(place.numbers()))
}

/// Sends all orders from QuickFIX as initiator, awaits their reports, and logs out.
pub(super) fn initiate(
    case: &Case,
    folder: &Path,
    address: SocketAddr,
) -> Result<EndReport, String> {
    send_all(case, folder, address).map_err(|error| error.to_string())?
}

fn send_all(
    case: &Case,
    folder: &Path,
    address: SocketAddr,
) -> Result<Result<EndReport, String>, QuickFixError> {
    let place = Place::new(case, folder, INITIATOR, ACCEPTOR);
    let host = address.ip().to_string();
    let settings = place.settings(&[
        &ConnectionType::Initiator,
        &SocketConnectHost(&host),
        &SocketConnectPort(address.port()),
        // Connect again as soon as the connection is seen to be gone.
        &ReconnectInterval(0),
    ])?;
    let app = App::new(case.version, false);
    let log = EventLog::new(folder);
    let (store, logs) = (FileMessageStoreFactory::try_new(&settings)?, LogFactory::try_new(&log)?);
    let application = Application::try_new(&app)?;
    let kind = FixSocketServerKind::SingleThreaded;
    let mut initiator = Initiator::try_new(&settings, &application, &store, &logs, kind)?;
    initiator.start()?;
    let result = drive(case, &app, &place.session()?);
    if result.is_ok() {
        initiator.session(place.session()?)?.logout()?;
        let since = Instant::now();
        while app.logged_on.load(Ordering::Acquire) && since.elapsed() < STALLED {
            thread::sleep(PAUSE);
        }
    }
    initiator.stop()?;
    drop(initiator);
    Ok(result.map(|()| app.report(place.numbers())))
}

/// Sends the orders, never more than the window ahead of the reports.
fn drive(case: &Case, app: &App, session: &SessionId) -> Result<(), String> {
    let (mut sent, mut progress) = (0, (0, Instant::now()));
    while app.delivered().last < case.orders {
        let delivered = app.delivered().last;
        // Before the first Logon QuickFIX would take orders, and number the Logon after them.
        if app.was_on.load(Ordering::Acquire) {
            while sent < case.orders.min(delivered + WINDOW) {
                sent += 1;
                let fields = orders::order(case.version, sent);
                let mut message = build("D", &fields).map_err(|error| error.to_string())?;
                let time = Timestamps::new(Precision::Millis).format(now_ns()).to_vec();
                let time = String::from_utf8_lossy(&time).into_owned();
                message.set_field(60, time).map_err(|error| error.to_string())?;
                send_to_target(message, session).map_err(|error| error.to_string())?;
            }
        }
        if delivered + sent != progress.0 {
            progress = (delivered + sent, Instant::now());
        } else if progress.1.elapsed() > STALLED {
            return Err(format!("stalled: {sent} sent, {delivered} received"));
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

fn build(msg_type: &str, fields: &[(u32, String)]) -> Result<Message, QuickFixError> {
    let mut message = Message::new();
    message.with_header_mut(|header| header.set_field(35, msg_type))?;
    for (tag, value) in fields {
        message.set_field(tag.cast_signed(), value.as_str())?;
    }
    Ok(message)
}

/// Where a session keeps its numbers, and its names.
struct Place {
    version: Version,
    folder: PathBuf,
    us: &'static str,
    them: &'static str,
}

impl Place {
    fn new(case: &Case, folder: &Path, us: &'static str, them: &'static str) -> Self {
        Self { version: case.version, folder: folder.join("quickfix"), us, them }
    }

    fn session(&self) -> Result<SessionId, QuickFixError> {
        SessionId::try_new(self.version.begin_string(), self.us, self.them, "")
    }

    fn settings(
        &self,
        items: &[&dyn quickfix::dictionary_item::DictionaryItem],
    ) -> Result<SessionSettings, QuickFixError> {
        let store = self.folder.to_string_lossy();
        let (store, version) = (FileStorePath(&store), DefaultApplVerID(self.version.name()));
        let mut all: Vec<&dyn quickfix::dictionary_item::DictionaryItem> = vec![
            &store,
            &StartTime("00:00:00"),
            &EndTime("00:00:00"),
            &HeartBtInt(30),
            &SocketNodelay(true),
            &UseDataDictionary(false),
        ];
        if self.version.is_fixt() {
            all.push(&version);
        }
        all.extend(items);
        let mut settings = SessionSettings::new();
        settings.set(None, Dictionary::try_from_items(&all)?)?;
        settings.set(Some(&self.session()?), Dictionary::try_from_items(&all)?)?;
        Ok(settings)
    }

    /// Reads the numbers that the store holds: next outbound and next inbound.
    fn numbers(&self) -> (u64, u64) {
        let name = format!("{}-{}-{}.seqnums", self.version.begin_string(), self.us, self.them);
        let text = std::fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        let mut numbers = text.split(':').map(|number| number.trim().parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }
}

/// The application on QuickFIX's side.
struct App {
    version: Version,
    answers: bool,
    delivered: Mutex<Delivered>,
    logged_on: AtomicBool,
    was_on: AtomicBool,
    rejects: AtomicU64,
    resent: AtomicU64,
}

impl App {
    fn new(version: Version, answers: bool) -> Self {
        Self {
            version,
            answers,
            delivered: Mutex::default(),
            logged_on: AtomicBool::new(false),
            was_on: AtomicBool::new(false),
            rejects: AtomicU64::new(0),
            resent: AtomicU64::new(0),
        }
    }

    fn delivered(&self) -> Delivered {
        *self.delivered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self, (next_outbound, next_inbound): (u64, u64)) -> EndReport {
        EndReport {
            delivered: self.delivered(),
            next_outbound,
            next_inbound,
            rejects: self.rejects.load(Ordering::Relaxed),
            resent: self.resent.load(Ordering::Relaxed),
        }
    }

    fn count_reject(&self, message: &Message) {
        let msg_type = message.with_header(|header| header.get_field(35));
        if matches!(msg_type.as_deref(), Some("3" | "j")) {
            self.rejects.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl ApplicationCallback for App {
    fn on_logon(&self, _: &SessionId) {
        self.logged_on.store(true, Ordering::Release);
        self.was_on.store(true, Ordering::Release);
    }

    fn on_logout(&self, _: &SessionId) {
        self.logged_on.store(false, Ordering::Release);
    }

    fn on_msg_to_admin(&self, message: &mut Message, _: &SessionId) {
        self.count_reject(message);
    }

    fn on_msg_from_admin(&self, message: &Message, _: &SessionId) -> Result<(), MsgFromAdminError> {
        self.count_reject(message);
        Ok(())
    }

    fn on_msg_to_app(&self, message: &mut Message, _: &SessionId) -> Result<(), MsgToAppError> {
        if message.with_header(|header| header.get_field(43)).as_deref() == Some("Y") {
            self.resent.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn on_msg_from_app(&self, message: &Message, id: &SessionId) -> Result<(), MsgFromAppError> {
        self.count_reject(message);
        let order = message.get_field(tag::CL_ORD_ID.cast_signed());
        let number =
            order.as_deref().and_then(orders::number).ok_or(MsgFromAppError::FieldNotFound)?;
        self.delivered.lock().unwrap_or_else(PoisonError::into_inner).take(number);
        if self.answers {
            let report = build("8", &orders::report(self.version, number));
            let sent = report.and_then(|report| send_to_target(report, id));
            sent.map_err(|_| MsgFromAppError::IncorrectTagValue)?;
        }
        Ok(())
    }
}

/// QuickFIX's own account of its session, for whoever looks for a reason.
struct EventLog(Option<Mutex<File>>);

impl EventLog {
    fn new(folder: &Path) -> Self {
        Self(File::create(folder.join("quickfix.log")).ok().map(Mutex::new))
    }
}

impl LogCallback for EventLog {
    fn on_event(&self, _: Option<&SessionId>, text: &str) {
        if let Some(file) = &self.0 {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            // A log that cannot be written changes no result.
            let _ = writeln!(file, "{text}");
        }
    }
}
