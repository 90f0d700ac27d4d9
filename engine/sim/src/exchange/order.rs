//! One of our orders, as the venue keeps it.

use gannet_types::{
    AccountId, ClientOrderId, GatewayId, InstrumentId, Lots, Nanos, OrderRequest, OrderTerms,
    OrderType, RejectReason, Side, Ticks, TimeInForce,
};

use crate::queue::QueuePosition;

/// An order at the venue.
#[derive(Clone, Debug)]
pub struct Order {
    /// The venue's number of the order, counted from 1.
    pub number: u64,
    /// Which gateway sent it.
    pub gateway: GatewayId,
    /// Whose it is.
    pub account: AccountId,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// The last accepted id.
    pub client_order_id: ClientOrderId,
    /// Buy or sell.
    pub side: Side,
    /// The limit, where a peg has it now; zero for market orders.
    pub price: Ticks,
    /// The total size, filled lots included.
    pub lots: Lots,
    /// How much of it traded.
    pub cum_lots: Lots,
    pub(super) order_type: OrderType,
    pub(super) time_in_force: TimeInForce,
    pub(super) terms: OrderTerms,
    /// The worst price that a peg may follow the market to; zero for any.
    pub(super) cap: Ticks,
    /// A stop that was not set off yet: it stands in no book.
    pub(super) waits: bool,
    pub(super) queue: QueuePosition,
    pub(super) state: State,
    /// The ids of all requests about it.
    pub(super) ids: Vec<ClientOrderId>,
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Working,
    Filled,
    Canceled,
    Expired,
    Rejected(RejectReason),
}

impl Order {
    pub(super) fn new(request: &OrderRequest, number: u64) -> Self {
        Self {
            number,
            gateway: request.gateway,
            account: request.account,
            instrument: request.instrument,
            client_order_id: request.client_order_id,
            side: request.side,
            price: request.price,
            lots: request.lots,
            cum_lots: Lots::ZERO,
            order_type: request.order_type,
            time_in_force: request.time_in_force,
            terms: request.terms,
            cap: request.price,
            waits: matches!(
                request.order_type,
                OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop
            ),
            queue: QueuePosition::join(Lots::ZERO),
            state: State::Working,
            ids: vec![request.client_order_id],
        }
    }

    /// Stands for the order that a refused request would have been about.
    pub(super) fn refused(request: &OrderRequest, reason: RejectReason) -> Self {
        Self { state: State::Rejected(reason), ..Self::new(request, 0) }
    }

    /// Returns the lots still working; zero when the order is done.
    #[must_use]
    pub fn leaves_lots(&self) -> Lots {
        match self.state {
            State::Working => self.lots - self.cum_lots,
            State::Filled | State::Canceled | State::Expired | State::Rejected(_) => Lots::ZERO,
        }
    }

    /// Returns the foreign lots that trade before this order.
    #[must_use]
    pub const fn ahead_lots(&self) -> Lots {
        self.queue.ahead()
    }

    /// Returns the worst price it may take at; `None` for any.
    pub(super) fn limit(&self) -> Option<Ticks> {
        self.is_limited().then_some(self.price)
    }

    /// Returns when it ends by itself.
    pub(super) fn expires(&self) -> Option<Nanos> {
        let dated = self.time_in_force == TimeInForce::GoodTillDate;
        dated.then_some(self.terms.expire_time)
    }

    /// Returns whether what does not trade at once stays in the book.
    pub(super) fn rests(&self) -> bool {
        self.is_limited() && self.time_in_force.rests()
    }

    fn is_limited(&self) -> bool {
        self.order_type.has_limit() || self.order_type == OrderType::Pegged
    }

    /// Takes the price, size and terms of a replacement; what it does not say stays.
    pub(super) fn amend(&mut self, request: &OrderRequest) {
        self.client_order_id = request.client_order_id;
        self.price = request.price;
        self.cap = request.price;
        self.lots = request.lots;
        self.terms.reduce_only = request.terms.reduce_only;
        if self.waits && request.terms.stop_price > Ticks::ZERO {
            self.terms.stop_price = request.terms.stop_price;
        }
        let follows = self.waits && request.order_type == OrderType::TrailingStop
            || request.order_type == OrderType::Pegged;
        if follows && self.order_type == request.order_type {
            self.terms.offset = request.terms.offset;
        }
    }

    /// Returns whether `request` is about this order.
    pub(super) fn is_meant_by(&self, request: &OrderRequest) -> bool {
        self.account == request.account
            && self.instrument == request.instrument
            && self.side == request.side
    }
}
