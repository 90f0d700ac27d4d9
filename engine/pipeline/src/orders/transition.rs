//! What a report does to an order: a pure function of the two.
//!
//! Reports may come in any order and more than once. Fills are taken from `cum_lots`, which only
//! grows, so a repeated report adds nothing. A report moves the order only if it answers the
//! request on its way; anything else about the past is a duplicate. "Unknown" is never taken for
//! "refused": only the venue's own word, or our gateway's proof that nothing was sent, ends it.
//!
//! | status | New | Trade | Canceled, Expired | Replaced | Rejected | CancelRejected | Status | Unsent |
//! |---|---|---|---|---|---|---|---|---|
//! | PendingNew | works | works | done | works (a) | done | – | works | done (c) |
//! | New, PartiallyFilled | – | works | done | (a) | done (b) | – | – | – |
//! | PendingCancel | – | – | done | (a) | as CancelRejected (b) | works (d) | works, cancel again | works (c) |
//! | PendingReplace | – | – | done | works, changed (d) | as CancelRejected (b) | works (d) | works | works (c) |
//!
//! A trade of the last lots ends the order as `Filled` in every row. `PendingNew`,
//! `PendingCancel` and `PendingReplace` reports move nothing.
//! (a) unless already known: a replacement we had given up; price and size are taken.
//! (b) the answer to a status request ends the order only with `UnknownOrder`.
//! (c) unless its status was asked since: then that question may be what was not sent.
//! (d) if it names the request on its way.

use gannet_types::{ExecKind, ExecutionReport, Lots, Notional, OrderStatus, RejectReason, Ticks};

use super::Order;

/// Lots that newly traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fill {
    pub(crate) lots: Lots,
    pub(crate) price: Ticks,
    pub(crate) fee: Notional,
}

/// What a report did besides changing the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// To be booked.
    pub(crate) fill: Option<Fill>,
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
    let (fill, mut mismatch) =
        take_fill(&mut order.cum_lots, before.ceiling(), before.price, report);
    let mut effect = Effect { fill, ..Effect::default() };
    let mut heard = true;
    match report.kind {
        ExecKind::PendingNew | ExecKind::PendingCancel | ExecKind::PendingReplace => {}
        ExecKind::New | ExecKind::Trade => acknowledge(order),
        ExecKind::Canceled => order.status = OrderStatus::Canceled,
        ExecKind::Expired => order.status = OrderStatus::Expired,
        ExecKind::Replaced => mismatch |= replaced(order, report),
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
    if heard {
        order.in_doubt = false;
        order.status_asked &= is_pending(report.kind);
    }
    effect.mismatch = mismatch;
    effect.duplicate = before == *order && !may_repeat(report.kind);
    effect
}

/// Raises `cum_lots` to what the report says, at most to `ceiling`; returns the newly traded
/// lots and whether they were anything but the one trade the report is about.
pub(crate) fn take_fill(
    cum_lots: &mut Lots,
    ceiling: Lots,
    order_price: Ticks,
    report: &ExecutionReport,
) -> (Option<Fill>, bool) {
    let known = *cum_lots;
    let over = report.cum_lots > ceiling;
    let traded = report.cum_lots.min(ceiling).max(known) - known;
    if traded == Lots::ZERO {
        return (None, over);
    }
    *cum_lots += traded;
    let is_trade = report.kind == ExecKind::Trade;
    let priced = report.last_price > Ticks::ZERO;
    let price = if priced { report.last_price } else { order_price };
    let fee = if is_trade { report.fee } else { Notional::ZERO };
    let expected = is_trade && priced && traded == report.last_lots;
    (Some(Fill { lots: traded, price, fee }), over || !expected)
}

fn acknowledge(order: &mut Order) {
    if order.status == OrderStatus::PendingNew {
        order.status = order.working_status();
    }
}

/// Returns whether the replacement was none of ours on its way.
fn replaced(order: &mut Order, report: &ExecutionReport) -> bool {
    let id = report.client_order_id;
    if order.status == OrderStatus::PendingReplace && id == order.current {
        order.price = positive_or(report.price, order.pending_price);
        order.lots = order.pending_lots.max(order.cum_lots);
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
    let unknown = report.reason == RejectReason::UnknownOrder;
    let ends = match order.status {
        OrderStatus::PendingNew => true,
        OrderStatus::New | OrderStatus::PartiallyFilled => unknown || !order.status_asked,
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
    if give_up_change(order, report) {
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
            let pending = (order.pending_price, order.pending_lots);
            if (report.price, total_lots(report)) == pending {
                order.accepted = order.current;
                order.unresolved_lots = Lots::ZERO;
                (order.price, order.lots) = pending;
                order.status = order.working_status();
                return false;
            }
            order.unresolved_lots = order.unresolved_lots.max(order.pending_lots);
        }
        OrderStatus::PendingNew
        | OrderStatus::New
        | OrderStatus::PartiallyFilled
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

/// Ends the order if all of it traded, and keeps new and partly filled apart.
fn settle(order: &mut Order, report: &ExecutionReport) {
    let all = order.cum_lots >= order.ceiling();
    let rest_gone = order.cum_lots >= order.lots && report.leaves_lots <= Lots::ZERO;
    if all || (order.cum_lots > Lots::ZERO && rest_gone) {
        order.status = OrderStatus::Filled;
    } else if order.status == OrderStatus::New {
        order.status = order.working_status();
    }
}

/// Returns whether a report of this kind may say nothing new without being a repetition.
fn may_repeat(kind: ExecKind) -> bool {
    is_pending(kind) || matches!(kind, ExecKind::Status | ExecKind::Unsent)
}

/// Returns whether the venue only says that it has a request.
fn is_pending(kind: ExecKind) -> bool {
    matches!(kind, ExecKind::PendingNew | ExecKind::PendingCancel | ExecKind::PendingReplace)
}

fn positive_or(price: Ticks, otherwise: Ticks) -> Ticks {
    if price > Ticks::ZERO { price } else { otherwise }
}
