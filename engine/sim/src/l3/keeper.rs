//! One instrument of a history: what its records do to the orders, and what a strategy sees of it.
//!
//! A reader tells a [`Keeper`] what happened; the keeper refuses what cannot have happened, and holds
//! [`Keeper::events`] for the exchange and market messages for the engine until
//! [`Keeper::settle`]. The first ones, and those after a clear, begin with the whole book.
//!
//! # Invariants
//! - What the exchange is given has been applied to a book in the same order: it can have happened.

use gannet_types::{
    Depth, DepthKind, FeedState, InstrumentId, Level, Lots, Market, MarketEvent, Nanos, Side,
    Ticks, TopOfBook, Trade, TradingStatus,
};

use super::{Book, Event, Impossible};

/// Lots at a price that no known order explains stand under a number of their own: the venues' numbers
/// do not reach this bit.
const CROWD: u64 = 1 << 63;

/// The orders of one instrument, and what of them has to be passed on.
#[derive(Clone, Debug, Default)]
pub struct Keeper {
    book: Book,
    /// Whether everything up to the last settlement is known to exchange and strategy.
    is_told: bool,
    /// Whether trading is halted, and whether they have been told so.
    halted: bool,
    told_halted: bool,
    events: Vec<Event>,
    changed: Vec<(Side, Ticks)>,
    trades: Vec<Trade>,
    top: TopOfBook,
    updates: u64,
    trade_id: u64,
    bids: Vec<Level>,
    asks: Vec<Level>,
}

impl Keeper {
    /// Takes what happened to an order; a fill is a trade at the order's price.
    ///
    /// # Errors
    /// If it cannot have happened; nothing has changed then.
    pub fn apply(&mut self, event: Event) -> Result<(), Impossible> {
        let place = match event {
            Event::Fill { id, lots } => self.book.place(id).map(|place| (place, lots)),
            Event::Unseen { side, price, lots } => Some(((side, price), lots)),
            _ => None,
        };
        let changes = self.book.apply(&event)?;
        self.changed.extend(changes.iter().flatten().map(|(side, level)| (*side, level.price)));
        self.events.push(event);
        if event == Event::Clear {
            self.is_told = false;
        }
        if let Some(((side, price), lots)) = place {
            self.print(side.opposite(), price, lots);
        }
        Ok(())
    }

    /// Takes a fill at another price than the order's; `None` is the order's own.
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub(super) fn fill_at(
        &mut self,
        id: u64,
        lots: Lots,
        price: Option<Ticks>,
    ) -> Result<(), Impossible> {
        self.apply(Event::Fill { id, lots })?;
        if let (Some(trade), Some(price)) = (self.trades.last_mut(), price) {
            trade.price = price;
        }
        Ok(())
    }

    /// Takes a trade that is no business of the orders in the book.
    pub fn print(&mut self, aggressor: Side, price: Ticks, lots: Lots) {
        self.trade_id += 1;
        self.trades.push(Trade { trade_id: self.trade_id, aggressor, price, lots });
    }

    /// Trading is halted, or goes on. Orders may still be entered and cancelled meanwhile.
    pub fn halt(&mut self, is_halted: bool) {
        self.halted = is_halted;
    }

    /// Returns the orders.
    #[must_use]
    pub const fn book(&self) -> &Book {
        &self.book
    }

    /// Makes the orders at a price come to so much. What is missing stood there before all that is
    /// known; what is too much was cancelled out of sight, first of what nobody knows, then of those
    /// that came last.
    pub(super) fn show(&mut self, side: Side, price: Ticks, lots: Lots) {
        let crowd = crowd(side, price);
        let stood = self.book.lots(crowd).unwrap_or_default();
        let missing = lots - self.book.total(side, price);
        if missing > Lots::ZERO {
            if stood > Lots::ZERO {
                self.must(Event::Cancel { id: crowd });
            }
            self.must(Event::Found { id: crowd, side, price, lots: stood + missing });
            return;
        }
        let mut surplus = -missing;
        let unknown = Some((crowd, stood)).filter(|_| stood > Lots::ZERO);
        let known: Vec<_> = self.book.orders(side, price).filter(|(id, _)| *id != crowd).collect();
        for (id, standing) in unknown.into_iter().chain(known.into_iter().rev()) {
            let gone = surplus.min(standing);
            if gone > Lots::ZERO {
                surplus -= gone;
                self.must(Event::Reduce { id, lots: gone });
            }
        }
    }

    /// Tells what happened to an order that may have come before anything was known: it is then among
    /// those of its price that nobody knows.
    pub(super) fn known_or_crowd(&mut self, id: u64, side: Side, price: Ticks, lots: Lots) -> u64 {
        if self.book.place(id) == Some((side, price)) && self.book.lots(id) >= Some(lots) {
            return id;
        }
        let crowd = crowd(side, price);
        if self.book.lots(crowd) < Some(lots) {
            let others = self.book.total(side, price) - self.book.lots(crowd).unwrap_or_default();
            self.show(side, price, others + lots);
        }
        crowd
    }

    /// Returns whether nothing waits to be passed on.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.events.is_empty() && self.trades.is_empty() && self.halted == self.told_halted
    }

    /// Passes on what has come since: orders and states of the feed to the exchange, in order, and
    /// market messages to the engine.
    pub fn settle(&mut self, moment: Moment, to: &mut impl Audience) {
        let Moment { instrument, received, .. } = moment;
        let is_whole = !std::mem::replace(&mut self.is_told, true);
        self.updates += 1;
        if is_whole {
            to.on_venue_state(&moment.market(MarketEvent::Feed(FeedState::Live)));
            self.tell_all(|event| to.on_order(received, instrument, event));
        } else {
            self.events.iter().for_each(|event| to.on_order(received, instrument, event));
            self.tell_trades(moment, to);
        }
        self.show_book(is_whole, |event: MarketEvent<'_>| to.on_market(&moment.market(event)));
        if is_whole {
            to.on_market(&moment.market(MarketEvent::Feed(FeedState::Live)));
            self.tell_trades(moment, to);
        }
        if self.told_halted != self.halted {
            self.told_halted = self.halted;
            let status = if self.halted { TradingStatus::Halted } else { TradingStatus::Trading };
            to.on_venue_state(&moment.market(MarketEvent::Status(status)));
            to.on_market(&moment.market(MarketEvent::Status(status)));
        }
        self.events.clear();
        self.trades.clear();
        self.changed.clear();
    }

    fn tell_trades(&self, moment: Moment, to: &mut impl Audience) {
        for trade in &self.trades {
            to.on_market(&moment.market(MarketEvent::Trade(*trade)));
        }
    }

    /// Tells of every order, in its place, and before ours: what of it came after them, nobody knows.
    fn tell_all(&self, mut tell: impl FnMut(&Event)) {
        tell(&Event::Clear);
        for side in [Side::Buy, Side::Sell] {
            for Level { price, .. } in self.book.levels(side) {
                for (id, lots) in self.book.orders(side, price).rev() {
                    tell(&Event::Found { id, side, price, lots });
                }
            }
        }
    }

    /// Shows the levels that changed, or all, and the best prices if those changed.
    fn show_book(&mut self, is_whole: bool, mut show: impl FnMut(MarketEvent<'_>)) {
        let update_id = self.updates;
        self.bids.clear();
        self.asks.clear();
        if is_whole {
            self.bids.extend(self.book.levels(Side::Buy));
            self.asks.extend(self.book.levels(Side::Sell));
        } else {
            self.changed.sort_unstable_by_key(|(side, price)| (*side == Side::Sell, *price));
            self.changed.dedup();
            for &(side, price) in &self.changed {
                let level = Level { price, lots: self.book.total(side, price) };
                if side == Side::Buy { self.bids.push(level) } else { self.asks.push(level) }
            }
            if self.changed.is_empty() {
                return;
            }
        }
        pieces(update_id, is_whole, &self.bids, &self.asks, &mut show);
        let best = |side| self.book.levels(side).next().unwrap_or_default();
        let (bid, ask) = (best(Side::Buy), best(Side::Sell));
        if is_whole || (bid, ask) != (self.top.bid, self.top.ask) {
            self.top = TopOfBook { update_id, bid, ask };
            show(MarketEvent::Top(self.top));
        }
    }

    /// Does what the book must take.
    fn must(&mut self, event: Event) {
        self.apply(event).expect("the book was asked before");
    }
}

/// About what, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// About what.
    pub instrument: InstrumentId,
    /// When it happened, as the venue says.
    pub exchange_time: Nanos,
    /// When it was received.
    pub received: Nanos,
}

impl Moment {
    const fn market(self, event: MarketEvent<'_>) -> Market<'_> {
        let Self { instrument, exchange_time, received } = self;
        Market { instrument, exchange_time, received, event }
    }
}

/// Who hears of a history: the venue of the orders, the engine of the market.
pub trait Audience {
    /// An order at the venue.
    fn on_order(&mut self, at: Nanos, instrument: InstrumentId, event: &Event);
    /// The venue trades, or does not.
    fn on_venue_state(&mut self, market: &Market<'_>);
    /// What the feed says.
    fn on_market(&mut self, market: &Market<'_>);
}

fn crowd(side: Side, price: Ticks) -> u64 {
    CROWD | price.0.unsigned_abs() << 1 | u64::from(side == Side::Sell)
}

/// Cuts a book message into as many pieces as it needs; the last one completes it.
fn pieces(
    update_id: u64,
    is_whole: bool,
    mut bids: &[Level],
    mut asks: &[Level],
    show: &mut impl FnMut(MarketEvent<'_>),
) {
    let mut is_first = true;
    loop {
        let (some_bids, more_bids) = bids.split_at(bids.len().min(Depth::LEVELS_MAX));
        let room = Depth::LEVELS_MAX - some_bids.len();
        let (some_asks, more_asks) = asks.split_at(asks.len().min(room));
        (bids, asks) = (more_bids, more_asks);
        let kind = match (is_whole, is_first) {
            (true, true) => DepthKind::SnapshotStart,
            (true, false) => DepthKind::SnapshotPart,
            (false, _) => DepthKind::Delta,
        };
        let last = bids.is_empty() && asks.is_empty();
        let depth = Depth { update_id, kind, last, bids: some_bids, asks: some_asks };
        show(MarketEvent::Depth(depth));
        if last {
            return;
        }
        is_first = false;
    }
}
