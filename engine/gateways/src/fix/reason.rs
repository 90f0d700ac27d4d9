//! Reject reasons as FIX codes and texts.

use gannet_fix::Version;
use gannet_types::RejectReason;

/// Returns the OrdRejReason(103) nearest to `reason`; 99 is "other" and before 4.4 0, the text
/// says which.
pub(super) fn order_reject_code(reason: RejectReason, version: Version) -> u64 {
    let code = match reason {
        RejectReason::MarketClosed => 2,
        RejectReason::UnknownAccount => 15,
        RejectReason::OrderTypeUnsupported
        | RejectReason::TimeInForceUnsupported
        | RejectReason::DisplayUnsupported
        | RejectReason::Unsupported => 11,
        RejectReason::UnknownInstrument => 1,
        RejectReason::OrderSize | RejectReason::OrderNotional | RejectReason::PositionLimit => 3,
        RejectReason::TooLate => 4,
        RejectReason::UnknownOrder => 5,
        RejectReason::DuplicateId => 6,
        RejectReason::BadSize => 13,
        _ => 99,
    };
    let known = match version {
        Version::Fix42 => code <= 8,
        Version::Fix43 => code <= 12,
        _ => true,
    };
    if known { code } else { 0 }
}

/// Returns the CxlRejReason(102) nearest to `reason`; "other" is 99 and before 4.4 2.
pub(super) fn cancel_reject_code(reason: RejectReason, version: Version) -> u64 {
    let code = match reason {
        RejectReason::TooLate => 0,
        RejectReason::UnknownOrder => 1,
        RejectReason::OrderNotReady => 3,
        RejectReason::DuplicateId => 6,
        _ => 99,
    };
    let known = match version {
        Version::Fix42 => code <= 3,
        Version::Fix43 => code <= 6,
        _ => true,
    };
    if known { code } else { 2 }
}

/// Returns the reason of a refused order: by our own words if the broker is ours, else by code.
pub(super) fn order_reject_reason(code: Option<u64>, text: &[u8]) -> RejectReason {
    from_text(text).unwrap_or(match code {
        Some(1) => RejectReason::UnknownInstrument,
        Some(2) => RejectReason::MarketClosed,
        Some(3) => RejectReason::OrderSize,
        Some(4) => RejectReason::TooLate,
        Some(5) => RejectReason::UnknownOrder,
        Some(6) => RejectReason::DuplicateId,
        Some(11) => RejectReason::Unsupported,
        Some(13) => RejectReason::BadSize,
        Some(15) => RejectReason::UnknownAccount,
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
