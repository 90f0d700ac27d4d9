//! `[currencies]`: what the account counts in, and what others are worth.

use anyhow::{Context, ensure};
use gannet_pipeline::Currencies;
use gannet_types::{CurrencyId, Instrument, Rate};

use super::instruments::said;
use super::raw::{RawCurrencies, RawInstrument};

/// Most currencies besides the account's.
const OTHERS_MAX: usize = 32;

/// What people call currencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurrencyNames {
    /// The account's; empty if it has no name.
    pub account: String,
    /// The others, in the order of their ids from 1 on.
    pub others: Vec<String>,
}

/// Checks what was written.
pub(super) fn currencies(
    raw: &RawCurrencies,
    written: &[RawInstrument],
    instruments: &[Instrument],
) -> anyhow::Result<(Currencies, CurrencyNames)> {
    let count = raw.others.len();
    ensure!(count <= OTHERS_MAX, "currencies.others: at most {OTHERS_MAX}");
    ensure!(
        count == 0 || is_name(&raw.account),
        "currencies.account must name the account's currency, as there are others"
    );
    let mut quoted = vec![CurrencyId::default(); instruments.len()];
    let (mut rates, mut names) = (Vec::new(), Vec::new());
    for (id, other) in (1..).map(CurrencyId).zip(&raw.others) {
        let name = &other.name;
        ensure!(
            is_name(name),
            "currencies.others: name `{name}` must be 2 to 12 letters and digits"
        );
        let is_new = *name != raw.account && !names.contains(name);
        ensure!(is_new, "currencies.others: `{name}` is there twice");
        let rate = Rate::parse(other.rate.as_bytes()).with_context(|| {
            format!("currencies.others: rate of {name}: `{}` is no positive decimal", other.rate)
        })?;
        for symbol in &other.symbols {
            let place = instruments.iter().position(|it| it.symbol.as_bytes() == symbol.as_bytes());
            let place = place.with_context(|| {
                format!("currencies.others: `{symbol}` of {name} is no [[instrument]]")
            })?;
            ensure!(
                quoted[place] == CurrencyId::default(),
                "currencies.others: `{symbol}` is quoted in two currencies"
            );
            quoted[place] = id;
        }
        rates.push(rate);
        names.push(name.clone());
    }
    for (place, instrument) in written.iter().enumerate() {
        let Some(name) = said(&instrument.settlement_currency) else { continue };
        let settled = settled(raw, name).with_context(|| {
            format!(
                "instrument.settlement_currency of {}: `{name}` is neither currencies.account nor in \
                 currencies.others",
                instrument.symbol
            )
        })?;
        let is_free = quoted[place] == CurrencyId::default() || quoted[place] == settled;
        ensure!(
            is_free,
            "currencies.others: `{}` is listed in another currency than its settlement_currency \
             `{name}`",
            instrument.symbol
        );
        quoted[place] = settled;
    }
    let names = CurrencyNames { account: raw.account.clone(), others: names };
    Ok((Currencies { quoted, rates }, names))
}

/// Returns the currency of a name.
fn settled(raw: &RawCurrencies, name: &str) -> Option<CurrencyId> {
    if *name == raw.account {
        return is_name(name).then_some(CurrencyId::default());
    }
    let mut others = (1..).map(CurrencyId).zip(&raw.others);
    others.find(|(_, other)| other.name == name).map(|(id, _)| id)
}

fn is_name(name: &str) -> bool {
    (2..=12).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
