//! What became of every order, as far as the journal tells.
//!
//! ```text
//! Output::Order  New ─▶ pending new     Cancel ─▶ pending cancel     Replace ─▶ pending replace
//! Execution      moves it on; done orders go from `open` to `recent` and never come back
//! ```
//!
//! This follows the order manager's decisions and does not repeat them: it is for looking at.
//!
//! # Invariants
//! - Every order in `open` is not done; every order in `recent` is, or fell out of a full `open`.

use gannet_types::{
    ClientOrderId, ExecKind, ExecutionReport, Lots, Nanos, Notional, OrderId, OrderRequest,
    OrderStatus, RejectReason, RequestKind, Ticks, Valuation, VenueId,
};

use super::recent::Recent;

/// The open orders and the last done ones.
#[derive(Clone, Debug)]
pub(crate) struct Orders {
    open: Vec<Order>,
    recent: Recent<Order>,
}

/// One order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) request: OrderRequest,
    pub(crate) status: OrderStatus,
    pub(crate) price: Ticks,
    pub(crate) lots: Lots,
    pub(crate) filled: Lots,
    /// Sum of the trades seen; less than `filled` if some were only told in sum.
    pub(crate) traded: Lots,
    pub(crate) traded_notional: Notional,
    pub(crate) reason: RejectReason,
    pub(crate) venue_order_id: VenueId,
    pub(crate) created: Nanos,
    pub(crate) updated: Nanos,
}

impl Orders {
    pub(crate) fn new() -> Self {
        Self { open: Vec::new(), recent: Recent::new(RECENT_MAX) }
    }

    pub(crate) fn open(&self) -> &[Order] {
        &self.open
    }

    pub(crate) fn recent(&self) -> impl Iterator<Item = &Order> {
        self.recent.newest_first()
    }

    /// Returns an order that is open or was done lately.
    pub(crate) fn find(&self, id: OrderId) -> Option<&Order> {
        self.open.iter().chain(self.recent.newest_first()).find(|order| order.id() == id)
    }

    /// Takes note of a request on its way to a gateway.
    pub(crate) fn on_request(&mut self, time: Nanos, request: &OrderRequest) {
        match request.kind {
            RequestKind::New => self.add(Order::new(time, request)),
            RequestKind::Cancel => {
                self.change(request.client_order_id, |order| {
                    order.pend(time, OrderStatus::PendingCancel)
                });
            }
            RequestKind::Replace => {
                self.change(request.client_order_id, |order| {
                    order.pend(time, OrderStatus::PendingReplace)
                });
            }
            RequestKind::Status
            | RequestKind::MassCancel
            | RequestKind::MassStatus
            | RequestKind::Positions => {}
        }
    }

    /// Takes note of what a venue says.
    pub(crate) fn on_execution(
        &mut self,
        time: Nanos,
        report: &ExecutionReport,
        valuation: Valuation,
    ) {
        self.change(report.client_order_id, |order| order.on_execution(time, report, valuation));
    }

    fn add(&mut self, order: Order) {
        if self.open.len() == OPEN_MAX {
            // Our picture is wrong, not the engine: it has no room for that many.
            self.recent.push(self.open.remove(0));
        }
        self.open.push(order);
    }

    fn change(&mut self, id: ClientOrderId, change: impl FnOnce(&mut Order)) {
        let id = id.order();
        if let Some(index) = self.open.iter().position(|order| order.id() == id) {
            change(&mut self.open[index]);
            if self.open[index].status.is_done() {
                self.recent.push(self.open.remove(index));
            }
        } else if let Some(order) = self.recent.newest_first_mut().find(|order| order.id() == id) {
            change(order);
        }
    }
}

impl Order {
    fn new(time: Nanos, request: &OrderRequest) -> Self {
        Self {
            request: *request,
            status: OrderStatus::PendingNew,
            price: request.price,
            lots: request.lots,
            filled: Lots::ZERO,
            traded: Lots::ZERO,
            traded_notional: Notional::ZERO,
            reason: RejectReason::None,
            venue_order_id: VenueId::default(),
            created: time,
            updated: time,
        }
    }

    pub(crate) fn id(&self) -> OrderId {
        self.request.client_order_id.order()
    }

    fn pend(&mut self, time: Nanos, status: OrderStatus) {
        if !self.status.is_done() {
            self.status = status;
            self.updated = time;
        }
    }

    fn on_execution(&mut self, time: Nanos, report: &ExecutionReport, valuation: Valuation) {
        self.updated = time;
        if !report.venue_order_id.is_empty() {
            self.venue_order_id = report.venue_order_id;
        }
        match report.kind {
            ExecKind::PendingNew | ExecKind::Calculated => {}
            ExecKind::Trade => self.fill(report, valuation),
            ExecKind::New | ExecKind::Status | ExecKind::Triggered => {
                self.filled = self.filled.max(report.cum_lots);
                self.work();
            }
            ExecKind::Replaced | ExecKind::Restated => {
                self.price = report.price;
                self.lots = Lots(report.cum_lots.0.saturating_add(report.leaves_lots.0));
                self.filled = self.filled.max(report.cum_lots);
                self.work();
            }
            ExecKind::TradeCancel | ExecKind::TradeCorrect => self.filled = report.cum_lots,
            ExecKind::Suspended => self.pend(time, OrderStatus::Suspended),
            ExecKind::Stopped => self.pend(time, OrderStatus::Stopped),
            ExecKind::DoneForDay => self.pend(time, OrderStatus::DoneForDay),
            ExecKind::Canceled => self.end(OrderStatus::Canceled),
            ExecKind::Expired => self.end(OrderStatus::Expired),
            ExecKind::PendingCancel => self.pend(time, OrderStatus::PendingCancel),
            ExecKind::PendingReplace => self.pend(time, OrderStatus::PendingReplace),
            ExecKind::CancelRejected => self.work(),
            ExecKind::Rejected | ExecKind::Unsent => {
                self.refuse(time, report.client_order_id, report.reason);
            }
        }
    }

    fn fill(&mut self, report: &ExecutionReport, valuation: Valuation) {
        self.filled = self.filled.max(report.cum_lots);
        let notional = valuation.stake(report.last_price, report.last_lots);
        self.traded_notional = Notional(self.traded_notional.0.saturating_add(notional.0));
        self.traded = Lots(self.traded.0.saturating_add(report.last_lots.0));
        if report.leaves_lots <= Lots::ZERO {
            self.end(OrderStatus::Filled);
        } else if matches!(self.status, OrderStatus::PendingNew | OrderStatus::New) {
            self.status = OrderStatus::PartiallyFilled;
        }
    }

    /// A refused first request ends the order; a refused later one leaves it as it was.
    fn refuse(&mut self, time: Nanos, id: ClientOrderId, reason: RejectReason) {
        self.updated = time;
        if id.revision() == 0 {
            self.reason = reason;
            self.end(OrderStatus::Rejected);
        } else {
            self.work();
        }
    }

    fn work(&mut self) {
        if !self.status.is_done() {
            let untouched = self.filled == Lots::ZERO;
            self.status = if untouched { OrderStatus::New } else { OrderStatus::PartiallyFilled };
        }
    }

    fn end(&mut self, status: OrderStatus) {
        if !self.status.is_done() {
            self.status = status;
        }
    }
}

/// Above what the pipeline can hold open (128).
const OPEN_MAX: usize = 256;

/// Two screens of history.
const RECENT_MAX: usize = 50;
