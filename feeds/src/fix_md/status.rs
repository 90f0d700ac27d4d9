//! What SecurityStatus(f) says of an instrument: whether orders trade.

use gannet_fix::Message;
use gannet_types::TradingStatus;

use super::entry;
use super::request::SECURITY_STATUS_REQ_ID;

const SECURITY_TRADING_STATUS: u32 = 326;

/// Returns whether orders trade, if the message says that: news about auctions and imbalances does
/// not.
pub(super) fn read(message: &Message<'_>) -> Option<TradingStatus> {
    Some(match message.get(SECURITY_TRADING_STATUS)? {
        // Resume; ready to trade; fast market.
        b"3" | b"17" | b"23" => TradingStatus::Trading,
        // Opening delay; trading halt; no open and no resume; not available for trading; not traded
        // on this market; unknown or invalid; before the open; after the close.
        b"1" | b"2" | b"4" | b"18" | b"19" | b"20" | b"21" | b"26" => TradingStatus::Halted,
        _ => return None,
    })
}

/// Returns the slot of the subscription that a message answers, if it says so.
pub(super) fn slot(message: &Message<'_>) -> Option<usize> {
    let name = entry::unsigned(message.get(SECURITY_STATUS_REQ_ID)?)?;
    usize::try_from(name.checked_sub(1)?).ok()
}
