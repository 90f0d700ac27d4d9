//! What a venue says about an order.

use crate::{
    ClientOrderId, GatewayId, InstrumentId, Lots, Nanos, Notional, PositionEffect, RejectReason,
    Side, Text, Ticks,
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
    /// A stop was set off; the order works.
    Triggered,
    /// Price or size were changed by the venue itself.
    Restated,
    /// The venue keeps the order, but it cannot trade for now.
    Suspended,
    /// The venue guarantees a price for some of it.
    Stopped,
    /// Nothing more will trade this day.
    DoneForDay,
    /// The day's trades were added up; nothing changes.
    Calculated,
    /// The trade named by `exec_ref_id` never happened.
    TradeCancel,
    /// The trade named by `exec_ref_id` was of `last_lots` at `last_price`.
    TradeCorrect,
}

impl ExecKind {
    /// Every kind.
    pub const ALL: [Self; 20] = [
        Self::PendingNew,
        Self::New,
        Self::Trade,
        Self::Canceled,
        Self::Replaced,
        Self::Rejected,
        Self::Expired,
        Self::CancelRejected,
        Self::PendingCancel,
        Self::PendingReplace,
        Self::Status,
        Self::Unsent,
        Self::Triggered,
        Self::Restated,
        Self::Suspended,
        Self::Stopped,
        Self::DoneForDay,
        Self::Calculated,
        Self::TradeCancel,
        Self::TradeCorrect,
    ];

    /// Returns whether it takes back or changes a trade that was reported before.
    #[must_use]
    pub const fn is_correction(self) -> bool {
        matches!(self, Self::TradeCancel | Self::TradeCorrect)
    }
}

/// The venue's id of an execution (FIX 17) or of an order (FIX 37): a UUID fits. Longer ones are
/// cut.
pub type VenueId = Text<40>;

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
    /// Lots of this trade, or of the trade as corrected; zero otherwise.
    pub last_lots: Lots,
    /// Price of this trade.
    pub last_price: Ticks,
    /// Lots traded so far.
    pub cum_lots: Lots,
    /// Lots still working.
    pub leaves_lots: Lots,
    /// The limit that now holds, after a replacement.
    pub price: Ticks,
    /// Whether it is about an order that opens or closes a side of a hedged account, as far as the
    /// venue says so (FIX 77).
    pub position_effect: PositionEffect,
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
    pub exec_id: VenueId,
    /// The venue's id of the execution that is corrected (FIX 19); empty otherwise.
    pub exec_ref_id: VenueId,
    /// The venue's id of the order (FIX 37).
    pub venue_order_id: VenueId,
}
