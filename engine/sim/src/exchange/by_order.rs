//! Matching in a market that is known order by order: see [`crate::l3`].
//!
//! An instrument is fed either by [`Exchange::on_market`] or, from its first order event on, by
//! [`Exchange::on_order`]; of market messages it then takes the feed's state only. Whoever trades with a
//! foreign order would have met ours first, if they stand before it: they get what that trade has,
//! better prices first, then by place. What our taking orders took is forgotten with the next change
//! of the level, as elsewhere.

use gannet_types::{Depth, DepthKind, InstrumentId, Level, Liquidity, Lots, Nanos, Side};

use super::Exchange;
use super::desk::Desk;
use super::listing::Listing;
use super::order::Order;
use crate::l3::{Book, Changes, Event, Impossible};

impl Exchange {
    /// Takes what happened to a foreign order, which is true from `now` on.
    ///
    /// Cost: the orders at its price, and a look at each of ours.
    ///
    /// # Errors
    /// If it cannot have happened: the event is left out, and the book is what it was. Unknown
    /// instruments are no error.
    pub fn on_order(
        &mut self,
        now: Nanos,
        instrument: InstrumentId,
        event: &Event,
    ) -> Result<(), Impossible> {
        self.open(now);
        self.arrive(now);
        let index = usize::from(instrument.0);
        let Some(Some(listing)) = self.listings.get_mut(index) else { return Ok(()) };
        let last = match event {
            Event::Fill { id, .. } => listing.line_up().place(*id).map(|(_, price)| price),
            Event::Unseen { price, .. } => Some(*price),
            _ => None,
        };
        let changes = listing.on_order(now, event, &mut self.desk)?;
        listing.show(event, &changes);
        if let Some(price) = last {
            listing.note_trade(price);
        }
        if !listing.is_idle() && listing.visible.is_tradable() {
            listing.on_crossing(now, &mut self.desk);
            self.set_off(now, index, last);
        }
        if let Some(Some(listing)) = self.listings.get_mut(index) {
            listing.look_for_places();
        }
        self.call_margins(now);
        Ok(())
    }
}

impl Listing {
    /// Begins to keep the market order by order, if it does not yet.
    pub(super) fn line_up(&mut self) -> &mut Book {
        let working = &self.working;
        self.by_order.get_or_insert_with(|| {
            let mut book = Book::default();
            for order in working {
                book.join(order.number, order.side, order.price);
            }
            Box::new(book)
        })
    }

    /// Applies an event to the lines; a fill serves those of ours that stand before it.
    fn on_order(
        &mut self,
        at: Nanos,
        event: &Event,
        desk: &mut Desk,
    ) -> Result<Changes, Impossible> {
        let served = self.served(event);
        let changes = self.line_up().apply(event)?;
        let (Event::Fill { lots, .. } | Event::Unseen { lots, .. }, true) =
            (event, self.visible.is_tradable())
        else {
            return Ok(changes);
        };
        let mut left = *lots;
        for order in self.working.iter_mut().filter(|order| served.contains(&order.number)) {
            let lots = left.min(desk.tradable(order));
            if lots > Lots::ZERO {
                left -= lots;
                desk.fill(at, order, Level { price: order.price, lots }, Liquidity::Maker);
            }
        }
        Ok(changes)
    }

    /// Returns which of ours stand before the foreign order that was traded with.
    fn served(&mut self, event: &Event) -> Vec<u64> {
        if self.working.is_empty() {
            return Vec::new();
        }
        self.line_up();
        let Some(book) = &self.by_order else { return Vec::new() };
        let is_served = |order: &&Order| match *event {
            Event::Fill { id, .. } => book.is_before(order.number, id),
            Event::Unseen { side, price, .. } => {
                order.side == side && side.reaches(order.price, price)
            }
            Event::Add { .. }
            | Event::Modify { .. }
            | Event::Reduce { .. }
            | Event::Cancel { .. }
            | Event::Found { .. }
            | Event::Clear => false,
        };
        self.working.iter().filter(is_served).map(|order| order.number).collect()
    }

    /// Tells our orders how many stand before them now.
    fn look_for_places(&mut self) {
        let Some(book) = &mut self.by_order else { return };
        let working = &mut self.working;
        book.keep_ours(|number| working.iter().any(|order| order.number == number));
        for order in working {
            order.queue.stand_behind(book.ahead(order.number));
        }
    }

    /// Makes the levels that have changed visible.
    fn show(&mut self, event: &Event, changes: &Changes) {
        if *event == Event::Clear {
            let (kind, bids, asks) = (DepthKind::SnapshotStart, &[][..], &[][..]);
            self.visible.on_depth(&Depth { update_id: 0, kind, last: false, bids, asks });
        }
        for (side, level) in changes.iter().flatten() {
            let (bids, asks) = match side {
                Side::Buy => (std::slice::from_ref(level), &[][..]),
                Side::Sell => (&[][..], std::slice::from_ref(level)),
            };
            let kind = DepthKind::Delta;
            self.visible.on_depth(&Depth { update_id: 0, kind, last: true, bids, asks });
        }
    }
}
