//! What a report does to an order: a pure function of the two.
//!
//! Reports may come in any order and more than once. Fills are taken from `cum_lots`, which only
//! grows, so a repeated report adds nothing. A report moves the order only if it answers the
//! request on its way; anything else about the past is a duplicate. "Unknown" is never taken for
//! "refused": only the venue's own word, or our gateway's proof that nothing was sent, ends it.
//!
//! | status | New, Triggered | Trade | Canceled, Expired | Replaced | Rejected | CancelRejected | Status | Unsent |
//! |---|---|---|---|---|---|---|---|---|
//! | PendingNew | works | works | done | works (a) | done | – | works | done (c) |
//! | New, PartiallyFilled | – | works | done | (a) | done (b) | – | – | – |
//! | Stopped, Suspended, DoneForDay | works | works | done | works (a) | done (b) | – | works | – |
//! | PendingCancel | – | – | done | (a) | as CancelRejected (b) | works (d) | works, cancel again | works (c) |
//! | PendingReplace | – | – | done | works, changed (d) | as CancelRejected (b) | works (d) | works | works (c) |
//!
//! A trade of the last lots ends the order as `Filled` in every row. `PendingNew`,
//! `PendingCancel`, `PendingReplace` and `Calculated` reports move nothing. `Restated` takes the
//! venue's price and size in every row. `Stopped` and `Suspended` move an order that no request
//! is on its way for, and so does `DoneForDay`, which ends one that lives no longer than the day.
//! `TradeCancel` and `TradeCorrect` are not for here: they are about trades, see
//! [`corrected`].
//! (a) unless already known: a replacement we had given up; price and size are taken.
//! (b) the answer to a status request ends the order only with `UnknownOrder`.
//! (c) unless its status was asked since: then that question may be what was not sent.
//! (d) if it names the request on its way.
//!
//! A refusal because the id is known (`DuplicateId`) says that the venue has the request, not what
//! became of it: nothing moves, and the order is asked about.

use gannet_types::{
    ExecKind, ExecutionReport, Lots, OrderStatus, RejectReason, Ticks, TimeInForce,
};

use super::Order;

/// What a report did besides changing the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// Lots that newly traded, as far as there were any left.
    pub(crate) traded: Lots,
    /// More traded than was ordered.
    pub(crate) overfill: bool,
    /// The venue's numbers do not fit ours.
    pub(crate) mismatch: bool,
    /// It said nothing new.
    pub(crate) duplicate: bool,
    /// The venue refused the order or the change to it.
    pub(crate) refused: bool,
    /// Its real state should be asked for.
    pub(crate) ask: bool,
}

/// Applies `report` to `order`.
pub(crate) fn apply(order: &mut Order, report: &ExecutionReport) -> Effect {
    let before = *order;
    let (traded, overfill) = take_fill(&mut order.cum_lots, before.ceiling(), report);
    let mut effect = Effect { traded, overfill, ..Effect::default() };
    let mut mismatch = overfill || traded > Lots::ZERO && report.kind != ExecKind::Trade;
    let mut heard = true;
    match report.kind {
        ExecKind::PendingNew
        | ExecKind::PendingCancel
        | ExecKind::PendingReplace
        | ExecKind::Calculated
        | ExecKind::TradeCancel
        | ExecKind::TradeCorrect => {}
        ExecKind::New | ExecKind::Trade | ExecKind::Triggered => acknowledge(order),
        ExecKind::Canceled => order.status = OrderStatus::Canceled,
        ExecKind::Expired => order.status = OrderStatus::Expired,
        ExecKind::Replaced => mismatch |= replaced(order, report),
        ExecKind::Restated => mismatch |= restated(order, report),
        ExecKind::Suspended => hold(order, OrderStatus::Suspended),
        ExecKind::Stopped => hold(order, OrderStatus::Stopped),
        ExecKind::DoneForDay => hold(order, day_status(order.time_in_force)),
        ExecKind::Rejected => heard = rejected(order, report, &mut effect),
        ExecKind::CancelRejected => change_refused(order, report, &mut effect),
        ExecKind::Status => mismatch |= confirmed(order, report),
        ExecKind::Unsent => {
            unsent(order, report, &mut effect);
            heard = false;
        }
    }
    if !order.status.is_done() {
        settle(order, report);
    }
    if order.status.is_done() {
        // Late fills may be of the replacement whose answer never came.
        order.unresolved_lots = order.unresolved_lots.max(before.ceiling());
    }
    if heard {
        order.in_doubt = false;
        order.status_asked &= is_pending(report.kind);
        order.questions = 0;
    }
    effect.mismatch = mismatch;
    effect.duplicate = before == *order && !may_repeat(report.kind);
    effect
}

/// Changes an order, open or done, by `change` lots that a correction of its trades is about.
/// Returns whether the venue's numbers do not fit.
pub(crate) fn corrected(order: &mut Order, change: Lots, report: &ExecutionReport) -> bool {
    let cum = Lots(order.cum_lots.0.saturating_add(change.0));
    order.cum_lots = cum.max(Lots::ZERO).min(order.ceiling());
    order.was_corrected = true;
    order.in_doubt = false;
    let mismatch = order.cum_lots != cum || report.cum_lots != order.cum_lots;
    match order.status {
        OrderStatus::New | OrderStatus::PartiallyFilled => order.status = order.working_status(),
        OrderStatus::Filled if report.leaves_lots > Lots::ZERO => {
            order.status = order.working_status();
        }
        OrderStatus::PendingNew
        | OrderStatus::Stopped
        | OrderStatus::Suspended
        | OrderStatus::DoneForDay
        | OrderStatus::Filled
        | OrderStatus::Canceled
        | OrderStatus::Rejected
        | OrderStatus::Expired
        | OrderStatus::PendingCancel
        | OrderStatus::PendingReplace => {}
    }
    if !order.status.is_done() && order.cum_lots >= order.ceiling() {
        order.status = OrderStatus::Filled;
    }
    mismatch
}

/// Raises `cum_lots` to what the report says, at most to `ceiling`; returns the newly traded
/// lots and whether there were more than could be.
pub(crate) fn take_fill(
    cum_lots: &mut Lots,
    ceiling: Lots,
    report: &ExecutionReport,
) -> (Lots, bool) {
    let known = *cum_lots;
    let traded = report.cum_lots.min(ceiling).max(known) - known;
    *cum_lots += traded;
    (traded, report.cum_lots > ceiling)
}

fn acknowledge(order: &mut Order) {
    let waits = matches!(
        order.status,
        OrderStatus::PendingNew
            | OrderStatus::Stopped
            | OrderStatus::Suspended
            | OrderStatus::DoneForDay
    );
    if waits {
        order.status = order.working_status();
    }
}

/// Takes a status in which nothing is asked for.
fn hold(order: &mut Order, status: OrderStatus) {
    let asked = matches!(order.status, OrderStatus::PendingCancel | OrderStatus::PendingReplace);
    if !order.status.is_done() && (!asked || status.is_done()) {
        order.status = status;
    }
}

/// What the end of the day makes of an order.
const fn day_status(time_in_force: TimeInForce) -> OrderStatus {
    match time_in_force {
        TimeInForce::GoodTillCancel | TimeInForce::GoodTillDate | TimeInForce::PostOnly => {
            OrderStatus::DoneForDay
        }
        TimeInForce::Day
        | TimeInForce::AtTheOpening
        | TimeInForce::ImmediateOrCancel
        | TimeInForce::FillOrKill
        | TimeInForce::GoodTillCrossing
        | TimeInForce::AtTheClose => OrderStatus::Expired,
    }
}

/// Takes what the venue changed by itself. Returns whether it made the order larger than we
/// ever asked for.
fn restated(order: &mut Order, report: &ExecutionReport) -> bool {
    let (ceiling, total) = (order.ceiling(), total_lots(report));
    acknowledge(order);
    order.price = positive_or(report.price, order.price);
    if report.leaves_lots > Lots::ZERO {
        order.lots = total.max(order.cum_lots);
    }
    total > ceiling
}

/// Returns whether the replacement was none of ours on its way.
fn replaced(order: &mut Order, report: &ExecutionReport) -> bool {
    let id = report.client_order_id;
    if order.status == OrderStatus::PendingReplace && id == order.current {
        order.price = positive_or(report.price, order.pending.price);
        order.lots = order.pending.lots.max(order.cum_lots);
        order.terms = order.pending.terms;
        order.unresolved_lots = Lots::ZERO;
        order.accepted = id;
        order.status = order.working_status();
        return false;
    }
    let known = id.revision() <= order.accepted.revision();
    if known || id.revision() > order.current.revision() {
        return !known;
    }
    adopt(order, report);
    order.accepted = id;
    acknowledge(order);
    true
}

/// Takes price and size as the venue says they are.
fn adopt(order: &mut Order, report: &ExecutionReport) {
    order.price = positive_or(report.price, order.price);
    if report.leaves_lots > Lots::ZERO {
        order.lots = total_lots(report).min(order.ceiling()).max(order.cum_lots);
    }
}

/// Returns the whole size as the venue sees it.
fn total_lots(report: &ExecutionReport) -> Lots {
    Lots(report.cum_lots.0.saturating_add(report.leaves_lots.0))
}

/// Returns whether the report says where the order stands.
fn rejected(order: &mut Order, report: &ExecutionReport, effect: &mut Effect) -> bool {
    if report.reason == RejectReason::DuplicateId {
        effect.ask = true;
        return false;
    }
    let unknown = report.reason == RejectReason::UnknownOrder;
    let ends = match order.status {
        OrderStatus::PendingNew => true,
        OrderStatus::New
        | OrderStatus::PartiallyFilled
        | OrderStatus::Stopped
        | OrderStatus::Suspended
        | OrderStatus::DoneForDay => unknown || !order.status_asked,
        OrderStatus::PendingCancel | OrderStatus::PendingReplace => unknown && order.status_asked,
        OrderStatus::Filled
        | OrderStatus::Canceled
        | OrderStatus::Rejected
        | OrderStatus::Expired => false,
    };
    if ends {
        order.status = OrderStatus::Rejected;
        effect.refused = true;
    } else {
        change_refused(order, report, effect);
    }
    ends || effect.refused
}

/// Takes the venue's no to the cancel or replacement on its way. If the reason is that the order
/// is gone, its state must be asked for.
fn change_refused(order: &mut Order, report: &ExecutionReport, effect: &mut Effect) {
    if report.reason == RejectReason::DuplicateId {
        effect.ask = true;
    } else if give_up_change(order, report) {
        effect.refused = true;
        effect.ask = matches!(report.reason, RejectReason::UnknownOrder | RejectReason::TooLate);
    }
}

/// Takes the gateway's proof that a request was never sent.
fn unsent(order: &mut Order, report: &ExecutionReport, effect: &mut Effect) {
    if order.status_asked {
        return;
    }
    if order.status == OrderStatus::PendingNew && report.client_order_id == order.current {
        order.status = OrderStatus::Rejected;
        effect.refused = true;
    } else {
        effect.refused = give_up_change(order, report);
    }
}

/// Returns to work if `report` names the cancel or replacement on its way.
fn give_up_change(order: &mut Order, report: &ExecutionReport) -> bool {
    let pending = matches!(order.status, OrderStatus::PendingCancel | OrderStatus::PendingReplace);
    let answers = pending && report.client_order_id == order.current;
    if answers {
        order.status = order.working_status();
        order.is_succeeded = false;
    }
    answers
}

/// Takes the answer to a status request: the order works. Returns whether it is not as we knew.
/// An answer about an older revision comes from before a replacement and knows no better.
fn confirmed(order: &mut Order, report: &ExecutionReport) -> bool {
    let before = (order.price, order.lots);
    match order.status {
        OrderStatus::PendingCancel => order.cancel_wanted = true,
        OrderStatus::PendingReplace => {
            let pending = order.pending;
            let differs = (pending.price, pending.lots) != before;
            let told = (report.price, total_lots(report)) == (pending.price, pending.lots);
            // A change of the stop price alone shows in the id only.
            if told && (differs || report.client_order_id == order.current) {
                order.accepted = order.current;
                order.unresolved_lots = Lots::ZERO;
                (order.price, order.lots) = (pending.price, pending.lots);
                order.terms = pending.terms;
                order.status = order.working_status();
                return false;
            }
            order.unresolved_lots = order.unresolved_lots.max(pending.lots);
        }
        OrderStatus::PendingNew
        | OrderStatus::New
        | OrderStatus::PartiallyFilled
        | OrderStatus::Stopped
        | OrderStatus::Suspended
        | OrderStatus::DoneForDay
        | OrderStatus::Filled
        | OrderStatus::Canceled
        | OrderStatus::Rejected
        | OrderStatus::Expired => {}
    }
    order.status = order.working_status();
    if report.client_order_id.revision() >= order.accepted.revision() {
        adopt(order, report);
    }
    before != (order.price, order.lots)
}

/// Ends the order if all of it traded, and keeps new and partly filled apart. That nothing is left
/// is believed only of a report that knows of every fill: our own gateway's knows of none.
fn settle(order: &mut Order, report: &ExecutionReport) {
    let all = order.cum_lots >= order.ceiling();
    let knows = report.cum_lots >= order.cum_lots;
    let rest_gone = knows && order.cum_lots >= order.lots && report.leaves_lots <= Lots::ZERO;
    if all || (order.cum_lots > Lots::ZERO && rest_gone) {
        order.status = OrderStatus::Filled;
    } else if order.status == OrderStatus::New {
        order.status = order.working_status();
    }
}

/// Returns whether a report of this kind may say nothing new without being a repetition.
fn may_repeat(kind: ExecKind) -> bool {
    is_pending(kind) || matches!(kind, ExecKind::Status | ExecKind::Unsent | ExecKind::Calculated)
}

/// Returns whether the venue only says that it has a request.
fn is_pending(kind: ExecKind) -> bool {
    matches!(kind, ExecKind::PendingNew | ExecKind::PendingCancel | ExecKind::PendingReplace)
}

fn positive_or(price: Ticks, otherwise: Ticks) -> Ticks {
    if price > Ticks::ZERO { price } else { otherwise }
}
