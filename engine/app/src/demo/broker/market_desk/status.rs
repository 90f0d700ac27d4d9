//! SecurityStatusRequest(e) and its answers (f): whether the broker's venue trades an instrument.
//!
//! A slow session hears less, not later: what waits is that there is something to tell.

use gannet_fix::{Message, Session, Store, tag};
use gannet_types::{Nanos, TradingStatus};

use super::{Quotes, SUBSCRIPTION_REQUEST_TYPE, SUBSCRIPTIONS_MAX, is_over};

pub(super) const REQUEST: &[u8] = b"e";
const STATUS: &[u8] = b"f";

const SECURITY_STATUS_REQ_ID: u32 = 324;
const SECURITY_TRADING_STATUS: u32 = 326;

/// SecurityTradingStatus(326): ready to trade, trading halt, unknown or invalid.
const READY: u64 = 17;
const HALT: u64 = 2;
const UNKNOWN: u64 = 20;

/// Everybody who has asked.
#[derive(Default)]
pub(super) struct Watchers(Vec<Watcher>);

struct Watcher {
    /// SecurityStatusReqID(324).
    name: Vec<u8>,
    symbol: Vec<u8>,
    /// The instrument, if there is one of that symbol.
    index: Option<usize>,
    /// Ends with its answer.
    once: bool,
    is_due: bool,
}

impl Watchers {
    /// Takes a request; returns whether it can be answered.
    pub(super) fn on_request(&mut self, message: &Message<'_>, quotes: &Quotes) -> bool {
        let name = message.get(SECURITY_STATUS_REQ_ID).filter(|name| !name.is_empty());
        let (Some(name), Some(symbol)) = (name, message.get(tag::SYMBOL)) else { return false };
        self.0.retain(|known| known.name != name);
        let index = quotes.find(symbol);
        let once = match message.get(SUBSCRIPTION_REQUEST_TYPE) {
            Some(b"1") => index.is_none(),
            Some(b"2") => return true,
            _ => true,
        };
        if self.0.len() < SUBSCRIPTIONS_MAX {
            let (name, symbol) = (name.to_vec(), symbol.to_vec());
            self.0.push(Watcher { name, symbol, index, once, is_due: true });
        }
        true
    }

    /// Whether an instrument is traded has changed.
    pub(super) fn on_change(&mut self, index: usize) {
        for watcher in self.0.iter_mut().filter(|each| each.index == Some(index)) {
            watcher.is_due = true;
        }
    }

    /// Sends what is due; `None` if nothing is, else whether it went out.
    pub(super) fn answer<S: Store>(
        &mut self,
        now: Nanos,
        quotes: &Quotes,
        session: &mut Session<S>,
    ) -> Option<bool> {
        let place = self.0.iter().position(|each| each.is_due)?;
        let watcher = &mut self.0[place];
        let status = match watcher.index.map(|index| quotes.status(index)) {
            Some(TradingStatus::Trading) => READY,
            Some(TradingStatus::Halted) => HALT,
            None => UNKNOWN,
        };
        let sent = session.send(now.0, STATUS, |writer| {
            writer.bytes(SECURITY_STATUS_REQ_ID, &watcher.name);
            writer.bytes(tag::SYMBOL, &watcher.symbol);
            writer.uint(SECURITY_TRADING_STATUS, status);
        });
        let over = is_over(now, &sent, session);
        watcher.is_due = !over;
        if over && watcher.once {
            self.0.remove(place);
        }
        Some(over)
    }
}
