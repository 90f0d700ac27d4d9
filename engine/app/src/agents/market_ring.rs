//! Market messages through a ring of cells: a head, and seven levels a cell after it.
//!
//! A message is written whole or not at all. One that finds no room is dropped, and the
//! pipeline is told that the instrument is stale before it hears anything more of it.

use gannet_feeds::MarketSink;
use gannet_runtime::clock::Clock;
use gannet_runtime::ring::{Receiver, Sender};
use gannet_types::{
    Bounded, Depth, DepthKind, FeedState, InstrumentId, Level, Market, MarketEvent, Nanos,
    StaleReason, TopOfBook, Trade, TradingStatus,
};

/// Levels in one cell: seven fill two cache lines, which a core fetches as a pair.
const LEVELS_PER_CELL: usize = 7;

/// Cells of the longest message.
const CELLS_MAX: usize = 1 + Depth::LEVELS_MAX.div_ceil(LEVELS_PER_CELL);

/// One cell.
#[derive(Clone, Copy, Debug)]
pub enum MarketCell {
    /// Begins a message.
    Head(Head),
    /// Continues a depth message.
    Levels([Level; LEVELS_PER_CELL]),
}

const _: () = assert!(size_of::<MarketCell>() <= 128, "a cell is at most two cache lines");

/// A message without its levels.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    instrument: InstrumentId,
    exchange_time: Nanos,
    received: Nanos,
    /// When it was decoded and put into the ring.
    pushed: Nanos,
    body: Body,
}

#[derive(Clone, Copy, Debug)]
enum Body {
    Top(TopOfBook),
    Trade(Trade),
    Depth { update_id: u64, kind: DepthKind, last: bool, bids: u16, asks: u16 },
    Feed(FeedState),
    Status(TradingStatus),
}

/// The feed's end.
pub struct MarketSender {
    ring: Sender<MarketCell>,
    clock: Clock,
    cells: Bounded<MarketCell>,
    /// Instruments the pipeline must be told are stale before anything else.
    owed: Bounded<InstrumentId>,
    /// Instruments whose message was dropped since the feed last asked.
    dropped: Bounded<InstrumentId>,
}

impl MarketSender {
    /// Wraps the ring's end for at most `instruments_max` instruments.
    #[must_use]
    pub fn new(ring: Sender<MarketCell>, clock: Clock, instruments_max: usize) -> Self {
        Self {
            ring,
            clock,
            cells: Bounded::with_capacity(CELLS_MAX),
            owed: Bounded::with_capacity(instruments_max),
            dropped: Bounded::with_capacity(instruments_max),
        }
    }

    /// Returns an instrument whose message was dropped: the feed must synchronise it anew.
    pub fn take_dropped(&mut self) -> Option<InstrumentId> {
        if self.dropped.is_empty() { None } else { Some(self.dropped.swap_remove(0)) }
    }

    /// Returns how many messages found the ring full.
    #[must_use]
    pub fn full_total(&self) -> u64 {
        self.ring.full_total()
    }

    fn write(&mut self, market: &Market<'_>) -> bool {
        self.cells.clear();
        let fits = "the longest message has as many cells as there is room for";
        let (body, levels) = split(&market.event);
        let head = Head {
            instrument: market.instrument,
            exchange_time: market.exchange_time,
            received: market.received,
            pushed: Nanos(self.clock.now()),
            body,
        };
        self.cells.push(MarketCell::Head(head)).expect(fits);
        let mut cell = [Level::default(); LEVELS_PER_CELL];
        let mut filled = 0;
        for &level in levels.0.iter().chain(levels.1) {
            cell[filled] = level;
            filled += 1;
            if filled == LEVELS_PER_CELL {
                self.cells.push(MarketCell::Levels(cell)).expect(fits);
                filled = 0;
            }
        }
        if filled > 0 {
            self.cells.push(MarketCell::Levels(cell)).expect(fits);
        }
        self.ring.push_slice(&self.cells).is_ok()
    }

    /// Pays what is owed to the pipeline about `instrument`; returns whether nothing is.
    fn settle(&mut self, instrument: InstrumentId, received: Nanos) -> bool {
        let Some(index) = self.owed.iter().position(|owed| *owed == instrument) else {
            return true;
        };
        let stale = Market {
            instrument,
            exchange_time: received,
            received,
            event: MarketEvent::Feed(FeedState::Stale(StaleReason::Overflow)),
        };
        let paid = self.write(&stale);
        if paid {
            self.owed.swap_remove(index);
        }
        paid
    }
}

impl MarketSink for MarketSender {
    #[inline]
    fn on_market(&mut self, market: &Market<'_>) {
        let instrument = market.instrument;
        let settled = self.owed.is_empty() || self.settle(instrument, market.received);
        if settled && self.write(market) {
            return;
        }
        if !self.owed.contains(&instrument) {
            self.owed.push(instrument).expect("one entry an instrument");
        }
        if !self.dropped.contains(&instrument) {
            self.dropped.push(instrument).expect("one entry an instrument");
        }
    }
}

/// The pipeline's end.
pub struct MarketReceiver {
    ring: Receiver<MarketCell>,
    cells: Vec<MarketCell>,
    levels: Bounded<Level>,
}

impl MarketReceiver {
    /// Wraps the ring's end.
    #[must_use]
    pub fn new(ring: Receiver<MarketCell>) -> Self {
        let empty = MarketCell::Levels([Level::default(); LEVELS_PER_CELL]);
        Self { ring, cells: vec![empty; CELLS_MAX], levels: Bounded::with_capacity(LEVELS_ROOM) }
    }

    /// Passes on the oldest message, with the time it was pushed; returns whether there was one.
    #[inline]
    pub fn pop(&mut self, on_market: impl FnOnce(&Market<'_>, Nanos)) -> bool {
        let Some(&MarketCell::Head(head)) = self.ring.peek() else { return false };
        let (bids, asks) = match head.body {
            Body::Depth { bids, asks, .. } => (usize::from(bids), usize::from(asks)),
            Body::Top(_) | Body::Trade(_) | Body::Feed(_) | Body::Status(_) => (0, 0),
        };
        let count = 1 + (bids + asks).div_ceil(LEVELS_PER_CELL);
        assert!(self.ring.read_exact(&mut self.cells[..count]), "messages are written whole");
        self.levels.clear();
        for cell in &self.cells[1..count] {
            if let MarketCell::Levels(levels) = cell {
                for &level in levels {
                    self.levels.push(level).expect("there is room for the longest message");
                }
            }
        }
        let levels = &self.levels[..bids + asks];
        on_market(&join(&head, &levels[..bids], &levels[bids..]), head.pushed);
        true
    }
}

/// Room for the levels of the longest message, the last cell's unused ones included.
const LEVELS_ROOM: usize = (CELLS_MAX - 1) * LEVELS_PER_CELL;

fn split<'a>(event: &MarketEvent<'a>) -> (Body, (&'a [Level], &'a [Level])) {
    match *event {
        MarketEvent::Top(top) => (Body::Top(top), (&[], &[])),
        MarketEvent::Trade(trade) => (Body::Trade(trade), (&[], &[])),
        MarketEvent::Feed(state) => (Body::Feed(state), (&[], &[])),
        MarketEvent::Status(status) => (Body::Status(status), (&[], &[])),
        MarketEvent::Depth(Depth { update_id, kind, last, bids, asks }) => {
            let levels = "a piece has at most LEVELS_MAX levels";
            let body = Body::Depth {
                update_id,
                kind,
                last,
                bids: u16::try_from(bids.len()).expect(levels),
                asks: u16::try_from(asks.len()).expect(levels),
            };
            (body, (bids, asks))
        }
    }
}

fn join<'a>(head: &Head, bids: &'a [Level], asks: &'a [Level]) -> Market<'a> {
    let event = match head.body {
        Body::Top(top) => MarketEvent::Top(top),
        Body::Trade(trade) => MarketEvent::Trade(trade),
        Body::Feed(state) => MarketEvent::Feed(state),
        Body::Status(status) => MarketEvent::Status(status),
        Body::Depth { update_id, kind, last, .. } => {
            MarketEvent::Depth(Depth { update_id, kind, last, bids, asks })
        }
    };
    let Head { instrument, exchange_time, received, .. } = *head;
    Market { instrument, exchange_time, received, event }
}

#[cfg(test)]
mod tests {
    use gannet_runtime::ring::{Overflow, ring};

    use super::*;

    fn depth(levels: &[Level], asks: usize) -> Market<'_> {
        let (bids, asks) = levels.split_at(levels.len() - asks);
        Market {
            instrument: InstrumentId(3),
            exchange_time: Nanos(5),
            received: Nanos(6),
            event: MarketEvent::Depth(Depth {
                update_id: 9,
                kind: DepthKind::Delta,
                last: true,
                bids,
                asks,
            }),
        }
    }

    fn levels(count: usize) -> Vec<Level> {
        (1..=count as i64)
            .map(|number| Level {
                price: gannet_types::Ticks(number),
                lots: gannet_types::Lots(number * 10),
            })
            .collect()
    }

    fn pair(cells: usize) -> (MarketSender, MarketReceiver) {
        let (sender, receiver) = ring(cells, Overflow::Reject);
        (MarketSender::new(sender, Clock::new(), 4), MarketReceiver::new(receiver))
    }

    #[test]
    fn messages_of_every_length_arrive_whole() {
        let (mut sender, mut receiver) = pair(256);
        for count in 0..=Depth::LEVELS_MAX {
            let levels = levels(count);
            let sent = depth(&levels, count / 3);
            sender.on_market(&sent);
            assert!(receiver.pop(|market, _| assert_eq!(*market, sent)));
            assert!(!receiver.pop(|_, _| ()));
        }
    }

    #[test]
    fn after_a_drop_the_pipeline_hears_stale_before_anything_else() {
        let (mut sender, mut receiver) = pair(4);
        let levels = levels(14);
        sender.on_market(&depth(&levels, 7));
        sender.on_market(&depth(&levels, 7));
        assert_eq!(sender.take_dropped(), Some(InstrumentId(3)));
        assert_eq!(sender.take_dropped(), None);
        assert!(receiver.pop(|market, _| assert!(matches!(market.event, MarketEvent::Depth(_)))));
        sender.on_market(&depth(&levels, 7));
        let stale = MarketEvent::Feed(FeedState::Stale(StaleReason::Overflow));
        assert!(receiver.pop(|market, _| assert_eq!(market.event, stale)));
        assert!(receiver.pop(|market, _| assert!(matches!(market.event, MarketEvent::Depth(_)))));
        assert!(!receiver.pop(|_, _| ()));
    }
}
