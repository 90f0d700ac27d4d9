//! What a venue says about an order.

use crate::{
    ClientOrderId, GatewayId, InstrumentId, Lots, Nanos, Notional, RejectReason, Side, Text, Ticks,
};

/// What an execution report says (FIX 150, and 35=9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecKind {
    /// The venue has the order but did not accept it yet.
    PendingNew,
    /// The order works.
    New,
    /// Some of it, or the rest of it, traded.
    Trade,
    /// It was cancelled.
    Canceled,
    /// It was replaced.
    Replaced,
    /// It was refused.
    Rejected,
    /// Its time ran out.
    Expired,
    /// The cancel or replace was refused; the order stays as it was.
    CancelRejected,
    /// A cancel was received.
    PendingCancel,
    /// A replacement was received.
    PendingReplace,
    /// The answer to a status request: the order works, with `cum_lots` filled.
    Status,
    /// From our own gateway: the request provably never left this machine.
    Unsent,
}

/// Who was there first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Liquidity {
    /// Not said.
    #[default]
    Unknown,
    /// We were resting.
    Maker,
    /// We took.
    Taker,
}

/// One report about one order (FIX 8, and 9 as [`ExecKind::CancelRejected`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecutionReport {
    /// Which gateway heard it.
    pub gateway: GatewayId,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// What is said.
    pub kind: ExecKind,
    /// The id of the request it answers (FIX 11), the order's last accepted id if unsolicited.
    pub client_order_id: ClientOrderId,
    /// Buy or sell.
    pub side: Side,
    /// Lots of this trade; zero unless `kind` is `Trade`.
    pub last_lots: Lots,
    /// Price of this trade.
    pub last_price: Ticks,
    /// Lots traded so far.
    pub cum_lots: Lots,
    /// Lots still working.
    pub leaves_lots: Lots,
    /// The limit that now holds, after a replacement.
    pub price: Ticks,
    /// The fee of this trade; negative is a rebate.
    pub fee: Notional,
    /// Whether we made or took.
    pub liquidity: Liquidity,
    /// Why it was refused; [`RejectReason::None`] otherwise.
    pub reason: RejectReason,
    /// When the venue says it happened.
    pub transact_time: Nanos,
    /// When its bytes were read from the socket, on our clock.
    pub received: Nanos,
    /// The sequence number of the message that carried it (FIX 34); zero if there is none.
    /// After a crash the session resumes after the last one that was journaled.
    pub session_sequence: u64,
    /// The venue's id of the execution (FIX 17).
    pub exec_id: Text<24>,
    /// The venue's id of the order (FIX 37).
    pub venue_order_id: Text<24>,
}
