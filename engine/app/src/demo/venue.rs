//! A simulated Binance USD-M venue: combined streams by WebSocket, depth snapshots by HTTP.
//!
//! ```text
//! accept ─▶ visitor (HTTP) ── GET /fapi/v1/depth?symbol=S ─▶ snapshot, kept alive
//!                          └─ GET /stream?streams=a/b/c ───▶ subscriber (WebSocket)
//! source ─▶ next frame ─ when due ─▶ every subscriber of its stream
//! ```
//! The market starts when enough subscribers are there, and runs by the frames' local times
//! divided by the speed, or as fast as the slowest subscriber takes it. Streams are matched by
//! `<symbol>@<type>`: a second `@` and what follows, the update speed, is not looked at, because
//! a recording has the speed it was recorded with.
//!
//! Differences from the real venue: `limit` is not looked at, a snapshot always has up to 1,000
//! levels a side; a snapshot that is not known yet is answered when it is, or with 503 after
//! [`HOLD_MAX`]; there are no rate limits and no pings.
//!
//! # Invariants
//! - A subscriber gets every frame of its streams in order from its first one on, or is
//!   disconnected.
//! - Queues are bounded: by pausing the market at the highest speed, by disconnecting otherwise.

mod pace;
mod subscriber;
#[cfg(test)]
mod tests;
mod visitor;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use gannet_net::tcp::TcpListener;
use gannet_net::tls::TlsServerConfig;
use gannet_net::transport::Transport;
use gannet_net::websocket::close;
use gannet_runtime::clock::Clock;
use gannet_runtime::shutdown::Stop;
use gannet_types::Nanos;

use super::source::MarketSource;
use crate::config::Speed;
use pace::{Owed, Pace};
use subscriber::{Subscriber, stream_of};
use visitor::{Visit, Visitor};

/// Connections that have not become subscribers; more are closed at once.
const VISITORS_MAX: usize = 64;

/// Subscribers; more are closed at once.
const SUBSCRIBERS_MAX: usize = 64;

/// Connections accepted in one turn; the rest wait in the kernel.
const ACCEPTS_PER_TURN: usize = 8;

/// Frames in one turn, some 100 kB: between two turns the sockets are looked at.
const FRAMES_PER_TURN: usize = 256;

/// Bytes queued for one subscriber above which the fastest market waits for it.
const PAUSE_BYTES: usize = 256 * 1024;

/// Longest sleep: how late a request may be noticed. Frames are not late by it: a sleep ends
/// when the next one is due.
const NAP_MAX: Nanos = Nanos(1_000_000);

/// Sleep while a subscriber has to catch up; its socket holds far more than that.
const NAP_BACKLOG: Nanos = Nanos(50_000);

/// How long subscribers may take to read the rest of a market that is over.
const FAREWELL_MAX: Nanos = Nanos(10_000_000_000);

/// The same when the venue itself is stopped.
const STOP_MAX: Nanos = Nanos(500_000_000);

/// How long a request for a snapshot that is not known yet is held.
pub const HOLD_MAX: Nanos = Nanos(3_000_000_000);

/// How the venue behaves.
#[derive(Clone, Copy, Debug)]
pub struct VenueOptions {
    /// How fast the market runs.
    pub speed: Speed,
    /// It starts when so many subscribers are connected.
    pub subscribers: usize,
}

/// What the venue did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct VenueReport {
    /// Frames played, whether or not anybody subscribed to them.
    pub frames: u64,
    /// Subscribers there were.
    pub subscribers: u64,
    /// Subscribers disconnected because they did not read.
    pub slow_subscribers: u64,
    /// Snapshots served.
    pub snapshots: u64,
    /// Requests refused, with any status but 200.
    pub refusals: u64,
    /// Connections that broke, spoke no HTTP or were too many.
    pub broken_connections: u64,
    /// Whether the source came to its end.
    pub ended: bool,
}

/// The venue.
pub struct Venue {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<TlsServerConfig>,
    source: MarketSource,
    options: VenueOptions,
    visitors: Vec<Visitor>,
    subscribers: Vec<Subscriber>,
    pace: Pace,
    owed: Owed,
    /// The next frame, once fetched, and its local time.
    frame: Vec<u8>,
    frame_time: Option<Nanos>,
    started: bool,
    report: VenueReport,
}

impl Venue {
    /// Listens on `listen`; port 0 lets the system choose. With `tls` it speaks only TLS.
    ///
    /// # Errors
    /// The address is in use or not ours.
    pub fn bind(
        listen: SocketAddr,
        tls: Option<TlsServerConfig>,
        source: MarketSource,
        options: VenueOptions,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen)
            .with_context(|| format!("the venue cannot listen on {listen}"))?;
        let address = listener.local_address().context("the venue's address")?;
        Ok(Self {
            listener,
            address,
            tls,
            source,
            options,
            visitors: Vec::new(),
            subscribers: Vec::new(),
            pace: Pace::new(options.speed),
            owed: Owed::default(),
            frame: Vec::new(),
            frame_time: None,
            started: false,
            report: VenueReport::default(),
        })
    }

    /// Returns the address that was bound.
    #[must_use]
    pub const fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until a stop is requested, or until the recording is over and its subscribers have
    /// read it; blocks its thread, and sleeps when there is nothing to do.
    pub fn run(mut self, stop: &Stop) -> VenueReport {
        let clock = Clock::new();
        let mut farewell = None;
        while !stop.is_requested() {
            let now = Nanos(clock.now());
            let work = self.turn(now);
            if self.report.ended {
                let until = *farewell.get_or_insert(now.after(FAREWELL_MAX));
                if self.subscribers.is_empty() || now >= until {
                    return self.report;
                }
            }
            if work == 0 {
                let nap = self.nap(Nanos(clock.now()));
                std::thread::sleep(Duration::from_nanos(nap.0));
            }
        }
        self.leave(&clock);
        self.report
    }

    /// Looks at every socket once and plays what is due; returns how much there was to do.
    pub(super) fn turn(&mut self, now: Nanos) -> usize {
        let heard = self.accept(now) + self.visit(now);
        let subscribed = self.subscribers.len();
        let played = self.play(now);
        self.subscribers.retain_mut(|subscriber| subscriber.turn(now));
        heard + played + (subscribed - self.subscribers.len())
    }

    /// Returns how long nothing will have to be done.
    fn nap(&self, now: Nanos) -> Nanos {
        match self.frame_time {
            Some(time) if self.started => match self.pace.due(time) {
                Some(due) => due.since(now).min(NAP_MAX),
                None if self.is_backlogged() => NAP_BACKLOG,
                None => NAP_MAX,
            },
            _ => NAP_MAX,
        }
    }

    fn accept(&mut self, now: Nanos) -> usize {
        for count in 0..ACCEPTS_PER_TURN {
            // An error is about the connection that went away, not about the listener.
            let Ok(Some(tcp)) = self.listener.accept() else { return count };
            match Transport::accepted(tcp, self.tls.as_ref()) {
                Ok(transport) if self.visitors.len() < VISITORS_MAX => {
                    self.visitors.push(Visitor::new(transport, now));
                }
                _ => self.report.broken_connections += 1,
            }
        }
        ACCEPTS_PER_TURN
    }

    fn visit(&mut self, now: Nanos) -> usize {
        let mut work = 0;
        let mut index = 0;
        while let Some(visitor) = self.visitors.get_mut(index) {
            match visitor.turn(now, &self.source, &mut self.owed, &mut self.report) {
                Visit::Idle => index += 1,
                Visit::Served => {
                    work += 1;
                    index += 1;
                }
                Visit::Over => drop(self.visitors.swap_remove(index)),
                Visit::Subscribes => {
                    work += 1;
                    let visitor = self.visitors.swap_remove(index);
                    self.subscribe(now, visitor);
                }
            }
        }
        work
    }

    fn subscribe(&mut self, now: Nanos, visitor: Visitor) {
        match Subscriber::accept(visitor.into_server()) {
            Some(mut subscriber) if self.subscribers.len() < SUBSCRIBERS_MAX => {
                if self.report.ended {
                    subscriber.close(close::NORMAL);
                }
                self.owed.on_subscriber(subscriber.streams());
                self.report.subscribers += 1;
                if subscriber.turn(now) {
                    self.subscribers.push(subscriber);
                }
            }
            _ => self.report.broken_connections += 1,
        }
    }

    /// Gives out what is due.
    fn play(&mut self, now: Nanos) -> usize {
        self.started |= self.subscribers.len() >= self.options.subscribers;
        if !self.started || self.report.ended {
            return 0;
        }
        for count in 0..FRAMES_PER_TURN {
            let Some(time) = self.fetch() else {
                self.on_end();
                return count + 1;
            };
            if !self.may_give(now, time) {
                return count;
            }
            self.give(now);
        }
        FRAMES_PER_TURN
    }

    fn fetch(&mut self) -> Option<Nanos> {
        if self.frame_time.is_none() {
            self.frame_time = self.source.next(&mut self.frame);
        }
        self.frame_time
    }

    fn may_give(&mut self, now: Nanos, time: Nanos) -> bool {
        match self.pace.start(now, time) {
            Some(due) => due <= now,
            None => !self.subscribers.is_empty() && !self.is_backlogged() && !self.owed.is_due(now),
        }
    }

    fn give(&mut self, now: Nanos) {
        self.frame_time = None;
        self.report.frames += 1;
        let stream = stream_of(&self.frame);
        let (frame, report) = (&self.frame, &mut self.report);
        self.subscribers.retain_mut(|subscriber| {
            let kept = subscriber.offer(stream, frame);
            report.slow_subscribers += u64::from(!kept);
            kept
        });
        if self.pace.is_unpaced() {
            self.owed.on_frame(now, stream, &self.source);
        }
    }

    fn is_backlogged(&self) -> bool {
        self.subscribers.iter().any(|subscriber| subscriber.pending_bytes() > PAUSE_BYTES)
    }

    fn on_end(&mut self) {
        self.report.ended = true;
        for subscriber in &mut self.subscribers {
            subscriber.close(close::NORMAL);
        }
    }

    /// Tells the subscribers that the venue goes away.
    fn leave(&mut self, clock: &Clock) {
        let until = Nanos(clock.now()).after(STOP_MAX);
        for subscriber in &mut self.subscribers {
            subscriber.close(close::GOING_AWAY);
        }
        loop {
            let now = Nanos(clock.now());
            self.subscribers.retain_mut(|subscriber| subscriber.turn(now));
            if self.subscribers.is_empty() || now >= until {
                return;
            }
            std::thread::sleep(Duration::from_nanos(NAP_MAX.0));
        }
    }
}
