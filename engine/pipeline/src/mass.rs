//! Requests about all orders of a gateway at once, for brokers that have them.
//!
//! A kill or drain sends one mass cancel instead of a cancel an order. The orders are noted to be
//! cancelled as well: if the broker refuses, or is silent, each is cancelled by itself.

use gannet_types::{
    AccountId, ClientOrderId, ExecKind, ExecutionReport, GatewayId, InstrumentId, Lots, Nanos,
    OrderRequest, OrderTerms, OrderType, Outbox, Output, RequestKind, Scope, Side, StrategyId,
    Ticks, TimeInForce,
};

use crate::Pipeline;
use crate::orders::Order;
use crate::scope::Place;
use crate::strategy::Strategy;

impl<S: Strategy> Pipeline<S> {
    /// Asks for every open order of a gateway at once.
    pub(crate) fn ask_mass_status(&mut self, gateway: GatewayId, outbox: &mut Outbox) {
        self.counters.status_requests += 1;
        self.send_mass(RequestKind::MassStatus, gateway, outbox);
    }

    /// Cancels every open order: at once where the broker can, one by one elsewhere.
    pub(crate) fn cancel_all(&mut self, now: Nanos, outbox: &mut Outbox) {
        self.parents.end(|_| true);
        self.cancel_meant(now, |_| true, true, outbox);
    }

    /// Cancels every open order of a scope. Those of an instrument are cancelled one by one.
    pub(crate) fn cancel_within(&mut self, now: Nanos, scope: Scope, outbox: &mut Outbox) {
        let config = &self.config;
        self.parents.end(|signal| config.place(signal).is_within(scope));
        let at_once = !matches!(scope, Scope::Instrument(_));
        self.cancel_meant(now, |order| Place::of(order).is_within(scope), at_once, outbox);
    }

    /// Cancels the open orders that are meant, `at_once` where a gateway has no others.
    fn cancel_meant(
        &mut self,
        now: Nanos,
        is_meant: impl Fn(&Order) -> bool,
        at_once: bool,
        outbox: &mut Outbox,
    ) {
        for index in 0..self.config.gateways.len() {
            let gateway = GatewayId(index as u8);
            let can = at_once && self.config.gateways[index].capabilities.mass_cancel;
            if can && self.route.is_up(gateway) && self.wants_mass_cancel(gateway, &is_meant) {
                self.counters.cancels += 1;
                let id = self.send_mass(RequestKind::MassCancel, gateway, outbox);
                self.mass_cancels[index] = Some(id);
                self.note_mass_cancel(now, gateway);
            }
        }
        for index in 0..self.orders.open().len() {
            let order = &self.orders.open()[index];
            if is_meant(order) && !order.cancel_wanted {
                self.cancel(now, index, Nanos::ZERO, outbox);
            }
        }
    }

    /// Cancels every open order of a gateway.
    pub(crate) fn cancel_gateway(&mut self, now: Nanos, gateway: GatewayId, outbox: &mut Outbox) {
        self.cancel_meant(now, |order| order.gateway == gateway, true, outbox);
    }

    /// Takes the broker's refusal of a mass cancel; returns whether it was one.
    pub(crate) fn on_mass_cancel_refused(
        &mut self,
        now: Nanos,
        report: &ExecutionReport,
        outbox: &mut Outbox,
    ) -> bool {
        let refused =
            matches!(report.kind, ExecKind::CancelRejected | ExecKind::Rejected | ExecKind::Unsent);
        let sent = self.mass_cancels.get_mut(usize::from(report.gateway.0));
        let Some(sent) = sent.filter(|sent| **sent == Some(report.client_order_id)) else {
            return false;
        };
        if !refused {
            return false;
        }
        *sent = None;
        for index in 0..self.orders.open().len() {
            let order = &self.orders.open()[index];
            if order.gateway == report.gateway && order.cancel_wanted {
                self.cancel(now, index, Nanos::ZERO, outbox);
            }
        }
        true
    }

    /// Returns whether one message saves several, and ends none that is not meant.
    fn wants_mass_cancel(&self, gateway: GatewayId, is_meant: impl Fn(&Order) -> bool) -> bool {
        let mut open = self.orders.open().iter().filter(|order| order.gateway == gateway);
        open.clone().all(is_meant) && open.by_ref().filter(|order| !order.cancel_wanted).count() > 1
    }

    fn note_mass_cancel(&mut self, now: Nanos, gateway: GatewayId) {
        for index in 0..self.orders.open().len() {
            if self.orders.open()[index].gateway == gateway {
                self.orders.update(index, |order| {
                    order.cancel_wanted = true;
                    order.asked_at = now;
                });
            }
        }
    }

    /// Sends a request that is about no order and has an order's id nevertheless.
    fn send_mass(
        &mut self,
        kind: RequestKind,
        gateway: GatewayId,
        outbox: &mut Outbox,
    ) -> ClientOrderId {
        self.send_general(kind, gateway, AccountId::default(), outbox)
    }

    /// The same about an account.
    pub(crate) fn send_general(
        &mut self,
        kind: RequestKind,
        gateway: GatewayId,
        account: AccountId,
        outbox: &mut Outbox,
    ) -> ClientOrderId {
        let id = ClientOrderId::new(self.take_order_id(), 0);
        self.risk.note_message(self.steady.time());
        let request = OrderRequest {
            kind,
            gateway,
            account,
            strategy: StrategyId::default(),
            instrument: InstrumentId::default(),
            client_order_id: id,
            original: id,
            side: Side::Buy,
            order_type: OrderType::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price: Ticks::ZERO,
            lots: Lots::ZERO,
            terms: OrderTerms::PLAIN,
            origin: Nanos::ZERO,
        };
        self.emit(Output::Order(request), outbox);
        id
    }
}
