//! What can be asked of `gannet features`, `gannet gann` and `gannet patterns`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use gannet_features::gann::angles::Ratio;
use gannet_features::gann::calendar::Date;

/// `gannet features`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct FeaturesArgs {
    /// Look features up instead.
    #[command(subcommand)]
    pub command: Option<FeaturesCommand>,
    /// Bars: CSV with a header `time,open,high,low,close,volume`, times in UTC.
    #[arg(long, value_name = "FILE")]
    pub bars: Option<PathBuf>,
    /// A journal instead of bars: its market is fed to the features again, as it was to the
    /// running engine; a row a bar of the strategy's kind. The set is the engine's unless named.
    #[arg(long, value_name = "DIR", requires = "output", conflicts_with_all = ["bars", "plot"])]
    pub journal: Option<PathBuf>,
    /// Which instrument of the journal; its first if left out.
    #[arg(long, value_name = "SYMBOL", requires = "journal")]
    pub instrument: Option<String>,
    /// A set of features: hft64, at22, full, or a file such as those in `config/features`.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["columns", "params"])]
    pub set: Option<String>,
    /// Columns or formulas, separated by commas, or all.
    #[arg(long, value_name = "a,b,..|all")]
    pub columns: Option<String>,
    /// Parameters of the columns: default, alt, or a JSON file.
    #[arg(long, value_name = "default|alt|FILE")]
    pub params: Option<String>,
    /// Where the rows go, one a bar: CSV, or Parquet if it ends so; the schema goes beside it as
    /// `FILE.schema`.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Draw it over the last bars, as SVG.
    #[arg(long, value_name = "OUT.svg")]
    pub plot: Option<PathBuf>,
    /// How many bars the picture shows.
    #[arg(long, default_value_t = 240)]
    pub last: usize,
}

/// `gannet samples`.
#[derive(Debug, Args)]
pub struct SamplesArgs {
    /// The journal whose trades are told, of a run that has ended or is under way.
    #[arg(long, value_name = "DIR")]
    pub journal: PathBuf,
    /// Where the rows go, one a round trip: CSV, or Parquet if it ends so; the schema of the
    /// features goes beside it as `FILE.schema`.
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// A set of features instead of the engine's: hft64, at22, full, or a file.
    #[arg(long, value_name = "NAME")]
    pub set: Option<String>,
}

/// The commands of `gannet features`.
#[derive(Debug, Subcommand)]
pub enum FeaturesCommand {
    /// List the indicators.
    List(ListArgs),
    /// Explain an indicator, a column or a set.
    Show(ShowArgs),
}

/// `gannet features list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only this school.
    #[arg(long, value_enum)]
    pub school: Option<SchoolArg>,
}

/// `gannet features show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Its name.
    pub name: String,
}

/// Where indicators belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchoolArg {
    /// Classical technical analysis.
    Classical,
    /// Books and trades.
    Microstructure,
    /// Digital signal processing after John Ehlers.
    Ehlers,
    /// Geometry of prices after W. D. Gann.
    Gann,
    /// Positions of the planets.
    Astro,
    /// Candlesticks and chart patterns.
    Patterns,
}

/// The commands of `gannet gann`.
#[derive(Debug, Subcommand)]
pub enum GannCommand {
    /// Angles of a price on the square of nine, and the levels around it.
    #[command(name = "square-of-9")]
    SquareOfNine(LadderArgs),
    /// Angle of a price on the hexagon, and the levels around it.
    Hexagon(LadderArgs),
    /// Angle, spoke and ring of a whole number on the wheel of 24.
    #[command(name = "wheel-of-24")]
    WheelOf24(WheelArgs),
    /// Lines of the fan from a pivot.
    Angles(AnglesArgs),
    /// Draw the fan from a bar of a file.
    Fan(FanArgs),
    /// Retracements and extensions of a range in eighths and thirds.
    Retracements(RangeArgs),
    /// Divisions of a square of 24, 52, 90, 144 or another number, and where a bar lies in it.
    #[command(name = "square-of")]
    SquareOf(SquareOfArgs),
    /// Bars that square an amount of price.
    Squaring(SquaringArgs),
    /// Dates of the time cycles from a pivot.
    Cycles(CyclesArgs),
    /// Evaluate rows `fn,arg,param` of a CSV and append `value`.
    Table(TableArgs),
    /// List the functions a table can ask for.
    Functions,
}

/// A price and the levels around it.
#[derive(Debug, Args)]
pub struct LadderArgs {
    /// The price.
    #[arg(long)]
    pub price: f64,
    /// Degrees from level to level.
    #[arg(long, default_value_t = 45.0)]
    pub step: f64,
    /// Levels on each side.
    #[arg(long, default_value_t = 8)]
    pub count: u16,
    /// Bars to draw the levels over, as for `gannet features`.
    #[arg(long, value_name = "FILE", requires = "plot")]
    pub bars: Option<PathBuf>,
    /// Draw the levels over the last bars, as SVG.
    #[arg(long, value_name = "OUT.svg", requires = "bars")]
    pub plot: Option<PathBuf>,
    /// How many bars the picture shows.
    #[arg(long, default_value_t = 240)]
    pub last: usize,
}

/// `gannet gann wheel-of-24`.
#[derive(Debug, Args)]
pub struct WheelArgs {
    /// A whole number, 1 or more.
    #[arg(long)]
    pub number: u64,
}

/// `gannet gann angles`.
#[derive(Debug, Args)]
pub struct AnglesArgs {
    /// Price of the pivot.
    #[arg(long)]
    pub pivot: f64,
    /// Price per bar: the slope of 1x1.
    #[arg(long)]
    pub price_per_bar: f64,
    /// Bars after the pivot.
    #[arg(long)]
    pub bars: f64,
    /// Lines fall, from a high.
    #[arg(long)]
    pub down: bool,
    /// Only this line, time x price, such as 1x8.
    #[arg(long, value_name = "TxP")]
    pub ratio: Option<Ratio>,
}

/// `gannet gann fan`.
#[derive(Debug, Args)]
pub struct FanArgs {
    /// Bars, as for `gannet features`.
    #[arg(long, value_name = "FILE")]
    pub bars: PathBuf,
    /// Time of the pivot, as the file writes it: its low, or its high with `--down`.
    #[arg(long, value_name = "TIME")]
    pub pivot: String,
    /// Price per bar: the slope of 1x1.
    #[arg(long)]
    pub price_per_bar: f64,
    /// Lines fall, from the high.
    #[arg(long)]
    pub down: bool,
    /// The picture.
    #[arg(long, value_name = "OUT.svg")]
    pub plot: PathBuf,
    /// How many bars the picture shows, from ten before the pivot.
    #[arg(long, default_value_t = 240)]
    pub last: usize,
}

/// `gannet gann retracements`.
#[derive(Debug, Args)]
pub struct RangeArgs {
    /// Lower price.
    #[arg(long)]
    pub low: f64,
    /// Upper price.
    #[arg(long)]
    pub high: f64,
}

/// `gannet gann square-of`.
#[derive(Debug, Args)]
pub struct SquareOfArgs {
    /// Units on a side.
    #[arg(long, default_value_t = 144.0)]
    pub size: f64,
    /// Price of a unit.
    #[arg(long)]
    pub price_per_unit: f64,
    /// Bars of a unit.
    #[arg(long, default_value_t = 1.0)]
    pub bars_per_unit: f64,
    /// Bars after the pivot.
    #[arg(long)]
    pub bars: f64,
    /// Price above the pivot.
    #[arg(long, allow_negative_numbers = true)]
    pub price: f64,
}

/// `gannet gann squaring`.
#[derive(Debug, Args)]
pub struct SquaringArgs {
    /// A range, a low or a high.
    #[arg(long)]
    pub amount: f64,
    /// Price per bar.
    #[arg(long)]
    pub price_per_bar: f64,
}

/// `gannet gann cycles`.
#[derive(Debug, Args)]
pub struct CyclesArgs {
    /// Date of the pivot, such as 2024-03-13.
    #[arg(long)]
    pub pivot: Date,
    /// The last date of interest.
    #[arg(long)]
    pub until: Date,
}

/// `gannet gann table`.
#[derive(Debug, Args)]
pub struct TableArgs {
    /// CSV with a header `fn,arg,param`; several numbers in `arg` are separated by semicolons.
    #[arg(long, value_name = "FILE")]
    pub input: PathBuf,
    /// Where the result goes instead of to stdout.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `gannet astro`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct AstroArgs {
    /// What happens instead of where the bodies stand.
    #[command(subcommand)]
    pub command: Option<AstroCommand>,
    /// First time, UTC.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Last time, UTC.
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// Time between two rows: 1d, 6h, 30m.
    #[arg(long, default_value = "1d")]
    pub step: String,
    /// Which bodies, by commas; all ten if left out.
    #[arg(long, value_delimiter = ',')]
    pub bodies: Vec<String>,
}

/// `gannet astro events`.
#[derive(Debug, Subcommand)]
pub enum AstroCommand {
    /// Phases of the Moon, the Sun at multiples of 15 degrees, stations, conjunctions with the
    /// Sun and oppositions to it, in order.
    Events(AstroEventsArgs),
}

/// `gannet astro events`.
#[derive(Debug, Args)]
pub struct AstroEventsArgs {
    /// From when to when.
    #[command(flatten)]
    pub span: AstroSpan,
    /// Which bodies, by commas; all ten if left out.
    #[arg(long, value_delimiter = ',')]
    pub bodies: Vec<String>,
}

/// A span of time.
#[derive(Debug, Args)]
pub struct AstroSpan {
    /// First time, UTC.
    #[arg(long, value_name = "TIME")]
    pub from: String,
    /// Last time, UTC.
    #[arg(long, value_name = "TIME")]
    pub to: String,
}

/// How the slope of a smoothed curve is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LmwSlopeArg {
    /// From bar to bar: it turns at its highest and lowest bars.
    Difference,
    /// The derivative, to the letter of the paper: it turns at the last bar before its extreme.
    Derivative,
}

/// `gannet patterns`.
#[derive(Debug, Args)]
pub struct PatternsArgs {
    /// Bars: CSV with a header `time,open,high,low,close,volume`, times in UTC.
    #[arg(long, value_name = "FILE")]
    pub bars: PathBuf,
    /// By which share of the price an extreme must be left behind to be a pivot.
    #[arg(long, default_value_t = 0.05)]
    pub threshold: f64,
    /// Up to which share of the larger price two prices are level.
    #[arg(long, default_value_t = 0.03)]
    pub tolerance: f64,
    /// Which share of its pole a flag must not give back.
    #[arg(long, default_value_t = 0.5)]
    pub flag: f64,
    /// Bars that the smoothed patterns are looked for in.
    #[arg(long, default_value_t = 38)]
    pub lmw_window: usize,
    /// Bandwidth of the smoothing, in bars.
    #[arg(long, default_value_t = 1.5)]
    pub lmw_bandwidth: f64,
    /// Where the smoothed curve turns.
    #[arg(long, value_enum, default_value_t = LmwSlopeArg::Difference)]
    pub lmw_slope: LmwSlopeArg,
    /// Leave the candlestick patterns out.
    #[arg(long)]
    pub no_candles: bool,
    /// Where the CSV goes instead of to stdout.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Draw it over the last bars, as SVG.
    #[arg(long, value_name = "OUT.svg")]
    pub plot: Option<PathBuf>,
    /// How many bars the picture shows.
    #[arg(long, default_value_t = 240)]
    pub last: usize,
}
