//! A disk that is full, and journals that are damaged.

use std::path::Path;

use gannet_app::agents::engine::{Engine, OrderSink};
use gannet_app::recovery;
use gannet_journal::{Durability, JournalError, Options, Writer, decode_segment};
use gannet_tests::desk::{Desk, lively};
use gannet_tests::market::GeneratedMarket;
use gannet_tests::process::Process;
use gannet_tests::random::Random;
use gannet_tests::temp::TempDir;
use gannet_types::{
    Command, GatewayId, GatewayState, GatewayStatus, Input, Market, Nanos, OrderRequest,
    RejectReason,
};

use crate::modes::PATIENCE;

/// Counts what would leave.
#[derive(Default)]
struct Sent(usize);

impl OrderSink for Sent {
    fn send(&mut self, _now: Nanos, _request: &OrderRequest) -> Result<(), RejectReason> {
        self.0 += 1;
        Ok(())
    }
}

struct Inlet<S> {
    engine: Engine<S>,
    sent: Sent,
}

impl<S: gannet_pipeline::strategy::Strategy> gannet_feeds::MarketSink for Inlet<S> {
    fn on_market(&mut self, market: &Market<'_>) {
        self.engine.input(market.received, &Input::Market(*market), &mut self.sent);
    }
}

#[test]
fn an_engine_that_waits_for_the_disk_says_that_it_is_full() {
    let folder = TempDir::new("durable");
    let mut config = lively("");
    config.journal.directory = folder.join("journal");
    let origin = recovery::Origin::new(&config, Nanos(1));
    // Room for the segment that is written, and not for the one after it.
    let options = Options {
        segment_bytes: 1 << 20,
        capacity_bytes: 1 << 20,
        durability: Durability::Power,
        prefault: false,
    };
    let (writer, maintenance) =
        Writer::create(&config.journal.directory, options).expect("room for the first segment");
    let mut engine = Engine::new(origin.pipeline(&config), writer).with_disk_barrier(maintenance);
    assert_eq!(engine.shortage(), None);
    engine.maintain();
    let told = engine.shortage().expect("the shortage is told, not swallowed");
    assert!(matches!(told, JournalError::DiskFull { .. }), "{told}");
    // There is still room for cancels.
    engine.input(Nanos(2), &Input::Command(Command::Drain), &mut Sent::default());
    assert!(engine.failure().is_none(), "records still fit");
}

#[test]
fn a_full_disk_stops_trading_and_loses_nothing() {
    let folder = TempDir::new("full");
    let mut config = lively("");
    config.journal.directory = folder.join("journal");
    let mut market = GeneratedMarket::new(2, &config.pipeline.instruments);
    let begin = market.advance();
    let origin = recovery::Origin::new(&config, begin);
    let options = Options {
        segment_bytes: 1 << 20,
        capacity_bytes: 3 << 20,
        durability: Durability::Process,
        prefault: false,
    };
    let (mut writer, mut maintenance) =
        Writer::create(&config.journal.directory, options).expect("room for the first segment");
    writer.append_start(begin, origin.to_text().as_bytes()).expect("room for a record");
    let engine = Engine::new(origin.pipeline(&config), writer);
    let mut inlet = Inlet { engine, sent: Sent::default() };
    inlet.engine.input(begin, &Input::Command(Command::Start), &mut inlet.sent);
    let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
    inlet.engine.input(begin, &Input::Gateway(up), &mut inlet.sent);

    let mut told = None;
    let mut now = begin;
    for _ in 0..50_000 {
        now = market.advance();
        market.deliver(now, &mut inlet);
        if let Err(error) = maintenance.work() {
            // Here the engine cancels and stops, while there is still room.
            told.get_or_insert((error, inlet.engine.journal().room_bytes()));
        }
        if inlet.engine.failure().is_some() {
            break;
        }
    }
    let (error, room) = told.expect("the slow half says that the disk is full");
    assert!(matches!(error, JournalError::DiskFull { .. }), "{error}");
    assert!(room > 1 << 16, "{room} bytes: time to cancel");
    assert_eq!(inlet.engine.failure(), Some(&JournalError::Full));
    let (sent, inputs) = (inlet.sent.0, inlet.engine.pipeline().counters().inputs);
    assert!(sent > 0);
    for _ in 0..1_000 {
        now = market.advance();
        market.deliver(now, &mut inlet);
    }
    assert_eq!(inlet.sent.0, sent, "no record, no trade");
    assert_eq!(inlet.engine.pipeline().counters().inputs, inputs, "and no decision");
    drop(inlet);
    drop(maintenance);

    let opened = recovery::open(&config, now).expect("there is room again");
    assert_eq!(opened.recovered.expect("a past").truncated_bytes, 0);
    let mut inlet = Inlet { engine: opened.engine, sent: Sent::default() };
    assert_eq!(inlet.engine.pipeline().counters().inputs, inputs, "nothing was lost");
    now = market.advance();
    market.deliver(now, &mut inlet);
    assert!(inlet.engine.failure().is_none());
    assert!(inlet.engine.pipeline().counters().inputs > inputs);
}

#[test]
fn spoiled_segments_never_panic() {
    let mut desk = Desk::start(lively(""), 5);
    desk.play(300);
    let segment = std::fs::read(desk.journal().join("00000000.gnj")).expect("a segment");
    let used = {
        let decoded = decode_segment(&segment, |_| {}).expect("a good segment");
        assert!(decoded.records > 300);
        usize::try_from(decoded.used_bytes).expect("a size")
    };
    let mut random = Random::new(21);
    let mut refused = 0;
    for _ in 0..300 {
        let mut bytes = segment[..used].to_vec();
        random.spoil(&mut bytes);
        refused += usize::from(decode_segment(&bytes, |_| {}).is_err());
    }
    assert!(refused > 200, "{refused} of 300 were found");
}

/// Runs the program, which must refuse, and returns what it said.
fn refusal(arguments: &[&str]) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_gannet-under-test"));
    let ended = Process::start(program, arguments).wait(PATIENCE);
    assert!(!ended.status.success(), "{ended:#?}");
    let said = ended.stderr.join("\n");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[test]
fn the_program_says_what_is_wrong() {
    let folder = TempDir::new("refusals");
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let unknown = write("unknown.toml", "[risk]\nprice_colar_ppm = 1\n");
    let said = refusal(&["run", "--config", &unknown]);
    assert!(said.contains("price_collar_ppm") && said.contains("unknown.toml"), "{said}");

    let broken = write("broken.toml", "[risk\n");
    assert!(refusal(&["run", "--config", &broken]).contains("broken.toml"));

    let missing = folder.join("missing.toml").display().to_string();
    assert!(refusal(&["run", "--config", &missing]).contains("missing.toml"));

    let no_journal = folder.join("nothing").display().to_string();
    assert!(refusal(&["replay", &no_journal]).contains("no journal"));

    let capture = write("capture.txt", "1 {}\nsoon {}\n");
    let said = refusal(&["backtest", "--capture", &capture]);
    assert!(said.contains("capture.txt") && said.contains("line 2"), "{said}");
}
