//! What can be asked of `gannet pnl`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use gannet_control::accounting::Method;

/// `gannet pnl`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct PnlArgs {
    /// The journal's folder; that of a running engine, too.
    #[arg(long, value_name = "DIR")]
    pub journal: PathBuf,
    /// Which lots are closed first.
    #[arg(long, value_enum, default_value_t)]
    pub method: MethodArg,
    /// Convert what was earned to this currency; needs `--rates` and `--quote`.
    #[arg(long, value_name = "NAME", requires = "rates", requires = "quote")]
    pub currency: Option<String>,
    /// A file of `day,currency,rate`: from that day (UTC) on, one unit of the currency is so many of
    /// `--currency`.
    #[arg(long, value_name = "FILE", requires = "currency")]
    pub rates: Option<PathBuf>,
    /// What instruments are quoted in: a currency for all, or SYMBOL=CURRENCY. Of an inverse contract
    /// what it settles in, by its symbol.
    #[arg(long, value_name = "CURRENCY", num_args = 1.., requires = "currency")]
    pub quote: Vec<String>,
    /// Write every match as a line of comma-separated values.
    #[arg(long, value_name = "FILE")]
    pub matches: Option<PathBuf>,
    /// Print everything as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Which lots are closed first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MethodArg {
    /// All of them alike, at their average cost; what the engine books.
    Average,
    /// Those that were opened first.
    #[default]
    Fifo,
}

impl MethodArg {
    /// Returns the method.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::Average => Method::Average,
            Self::Fifo => Method::Fifo,
        }
    }
}

const EXAMPLES: &str = r"Examples:
  gannet pnl --journal journal/live
  gannet pnl --journal journal/live --matches matches.csv
  gannet pnl --journal journal/live --currency KRW --rates rates.csv --quote USDT
where rates.csv has
  day,currency,rate
  2026-11-25,USDT,1391.50
  2026-11-26,USDT,1393.20

Each fill that closes is matched with what it closes; the profit of a match is of the day (UTC) it was
closed on, and is converted at the newest rate up to that day, rounded down. The long and the short side
of a hedged account are books of their own. What a position paid besides, such as funding, has a line a
payment and is part of the total. By average cost the gross is what the engine has realized, shown as
engine_gross; where several strategies hold the same side the engine books each by itself, and only what
is closed and what is open together are the same.";
