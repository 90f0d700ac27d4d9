//! Limits that people change while trading.

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
        let allowed = match (scope, limit.of()) {
            (Scope::Account(account), LimitOf::Account) => {
                let hard = self.config.accounts.get(usize::from(account.0));
                let allowed = hard.is_some_and(|hard| may_set(hard.limits.get(limit), value));
                if allowed {
                    self.risk.set_account_limit(account, limit, value);
                    self.watch_exposures(account);
                }
                allowed
            }
            (Scope::Instrument(instrument), LimitOf::Instrument) => {
                let hard = self.config.limits.get(usize::from(instrument.0));
                let allowed = hard.is_some_and(|hard| may_set(hard.get(limit), value));
                if allowed {
                    self.risk.of_instrument_mut(instrument).set(limit, value);
                }
                allowed
            }
            (Scope::Account(_) | Scope::Instrument(_) | Scope::Strategy(_), _) => false,
        };
        if !allowed {
            self.refuse_command(RejectReason::LimitRefused, outbox);
        }
    }
}
