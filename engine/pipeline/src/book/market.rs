//! What is known of one instrument's market: its book, its newest top, and whether to believe it.
//!
//! The top-of-book stream is faster than the depth stream, so the newest top is whichever of the
//! two carries the higher update number. A crossed, incomplete, unusable, stale or old book is
//! not live: the strategy is told and pre-trade risk refuses.

use gannet_types::{Depth, DepthKind, FeedState, Level, Nanos, Side, TopOfBook};

use super::Book;

/// The market of one instrument.
pub struct MarketState {
    /// Its book.
    pub book: Book,
    /// The newest best bid and ask, whichever stream said it.
    pub top: TopOfBook,
    /// Market messages seen.
    pub events: u64,
    /// Times the book stood crossed after a whole message.
    pub crossed_books: u64,
    feed_live: bool,
    /// Whether the venue has halted the instrument.
    pub is_halted: bool,
    /// Whether the last depth message has arrived whole.
    whole: bool,
    crossed: bool,
    /// When the last market message came.
    heard: Nanos,
}

impl Default for MarketState {
    fn default() -> Self {
        Self::new()
    }
}

impl MarketState {
    /// Knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            book: Book::new(),
            top: TopOfBook::default(),
            events: 0,
            crossed_books: 0,
            feed_live: false,
            is_halted: false,
            whole: true,
            crossed: false,
            heard: Nanos::ZERO,
        }
    }

    /// Notes that a message came.
    pub fn hear(&mut self, now: Nanos) {
        self.events += 1;
        self.heard = now;
    }

    /// Takes one piece of a depth message; returns whether the book is consistent now.
    pub fn on_depth(&mut self, depth: &Depth<'_>) -> bool {
        if depth.kind == DepthKind::SnapshotStart {
            self.book.clear();
        }
        for &level in depth.bids {
            self.book.apply(Side::Buy, level);
        }
        for &level in depth.asks {
            self.book.apply(Side::Sell, level);
        }
        self.whole = depth.last;
        if !depth.last {
            return false;
        }
        self.crossed = self.book.is_crossed();
        self.crossed_books += u64::from(self.crossed);
        let believed = !self.crossed && self.book.is_usable();
        if believed && depth.update_id >= self.top.update_id {
            self.top = TopOfBook {
                update_id: depth.update_id,
                bid: self.book.best_bid().unwrap_or_default(),
                ask: self.book.best_ask().unwrap_or_default(),
            };
        }
        true
    }

    /// Takes a top of book; returns whether it is the newest.
    pub fn on_top(&mut self, top: &TopOfBook) -> bool {
        let newest = top.update_id >= self.top.update_id;
        if newest {
            self.top = *top;
        }
        newest
    }

    /// Takes the feed's word about itself. A stale feed may come back with other update numbers.
    pub fn on_feed(&mut self, state: FeedState) {
        self.feed_live = state == FeedState::Live;
        if !self.feed_live {
            self.top = TopOfBook::default();
        }
    }

    /// Forgets that the feed was live: the engine starts again. What the venue has halted stays so
    /// until the feed tells otherwise.
    pub fn restart(&mut self) {
        self.feed_live = false;
        self.top = TopOfBook::default();
    }

    /// Returns whether the book can be used: live, whole, uncrossed, complete and recent.
    #[must_use]
    pub fn is_live(&self, now: Nanos, age_max: Nanos) -> bool {
        self.feed_live
            && self.whole
            && !self.crossed
            && self.book.is_usable()
            && now.since(self.heard) <= age_max
    }

    /// Returns bid plus ask in ticks, which is twice the mid; `None` unless both sides are
    /// quoted and apart.
    #[must_use]
    pub fn twice_mid(&self) -> Option<i128> {
        twice_mid(&self.top)
    }
}

fn twice_mid(top: &TopOfBook) -> Option<i128> {
    let quoted = |level: Level| level.lots.0 > 0 && level.price.0 > 0;
    if quoted(top.bid) && quoted(top.ask) && top.bid.price < top.ask.price {
        Some(i128::from(top.bid.price.0) + i128::from(top.ask.price.0))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{Lots, StaleReason, Ticks};

    use super::*;

    fn level(price: i64, lots: i64) -> Level {
        Level { price: Ticks(price), lots: Lots(lots) }
    }

    fn depth<'a>(
        update_id: u64,
        kind: DepthKind,
        last: bool,
        bids: &'a [Level],
        asks: &'a [Level],
    ) -> Depth<'a> {
        Depth { update_id, kind, last, bids, asks }
    }

    fn joined() -> MarketState {
        let mut market = MarketState::new();
        market.hear(Nanos(10));
        let (bids, asks) = ([level(100, 5)], [level(102, 5)]);
        assert!(market.on_depth(&depth(7, DepthKind::SnapshotStart, true, &bids, &asks)));
        market.on_feed(FeedState::Live);
        market
    }

    #[test]
    fn the_higher_update_number_is_the_top() {
        let mut market = joined();
        let fast = TopOfBook { update_id: 9, bid: level(101, 1), ask: level(102, 1) };
        assert!(market.on_top(&fast));
        market.on_depth(&depth(8, DepthKind::Delta, true, &[level(100, 6)], &[]));
        assert_eq!(market.top, fast);
        assert!(!market.on_top(&TopOfBook { update_id: 8, ..fast }));
        market.on_depth(&depth(10, DepthKind::Delta, true, &[level(101, 4)], &[]));
        assert_eq!(market.top.bid, level(101, 4));
        assert_eq!(market.twice_mid(), Some(203));
    }

    #[test]
    fn only_a_whole_uncrossed_recent_live_book_is_live() {
        let age = Nanos(100);
        let mut market = joined();
        assert!(market.is_live(Nanos(110), age));
        assert!(!market.is_live(Nanos(111), age));
        assert!(!market.on_depth(&depth(8, DepthKind::Delta, false, &[], &[])));
        assert!(!market.is_live(Nanos(20), age));
        assert!(market.on_depth(&depth(8, DepthKind::Delta, true, &[level(102, 1)], &[])));
        assert!(!market.is_live(Nanos(20), age));
        assert_eq!(market.crossed_books, 1);
        assert_eq!(market.top.update_id, 7);
        market.on_depth(&depth(9, DepthKind::Delta, true, &[level(102, 0)], &[]));
        assert!(market.is_live(Nanos(20), age));
        market.on_feed(FeedState::Stale(StaleReason::Gap));
        assert!(!market.is_live(Nanos(20), age));
        assert_eq!(market.twice_mid(), None);
    }
}
