//! The real server on a free loopback port, asked by a plain blocking client.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use gannet_journal::{Options, Writer};
use gannet_runtime::histogram::hops;
use gannet_runtime::ring::{Overflow, Receiver, ring};
use gannet_types::{
    AccountId, CurrencyId, ExternalSignal, GateMode, GatewayId, GatewayState, GatewayStatus,
    Increment, Input, Instrument, InstrumentId, LimitKind, Nanos, OrderId, Rate, School, Scope,
    SessionAction, Stance, StrategyId, Text,
};

use super::*;
use crate::http::events::CLIENTS_MAX;
use crate::limits::{LimitRow, Limits};
use crate::projections::Setup;
use crate::sessions::{SessionView, session_watch};

mod orders;

const TOKEN: &str = "0123456789abcdef";

struct Running {
    address: SocketAddr,
    commands: Receiver<Command>,
    stop: Stop,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Running {
    fn start() -> Self {
        let fed = AtomicBool::new(false);
        Self::start_following(move |projection, _| {
            if fed.swap(true, Ordering::Relaxed) {
                return Ok(0);
            }
            let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
            projection.on_input(Nanos::SECOND, &Input::Gateway(up));
            Ok::<_, &str>(1)
        })
    }

    fn start_following<E: Display>(
        follow: impl FnMut(&mut Projection, u32) -> Result<u32, E> + Send + 'static,
    ) -> Self {
        let (server, token) =
            (Server::bind(&loopback(0)).expect("a port"), Token::from_text(TOKEN));
        let (sender, commands) = ring(2, Overflow::Reject);
        let mut counters = Counters::new();
        drop(counters.writer("test"));
        let projection = Projection::new(Setup {
            run_mode: "test".to_owned(),
            instruments: vec![Instrument {
                id: InstrumentId(0),
                symbol: Text::new(b"BTCUSDT"),
                tick: Increment::parse(b"0.10").expect("a tick"),
                lot: Increment::parse(b"0.001").expect("a lot"),
                kind: gannet_types::InstrumentKind::Linear,
            }],
            strategies: vec![("fader".to_owned(), GateMode::Paper)],
            gateways: vec!["broker".to_owned()],
            features: Vec::new(),
        })
        .trading_for(vec!["main".to_owned(), "second".to_owned()], vec![AccountId(1)])
        .limiting(Limits::new(vec![LimitRow {
            limit: LimitKind::Drawdown,
            scope: Scope::Account(AccountId(0)),
            owner: "main".to_owned(),
            instrument: None,
            hard: Some(50_000_000_000),
        }]))
        .in_currency("USDT".to_owned(), vec![("KRW".to_owned(), Rate::ONE)]);
        let token = token.expect("a good token");
        let (mut reporter, watch) = session_watch();
        reporter.answer(|| SessionView { session: "broker".to_owned(), ..SessionView::default() });
        let sessions = vec![watch];
        let engine = Engine {
            projection,
            commands: sender,
            counters,
            hops: hops().1,
            token,
            sessions,
            models: None,
        };
        let (stop, address) = (Stop::new(), server.address());
        let stopped = stop.clone();
        let thread = Some(std::thread::spawn(move || server.serve(engine, follow, &stopped)));
        Self { address, commands, stop, thread }
    }

    /// Sends a request with these header lines and returns the whole answer.
    fn ask(&self, method: &str, path: &str, headers: &str) -> String {
        let host = self.address;
        self.ask_raw(&format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}"))
    }

    fn ask_raw(&self, head: &str) -> String {
        let mut stream = self.send(&format!("{head}Connection: close\r\n\r\n"));
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    fn send(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream.write_all(request.as_bytes()).expect("room for a request");
        stream
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.request();
        let served = self.thread.take().map(JoinHandle::join);
        if !std::thread::panicking() {
            assert!(matches!(served, Some(Ok(Ok(())))), "the server ends well: {served:?}");
        }
    }
}

fn loopback(port: u16) -> Config {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    Config { address, allow_remote: false, hosts: Vec::new() }
}

fn bearer() -> String {
    format!("Authorization: Bearer {TOKEN}\r\n")
}

#[track_caller]
fn check_status(answer: &str, expected: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{expected}: {answer}");
}

/// Reads until `wanted` has appeared.
fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    while !text.contains(wanted) {
        let count = stream.read(&mut bytes).expect("more of the answer");
        assert!(count > 0, "the stream ended before {wanted:?}: {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    text
}

#[test]
fn everything_readable_is_read_without_a_token() {
    let server = Running::start();
    for (path, content_type, part) in [
        ("/", "text/html", "<title>Gannet</title>"),
        ("/app.js", "text/javascript", "EventSource"),
        ("/view.js", "text/javascript", "textContent"),
        ("/chart.js", "text/javascript", "createElementNS"),
        ("/style.css", "text/css", "prefers-color-scheme"),
        ("/icon.svg", "image/svg+xml", "<svg"),
        ("/health", "text/plain", "ok"),
        ("/api/status", "application/json", r#""gateways":[{"gateway":"broker","state":"up"}]"#),
        ("/api/status", "application/json", r#""journal":{"records":1,"#),
        ("/api/status", "application/json", r#""sessions":[{"session":"broker","#),
        ("/sessions.js", "text/javascript", "replaceChildren"),
        ("/metrics", "text/plain; version=0.0.4", "gannet_gateway_up{gateway=\"broker\"} 1"),
    ] {
        let answer = server.ask("GET", path, "");
        check_status(&answer, 200);
        assert!(answer.contains(&format!("content-type: {content_type}")), "{path}: {answer}");
        assert!(answer.contains(part), "{path}: {answer}");
        for header in [
            "content-security-policy: default-src 'self';",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
        ] {
            assert!(answer.contains(header), "{path}: {header}");
        }
    }
}

#[test]
fn metrics_are_prometheus_text() {
    let server = Running::start();
    let answer = server.ask("GET", "/metrics", "");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let mut samples = 0;
    let mut families = Vec::new();
    for line in body.lines().filter(|line| !line.starts_with("# HELP ")) {
        if let Some(family) = line.strip_prefix("# TYPE ") {
            let name = family.split(' ').next().expect("a name");
            assert!(!families.contains(&name), "{name} is defined twice");
            families.push(name);
            continue;
        }
        let (name, value) = line.rsplit_once(' ').expect("name and value");
        assert!(name.starts_with("gannet_"), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
        samples += 1;
    }
    assert!(samples > 20, "{body}");
    assert!(body.contains("gannet_position_quantity{symbol=\"BTCUSDT\"} 0.000"), "{body}");
}

#[test]
fn changes_need_the_token_and_reach_the_ring() {
    let mut server = Running::start();
    let session = |action| Command::Session(GatewayId(0), action);
    let short = |confidence| ExternalSignal {
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        stance: Stance::Short,
        confidence,
    };
    let rate = Rate::new(72, 5).expect("a rate");
    let (limit, scope) = (LimitKind::Drawdown, Scope::Account(AccountId(0)));
    let limit = Command::SetLimit { limit, scope, value: 1_250_000_000 };
    for (path, command) in [
        ("/api/kill", Command::Kill),
        ("/api/kill/reset", Command::KillReset),
        ("/api/approve/77", Command::Approve(OrderId(77))),
        ("/api/decline/72057594037927935", Command::Decline(OrderId::MAX)),
        ("/api/gate/auto", Command::SetGateMode(StrategyId(0), GateMode::Auto)),
        ("/api/signal/fader/BTCUSDT/short/80", Command::External(short(80))),
        ("/api/weight/fader/gann/1000", Command::Weight(StrategyId(0), School::Gann, 1_000)),
        ("/api/halt/BTCUSDT", Command::Halt(Scope::Instrument(InstrumentId(0)))),
        ("/api/halt/account/main", Command::Halt(Scope::Account(AccountId(0)))),
        ("/api/halt/account/second", Command::Halt(Scope::Account(AccountId(1)))),
        ("/api/resume/strategy/fader", Command::Resume(Scope::Strategy(StrategyId(0)))),
        ("/api/close/strategy/fader", Command::Close(Scope::Strategy(StrategyId(0)))),
        ("/api/arm/strategy/fader", Command::ArmStrategy(StrategyId(0))),
        ("/api/arm/account/second", Command::ArmStrategy(StrategyId(0))),
        ("/api/gate/strategy/fader/auto", Command::SetGateMode(StrategyId(0), GateMode::Auto)),
        ("/api/rate/KRW/0.00072", Command::SetRate(CurrencyId(1), rate)),
        ("/api/limits/drawdown_max/main/12.5", limit),
        ("/api/fix/broker/reset", session(SessionAction::ResetNumbers)),
        ("/api/fix/broker/next-inbound/7", session(SessionAction::SetNextInbound(7))),
        ("/api/fix/broker/next-outbound/8", session(SessionAction::SetNextOutbound(8))),
        ("/api/fix/broker/logout", session(SessionAction::Logout)),
        ("/api/fix/broker/logon", session(SessionAction::Logon)),
    ] {
        for headers in ["", "Authorization: Bearer wrong\r\n", "Authorization: Basic eA==\r\n"] {
            let answer = server.ask("POST", path, headers);
            check_status(&answer, 401);
            assert!(answer.contains("www-authenticate: Bearer"), "{answer}");
            assert!(answer.contains(r#""help":"send 'Authorization: Bearer TOKEN'"#), "{answer}");
        }
        assert_eq!(server.commands.pop(), None, "{path}");
        check_status(&server.ask("POST", path, &bearer()), 202);
        assert_eq!(server.commands.pop(), Some(command), "{path}");
    }
}

#[test]
fn a_full_ring_is_an_answer() {
    let mut server = Running::start();
    check_status(&server.ask("POST", "/api/kill", &bearer()), 202);
    check_status(&server.ask("POST", "/api/kill", &bearer()), 202);
    let answer = server.ask("POST", "/api/kill", &bearer());
    check_status(&answer, 503);
    assert!(answer.contains("this one was not queued"), "{answer}");
    assert_eq!(server.commands.pop(), Some(Command::Kill));
    check_status(&server.ask("POST", "/api/kill", &bearer()), 202);
}

#[test]
fn what_makes_no_sense_is_refused_with_json() {
    let mut server = Running::start();
    for (method, path, expected) in [
        ("GET", "/nothing", 404),
        ("POST", "/api/nothing", 404),
        ("GET", "/../Cargo.toml", 404),
        ("GET", "/api/kill", 405),
        ("POST", "/api/status", 405),
        ("DELETE", "/", 405),
        ("POST", "/api/approve/abc", 400),
        ("POST", "/api/limits/drawdown_max/main/501", 409),
        ("POST", "/api/limits/drawdown_max/main/0", 400),
        ("POST", "/api/limits/drawdown_max/other/1", 404),
        ("POST", "/api/limits/nothing/main/1", 404),
        ("POST", "/api/approve/-1", 400),
        ("POST", "/api/approve/72057594037927936", 400),
        ("POST", "/api/gate/AUTO", 400),
        ("POST", "/api/signal/nobody/BTCUSDT/long/50", 404),
        ("POST", "/api/signal/fader/DOGE/long/50", 404),
        ("POST", "/api/signal/fader/BTCUSDT/up/50", 400),
        ("POST", "/api/signal/fader/BTCUSDT/long/101", 400),
        ("POST", "/api/weight/fader/gann/1001", 400),
        ("POST", "/api/weight/fader/tea/1", 400),
        ("POST", "/api/fix/nobody/reset", 404),
        ("POST", "/api/fix/broker/restart", 404),
        ("POST", "/api/fix/broker/next-inbound/0", 400),
        ("POST", "/api/fix/broker/next-outbound/x", 400),
        ("GET", "/api/fix/broker/reset", 405),
        ("POST", "/api/halt/account/nobody", 404),
        ("POST", "/api/close/strategy/main", 404),
        ("POST", "/api/resume/desk/main", 404),
        ("POST", "/api/gate/strategy/fader/on", 400),
        ("POST", "/api/rate/JPY/1", 404),
        ("POST", "/api/rate/USDT/1", 404),
        ("POST", "/api/rate/KRW/0", 400),
        ("POST", "/api/rate/KRW/NaN", 400),
    ] {
        let answer = server.ask(method, path, &bearer());
        check_status(&answer, expected);
        assert!(answer.contains(r#"{"error":""#), "{method} {path}: {answer}");
    }
    assert_eq!(server.commands.pop(), None);
}

#[test]
fn foreign_pages_and_names_are_refused() {
    let mut server = Running::start();
    let token = bearer();
    let evil = format!("{token}Origin: http://evil.example\r\n");
    check_status(&server.ask("POST", "/api/kill", &evil), 403);
    for host in ["Host: evil.example\r\n", "Host: 127.0.0.1.evil.example:80\r\n", ""] {
        for request in ["POST /api/kill", "GET /api/status", "GET /"] {
            check_status(&server.ask_raw(&format!("{request} HTTP/1.1\r\n{host}{token}")), 403);
        }
    }
    assert_eq!(server.commands.pop(), None);
    let own = format!("{token}Origin: http://{}\r\n", server.address);
    check_status(&server.ask("POST", "/api/kill", &own), 202);
}

#[test]
fn bodies_are_refused() {
    let server = Running::start();
    for header in ["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"] {
        check_status(&server.ask("POST", "/api/kill", &format!("{}{header}", bearer())), 413);
    }
    check_status(
        &server.ask("POST", "/api/kill", &format!("{}Content-Length: 0\r\n", bearer())),
        202,
    );
}

#[test]
fn events_begin_with_everything_and_have_bounded_listeners() {
    let server = Running::start();
    let request = format!("GET /api/events HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    let mut listeners = Vec::new();
    for _ in 0..CLIENTS_MAX {
        let mut stream = server.send(&request);
        let text = read_until(&mut stream, "\n\n");
        assert!(text.contains("content-type: text/event-stream"), "{text}");
        assert!(text.contains("event: state\ndata: {\"engine\":{"), "{text}");
        listeners.push(stream);
    }
    let answer = server.ask("GET", "/api/events", "");
    check_status(&answer, 503);
    drop(listeners);
    // The places are free once the server has noticed; each try is a round trip.
    let is_free = (0..10_000)
        .any(|_| read_until(&mut server.send(&request), "\r\n").starts_with("HTTP/1.1 200"));
    assert!(is_free);
}

#[test]
fn connections_are_bounded() {
    let server = Running::start();
    check_status(&server.ask("GET", "/health", ""), 200);
    let held: Vec<_> = (0..limit::CONNECTIONS_MAX + 1)
        .map(|_| TcpStream::connect(server.address).expect("the backlog takes it"))
        .collect();
    let mut last = held.last().expect("many");
    // Hung up on: the end of the stream, or a reset.
    assert!(matches!(last.read(&mut [0; 1]), Ok(0) | Err(_)));
}

#[test]
fn a_broken_journal_is_shown_and_commands_still_work() {
    let mut server = Running::start_following(|_, _| Err::<u32, _>("segment 3 is damaged"));
    let answer = server.ask("GET", "/api/status", "");
    assert!(answer.contains(r#""error":"segment 3 is damaged""#), "{answer}");
    check_status(&server.ask("POST", "/api/kill", &bearer()), 202);
    assert_eq!(server.commands.pop(), Some(Command::Kill));
}

#[test]
fn a_real_journal_is_followed() {
    let directory = std::env::temp_dir().join(format!("gannet-control-{}", std::process::id()));
    write_journal(&directory);
    let follow = crate::follow_journal(&directory).expect("the journal just written");
    let server = Running::start_following(follow);
    let answer = server.ask("GET", "/api/status", "");
    assert!(answer.contains(r#""journal":{"records":3,"#), "{answer}");
    assert!(answer.contains(r#""is_killed":true"#), "{answer}");
    drop(server);
    std::fs::remove_dir_all(&directory).expect("our own directory");
}

fn write_journal(directory: &Path) {
    let options = Options { segment_bytes: 1 << 16, ..Options::default() };
    let (mut writer, maintenance) = Writer::create(directory, options).expect("a new journal");
    writer.append_start(Nanos(1), b"test").expect("room");
    writer.append_input(Nanos(2), &Input::Timer).expect("room");
    writer.append_input(Nanos(3), &Input::Command(Command::Kill)).expect("room");
    writer.seal().expect("a sealed journal");
    drop(maintenance);
}

#[test]
fn remote_addresses_and_taken_ports_are_explained() {
    let remote = Config { address: SocketAddr::from(([0, 0, 0, 0], 0)), ..loopback(0) };
    let error = Server::bind(&remote).expect_err("remote");
    assert!(error.to_string().contains("allow_remote = true"), "{error}");
    assert!(Server::bind(&Config { allow_remote: true, ..remote }).is_ok());

    let first = Server::bind(&loopback(0)).expect("a free port");
    let port = first.address().port();
    let error = Server::bind(&loopback(port)).expect_err("taken");
    let expected = format!("admin port {port} on 127.0.0.1 is already in use");
    assert!(error.to_string().starts_with(&expected), "{error}");
}
