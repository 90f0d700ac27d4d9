//! A feed's connections: the WebSockets, and HTTP for snapshots, with reconnects.
//!
//! The WebSockets live and die together: the session is connected while all are open, and one
//! that is lost takes the others with it.
//!
//! Hot: `poll` is one `read` into the frame buffer of each, and one decode a frame.

use std::fmt::Display;
use std::net::SocketAddr;

use gannet_feeds::{FeedCounters, FeedRequest, FeedSession, MarketSink, VenueFeed};
use gannet_net::backoff::Backoff;
use gannet_net::http::HttpClient;
use gannet_net::tls::TlsClientConfig;
use gannet_net::transport::Progress;
use gannet_net::url::Url;
use gannet_net::websocket::{self, WsConfig, WsConnection};
use gannet_types::{InstrumentId, Nanos};

use super::market_feed::MarketFeed;
use super::notice::Notice;

/// What notices call this connection.
const NAME: &str = "feed";

/// How long a snapshot may take.
const SNAPSHOT_TIMEOUT: Nanos = Nanos(5_000_000_000);

/// Largest snapshot: 1,000 levels a side are 60 kB.
const SNAPSHOT_BYTES_MAX: usize = 4 << 20;

/// How often timers run and a snapshot under way is asked about while frames keep coming.
const HOUSEKEEPING_INTERVAL: Nanos = Nanos(1_000_000);

/// The close code of a stream that is over (RFC 6455, 7.4.1: going away because it is done).
const CLOSE_NORMAL: u16 = 1000;

/// Where a feed connects to; names are resolved before a hot thread starts.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Base of the WebSocket address.
    pub websocket: Url,
    /// What its host resolved to.
    pub websocket_address: SocketAddr,
    /// Base of the HTTP address.
    pub rest: Url,
    /// What its host resolved to.
    pub rest_address: SocketAddr,
    /// Whom to trust.
    pub tls: TlsClientConfig,
}

/// A feed session and its connections.
pub struct FeedLink<V> {
    session: FeedSession<V>,
    endpoint: Endpoint,
    backoff: Backoff,
    streams: Vec<Stream>,
    /// Connect again at this time.
    retry_at: Nanos,
    /// Requests under way, one an instrument at most.
    snapshots: Vec<(InstrumentId, HttpClient)>,
    housekeeping_at: Nanos,
    is_open: bool,
    notice: Option<Notice>,
    /// Connections lost, or given up before they stood.
    reconnects: u64,
}

/// One WebSocket.
struct Stream {
    /// Path and query.
    path: String,
    socket: Option<WsConnection>,
    /// The venue said that nothing more will come.
    ended: bool,
}

impl<V: VenueFeed> FeedLink<V> {
    /// Connects `session` to `endpoint` when polled.
    #[must_use]
    pub fn new(session: FeedSession<V>, endpoint: Endpoint, backoff: Backoff) -> Self {
        let stream = |path| Stream { path, socket: None, ended: false };
        let streams = session.stream_paths().into_iter().map(stream).collect();
        Self {
            session,
            endpoint,
            backoff,
            streams,
            retry_at: Nanos::ZERO,
            snapshots: Vec::new(),
            housekeeping_at: Nanos::ZERO,
            is_open: false,
            notice: None,
            reconnects: 0,
        }
    }

    #[cold]
    fn connect(&mut self, now: Nanos, index: usize) {
        let stream = &mut self.streams[index];
        if now < self.retry_at || stream.ended {
            return;
        }
        let url = Url { path_and_query: stream.path.clone(), ..self.endpoint.websocket.clone() };
        let (address, tls) = (self.endpoint.websocket_address, &self.endpoint.tls);
        let config = WsConfig::default();
        match websocket::client::connect(&url, address, Some(tls), &config, now.0) {
            Ok(socket) => stream.socket = Some(socket),
            Err(error) => {
                self.notice = Some(Notice::new(NAME, error.to_string()));
                self.retry_at = now.after(Nanos(self.backoff.next_delay_ns()));
            }
        }
    }

    /// The venue has said everything on one stream; the others may have more.
    #[cold]
    fn end(&mut self, now: Nanos, index: usize, sink: &mut impl MarketSink) {
        let stream = &mut self.streams[index];
        (stream.socket, stream.ended) = (None, true);
        if self.has_ended() {
            self.disconnect(now, sink);
        }
    }

    #[cold]
    fn close(&mut self, now: Nanos, why: impl Display, sink: &mut impl MarketSink) {
        self.notice = Some(Notice::new(NAME, why.to_string()));
        self.reconnects += 1;
        self.retry_at = now.after(Nanos(self.backoff.next_delay_ns()));
        for stream in &mut self.streams {
            stream.socket = None;
        }
        self.disconnect(now, sink);
    }

    fn disconnect(&mut self, now: Nanos, sink: &mut impl MarketSink) {
        self.snapshots.clear();
        self.is_open = false;
        self.session.on_disconnected(now, sink);
        // The reconnect it asks for is under way already.
        while self.session.poll_request().is_some() {}
    }

    fn keep_house(&mut self, now: Nanos, sink: &mut impl MarketSink) {
        let is_open = |stream: &Stream| stream.socket.as_ref().is_some_and(WsConnection::is_open);
        if !self.is_open && self.streams.iter().all(is_open) {
            self.is_open = true;
            self.backoff.reset();
            self.session.on_connected(now);
        }
        if !self.is_open {
            return;
        }
        self.session.handle_timeout(now, sink);
        self.poll_snapshots(now, sink);
        while let Some(request) = self.session.poll_request() {
            match request {
                FeedRequest::Snapshot(instrument) => self.fetch(now, instrument),
                FeedRequest::Reconnect => {
                    self.close(now, "nothing was heard from the venue", sink);
                    return;
                }
            }
        }
    }

    fn fetch(&mut self, now: Nanos, instrument: InstrumentId) {
        let Some(path) = self.session.snapshot_path(instrument) else { return };
        let Endpoint { rest, rest_address, tls, .. } = &self.endpoint;
        let client = HttpClient::connect(rest, *rest_address, Some(tls), SNAPSHOT_BYTES_MAX);
        let deadline = now.after(SNAPSHOT_TIMEOUT);
        let started = client.ok().and_then(|mut client| {
            client.start("GET", &path, &[], b"", deadline.0).ok()?;
            Some((instrument, client))
        });
        match started {
            Some(request) => self.snapshots.push(request),
            None => self.session.on_snapshot_failed(now, instrument),
        }
    }

    fn poll_snapshots(&mut self, now: Nanos, sink: &mut impl MarketSink) {
        let (session, notice) = (&mut self.session, &mut self.notice);
        self.snapshots.retain_mut(|(instrument, client)| {
            match client.poll_response(now.0) {
                Ok(None) => return true,
                Ok(Some(response)) if response.status == 200 => {
                    // A body that cannot be read is counted, and asked for again.
                    let _ = session.handle_snapshot(now, *instrument, response.body, sink);
                }
                Ok(Some(response)) => {
                    let text = format!("snapshot refused with HTTP status {}", response.status);
                    *notice = Some(Notice::new(NAME, text));
                    session.on_snapshot_failed(now, *instrument);
                }
                Err(error) => {
                    *notice = Some(Notice::new(NAME, format!("snapshot: {error}")));
                    session.on_snapshot_failed(now, *instrument);
                }
            }
            false
        });
    }
}

impl<V: VenueFeed> MarketFeed for FeedLink<V> {
    #[inline]
    fn poll(&mut self, now: Nanos, sink: &mut impl MarketSink) -> usize {
        let mut frames = 0;
        for index in 0..self.streams.len() {
            let Some(socket) = &mut self.streams[index].socket else {
                self.connect(now, index);
                continue;
            };
            let session = &mut self.session;
            let read = socket.handle_readable(now.0, |frame| {
                frames += 1;
                // A frame that cannot be read is counted and acted upon by the session.
                let _ = session.handle_frame(now, frame.payload, sink);
            });
            match read {
                Ok(Progress::Advanced | Progress::Idle) => {}
                Ok(Progress::Closed) if socket.peer_close_code() == Some(CLOSE_NORMAL) => {
                    self.end(now, index, sink);
                }
                Ok(Progress::Closed) => self.close(now, "the venue closed the connection", sink),
                Err(error) => self.close(now, error, sink),
            }
        }
        if now >= self.housekeeping_at {
            self.housekeeping_at = now.after(HOUSEKEEPING_INTERVAL);
            self.keep_house(now, sink);
        }
        frames
    }

    fn on_overflow(&mut self, now: Nanos, instrument: InstrumentId, sink: &mut impl MarketSink) {
        self.session.on_overflow(now, instrument, sink);
    }

    fn has_ended(&self) -> bool {
        self.streams.iter().all(|stream| stream.ended)
    }

    fn reconnects(&self) -> u64 {
        self.reconnects
    }

    fn take_notice(&mut self) -> Option<Notice> {
        self.notice.take()
    }

    fn counters(&self) -> &FeedCounters {
        self.session.counters()
    }

    /// Streams just end.
    fn leave(&mut self, _: Nanos) {}
}
