//! The admin port of a running engine: what it shows, and who may steer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use gannet_tests::process::Process;
use gannet_tests::temp::TempDir;
use serde_json::Value;

use super::PATIENCE;
use super::run::{PROGRAM, summary};

/// Sends one request and returns the status code and the body.
pub(crate) fn ask(address: &str, method: &str, path: &str, header: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(address).expect("the admin port");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{header}\r\n");
    socket.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status code");
    (code, body.to_owned())
}

/// Starts a demo with a page of its own; returns its address and the header of an operator.
pub(crate) fn demo(config: &Path, journal: &Path) -> (Process, String, String) {
    let (config, journal) = (config.display().to_string(), journal.display().to_string());
    let page = ["--admin", "127.0.0.1:0", "--summary", "json"];
    let own = ["demo", "--config", &config, "--journal", &journal];
    let mut process = Process::start(Path::new(PROGRAM), &[&own[..], &page].concat());
    let place = process.wait_for_notice("gannet: http://", PATIENCE);
    let (address, token) = place.split_once("/#token=").expect("an address and a token");
    (process, address.to_owned(), format!("Authorization: Bearer {token}\r\n"))
}

pub(crate) fn status(address: &str) -> Value {
    let (code, body) = ask(address, "GET", "/api/status", "");
    assert_eq!(code, 200, "{body}");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// Asks for the status until `holds`.
#[track_caller]
pub(crate) fn until(address: &str, what: &str, holds: impl Fn(&Value) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if holds(&status(address)) {
            return;
        }
        // The page follows the journal a few times a second; asking faster proves nothing.
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it never was so: {what}");
}

#[test]
fn the_page_of_a_running_engine_shows_and_steers() {
    let folder = TempDir::new("admin");
    let journal = folder.join("journal").display().to_string();
    let arguments = ["demo", "--journal", &journal, "--admin", "127.0.0.1:0", "--summary", "json"];
    let mut process = Process::start(Path::new(PROGRAM), &arguments);
    let place = process.wait_for_notice("gannet: http://", PATIENCE);
    let (address, token) = place.split_once("/#token=").expect("an address and a token");

    let (code, page) = ask(address, "GET", "/", "");
    assert_eq!(code, 200);
    assert!(page.contains("Gannet") && page.contains("app.js"), "{page}");
    until(address, "the market arrives", |status| {
        status["engine"]["counts"]["market_events"].as_u64() > Some(100)
    });
    let (code, metrics) = ask(address, "GET", "/metrics", "");
    assert_eq!(code, 200);
    assert!(metrics.contains("# TYPE gannet_feed_frames_total counter"), "{metrics}");

    let killed = |status: &Value| status["engine"]["is_killed"] == true;
    for header in ["", "Authorization: Bearer 0000\r\n"] {
        let (code, body) = ask(address, "POST", "/api/kill", header);
        assert_eq!(code, 401, "{body}");
        assert!(body.contains("token"), "{body}");
    }
    assert!(!killed(&status(address)), "a call without the token changed something");
    let header = format!("Authorization: Bearer {token}\r\n");
    let foreign = format!("{header}Origin: http://elsewhere.example\r\n");
    assert_eq!(ask(address, "POST", "/api/kill", &foreign).0, 403);
    assert_eq!(ask(address, "POST", "/api/kill", &header).0, 202);
    until(address, "the kill switch is on", killed);
    assert_eq!(ask(address, "POST", "/api/kill/reset", &header).0, 202);
    until(address, "the kill switch is off", |status| !killed(status));
    summary(&process.stop(PATIENCE));
}
