//! What a file is of, before anything is read of it: symbols, and the steps of prices and sizes.

use std::path::Path;

use anyhow::{Context, ensure};
use gannet_sim::l3::dbn;

use super::file::{Format, Pieces, name_of};
use crate::config::RawInstrument;
use crate::demo::source::decimal;
use crate::offline::recorded::divisor;

/// What a file is of.
#[derive(Debug)]
pub(super) enum Subject {
    /// A whole exchange.
    Everything,
    /// These.
    Of(Vec<RawInstrument>),
}

impl Subject {
    /// Finds out what a file is of. Of DBN that is everything read once, for the steps.
    pub(super) fn of(path: &Path) -> anyhow::Result<Self> {
        let mut pieces = Pieces::open(path)?;
        match pieces.format()? {
            Format::Itch => Ok(Self::Everything),
            Format::Lobster => {
                let name = name_of(path);
                let before = |(index, _): (usize, &str)| (index > 0).then(|| index - 1);
                let parts: Vec<&str> = name.split('_').collect();
                let is_day = |part: &str| super::day::parse(part).is_ok();
                let day = parts.iter().copied().enumerate().find(|(_, part)| is_day(part));
                let symbol = day.and_then(before).map(|index| parts[index]);
                let symbol = symbol.context("its name is not SYMBOL_YEAR-MONTH-DAY_…_message_…")?;
                // Stocks above a dollar are quoted in cents.
                Ok(Self::Of(vec![raw(symbol, "0.01", "1")]))
            }
            Format::Dbn => {
                let header = pieces.header()?;
                let measured = header.symbols.iter().map(|(_, number)| (*number, 0));
                let mut ticks: Vec<(u32, i64)> = measured.collect();
                while let Some(record) = pieces.record()? {
                    if let Some((number, price)) = dbn::price_of(record)
                        && let Some((_, tick)) = ticks.iter_mut().find(|(each, _)| *each == number)
                    {
                        *tick = divisor(*tick, price);
                    }
                }
                let finest = gannet_types::Increment::parse(b"0.000000001")?;
                let mut instruments = Vec::new();
                for ((symbol, _), (_, tick)) in header.symbols.iter().zip(ticks) {
                    let symbol = String::from_utf8_lossy(symbol);
                    ensure!(tick > 0, "it has no price of {symbol} to find the tick by");
                    instruments.push(raw(&symbol, &decimal(&finest, tick), "1"));
                }
                Ok(Self::Of(instruments))
            }
        }
    }

    pub(super) const fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    pub(super) fn symbols(&self) -> impl Iterator<Item = &[u8]> {
        let Self::Of(instruments) = self else { return [].iter().map(symbol) };
        instruments.iter().map(symbol)
    }

    pub(super) fn into_instruments(self) -> Vec<RawInstrument> {
        match self {
            Self::Everything => Vec::new(),
            Self::Of(instruments) => instruments,
        }
    }
}

fn symbol(instrument: &RawInstrument) -> &[u8] {
    instrument.symbol.as_bytes()
}

fn raw(symbol: &str, tick: &str, lot: &str) -> RawInstrument {
    let [symbol, tick, lot] = [symbol, tick, lot].map(str::to_owned);
    RawInstrument::linear(symbol, tick, lot)
}
