//! A client and a server on loopback, plain and encrypted.

use super::*;
use crate::error::NetError;
use crate::loopback::{Loopback, until};
use crate::transport::Progress;

const BODY_MAX: usize = 1 << 20;

fn connected(net: &Loopback) -> (HttpClient, HttpServer) {
    let url = net.url("http", "/");
    let tls = net.client_tls.as_ref();
    let client = HttpClient::connect(&url, net.address(), tls, BODY_MAX).expect("connect");
    (client, HttpServer::new(net.accept(), BODY_MAX))
}

/// Answers every request with its target, repeated to the size asked for in the body.
fn serve(server: &mut HttpServer) {
    let _ = server.handle_readable().expect("server");
    if let Some(request) = server.request() {
        let count = std::str::from_utf8(request.body).expect("text").parse().unwrap_or(1);
        let body = request.target.repeat(count);
        server.respond(200, "OK", &[("X-Weight", "20")], body.as_bytes()).expect("valid");
    }
    server.flush().expect("flush");
}

fn two_requests_on_one_connection(net: &Loopback) {
    let (mut client, mut server) = connected(net);
    assert!(client.poll_response(0).expect("idle").is_none());
    for (method, body, count) in [("GET", &b""[..], 1), ("POST", b"50000", 50_000)] {
        client.start(method, "/depth?n=1", &[], body, 100).expect("free");
        assert_eq!(client.start("GET", "/", &[], b"", 100), Err(HttpError::Busy));
        until(|| {
            serve(&mut server);
            let response = client.poll_response(99).expect("client")?;
            assert_eq!(response.status, 200);
            assert_eq!(response.header("x-weight"), Some(&b"20"[..]));
            assert!(response.body == b"/depth?n=1".repeat(count));
            Some(())
        });
        assert!(client.is_reusable());
        assert!(server.keep_alive());
    }
    drop(client);
    until(|| match server.handle_readable() {
        Ok(Progress::Closed) | Err(_) => Some(()),
        Ok(_) => None,
    });
}

#[test]
fn plain() {
    two_requests_on_one_connection(&Loopback::plain());
}

#[test]
fn encrypted() {
    two_requests_on_one_connection(&Loopback::encrypted("venue"));
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let net = Loopback::plain();
    let (mut client, mut server) = connected(&net);
    until(|| client.transport().poll_connected().expect("loopback").then_some(()));
    let two = b"GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\nConnection: close\r\n\r\n";
    client.transport().write(two).expect("room");
    for target in ["/a", "/b"] {
        until(|| {
            server.handle_readable().expect("server");
            server.request().map(|request| assert_eq!(request.target, target))
        });
        server.respond(200, "OK", &[], b"").expect("valid");
    }
    assert!(!server.keep_alive());
}

#[test]
fn a_connection_that_ends_or_says_too_much_is_finished() {
    for (answer, text) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "the peer closed the connection"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy", "HTTP: bytes after the end"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", "HTTP: body above the cap"),
    ] {
        let net = Loopback::plain();
        let (mut client, mut server) = connected(&net);
        client.start("GET", "/", &[], b"", 100).expect("free");
        server.transport().write(answer.as_bytes()).expect("room");
        server.transport().shutdown_write().expect("shutdown");
        let error = until(|| client.poll_response(1).err());
        assert!(error.to_string().contains(text), "{error}");
        assert!(!client.is_reusable());
        assert_eq!(client.start("GET", "/", &[], b"", 100), Err(HttpError::NotReusable));
    }
}

#[test]
fn an_answer_without_length_is_the_last() {
    let net = Loopback::plain();
    let (mut client, mut server) = connected(&net);
    client.start("GET", "/", &[], b"", 100).expect("free");
    server.transport().write(b"HTTP/1.1 200 OK\r\n\r\nall").expect("room");
    server.transport().shutdown_write().expect("shutdown");
    let body = until(|| client.poll_response(1).expect("client").map(|found| found.body.to_vec()));
    assert_eq!(body, b"all");
    assert!(!client.is_reusable());
}

#[test]
fn a_silent_server_runs_into_the_deadline() {
    let net = Loopback::plain();
    let (mut client, _server) = connected(&net);
    client.start("GET", "/", &[], b"", 100).expect("free");
    assert!(client.poll_response(99).expect("patient").is_none());
    let error = client.poll_response(100).expect_err("deadline");
    assert!(matches!(error, NetError::Timeout { .. }));
    assert_eq!(client.start("HEAD", "/", &[], b"", 1), Err(HttpError::NotReusable));
}
