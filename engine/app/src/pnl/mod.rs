//! `gannet pnl`: what was earned, by the books of an accountant, from a journal.

pub mod args;
mod rates;
mod statement;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use gannet_control::accounting::{Fills, Hedged};
use gannet_journal::{Body, Reader};
use gannet_pipeline::PipelineConfig;
use gannet_types::{AccountId, Instrument, Output, Valuation};

use crate::features::answer;
use crate::features::sheet::quoted;
use crate::recovery::Origin;
use args::PnlArgs;
use rates::Rates;
use statement::{Conversion, Statement};

/// `gannet pnl`.
///
/// # Errors
/// If it is no journal or is damaged, a rate is missing, or a file cannot be written.
pub fn pnl(args: &PnlArgs) -> anyhow::Result<()> {
    let (fills, instruments) = read(&args.journal)?;
    let conversion = conversion(args, &instruments)?;
    let statement =
        Statement::new(&fills, &instruments, args.method.method(), conversion.as_ref())?;
    if let Some(path) = &args.matches {
        std::fs::write(path, matches(&statement))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    if args.json {
        let json = serde_json::to_string_pretty(&statement).context("the statement as JSON")?;
        answer(&format!("{json}\n"))
    } else {
        answer(&text(&statement))
    }
}

/// Reads the fills of a journal, and what was traded.
fn read(journal: &Path) -> anyhow::Result<(Fills, Vec<Instrument>)> {
    let name = || format!("journal {}", journal.display());
    let mut reader = Reader::open(journal).with_context(name)?;
    let first = reader.next().with_context(name)?.context("the journal is empty")?;
    let Body::Start(text) = first.body else { bail!("it does not begin with a start record") };
    let (_, config) = Origin::parse(text).with_context(name)?;
    let mut fills = Fills::new(hedged(&config.pipeline));
    while let Some(record) = reader.next().with_context(name)? {
        match record.body {
            Body::Input(input) => fills.on_input(&input),
            Body::Output(Output::Position(report)) => fills.on_position(record.time, &report),
            Body::Output(Output::StrategyPosition(part)) => fills.on_part(record.time, &part),
            Body::Start(_) | Body::Output(_) => {}
        }
    }
    Ok((fills, config.pipeline.instruments))
}

/// The accounts that keep sides apart.
fn hedged(config: &PipelineConfig) -> Vec<Hedged> {
    let strategies =
        |account| config.strategies.iter().filter(|strategy| strategy.account == account).count();
    let accounts = (0..).map(AccountId).zip(&config.accounts);
    accounts
        .filter(|(_, account)| account.is_hedged)
        .map(|(account, _)| Hedged { account, is_shared: strategies(account) > 1 })
        .collect()
}

/// Reads the rates, and what each instrument is quoted in.
fn conversion(args: &PnlArgs, instruments: &[Instrument]) -> anyhow::Result<Option<Conversion>> {
    let (Some(currency), Some(path)) = (&args.currency, &args.rates) else { return Ok(None) };
    let mut quotes = vec![None; instruments.len()];
    for quote in &args.quote {
        match quote.split_once('=') {
            None => {
                // Coins are named, so that nobody counts them as what the price is in.
                let linear = instruments.iter().map(|it| it.valuation() == Valuation::Linear);
                for (known, _) in quotes.iter_mut().zip(linear).filter(|(_, linear)| *linear) {
                    *known = Some(quote.clone());
                }
            }
            Some((symbol, name)) => {
                let place =
                    instruments.iter().position(|it| it.symbol.as_bytes() == symbol.as_bytes());
                let place =
                    place.with_context(|| format!("--quote: no {symbol} in this journal"))?;
                quotes[place] = Some(name.to_owned());
            }
        }
    }
    let mut known = Vec::with_capacity(quotes.len());
    for (quote, instrument) in quotes.into_iter().zip(instruments) {
        ensure!(quote.is_some(), "--quote does not say what {} is quoted in", instrument.symbol);
        known.extend(quote);
    }
    let rates = Rates::read(path)?;
    Ok(Some(Conversion { currency: currency.clone(), rates, quotes: known }))
}

fn text(statement: &Statement) -> String {
    let mut text = String::new();
    for book in &statement.books {
        let _ = write!(
            text,
            "account={} symbol={}{} matches={} gross={} fees={} net={} funding={} total={}",
            book.account,
            book.symbol,
            side(book.side),
            book.matches,
            book.gross,
            book.fees,
            book.net,
            book.funding,
            book.total
        );
        if let Some(converted) = &book.converted {
            let _ = write!(text, " converted={converted}");
        }
        let _ = writeln!(
            text,
            " open={} open_cost={} open_fees={} engine_gross={}",
            book.open_quantity, book.open_cost, book.open_fees, book.engine_gross
        );
    }
    for payment in &statement.payments {
        let _ = write!(
            text,
            "funding time={} account={} symbol={}{} paid={}",
            payment.time,
            payment.account,
            payment.symbol,
            side(payment.side),
            payment.paid
        );
        if let Some(converted) = &payment.converted {
            let _ = write!(text, " converted={converted}");
        }
        text.push('\n');
    }
    for day in &statement.days {
        let _ = writeln!(
            text,
            "day={} matches={} net={} funding={} total={}",
            day.day, day.matches, day.net, day.funding, day.total
        );
    }
    if statement.books.is_empty() {
        text.push_str("nothing has traded\n");
    }
    text
}

fn side(name: Option<&str>) -> String {
    name.map(|name| format!(" side={name}")).unwrap_or_default()
}

fn matches(statement: &Statement) -> String {
    let mut text =
        "account,symbol,side,opened,closed,quantity,cost,proceeds,fees,net,converted\n".to_owned();
    for row in &statement.matches {
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{},{},{},{}",
            row.account,
            quoted(&row.symbol),
            row.side.unwrap_or_default(),
            row.opened,
            row.closed,
            row.quantity,
            row.cost,
            row.proceeds,
            row.fees,
            row.net,
            row.converted.as_deref().unwrap_or_default()
        );
    }
    text
}
