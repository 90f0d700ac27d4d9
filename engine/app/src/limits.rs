//! The limits of risk as the admin port shows them: every one of every account and instrument.

use gannet_control::{LimitRow, Limits};
use gannet_pipeline::PipelineConfig;
use gannet_types::{AccountId, InstrumentId, LimitKind, LimitOf, Scope};

/// Returns the limits of the configuration.
#[must_use]
pub fn configured(config: &PipelineConfig) -> Limits {
    let of = |limits: LimitOf| LimitKind::ALL.iter().copied().filter(move |it| it.of() == limits);
    let mut rows = Vec::new();
    for (index, account) in (0_u16..).zip(&config.accounts) {
        rows.extend(of(LimitOf::Account).map(|limit| LimitRow {
            limit,
            scope: Scope::Account(AccountId(index)),
            owner: account.name.to_string(),
            instrument: None,
            hard: account.limits.get(limit),
        }));
    }
    for (index, (instrument, limits)) in
        (0_u16..).zip(config.instruments.iter().zip(&config.limits))
    {
        rows.extend(of(LimitOf::Instrument).map(|limit| LimitRow {
            limit,
            scope: Scope::Instrument(InstrumentId(index)),
            owner: instrument.symbol.to_string(),
            instrument: Some(*instrument),
            hard: limits.get(limit),
        }));
    }
    Limits::new(rows)
}
