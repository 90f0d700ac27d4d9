//! Pre-trade risk: what every new order and replacement must pass, in this order.
//!
//! ```text
//!  1 kill switch, halt, draining         10 price collar
//!  2 gateway ready                       11 slippage and liquidity
//!  3 market live, quoted on both sides   12 self-trade
//!  4 size positive                       13 position limit
//!  5 price positive                      14 gross exposure
//!  6 restricted list                     15 open orders, of all and of the instrument
//!  7 losses and orders of the day        16 loss limit of the instrument
//!  8 order size                          17 duplicate
//!  9 largest and smallest notional       18 message rate
//! ```
//!
//! The first that fails gives the reason; the message rate comes last so that refused orders use
//! none of it. Cancels pass through none of them. What only makes a position smaller passes 6, 7,
//! 14 and the smallest notional.
//!
//! Hot: called per order.

use gannet_types::{AccountId, Nanos, RejectReason};

pub use limits::{AccountLimits, InstrumentLimits, RiskLimits};

pub(crate) use account::AccountRisk;
pub(crate) use proposal::{Facts, Proposal, Reference, Taking};
pub(crate) use recent::{MessageWindow, OrderShape, RecentOrders};

use checks::{Check, refuse_if};

mod account;
mod checks;
mod limits;
mod proposal;
mod recent;
#[cfg(test)]
mod tests;

/// The checks and what they remember.
pub(crate) struct PreTradeRisk {
    limits: RiskLimits,
    messages: MessageWindow,
    recent: RecentOrders,
    /// By account.
    accounts: Vec<AccountRisk>,
}

impl PreTradeRisk {
    pub(crate) fn new(
        limits: RiskLimits,
        accounts: impl IntoIterator<Item = AccountLimits>,
    ) -> Self {
        Self {
            limits,
            messages: MessageWindow::new(limits.messages_max, limits.message_window),
            recent: RecentOrders::new(limits.duplicate_window),
            accounts: accounts.into_iter().map(AccountRisk::new).collect(),
        }
    }

    pub(crate) fn limits(&self) -> &RiskLimits {
        &self.limits
    }

    /// Returns what an account that is configured has lost and done.
    pub(crate) fn account(&self, account: AccountId) -> &AccountRisk {
        &self.accounts[usize::from(account.0)]
    }

    /// Returns the same, to tell it what happens.
    pub(crate) fn account_mut(&mut self, account: AccountId) -> &mut AccountRisk {
        &mut self.accounts[usize::from(account.0)]
    }

    /// Passes the proposal through all checks; `own` are the limits of its instrument.
    pub(crate) fn check(
        &self,
        now: Nanos,
        proposal: &Proposal,
        own: &InstrumentLimits,
        facts: &Facts,
    ) -> Check {
        let (limits, shape) = (&self.limits, &proposal.shape);
        checks::halt(facts)?;
        checks::gateway(facts)?;
        let twice_mid = checks::market(facts)?;
        checks::size(proposal)?;
        checks::price(shape)?;
        let reduces = checks::reduces(proposal, facts);
        checks::restricted(own, reduces)?;
        checks::block(facts, reduces)?;
        checks::order_size(own, shape)?;
        checks::order_notional(own, shape)?;
        checks::order_notional_min(own, shape, reduces)?;
        if let Some(twice_centre) = proposal.reference.twice_centre(twice_mid) {
            checks::price_collar(limits, shape.price, twice_centre)?;
        }
        checks::liquidity(limits, shape.lots, &facts.taking, twice_mid)?;
        checks::self_trade(proposal, facts)?;
        checks::position(own, proposal, facts)?;
        checks::exposure(proposal, facts, twice_mid, reduces)?;
        checks::open_orders(limits, proposal, facts)?;
        checks::open_in_instrument(limits, proposal, facts)?;
        checks::loss(own, facts)?;
        self.duplicate(now, proposal)?;
        self.message_rate(now)
    }

    /// Notes that a request of any kind is sent.
    pub(crate) fn note_message(&mut self, now: Nanos) {
        self.messages.note(now);
    }

    /// Notes that a new order is sent.
    pub(crate) fn note_order(&mut self, now: Nanos, account: AccountId, proposal: &Proposal) {
        self.recent.note(now, proposal.strategy, proposal.shape);
        self.account_mut(account).note_order(now);
    }

    fn duplicate(&self, now: Nanos, proposal: &Proposal) -> Check {
        let again =
            proposal.is_new && self.recent.contains(now, proposal.strategy, &proposal.shape);
        refuse_if(again, RejectReason::Duplicate)
    }

    fn message_rate(&self, now: Nanos) -> Check {
        refuse_if(self.messages.is_full(now), RejectReason::MessageRate)
    }
}
