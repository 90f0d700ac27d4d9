//! Our positions beside the venue's: asking, and what follows from an answer.
//!
//! What a difference is and when it is believed stands in [`crate::positions`]. A believed one is an
//! alarm, and by configuration an [`Adjustment`]: the venue's lots are booked as if traded at the
//! mid, so that profit stays as it was, as soon as there is one. What a position has paid
//! besides, such as funding, is the venue's word alone and becomes part of its profit.

use gannet_types::{
    AccountId, Adjustment, Alarm, GatewayId, InstrumentId, Lots, Nanos, Notional, OrderId, Outbox,
    Output, PositionDifference, RequestKind, Side, StrategyId, Ticks, VenueId, VenuePosition,
};

use crate::Pipeline;
use crate::config::OPEN_ORDERS_MAX;
use crate::orders::Order;
use crate::positions::{Book, Books, Compared, Heard, OrdersThere, Trade};
use crate::strategy::Strategy;
use crate::timers::TIMER_ROOM;

/// What comparing one position puts out at most: the position and its part before and after an
/// adjustment, that, an alarm, and a question about each open order.
pub(crate) const COMPARE_ROOM: usize = 6 + OPEN_ORDERS_MAX;

/// An adjustment, and the position and its part that it leads to.
const ADJUSTMENT_ROOM: usize = 3;

impl<S: Strategy> Pipeline<S> {
    /// Takes a venue's word about a position.
    pub(crate) fn on_venue_position(
        &mut self,
        now: Nanos,
        position: &VenuePosition,
        outbox: &mut Outbox,
    ) {
        let heard = self.venue_positions.hear(position);
        self.on_heard(now, heard, outbox);
    }

    /// Asks about positions if that is due, gives up what was not answered, and books what waits
    /// for a price.
    pub(crate) fn poll_venue_positions(&mut self, now: Nanos, outbox: &mut Outbox) {
        if !self.venue_positions.is_active() {
            return;
        }
        let mut from = 0;
        while outbox.room() >= ADJUSTMENT_ROOM
            && let Some((account, instrument, next)) = self.venue_positions.unbooked(from)
        {
            self.adjust(account, instrument, outbox);
            from = next;
        }
        if outbox.room() < TIMER_ROOM {
            return;
        }
        self.settle(now, outbox);
        let heard = self.venue_positions.give_up(now);
        self.on_heard(now, heard, outbox);
        if outbox.room() < TIMER_ROOM {
            return;
        }
        let is_ready = |gateway| self.route.is_ready(gateway, self.orders.open());
        if let Some(account) = self.venue_positions.take_overdue(now, is_ready) {
            self.alarm(Alarm::PositionsNotTold(account), outbox);
        }
        let is_ready = |gateway| self.route.is_ready(gateway, self.orders.open());
        if let Some((seat, gateway)) = self.venue_positions.due(now, is_ready) {
            let account = self.venue_positions.seat(seat).account;
            self.counters.position_requests += 1;
            let kind = RequestKind::Positions;
            let request = self.send_general(kind, gateway, account, outbox);
            self.venue_positions.begin(now, seat, gateway, request);
        }
    }

    fn on_heard(&mut self, now: Nanos, heard: Heard, outbox: &mut Outbox) {
        match heard {
            Heard::Nothing => {}
            Heard::All { is_whole } => {
                self.venue_positions.end(now, is_whole);
                self.settle(now, outbox);
            }
            Heard::Refused(account) => self.alarm(Alarm::PositionsRefused(account), outbox),
            Heard::Missed(account) => self.alarm(Alarm::PositionsNotTold(account), outbox),
        }
    }

    /// Goes on comparing what an answer told, as far as there is room.
    fn settle(&mut self, now: Nanos, outbox: &mut Outbox) {
        while outbox.room() >= COMPARE_ROOM
            && let Some((account, instrument, is_whole)) = self.venue_positions.next_to_settle()
        {
            self.settle_position(now, account, instrument, is_whole, outbox);
        }
    }

    /// Takes what an answer told of a position. If it is whole, what it did not name is not held.
    fn settle_position(
        &mut self,
        now: Nanos,
        account: AccountId,
        instrument: InstrumentId,
        is_whole: bool,
        outbox: &mut Outbox,
    ) {
        let named = self.venue_positions.told(instrument);
        let Some(book) = self.venue_positions.book(account, instrument) else { return };
        match named.map(|told| told.funding) {
            Some(funding) => {
                let paid = funding.map_or(Notional::ZERO, |told| book.fund(told));
                self.book_funding(account, instrument, paid, outbox);
            }
            None if is_whole => book.end_funding(),
            None => return,
        }
        // While the drop copy is silent nobody knows what others hold.
        if self.reconciliation.is_settled(self.steady.time()) {
            let lots = named.unwrap_or_default().lots;
            self.compare_position(now, account, instrument, lots, outbox);
        } else {
            self.venue_positions.doubt(account);
        }
    }

    fn compare_position(
        &mut self,
        now: Nanos,
        account: AccountId,
        instrument: InstrumentId,
        venue: Lots,
        outbox: &mut Outbox,
    ) {
        let orders = self.orders_there(account, instrument);
        match self.venue_positions.compare((account, instrument), venue, orders) {
            Compared::Equal | Compared::Known => {}
            Compared::Suspected => {
                self.venue_positions.hurry(account);
                self.ask_statuses(now, account, instrument, outbox);
            }
            Compared::Believed | Compared::Agrees => {
                let book = self.venue_positions.book(account, instrument);
                let ours = book.map_or(Lots::ZERO, |book| book.lots());
                let difference = PositionDifference { account, instrument, ours, venue };
                self.alarm(Alarm::PositionDiffers(difference), outbox);
                self.adjust(account, instrument, outbox);
            }
        }
    }

    fn orders_there(&self, account: AccountId, instrument: InstrumentId) -> OrdersThere {
        let mut there = OrdersThere::None;
        for order in self.orders.open().iter().filter(|it| is_there(it, account, instrument)) {
            if order.status_asked {
                return OrdersThere::Asked;
            }
            there = OrdersThere::Open;
        }
        there
    }

    /// Asks about every order that may be why a position differs.
    fn ask_statuses(
        &mut self,
        now: Nanos,
        account: AccountId,
        instrument: InstrumentId,
        outbox: &mut Outbox,
    ) {
        for index in 0..self.orders.open().len() {
            let order = &self.orders.open()[index];
            if is_there(order, account, instrument)
                && !order.status_asked
                && self.route.is_up(order.gateway)
            {
                self.ask_status(now, index, outbox);
            }
        }
    }

    /// Books a believed difference at the mid, if it is to be booked and there is one.
    fn adjust(&mut self, account: AccountId, instrument: InstrumentId, outbox: &mut Outbox) {
        let market = &self.desks[usize::from(instrument.0)].market;
        let is_live = market.is_live(self.steady.time(), self.config.risk.book_age_max);
        let Some(twice_mid) = market.twice_mid().filter(|_| is_live) else { return };
        let Some(strategy) = self.holdings.main_holder(account, instrument) else { return };
        let book = self.venue_positions.book(account, instrument);
        let Some(lots) = book.and_then(Book::take_unbooked) else { return };
        self.holdings.touch(account, instrument);
        let valuation = self.config.instruments[usize::from(instrument.0)].valuation();
        let mut value = Notional::ZERO;
        for (part, price) in at_mid(lots, twice_mid).into_iter().filter(|part| part.0 != Lots::ZERO)
        {
            value = Notional(value.0.saturating_add(valuation.cost(price, part).0));
            self.book_adjustment(strategy, instrument, part, price);
        }
        self.counters.adjustments += 1;
        let adjustment = Adjustment { account, instrument, lots, value };
        self.emit(Output::Adjustment(adjustment), outbox);
        self.report_holdings(strategy, instrument, outbox);
    }

    /// Books lots that were not traded, as if their strategy had.
    fn book_adjustment(
        &mut self,
        strategy: StrategyId,
        instrument: InstrumentId,
        lots: Lots,
        price: Ticks,
    ) {
        let Books { share, netted } = self.holdings.books(strategy, instrument);
        let trade = Trade {
            book: share,
            netted,
            gateway: GatewayId::default(),
            order: OrderId::default(),
            side: if lots > Lots::ZERO { Side::Buy } else { Side::Sell },
            lots: lots.abs(),
            price,
            fee: Notional::ZERO,
            exec_id: VenueId::default(),
            is_inferred: false,
            corrected_by: VenueId::default(),
        };
        self.book_trade(strategy, instrument, trade);
    }

    /// Books what a position has paid, or received if negative, besides trading.
    fn book_funding(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        paid: Notional,
        outbox: &mut Outbox,
    ) {
        let strategy = self.holdings.main_holder(account, instrument);
        let Some(strategy) = strategy.filter(|_| paid != Notional::ZERO) else { return };
        self.holdings.touch(account, instrument);
        let books = self.holdings.fund(strategy, instrument, paid);
        self.trades.fund(books, paid);
        self.report_holdings(strategy, instrument, outbox);
    }
}

/// Returns whether an order may change a position.
fn is_there(order: &Order, account: AccountId, instrument: InstrumentId) -> bool {
    (order.account, order.instrument) == (account, instrument)
}

/// Splits lots between the two prices around the mid, so that they are worth the mid in sum. If it
/// lies between two ticks and the lots are odd, one lot is on the side that is worse for us.
fn at_mid(lots: Lots, twice_mid: i128) -> [(Lots, Ticks); 2] {
    let price = |ticks: i128| Ticks(i64::try_from(ticks).unwrap_or(i64::MAX));
    let below = twice_mid.div_euclid(2);
    let (floor, ceil) = (price(below), price(below + twice_mid.rem_euclid(2)));
    let (better, worse) = if lots > Lots::ZERO { (floor, ceil) } else { (ceil, floor) };
    let half = Lots(lots.0 / 2);
    if floor == ceil {
        [(lots, floor), (Lots::ZERO, floor)]
    } else {
        [(lots - half, worse), (half, better)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_are_worth_the_mid_or_half_a_tick_less_to_us() {
        for (lots, twice_mid, value) in [
            (3, 200, 300),
            (2, 201, 201),
            (3, 201, 302),
            (-2, 201, -201),
            (-3, 201, -301),
            (1, 201, 101),
            (-1, 201, -100),
        ] {
            let parts = at_mid(Lots(lots), twice_mid);
            let sum: Notional = parts.iter().map(|&(lots, price)| Notional::of(price, lots)).sum();
            let total: Lots = parts.iter().map(|part| part.0).sum();
            assert_eq!((sum, total), (Notional(value), Lots(lots)), "{lots} {twice_mid}");
        }
    }
}
