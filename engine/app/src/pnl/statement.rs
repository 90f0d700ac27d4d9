//! The books of a journal, and what they add up to.

use std::collections::BTreeMap;

use anyhow::Context;
use gannet_control::accounting::{Books, Fills, Leg, Match, Method, Payment};
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
    /// By account, instrument and side.
    pub(super) books: Vec<BookView>,
    /// What positions paid besides, such as funding, oldest first.
    pub(super) payments: Vec<PaymentView>,
    /// By day, in the currency that is converted to.
    pub(super) days: Vec<DayView>,
    /// Every match, oldest first.
    pub(super) matches: Vec<MatchView>,
}

/// The books of one account in one instrument, or of one side of a hedged account.
#[derive(Debug, Serialize)]
pub(super) struct BookView {
    pub(super) account: u16,
    pub(super) symbol: String,
    /// Of a hedged account `long` or `short`.
    pub(super) side: Option<&'static str>,
    pub(super) matches: usize,
    pub(super) gross: String,
    pub(super) fees: String,
    pub(super) net: String,
    /// What the position paid besides, such as funding; negative was received.
    pub(super) funding: String,
    /// Net less funding.
    pub(super) total: String,
    /// The total, in the currency that is converted to.
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
    pub(super) funding: String,
    pub(super) total: String,
}

/// What a position paid besides.
#[derive(Debug, Serialize)]
pub(super) struct PaymentView {
    pub(super) account: u16,
    pub(super) symbol: String,
    pub(super) side: Option<&'static str>,
    pub(super) time: String,
    /// Negative was received.
    pub(super) paid: String,
    pub(super) converted: Option<String>,
}

/// What one fill closed of another.
#[derive(Debug, Serialize)]
pub(super) struct MatchView {
    pub(super) account: u16,
    pub(super) symbol: String,
    pub(super) side: Option<&'static str>,
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

type Key = (AccountId, InstrumentId, Leg);

/// The sums of one book.
#[derive(Default)]
struct Sums {
    matches: Vec<Match>,
    open: (Lots, Notional, Notional),
    payments: Vec<Payment>,
    /// What the engine itself has realized.
    realized: Notional,
}

/// One day of UTC, in the currency that is converted to.
#[derive(Default)]
struct Day {
    matches: usize,
    net: Money,
    funding: Money,
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
            payments: Vec::new(),
            days: Vec::new(),
            matches: Vec::new(),
        };
        let mut days: BTreeMap<Date, Day> = BTreeMap::new();
        let mut rows: Vec<(Nanos, MatchView)> = Vec::new();
        let mut payments: Vec<(Nanos, PaymentView)> = Vec::new();
        for (key, sums) in sums(fills, method) {
            let instrument = instruments.get(usize::from(key.1.0));
            let instrument = instrument.context("a fill of an unknown instrument")?;
            let mut total = Money::ZERO;
            for found in &sums.matches {
                let day = Date::of(found.closed);
                let converted = convert(net(found), instrument, day, conversion)?;
                if let Some(amount) = converted {
                    total = total.plus(amount);
                    let entry = days.entry(day).or_default();
                    (entry.matches, entry.net) = (entry.matches + 1, entry.net.plus(amount));
                }
                rows.push((found.closed, row(key, instrument, found, converted)));
            }
            for payment in &sums.payments {
                let day = Date::of(payment.time);
                // As what it brings in, so that it is rounded down like everything earned.
                let converted = convert(-payment.paid, instrument, day, conversion)?;
                if let Some(amount) = converted {
                    total = total.plus(amount);
                    let entry = days.entry(day).or_default();
                    entry.funding = entry.funding.minus(amount);
                }
                let paid = converted.map(|amount| Money::ZERO.minus(amount));
                payments.push((payment.time, paid_row(key, instrument, payment, paid)));
            }
            let converted = conversion.map(|_| money(total));
            statement.books.push(book(key, instrument, &sums, converted));
        }
        statement.matches = oldest_first(rows);
        statement.payments = oldest_first(payments);
        statement.days = days.into_iter().map(day_row).collect();
        Ok(statement)
    }
}

fn oldest_first<T>(mut rows: Vec<(Nanos, T)>) -> Vec<T> {
    rows.sort_by_key(|&(time, _)| time);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn day_row((day, sums): (Date, Day)) -> DayView {
    let Day { matches, net, funding } = sums;
    DayView {
        day: day.to_string(),
        matches,
        net: money(net),
        funding: money(funding),
        total: money(net.minus(funding)),
    }
}

fn sums(fills: &Fills, method: Method) -> BTreeMap<Key, Sums> {
    let mut books: BTreeMap<Key, (Books, Sums)> = BTreeMap::new();
    let new = || (Books::new(method), Sums::default());
    for fill in fills.fills() {
        let key = (fill.account, fill.instrument, fill.leg);
        let (book, sums) = books.entry(key).or_insert_with(new);
        book.book(fill, |found| sums.matches.push(found));
        sums.realized = Notional(sums.realized.0.saturating_add(fill.realized.0));
    }
    for payment in fills.payments() {
        let key = (payment.account, payment.instrument, payment.leg);
        books.entry(key).or_insert_with(new).1.payments.push(*payment);
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

fn paid_row(
    (account, _, leg): Key,
    instrument: &Instrument,
    payment: &Payment,
    converted: Option<Money>,
) -> PaymentView {
    PaymentView {
        account: account.0,
        symbol: instrument.symbol.to_string(),
        side: leg.name(),
        time: utc(payment.time),
        paid: decimal::money(instrument, payment.paid),
        converted: converted.map(money),
    }
}

fn row(
    (account, _, leg): Key,
    instrument: &Instrument,
    found: &Match,
    converted: Option<Money>,
) -> MatchView {
    let text = |amount| decimal::money(instrument, amount);
    MatchView {
        account: account.0,
        symbol: instrument.symbol.to_string(),
        side: leg.name(),
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
    (account, _, leg): Key,
    instrument: &Instrument,
    sums: &Sums,
    converted: Option<String>,
) -> BookView {
    let text = |amount| decimal::money(instrument, amount);
    let gross: Notional = sums.matches.iter().map(Match::gross).sum();
    let fees: Notional = sums.matches.iter().map(|found| found.fees).sum();
    let funding: Notional = sums.payments.iter().map(|payment| payment.paid).sum();
    let (lots, cost, open_fees) = sums.open;
    BookView {
        account: account.0,
        symbol: instrument.symbol.to_string(),
        side: leg.name(),
        matches: sums.matches.len(),
        gross: text(gross),
        fees: text(fees),
        net: text(gross - fees),
        funding: text(funding),
        total: text(gross - fees - funding),
        converted,
        open_quantity: decimal::quantity(instrument, lots),
        open_cost: text(cost),
        open_fees: text(open_fees),
        engine_gross: text(sums.realized),
    }
}

/// An amount of the currency that is converted to.
fn money(amount: Money) -> String {
    decimal::decimal(amount.0, Money::DECIMALS)
}
