//! Reject reasons as FIX codes and texts.

use gannet_types::RejectReason;

/// Returns the OrdRejReason(103) nearest to `reason`; 99 is "other", the text says which.
pub(super) const fn order_reject_code(reason: RejectReason) -> u64 {
    match reason {
        RejectReason::UnknownInstrument => 1,
        RejectReason::OrderSize | RejectReason::OrderNotional | RejectReason::PositionLimit => 3,
        RejectReason::TooLate => 4,
        RejectReason::UnknownOrder => 5,
        RejectReason::DuplicateId => 6,
        RejectReason::BadSize => 13,
        _ => 99,
    }
}

/// Returns the CxlRejReason(102) nearest to `reason`.
pub(super) const fn cancel_reject_code(reason: RejectReason) -> u64 {
    match reason {
        RejectReason::TooLate => 0,
        RejectReason::UnknownOrder => 1,
        RejectReason::OrderNotReady => 3,
        RejectReason::DuplicateId => 6,
        _ => 99,
    }
}

/// Returns the reason of a refused order: by our own words if the broker is ours, else by code.
pub(super) fn order_reject_reason(code: Option<u64>, text: &[u8]) -> RejectReason {
    from_text(text).unwrap_or(match code {
        Some(1) => RejectReason::UnknownInstrument,
        Some(3) => RejectReason::OrderSize,
        Some(4) => RejectReason::TooLate,
        Some(5) => RejectReason::UnknownOrder,
        Some(6) => RejectReason::DuplicateId,
        Some(13) => RejectReason::BadSize,
        _ => RejectReason::Venue,
    })
}

/// Returns the reason of a refused cancel or replacement.
pub(super) fn cancel_reject_reason(code: Option<u64>, text: &[u8]) -> RejectReason {
    from_text(text).unwrap_or(match code {
        Some(0) => RejectReason::TooLate,
        Some(1) => RejectReason::UnknownOrder,
        Some(3) => RejectReason::OrderNotReady,
        Some(6) => RejectReason::DuplicateId,
        _ => RejectReason::Venue,
    })
}

fn from_text(text: &[u8]) -> Option<RejectReason> {
    RejectReason::ALL
        .iter()
        .copied()
        .find(|reason| *reason != RejectReason::None && reason.text().as_bytes() == text)
}
