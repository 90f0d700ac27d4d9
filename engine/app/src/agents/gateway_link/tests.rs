//! The gateway's connection against a real acceptor in made-up time: who is tried, what the
//! operator is told, and that nothing is tried too often.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use gannet_control::{SessionWatch, session_watch};
use gannet_fix::session::{Config, Role, Schedule, Weekday};
use gannet_fix::{Event, MemoryStore, Session};
use gannet_gateways::fix::Dialect;
use gannet_net::backoff::Backoff;
use gannet_runtime::ring::{Overflow, Sender, ring};
use gannet_types::GatewayId;

use super::*;
use crate::config::fix::acceptor::{AcceptorConfig, Login, ServerFiles};
use crate::demo::testing::{instrument, write_certificate};
use crate::fix::dial::Peer as Address;
use crate::fix::testing::{LONG_TURN, TURN, World, acceptor_config, named, settings};
use crate::fix::users::quick_entry;
use gannet_net::tls::TlsClientConfig;

const SECOND: Nanos = Nanos::SECOND;

/// Delays between attempts: 100 ms to 1 s.
fn backoff() -> Backoff {
    Backoff::new(SECOND.0 / 10, SECOND.0, 7)
}

/// A folder that is removed after the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("gannet-link-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A link with the people who look after it, and an acceptor.
struct Scene {
    world: World,
    link: GatewayLink,
    actions: Sender<SessionAction>,
    watch: SessionWatch,
    /// What the engine's operator was told.
    notices: Vec<String>,
    up: bool,
    // Last, so that the store is closed before its folder goes.
    _folder: Folder,
}

impl Scene {
    fn new(name: &str, acceptor: AcceptorConfig, config: Config) -> Self {
        let world = World::new(acceptor, Vec::new());
        let dial = Dial::plain(world.acceptor.local_address(), backoff());
        Self::dialing(name, world, config, dial)
    }

    fn dialing(name: &str, world: World, config: Config, dial: Dial) -> Self {
        let folder = Folder::new(name);
        let store = MappedStore::open(&folder.0.join("store"), 1 << 20).expect("a store");
        let session = Session::new(config, store).expect("valid settings");
        let gateway = FixGateway::new(GatewayId(0), session, Dialect::plain(&[instrument()]));
        let mut link = GatewayLink::new(gateway, dial);
        let (actions, taken) = ring(4, Overflow::Reject);
        let (reporter, watch) = session_watch();
        link.attach(People { actions: taken, reporter, name: "BROKER".to_owned() });
        Self { world, link, actions, watch, notices: Vec::new(), up: false, _folder: folder }
    }

    fn turn(&mut self) {
        self.world.turn();
        let now = self.world.now;
        let up = &mut self.up;
        self.link.poll(now, &mut |event| {
            if let GatewayEvent::State(state) = event {
                *up = state == GatewayState::Up;
            }
        });
        self.link.flush();
        self.link.attend(now);
        self.link.flush();
        self.notices.extend(self.link.take_notice().map(|notice| notice.text));
    }

    fn wait(&mut self, span: Nanos) {
        let until = self.world.now.after(span);
        self.world.step = LONG_TURN;
        while self.world.now < until {
            self.turn();
        }
        self.world.step = TURN;
    }

    #[track_caller]
    fn until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        for _ in 0..1_000_000 {
            if done(self) {
                return;
            }
            self.turn();
        }
        panic!("it never was so: {what}; notices: {:#?}", self.notices);
    }

    #[track_caller]
    fn until_told(&mut self, part: &str) {
        self.until(part, |scene| scene.notices.iter().any(|notice| notice.contains(part)));
    }
}

fn ours() -> Config {
    Config { recent_messages: 8, ..settings("GANNET", "BROKER", Role::Initiator) }
}

fn open() -> AcceptorConfig {
    acceptor_config(vec![named("GANNET")], Vec::new())
}

/// Nobody listens there: the port was free a moment ago.
fn dead_address() -> SocketAddr {
    World::new(open(), Vec::new()).acceptor.local_address()
}

#[test]
fn the_next_address_is_tried_and_kept() {
    let world = World::new(open(), Vec::new());
    let address = |address| Address { address, name: "broker".to_owned() };
    let addresses = vec![address(dead_address()), address(world.acceptor.local_address())];
    let dial = Dial::new(addresses, None, backoff(), Nanos(1_000_000));
    let mut scene = Scene::dialing("next", world, ours(), dial);
    scene.until("it is up", |scene| scene.up);
    assert!(scene.notices[0].starts_with("cannot connect to 127.0.0.1:"), "{:?}", scene.notices);
    assert!(scene.notices[0].contains("refused"), "{:?}", scene.notices);
    // The broker goes away and comes back: its address is tried first.
    let now = scene.world.now;
    scene.world.acceptor.log_out(now, "we close early today");
    scene.until("it is down", |scene| !scene.up);
    scene.until("it is up again", |scene| scene.up);
    let told = |part: &str| scene.notices.iter().filter(|notice| notice.contains(part)).count();
    assert_eq!(told("cannot connect"), 1, "{:?}", scene.notices);
    assert_eq!(told("the broker logged out: we close early today"), 1, "{:?}", scene.notices);
}

#[test]
fn a_refused_logon_is_told_with_the_brokers_words() {
    let folder = Folder::new("users");
    let users = folder.0.join("users.toml");
    std::fs::write(&users, quick_entry("desk", &["GANNET"], "sesame")).expect("a file");
    let mut acceptor = open();
    acceptor.users_file = Some(users);
    acceptor.sessions[0].login = Login::Password;
    let mut config = ours();
    config.credentials.username = "desk".to_owned();
    config.credentials.password = "wrong".to_owned();
    let mut scene = Scene::new("refused", acceptor, config);
    scene.until_told("the Logon was refused: the counterparty says: wrong user or password");
    // A person must look; until then nobody is stormed.
    let refused = |scene: &Scene| scene.world.acceptor.counters().connections_refused;
    let before = refused(&scene);
    scene.wait(Nanos(10 * SECOND.0));
    let tried = refused(&scene) - before;
    // The password is checked by a thread of its own, which takes as long as the machine lets it.
    assert!((1..=25).contains(&tried), "{tried} attempts in 10 s");
    let view = scene.watch_now();
    assert_eq!(view.refusal, "the counterparty says: wrong user or password");
    assert!(view.messages.iter().any(|message| message.text.contains("|554=***|")), "{view:?}");
    assert!(!view.messages.iter().any(|message| message.text.contains("554=wrong")), "{view:?}");
}

impl Scene {
    /// How the session stands, as the page shows it.
    fn watch_now(&mut self) -> gannet_control::SessionView {
        self.watch.want();
        self.turn();
        self.watch.newest().expect("a report was wanted").clone()
    }

    fn act(&mut self, action: SessionAction) {
        self.actions.push(action).expect("room");
        self.turn();
    }
}

#[test]
fn a_wrong_comp_id_is_told() {
    let config = settings("GANET", "BROKER", Role::Initiator);
    let mut scene = Scene::new("names", open(), config);
    scene.until_told("closed the connection without an answer to the Logon; are the CompIDs right");
    let told = "FIX.4.4 GANET → BROKER: no session has this version and these CompIDs";
    assert!(scene.world.was_told(told), "{:?}", scene.world.news);
}

#[test]
fn nobody_is_called_while_the_schedule_is_closed() {
    let mut config = ours();
    // The world begins on Tuesday 2023-11-14 at 22:13:20.
    let days = [Weekday::Tuesday];
    config.schedule = Some(Schedule::daily(&days, 22 * 3600 + 14 * 60, 22 * 3600 + 15 * 60));
    let mut scene = Scene::new("schedule", open(), config);
    scene.until_told("outside of the session's schedule, which opens at 20231114-22:14:00 UTC");
    scene.wait(Nanos(39 * SECOND.0));
    assert!(!scene.up && scene.world.news.is_empty(), "{:?}", scene.world.news);
    scene.until("it opens", |scene| scene.up);
    scene.wait(Nanos(61 * SECOND.0));
    assert!(!scene.up, "it closed");
    scene.until_told("which opens at 20231121-22:14:00 UTC");
    let connections = scene.world.acceptor.counters().connections;
    scene.wait(Nanos(20 * SECOND.0));
    assert_eq!(scene.world.acceptor.counters().connections, connections);
}

/// The trap of a driver that spins on a failed TLS socket: each failure costs one attempt.
#[test]
fn a_certificate_that_is_not_trusted_is_told_and_not_tried_in_a_loop() {
    let folder = Folder::new("certificates");
    let identity = write_certificate(&folder.0, "broker");
    let (other, _) = write_certificate(&folder.0, "other");
    let acceptor =
        AcceptorConfig { tls: Some(ServerFiles { identity, client_ca: None }), ..open() };
    let world = World::new(acceptor, Vec::new());
    let trusted = std::fs::read(other).expect("a certificate");
    let tls = TlsClientConfig::new(Some(&trusted)).expect("a root");
    let peer = Address { address: world.acceptor.local_address(), name: "127.0.0.1".to_owned() };
    let dial = Dial::new(vec![peer], Some(tls), backoff(), SECOND);
    let mut scene = Scene::dialing("untrusted", world, ours(), dial);
    scene.until_told("no authority that we trust has signed it");
    let before = scene.world.acceptor.counters().connections_refused;
    scene.wait(Nanos(10 * SECOND.0));
    let tried = scene.world.acceptor.counters().connections_refused - before;
    assert!((5..=25).contains(&tried), "{tried} attempts in 10 s");
    assert!(!scene.up);
    assert!(scene.world.was_told("the peer refuses our certificate"), "{:?}", scene.world.news);
}

#[test]
fn over_tls_the_session_works_as_without() {
    let folder = Folder::new("encrypted");
    let identity = write_certificate(&folder.0, "broker");
    let (client, client_key) = write_certificate(&folder.0, "client");
    let read = |path: &PathBuf| std::fs::read(path).expect("a file");
    let (chain, key) = (read(&client), read(&client_key));
    let roots = read(&identity.0);
    let acceptor =
        AcceptorConfig { tls: Some(ServerFiles { identity, client_ca: Some(client) }), ..open() };
    let world = World::new(acceptor, Vec::new());
    let own = gannet_net::tls::Identity { chain_pem: &chain, key_pem: &key };
    let tls = TlsClientConfig::with_identity(Some(&roots), Some(own)).expect("certificates");
    let peer = Address { address: world.acceptor.local_address(), name: "127.0.0.1".to_owned() };
    let dial = Dial::new(vec![peer], Some(tls), backoff(), SECOND);
    let mut scene = Scene::dialing("encrypted", world, ours(), dial);
    scene.until("it is up", |scene| scene.up);
    // Heartbeats keep it so.
    scene.wait(Nanos(100 * SECOND.0));
    assert!(scene.up && scene.notices.is_empty(), "{:?}", scene.notices);
    let now = scene.world.now;
    scene.link.logout(now);
    scene.until("it ends in order", |scene| !scene.up);
    assert!(scene.notices.iter().all(|notice| notice == "logged out"), "{:?}", scene.notices);
}

#[test]
fn people_log_out_set_numbers_and_log_on() {
    let mut scene = Scene::new("people", open(), ours());
    scene.until("it is up", |scene| scene.up);
    let view = scene.watch_now();
    assert_eq!((view.state, view.next_inbound, view.next_outbound), ("logged on", 2, 2));
    assert_eq!((view.version, view.messages.len()), ("FIX.4.4", 2));

    scene.act(SessionAction::SetNextOutbound(1));
    assert!(scene.notices.last().expect("an answer").contains("refused"), "{:?}", scene.notices);
    scene.act(SessionAction::SetNextOutbound(10));
    scene.until_told("SetNextOutbound(10) by an operator: done");

    scene.act(SessionAction::Logout);
    scene.until("it is down", |scene| !scene.up);
    let connections = scene.world.acceptor.counters().connections;
    scene.wait(Nanos(30 * SECOND.0));
    assert_eq!(scene.world.acceptor.counters().connections, connections, "it stays away");
    assert_eq!(scene.watch_now().state, "disconnected");

    scene.act(SessionAction::SetNextInbound(1));
    scene.act(SessionAction::Logon);
    scene.until("it is back", |scene| scene.up);
    scene.wait(SECOND);
    // The broker filled in what was asked for again.
    let theirs = scene.world.acceptor.sessions().next().expect("one");
    assert_eq!(theirs.next_outbound(), scene.link.gateway().session().next_inbound());
}

#[test]
fn a_silent_broker_is_given_up_and_called_again() {
    let mut config = ours();
    config.heartbeat_s = 1;
    let mut scene = Scene::new("silent", open(), config);
    scene.until("it is up", |scene| scene.up);
    // The broker hangs: its sockets stay open, nobody reads them.
    for _ in 0..100_000 {
        scene.world.now = scene.world.now.after(Nanos(100_000));
        let (now, up) = (scene.world.now, &mut scene.up);
        scene.link.poll(now, &mut |event| {
            if let GatewayEvent::State(state) = event {
                *up = state == GatewayState::Up;
            }
        });
        scene.link.flush();
    }
    scene.notices.extend(scene.link.take_notice().map(|notice| notice.text));
    assert!(!scene.up);
    scene.until("it is back", |scene| scene.up);
}

/// Orders are sent while the broker does not read: what waits is bounded by the transmit buffer,
/// further sends are refused, and nothing that was taken is lost.
#[test]
fn a_full_send_buffer_refuses_and_loses_nothing() {
    let mut scene = Scene::new("full", open(), Config { heartbeat_s: 0, ..ours() });
    scene.until("it is up", |scene| scene.up);
    let (mut taken, mut refused) = (0_u64, 0_u64);
    for number in 0..200_000 {
        let now = scene.world.now;
        let sent = scene.link.gateway.session_mut().send(now.0, b"B", |writer| {
            writer.uint(gannet_fix::tag::TEXT, number);
        });
        match sent {
            Ok(_) => taken += 1,
            Err(_) => refused += 1,
        }
        scene.link.flush();
    }
    assert!(refused > 0 && taken > 1_000, "{taken} taken, {refused} refused");
    scene.until("all of it arrives", |scene| scene.world.desk.heard[0].len() as u64 == taken);
    assert!(scene.up);
}

/// The broker is told, and so is the operator.
#[test]
fn a_trade_in_an_unknown_symbol_is_told() {
    const TRADE: &str =
        "37=V1|11=1280|17=E1|150=F|39=1|55=NOPE|54=1|38=5|32=3|31=7.5|151=2|14=3|6=0|";
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let dial = Dial::plain(listener.local_addr().expect("an address"), backoff());
    let mut scene = Scene::dialing("unknown", World::new(open(), Vec::new()), ours(), dial);
    scene.turn();
    let (mut socket, _) = listener.accept().expect("the gateway calls");
    socket.set_nonblocking(true).expect("a socket");
    let config = settings("BROKER", "GANNET", Role::Acceptor);
    let mut broker = Session::new(config, MemoryStore::new(1 << 16)).expect("valid settings");
    broker.on_connected(scene.world.now.0);
    let (mut sent, mut answer) = (false, None);
    let mut buffer = [0; 4_096];
    for _ in 0..100_000 {
        scene.turn();
        let now = scene.world.now.0;
        if let Ok(count) = socket.read(&mut buffer) {
            broker.handle_bytes(now, &buffer[..count], &mut |event| {
                if let Event::Application { message, .. } = event {
                    answer = Some((message.msg_type().to_vec(), message.get_char(127)));
                }
            });
        }
        if broker.state() == State::LoggedOn && !sent {
            let fields = TRADE.replace('|', "\x01");
            broker.send(now, b"8", |writer| writer.raw(fields.as_bytes())).expect("logged on");
            sent = true;
        }
        let written = socket.write(broker.poll_transmit()).expect("room");
        broker.consume_transmit(written);
        if answer.is_some() {
            break;
        }
    }
    assert_eq!(answer, Some((b"Q".to_vec(), Some(b'A'))));
    scene.until_told("a trade in a symbol that is none of our instruments");
}
