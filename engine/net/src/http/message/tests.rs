//! Messages in pieces, in every form the protocol allows, and in forms it does not.

use proptest::prelude::*;

use super::*;
use crate::http::write;

const BODY_MAX: usize = 1000;

/// Feeds `bytes` in pieces; returns status, body and bytes taken, or the error.
fn read_response(bytes: &[u8], piece: usize) -> Result<Option<(u16, Vec<u8>, usize)>, HttpError> {
    let mut reader = ResponseReader::new(BODY_MAX);
    let mut used = 0;
    for part in bytes.chunks(piece) {
        let count = reader.handle_bytes(part)?;
        used += count;
        if count < part.len() {
            break;
        }
    }
    Ok(reader.response().map(|response| (response.status, response.body.to_vec(), used)))
}

#[track_caller]
fn check(text: &str, expected: Result<Option<(u16, &str, usize)>, HttpError>) {
    let expected =
        expected.map(|found| found.map(|(status, body, used)| (status, body.into(), used)));
    for piece in [1, 2, 3, 7, text.len()] {
        assert_eq!(read_response(text.as_bytes(), piece), expected, "pieces of {piece}");
    }
}

#[test]
fn bodies_of_every_kind() {
    check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloNEXT", Ok(Some((200, "hello", 43))));
    check("HTTP/1.1 204 None\r\n\r\nNEXT", Ok(Some((204, "", 21))));
    check("HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n", Ok(Some((304, "", 40))));
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n\
         0\r\nTrailer: 1\r\n\r\nNEXT",
        Ok(Some((200, "abc0123456789", 91))),
    );
    check(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
        Ok(Some((200, "x", 64))),
    );
    check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", Ok(None));
    check("HTTP/1.1 200 OK\r\nCon", Ok(None));
}

#[test]
fn a_body_without_length_ends_with_the_stream() {
    let mut reader = ResponseReader::new(BODY_MAX);
    reader.handle_bytes(b"HTTP/1.0 200 OK\r\n\r\nsome").expect("valid");
    assert!(reader.response().is_none());
    reader.handle_end();
    assert_eq!(reader.response().expect("complete").body, b"some");
    assert!(!reader.keep_alive());
    reader.reset();
    assert!(reader.response().is_none());
}

#[test]
fn what_is_refused() {
    let head = |fields: &str| format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n");
    let too_big = HttpError::BodyTooBig { body_bytes_max: BODY_MAX };
    check("not http at all\r\n\r\n", Err(HttpError::Malformed));
    check(&head("Content-Length: 1\r\nContent-Length: 2"), Err(HttpError::BodyLength));
    check(&head("Content-Length: +1"), Err(HttpError::BodyLength));
    check(&head("Content-Length: 99999999999999999999999"), Err(HttpError::BodyLength));
    check(&head("Content-Length: 1\r\nTransfer-Encoding: chunked"), Err(HttpError::BodyLength));
    check(&head("Transfer-Encoding: gzip"), Err(HttpError::BodyLength));
    check(&head("Content-Length: 1001"), Err(too_big));
    check(&head(&"A: b\r\n".repeat(70)), Err(HttpError::HeadTooBig));
    check(&head(&format!("A: {}", "b".repeat(20_000))), Err(HttpError::HeadTooBig));
    check(&"HTTP/1.1 102 Wait\r\n\r\n".repeat(9), Err(HttpError::Malformed));
    let chunked = head("Transfer-Encoding: chunked");
    for (body, error) in [
        ("x\r\n", HttpError::Chunk),
        ("\r\n", HttpError::Chunk),
        ("1\n", HttpError::Chunk),
        ("1\r\nab", HttpError::Chunk),
        ("00000000000000001\r\n", HttpError::Chunk),
        ("3e9\r\n", HttpError::Chunk),
        ("ffffffffffffffff\r\nabc", too_big),
    ] {
        let text = format!("{chunked}{body}{}", "a".repeat(1001));
        let found = read_response(text.as_bytes(), text.len());
        let expected = if body == "3e9\r\n" { too_big } else { error };
        assert_eq!(found, Err(expected), "{body:?}");
    }
    let endless = format!("{chunked}1;{}", "e".repeat(5000));
    assert_eq!(read_response(endless.as_bytes(), 64), Err(HttpError::Chunk));
}

#[test]
fn requests_and_their_fields() {
    let mut out = Vec::new();
    let fields = [("X-Key", "abc"), ("Connection", "keep-alive, Upgrade")];
    write::request(&mut out, "POST", "venue", "/order?symbol=BTCUSDT", &fields, b"{}")
        .expect("valid");
    let mut reader = RequestReader::new(BODY_MAX);
    assert_eq!(reader.handle_bytes(&out), Ok(out.len()));
    let request = reader.request().expect("complete");
    assert_eq!((request.method, request.target), ("POST", "/order?symbol=BTCUSDT"));
    assert_eq!(request.body, b"{}");
    assert_eq!(request.header("x-key"), Some(&b"abc"[..]));
    assert_eq!(request.header("absent"), None);
    assert!(request.header_has("connection", "upgrade"));
    assert!(!request.header_has("connection", "close"));
    assert!(reader.keep_alive());
    assert_eq!(out.split(|&byte| byte == b'\n').nth(1), Some(&b"Host: venue\r"[..]));
}

#[test]
fn nothing_that_starts_a_second_head_is_written() {
    let mut out = Vec::new();
    let bad = HttpError::Forbidden;
    assert_eq!(write::request(&mut out, "G T", "h", "/", &[], b""), Err(bad));
    assert_eq!(write::request(&mut out, "GET", "h", "/a b", &[], b""), Err(bad));
    assert_eq!(write::request(&mut out, "GET", "h\r\n", "/", &[], b""), Err(bad));
    assert_eq!(write::request(&mut out, "GET", "h", "/", &[("A", "b\nc: d")], b""), Err(bad));
    assert_eq!(write::response(&mut out, 200, "O\rK", &[], b""), Err(bad));
    assert_eq!(write::response(&mut out, 204, "No", &[], b"body"), Err(bad));
    assert_eq!(write::response(&mut out, 200, "OK", &[("A:", "b")], b""), Err(bad));
    assert!(out.is_empty());
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        status in prop_oneof![Just(200_u16), Just(404), Just(503)],
        body in proptest::collection::vec(any::<u8>(), 0..BODY_MAX),
        piece in 1_usize..200,
    ) {
        let mut out = Vec::new();
        write::response(&mut out, status, "Any Reason", &[("X", "y")], &body).expect("valid");
        let size = out.len();
        out.extend_from_slice(b"HTTP/1.1 ");
        let found = read_response(&out, piece);
        prop_assert_eq!(found, Ok(Some((status, body, size))));
    }

    #[test]
    fn noise_never_panics_and_stays_below_the_caps(
        start in prop_oneof![
            Just(""), Just("HTTP/1.1 200 OK\r\n"),
            Just("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ],
        noise in proptest::collection::vec(any::<u8>(), 0..400),
        piece in 1_usize..100,
    ) {
        let bytes = [start.as_bytes(), &noise].concat();
        if let Ok(Some((_, body, used))) = read_response(&bytes, piece) {
            prop_assert!(used <= bytes.len());
            prop_assert!(body.len() <= BODY_MAX);
        }
        let mut reader = RequestReader::new(BODY_MAX);
        let _ = reader.handle_bytes(&noise);
        let _ = reader.request().map(|request| request.body.len());
    }
}
