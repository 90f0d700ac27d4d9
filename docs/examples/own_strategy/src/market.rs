//! A market to try it on: a seeded walk with trends, one quote and one book every ten milliseconds. Put a
//! recording in its place.

use gannet_types::{
    Depth, DepthKind, FeedState, InstrumentId, Level, Lots, Market, MarketEvent, Nanos, Ticks,
    TopOfBook,
};

/// The walk.
pub struct Walk {
    now: Nanos,
    mid: i64,
    trend: i64,
    update_id: u64,
    state: u64,
}

/// Levels of each side.
const LEVELS: i64 = 5;

impl Walk {
    /// Begins at a price of 100,000 ticks.
    pub fn new(seed: u64) -> Self {
        Self { now: Nanos(Nanos::SECOND.0), mid: 100_000, trend: 0, update_id: 0, state: seed }
    }

    /// Returns the time.
    pub fn now(&self) -> Nanos {
        self.now
    }

    /// Returns the price.
    pub fn mid(&self) -> Ticks {
        Ticks(self.mid)
    }

    /// The feed is there.
    pub fn live(&self) -> Market<'static> {
        self.message(MarketEvent::Feed(FeedState::Live))
    }

    /// Lets the price move and tells of it.
    pub fn step(&mut self, mut tell: impl FnMut(&Market<'_>)) {
        self.now = self.now.after(Nanos::from_millis(10));
        self.update_id += 1;
        if self.drawn(500) == 0 {
            self.trend = self.drawn(3) - 1;
        }
        self.mid += self.drawn(5) - 2 + if self.drawn(4) == 0 { self.trend } else { 0 };
        let lots = 10 + self.drawn(90);
        let side = |sign: i64| {
            std::array::from_fn::<Level, { LEVELS as usize }, _>(|level| Level {
                price: Ticks(self.mid + sign * (1 + level as i64)),
                lots: Lots(lots),
            })
        };
        let (bids, asks) = (side(-1), side(1));
        let depth = Depth {
            update_id: self.update_id,
            kind: DepthKind::SnapshotStart,
            last: true,
            bids: &bids,
            asks: &asks,
        };
        tell(&self.message(MarketEvent::Depth(depth)));
        let top = TopOfBook { update_id: self.update_id, bid: bids[0], ask: asks[0] };
        tell(&self.message(MarketEvent::Top(top)));
    }

    fn message<'a>(&self, event: MarketEvent<'a>) -> Market<'a> {
        let (exchange_time, received) = (self.now, self.now);
        Market { instrument: InstrumentId(0), exchange_time, received, event }
    }

    /// A number below `bound` (Knuth's MMIX generator).
    fn drawn(&mut self, bound: i64) -> i64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as i64 % bound
    }
}
