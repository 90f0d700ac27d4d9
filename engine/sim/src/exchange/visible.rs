//! What our orders can see: the foreign book, brought up to date by the top-of-book stream, less
//! what we have taken from it.
//!
//! A real venue's feed would show what we took; a foreign feed does not. So what we took from a
//! level is remembered until the displayed size of that level changes. The two streams are put in
//! order by their update numbers, which count the same updates.

use std::collections::BTreeMap;

use gannet_pipeline::book::Book;
use gannet_types::{
    Depth, DepthKind, FeedState, Level, Lots, Side, Ticks, TopOfBook, TradingStatus,
};

/// The book of one instrument.
#[derive(Clone, Debug, Default)]
pub(super) struct Visible {
    book: Book,
    top: TopOfBook,
    /// The update number of the last whole depth message.
    depth_id: u64,
    is_live: bool,
    /// Whether the venue has halted it.
    is_halted: bool,
    /// Whether the last depth message has all its pieces.
    is_whole: bool,
    taken_bids: BTreeMap<Ticks, Taken>,
    taken_asks: BTreeMap<Ticks, Taken>,
    /// What others take back besides, in percent of what we take.
    withdrawal_percent: u32,
}

#[derive(Clone, Copy, Debug)]
struct Taken {
    /// What the level showed when we took.
    displayed: Lots,
    lots: Lots,
}

impl Visible {
    pub(super) fn new(withdrawal_percent: u32) -> Self {
        Self { withdrawal_percent, ..Self::default() }
    }

    /// Returns whether the book can be believed, and orders trade.
    pub(super) fn is_tradable(&self) -> bool {
        self.is_live
            && !self.is_halted
            && self.is_whole
            && self.book.is_usable()
            && !self.book.is_crossed()
    }

    /// Takes whether the venue trades.
    pub(super) fn on_status(&mut self, status: TradingStatus) {
        self.is_halted = status == TradingStatus::Halted;
    }

    /// Returns what stands at a price, our takings included.
    pub(super) fn displayed(&self, side: Side, price: Ticks) -> Lots {
        self.book.lots_at(side, price)
    }

    /// Returns the best price of a side.
    pub(super) fn best(&self, side: Side) -> Option<Ticks> {
        self.book.best(side).map(|level| level.price)
    }

    /// Returns what can be taken from a side, best first.
    pub(super) fn available(&self, side: Side) -> impl Iterator<Item = Level> + '_ {
        let taken = self.taken(side);
        self.book.levels(side).filter_map(move |level| {
            let gone = taken.get(&level.price).map_or(Lots::ZERO, |taken| taken.lots);
            (level.lots > gone).then(|| Level { price: level.price, lots: level.lots - gone })
        })
    }

    /// Takes up to `lots` from a side, at `limit` or better, level by level into `fills`.
    pub(super) fn sweep(
        &mut self,
        side: Side,
        limit: Option<Ticks>,
        lots: Lots,
        fills: &mut Vec<Level>,
    ) {
        fills.clear();
        let mut wanted = lots;
        for level in self.available(side) {
            let is_reached = limit.is_none_or(|limit| side.opposite().reaches(limit, level.price));
            if wanted <= Lots::ZERO || !is_reached {
                break;
            }
            let taken = wanted.min(level.lots);
            wanted -= taken;
            fills.push(Level { price: level.price, lots: taken });
        }
        for &fill in fills.iter() {
            self.remember(side, fill);
        }
    }

    /// Has others take back what stood beside what we took, rounded up, until the level changes.
    pub(super) fn withdraw(&mut self, side: Side, fills: &[Level]) {
        if self.withdrawal_percent == 0 {
            return;
        }
        for fill in fills {
            let share = i128::from(fill.lots.0) * i128::from(self.withdrawal_percent);
            // What does not fit is more than any level shows.
            let lots = Lots(i64::try_from((share + 99) / 100).unwrap_or(i64::MAX));
            self.remember(side, Level { lots, ..*fill });
        }
    }

    /// Remembers that less can be had from a level than it shows.
    fn remember(&mut self, side: Side, gone: Level) {
        let displayed = self.book.lots_at(side, gone.price);
        let taken = match side {
            Side::Buy => &mut self.taken_bids,
            Side::Sell => &mut self.taken_asks,
        };
        let entry = taken.entry(gone.price).or_insert(Taken { displayed, lots: Lots::ZERO });
        entry.lots = Lots(entry.lots.0.saturating_add(gone.lots.0));
    }

    /// Takes a change of the book; returns whether the book is whole now.
    pub(super) fn on_depth(&mut self, depth: &Depth<'_>) -> bool {
        match depth.kind {
            DepthKind::SnapshotStart => self.book.clear(),
            DepthKind::SnapshotPart | DepthKind::Delta => {}
        }
        for (side, levels) in [(Side::Buy, depth.bids), (Side::Sell, depth.asks)] {
            for &level in levels {
                self.book.apply(side, level);
            }
        }
        self.is_whole = depth.last;
        if depth.last {
            self.depth_id = depth.update_id;
            if self.top.update_id > self.depth_id {
                self.apply_top();
            }
            self.forget_changed();
        }
        depth.last
    }

    /// Takes the best prices, unless the book is newer; returns whether it did.
    pub(super) fn on_top(&mut self, top: TopOfBook) -> bool {
        if top.update_id < self.depth_id || !self.is_whole {
            return false;
        }
        self.top = top;
        self.apply_top();
        self.forget_changed();
        true
    }

    /// Takes the feed's state; a stale book is forgotten.
    pub(super) fn on_feed(&mut self, feed: FeedState) {
        match feed {
            FeedState::Live => self.is_live = true,
            FeedState::Stale(_) => {
                self.is_live = false;
                self.is_whole = false;
                self.top = TopOfBook::default();
                self.depth_id = 0;
                self.book.clear();
                self.taken_bids.clear();
                self.taken_asks.clear();
            }
        }
    }

    /// Makes the newest best prices true: nothing stands beyond them.
    fn apply_top(&mut self) {
        for (side, best) in [(Side::Buy, self.top.bid), (Side::Sell, self.top.ask)] {
            // Each round removes a level, so it ends with the book.
            while let Some(level) = self.book.best(side)
                && (best.lots == Lots::ZERO
                    || (side.opposite().reaches(best.price, level.price)
                        && level.price != best.price))
            {
                self.book.apply(side, Level { price: level.price, lots: Lots::ZERO });
            }
            self.book.apply(side, best);
        }
    }

    fn forget_changed(&mut self) {
        let book = &self.book;
        let is_unchanged =
            |side, price: &Ticks, taken: &mut Taken| book.lots_at(side, *price) == taken.displayed;
        self.taken_bids.retain(|price, taken| is_unchanged(Side::Buy, price, taken));
        self.taken_asks.retain(|price, taken| is_unchanged(Side::Sell, price, taken));
    }

    const fn taken(&self, side: Side) -> &BTreeMap<Ticks, Taken> {
        match side {
            Side::Buy => &self.taken_bids,
            Side::Sell => &self.taken_asks,
        }
    }
}
