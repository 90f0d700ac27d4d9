//! When a frame is due, and whom the fastest market has to wait for.

use gannet_types::Nanos;

use super::subscriber::symbol_of_depth;
use crate::config::Speed;
use crate::demo::source::MarketSource;

/// How long the fastest market waits for a subscriber to ask for a snapshot. Asking takes it
/// some milliseconds; one that does not keep a book never asks.
const PATIENCE: Nanos = Nanos(2_000_000_000);

/// Turns the frames' local times into times to send them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How many times real time; `None` is as fast as possible.
    times: Option<u64>,
    /// The local time of the first frame and when it was sent.
    start: Option<(Nanos, Nanos)>,
}

impl Pace {
    pub(super) fn new(speed: Speed) -> Self {
        let times = match speed {
            Speed::Times(times) => Some(u64::from(times).max(1)),
            Speed::Max => None,
        };
        Self { times, start: None }
    }

    /// Returns whether the market runs as fast as it is taken.
    pub(super) const fn is_unpaced(&self) -> bool {
        self.times.is_none()
    }

    /// Returns when the frame of `time` is due; the first one asked about is due `now`. `None`:
    /// as soon as possible.
    pub(super) fn start(&mut self, now: Nanos, time: Nanos) -> Option<Nanos> {
        self.start.get_or_insert((time, now));
        self.due(time)
    }

    pub(super) fn due(&self, time: Nanos) -> Option<Nanos> {
        let times = self.times?;
        let (first, started) = self.start.unwrap_or((time, Nanos::ZERO));
        Some(started.after(Nanos(time.since(first).0 / times)))
    }
}

/// The snapshots that subscribers will ask for.
///
/// A subscriber asks for its snapshot when it has seen a first update. The fastest market would
/// be minutes further by then, so it stands still between the two.
#[derive(Debug, Default)]
pub(super) struct Owed {
    books: Vec<Book>,
}

#[derive(Debug)]
struct Book {
    /// As in the stream's name, lower case.
    symbol: Vec<u8>,
    /// Subscribers that have not had it since they came.
    count: usize,
    /// Since when they could have asked.
    since: Option<Nanos>,
}

impl Owed {
    /// Takes note of the streams of a new subscriber.
    pub(super) fn on_subscriber(&mut self, streams: &[Vec<u8>]) {
        for symbol in streams.iter().filter_map(|stream| symbol_of_depth(stream)) {
            match self.books.iter_mut().find(|book| book.symbol == symbol) {
                Some(book) => book.count += 1,
                None => {
                    self.books.push(Book { symbol: symbol.to_vec(), count: 1, since: None });
                }
            }
        }
    }

    /// A snapshot was served.
    pub(super) fn on_snapshot(&mut self, symbol: &[u8]) {
        for book in &mut self.books {
            if book.symbol.eq_ignore_ascii_case(symbol) {
                book.count = book.count.saturating_sub(1);
            }
        }
    }

    /// A frame of `stream` was given out.
    pub(super) fn on_frame(&mut self, now: Nanos, stream: Option<&[u8]>, source: &MarketSource) {
        let Some(symbol) = stream.and_then(symbol_of_depth) else { return };
        for book in self.books.iter_mut().filter(|book| book.symbol == symbol && book.count > 0) {
            if source.has_snapshot(symbol) {
                book.since.get_or_insert(now);
            }
        }
    }

    /// Returns whether the market has to wait for somebody to ask.
    pub(super) fn is_due(&mut self, now: Nanos) -> bool {
        for book in &mut self.books {
            let Some(since) = book.since else { continue };
            if book.count > 0 && now.since(since) < PATIENCE {
                return true;
            }
            (book.count, book.since) = (0, None);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use gannet_sim::GeneratorConfig;

    use super::*;

    #[test]
    fn frames_are_due_by_their_distance_from_the_first() {
        let mut pace = Pace::new(Speed::Times(10));
        assert_eq!(pace.start(Nanos(1_000), Nanos(500)), Some(Nanos(1_000)));
        assert_eq!(pace.start(Nanos(1_001), Nanos(700)), Some(Nanos(1_020)));
        assert_eq!(Pace::new(Speed::Max).start(Nanos(1), Nanos(2)), None);
    }

    #[test]
    fn the_market_waits_for_each_subscriber_or_until_its_patience_ends() {
        let source = MarketSource::generated(1, GeneratorConfig::default());
        let depth = Some(&b"btcusdt@depth"[..]);
        let mut owed = Owed::default();
        owed.on_subscriber(&[b"btcusdt@depth".to_vec(), b"btcusdt@trade".to_vec()]);
        owed.on_subscriber(&[b"btcusdt@depth".to_vec()]);
        owed.on_frame(Nanos(1), Some(b"btcusdt@trade"), &source);
        assert!(!owed.is_due(Nanos(1)));
        owed.on_frame(Nanos(1), depth, &source);
        assert!(owed.is_due(Nanos(2)));
        owed.on_snapshot(b"BTCUSDT");
        assert!(owed.is_due(Nanos(3)));
        owed.on_snapshot(b"BTCUSDT");
        assert!(!owed.is_due(Nanos(4)));
        owed.on_subscriber(&[b"btcusdt@depth".to_vec()]);
        owed.on_frame(Nanos(5), depth, &source);
        assert!(owed.is_due(Nanos(6)));
        assert!(!owed.is_due(Nanos(5).after(PATIENCE)));
        owed.on_frame(Nanos(9), depth, &source);
        assert!(!owed.is_due(Nanos(10)));
    }
}
