//! The generated market as the tests need it: frame by frame, and as a recording.

use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedRequest, FeedSession, MarketSink};
use gannet_sim::{Generator, GeneratorConfig};
use gannet_types::{Instrument, InstrumentId, Nanos};

/// Lines before a recording's snapshot, as in the real captures.
const FRAMES_BEFORE_SNAPSHOT: usize = 20;

/// A feed on the generated market, without sockets.
pub struct GeneratedMarket {
    generator: Generator,
    session: FeedSession<BinanceUsdm>,
    frame: Vec<u8>,
    body: Vec<u8>,
}

impl GeneratedMarket {
    /// Makes the market of `seed`; `instruments` must be what the generator trades.
    #[must_use]
    pub fn new(seed: u64, instruments: &[Instrument]) -> Self {
        let config = FeedConfig { silence_max: Nanos(60 * Nanos::SECOND.0) };
        let mut session = FeedSession::new(BinanceUsdm, instruments, config);
        session.on_connected(Nanos(1));
        Self {
            generator: Generator::new(seed, GeneratorConfig::default()),
            session,
            frame: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Makes the next frame and returns its local time.
    pub fn advance(&mut self) -> Nanos {
        self.generator.next_frame(&mut self.frame)
    }

    /// Returns the frame made last.
    #[must_use]
    pub fn frame(&self) -> &[u8] {
        &self.frame
    }

    /// Decodes the frame made last, and fetches a snapshot if the session wants one.
    ///
    /// # Panics
    /// If the session cannot read what the generator wrote.
    pub fn deliver(&mut self, now: Nanos, sink: &mut impl MarketSink) {
        self.session.handle_frame(now, &self.frame, sink).expect("a readable frame");
        self.answer(now, sink);
    }

    /// Connects anew: the session begins with a snapshot again.
    pub fn reconnect(&mut self, now: Nanos, sink: &mut impl MarketSink) {
        self.session.on_disconnected(now, sink);
        self.session.on_connected(now);
    }

    /// Hands the session other bytes than the generator's.
    pub fn deliver_hostile(&mut self, now: Nanos, frame: &[u8], sink: &mut impl MarketSink) {
        // Counted and acted upon by the session.
        let _ = self.session.handle_frame(now, frame, sink);
    }

    /// Hands the session another snapshot than the generator's.
    pub fn deliver_hostile_snapshot(
        &mut self,
        now: Nanos,
        body: &[u8],
        sink: &mut impl MarketSink,
    ) {
        let _ = self.session.handle_snapshot(now, InstrumentId(0), body, sink);
    }

    /// Returns the session, to look at.
    #[must_use]
    pub fn session(&self) -> &FeedSession<BinanceUsdm> {
        &self.session
    }

    fn answer(&mut self, now: Nanos, sink: &mut impl MarketSink) {
        while let Some(request) = self.session.poll_request() {
            if let FeedRequest::Snapshot(instrument) = request {
                self.generator.snapshot(&mut self.body);
                self.session
                    .handle_snapshot(now, instrument, &self.body, sink)
                    .expect("a readable snapshot");
            }
        }
    }
}

/// Writes `frames` frames of the market of `seed` as a recording: `<ns> <json>` a line, the
/// snapshot after the first few.
///
/// # Panics
/// If the file cannot be written.
pub fn record(path: &std::path::Path, seed: u64, frames: usize) {
    let mut generator = Generator::new(seed, GeneratorConfig::default());
    let (mut text, mut json) = (Vec::new(), Vec::new());
    let mut line = |time: Nanos, json: &[u8]| {
        text.extend_from_slice(time.0.to_string().as_bytes());
        text.push(b' ');
        text.extend_from_slice(json);
        text.push(b'\n');
    };
    for number in 0..frames {
        let time = generator.next_frame(&mut json);
        line(time, &json);
        if number == FRAMES_BEFORE_SNAPSHOT {
            generator.snapshot(&mut json);
            line(time, &json);
        }
    }
    std::fs::write(path, text).expect("a writable recording");
}
