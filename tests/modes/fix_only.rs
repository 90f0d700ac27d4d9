//! An engine that knows nothing but FIX, as processes: market data and orders are two sessions
//! with `gannet fix acceptor`, in both topologies; what it decided, a replay decides again.

use std::path::Path;

use gannet_journal::{Body, Reader};
use gannet_tests::desk::LIVELY;
use gannet_tests::process::Process;
use gannet_tests::temp::TempDir;
use gannet_types::{FeedState, Input, MarketEvent, TradingStatus};

use super::PATIENCE;
use super::run::{PROGRAM, count, replay, summary};

/// A venue, an acceptor that follows it, and what both operators wrote.
struct Scene {
    venue: Process,
    acceptor: Process,
    port: String,
    // Last, so that the processes end before their folder goes.
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = TempDir::new("fix-only");
        let mut venue = Process::start(Path::new(PROGRAM), &["venue"]);
        let at = venue.wait_for("venue listens on ", PATIENCE);
        let session = |name: &str| {
            format!(
                "[[acceptor.session]]\nversion = \"FIX.4.4\"\nsender_comp_id = \"BROKER\"\n\
                 target_comp_id = \"{name}\"\nlogin = \"none\"\n"
            )
        };
        let text = format!(
            "[feed]\nwebsocket_url = \"ws://{at}\"\nrest_url = \"http://{at}\"\n[acceptor]\n\
             listen = \"127.0.0.1:0\"\ntemplate = []\n{}{}",
            session("GANNET"),
            session("QUOTES"),
        );
        let path = folder.join("acceptor.toml");
        std::fs::write(&path, text).expect("a configuration");
        let arguments = ["fix", "acceptor", "--config", &path.display().to_string()];
        let mut acceptor = Process::start(Path::new(PROGRAM), &arguments);
        let address = acceptor.wait_for("acceptor listens on ", PATIENCE);
        let port = address.rsplit_once(':').expect("an address").1.to_owned();
        Self { venue, acceptor, port, folder }
    }

    /// Writes an engine's configuration: a key of its feed, and who its feed says it is.
    fn engine(&self, feed: &str, name: &str) -> String {
        let port = &self.port;
        let text = format!(
            "{LIVELY}\n[feed]\nvenue = \"fix\"\n{feed}\n[gateway]\nhost = \"127.0.0.1\"\nport = {port}\n\
             [feed_session]\nhost = \"127.0.0.1\"\nport = {port}\nsender_comp_id = \"{name}\"\n"
        );
        let path = self.folder.join("engine.toml");
        std::fs::write(&path, text).expect("a configuration");
        path.display().to_string()
    }
}

/// Returns how often a journal's market said something.
fn told(journal: &str, event: &MarketEvent<'_>) -> usize {
    let mut reader = Reader::open(Path::new(journal)).expect("a journal");
    let mut count = 0;
    while let Some(record) = reader.next().expect("a whole record") {
        if let Body::Input(Input::Market(market)) = record.body {
            count += usize::from(market.event == *event);
        }
    }
    count
}

/// Runs an engine for some seconds, and checks that it traded on one unbroken book.
#[track_caller]
fn check_trades(topology: &str) {
    let scene = Scene::new();
    let config = scene.engine("trading_status = true", "QUOTES");
    let journal = scene.folder.join("journal").display().to_string();
    let mut arguments = vec!["run", "--config", &config, "--journal", &journal];
    arguments.extend(["--topology", topology, "--seconds", "12", "--admin", "127.0.0.1:0"]);
    arguments.extend(["--summary", "json"]);
    let summary = summary(&Process::start(Path::new(PROGRAM), &arguments).wait(PATIENCE));
    assert_eq!(count(&summary, "gaps"), 0, "{summary}");
    assert_eq!(count(&summary, "crossed_books"), 0, "{summary}");
    assert!(count(&summary, "frames") > 50, "{summary}");
    assert!(count(&summary, "orders") > 3, "{summary}");
    assert!(count(&summary, "fills") > 0, "{summary}");
    assert_eq!(told(&journal, &MarketEvent::Feed(FeedState::Live)), 1, "{summary}");
    assert_eq!(told(&journal, &MarketEvent::Status(TradingStatus::Trading)), 1, "{summary}");
    replay(&journal);
    let ended = scene.acceptor.stop(PATIENCE);
    assert!(ended.status.success(), "{ended:#?}");
    assert!(scene.venue.stop(PATIENCE).status.success());
}

#[test]
fn a_fused_engine_lives_on_fix_alone() {
    check_trades("fused");
}

#[test]
fn a_pipelined_engine_lives_on_fix_alone() {
    check_trades("pipelined");
}

#[test]
fn a_feed_that_is_refused_says_why() {
    let scene = Scene::new();
    let told = [
        ("", "NOBODY", "the venue closed the connection without an answer to the Logon"),
        ("depth = 7", "QUOTES", "the venue refused to subscribe BTCUSDT"),
    ];
    for (feed, name, expected) in told {
        let config = scene.engine(feed, name);
        let journal = scene.folder.join("refused").display().to_string();
        let arguments =
            ["run", "--config", &config, "--journal", &journal, "--admin", "127.0.0.1:0"];
        let mut engine = Process::start(Path::new(PROGRAM), &arguments);
        engine.wait_for_notice(&format!("gannet: feed: {expected}"), PATIENCE);
        let ended = engine.stop(PATIENCE);
        assert!(ended.status.success(), "{ended:#?}");
        std::fs::remove_dir_all(&journal).expect("a journal");
    }
}
