//! The venue's word about positions, and what its back office may do to them.

use gannet_types::{
    AccountId, InstrumentId, Lots, Nanos, OrderRequest, PositionTold, RejectReason, VenuePosition,
};

use super::Exchange;
use super::order::Order;

impl Exchange {
    /// Books lots into an account, or out of it if negative, that nobody traded. Nobody is told
    /// either: who holds the account sees it when they ask.
    pub fn transfer(&mut self, account: AccountId, instrument: InstrumentId, lots: Lots) {
        self.desk.accounts.transfer(account, instrument, lots);
    }

    /// Tells every position of the account that asks, those it has closed but paid or received
    /// funding for included.
    pub(super) fn tell_positions(&mut self, at: Nanos, request: &OrderRequest) {
        let held: Vec<PositionTold> = self.desk.accounts.held(request.account).collect();
        let head =
            if held.is_empty() { PositionTold::NoPositions } else { PositionTold::Announced };
        let question = VenuePosition {
            gateway: request.gateway,
            account: Some(request.account),
            request: request.client_order_id,
            told: head,
            reports: u32::try_from(held.len()).ok(),
            session_sequence: 0,
            received: Nanos::ZERO,
        };
        let nothing = Order::refused(request, RejectReason::None);
        for told in std::iter::once(head).chain(held) {
            self.desk.tell(at, &nothing, VenuePosition { told, ..question });
        }
    }
}
