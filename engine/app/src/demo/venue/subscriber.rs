//! One WebSocket that frames are sent to.

use gannet_net::http::HttpServer;
use gannet_net::transport::Progress;
use gannet_net::websocket::{self, WsConfig, WsConnection};
use gannet_types::Nanos;

/// Bytes queued for one subscriber above which it is disconnected: 8 s of the busiest minute
/// recorded (500 kB/s).
const QUEUE_BYTES_MAX: usize = 4 << 20;

/// Reads in one turn; a subscriber has nothing to say but pongs and goodbye.
const READS_PER_TURN: usize = 4;

/// A connection and what it wants.
pub(super) struct Subscriber {
    socket: WsConnection,
    /// `<symbol>@<type>`.
    streams: Vec<Vec<u8>>,
}

impl Subscriber {
    /// Answers the upgrade that waits in `server`; `None` if it is not a correct one.
    pub(super) fn accept(server: HttpServer) -> Option<Self> {
        let streams = streams_of(server.request()?.target)?;
        let config = WsConfig { send_bytes_max: QUEUE_BYTES_MAX, ..WsConfig::default() };
        let socket = websocket::server::accept(server, &config).ok()?;
        Some(Self { socket, streams })
    }

    pub(super) fn streams(&self) -> &[Vec<u8>] {
        &self.streams
    }

    pub(super) const fn pending_bytes(&self) -> usize {
        self.socket.pending_bytes()
    }

    /// Queues a frame if it is of one of the streams, or of none at all. Returns false if there
    /// is no room: the subscriber does not read and has to go.
    pub(super) fn offer(&mut self, stream: Option<&[u8]>, frame: &[u8]) -> bool {
        let wanted = stream.is_none_or(|stream| self.streams.iter().any(|own| own == stream));
        if !wanted || !self.socket.is_open() {
            return true;
        }
        self.socket.queue_text(frame).is_ok()
    }

    /// Queues a close frame behind everything else.
    pub(super) fn close(&mut self, code: u16) {
        self.socket.queue_close(code, "");
    }

    /// Sends what the socket takes and reads what is there; returns false when it is over.
    pub(super) fn turn(&mut self, now: Nanos) -> bool {
        if self.socket.flush().is_err() {
            return false;
        }
        for _ in 0..READS_PER_TURN {
            match self.socket.handle_readable(now.0, |_| {}) {
                Ok(Progress::Advanced) => {}
                Ok(Progress::Idle) => return true,
                Ok(Progress::Closed) | Err(_) => return false,
            }
        }
        true
    }
}

/// Returns the streams that a request path names, `None` if it names none.
pub(super) fn streams_of(target: &str) -> Option<Vec<Vec<u8>>> {
    let (path, query) = target.split_once('?')?;
    STREAM_PATHS.contains(&path).then_some(())?;
    let names = query.split('&').find_map(|part| part.strip_prefix("streams="))?;
    let streams: Vec<Vec<u8>> = names
        .split('/')
        .filter(|name| !name.is_empty())
        .map(|name| without_speed(name.as_bytes()).to_vec())
        .collect();
    (!streams.is_empty()).then_some(streams)
}

/// Where streams are served. The venue sends books by one route and trades by the other; here
/// every route has all of them, and `/stream` is how it was until 2026-04-23.
pub(super) const STREAM_PATHS: [&str; 3] = ["/public/stream", "/market/stream", "/stream"];

/// Returns the stream that a frame names in its first member; `None` for a frame without the
/// combined streams' envelope.
pub(super) fn stream_of(frame: &[u8]) -> Option<&[u8]> {
    let rest = frame.strip_prefix(b"{\"stream\":\"")?;
    let end = rest.iter().position(|&byte| byte == b'"')?;
    Some(without_speed(&rest[..end]))
}

/// Returns the symbol, in lower case, if `stream` is a book's updates.
pub(super) fn symbol_of_depth(stream: &[u8]) -> Option<&[u8]> {
    stream.strip_suffix(b"@depth")
}

/// Cuts a name before its second `@`.
fn without_speed(name: &[u8]) -> &[u8] {
    let mut places = name.iter().enumerate().filter(|(_, byte)| **byte == b'@');
    match places.nth(1) {
        Some((second, _)) => &name[..second],
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_named_without_their_speed() {
        let streams = streams_of("/public/stream?streams=btcusdt@depth@100ms/btcusdt@trade//x");
        let expected = [&b"btcusdt@depth"[..], b"btcusdt@trade", b"x"];
        assert_eq!(streams.expect("streams"), expected);
        for path in ["/stream", "/stream?streams=", "/stream?a=b", "/ws/btcusdt@trade"] {
            assert_eq!(streams_of(path), None, "{path}");
        }
        let frame = b"{\"stream\":\"btcusdt@depth@0ms\",\"data\":{}}";
        assert_eq!(stream_of(frame), Some(&b"btcusdt@depth"[..]));
        assert_eq!(stream_of(b"{\"e\":\"trade\"}"), None);
        assert_eq!(symbol_of_depth(b"btcusdt@depth"), Some(&b"btcusdt"[..]));
        assert_eq!(symbol_of_depth(b"btcusdt@trade"), None);
    }
}
