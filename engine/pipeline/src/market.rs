//! Market messages: they change the book and the bars, then the strategy hears of it.

use gannet_types::{
    Bar, Level, Lots, Market, MarketEvent, Nanos, Outbox, Output, Ticks, TopOfBook, Trade,
    TradingStatus,
};

use crate::strategy::{Strategy, StrategyEvent};
use crate::{Pipeline, SIGNAL_ROOM};

impl<S: Strategy> Pipeline<S> {
    /// Takes a market message.
    pub(crate) fn on_market(&mut self, now: Nanos, message: &Market<'_>, outbox: &mut Outbox) {
        let (id, origin) = (message.instrument, message.received);
        let Some(desk) = self.desks.get_mut(usize::from(id.0)) else {
            self.counters.bad_inputs += 1;
            return;
        };
        self.counters.market_events += 1;
        desk.market.hear(self.steady.time());
        match &message.event {
            MarketEvent::Top(top) => {
                if !is_possible(top) {
                    self.counters.bad_inputs += 1;
                } else if desk.market.on_top(top) {
                    self.tell(now, origin, id, StrategyEvent::Top(top), outbox);
                }
            }
            MarketEvent::Trade(trade) => self.on_trade(now, message, trade, outbox),
            MarketEvent::Depth(depth) => {
                let crossed_before = desk.market.crossed_books;
                let whole = desk.market.on_depth(depth);
                self.counters.crossed_books += desk.market.crossed_books - crossed_before;
                if whole {
                    self.tell(now, origin, id, StrategyEvent::Book, outbox);
                }
            }
            MarketEvent::Feed(state) => {
                desk.market.on_feed(*state);
                self.tell(now, origin, id, StrategyEvent::Feed, outbox);
            }
            MarketEvent::Status(status) => {
                desk.market.is_halted = *status == TradingStatus::Halted;
            }
        }
    }

    fn on_trade(&mut self, now: Nanos, message: &Market<'_>, trade: &Trade, outbox: &mut Outbox) {
        if trade.price <= Ticks::ZERO || trade.lots <= Lots::ZERO {
            self.counters.bad_inputs += 1;
            return;
        }
        self.counters.trades += 1;
        let (id, origin) = (message.instrument, message.received);
        self.tell(now, origin, id, StrategyEvent::Trade(trade), outbox);
        for kind in 0..self.config.bars.len() {
            let builder = &mut self.desks[usize::from(id.0)].bars[kind];
            if let Some(bar) = builder.on_trade(message.exchange_time, trade) {
                self.on_bar(now, origin, &bar, outbox);
            }
        }
    }

    /// A bar has closed: the strategy hears of it, and its features are journaled if there is room.
    pub(crate) fn on_bar(&mut self, now: Nanos, origin: Nanos, bar: &Bar, outbox: &mut Outbox) {
        self.counters.bars += 1;
        self.measure(bar);
        self.count_frame(now, origin, bar);
        if self.config.bars.first() == Some(&bar.kind) {
            self.parents.on_bar(bar);
        }
        self.emit(Output::Bar(*bar), outbox);
        self.tell(now, origin, bar.instrument, StrategyEvent::Bar(bar), outbox);
        for block in 0..=u8::MAX {
            let Some(features) = self.strategy.features(bar, block) else { break };
            if outbox.room() <= SIGNAL_ROOM {
                self.counters.features_dropped += 1;
                break;
            }
            self.emit(Output::Features(features), outbox);
        }
    }
}

/// Returns whether no number is negative; a side without orders is zero.
fn is_possible(top: &TopOfBook) -> bool {
    let possible = |level: Level| level.price >= Ticks::ZERO && level.lots >= Lots::ZERO;
    possible(top.bid) && possible(top.ask)
}
