//! What people ordered, by the names that they gave, and what became of it.
//!
//! The journal has a person's command and, behind it, what was decided on it: an order, a parent order, or
//! a refusal. What is decided before the next input belongs to the command.

use std::collections::VecDeque;

use gannet_types::{
    AccountId, InstrumentId, ManualOrder, Nanos, OrderId, OrderRequest, ParentReport, Reject,
    RejectReason, RequestKind, Text,
};

/// The last orders that people gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    orders: VecDeque<GivenOrder>,
    /// The newest has been given, and nothing was decided on it yet.
    is_open: bool,
    revision: u64,
}

/// One order that a person gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GivenOrder {
    pub(crate) client_ref: Text<32>,
    pub(crate) account: AccountId,
    pub(crate) instrument: InstrumentId,
    pub(crate) time: Nanos,
    pub(crate) became: Became,
}

/// What an order became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Became {
    /// Nothing was decided yet.
    Nothing,
    /// An order that was sent.
    Order(OrderId),
    /// A parent order that is worked.
    Parent(OrderId),
    /// Nothing, under this id, for this reason.
    Refused(OrderId, RejectReason),
}

impl Became {
    /// Returns the id it has.
    pub(crate) const fn id(self) -> Option<OrderId> {
        match self {
            Self::Nothing => None,
            Self::Order(id) | Self::Parent(id) | Self::Refused(id, _) => Some(id),
        }
    }
}

impl Given {
    /// Changes with every change.
    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &GivenOrder> {
        self.orders.iter().rev()
    }

    /// Finds an order by the name that a person gave.
    pub(crate) fn find(&self, client_ref: &Text<32>) -> Option<&GivenOrder> {
        self.newest_first().find(|order| order.client_ref == *client_ref)
    }

    /// Finds an order by the id that it has got.
    pub(crate) fn find_id(&self, id: OrderId) -> Option<&GivenOrder> {
        self.newest_first().find(|order| order.became.id() == Some(id))
    }

    /// Takes note that another input follows.
    pub(crate) const fn on_input(&mut self) {
        self.is_open = false;
    }

    /// Takes note of an order that a person gives.
    pub(crate) fn on_order(&mut self, time: Nanos, order: &ManualOrder) {
        if self.find(&order.client_ref).is_some() {
            // The pipeline refuses it; what the first one became stands.
            return;
        }
        if self.orders.len() == ORDERS_MAX {
            self.orders.pop_front();
        }
        let &ManualOrder { client_ref, account, instrument, .. } = order;
        let became = Became::Nothing;
        self.orders.push_back(GivenOrder { client_ref, account, instrument, time, became });
        (self.is_open, self.revision) = (true, self.revision + 1);
    }

    pub(crate) fn on_request(&mut self, request: &OrderRequest) {
        if request.kind == RequestKind::New {
            let id = request.client_order_id.order();
            self.decide(|became| match became {
                // A child of the parent order that it became, or is about to.
                Became::Parent(_) | Became::Order(_) => became,
                Became::Nothing | Became::Refused(..) => Became::Order(id),
            });
        }
    }

    pub(crate) fn on_parent(&mut self, report: &ParentReport) {
        self.decide(|became| match became {
            Became::Refused(..) if report.status.is_done() => became,
            _ => Became::Parent(report.id),
        });
    }

    pub(crate) fn on_reject(&mut self, reject: &Reject) {
        let refused = Became::Refused(reject.client_order_id.order(), reject.reason);
        self.decide(|became| if became == Became::Nothing { refused } else { became });
    }

    fn decide(&mut self, decide: impl FnOnce(Became) -> Became) {
        if let Some(newest) = self.orders.back_mut().filter(|_| self.is_open) {
            newest.became = decide(newest.became);
            self.revision += 1;
        }
    }
}

/// As many as the pipeline remembers; 400 KiB.
const ORDERS_MAX: usize = 4_096;

#[cfg(test)]
mod tests {
    use gannet_types::{
        ClientOrderId, GatewayId, Lots, Notional, OrderStatus, OrderTerms, OrderType, Side,
        StrategyId, Ticks, TimeInForce,
    };

    use super::*;

    fn order(name: &str) -> ManualOrder {
        ManualOrder {
            client_ref: Text::new(name.as_bytes()),
            account: AccountId(0),
            instrument: InstrumentId(0),
            side: Side::Buy,
            order_type: OrderType::Limit,
            price: Ticks(1),
            lots: Lots(1),
            time_in_force: TimeInForce::GoodTillCancel,
            terms: OrderTerms::PLAIN,
            plan: None,
        }
    }

    fn request(id: u64) -> OrderRequest {
        let client_order_id = ClientOrderId::new(OrderId(id), 0);
        OrderRequest {
            kind: RequestKind::New,
            gateway: GatewayId(0),
            account: AccountId(0),
            strategy: StrategyId(1),
            instrument: InstrumentId(0),
            client_order_id,
            original: client_order_id,
            side: Side::Buy,
            order_type: OrderType::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price: Ticks(1),
            lots: Lots(1),
            terms: OrderTerms::PLAIN,
            origin: Nanos::ZERO,
        }
    }

    fn parent(id: u64, status: OrderStatus) -> ParentReport {
        ParentReport {
            id: OrderId(id),
            strategy: StrategyId(1),
            instrument: InstrumentId(0),
            side: Side::Buy,
            status,
            lots: Lots(1),
            cum_lots: Lots(0),
            value: Notional(0),
            exit_lots: Lots(0),
            exit_value: Notional(0),
            children: 0,
        }
    }

    fn reject(id: u64, reason: RejectReason) -> Reject {
        let client_order_id = ClientOrderId::new(OrderId(id), 0);
        let (strategy, instrument) = (StrategyId(1), InstrumentId(0));
        Reject { strategy, instrument, client_order_id, reason }
    }

    #[test]
    fn what_is_decided_before_the_next_input_is_what_it_became() {
        let mut given = Given::default();
        let became = |given: &Given, name: &str| {
            given.find(&Text::new(name.as_bytes())).map(|order| order.became)
        };
        given.on_order(Nanos(1), &order("sent"));
        given.on_request(&request(1));
        given.on_order(Nanos(2), &order("refused"));
        given.on_reject(&reject(2, RejectReason::OrderSize));
        given.on_order(Nanos(3), &order("worked"));
        given.on_request(&request(4));
        given.on_parent(&parent(3, OrderStatus::New));
        given.on_order(Nanos(4), &order("never worked"));
        given.on_reject(&reject(5, RejectReason::PriceCollar));
        given.on_parent(&parent(5, OrderStatus::Rejected));
        given.on_order(Nanos(5), &order("not yet"));
        given.on_input();
        given.on_request(&request(77));
        given.on_order(Nanos(6), &order("sent"));
        given.on_reject(&reject(1, RejectReason::KnownReference));
        let refused = |id, reason| Some(Became::Refused(OrderId(id), reason));
        assert_eq!(became(&given, "sent"), Some(Became::Order(OrderId(1))));
        assert_eq!(became(&given, "refused"), refused(2, RejectReason::OrderSize));
        assert_eq!(became(&given, "worked"), Some(Became::Parent(OrderId(3))));
        assert_eq!(became(&given, "never worked"), refused(5, RejectReason::PriceCollar));
        assert_eq!(became(&given, "not yet"), Some(Became::Nothing));
        assert_eq!(given.find_id(OrderId(3)).map(|it| it.time), Some(Nanos(3)));
        assert_eq!(given.newest_first().count(), 5);
    }

    #[test]
    fn the_oldest_names_are_forgotten() {
        let mut given = Given::default();
        for number in 0..ORDERS_MAX + 1 {
            given.on_order(Nanos(1), &order(&number.to_string()));
        }
        assert_eq!(given.newest_first().count(), ORDERS_MAX);
        assert_eq!(given.find(&Text::new(b"0")), None);
        assert!(given.find(&Text::new(b"1")).is_some());
    }
}
