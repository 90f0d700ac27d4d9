//! Any bytes as a frame, a snapshot and a line of a recording, for every venue: a message or an
//! error, and never a book that contradicts itself.
#![no_main]

use gannet_feeds::capture::CaptureLine;
use gannet_feeds::{FeedConfig, FeedRequest, FeedSession, MarketSink, UseFeed, Venue, VenueFeed};
use gannet_types::{Increment, Instrument, InstrumentId, Market, MarketEvent, Nanos, Text, Ticks};
use libfuzzer_sys::fuzz_target;

struct Checked;

impl MarketSink for Checked {
    fn on_market(&mut self, market: &Market<'_>) {
        if let MarketEvent::Depth(depth) = market.event {
            let levels = depth.bids.iter().chain(depth.asks);
            assert!(levels.clone().count() <= gannet_types::Depth::LEVELS_MAX);
            assert!(levels.clone().all(|level| level.price >= Ticks(0) && level.lots.0 >= 0));
        }
    }
}

struct Feed<'a>(&'a [u8]);

impl UseFeed for Feed<'_> {
    type Output = ();

    fn use_feed<V: VenueFeed>(self, venue: V) {
        let instrument = Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"BTCUSDT"),
            tick: Increment::parse(b"0.10").expect("a step"),
            lot: Increment::parse(b"0.001").expect("a step"),
            kind: gannet_types::InstrumentKind::Linear,
        };
        let config = FeedConfig { silence_max: Nanos(1 << 40) };
        let mut session = FeedSession::new(venue, &[instrument], config);
        session.on_connected(Nanos(1));
        // A line feed separates frames, so that sequences of them can be found.
        for (index, frame) in self.0.split(|&byte| byte == b'\n').enumerate() {
            let now = Nanos(2 + index as u64 * 1_000_000_000);
            let _ = session.handle_frame(now, frame, &mut Checked);
            while let Some(request) = session.poll_request() {
                if let FeedRequest::Snapshot(id) = request {
                    let _ = session.handle_snapshot(now, id, frame, &mut Checked);
                }
            }
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    for venue in Venue::ALL {
        gannet_feeds::open(venue, Feed(bytes));
    }
    let _ = CaptureLine::parse(bytes);
});
