//! A parent order: what it is for, what its children have done, and what should be open now.
//!
//! Every plan is the same loop. After an input each parent looks at its children and at the market
//! and says what should be open at the venue, at most one child in each of its slots; `children`
//! then sends, changes or cancels until that is so. A plan therefore keeps no account of messages on
//! their way, and a race is only a difference that the next look finds.
//!
//! # How much can trade too much
//! - Of a pair, one leg of which the engine holds back: nothing. A leg that is set off is sent when
//!   the other is gone, for what is left.
//! - Of a pair that the venue works both of: what is left of one leg when the other trades its last
//!   lots before the cancel arrives, so never more than twice the size. It raises an alarm.
//! - Of a bracket: the same, of what the entry traded.

use gannet_types::{Lots, Nanos, Notional, OrderId, OrderStatus, ParentReport, Signal, Ticks};

use super::Sight;
use super::curve::VolumeCurve;
use super::part::{Part, Want};
use super::slicer::Slicer;
use super::split::Split;

/// Most children that work at once for one parent: one at each venue.
pub(super) const SLOTS: usize = crate::VENUES_MAX;

/// The slots of plans for one venue: entry, target and stop of a bracket.
pub(super) const LEGS: usize = 3;

/// The slots of a bracket.
const ENTRY: usize = 0;
const TARGET: usize = 1;
const STOP: usize = 2;

/// How long nothing is tried again after a first refusal; twice as long after each more, up to
/// 5.12 s.
const RETRY_FIRST: Nanos = Nanos::from_millis(10);
const RETRY_DOUBLINGS: u8 = 9;

/// Refusals in a row after which what is no exit is given up: 2.55 s of trying.
const REFUSALS_MAX: u8 = 8;

/// One parent order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parent {
    pub(super) id: OrderId,
    pub(super) signal: Signal,
    /// How much is to trade: less than was asked for once the entry of a bracket is over.
    pub(super) goal: Lots,
    /// Whether a person released it.
    pub(super) is_approved: bool,
    pub(super) work: Work,
    pub(super) slots: [Slot; SLOTS],
    /// How it ends once nothing of it is open, if it is to end before it is complete.
    pub(super) ends: Option<OrderStatus>,
    pub(super) children: u32,
    /// Whether people were told that too much traded.
    pub(super) is_alarmed: bool,
    /// What was reported last.
    pub(super) told: Option<ParentReport>,
}

/// What a parent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    One(Part),
    Either([Part; 2]),
    Bracket { entry: Part, target: Option<Part>, stop: Option<Part> },
    Sliced(Slicer),
    Split(Split),
}

/// The children of one role, of which at most one is open.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slot {
    /// The youngest child.
    pub(super) child: Option<OrderId>,
    /// The one before, which may still hear of a late trade.
    pub(super) before: Option<OrderId>,
    /// What of either was counted, in its own lots.
    pub(super) counted: [Lots; 2],
    /// What all of them traded, in lots of the parent.
    pub(super) cum_lots: Lots,
    /// What that cost; of a split order in its listings' common price steps.
    pub(super) value: Notional,
    /// How much of the youngest may still trade, in lots of the parent.
    pub(super) open: Lots,
    /// Whether we want it cancelled.
    pub(super) is_cancelled: bool,
    /// Refusals since something worked.
    pub(super) refusals: u8,
    /// When a child may be sent again.
    pub(super) retry_at: Nanos,
    /// When something may be asked about the open child again.
    pub(super) ask_at: Nanos,
    /// The price and the total size that the open child was asked to have.
    pub(super) asked: (Ticks, Lots),
}

impl Parent {
    /// Looks at the market: what is held back may be set off. Of a pair only one can be; the exits
    /// of a bracket begin to look when there is something to exit from.
    pub(super) fn watch(&mut self, sight: &Sight) {
        let is_held = self.held() > Lots::ZERO;
        match &mut self.work {
            Work::One(part) => part.watch(sight),
            Work::Sliced(slicer) => slicer.watch(sight),
            Work::Split(_) => {}
            Work::Either(parts) => {
                for index in [1, 0] {
                    if chosen(parts).is_none() {
                        parts[index].watch(sight);
                    }
                }
            }
            Work::Bracket { entry, stop, .. } => {
                entry.watch(sight);
                if let Some(stop) = stop.as_mut().filter(|_| is_held) {
                    stop.watch(sight);
                }
            }
        }
    }

    /// Returns what should be open, by slot; of a split order see `split`.
    pub(super) fn wants(&mut self, sight: &Sight, curve: &VolumeCurve) -> [Option<Want>; LEGS] {
        let nothing = [None; LEGS];
        self.judge_time(sight);
        if self.ends.is_some() {
            return nothing;
        }
        let (left, held) = (self.left(), self.held());
        let [first, second, third, ..] = self.slots;
        let some = |part: &Part, lots: Lots, slot: &Slot| {
            let wanted = !part.is_held() && lots > Lots::ZERO;
            wanted.then(|| part.want(lots, slot.open))
        };
        match &mut self.work {
            Work::One(part) => [some(part, left, &first), None, None],
            Work::Sliced(slicer) => [slicer.want(sight, curve, first.cum_lots), None, None],
            Work::Split(_) => nothing,
            Work::Either(parts) => {
                let slots = [&first, &second];
                let chosen = chosen(parts);
                let want = |index: usize| {
                    let other_gone = slots[1 - index].open == Lots::ZERO;
                    match chosen {
                        None => some(&parts[index], left, slots[index]),
                        Some(leg) if leg == index && other_gone => {
                            some(&parts[index], left, slots[index])
                        }
                        Some(_) => None,
                    }
                };
                [want(0), want(1), None]
            }
            Work::Bracket { entry, target, stop } => {
                let stops = stop.as_ref().is_some_and(Part::is_set_off);
                let exits = stops || second.cum_lots + third.cum_lots > Lots::ZERO;
                // Nothing of ours may stand where the stop sells, and nothing may trade beside it.
                let is_alone = first.open == Lots::ZERO && second.open == Lots::ZERO;
                let stop_may = is_alone || !stops;
                [
                    (!exits).then(|| some(entry, left, &first)).flatten(),
                    target.as_ref().filter(|_| !stops).and_then(|it| some(it, held, &second)),
                    stop.as_ref().filter(|_| stop_may).and_then(|it| some(it, held, &third)),
                ]
            }
        }
    }

    /// Returns what the other order of a pair may still trade, which the one in this slot ends.
    pub(super) fn twin(&self, slot: usize) -> Lots {
        let other = match &self.work {
            Work::Either(_) => 1 - slot,
            Work::Bracket { .. } if slot == TARGET => STOP,
            Work::Bracket { .. } if slot == STOP => TARGET,
            Work::One(_) | Work::Sliced(_) | Work::Split(_) | Work::Bracket { .. } => {
                return Lots::ZERO;
            }
        };
        self.slots[other].open
    }

    /// Returns whether the slot is of an exit of a bracket.
    pub(super) fn is_exit(&self, slot: usize) -> bool {
        self.is_bracket() && slot != ENTRY
    }

    /// Takes notice of children that ended by themselves.
    pub(super) fn judge_ended(&mut self, slot: usize, ended: OrderStatus, now: Nanos) {
        let filled = ended == OrderStatus::Filled;
        let by_us = self.slots[slot].is_cancelled;
        if filled || by_us && ended == OrderStatus::Canceled {
            self.slots[slot].refusals = 0;
            return;
        }
        match &self.work {
            Work::Sliced(slicer) => self.slots[slot].retry_at = slicer.next(),
            Work::Split(_) => self.refused(slot, now, ended),
            Work::One(part) if !part.is_set_off() && part.tip == Lots::ZERO => {
                self.ends.get_or_insert(ended);
            }
            Work::Bracket { .. } if slot == ENTRY => self.end_entry(ended),
            Work::One(_) | Work::Either(_) | Work::Bracket { .. } => {
                if self.signal.time_in_force.rests() {
                    self.refused(slot, now, ended);
                } else {
                    self.ends.get_or_insert(ended);
                }
            }
        }
    }

    /// Notes that risk or the venue refused a child: it is tried again, ever later. What only
    /// begins something is given up at once or after a while; an exit never is.
    pub(super) fn refused(&mut self, slot: usize, now: Nanos, ended: OrderStatus) {
        let it = &mut self.slots[slot];
        it.retry_at = now.after(Nanos(RETRY_FIRST.0 << it.refusals.min(RETRY_DOUBLINGS)));
        it.refusals = it.refusals.saturating_add(1);
        let given_up = it.refusals >= REFUSALS_MAX;
        match &self.work {
            Work::Sliced(slicer) => it.retry_at = slicer.next(),
            Work::Split(split) => {
                let mut venues = self.slots[..split.venues].iter();
                if venues.all(|slot| slot.refusals >= REFUSALS_MAX) {
                    self.ends.get_or_insert(ended);
                }
            }
            Work::One(part) if !part.is_set_off() && part.tip == Lots::ZERO => {
                self.ends.get_or_insert(ended);
            }
            Work::Bracket { .. } if slot == ENTRY => self.end_entry(ended),
            Work::One(part) if given_up && !part.is_set_off() => {
                self.ends.get_or_insert(ended);
            }
            Work::Either(parts) if given_up && chosen(parts).is_none() => {
                self.ends.get_or_insert(ended);
            }
            Work::One(_) | Work::Either(_) | Work::Bracket { .. } => {}
        }
    }

    /// Returns whether it is to be done with, and how.
    pub(super) fn outcome(&self) -> Option<OrderStatus> {
        if self.slots.iter().any(|slot| slot.open > Lots::ZERO) {
            return None;
        }
        let complete = match &self.work {
            Work::Bracket { .. } => {
                let entered = self.slots[ENTRY].cum_lots;
                let out = self.exit_lots();
                let began = out > Lots::ZERO || self.left() <= Lots::ZERO;
                entered > Lots::ZERO && out >= entered && began
            }
            Work::One(_) | Work::Either(_) | Work::Sliced(_) | Work::Split(_) => {
                self.left() <= Lots::ZERO
            }
        };
        if complete { Some(OrderStatus::Filled) } else { self.ends }
    }

    /// Returns whether more traded than may.
    pub(super) fn is_over(&self) -> bool {
        let exits_over = self.exit_lots() > self.cum_lots();
        self.cum_lots() > self.signal.lots || self.is_bracket() && exits_over
    }

    /// Returns how it stands.
    pub(super) fn report(&self, done: Option<OrderStatus>) -> ParentReport {
        let working = match (self.ends, self.cum_lots()) {
            (Some(_), _) => OrderStatus::PendingCancel,
            (None, Lots::ZERO) => OrderStatus::New,
            (None, _) => OrderStatus::PartiallyFilled,
        };
        let [first, second, third, ..] = &self.slots;
        let sum = |left: Notional, right: Notional| Notional(left.0.saturating_add(right.0));
        let exits = sum(second.value, third.value);
        let (value, exit_value) = match &self.work {
            Work::Bracket { .. } => (first.value, exits),
            Work::Split(split) => {
                let all = self.slots.iter().fold(Notional::ZERO, |all, it| sum(all, it.value));
                (Notional(all.0.div_euclid(i128::from(split.home_tick))), Notional::ZERO)
            }
            Work::One(_) | Work::Either(_) | Work::Sliced(_) => {
                (sum(first.value, exits), Notional::ZERO)
            }
        };
        ParentReport {
            id: self.id,
            strategy: self.signal.strategy,
            instrument: self.signal.instrument,
            side: self.signal.side,
            status: done.unwrap_or(working),
            lots: self.signal.lots,
            cum_lots: self.cum_lots(),
            value,
            exit_lots: self.exit_lots(),
            exit_value,
            children: self.children,
        }
    }

    /// Returns whether an order is the youngest child in one of its slots.
    pub(super) fn has_child(&self, order: OrderId) -> bool {
        self.slots.iter().any(|slot| slot.child == Some(order))
    }

    /// Ends it as soon as nothing of it is open.
    pub(super) fn end(&mut self, how: OrderStatus) {
        self.ends.get_or_insert(how);
    }

    /// The entry of a bracket is over: without a position so is all of it, with one only what is
    /// held counts.
    fn end_entry(&mut self, how: OrderStatus) {
        match self.slots[ENTRY].cum_lots {
            Lots::ZERO => self.end(how),
            entered => self.goal = entered,
        }
    }

    fn judge_time(&mut self, sight: &Sight) {
        let (now, clock) = (sight.now, sight.clock);
        let expired = match &self.work {
            Work::One(part) => part.until > Nanos::ZERO && clock >= part.until,
            Work::Either([part, _]) => part.until > Nanos::ZERO && clock >= part.until,
            Work::Sliced(slicer) => slicer.is_over(now),
            Work::Split(_) => false,
            // Its exits outlive the entry.
            Work::Bracket { entry, .. } => {
                if entry.until > Nanos::ZERO && clock >= entry.until && self.left() > Lots::ZERO {
                    self.end_entry(OrderStatus::Expired);
                }
                false
            }
        };
        if expired {
            self.end(OrderStatus::Expired);
        }
    }

    fn is_bracket(&self) -> bool {
        matches!(self.work, Work::Bracket { .. })
    }

    /// What has traded, but for the exits of a bracket.
    fn cum_lots(&self) -> Lots {
        match self.work {
            Work::Bracket { .. } => self.slots[ENTRY].cum_lots,
            Work::One(_) | Work::Either(_) | Work::Sliced(_) | Work::Split(_) => {
                self.slots.iter().map(|slot| slot.cum_lots).sum()
            }
        }
    }

    fn exit_lots(&self) -> Lots {
        if self.is_bracket() {
            self.slots[TARGET].cum_lots + self.slots[STOP].cum_lots
        } else {
            Lots::ZERO
        }
    }

    /// What is still to trade, but for the exits of a bracket.
    pub(super) fn left(&self) -> Lots {
        self.goal - self.cum_lots()
    }

    /// What the exits of a bracket are for.
    fn held(&self) -> Lots {
        self.cum_lots() - self.exit_lots()
    }
}

/// Returns which leg of a pair alone may trade, if one was set off.
fn chosen(parts: &[Part; 2]) -> Option<usize> {
    parts.iter().position(Part::is_set_off)
}
