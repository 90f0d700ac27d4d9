//! The books of a journal, and what they add up to.

use std::collections::BTreeMap;

use anyhow::Context;
use gannet_control::accounting::{Books, Fills, Match, Method};
use gannet_control::projections::decimal;
use gannet_features::gann::calendar::Date;
use gannet_types::{AccountId, Instrument, InstrumentId, Lots, Money, MoneyScale, Nanos, Notional};
use serde::Serialize;

use super::rates::Rates;
use crate::features::utc;

/// In what currency, at what rates.
pub(super) struct Conversion {
    pub(super) currency: String,
    pub(super) rates: Rates,
    /// What each instrument is quoted in.
    pub(super) quotes: Vec<String>,
}

/// What was earned.
#[derive(Debug, Serialize)]
pub(super) struct Statement {
    /// Which lots are closed first.
    method: &'static str,
    /// What is converted to.
    currency: Option<String>,
    /// By account and instrument.
    pub(super) books: Vec<BookView>,
    /// By day, in the currency that is converted to.
    pub(super) days: Vec<DayView>,
    /// Every match, oldest first.
    pub(super) matches: Vec<MatchView>,
}

/// The books of one account in one instrument.
#[derive(Debug, Serialize)]
pub(super) struct BookView {
    pub(super) account: u16,
    pub(super) symbol: String,
    pub(super) matches: usize,
    pub(super) gross: String,
    pub(super) fees: String,
    pub(super) net: String,
    /// Net, in the currency that is converted to.
    pub(super) converted: Option<String>,
    pub(super) open_quantity: String,
    pub(super) open_cost: String,
    /// Fees of what is open, which no match has yet.
    pub(super) open_fees: String,
    /// What the engine itself has realized, before fees.
    pub(super) engine_gross: String,
}

/// One day of UTC.
#[derive(Debug, Serialize)]
pub(super) struct DayView {
    pub(super) day: String,
    pub(super) matches: usize,
    pub(super) net: String,
}

/// What one fill closed of another.
#[derive(Debug, Serialize)]
pub(super) struct MatchView {
    pub(super) account: u16,
    pub(super) symbol: String,
    /// When it was opened, and closed.
    pub(super) opened: String,
    pub(super) closed: String,
    /// Negative had been sold.
    pub(super) quantity: String,
    pub(super) cost: String,
    pub(super) proceeds: String,
    pub(super) fees: String,
    pub(super) net: String,
    pub(super) converted: Option<String>,
}

type Key = (AccountId, InstrumentId);

/// The sums of one book.
#[derive(Default)]
struct Sums {
    matches: Vec<Match>,
    open: (Lots, Notional, Notional),
}

impl Statement {
    /// Matches fills.
    ///
    /// # Errors
    /// If a rate is missing, or an amount is out of range.
    pub(super) fn new(
        fills: &Fills,
        instruments: &[Instrument],
        method: Method,
        conversion: Option<&Conversion>,
    ) -> anyhow::Result<Self> {
        let mut statement = Self {
            method: match method {
                Method::Average => "average",
                Method::Fifo => "fifo",
            },
            currency: conversion.map(|it| it.currency.clone()),
            books: Vec::new(),
            days: Vec::new(),
            matches: Vec::new(),
        };
        let mut days: BTreeMap<Date, (usize, Money)> = BTreeMap::new();
        let mut rows: Vec<(Nanos, MatchView)> = Vec::new();
        for ((account, id), sums) in sums(fills, method) {
            let instrument =
                instruments.get(usize::from(id.0)).context("a fill of an unknown instrument")?;
            let mut total = Money::ZERO;
            for found in &sums.matches {
                let day = Date::of(found.closed);
                let net = net(found);
                let converted = convert(net, instrument, day, conversion)?;
                if let Some(amount) = converted {
                    total = total.plus(amount);
                    let entry = days.entry(day).or_default();
                    *entry = (entry.0 + 1, entry.1.plus(amount));
                }
                rows.push((found.closed, row(account, instrument, found, converted)));
            }
            let converted = conversion.map(|_| money(total));
            let engine = fills.positions().find(|it| (it.account, it.instrument) == (account, id));
            let engine_gross = engine.map_or(Notional::ZERO, |it| it.realized);
            statement.books.push(book(account, instrument, &sums, converted, engine_gross));
        }
        rows.sort_by_key(|&(closed, _)| closed);
        statement.matches = rows.into_iter().map(|(_, row)| row).collect();
        statement.days = days
            .into_iter()
            .map(|(day, (matches, net))| DayView { day: day.to_string(), matches, net: money(net) })
            .collect();
        Ok(statement)
    }
}

fn sums(fills: &Fills, method: Method) -> BTreeMap<Key, Sums> {
    let mut books: BTreeMap<Key, (Books, Sums)> = BTreeMap::new();
    for fill in fills.fills() {
        let (book, sums) = books
            .entry((fill.account, fill.instrument))
            .or_insert_with(|| (Books::new(method), Sums::default()));
        book.book(fill, |found| sums.matches.push(found));
    }
    let close = |(key, (book, mut sums)): (Key, (Books, Sums))| {
        for lot in book.open() {
            let (lots, cost, fee) = sums.open;
            sums.open = (lots + lot.lots, cost + lot.cost, fee + lot.fee);
        }
        (key, sums)
    };
    books.into_iter().map(close).collect()
}

fn net(found: &Match) -> Notional {
    Notional(found.gross().0.saturating_sub(found.fees.0))
}

fn convert(
    amount: Notional,
    instrument: &Instrument,
    day: Date,
    conversion: Option<&Conversion>,
) -> anyhow::Result<Option<Money>> {
    let Some(conversion) = conversion else { return Ok(None) };
    let amount = MoneyScale::of(instrument).money(amount);
    let quote = &conversion.quotes[usize::from(instrument.id.0)];
    if *quote == conversion.currency {
        return Ok(Some(amount));
    }
    conversion.rates.convert(amount, quote, day).map(Some)
}

fn row(
    account: AccountId,
    instrument: &Instrument,
    found: &Match,
    converted: Option<Money>,
) -> MatchView {
    let text = |amount| decimal::money(instrument, amount);
    MatchView {
        account: account.0,
        symbol: instrument.symbol.to_string(),
        opened: utc(found.opened),
        closed: utc(found.closed),
        quantity: decimal::quantity(instrument, found.lots),
        cost: text(found.cost),
        proceeds: text(found.proceeds),
        fees: text(found.fees),
        net: text(net(found)),
        converted: converted.map(money),
    }
}

fn book(
    account: AccountId,
    instrument: &Instrument,
    sums: &Sums,
    converted: Option<String>,
    engine_gross: Notional,
) -> BookView {
    let text = |amount| decimal::money(instrument, amount);
    let gross: Notional = sums.matches.iter().map(Match::gross).sum();
    let fees: Notional = sums.matches.iter().map(|found| found.fees).sum();
    let (lots, cost, open_fees) = sums.open;
    BookView {
        account: account.0,
        symbol: instrument.symbol.to_string(),
        matches: sums.matches.len(),
        gross: text(gross),
        fees: text(fees),
        net: text(gross - fees),
        converted,
        open_quantity: decimal::quantity(instrument, lots),
        open_cost: text(cost),
        open_fees: text(open_fees),
        engine_gross: text(engine_gross),
    }
}

/// An amount of the currency that is converted to.
fn money(amount: Money) -> String {
    decimal::decimal(amount.0, Money::DECIMALS)
}
