//! Two real ends on loopback, plain and encrypted.

use super::*;
use crate::http::HttpServer;
use crate::loopback::{Loopback, until};
use crate::transport::Transport;
use crate::websocket::{client, server};

fn opened(net: &Loopback, config: &WsConfig) -> (WsConnection, WsConnection) {
    let url = net.url("ws", "/stream?streams=btcusdt@depth");
    let mut client =
        client::connect(&url, net.address(), net.client_tls.as_ref(), config, 0).expect("connect");
    let mut http = HttpServer::new(net.accept(), 0);
    until(|| {
        client.handle_readable(1, |_| panic!("nothing said yet")).expect("client");
        http.handle_readable().expect("server");
        http.request().is_some().then_some(())
    });
    let request = http.request().expect("just seen");
    assert!(server::is_upgrade(&request));
    assert_eq!(request.target, "/stream?streams=btcusdt@depth");
    let server = server::accept(http, config).expect("upgrade");
    (client, server)
}

fn speak_both_ways(net: &Loopback) {
    let (mut client, mut server) = opened(net, &WsConfig::default());
    assert!(client.queue_text(b"early").is_err(), "not open yet");
    // The first messages travel right behind the answer to the upgrade.
    let long = vec![b'z'; 300_000];
    server.queue_text(b"first").expect("room");
    server.queue_binary(&long).expect("room");
    server.queue_ping().expect("room");
    let mut heard = Vec::new();
    until(|| {
        server.flush().expect("flush");
        let note = |frame: Frame<'_>| heard.push((frame.opcode, frame.payload.to_vec()));
        client.handle_readable(7, note).expect("client");
        (heard.len() == 2).then_some(())
    });
    assert_eq!(heard[0], (Opcode::Text, b"first".to_vec()));
    assert_eq!(heard[1], (Opcode::Binary, long));
    assert_eq!(client.last_read_ns(), 7);

    client.queue_text(b"subscribe").expect("room");
    until(|| client.flush().expect("flush").then_some(()));
    let mut orders = Vec::new();
    until(|| {
        let note = |frame: Frame<'_>| orders.push(frame.payload.to_vec());
        server.handle_readable(9, note).expect("server");
        (!orders.is_empty()).then_some(())
    });
    assert_eq!(orders, [b"subscribe"]);

    client.queue_close(close::NORMAL, "done");
    until(|| {
        client.flush().expect("flush");
        let progress = server.handle_readable(10, |_| {}).expect("server");
        (progress == Progress::Closed).then_some(())
    });
    assert_eq!(server.peer_close_code(), Some(close::NORMAL));
    until(|| {
        server.flush().expect("flush");
        let progress = client.handle_readable(10, |_| {}).expect("client");
        (progress == Progress::Closed).then_some(())
    });
    assert_eq!(client.peer_close_code(), Some(close::NORMAL));
    assert!(!client.is_open());
    assert!(matches!(client.queue_text(b""), Err(NetError::Closed { .. })));
}

#[test]
fn plain() {
    speak_both_ways(&Loopback::plain());
}

#[test]
fn encrypted() {
    speak_both_ways(&Loopback::encrypted("venue"));
}

#[test]
fn a_ping_is_answered_with_its_payload() {
    let (mut client, server) = opened(&Loopback::plain(), &WsConfig::default());
    let WsConnection { mut transport, mut outgoing, mut reader, mut writer, .. } = server;
    writer.ping(b"are you there", outgoing.buffer());
    let answer = until(|| {
        outgoing.flush(&mut transport).expect("flush");
        client.handle_readable(1, |_| panic!("pings are not messages")).expect("client");
        if let ReadOutcome::Bytes(count) = transport.read(reader.space()).expect("read") {
            reader.filled(count);
        }
        let frame = reader.next_frame().expect("valid")?;
        Some((frame.opcode, frame.payload.to_vec()))
    });
    assert_eq!(answer, (Opcode::Pong, b"are you there".to_vec()));
}

#[test]
fn a_broken_frame_is_answered_with_its_close_code() {
    let (mut client, mut server) = opened(&Loopback::plain(), &WsConfig::default());
    server.outgoing.buffer().extend_from_slice(&[0xFF, 0x00]);
    let error = until(|| {
        server.flush().expect("flush");
        client.handle_readable(1, |_| {}).err()
    });
    assert!(matches!(error, NetError::WebSocket(WebSocketError::ReservedBits)));
    assert_eq!(error.to_string(), "WebSocket: reserved bits set without an agreed extension");
    until(|| {
        let progress = server.handle_readable(1, |_| {}).expect("server");
        (progress == Progress::Closed).then_some(())
    });
    assert_eq!(server.peer_close_code(), Some(close::PROTOCOL_ERROR));
}

#[test]
fn a_peer_that_does_not_read_fills_the_send_buffer() {
    let config = WsConfig { send_bytes_max: 100_000, ..WsConfig::default() };
    let (_client, mut server) = opened(&Loopback::plain(), &config);
    let message = vec![0; 50_000];
    let error = until(|| {
        let refused = server.queue_binary(&message).err();
        server.flush().expect("flush");
        refused
    });
    assert!(matches!(error, NetError::SendBufferFull { pending_bytes } if pending_bytes > 100_000));
}

#[test]
fn a_server_that_answers_otherwise_is_refused() {
    for (answer, text) in [
        ("HTTP/1.1 429 Slow Down\r\nConnection: close\r\n\r\n", "the server answered 429 instead"),
        ("HTTP/1.1 101 Ok\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", "field `Upgrade`"),
        (
            "HTTP/1.1 101 Ok\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: bm90IHRoZSByaWdodCBvbmU=\r\n\r\n",
            "field `Sec-WebSocket-Accept`",
        ),
        ("HTTP/1.1 101 Ok\r\nUpgr", "the peer closed the connection while opening"),
        ("garbage\r\n\r\n", "HTTP: malformed message head"),
    ] {
        let net = Loopback::plain();
        let url = net.url("ws", "/");
        let config = WsConfig::default();
        let mut client = client::connect(&url, net.address(), None, &config, 0).expect("connect");
        let mut transport = net.accept();
        transport.write(answer.as_bytes()).expect("room");
        transport.shutdown_write().expect("shutdown");
        let error = until(|| client.handle_readable(1, |_| {}).err());
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn a_silent_server_runs_into_the_deadline() {
    let net = Loopback::plain();
    let config = WsConfig { handshake_ns: 100, ..WsConfig::default() };
    let url = net.url("ws", "/");
    let mut client = client::connect(&url, net.address(), None, &config, 1_000).expect("connect");
    let _silent: Transport = net.accept();
    for _ in 0..100 {
        assert_eq!(client.handle_readable(1_099, |_| {}).expect("patient"), Progress::Idle);
    }
    let error = client.handle_readable(1_100, |_| {}).expect_err("deadline");
    assert!(matches!(error, NetError::Timeout { .. }));
}

#[test]
fn an_unknown_root_and_a_wrong_name_are_refused_with_a_reason() {
    let ours = Loopback::encrypted("venue");
    let stranger = Loopback::encrypted("stranger");
    let handshake = |net: &Loopback, url: &crate::url::Url| {
        let config = WsConfig::default();
        let tls = net.client_tls.as_ref();
        let mut client = client::connect(url, ours.address(), tls, &config, 0).expect("connect");
        let mut http = HttpServer::new(ours.accept(), 0);
        let mut server_error = None;
        let client_error = until(|| {
            let error = client.handle_readable(1, |_| {}).err();
            server_error = server_error.take().or(http.handle_readable().err());
            error
        });
        let server_error = until(|| server_error.take().or(http.handle_readable().err()));
        (client_error.to_string(), server_error.to_string())
    };
    let url = ours.url("ws", "/");
    let (client, server) = handshake(&stranger, &url);
    assert!(client.contains("no authority that we trust has signed it"), "{client}");
    assert!(server.contains("the peer refuses our certificate"), "{server}");

    let mut other_name = url;
    other_name.host = "venue.example".to_owned();
    let (client, _) = handshake(&ours, &other_name);
    assert!(client.contains("`venue.example` was expected"), "{client}");

    let config = WsConfig::default();
    let missing = client::connect(&ours.url("ws", "/"), ours.address(), None, &config, 0);
    let error = missing.expect_err("no configuration");
    assert_eq!(
        error.to_string(),
        "TLS: the address asks for TLS and no TLS configuration was given"
    );
}
