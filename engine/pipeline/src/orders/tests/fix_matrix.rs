//! The order manager against FIX 4.4, volume 4, appendix D, "Order State Change Matrices".
//!
//! FIX keeps an order in several conditions at once (a cancel is pending, some of it traded) and
//! reports the one of highest precedence. The model here does just that: it knows conditions and
//! precedences and nothing of `transition.rs`. Every pair of a state and an event is put to both;
//! where ours differs on purpose the pair stands in a list with the reason. Then the transitions
//! that the standard's table marks are looked for among those that were seen.

use super::*;
use OrderStatus::{
    Canceled, DoneForDay, Expired, Filled, New, PartiallyFilled, PendingCancel, PendingNew,
    PendingReplace, Rejected, Stopped, Suspended,
};

/// Every state, with the precedence the standard gives it. It gives none to `Expired`, which its
/// glossary puts beside `Canceled`.
const STATES: [(OrderStatus, u8); 12] = [
    (PendingNew, 2),
    (New, 2),
    (PartiallyFilled, 4),
    (Filled, 8),
    (Stopped, 7),
    (Suspended, 6),
    (DoneForDay, 10),
    (Canceled, 5),
    (Expired, 5),
    (Rejected, 2),
    (PendingCancel, 12),
    (PendingReplace, 11),
];

/// The transitions that the standard's table marks, by row.
const MARKED: [(OrderStatus, &[OrderStatus]); 10] = [
    (PendingNew, &[New, Rejected]),
    (
        New,
        &[
            New,
            PartiallyFilled,
            Filled,
            DoneForDay,
            PendingCancel,
            PendingReplace,
            Rejected,
            Stopped,
        ],
    ),
    (
        PartiallyFilled,
        &[PartiallyFilled, Filled, DoneForDay, PendingCancel, PendingReplace, Canceled],
    ),
    (Filled, &[PartiallyFilled, Filled, PendingReplace]),
    (DoneForDay, &[PartiallyFilled]),
    (PendingCancel, &[New, PartiallyFilled, Filled, PendingCancel, Canceled]),
    (PendingReplace, &[New, PartiallyFilled, Filled, PendingReplace, Canceled]),
    (Canceled, &[]),
    (Rejected, &[]),
    (Stopped, &[PartiallyFilled]),
];

/// Marked, and never made by us: a filled order is done, more of it is a new order.
const NOT_OURS: [(OrderStatus, OrderStatus); 1] = [(Filled, PendingReplace)];

/// What can happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// A report; a trade is of one lot.
    Report(ExecKind),
    /// A trade of all that is left.
    LastTrade,
    /// We ask, if the order manager lets us.
    Cancel,
    Replace,
    AskStatus,
    LineLost,
}

fn events() -> impl Iterator<Item = Event> {
    let ours = [Event::LastTrade, Event::Cancel, Event::Replace, Event::AskStatus, Event::LineLost];
    ExecKind::ALL.into_iter().map(Event::Report).chain(ours)
}

/// The conditions of the standard's order.
#[derive(Clone, Copy, Debug)]
struct Conditions {
    /// `PendingNew`, `PendingCancel` or `PendingReplace`.
    pending: Option<OrderStatus>,
    /// `Stopped`, `Suspended` or `DoneForDay`.
    held: Option<OrderStatus>,
    /// `Canceled`, `Expired` or `Rejected`.
    ended: Option<OrderStatus>,
    cum: i64,
}

impl Conditions {
    fn of(order: &Order) -> Self {
        let status = order.status;
        let among = |list: &[OrderStatus]| list.contains(&status).then_some(status);
        Self {
            pending: among(&[PendingNew, PendingCancel, PendingReplace]),
            held: among(&[Stopped, Suspended, DoneForDay]),
            ended: among(&[Canceled, Expired, Rejected]),
            cum: order.cum_lots.0,
        }
    }

    fn status(&self) -> OrderStatus {
        let traded = match self.cum {
            10.. => Filled,
            1.. => PartiallyFilled,
            _ => New,
        };
        let precedence = |status: &OrderStatus| {
            STATES.iter().find(|state| state.0 == *status).map_or(0, |state| state.1)
        };
        if let Some(ended) = self.ended {
            return ended;
        }
        // A pending new order is not new yet: of equals the first stays.
        let all = [Some(traded), self.pending, self.held];
        all.into_iter().flatten().max_by_key(precedence).expect("it traded or not")
    }

    fn works(self) -> Self {
        let pending = self.pending.filter(|&status| status != PendingNew);
        Self { pending, held: None, ..self }
    }

    fn idle(self) -> Self {
        Self { pending: None, held: None, ..self }
    }

    /// What the standard says that an event does.
    fn after(self, event: Event) -> Self {
        let done = self.ended.is_some() || self.status() == Filled;
        let free = self.pending.is_none() && !done;
        let ended = |status| Self { ended: Some(status), ..self.idle() };
        match event {
            // The last trade taken back leaves some of it to work.
            Event::Report(ExecKind::TradeCancel) if self.status() == Filled => {
                Self { cum: self.cum - 8, ..self }
            }
            _ if done => self,
            Event::Report(kind) => match kind {
                ExecKind::PendingNew
                | ExecKind::PendingCancel
                | ExecKind::PendingReplace
                | ExecKind::Calculated
                | ExecKind::TradeCancel
                | ExecKind::TradeCorrect => self,
                ExecKind::New | ExecKind::Triggered | ExecKind::Restated => self.works(),
                ExecKind::Trade => Self { cum: self.cum + 1, ..self.works() },
                ExecKind::Canceled => ended(Canceled),
                ExecKind::Expired => ended(Expired),
                ExecKind::Rejected => ended(Rejected),
                ExecKind::Replaced if self.pending == Some(PendingReplace) => self.idle(),
                ExecKind::CancelRejected | ExecKind::Unsent
                    if matches!(self.pending, Some(PendingCancel | PendingReplace)) =>
                {
                    self.idle()
                }
                ExecKind::Unsent if self.pending == Some(PendingNew) => ended(Rejected),
                ExecKind::Replaced | ExecKind::CancelRejected | ExecKind::Unsent => self,
                // The order works, and that is all there is.
                ExecKind::Status => self.idle(),
                ExecKind::Suspended => Self { held: Some(Suspended), ..self },
                ExecKind::Stopped => Self { held: Some(Stopped), ..self },
                ExecKind::DoneForDay => Self { held: Some(DoneForDay), ..self },
            },
            Event::LastTrade => Self { cum: 10, ..self.works() },
            Event::Cancel if free => Self { pending: Some(PendingCancel), ..self },
            Event::Replace if free => Self { pending: Some(PendingReplace), ..self },
            Event::Cancel | Event::Replace | Event::AskStatus | Event::LineLost => self,
        }
    }
}

/// Where ours differs, and why; `None` where it is as in the standard.
fn on_purpose(before: OrderStatus, event: Event) -> Option<(OrderStatus, &'static str)> {
    let asked = matches!(before, PendingCancel | PendingReplace);
    match event {
        Event::Report(ExecKind::Rejected) if asked => {
            Some((New, "a broker that answers a change with 150=8 refuses the change"))
        }
        Event::LastTrade if asked => {
            Some((Filled, "nothing is left to cancel or replace: the answer comes late"))
        }
        _ => None,
    }
}

/// Does to our order what the event says; reports about done orders go the way of late ones.
fn happen(order: &mut Order, event: Event) {
    let said = match event {
        Event::Report(ExecKind::Trade) => trade(order, 1, 100),
        Event::LastTrade => trade(order, 10 - order.cum_lots.0, 100),
        Event::Report(kind) => report(order, kind),
        Event::Cancel | Event::Replace if !order.is_settled() => return,
        Event::Cancel => return order.begin_cancel(Nanos(1)),
        Event::Replace => return order.begin_replace(Nanos(1), order.pending),
        Event::AskStatus => return order.begin_status(Nanos(1)),
        Event::LineLost => return crate::execution::doubt(order),
    };
    if said.kind == ExecKind::TradeCancel && order.status == Filled {
        let said = ExecutionReport { cum_lots: Lots(2), leaves_lots: Lots(8), ..said };
        assert!(!corrected(order, Lots(-8), &said));
    } else if order.status.is_done() {
        take_late(order, &said);
    } else {
        apply(order, &said);
    }
}

fn begin(status: OrderStatus) -> Order {
    let cum = match status {
        Filled => 10,
        PartiallyFilled => 3,
        _ => 0,
    };
    Order { cum_lots: Lots(cum), ..order(status) }
}

#[test]
fn every_pair_of_state_and_event_is_as_in_fix() {
    let (mut pairs, mut by_choice, mut seen) = (0, 0, Vec::new());
    for (before, _) in STATES {
        for event in events() {
            let mut order = begin(before);
            let model = Conditions::of(&order).after(event);
            happen(&mut order, event);
            let expected = on_purpose(before, event).map(|(status, _why)| status);
            by_choice += u32::from(expected.is_some());
            assert_eq!(order.status, expected.unwrap_or(model.status()), "{before:?} {event:?}");
            pairs += 1;
            seen.push((before, order.status));
        }
    }
    // A cancel or replacement that is refused finds the order partly filled.
    for asked in [PendingCancel, PendingReplace] {
        let mut order = Order { cum_lots: Lots(3), ..order(asked) };
        happen(&mut order, Event::Report(ExecKind::CancelRejected));
        seen.push((asked, order.status));
    }
    let mut found = 0;
    for (before, afters) in MARKED {
        for &after in afters {
            let made = seen.contains(&(before, after));
            assert_eq!(made, !NOT_OURS.contains(&(before, after)), "{before:?} to {after:?}");
            found += u32::from(made);
        }
    }
    println!(
        "{pairs} pairs of state and event: {} as FIX has it, {by_choice} differ on purpose; \
         {found} of the 31 transitions of its table seen",
        pairs - by_choice
    );
    assert_eq!((pairs, by_choice, found), (300, 4, 30));
}

/// All that a report can say beside its kind, put to every open state with every doubt.
#[test]
fn no_report_in_any_state_loses_or_invents_lots() {
    let mut cases = 0_u32;
    for before in STATES.into_iter().map(|state| state.0).filter(|status| !status.is_done()) {
        for (kind, flags) in
            ExecKind::ALL.into_iter().flat_map(|kind| (0..8).map(move |n| (kind, n)))
        {
            let known = Order {
                in_doubt: flags & 1 > 0,
                status_asked: flags & 2 > 0,
                cancel_wanted: flags & 4 > 0,
                ..begin(before)
            };
            for (revision, cum, leaves) in said_numbers() {
                for reason in
                    [RejectReason::None, RejectReason::UnknownOrder, RejectReason::TooLate]
                {
                    let said = ExecutionReport {
                        client_order_id: ClientOrderId::new(ID, revision),
                        cum_lots: Lots(cum),
                        leaves_lots: Lots(leaves),
                        last_lots: Lots(1),
                        last_price: Ticks(100),
                        reason,
                        ..report(&known, kind)
                    };
                    check_one(&known, &said);
                    cases += 1;
                }
            }
        }
    }
    println!("{cases} reports in every open state: no lot lost, none invented, none twice");
    assert_eq!(cases, 8 * 20 * 8 * 4 * 7 * 4 * 3);
}

/// Revision, filled and remaining lots as a report may give them, true or not.
fn said_numbers() -> impl Iterator<Item = (u8, i64, i64)> {
    let of = |cum| [-1, 0, 2, 20].into_iter().map(move |leaves| (cum, leaves));
    (0..4).flat_map(move |revision| {
        let all = [-1, 0, 1, 4, 10, 12, i64::MAX].into_iter().flat_map(of);
        all.map(move |(cum, leaves)| (revision, cum, leaves))
    })
}

fn check_one(known: &Order, said: &ExecutionReport) {
    let mut order = *known;
    let effect = apply(&mut order, said);
    let why = || format!("{:?} {said:?}", known.status);
    assert_eq!(order.cum_lots, known.cum_lots + effect.traded, "{}", why());
    assert!(effect.traded >= Lots::ZERO && order.cum_lots <= known.ceiling(), "{}", why());
    assert!(order.status.is_done() || order.exposure() > Lots::ZERO, "{}", why());
    if order.status == Rejected {
        let refused = matches!(said.kind, ExecKind::Rejected | ExecKind::Unsent);
        assert!(refused && effect.refused, "{}", why());
    }
    if order.status == Canceled || order.status == Expired {
        assert!(matches!(said.kind, ExecKind::Canceled | ExecKind::Expired), "{}", why());
    }
    if said.kind == ExecKind::Unsent {
        assert_eq!(order.in_doubt, known.in_doubt, "our own gateway resolves no doubt: {}", why());
    }
    let again = if order.status.is_done() {
        take_late(&mut order, said)
    } else {
        apply(&mut order, said).traded
    };
    // A restatement beyond what was ordered raises an alarm; the trades it tells of beyond that
    // count from when the larger size holds.
    let grew = said.kind == ExecKind::Restated && order.lots > known.ceiling();
    assert!(again == Lots::ZERO || grew && effect.mismatch, "credited twice: {}", why());
    assert!(order.cum_lots.0 <= said.cum_lots.0.max(known.cum_lots.0), "invented: {}", why());
}
