//! `[[instrument]]`: what is traded, and how it settles.

use anyhow::{Context, bail, ensure};
use gannet_pipeline::config::INSTRUMENTS_MAX;
use gannet_types::{Increment, Instrument, InstrumentId, InstrumentKind, Rate, Text};

use super::raw::RawInstrument;

impl RawInstrument {
    /// A linear instrument without limits of its own.
    #[must_use]
    pub const fn linear(symbol: String, tick: String, lot: String) -> Self {
        Self {
            symbol,
            tick,
            lot,
            kind: None,
            contract: None,
            settlement_currency: None,
            order_quantity_max: None,
            order_notional_min: None,
            order_notional_max: None,
            position_quantity_max: None,
            loss_max: None,
        }
    }
}

/// Checks what was written.
pub(super) fn instruments(raw: &[RawInstrument]) -> anyhow::Result<Vec<Instrument>> {
    let count = raw.len();
    ensure!((1..=INSTRUMENTS_MAX).contains(&count), "1 to {INSTRUMENTS_MAX} [[instrument]]s");
    let mut instruments: Vec<Instrument> = Vec::new();
    for (id, raw) in (0..).map(InstrumentId).zip(raw) {
        let symbol = Text::new(raw.symbol.as_bytes());
        let plain = raw.symbol.bytes().all(|byte| byte.is_ascii_alphanumeric());
        ensure!(
            plain && !raw.symbol.is_empty() && symbol.as_bytes().len() == raw.symbol.len(),
            "instrument.symbol `{}` must be 1 to 24 letters and digits",
            raw.symbol
        );
        ensure!(
            instruments.iter().all(|other| other.symbol != symbol),
            "instrument.symbol `{symbol}` is there twice"
        );
        let step = |text: &str, key: &str| {
            Increment::parse(text.as_bytes())
                .with_context(|| format!("{key} of {symbol}: `{text}` is no positive decimal"))
        };
        let tick = step(&raw.tick, "instrument.tick")?;
        let lot = step(&raw.lot, "instrument.lot")?;
        let kind = kind(raw)?;
        let instrument = Instrument { id, symbol, tick, lot, kind };
        ensure!(
            instrument.has_money_unit(),
            "instrument.kind of {symbol}: the tick of an inverse contract must divide a power of ten, \
             and tick, lot and contract together must not have more than 18 digits"
        );
        instruments.push(instrument);
    }
    Ok(instruments)
}

/// Leaves out of the journal's words what says nothing, so that they are those of journals from before
/// the keys were there.
pub(super) fn decisive(table: &mut toml::Table) {
    let written = table.get_mut("instrument").and_then(toml::Value::as_array_mut);
    for instrument in written.into_iter().flatten().filter_map(toml::Value::as_table_mut) {
        let says = |key: &str, text: &str| !text.is_empty() && (key, text) != ("kind", "linear");
        instrument.retain(|key, value| value.as_str().is_none_or(|text| says(key, text)));
    }
}

/// Returns what a key says; one that is empty says nothing.
pub(super) fn said(key: &Option<String>) -> Option<&str> {
    key.as_deref().filter(|text| !text.is_empty())
}

fn kind(raw: &RawInstrument) -> anyhow::Result<InstrumentKind> {
    let symbol = &raw.symbol;
    match said(&raw.kind) {
        None | Some("linear" | "spot") => {
            for (key, given) in
                [("contract", &raw.contract), ("settlement_currency", &raw.settlement_currency)]
            {
                let given = said(given).is_some();
                ensure!(!given, "instrument.{key} of {symbol} is for `kind = \"inverse\"` only");
            }
            Ok(InstrumentKind::Linear)
        }
        Some("inverse") => {
            let contract = said(&raw.contract).with_context(|| {
                format!(
                    "instrument.contract of {symbol} must say what a quantity of one is worth in the \
                     quote currency, as it is inverse"
                )
            })?;
            let contract = Rate::parse(contract.as_bytes()).with_context(|| {
                format!("instrument.contract of {symbol}: `{contract}` is no positive decimal")
            })?;
            // Limits of all instruments are in other units: none of them would hold.
            for (key, given) in [
                ("settlement_currency", &raw.settlement_currency),
                ("order_quantity_max", &raw.order_quantity_max),
                ("order_notional_max", &raw.order_notional_max),
                ("position_quantity_max", &raw.position_quantity_max),
                ("loss_max", &raw.loss_max),
            ] {
                ensure!(
                    said(given).is_some(),
                    "instrument.{key} of {symbol} must be given, as it is inverse: what [risk] says is \
                     in other units"
                );
            }
            Ok(InstrumentKind::Inverse { contract })
        }
        Some(other) => {
            bail!("instrument.kind of {symbol}: `{other}` is not `linear`, `spot` or `inverse`")
        }
    }
}

#[cfg(test)]
mod tests;
