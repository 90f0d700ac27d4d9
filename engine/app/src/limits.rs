//! The limits of risk as the admin port shows them: every one of every account, instrument and
//! strategy.

use gannet_control::{LimitRow, Limits};
use gannet_pipeline::PipelineConfig;
use gannet_types::{
    AccountId, Instrument, InstrumentId, LimitKind, LimitOf, Scope, StrategyId, Text,
};

/// Returns the limits of the configuration.
#[must_use]
pub fn configured(config: &PipelineConfig) -> Limits {
    let mut rows = Vec::new();
    for (index, account) in (0..).zip(&config.accounts) {
        let scope = Scope::Account(AccountId(index));
        let hard = |limit| account.limits.get(limit);
        rows.extend(each(LimitOf::Account, scope, account.name, None, hard));
    }
    for (index, (&instrument, limits)) in (0..).zip(config.instruments.iter().zip(&config.limits)) {
        let scope = Scope::Instrument(InstrumentId(index));
        let (symbol, hard) = (instrument.symbol, |limit| limits.get(limit));
        rows.extend(each(LimitOf::Instrument, scope, symbol, Some(instrument), hard));
    }
    for (index, strategy) in (0..).zip(&config.strategies) {
        let scope = Scope::Strategy(StrategyId(index));
        let hard = |limit| strategy.limits.get(limit);
        rows.extend(each(LimitOf::Strategy, scope, strategy.name, None, hard));
    }
    Limits::new(rows)
}

/// Returns each limit that such things have, as one of them has it.
fn each<const N: usize>(
    of: LimitOf,
    scope: Scope,
    owner: Text<N>,
    instrument: Option<Instrument>,
    hard: impl Fn(LimitKind) -> Option<u64>,
) -> impl Iterator<Item = LimitRow> {
    LimitKind::ALL.iter().filter(move |limit| limit.of() == of).map(move |&limit| LimitRow {
        limit,
        scope,
        owner: owner.to_string(),
        instrument,
        hard: hard(limit),
    })
}
