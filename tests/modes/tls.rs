//! Paper trading over TLS: the engine as on the public venue, against the venue simulator.

use std::path::Path;

use gannet_tests::desk::LIVELY;
use gannet_tests::process::Process;
use gannet_tests::temp::TempDir;

use super::PATIENCE;
use super::run::{count, summary};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gannet-under-test");

/// Writes a certificate for loopback and its key; returns both paths.
fn certificate(folder: &TempDir) -> (String, String) {
    let names = vec!["127.0.0.1".to_owned()];
    let own = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, own.cert.pem()).expect("a certificate");
    std::fs::write(&key, own.signing_key.serialize_pem()).expect("a key");
    (certificate.display().to_string(), key.display().to_string())
}

/// Starts a venue that speaks TLS; returns it and its address.
fn venue(certificate: &str, key: &str) -> (Process, String) {
    let arguments = ["venue", "--subscribers", "4", "--certificate", certificate, "--key", key];
    let mut venue = Process::start(Path::new(PROGRAM), &arguments);
    let address = venue.wait_for("venue listens on ", PATIENCE);
    (venue, address)
}

fn config(folder: &TempDir, address: &str, ca_file: &str) -> String {
    let path = folder.join("paper.toml");
    let text = format!(
        "{LIVELY}\ndirectory = '{}'\n[feed]\nwebsocket_url = \"wss://{address}\"\n\
         rest_url = \"https://{address}\"\nca_file = '{ca_file}'\n\
         [gate]\nmode = \"paper\"\n[admin]\nlisten = \"127.0.0.1:0\"\n",
        folder.join("journal").display(),
    );
    std::fs::write(&path, text).expect("a configuration");
    path.display().to_string()
}

#[test]
fn paper_trades_over_tls() {
    let folder = TempDir::new("tls");
    let (certificate, key) = certificate(&folder);
    let (venue, address) = venue(&certificate, &key);
    let config = config(&folder, &address, &certificate);
    let arguments = ["run", "--config", &config, "--seconds", "6", "--summary", "json"];
    let summary = summary(&Process::start(Path::new(PROGRAM), &arguments).wait(PATIENCE));
    assert!(count(&summary, "frames") > 500, "{summary}");
    assert_eq!(count(&summary, "gaps"), 0, "{summary}");
    assert!(count(&summary, "orders") > 3, "{summary}");
    assert!(count(&summary, "fills") > 0, "{summary}");
    assert!(venue.stop(PATIENCE).status.success());
}

#[test]
fn a_certificate_nobody_vouches_for_is_not_trusted() {
    let (folder, other) = (TempDir::new("tls"), TempDir::new("tls"));
    let (own, key) = certificate(&folder);
    let (_venue, address) = venue(&own, &key);
    let (foreign, _) = certificate(&other);
    let config = config(&folder, &address, &foreign);
    let arguments = ["run", "--config", &config, "--seconds", "2", "--summary", "json"];
    let summary = summary(&Process::start(Path::new(PROGRAM), &arguments).wait(PATIENCE));
    assert_eq!(count(&summary, "frames"), 0, "{summary}");
}
