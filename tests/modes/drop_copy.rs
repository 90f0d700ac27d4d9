//! A drop copy from end to end, as processes: one engine trades, its journal is served, and
//! another engine hears every trade once as somebody else's, also over a restart of both.

use std::path::Path;

use gannet_journal::{Body, Reader};
use gannet_tests::desk::LIVELY;
use gannet_tests::process::Process;
use gannet_tests::temp::TempDir;
use gannet_types::{ExecKind, Input, Lots, Output};

use super::PATIENCE;
use super::admin::{ask, until};
use super::run::{PROGRAM, count, summary};

/// The trades of a journal in order, by their ExecIDs: its own, or those heard as copies.
fn trades(journal: &Path, copies: bool) -> Vec<String> {
    let mut reader = Reader::open(journal).expect("a journal");
    let mut trades = Vec::new();
    while let Some(record) = reader.next().expect("a whole record") {
        let report = match record.body {
            Body::Input(Input::Execution(report)) if !copies => report,
            Body::Input(Input::DropCopy(copy)) if copies => copy.report,
            _ => continue,
        };
        if report.kind == ExecKind::Trade {
            trades.push(report.exec_id.to_string());
        }
    }
    trades
}

/// The last position of others that a journal tells.
fn foreign_lots(journal: &Path) -> Lots {
    let mut reader = Reader::open(journal).expect("a journal");
    let mut lots = Lots::ZERO;
    while let Some(record) = reader.next().expect("a whole record") {
        if let Body::Output(Output::ForeignPosition(position)) = record.body {
            lots = position.lots;
        }
    }
    lots
}

/// Starts a demo that ends by itself.
fn demo(config: &str, journal: &str, seconds: &str) -> Process {
    let arguments = ["demo", "--config", config, "--journal", journal, "--seconds", seconds];
    let more = ["--admin", "127.0.0.1:0", "--summary", "json"];
    Process::start(Path::new(PROGRAM), &[&arguments[..], &more].concat())
}

/// Looks at the drop copy session on the page, logs it out and on again.
fn steer(engine: &mut Process) {
    let place = engine.wait_for_notice("gannet: http://", PATIENCE);
    let (admin, token) = place.split_once("/#token=").expect("an address and a token");
    let header = format!("Authorization: Bearer {token}\r\n");
    let stands = |state: &'static str| {
        until(admin, state, |status| {
            let session = &status["sessions"][1];
            session["session"] == "COPIES" && session["state"] == state
        });
    };
    stands("logged on");
    assert_eq!(ask(admin, "POST", "/api/fix/COPIES/logout", &header).0, 202);
    stands("disconnected");
    assert_eq!(ask(admin, "POST", "/api/fix/COPIES/logon", &header).0, 202);
    stands("logged on");
    until(admin, "the orders' session was left alone", |status| {
        status["sessions"][0]["state"] == "logged on" && status["sessions"][0]["reconnects"] == 0
    });
}

#[test]
fn what_one_engine_trades_another_hears_once() {
    let folder = TempDir::new("drop-copy");
    let text = |name: &str| folder.join(name).display().to_string();
    let (ours, theirs) = (text("ours"), text("theirs"));
    std::fs::write(folder.join("theirs.toml"), LIVELY).expect("a file");
    let traded = demo(&text("theirs.toml"), &theirs, "8").wait(PATIENCE);
    let traded = summary(&traded);
    assert!(count(&traded, "fills") > 0, "{traded}");

    let served = format!(
        "[acceptor]\nlisten = \"127.0.0.1:0\"\nstore_directory = \"{}\"\ntemplate = []\n[acceptor.tls]\nmode = \"off\"\n\
         [[acceptor.session]]\nversion = \"FIX.4.4\"\nsender_comp_id = \"COPIES\"\n\
         target_comp_id = \"DESK\"\nlogin = \"none\"\n",
        text("stores")
    );
    std::fs::write(folder.join("served.toml"), served).expect("a file");
    let expected = trades(Path::new(&theirs), false);
    for round in 0..2 {
        let mut server = Process::start(
            Path::new(PROGRAM),
            &["fix", "drop-copy", "--journal", &theirs, "--config", &text("served.toml")],
        );
        let address = server.wait_for("drop copy listens on", PATIENCE);
        let (host, port) = address.rsplit_once(':').expect("an address");
        let listening = format!(
            "[drop_copy]\nhost = \"{host}\"\nport = {port}\nsender_comp_id = \"DESK\"\n\
             target_comp_id = \"COPIES\"\n"
        );
        std::fs::write(folder.join("ours.toml"), listening).expect("a file");
        // People look and act in the second round, when there is nothing left to hear.
        let seconds = ["3", "600"][round];
        let mut heard = demo(&text("ours.toml"), &ours, seconds);
        let heard = if round == 0 {
            heard.wait(PATIENCE)
        } else {
            steer(&mut heard);
            heard.stop(PATIENCE)
        };
        summary(&heard);
        // The second round hears nothing again: both sides know where they stand.
        assert_eq!(trades(Path::new(&ours), true), expected, "round {round}");
        let ended = server.stop(PATIENCE);
        assert!(ended.status.success(), "{ended:#?}");
    }
    let position = traded["position_lots"].as_i64().expect("a position");
    assert_eq!(foreign_lots(Path::new(&ours)), Lots(position));
    let replayed = Process::start(Path::new(PROGRAM), &["replay", &ours]).wait(PATIENCE);
    assert!(replayed.stdout.join("\n").contains("differences=0"), "{replayed:#?}");
}
