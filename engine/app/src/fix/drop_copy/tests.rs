//! A journal that grows, a client that comes and goes, and a server that is restarted.

use gannet_fix::Event;
use gannet_fix::MemoryStore;
use gannet_fix::session::Role;
use gannet_journal::{Maintenance, Options, Writer};
use gannet_types::{
    ClientOrderId, GatewayId, InstrumentId, Liquidity, Lots, Notional, OrderId, RejectReason, Side,
    Text, Ticks,
};

use super::*;
use crate::config;

const NOW: Nanos = Nanos(1_700_000_000_000_000_000);

/// The `number`-th execution of the journal, in message `number` of the order session.
fn execution(kind: ExecKind, number: u64) -> ExecutionReport {
    ExecutionReport {
        gateway: GatewayId(0),
        instrument: InstrumentId(0),
        kind,
        client_order_id: ClientOrderId::new(OrderId(number), 0),
        side: Side::Buy,
        last_lots: Lots(1),
        last_price: Ticks(618_002),
        cum_lots: Lots(1),
        leaves_lots: Lots::ZERO,
        price: Ticks::ZERO,
        position_effect: gannet_types::PositionEffect::None,
        fee: Notional::ZERO,
        liquidity: Liquidity::Unknown,
        reason: RejectReason::None,
        transact_time: NOW,
        received: NOW,
        session_sequence: number,
        exec_id: Text::new(format!("E{number}").as_bytes()),
        exec_ref_id: Text::default(),
        venue_order_id: Text::new(b"V"),
    }
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that is left behind is no failure of what was tested.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A journal, and a client of its drop copy.
struct World {
    writer: Writer,
    maintenance: Maintenance,
    written: u64,
    client: Session<MemoryStore>,
    /// ExecIDs as the client heard them.
    heard: Vec<String>,
    config: Config,
    // Last, so that the journal is closed before its folder goes.
    folder: Folder,
}

/// The server between two restarts.
struct Server {
    desk: DropCopyDesk,
    session: Session<SessionStore>,
}

fn settings(role: Role) -> SessionConfig {
    let (own, other) = match role {
        Role::Initiator => ("COMPLIANCE", "GANNET"),
        Role::Acceptor => ("GANNET", "COMPLIANCE"),
    };
    let dictionaries = SessionConfig::standard_dictionaries(Version::Fix44);
    SessionConfig { dictionaries, ..SessionConfig::new(role, own, other) }
}

impl World {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("gannet-copy-{}-{name}", std::process::id()));
        let folder = Folder(path);
        let options = Options { segment_bytes: 1 << 16, prefault: false, ..Options::default() };
        std::fs::create_dir_all(&folder.0).expect("a folder");
        let (mut writer, maintenance) =
            Writer::create(&folder.0.join("journal"), options).expect("a journal");
        writer.append_start(NOW, b"[run]").expect("room");
        let mut config = config::parse(&[]).expect("the default");
        config.acceptor.store_directory = Some(folder.0.join("stores"));
        config.acceptor.sessions.clear();
        let client = Session::new(settings(Role::Initiator), MemoryStore::new(1 << 20));
        Self {
            writer,
            maintenance,
            written: 0,
            client: client.expect("valid settings"),
            heard: Vec::new(),
            config,
            folder,
        }
    }

    /// Puts another journal in the place of the first.
    fn begin_journal(&mut self, now: Nanos) {
        let path = self.folder.0.join("journal");
        std::fs::rename(&path, self.folder.0.join("old")).expect("a folder of ours");
        let options = Options { segment_bytes: 1 << 16, prefault: false, ..Options::default() };
        let (mut writer, maintenance) = Writer::create(&path, options).expect("a journal");
        writer.append_start(now, b"[run]").expect("room");
        (self.writer, self.maintenance) = (writer, maintenance);
    }

    /// Writes so many trades, with other records between them.
    fn trade(&mut self, count: u64) {
        for _ in 0..count {
            self.written += 1;
            for kind in [ExecKind::CancelRejected, ExecKind::Unsent, ExecKind::Trade] {
                let report = execution(kind, self.written);
                self.writer.append_input(NOW, &Input::Execution(report)).expect("room");
            }
            self.writer.append_input(NOW, &Input::Timer).expect("room");
            self.maintenance.work().expect("room");
        }
    }

    fn start(&self) -> Server {
        let journal = self.folder.0.join("journal");
        let mut desk = DropCopyDesk::new(&journal, &self.config).expect("a journal");
        let settings = settings(Role::Acceptor);
        let directory = self.config.acceptor.store_directory.as_deref();
        let store = SessionStore::open(directory, 0, &settings).expect("a store");
        desk.open(0, &settings);
        Server { desk, session: Session::new(settings, store).expect("valid settings") }
    }

    fn connect(&mut self, server: &mut Server) {
        self.client.on_connected(NOW.0);
        server.session.on_connected(NOW.0);
        self.exchange(server, usize::MAX);
    }

    fn cut(&mut self, server: &mut Server) {
        self.client.on_disconnected(NOW.0);
        server.session.on_disconnected(NOW.0);
    }

    /// Carries everything there is to say, of the server's bytes at most `budget`.
    fn exchange(&mut self, server: &mut Server, mut budget: usize) {
        loop {
            while server.desk.answer(NOW, 0, &mut server.session) == Sent::One {}
            assert_eq!(server.desk.failure(), None);
            let out = server.session.poll_transmit();
            let out = out[..out.len().min(budget)].to_vec();
            budget -= out.len();
            server.session.consume_transmit(out.len());
            let heard = &mut self.heard;
            self.client.handle_bytes(NOW.0, &out, &mut |event| match event {
                Event::Application { message, .. } => {
                    assert_eq!(message.get(797), Some(&b"Y"[..]));
                    heard.push(String::from_utf8_lossy(message.get(17).unwrap_or_default()).into());
                }
                Event::Refused { .. } | Event::Garbled { .. } => panic!("{event:?}"),
                _ => {}
            });
            let back = self.client.poll_transmit().to_vec();
            self.client.consume_transmit(back.len());
            server.session.handle_bytes(NOW.0, &back, &mut |_| {});
            if out.is_empty() && back.is_empty() {
                return;
            }
        }
    }

    /// Every trade written so far came once, in order.
    #[track_caller]
    fn expect_all(&self) {
        let expected: Vec<_> = (1..=self.written).map(|number| format!("E{number}")).collect();
        assert_eq!(self.heard, expected);
    }
}

#[test]
fn a_client_hears_the_past_and_then_the_present() {
    let mut world = World::new("present");
    world.trade(3);
    let mut server = world.start();
    world.connect(&mut server);
    world.expect_all();
    world.trade(200);
    world.exchange(&mut server, usize::MAX);
    world.expect_all();
}

#[test]
fn what_happens_while_the_client_is_away_waits_in_the_journal() {
    let mut world = World::new("away");
    let mut server = world.start();
    world.connect(&mut server);
    world.trade(2);
    world.exchange(&mut server, usize::MAX);
    world.cut(&mut server);
    world.trade(5);
    assert!(server.desk.answer(NOW, 0, &mut server.session) == Sent::Nothing);
    world.connect(&mut server);
    world.expect_all();
}

#[test]
fn restarts_and_cuts_at_any_byte_lose_nothing_and_repeat_nothing() {
    let mut world = World::new("restarts");
    for round in 0..40 {
        let mut server = world.start();
        world.connect(&mut server);
        world.trade(3);
        // The server dies with what it sent on the way: the client asks for it.
        world.exchange(&mut server, 37 * round);
        world.cut(&mut server);
    }
    let mut server = world.start();
    world.connect(&mut server);
    world.expect_all();
}

#[test]
fn a_client_that_begins_again_at_one_goes_on_where_this_process_stands() {
    let mut world = World::new("reset");
    let mut server = world.start();
    world.trade(3);
    world.connect(&mut server);
    world.cut(&mut server);
    let again = SessionConfig { reset_on_logon: true, ..settings(Role::Initiator) };
    world.client = Session::new(again, MemoryStore::new(1 << 20)).expect("valid settings");
    world.trade(2);
    world.connect(&mut server);
    world.expect_all();
}

#[test]
fn a_reset_and_a_restart_before_the_next_copy_repeat_nothing() {
    let mut world = World::new("reset-restart");
    let mut server = world.start();
    world.trade(3);
    world.connect(&mut server);
    world.cut(&mut server);
    let again = SessionConfig { reset_on_logon: true, ..settings(Role::Initiator) };
    for _ in 0..2 {
        // The Logon resets both numbers and empties the store; then the server dies.
        world.client = Session::new(again.clone(), MemoryStore::new(1 << 20)).expect("valid");
        world.connect(&mut server);
        world.cut(&mut server);
        drop(server);
        server = world.start();
        assert_eq!(server.session.store().messages().filter(|stored| !stored.admin).count(), 0);
    }
    world.trade(2);
    world.client = Session::new(again, MemoryStore::new(1 << 20)).expect("valid settings");
    world.connect(&mut server);
    world.expect_all();
}

#[test]
fn a_new_journal_is_copied_from_its_start() {
    let mut world = World::new("new-journal");
    let mut server = world.start();
    world.trade(3);
    world.connect(&mut server);
    world.cut(&mut server);
    drop(server);
    world.begin_journal(NOW.after(Nanos::SECOND));
    world.trade(2);
    for _ in 0..2 {
        let mut server = world.start();
        world.connect(&mut server);
        world.cut(&mut server);
    }
    assert_eq!(world.heard, ["E1", "E2", "E3", "E4", "E5"]);
}

#[test]
fn what_cannot_work_is_said_before_anything_listens() {
    let mut world = World::new("wrong");
    let nowhere = world.folder.0.join("nowhere");
    let told = |journal: &Path, config: &Config| match DropCopyDesk::new(journal, config) {
        Ok(_) => panic!("it listens"),
        Err(error) => format!("{error:#}"),
    };
    assert!(told(&nowhere, &world.config).contains("nowhere"));
    let journal = world.folder.0.join("journal");
    world.config.acceptor.store_directory = None;
    assert!(told(&journal, &world.config).contains("acceptor.store_directory"));
}
