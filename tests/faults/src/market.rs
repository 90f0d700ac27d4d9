//! A market that wanders at random, and the feed that shows it: the venue sees each message at
//! once, the engine later, or never.

use std::collections::VecDeque;

use gannet_sim::Random;
use gannet_types::{
    Depth, DepthKind, FeedState, InstrumentId, Level, Lots, Market, MarketEvent, Nanos, Side,
    StaleReason, Ticks, TopOfBook, Trade,
};

use crate::conditions::INSTRUMENTS;

/// Levels of each side.
const LEVELS: i64 = 5;

/// One market message that owns its levels.
#[derive(Clone, Debug)]
pub struct News {
    /// About which instrument.
    pub instrument: InstrumentId,
    event: Event,
}

#[derive(Clone, Debug)]
enum Event {
    Book(u64, Vec<Level>, Vec<Level>),
    Top(TopOfBook),
    Trade(Trade),
    Feed(FeedState),
}

impl News {
    /// Makes the feed's word about itself.
    #[must_use]
    pub const fn feed(instrument: InstrumentId, state: FeedState) -> Self {
        Self { instrument, event: Event::Feed(state) }
    }

    /// Returns it as it is fed at `now`.
    #[must_use]
    pub fn at(&self, now: Nanos) -> Market<'_> {
        let event = match &self.event {
            Event::Book(update_id, bids, asks) => MarketEvent::Depth(Depth {
                update_id: *update_id,
                kind: DepthKind::SnapshotStart,
                last: true,
                bids,
                asks,
            }),
            Event::Top(top) => MarketEvent::Top(*top),
            Event::Trade(trade) => MarketEvent::Trade(*trade),
            Event::Feed(state) => MarketEvent::Feed(*state),
        };
        Market { instrument: self.instrument, exchange_time: now, received: now, event }
    }
}

/// The markets of all instruments.
#[derive(Debug)]
pub struct Street {
    random: Random,
    /// The best bid of each.
    bids: Vec<i64>,
    update_id: u64,
}

impl Street {
    /// Opens.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let bids = vec![900; usize::from(INSTRUMENTS)];
        Self { random: Random::new(seed ^ 0x57ee7), bids, update_id: 1 }
    }

    /// Returns the whole book of an instrument.
    pub fn book(&mut self, instrument: InstrumentId) -> News {
        self.update_id += 1;
        let bid = self.bids[usize::from(instrument.0)];
        let spread = 1 + self.random.below(3) as i64;
        let side = |random: &mut Random, best: i64, step: i64| {
            let level = |rank| Level {
                price: Ticks(best + step * rank),
                lots: Lots(1 + random.below(15) as i64),
            };
            (0..LEVELS).map(level).collect()
        };
        let bids = side(&mut self.random, bid, -1);
        let asks = side(&mut self.random, bid + spread, 1);
        News { instrument, event: Event::Book(self.update_id, bids, asks) }
    }

    /// Lets something happen somewhere.
    pub fn happen(&mut self) -> News {
        let instrument = InstrumentId(self.random.below(INSTRUMENTS.into()) as u16);
        let best = &mut self.bids[usize::from(instrument.0)];
        match self.random.below(10) {
            0..4 => {
                *best = (*best + self.random.around(3)).clamp(850, 950);
                self.book(instrument)
            }
            4 => {
                self.update_id += 1;
                let level = |price, lots| Level { price: Ticks(price), lots: Lots(lots) };
                let (bid, lots) = (*best, 1 + self.random.below(9) as i64);
                let top = TopOfBook {
                    update_id: self.update_id,
                    bid: level(bid, lots),
                    ask: level(bid + 1 + self.random.below(3) as i64, lots),
                };
                News { instrument, event: Event::Top(top) }
            }
            _ => {
                let aggressor = if self.random.chance(50) { Side::Buy } else { Side::Sell };
                let price = Ticks(*best + self.random.around(3));
                let lots = Lots(1 + self.random.below(12) as i64);
                let trade = Trade { trade_id: 1, aggressor, price, lots };
                News { instrument, event: Event::Trade(trade) }
            }
        }
    }
}

/// The way from the market to the engine: in order, with gaps of which it tells, and silences of
/// which it does not.
#[derive(Debug, Default)]
pub struct Feed {
    under_way: VecDeque<(Nanos, News)>,
    /// When it comes back, if it is lost.
    lost_until: Option<Nanos>,
    silent_until: Nanos,
}

impl Feed {
    /// Sends news on its way, if there is one.
    pub fn send(&mut self, due: Nanos, news: News) {
        if self.lost_until.is_none() && due >= self.silent_until {
            self.under_way.push_back((due, news));
        }
    }

    /// Loses the connection; the engine is told by what is sent now.
    pub fn lose(&mut self, now: Nanos, until: Nanos) {
        self.under_way.clear();
        for instrument in (0..INSTRUMENTS).map(InstrumentId) {
            let stale = FeedState::Stale(StaleReason::Disconnected);
            self.under_way.push_back((now, News::feed(instrument, stale)));
        }
        self.lost_until = Some(until);
    }

    /// Falls silent without a word.
    pub fn fall_silent(&mut self, until: Nanos) {
        self.silent_until = until;
    }

    /// The engine died: nothing is on its way to it, and what comes next begins with whole books.
    pub fn restart(&mut self, now: Nanos) {
        self.under_way.clear();
        self.lost_until = Some(now);
    }

    /// Returns whether the connection is there again just now: whole books come next.
    pub fn comes_back(&mut self, now: Nanos) -> bool {
        let is_time = self.lost_until.is_some_and(|until| until <= now);
        if is_time {
            self.lost_until = None;
            self.silent_until = Nanos::ZERO;
        }
        is_time
    }

    /// Returns what arrives up to `now`.
    pub fn poll(&mut self, now: Nanos) -> Option<News> {
        self.under_way.pop_front_if(|(due, _)| *due <= now).map(|(_, news)| news)
    }
}
