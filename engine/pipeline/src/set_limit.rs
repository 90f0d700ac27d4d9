//! The command that changes a limit while trading.

use gannet_types::{LimitKind, LimitOf, Outbox, RejectReason, Scope, may_set};

use crate::Pipeline;
use crate::strategy::Strategy;

impl<S: Strategy> Pipeline<S> {
    /// Sets a limit, if it is one of what is named and not looser than the configuration's. Orders
    /// that are open stay: they passed before.
    pub(crate) fn set_limit(
        &mut self,
        limit: LimitKind,
        scope: Scope,
        value: u64,
        outbox: &mut Outbox,
    ) {
        let allowed = self.hard_limit(limit, scope).is_some_and(|hard| may_set(hard, value));
        if !allowed {
            self.refuse_command(RejectReason::LimitRefused, outbox);
            return;
        }
        match scope {
            Scope::Account(account) => {
                self.risk.set_account_limit(account, limit, value);
                self.watch_exposures(account);
            }
            Scope::Instrument(instrument) => {
                self.risk.of_instrument_mut(instrument).set(limit, value);
            }
            Scope::Strategy(strategy) => {
                self.strategy_risks.set(strategy, limit, value, &self.config.instruments);
            }
        }
    }

    /// Returns what the configuration has of a limit, `Some(None)` for no limit; `None` if it is
    /// not a limit of such a thing, or that is not configured.
    #[expect(clippy::option_option, reason = "no such limit is not the same as no limit")]
    fn hard_limit(&self, limit: LimitKind, scope: Scope) -> Option<Option<u64>> {
        let config = &self.config;
        match (scope, limit.of()) {
            (Scope::Account(account), LimitOf::Account) => {
                Some(config.accounts.get(usize::from(account.0))?.limits.get(limit))
            }
            (Scope::Instrument(instrument), LimitOf::Instrument) => {
                Some(config.limits.get(usize::from(instrument.0))?.get(limit))
            }
            (Scope::Strategy(strategy), LimitOf::Strategy) => {
                Some(config.strategies.get(usize::from(strategy.0))?.limits.get(limit))
            }
            (Scope::Account(_) | Scope::Instrument(_) | Scope::Strategy(_), _) => None,
        }
    }
}
