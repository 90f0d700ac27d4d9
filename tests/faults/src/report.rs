//! Reports that no exchange makes: refusals at the door, and that a request never left.

use gannet_types::{
    ExecKind, ExecutionReport, Liquidity, Lots, Nanos, Notional, OrderRequest, RejectReason, Text,
    Ticks,
};

/// Makes a report about a request and no order.
#[must_use]
pub fn about(request: &OrderRequest, kind: ExecKind, reason: RejectReason) -> ExecutionReport {
    ExecutionReport {
        gateway: request.gateway,
        instrument: request.instrument,
        kind,
        client_order_id: request.client_order_id,
        side: request.side,
        last_lots: Lots::ZERO,
        last_price: Ticks::ZERO,
        cum_lots: Lots::ZERO,
        leaves_lots: Lots::ZERO,
        price: Ticks::ZERO,
        position_effect: gannet_types::PositionEffect::None,
        fee: Notional::ZERO,
        liquidity: Liquidity::Unknown,
        reason,
        transact_time: Nanos::ZERO,
        received: Nanos::ZERO,
        session_sequence: 0,
        exec_id: Text::default(),
        exec_ref_id: Text::default(),
        venue_order_id: Text::default(),
    }
}
