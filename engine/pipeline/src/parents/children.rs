//! From what should be open to requests: one child in each slot is sent, changed or cancelled until
//! that is so.

use gannet_types::{
    ClientOrderId, Command, Input, Lots, Nanos, Notional, OrderId, OrderStatus, Outbox,
    RejectReason, Signal, SignalAction, Text, Ticks,
};

use crate::Pipeline;
use crate::orders::Order;
use crate::scope::Place;
use crate::signal::Errand;
use crate::strategy::Strategy;

use super::parent::{Parent, SLOTS, Slot, Work};
use super::part::Want;

/// How long nothing is asked again about a child after a cancel or replacement of it was refused.
const PATIENCE: Nanos = Nanos::from_millis(100);

/// How long a venue that has cut a reduce-only child, because it knows of a smaller position than we, is
/// not asked for the same size again.
const CUT_PATIENCE: Nanos = Nanos::SECOND;

impl<S: Strategy> Pipeline<S> {
    /// Counts what the children have traded, and sees how they ended.
    pub(super) fn count_children(&mut self, parent: &mut Parent, input: &Input<'_>) {
        for index in 0..SLOTS {
            let Some(child) = parent.slots[index].child else { continue };
            let was_open = parent.slots[index].open > Lots::ZERO;
            if let Some(before) = parent.slots[index].before {
                self.count(parent, index, (1, before), input);
            }
            let order = self.count(parent, index, (0, child), input);
            let Some(order) = order else { continue };
            let lot = self.venue_of(parent, index).map_or(1, |venue| venue.lot);
            let slot = &mut parent.slots[index];
            let exposure = if order.status.is_done() { Lots::ZERO } else { order.exposure() };
            slot.open = Lots(exposure.0 * lot);
            let is_going = order.cancel_wanted || order.status == OrderStatus::PendingCancel;
            let is_split = matches!(parent.work, Work::Split(_));
            if order.status.is_done() {
                if was_open && is_split {
                    // The same again is no mistake.
                    let Order { strategy, instrument, side, lots, .. } = order;
                    self.risk.forget_order(strategy, instrument, side, lots);
                }
                if was_open {
                    parent.judge_ended(index, order.status, self.steady.time());
                }
            } else if is_going && !slot.is_cancelled {
                // Somebody else wants it gone: what people stop does not begin again. A venue that is
                // stopped or lost is only one of a split order's.
                let is_lost = matches!(input, Input::Command(Command::CancelGateway(_)));
                if is_split && is_lost {
                    slot.is_cancelled = true;
                } else if !is_split || !self.gate.is_stopped(Place::of(&order)) {
                    parent.end(OrderStatus::Canceled);
                }
            } else if order.is_settled() && (!is_split || order.time_in_force.rests()) {
                slot.refusals = 0;
            }
        }
    }

    /// Counts what one child has traded since the last look.
    fn count(
        &mut self,
        parent: &mut Parent,
        index: usize,
        (which, child): (usize, OrderId),
        input: &Input<'_>,
    ) -> Option<Order> {
        let order = match self.orders.find(child) {
            Some(index) => self.orders.open()[index],
            None => *self.closed.find_order(child)?,
        };
        let (tick, lot) = self.venue_of(parent, index).map_or((1, 1), |it| (it.tick, it.lot));
        let slot = &mut parent.slots[index];
        let news = order.cum_lots - slot.counted[which];
        if news != Lots::ZERO {
            slot.counted[which] = order.cum_lots;
            let traded = Lots(news.0 * lot);
            slot.cum_lots += traded;
            let valuation = self.config.instruments[usize::from(order.instrument.0)].valuation();
            let cost = valuation.stake(price_of(input, &order), traded);
            let cost = cost.0.saturating_mul(i128::from(tick));
            slot.value = Notional(slot.value.0.saturating_add(cost));
            if matches!(parent.work, Work::Split(_)) {
                slot.refusals = 0;
                let place = usize::from(order.instrument.0);
                let events = self.desks[place].market.events;
                self.parents.spent[place].note(order.side, news, events);
            }
        }
        Some(order)
    }

    /// Brings what is open to what should be.
    pub(super) fn work_children(
        &mut self,
        now: Nanos,
        parent: &mut Parent,
        wants: &[Option<Want>],
        outbox: &mut Outbox,
    ) {
        for (index, &want) in wants.iter().enumerate() {
            self.cancel_revived(now, parent.slots[index].before, outbox);
            let want = want.and_then(|want| self.cut_to_position(parent, index, want));
            let open = parent.slots[index].child.and_then(|child| self.orders.find(child));
            match (open, want) {
                (Some(order), want) => {
                    self.change_child(now, parent, index, order, want, outbox);
                }
                (None, Some(want)) if self.steady.time() >= parent.slots[index].retry_at => {
                    self.send_child(now, parent, index, want, outbox);
                }
                (None, _) => {}
            }
        }
    }

    /// Cuts what may only make a position smaller to what is left of it; `None` if nothing is. When
    /// the position is gone by other hands, so is the parent of exits. The parts of a split order are
    /// where positions are, as far as they close.
    fn cut_to_position(&self, parent: &mut Parent, index: usize, want: Want) -> Option<Want> {
        if !want.terms.reduce_only || matches!(parent.work, Work::Split(_)) {
            return Some(want);
        }
        let Signal { strategy, instrument, .. } = parent.signal;
        let about = (strategy, instrument);
        let spared = parent.slots[index].open + parent.twin(index);
        let lots = want.lots.min(self.reducible(about, want.side, spared));
        if lots > Lots::ZERO {
            return Some(Want { lots, ..want });
        }
        let held = self.holdings.share(strategy, instrument).lots;
        if parent.is_exit(index) && want.side.signed(held) >= Lots::ZERO {
            parent.end(OrderStatus::Canceled);
        }
        None
    }

    /// Sends a child; returns whether risk lets it pass.
    pub(super) fn send_child(
        &mut self,
        now: Nanos,
        parent: &mut Parent,
        index: usize,
        want: Want,
        outbox: &mut Outbox,
    ) -> bool {
        let instrument = self.instrument_of(parent, index);
        let lot = self.venue_of(parent, index).map_or(1, |venue| venue.lot);
        let signal = child_signal(&parent.signal, SignalAction::Place, &want, want.lots);
        let signal = Signal { instrument, ..signal };
        let errand = Errand::one_of_pair(parent.twin(index));
        match self.place(now, &signal, None, errand, outbox) {
            Ok(()) => {
                let child = self.orders.open().last().map(|order| order.id);
                let slot = &mut parent.slots[index];
                (slot.before, slot.child) = (slot.child, child);
                slot.counted = [Lots::ZERO, slot.counted[0]];
                slot.open = Lots(want.lots.0 * lot);
                slot.asked = (want.price, want.lots);
                slot.is_cancelled = false;
                parent.children += 1;
                if !parent.is_approved {
                    self.note_automated(parent.signal.strategy, outbox);
                }
                true
            }
            Err(reason) => {
                parent.refused(index, self.steady.time(), OrderStatus::Rejected);
                self.refuse_child(parent, index, reason, outbox);
                false
            }
        }
    }

    /// Changes or cancels the child that is open at `order`, unless it is as it should be.
    pub(super) fn change_child(
        &mut self,
        now: Nanos,
        parent: &mut Parent,
        index: usize,
        order: usize,
        want: Option<Want>,
        outbox: &mut Outbox,
    ) {
        let child = self.orders.open()[order];
        let Some(want) = want.filter(|want| is_same_kind(&child, want)) else {
            return self.cancel_child(now, &mut parent.slots[index], order, outbox);
        };
        let lots = child.cum_lots + want.lots;
        let fits = (child.price, child.lots, child.terms) == (want.price, lots, want.terms);
        let slot = &mut parent.slots[index];
        if fits || !child.is_settled() || child.cancel_wanted || self.steady.time() < slot.ask_at {
            return;
        }
        let is_cut = child.terms.reduce_only && child.lots < lots;
        let is_again = is_cut && slot.asked == (want.price, lots);
        let can = self.config.capabilities(child.gateway).is_some_and(|broker| broker.replace);
        if !can || child.is_worn_out() {
            self.cancel_child(now, slot, order, outbox);
            if is_again {
                slot.ask_at = self.steady.time().after(CUT_PATIENCE);
            }
            return;
        }
        let twin = parent.twin(index);
        let slot = &mut parent.slots[index];
        slot.asked = (want.price, lots);
        if is_again {
            slot.ask_at = self.steady.time().after(CUT_PATIENCE);
        }
        let action = SignalAction::Replace(child.id);
        let signal = child_signal(&parent.signal, action, &want, lots);
        if let Err(reason) = self.change(now, order, &signal, twin, outbox) {
            slot.ask_at = self.steady.time().after(PATIENCE);
            if lots < child.lots {
                // What is too much must not wait.
                self.cancel_child(now, slot, order, outbox);
            }
            self.refuse_child(parent, index, reason, outbox);
        }
    }

    fn cancel_child(&mut self, now: Nanos, slot: &mut Slot, order: usize, outbox: &mut Outbox) {
        let child = &self.orders.open()[order];
        let is_going = child.cancel_wanted || child.status == OrderStatus::PendingCancel;
        if is_going || slot.is_cancelled && self.steady.time() < slot.ask_at {
            return;
        }
        slot.is_cancelled = true;
        slot.ask_at = self.steady.time().after(PATIENCE);
        self.cancel(now, order, Nanos::ZERO, outbox);
    }

    /// Cancels a child that was done and that the venue works again.
    pub(super) fn cancel_revived(
        &mut self,
        now: Nanos,
        child: Option<OrderId>,
        outbox: &mut Outbox,
    ) {
        if let Some(order) = child.and_then(|child| self.orders.find(child)) {
            let revived = &self.orders.open()[order];
            if revived.is_settled() && !revived.cancel_wanted {
                self.cancel(now, order, Nanos::ZERO, outbox);
            }
        }
    }

    fn refuse_child(
        &mut self,
        parent: &Parent,
        index: usize,
        reason: RejectReason,
        outbox: &mut Outbox,
    ) {
        let about = ClientOrderId::new(parent.id, 0);
        let instrument = self.instrument_of(parent, index);
        self.reject((parent.signal.strategy, instrument), about, reason, outbox);
    }
}

/// Returns whether a child can become what is wanted by a replacement.
fn is_same_kind(child: &Order, want: &Want) -> bool {
    want.lots > Lots::ZERO
        && (child.side, child.order_type, child.time_in_force)
            == (want.side, want.order_type, want.time_in_force)
}

/// What a child is asked for with; the reason is the parent's.
fn child_signal(parent: &Signal, action: SignalAction, want: &Want, lots: Lots) -> Signal {
    let Want { side, order_type, price, time_in_force, terms, .. } = *want;
    let reason = Text::new(parent.reason.as_bytes());
    Signal { action, side, order_type, price, lots, time_in_force, terms, reason, ..*parent }
}

/// The price of what an input says to have traded of an order.
fn price_of(input: &Input<'_>, order: &Order) -> Ticks {
    match input {
        Input::Execution(report)
            if report.last_price > Ticks::ZERO && report.client_order_id.order() == order.id =>
        {
            report.last_price
        }
        Input::Execution(_)
        | Input::Market(_)
        | Input::DropCopy(_)
        | Input::Gateway(_)
        | Input::Command(_)
        | Input::Prediction(_)
        | Input::VenuePosition(_)
        | Input::Timer => order.price,
    }
}
