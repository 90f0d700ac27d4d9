//! What can be asked of the program on its command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::experiment::args::ExperimentArgs;
use crate::features::args::{AstroArgs, FeaturesArgs, GannCommand, PatternsArgs, SamplesArgs};
use crate::learn::args::LearnArgs;
use crate::models::args::ModelCommand;
use crate::pnl::args::PnlArgs;

/// Gannet, a low-latency trading engine. Without a command it runs the demo.
#[derive(Debug, Parser)]
#[command(name = "gannet", version, propagate_version = true)]
pub struct Cli {
    /// What to do; the demo if left out.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Trade a generated or recorded market on loopback: no keys, no configuration.
    Demo(DemoArgs),
    /// Trade what a configuration file says; `config/paper.toml` is the live market on paper.
    Run(RunArgs),
    /// Feed a journal to the pipeline again and compare every decision.
    Replay(ReplayArgs),
    /// Run the pipeline over a recording in virtual time against the simulated exchange.
    Backtest(BacktestArgs),
    /// Say what this machine lacks for low latency.
    Preflight,
    /// Serve a simulated Binance USD-M venue.
    Venue(VenueArgs),
    /// Serve a simulated FIX 4.4 broker that matches against a venue's live book.
    Broker(BrokerArgs),
    /// Compute features over a file of bars, or look one up.
    Features(FeaturesArgs),
    /// Say what an engine thought, and why: the decisions in its journal.
    Explain(LastArgs),
    /// List the orders of a journal: time to the venue's word and to the trades, and slippage from the
    /// mid at which each was sent.
    Orders(LastArgs),
    /// Say what was earned: every fill that closed, matched with what it closed, first in first out or
    /// by average cost.
    Pnl(PnlArgs),
    /// Write the trades of a journal with what was known when they were decided, to learn from.
    Samples(SamplesArgs),
    /// Print where Sun, Moon and planets stand, or what happens among them.
    Astro(AstroArgs),
    /// Calculate with Gann's charts, angles and cycles.
    #[command(subcommand)]
    Gann(GannCommand),
    /// Look at models: what they are, whether they answer as they should, and how fast.
    #[command(subcommand)]
    Model(ModelCommand),
    /// Learn from a journal's closed trades, again and again, in the background: a model that beats
    /// the one that leads is put on trial.
    Learn(LearnArgs),
    /// Say which model of a journal is better, and whether that is decided yet.
    Experiment(ExperimentArgs),
    /// Find candlestick and chart patterns in a file of bars.
    Patterns(PatternsArgs),
    /// Look at FIX messages.
    #[command(subcommand)]
    Fix(FixCommand),
}

/// How the engine's threads are arranged, instead of what the configuration says.
#[derive(Debug, Default, Args)]
pub struct EngineArgs {
    /// Threads: one for all (fused) or one each (pipelined).
    #[arg(long, value_enum)]
    pub topology: Option<TopologyArg>,
    /// Stop after so many seconds.
    #[arg(long, value_name = "N")]
    pub seconds: Option<u64>,
    /// Where the page is served, e.g. 127.0.0.1:8081; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    pub admin: Option<SocketAddr>,
    /// End with a summary as text, or as one JSON object on stdout.
    #[arg(long, value_enum, default_value_t)]
    pub summary: SummaryFormat,
    /// Journal folder, instead of the configured one.
    #[arg(long, value_name = "DIR")]
    pub journal: Option<PathBuf>,
}

/// Where a simulated market comes from.
#[derive(Debug, Default, Args)]
pub struct MarketArgs {
    /// Play recordings (`<local ns> <json>` a line; plain, gzip or zstd) instead of generating;
    /// several are merged by time. The first one's instrument is traded, unless a file names
    /// others.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub capture: Vec<PathBuf>,
    /// Times real time, or as fast as possible.
    #[arg(long, value_name = "1|10|max")]
    pub speed: Option<String>,
    /// Seed of the generated market.
    #[arg(long)]
    pub seed: Option<u64>,
}

/// `gannet demo`.
#[derive(Debug, Default, Args)]
pub struct DemoArgs {
    /// Differences from the defaults, as a file.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The market.
    #[command(flatten)]
    pub market: MarketArgs,
    /// The engine.
    #[command(flatten)]
    pub engine: EngineArgs,
}

/// `gannet run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Differences from the defaults, as a file.
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// The engine.
    #[command(flatten)]
    pub engine: EngineArgs,
}

/// `gannet explain` and `gannet orders`: the last of what a journal holds.
#[derive(Debug, Args)]
pub struct LastArgs {
    /// The journal's folder.
    #[arg(long, value_name = "DIR")]
    pub journal: PathBuf,
    /// How many, the newest last; 0 for all.
    #[arg(long, default_value_t = 10)]
    pub last: usize,
    /// One JSON object a line, with codes, numbers and shares.
    #[arg(long)]
    pub json: bool,
}

/// `gannet replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The journal's folder.
    pub directory: PathBuf,
}

/// `gannet backtest`.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Recordings (`<local ns> <json>` a line; plain, gzip or zstd), merged by time. The first
    /// one's instrument is traded, unless a file names others.
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "l3")]
    pub capture: Vec<PathBuf>,
    /// Histories order by order instead, merged by time: LOBSTER message files (the book file beside
    /// each), Nasdaq ITCH 5.0, Databento DBN (market by order); plain, gzip or zstd. Their
    /// instruments are traded, unless a file names others.
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "capture")]
    pub l3: Vec<PathBuf>,
    /// The day of a LOBSTER or ITCH file whose name does not say it.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "l3")]
    pub day: Option<String>,
    /// Differences from the defaults, as a file.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Journal folder; it must not hold a journal yet. A numbered one is made if left out.
    #[arg(long, value_name = "DIR")]
    pub journal: Option<PathBuf>,
    /// Observed latencies of orders, drawn at random: `journal:DIR`, the requests of one of our
    /// journals and their answers, or `file:PATH` with nanoseconds there and back a line. Wins over
    /// `broker.latency_observed`.
    #[arg(long, value_name = "SOURCE")]
    pub latency: Option<String>,
    /// End with a summary as text, or as one JSON object on stdout.
    #[arg(long, value_enum, default_value_t)]
    pub summary: SummaryFormat,
}

/// `gannet venue`.
#[derive(Debug, Args)]
pub struct VenueArgs {
    /// Address to serve on; port 0 takes a free one. The address is printed.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Differences from the defaults, as a file: instruments and demo.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The market.
    #[command(flatten)]
    pub market: MarketArgs,
    /// Wait for so many WebSocket connections before the market starts; an engine opens two, and
    /// so does a broker.
    #[arg(long, default_value_t = 2)]
    pub subscribers: usize,
    /// Certificate chain (PEM) to serve TLS with; needs `--key`.
    #[arg(long, value_name = "FILE", requires = "key")]
    pub certificate: Option<PathBuf>,
    /// Private key (PEM) of the certificate.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,
}

/// `gannet broker`.
#[derive(Debug, Args)]
pub struct BrokerArgs {
    /// Address to accept FIX on; port 0 takes a free one. The address is printed.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Differences from the defaults, as a file: feed, instruments, gateway names and broker.
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

/// `gannet fix`.
#[derive(Debug, Subcommand)]
pub enum FixCommand {
    /// Show the messages in a file with the names of fields and values; SOH, `|` or `^A` between
    /// fields, log text around them. Passwords are not shown.
    Decode(FixDecodeArgs),
    /// Accept FIX sessions and match their orders against a venue's live book: `[acceptor]` of the
    /// configuration says whose, with TLS, passwords and a schedule.
    #[command(after_help = ACCEPTOR_EXAMPLES)]
    Acceptor(FixAcceptorArgs),
    /// Serve copies of every execution in a journal, live or finished, to the sessions of
    /// `[acceptor]`: a drop copy for compliance. Each session goes on where its store ends.
    DropCopy(FixDropCopyArgs),
    /// Read a password from standard input (one line) and print its salted hash, for an entry in
    /// the acceptor's users file.
    #[command(after_help = USER_ENTRY)]
    HashPassword,
}

/// How an acceptor is started, and what it says.
const ACCEPTOR_EXAMPLES: &str = r#"Examples:
  gannet fix acceptor --config config/acceptor.toml
  gannet fix acceptor --config mine.toml --listen 127.0.0.1:0
where mine.toml has one session that asks for no password, and speaks a broker's dialect:
  [acceptor]
  dialects = ["config/fix/meridian.toml"]
  template = []
  [[acceptor.session]]
  version = "FIX.4.4"
  sender_comp_id = "BROKER"
  target_comp_id = "GANNET"
  login = "none"

A line on standard error for each session that logs on or ends, and each connection refused, with
the reason. At the end a line of JSON on standard output: the account of every session."#;

/// Where the hash of a password goes.
const USER_ENTRY: &str = r#"An entry:
  [[user]]
  username = "desk"
  comp_ids = ["GANNET"]
  password = "$pbkdf2-sha256$…""#;

/// `gannet fix acceptor`.
#[derive(Debug, Args)]
pub struct FixAcceptorArgs {
    /// Differences from the defaults, as a file: acceptor, feed, instruments and broker.
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// Address to accept FIX on, instead of the configured one; port 0 takes a free one. The
    /// address is printed.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Serve a page of the sessions and what can be done to them on this loopback address; port 0
    /// takes a free one. Address and token are printed on standard error.
    #[arg(long, value_name = "ADDRESS")]
    pub admin: Option<SocketAddr>,
}

/// `gannet fix drop-copy`.
#[derive(Debug, Args)]
pub struct FixDropCopyArgs {
    /// The journal's folder.
    #[arg(long, value_name = "DIR")]
    pub journal: PathBuf,
    /// Differences from the defaults, as a file: acceptor, instruments, and the names of accounts
    /// in the dialect. `acceptor.store_directory` must be set.
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// Address to accept FIX on, instead of the configured one; port 0 takes a free one. The
    /// address is printed.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Serve a page of the sessions and what can be done to them on this loopback address; port 0
    /// takes a free one. Address and token are printed on standard error.
    #[arg(long, value_name = "ADDRESS")]
    pub admin: Option<SocketAddr>,
}

/// `gannet fix decode`.
#[derive(Debug, Args)]
pub struct FixDecodeArgs {
    /// The file.
    pub file: PathBuf,
    /// One JSON object a message instead of text.
    #[arg(long)]
    pub json: bool,
}

/// Where threads go.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum TopologyArg {
    /// One pinned thread for everything hot.
    Fused,
    /// One pinned thread each for feed, pipeline and gateway.
    Pipelined,
}

/// How a run is summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SummaryFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}
