//! One order: what we asked for, what the venue confirmed, and what is still in doubt.

use gannet_types::{
    AccountId, ClientOrderId, GatewayId, InstrumentId, Lots, Nanos, OrderId, OrderRequest,
    OrderStatus, OrderTerms, OrderType, RequestKind, Side, Signal, SignalAction, StrategyId, Text,
    Ticks, TimeInForce,
};

use crate::route::GatewaySet;
use crate::strategy::OrderView;

/// Replacements end here so that cancels always have revisions left.
const REPLACE_REVISION_MAX: u8 = 200;

/// Each question that stays unanswered doubles the time until the next, this many times: 64 times as
/// long in the end. It is never given up, for what is not known may trade.
const QUESTIONS_MAX: u8 = 7;

/// What a replacement changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The limit.
    pub price: Ticks,
    /// The total size, what has traded included.
    pub lots: Lots,
    /// Stop price, offset, expiry and the like.
    pub terms: OrderTerms,
}

/// An order that is not done.
///
/// # Invariants
/// - At most one new, cancel or replace request is unanswered; `status` says which. A status
///   request may be on its way beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Which order.
    pub id: OrderId,
    /// Whose wish it was.
    pub strategy: StrategyId,
    /// Whose position it changes.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// Through which gateway.
    pub gateway: GatewayId,
    /// Buy or sell.
    pub side: Side,
    /// Whether it closes one side of a hedged account; of netted ones it does not matter.
    pub closes: bool,
    /// How its price is set.
    pub order_type: OrderType,
    /// How long it lives.
    pub time_in_force: TimeInForce,
    /// Where it stands.
    pub status: OrderStatus,
    /// The limit that holds.
    pub price: Ticks,
    /// The total size that holds.
    pub lots: Lots,
    /// Stop price, offset, expiry and the like that hold.
    pub terms: OrderTerms,
    /// How much of it traded.
    pub cum_lots: Lots,
    /// What was asked for while `status` is `PendingReplace`, or what follows the order once it
    /// is cancelled, if `is_succeeded`.
    pub pending: Shape,
    /// Whether a new order takes its place once the cancel on its way is confirmed: how an order
    /// is replaced at a broker that cannot.
    pub is_succeeded: bool,
    /// Whether a trade of it was taken back or changed: what the venue repeats must then be told
    /// from what is new by its ExecID.
    pub was_corrected: bool,
    /// The largest total size among replacements that we gave up without an answer.
    pub unresolved_lots: Lots,
    /// The id of the last new, cancel or replace request.
    pub current: ClientOrderId,
    /// The id the venue knows the order by: of the new order or its last confirmed replacement.
    pub accepted: ClientOrderId,
    /// Whether it is to be cancelled as soon as that can be asked.
    pub cancel_wanted: bool,
    /// Whether a connection was lost since the venue last spoke of it.
    pub in_doubt: bool,
    /// Whether its status was asked and no report came since.
    pub status_asked: bool,
    /// When the last request about it was sent.
    pub asked_at: Nanos,
    /// How often its status was asked since the venue last spoke of it, up to a bound.
    pub questions: u8,
    /// Whether a missing answer to `current` was already reported.
    pub alarmed: bool,
    /// The gateways where it was placed: this one, and those where its forerunners never left.
    pub tried: GatewaySet,
}

impl Order {
    /// Returns the order as its strategy sees it.
    #[must_use]
    pub fn view(&self) -> OrderView {
        OrderView {
            id: self.id,
            status: self.status,
            side: self.side,
            price: self.price,
            lots: self.lots,
            cum_lots: self.cum_lots,
        }
    }

    /// Returns the largest total size the venue may believe in: what can still trade is this
    /// less `cum_lots`.
    #[must_use]
    pub fn ceiling(&self) -> Lots {
        let pending = match self.status {
            OrderStatus::PendingReplace => self.pending.lots,
            _ => Lots::ZERO,
        };
        self.lots.max(pending).max(self.unresolved_lots)
    }

    /// Returns how much of it may still trade.
    #[must_use]
    pub fn exposure(&self) -> Lots {
        Lots(self.ceiling().0.saturating_sub(self.cum_lots.0).max(0))
    }

    /// Returns whether the venue has it, with nothing on its way and nothing in doubt.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let works = matches!(
            self.status,
            OrderStatus::New
                | OrderStatus::PartiallyFilled
                | OrderStatus::Stopped
                | OrderStatus::Suspended
                | OrderStatus::DoneForDay
        );
        works && !self.in_doubt
    }

    /// Returns whether an answer from the venue is missing.
    #[must_use]
    pub fn awaits_answer(&self) -> bool {
        self.in_doubt || self.status_asked || !self.is_settled()
    }

    /// Returns how long the venue may be silent about it, if an answer may take `timeout`: twice as
    /// long after each question but the first.
    #[must_use]
    pub fn patience(&self, timeout: Nanos) -> Nanos {
        Nanos(timeout.0.saturating_mul(1 << self.questions.saturating_sub(1)))
    }

    /// Returns whether it was replaced as often as its ids allow.
    #[must_use]
    pub fn is_worn_out(&self) -> bool {
        self.current.revision() >= REPLACE_REVISION_MAX
    }

    /// Returns whether it works or is done with, by what has traded.
    pub(crate) fn working_status(&self) -> OrderStatus {
        if self.cum_lots > Lots::ZERO { OrderStatus::PartiallyFilled } else { OrderStatus::New }
    }

    /// Notes that a cancel is sent. Past the last revision the last id is used again: better a
    /// cancel that may be refused than none.
    pub(crate) fn begin_cancel(&mut self, now: Nanos) {
        self.status = OrderStatus::PendingCancel;
        self.cancel_wanted = false;
        self.begin_request(now);
    }

    /// Notes that a replacement is sent.
    pub(crate) fn begin_replace(&mut self, now: Nanos, wanted: Shape) {
        self.status = OrderStatus::PendingReplace;
        self.pending = wanted;
        self.begin_request(now);
    }

    /// Notes that a cancel is sent, after which a new order takes its place.
    pub(crate) fn begin_succession(&mut self, now: Nanos, wanted: Shape) {
        self.begin_cancel(now);
        self.pending = wanted;
        self.is_succeeded = true;
    }

    /// Notes that its status is asked.
    pub(crate) fn begin_status(&mut self, now: Nanos) {
        self.status_asked = true;
        self.questions = self.questions.saturating_add(1).min(QUESTIONS_MAX);
        self.asked_at = now;
    }

    /// Returns the wish for an order like it, of this shape.
    pub(crate) fn again(&self, price: Ticks, lots: Lots, terms: OrderTerms) -> Signal {
        Signal {
            strategy: self.strategy,
            instrument: self.instrument,
            action: SignalAction::Place,
            side: self.side,
            order_type: self.order_type,
            price,
            lots,
            time_in_force: self.time_in_force,
            terms,
            confidence: 0,
            reason: Text::default(),
            origin: Nanos::ZERO,
        }
    }

    /// Returns the request of `kind` that the notes above belong to.
    pub(crate) fn request(&self, kind: RequestKind, origin: Nanos) -> OrderRequest {
        assert!(kind.is_about_one_order(), "a request about all orders is of none");
        let terms = if kind == RequestKind::New { self.terms } else { OrderTerms::PLAIN };
        let holds = Shape { price: self.price, lots: self.lots, terms };
        let Shape { price, lots, terms } =
            if kind == RequestKind::Replace { self.pending } else { holds };
        let client_order_id =
            if kind == RequestKind::Status { self.accepted } else { self.current };
        OrderRequest {
            kind,
            gateway: self.gateway,
            account: self.account,
            strategy: self.strategy,
            instrument: self.instrument,
            client_order_id,
            original: self.accepted,
            side: self.side,
            order_type: self.order_type,
            time_in_force: self.time_in_force,
            price,
            lots,
            terms,
            origin,
        }
    }

    fn begin_request(&mut self, now: Nanos) {
        let revision = self.current.revision().saturating_add(1);
        self.current = ClientOrderId::new(self.id, revision);
        self.asked_at = now;
        self.alarmed = false;
    }
}
