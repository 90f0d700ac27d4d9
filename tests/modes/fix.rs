//! An engine and `gannet fix acceptor` as processes: TLS with certificates on both sides, a
//! password, the page and its actions; and what both operators read when a Logon is refused.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gannet_tests::certificates::{Authority, FUTURE, PAST};
use gannet_tests::desk::LIVELY;
use gannet_tests::process::Process;
use gannet_tests::temp::TempDir;
use serde_json::Value;

use super::PATIENCE;
use super::admin::{ask, status, until};
use super::run::{PROGRAM, count, summary};

const PASSWORD: &str = "a password of some length";

/// A venue, certificates, users, and whatever the test starts.
struct Scene {
    venue: Process,
    venue_at: String,
    brokers: Authority,
    broker_certificate: (PathBuf, PathBuf),
    engines: Authority,
    engine_certificate: (PathBuf, PathBuf),
    // Last, so that the processes end before their folder goes.
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = TempDir::new("fix");
        let mut venue = Process::start(Path::new(PROGRAM), &["venue"]);
        let venue_at = venue.wait_for("venue listens on ", PATIENCE);
        let brokers = Authority::new(&folder, "brokers");
        let engines = Authority::new(&folder, "engines");
        let broker_certificate = brokers.sign(&folder, "fix.example", FUTURE);
        let engine_certificate = engines.sign(&folder, "engine.example", FUTURE);
        let entry = format!(
            "[[user]]\nusername = \"desk\"\ncomp_ids = [\"GANNET\"]\npassword = \"{}\"\n",
            hash_password()
        );
        std::fs::write(folder.join("users.toml"), entry).expect("a file");
        Self { venue, venue_at, brokers, broker_certificate, engines, engine_certificate, folder }
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(name);
        let feed = format!(
            "{LIVELY}\ndirectory = '{}'\n[feed]\nwebsocket_url = \"ws://{at}\"\n\
             rest_url = \"http://{at}\"\n[admin]\nlisten = \"127.0.0.1:0\"\n",
            self.folder.join("journal").display(),
            at = self.venue_at,
        );
        std::fs::write(&path, format!("{feed}{text}")).expect("a configuration");
        path.display().to_string()
    }

    /// Starts an acceptor that asks for certificate and password; `more` is for its own section.
    fn acceptor(&self, (certificate, key): &(PathBuf, PathBuf), more: &str) -> (Process, String) {
        let text = format!(
            "[acceptor]\nusers_file = '{}'\n{more}\n[acceptor.tls]\nmode = \"on\"\n\
             certificate_file = '{}'\nkey_file = '{}'\nclient_ca_file = '{}'\n",
            self.folder.join("users.toml").display(),
            certificate.display(),
            key.display(),
            self.engines.file.display(),
        );
        let config = self.write("acceptor.toml", &text);
        let free = "127.0.0.1:0";
        let arguments = ["fix", "acceptor", "--config", &config, "--listen", free, "--admin", free];
        let mut acceptor = Process::start(Path::new(PROGRAM), &arguments);
        let address = acceptor.wait_for("acceptor listens on ", PATIENCE);
        (acceptor, address)
    }

    /// Starts an engine for that acceptor; `more` is for its gateway.
    fn engine(&self, acceptor_at: &str, password: &str, more: &str) -> Process {
        let (host, port) = acceptor_at.rsplit_once(':').expect("an address");
        let (certificate, key) = &self.engine_certificate;
        let text = format!(
            "[gateway]\nhost = \"{host}\"\nport = {port}\nusername_variable = \"FIX_USER\"\n\
             password_variable = \"FIX_PASSWORD\"\n{more}\n[gateway.tls]\nmode = \"on\"\n\
             server_name = \"fix.example\"\nca_file = '{}'\ncertificate_file = '{}'\n\
             key_file = '{}'\n",
            self.brokers.file.display(),
            certificate.display(),
            key.display(),
        );
        let config = self.write("engine.toml", &text);
        let arguments = ["run", "--config", &config, "--summary", "json"];
        let variables = [("FIX_USER", "desk"), ("FIX_PASSWORD", password)];
        Process::start_in(Path::new(PROGRAM), &arguments, &variables)
    }

    /// Starts both and expects that their operators are told these lines; neither may ever show
    /// the password.
    #[track_caller]
    fn check_refused(
        &self,
        certificate: &(PathBuf, PathBuf),
        (password, gateway, acceptor): (&str, &str, &str),
        (engine_says, acceptor_says): (&str, &str),
    ) {
        let (mut broker, address) = self.acceptor(certificate, acceptor);
        let mut engine = self.engine(&address, password, gateway);
        engine.wait_for_notice(&format!("gannet: gateway: {engine_says}"), PATIENCE);
        if !acceptor_says.is_empty() {
            broker.wait_for_notice(&format!("gannet: acceptor: {acceptor_says}"), PATIENCE);
        }
        let ended = engine.stop(PATIENCE);
        assert!(ended.status.success(), "{ended:#?}");
        let mut said = ended.stderr;
        said.extend(broker.stop(PATIENCE).stderr);
        assert!(!said.iter().any(|line| line.contains(password)), "{said:#?}");
        std::fs::remove_dir_all(self.folder.join("journal")).expect("a journal");
    }
}

/// Asks the program for the hash of [`PASSWORD`].
fn hash_password() -> String {
    let mut child = Command::new(PROGRAM)
        .args(["fix", "hash-password"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(format!("{PASSWORD}\n").as_bytes()).expect("room");
    drop(stdin);
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success(), "{output:?}");
    let hash = String::from_utf8(output.stdout).expect("text").trim().to_owned();
    assert!(hash.starts_with("$pbkdf2-sha256$i=600000,"), "{hash}");
    hash
}

#[test]
fn an_engine_trades_over_tls_with_a_password_and_people_steer_its_session() {
    let scene = Scene::new();
    let (broker, address) = scene.acceptor(&scene.broker_certificate, "");
    let mut engine = scene.engine(&address, PASSWORD, "");
    let place = engine.wait_for_notice("gannet: http://", PATIENCE);
    let (admin, token) = place.split_once("/#token=").expect("an address and a token");
    let session = |status: &Value| status["sessions"][0].clone();
    until(admin, "it is logged on and has traded", |status| {
        session(status)["state"] == "logged on"
            && status["engine"]["counts"]["fills"].as_u64() > Some(3)
    });
    until(admin, "messages are shown, the password is not", |status| {
        let messages = session(status)["messages"].to_string();
        assert!(!messages.contains(PASSWORD), "{messages}");
        messages.contains("35=8|")
    });

    // People log out, look, and log on again; it stands in the journal.
    let header = format!("Authorization: Bearer {token}\r\n");
    assert_eq!(ask(admin, "POST", "/api/fix/BROKER/logout", "").0, 401);
    assert_eq!(ask(admin, "POST", "/api/fix/BROKER/logout", &header).0, 202);
    until(admin, "it is logged out", |status| session(status)["state"] == "disconnected");
    assert_eq!(ask(admin, "POST", "/api/fix/BROKER/logon", &header).0, 202);
    until(admin, "it is back", |status| session(status)["state"] == "logged on");
    until(admin, "the journal has both actions", |status| {
        let actions = status["session_actions"].to_string();
        actions.contains("log out") && actions.contains("log on")
    });

    let summary = summary(&engine.stop(PATIENCE));
    assert!(count(&summary, "orders") > 3, "{summary}");
    let ended = broker.stop(PATIENCE);
    assert!(ended.status.success(), "{ended:#?}");
    let sessions: Value = serde_json::from_str(ended.stdout.last().expect("a line")).expect("JSON");
    assert_eq!(sessions[0]["session"], "GANNET");
    assert_eq!(sessions[0]["connections"], 2);
    assert!(sessions[0]["fills"].as_u64() >= summary["fills"].as_u64(), "{sessions}");
    assert_eq!(sessions[0]["duplicates"], 0);
    assert!(scene.venue.stop(PATIENCE).status.success());
}

/// A new journal has no numbers of before, while the acceptor's go on: the first Logon resets both.
#[test]
fn a_second_journal_trades_and_the_acceptors_page_shows_and_steers_its_session() {
    let scene = Scene::new();
    let (mut broker, address) = scene.acceptor(&scene.broker_certificate, "");
    let place = broker.wait_for_notice("gannet: acceptor: http://", PATIENCE);
    let (page, token) = place.split_once("/#token=").expect("an address and a token");
    let session = |status: &Value| {
        let sessions = status["sessions"].as_array().expect("sessions");
        sessions.iter().find(|session| session["target_comp_id"] == "GANNET").cloned()
    };
    for _ in 0..2 {
        let mut engine = scene.engine(&address, PASSWORD, "");
        let place = engine.wait_for_notice("gannet: http://", PATIENCE);
        let (admin, _) = place.split_once("/#token=").expect("an address and a token");
        until(admin, "it has traded", |status| {
            status["engine"]["counts"]["fills"].as_u64() > Some(0)
        });
        until(page, "the acceptor shows it, without the password", |status| {
            let shown = session(status).unwrap_or_default();
            assert!(!shown.to_string().contains(PASSWORD), "{shown}");
            shown["state"] == "logged on" && shown["messages"].to_string().contains("35=D|")
        });
        assert!(engine.stop(PATIENCE).status.success());
        std::fs::remove_dir_all(scene.folder.join("journal")).expect("a journal");
        until(page, "it is gone", |status| {
            session(status).is_some_and(|session| session["state"] == "disconnected")
        });
    }

    let shown = session(&status(page)).expect("a session");
    let name = shown["session"].as_str().expect("a name");
    let reset = format!("/api/fix/{name}/reset");
    assert_eq!(ask(page, "POST", &reset, "").0, 401);
    let header = format!("Authorization: Bearer {token}\r\n");
    assert_eq!(ask(page, "POST", &reset, &header).0, 202);
    until(page, "its numbers begin again", |status| {
        session(status).is_some_and(|session| session["next_outbound"] == 1)
    });
    broker.wait_for_notice(&format!("gannet: acceptor: {name}: ResetNumbers by an"), PATIENCE);
    assert!(broker.stop(PATIENCE).status.success());
    assert!(scene.venue.stop(PATIENCE).status.success());
}

#[test]
fn a_refused_logon_is_explained_to_both_operators() {
    let scene = Scene::new();
    let good = &scene.broker_certificate;
    // A wrong password.
    scene.check_refused(
        good,
        ("an old password", "", ""),
        (
            "the Logon was refused: the counterparty says: wrong user or password",
            "FIX.4.4 GANNET → BROKER at 127.0.0.1:",
        ),
    );
    // A wrong CompID.
    scene.check_refused(
        good,
        (PASSWORD, "sender_comp_id = \"GANET\"", "template = []"),
        (
            "the broker closed the connection without an answer to the Logon; are the CompIDs right",
            "refused 127.0.0.1:",
        ),
    );
    // Certificates of the broker: expired, for another name, of an authority that is not trusted.
    let (brokers, engines) = (&scene.brokers, &scene.engines);
    for (authority, host, last_year, refused) in [
        (brokers, "fix.example", PAST, "it expired on 2020-03-01 00:00:00 UTC"),
        (brokers, "web.example", FUTURE, "it is for web.example, and `fix.example` was expected"),
        (engines, "fix.example", FUTURE, "no authority that we trust has signed it"),
    ] {
        let certificate = authority.sign(&scene.folder, host, last_year);
        let start = "the connection failed: TLS: the certificate of the peer is refused: ";
        let told = format!("{start}{refused}");
        scene.check_refused(&certificate, (PASSWORD, "", ""), (&told, "refused 127.0.0.1:"));
    }
}

/// The schedules are made of the day after tomorrow's name, so that they are closed now.
#[test]
fn out_of_schedule_nobody_logs_on() {
    let scene = Scene::new();
    let closed = |section: &str| {
        let days = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs();
        let day = days[usize::try_from((now / 86_400 + 2) % 7).expect("small")];
        format!("[{section}]\nopen = \"daily\"\ndays = [\"{day}\"]\n")
    };
    // The engine's own schedule keeps it from calling.
    scene.check_refused(
        &scene.broker_certificate,
        (PASSWORD, &closed("gateway.schedule"), ""),
        ("outside of the session's schedule, which opens at ", ""),
    );
    // The broker's refuses the call.
    scene.check_refused(
        &scene.broker_certificate,
        (PASSWORD, "", &closed("acceptor.schedule")),
        (
            "the broker closed the connection without an answer to the Logon; are the CompIDs right, \
             and is the session open now?",
            "FIX.4.4 GANNET → BROKER at 127.0.0.1:",
        ),
    );
}
