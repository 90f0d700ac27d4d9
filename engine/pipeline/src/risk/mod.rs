//! Pre-trade risk: what every new order and replacement must pass, in the order of
//! `PreTradeRisk::check`.
//!
//! The first that fails gives the reason; the message rate comes last so that refused orders use
//! none of it. Cancels pass through none of them. `docs/risk.md` tells of each, of its limit, and
//! which of them let through what only makes a position smaller.
//!
//! Hot: called per order.

use gannet_types::{
    AccountId, InstrumentId, LimitKind, Lots, Nanos, RejectReason, Side, StrategyId,
};

pub use hours::OpenInterval;
pub use limits::{AccountLimits, InstrumentLimits, RiskLimits, StrategyLimits};
pub use portfolio_limits::{NO_RATIO, PortfolioLimits};
pub use setup::RiskSetup;
pub use var::{RETURNS_MAX, VarConfig};

pub(crate) use account::AccountRisk;
pub(crate) use by_strategy::{StrategyFacts, StrategyRisks};
pub(crate) use exposures::Exposures;
pub(crate) use portfolio::Standing;
pub(crate) use proposal::{Facts, Proposal, Reference, Taking};
pub(crate) use recent::{MessageWindow, OrderShape, RecentOrders};
pub(crate) use worth::{Holding, Price, Worth};

use checks::{Check, refuse_if};
use frequency::TradeFrequency;
use hours::TradingHours;
use portfolio::{After, Own};
use var::ValueAtRisk;

mod account;
mod by_strategy;
mod checks;
mod exposures;
mod frequency;
mod hours;
mod limit_table;
mod limits;
mod portfolio;
mod portfolio_limits;
mod proposal;
mod ratio;
mod recent;
mod setup;
#[cfg(test)]
mod tests;
mod var;
mod worth;

/// The checks and what they remember.
pub(crate) struct PreTradeRisk {
    limits: RiskLimits,
    messages: MessageWindow,
    recent: RecentOrders,
    /// By account.
    accounts: Vec<AccountRisk>,
    /// What stands of each instrument.
    instruments: Vec<InstrumentLimits>,
    pub(crate) exposures: Exposures,
    frequency: TradeFrequency,
    pub(crate) hours: TradingHours,
    pub(crate) var: Option<ValueAtRisk>,
}

impl PreTradeRisk {
    pub(crate) fn new(
        limits: RiskLimits,
        setup: &RiskSetup,
        accounts: impl IntoIterator<Item = AccountLimits>,
        of_instruments: &[InstrumentLimits],
        strategies: usize,
    ) -> Self {
        let instruments = of_instruments.len();
        let (trades_max, window) = (setup.trades_per_window_max, setup.trade_window);
        let accounts: Vec<_> = accounts.into_iter().map(AccountRisk::new).collect();
        let count = accounts.len();
        let mut var = setup.var.map(|config| ValueAtRisk::new(config, count, instruments));
        if let Some(measures) = &mut var {
            for (id, account) in (0..).zip(&accounts) {
                measures.allow(AccountId(id), account.limits().portfolio.parametric_var_max);
            }
        }
        Self {
            limits,
            messages: MessageWindow::new(limits.messages_max, limits.message_window),
            recent: RecentOrders::new(limits.duplicate_window),
            exposures: Exposures::new(count, instruments, &setup.groups),
            frequency: TradeFrequency::new(strategies, instruments, trades_max, window),
            var,
            hours: TradingHours::new(&setup.calendars, &setup.followed, setup.closing_window),
            accounts,
            instruments: of_instruments.to_vec(),
        }
    }

    pub(crate) fn limits(&self) -> &RiskLimits {
        &self.limits
    }

    /// Returns what an account that is configured has lost and done.
    pub(crate) fn account(&self, account: AccountId) -> &AccountRisk {
        &self.accounts[usize::from(account.0)]
    }

    /// Sets a limit of an account that is configured.
    pub(crate) fn set_account_limit(&mut self, account: AccountId, limit: LimitKind, value: u64) {
        let limits = self.account_mut(account).set_limit(limit, value);
        let max = limits.portfolio.parametric_var_max;
        if let Some(measures) = &mut self.var {
            measures.allow(account, max);
        }
    }

    /// Returns the same, to tell it what happens.
    pub(crate) fn account_mut(&mut self, account: AccountId) -> &mut AccountRisk {
        &mut self.accounts[usize::from(account.0)]
    }

    /// Returns the limits of an instrument as they stand.
    pub(crate) fn of_instrument(&self, instrument: InstrumentId) -> &InstrumentLimits {
        &self.instruments[usize::from(instrument.0)]
    }

    /// Returns the same, to change them.
    pub(crate) fn of_instrument_mut(&mut self, instrument: InstrumentId) -> &mut InstrumentLimits {
        &mut self.instruments[usize::from(instrument.0)]
    }

    /// Returns what an account has besides an instrument.
    #[inline]
    pub(crate) fn standing(&self, account: AccountId, instrument: InstrumentId) -> Standing {
        Standing {
            account,
            elsewhere: self.exposures.elsewhere(account, instrument),
            tails: self.var.as_ref().and_then(|measures| measures.tails(instrument)),
            profit: self.account(account).profit(),
        }
    }

    /// Returns whether a strategy has sent as many orders in an instrument as it may, at the steady
    /// time `now`.
    pub(crate) fn is_frequent(
        &self,
        now: Nanos,
        strategy: StrategyId,
        instrument: InstrumentId,
    ) -> bool {
        self.frequency.is_full(now, strategy, instrument)
    }

    /// Passes the proposal through all checks; `own` are the limits of its instrument, `now` is the
    /// steady time.
    #[inline]
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
        checks::hours(facts, reduces)?;
        checks::restricted(own, reduces)?;
        checks::block(facts, reduces)?;
        checks::order_size(own, shape)?;
        checks::order_notional(own, shape, facts, twice_mid)?;
        checks::order_notional_min(own, shape, facts, reduces)?;
        if let Some(twice_centre) = proposal.reference.twice_centre(twice_mid) {
            checks::price_collar(limits, shape.price, twice_centre)?;
        }
        checks::liquidity(limits, shape.lots, &facts.taking, twice_mid)?;
        checks::self_trade(proposal, facts)?;
        checks::position(own, proposal, facts)?;
        checks::reduce_only(proposal, facts)?;
        if !reduces {
            self.check_portfolio(proposal, facts, twice_mid)?;
            checks::frequency(proposal, facts)?;
        }
        checks::open_orders(limits, proposal, facts)?;
        checks::open_in_instrument(limits, proposal, facts)?;
        checks::loss(own, facts)?;
        self.duplicate(now, proposal)?;
        self.message_rate(now)
    }

    /// Passes what makes a position larger through the checks of the account as a whole.
    #[inline]
    fn check_portfolio(&self, proposal: &Proposal, facts: &Facts, twice_mid: i128) -> Check {
        portfolio::stop_side(proposal)?;
        let standing = &facts.standing;
        if !self.account(standing.account).is_limited() {
            return Ok(());
        }
        let account = self.account(standing.account).limits();
        let (limits, side) = (&account.portfolio, proposal.shape.side);
        let own = Own::of(proposal, facts, twice_mid);
        let after = After::of(side, &own, standing, limits);
        checks::exposure(account, &after)?;
        portfolio::net_exposure(limits, &after)?;
        portfolio::leverage(limits, &after)?;
        portfolio::open_positions(limits, standing)?;
        portfolio::trade_risk(limits, proposal, facts, &own, &after)?;
        portfolio::concentration(limits, &own, standing)?;
        portfolio::correlation(limits, &own, standing)?;
        portfolio::credit(limits, &after, standing)?;
        portfolio::credit_of_all(limits, &own, standing)?;
        portfolio::historical_var(limits, side, &own, standing)?;
        let measures = self.var.as_ref();
        portfolio::parametric_var(limits, &proposal.shape, &own, standing, measures)
    }

    /// Notes that a request of any kind is sent, at the steady time `now`.
    pub(crate) fn note_message(&mut self, now: Nanos) {
        self.messages.note(now);
    }

    /// Notes that a new order is sent, at `clock` and the steady time `now`.
    pub(crate) fn note_order(
        &mut self,
        clock: Nanos,
        now: Nanos,
        account: AccountId,
        proposal: &Proposal,
    ) {
        self.recent.note(now, proposal.strategy, proposal.shape);
        self.frequency.note(now, proposal.strategy, proposal.shape.instrument);
        self.account_mut(account).note_order(clock);
    }

    /// Forgets the last new order of this kind: it never left.
    pub(crate) fn forget_order(
        &mut self,
        strategy: StrategyId,
        instrument: InstrumentId,
        side: Side,
        lots: Lots,
    ) {
        self.recent.forget(strategy, |shape| {
            (shape.instrument, shape.side, shape.lots) == (instrument, side, lots)
        });
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
