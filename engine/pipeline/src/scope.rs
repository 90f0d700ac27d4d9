//! What an instruction is about: an instrument, an account or a strategy.

use gannet_types::{AccountId, InstrumentId, RejectReason, Scope, StrategyId};

use crate::orders::Order;

/// Who trades what: all that a scope can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) strategy: StrategyId,
    pub(crate) account: AccountId,
    pub(crate) instrument: InstrumentId,
}

impl Place {
    pub(crate) const fn of(order: &Order) -> Self {
        let Order { strategy, account, instrument, .. } = *order;
        Self { strategy, account, instrument }
    }

    /// Returns whether it is within `scope`.
    pub(crate) fn is_within(self, scope: Scope) -> bool {
        match scope {
            Scope::Instrument(instrument) => self.instrument == instrument,
            Scope::Account(account) => self.account == account,
            Scope::Strategy(strategy) => self.strategy == strategy,
        }
    }
}

/// Why nothing is sent in a scope that a person has halted.
pub(crate) const fn halt_reason(scope: Scope) -> RejectReason {
    match scope {
        Scope::Instrument(_) => RejectReason::InstrumentHalted,
        Scope::Account(_) => RejectReason::AccountHalted,
        Scope::Strategy(_) => RejectReason::StrategyHalted,
    }
}
