//! A FIX feed's connection: connects, moves bytes, reconnects with back-off, and tells an operator
//! what the venue says about subscriptions and instruments.
//!
//! Hot: `poll` is one `read`, and one decode a message.

use std::fmt::Display;

use gannet_feeds::fix_md::{FixFeed, FixFeedEvent, Reference};
use gannet_feeds::{FeedCounters, MarketSink};
use gannet_fix::MemoryStore;
use gannet_fix::session::{DisconnectReason, State};
use gannet_net::tcp::ReadOutcome;
use gannet_types::{Instrument, InstrumentId, Nanos};

use super::line::{
    CONNECT_TIMEOUT, End, Gone, READ_BYTES, Socket, closed_text, closed_until, end_of,
};
use super::market_feed::MarketFeed;
use super::notice::Notice;
use crate::fix::dial::Dial;
use crate::fix::pump;

/// What notices call this connection.
const NAME: &str = "feed";

/// How often timers run while messages keep coming.
const HOUSEKEEPING_INTERVAL: Nanos = Nanos(1_000_000);

/// A FIX feed and its socket.
pub struct FixFeedLink {
    feed: FixFeed<MemoryStore>,
    instruments: Vec<Instrument>,
    dial: Dial,
    socket: Socket,
    input: Box<[u8]>,
    housekeeping_at: Nanos,
    heard: Heard,
    reconnects: u64,
}

/// What one turn of the session told besides market messages.
#[derive(Default)]
struct Heard {
    is_up: bool,
    over: Option<DisconnectReason>,
    notice: Option<Notice>,
}

impl FixFeedLink {
    /// Connects `feed`, which is about `instruments`, to a venue's addresses when polled.
    #[must_use]
    pub fn new(feed: FixFeed<MemoryStore>, instruments: &[Instrument], dial: Dial) -> Self {
        Self {
            feed,
            instruments: instruments.to_vec(),
            dial,
            socket: Socket::Waiting(Nanos::ZERO),
            input: vec![0; READ_BYTES].into_boxed_slice(),
            housekeeping_at: Nanos::ZERO,
            heard: Heard::default(),
            reconnects: 0,
        }
    }

    /// Moves an attempt to connect on.
    #[cold]
    fn connect(&mut self, now: Nanos) {
        match &mut self.socket {
            Socket::Waiting(at) if now >= *at => {
                if let Some(opens) = closed_until(self.feed.session().config(), now) {
                    self.tell(closed_text(opens));
                    self.socket = Socket::Waiting(opens);
                    return;
                }
                match self.dial.connect() {
                    Ok(stream) => {
                        self.socket = Socket::Connecting(stream, now.after(CONNECT_TIMEOUT));
                    }
                    Err(error) => self.give_up(now, error),
                }
            }
            Socket::Connecting(stream, deadline) => match stream.poll_connected() {
                Ok(true) => {
                    self.socket.stand();
                    self.feed.on_connected(now);
                }
                Ok(false) if now < *deadline => {}
                Ok(false) => self.give_up(now, "connecting took too long"),
                Err(error) => self.give_up(now, error),
            },
            Socket::Waiting(_) | Socket::Connected(_) => {}
        }
    }

    #[cold]
    fn give_up(&mut self, now: Nanos, why: impl Display) {
        self.tell(format!("cannot connect to {}: {why}", self.dial.peer().address));
        self.socket = Socket::Waiting(now.after(self.dial.failed()));
    }

    /// The session stands: the venue is asked how it describes its instruments.
    #[cold]
    fn on_up(&mut self, now: Nanos) {
        self.dial.succeeded();
        // A venue that knows no such list rejects the request, and is believed without.
        let _ = self.feed.request_security_list(now);
    }

    fn flush(&mut self) -> Result<(), Gone> {
        let Socket::Connected(stream) = &mut self.socket else { return Ok(()) };
        pump::flush(self.feed.session_mut(), stream).map(|_| ()).map_err(Gone::of)
    }

    /// Ends the connection, says why, and decides where to connect next.
    #[cold]
    fn end(&mut self, now: Nanos, gone: Option<&Gone>, sink: &mut impl MarketSink) {
        let over = self.heard.over.take();
        let End { refused, text } = end_of(self.feed.session(), over, gone, "venue");
        // What the venue said with its Logout says more.
        if over != Some(DisconnectReason::LoggedOut) || self.heard.notice.is_none() {
            self.tell(text);
        }
        if gone.is_none() {
            // What the session still wants to say, such as a Logout, goes out if it can.
            let _ = self.flush();
            if let Socket::Connected(stream) = &mut self.socket {
                let _ = stream.shutdown_write();
            }
        }
        self.feed.on_disconnected(now, sink);
        self.reconnects += 1;
        let delay = if refused { self.dial.failed() } else { self.dial.lost() };
        self.socket = Socket::Waiting(now.after(delay));
    }

    fn tell(&mut self, text: String) {
        self.heard.notice = Some(Notice::new(NAME, text));
    }
}

impl MarketFeed for FixFeedLink {
    #[inline]
    fn poll(&mut self, now: Nanos, sink: &mut impl MarketSink) -> usize {
        let Socket::Connected(stream) = &mut self.socket else {
            self.connect(now);
            return 0;
        };
        let (heard, instruments) = (&mut self.heard, self.instruments.as_slice());
        let mut on_event = |event| heard.on_event(event, instruments);
        let (mut work, mut gone) = (0, None);
        match stream.read(&mut self.input) {
            Ok(ReadOutcome::Bytes(count)) => {
                work = 1;
                self.feed.handle_bytes(now, &self.input[..count], sink, &mut on_event);
            }
            Ok(ReadOutcome::WouldBlock) => {}
            Ok(ReadOutcome::Closed) => gone = Some(Gone::Closed),
            Err(error) => gone = Some(Gone::of(error)),
        }
        if now >= self.housekeeping_at {
            self.housekeeping_at = now.after(HOUSEKEEPING_INTERVAL);
            self.feed.handle_timeout(now, sink, &mut on_event);
        }
        if std::mem::take(&mut self.heard.is_up) {
            self.on_up(now);
        }
        if let Err(error) = self.flush() {
            gone = gone.or(Some(error));
        }
        if self.heard.over.is_some() || gone.is_some() {
            self.end(now, gone.as_ref(), sink);
        }
        work
    }

    fn on_overflow(&mut self, now: Nanos, instrument: InstrumentId, sink: &mut impl MarketSink) {
        self.feed.on_overflow(now, instrument, sink);
    }

    /// A venue that logs out may be back: a session never ends for good.
    fn has_ended(&self) -> bool {
        false
    }

    fn reconnects(&self) -> u64 {
        self.reconnects
    }

    fn take_notice(&mut self) -> Option<Notice> {
        self.heard.notice.take()
    }

    fn counters(&self) -> &FeedCounters {
        self.feed.counters()
    }

    /// Unsubscribes and logs out; the answer is not waited for, since nothing is owed.
    fn leave(&mut self, now: Nanos) {
        if self.feed.session().state() == State::LoggedOn {
            self.feed.logout(now);
            // The connection ends with the process if it does not now.
            let _ = self.flush();
        }
    }
}

impl Heard {
    #[cold]
    fn on_event(&mut self, event: FixFeedEvent, instruments: &[Instrument]) {
        let text = match event {
            FixFeedEvent::Up => {
                self.is_up = true;
                return;
            }
            FixFeedEvent::Disconnect(reason) => {
                self.over = Some(reason);
                return;
            }
            FixFeedEvent::Reference(reference) => match contradiction(&reference, instruments) {
                Some(text) => text,
                None => return,
            },
            FixFeedEvent::Refused { instrument, text } => {
                let known = instruments.iter().find(|known| known.id == instrument);
                let symbol = known.map(|known| known.symbol).unwrap_or_default();
                format!("the venue refused to subscribe {symbol}: {text}")
            }
            FixFeedEvent::LoggedOut(text) if text.is_empty() => return,
            FixFeedEvent::LoggedOut(text) => format!("the venue logged out: {text}"),
        };
        self.notice = Some(Notice::new(NAME, text));
    }
}

/// Says where the venue describes one of ours in another way than the configuration.
fn contradiction(reference: &Reference, instruments: &[Instrument]) -> Option<String> {
    let ours = instruments.iter().find(|known| reference.instrument == Some(known.id))?;
    (!reference.agrees_with(ours)).then(|| {
        format!("the venue's steps of {} are not those of its [[instrument]]", ours.symbol)
    })
}

#[cfg(test)]
mod tests {
    use gannet_types::{Increment, Text};

    use super::*;
    use crate::demo::testing::instrument;

    #[test]
    fn other_steps_than_the_configured_are_told() {
        let step = |text: &[u8]| Increment::parse(text).ok();
        let described = |instrument, tick: &[u8]| Reference {
            instrument,
            symbol: Text::new(b"XBT"),
            security_id: Text::default(),
            tick: step(tick),
            lot: step(b"0.001"),
        };
        let ours = [instrument()];
        assert_eq!(contradiction(&described(Some(instrument().id), b"0.1"), &ours), None);
        assert_eq!(contradiction(&described(None, b"0.5"), &ours), None);
        assert_eq!(
            contradiction(&described(Some(instrument().id), b"0.5"), &ours).as_deref(),
            Some("the venue's steps of BTCUSDT are not those of its [[instrument]]")
        );
    }
}
