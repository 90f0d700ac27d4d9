//! QuickFIX's initiator and acceptor in their own threads, with memory stores and no log.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use gannet_fix::tag;
use quickfix::dictionary_item::{
    ConnectionType, EndTime, HeartBtInt, ReconnectInterval, SocketAcceptPort, SocketConnectHost,
    SocketConnectPort, SocketNodelay, SocketReuseAddress, StartTime, UseDataDictionary,
};
use quickfix::{
    Application, ApplicationCallback, ConnectionHandler, Dictionary, FieldMap, FixSocketServerKind,
    Initiator, LogFactory, MemoryMessageStoreFactory, Message, MsgFromAppError, NullLogger,
    QuickFixError, SessionId, SessionSettings, send_to_target,
};

use super::Near;
use super::wire::PATIENCE;

/// The near end's handle on both engines, which live in a thread for their borrows, and until the
/// process ends: QuickFIX's acceptor walks through its connections when it is stopped while its own
/// thread removes them, which now and then is the end of the process.
pub(super) struct QuickFixNear {
    session: SessionId,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    answered: AtomicU64,
    logged_on: AtomicBool,
    failed: AtomicBool,
}

/// Starts both and waits for the Logon.
pub(super) fn pair() -> Result<QuickFixNear, String> {
    let shared = Arc::new(Shared::default());
    let theirs = Arc::clone(&shared);
    thread::spawn(move || {
        // That it failed is all that can be done about it.
        let _ = run(&theirs);
        theirs.failed.store(true, Ordering::Release);
    });
    let since = Instant::now();
    while !shared.logged_on.load(Ordering::Acquire) {
        if since.elapsed() > PATIENCE || shared.failed.load(Ordering::Acquire) {
            return Err("QuickFIX did not log on".to_owned());
        }
        thread::sleep(Duration::from_millis(1));
    }
    let session = SessionId::try_new("FIX.4.4", "GANNET", "BROKER", "");
    let session = session.map_err(|error| error.to_string())?;
    Ok(QuickFixNear { session, shared })
}

fn run(shared: &Arc<Shared>) -> Result<(), QuickFixError> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    let port = free.map_or(0, |address| address.port());
    let accepting = settings(
        "BROKER",
        "GANNET",
        &[&ConnectionType::Acceptor, &SocketAcceptPort(port), &SocketReuseAddress(true)],
    )?;
    let connecting = settings(
        "GANNET",
        "BROKER",
        &[
            &ConnectionType::Initiator,
            &SocketConnectHost("127.0.0.1"),
            &SocketConnectPort(port),
            &ReconnectInterval(1),
        ],
    )?;
    let (store, logs) = (MemoryMessageStoreFactory::new(), LogFactory::try_new(&NullLogger)?);
    let kind = FixSocketServerKind::SingleThreaded;
    let (broker, buyer) = (Broker, Buyer(Arc::clone(shared)));
    let (broker, buyer) = (Application::try_new(&broker)?, Application::try_new(&buyer)?);
    let mut acceptor = quickfix::Acceptor::try_new(&accepting, &broker, &store, &logs, kind)?;
    let mut initiator = Initiator::try_new(&connecting, &buyer, &store, &logs, kind)?;
    acceptor.start()?;
    initiator.start()?;
    loop {
        thread::park();
    }
}

fn settings(
    us: &str,
    them: &str,
    items: &[&dyn quickfix::dictionary_item::DictionaryItem],
) -> Result<SessionSettings, QuickFixError> {
    let mut all: Vec<&dyn quickfix::dictionary_item::DictionaryItem> = vec![
        &StartTime("00:00:00"),
        &EndTime("00:00:00"),
        &HeartBtInt(30),
        &SocketNodelay(true),
        &UseDataDictionary(false),
    ];
    all.extend(items);
    let mut settings = SessionSettings::new();
    settings.set(None, Dictionary::try_from_items(&all)?)?;
    let id = SessionId::try_new("FIX.4.4", us, them, "")?;
    settings.set(Some(&id), Dictionary::try_from_items(&all)?)?;
    Ok(settings)
}

impl Near for QuickFixNear {
    fn name(&self) -> &'static str {
        "QuickFIX C++ 1.16.0, memory store"
    }

    fn round(&mut self, number: u64) -> Result<(), String> {
        order(number)
            .and_then(|order| send_to_target(order, &self.session))
            .map_err(|error| error.to_string())?;
        let since = Instant::now();
        while self.shared.answered.load(Ordering::Acquire) != number {
            if since.elapsed() > PATIENCE {
                return Err("no report from QuickFIX".to_owned());
            }
            thread::yield_now();
        }
        Ok(())
    }
}

fn order(number: u64) -> Result<Message, QuickFixError> {
    let mut order = Message::new();
    order.with_header_mut(|header| header.set_field(35, "D"))?;
    order.set_field(11, number)?;
    for (tag, value) in [
        (21, "1"),
        (38, "0.020"),
        (40, "2"),
        (44, "61800.20"),
        (54, "1"),
        (55, "BTCUSDT"),
        (60, "20240808-12:00:00.123"),
    ] {
        order.set_field(tag, value)?;
    }
    Ok(order)
}

struct Broker;

impl ApplicationCallback for Broker {
    fn on_msg_from_app(&self, message: &Message, id: &SessionId) -> Result<(), MsgFromAppError> {
        let copy = |tag: i32| message.get_field(tag).unwrap_or_default();
        let answer = || {
            let mut report = Message::new();
            report.with_header_mut(|header| header.set_field(35, "8"))?;
            report.set_field(6, "0")?;
            report.set_field(11, copy(11))?;
            report.set_field(14, "0")?;
            report.set_field(17, "E99182")?;
            report.set_field(37, "B7718")?;
            report.set_field(38, copy(38))?;
            report.set_field(39, "0")?;
            report.set_field(54, copy(54))?;
            report.set_field(55, copy(55))?;
            report.set_field(150, "0")?;
            report.set_field(151, copy(38))?;
            send_to_target(report, id)
        };
        answer().map_err(|_: QuickFixError| MsgFromAppError::IncorrectTagValue)
    }
}

struct Buyer(Arc<Shared>);

impl ApplicationCallback for Buyer {
    fn on_logon(&self, _: &SessionId) {
        self.0.logged_on.store(true, Ordering::Release);
    }

    fn on_msg_from_app(&self, message: &Message, _: &SessionId) -> Result<(), MsgFromAppError> {
        let number = message.get_field(tag::CL_ORD_ID.cast_signed());
        let number = number.and_then(|text| text.parse().ok());
        self.0.answered.store(number.ok_or(MsgFromAppError::FieldNotFound)?, Ordering::Release);
        Ok(())
    }
}
