//! Classical technical analysis, with TA-Lib's warm-up conventions: seeds, first values, and what
//! a division by nothing gives are those of TA-Lib 0.8.

mod accumulation;
mod aroon;
mod atr;
mod average_ratio;
mod bar_time;
mod beta;
mod bollinger;
mod bop;
mod cci;
mod confidence;
mod correlation;
mod dema;
mod deviation;
mod directional;
mod donchian;
mod ema;
mod extremes;
mod heikin_ashi;
mod hma;
mod hurst;
mod ichimoku;
mod kama;
mod keltner;
mod linear_regression;
mod macd;
mod mfi;
mod midpoint;
mod momentum;
mod obv;
mod oscillators;
mod pivots;
mod prices;
mod rma;
mod rsi;
mod sar;
mod sma;
mod states;
mod stochastic;
mod supertrend;
mod t3;
mod tema;
mod trima;
mod trix;
mod true_range;
mod ultimate;
mod volatility;
mod vwap;
mod vwma;
mod williams_r;
mod wma;
mod zlema;
mod zscore;

pub use accumulation::{Accumulation, AccumulationOscillator};
pub use aroon::{Aroon, AroonLines};
pub use atr::{Atr, Natr};
pub use average_ratio::{SmaRatio, SmaTrend, TrendLines};
pub use bar_time::{BarTime, BarTimeLines};
pub use beta::Beta;
pub use bollinger::{Bollinger, BollingerBands};
pub use bop::BalanceOfPower;
pub use cci::Cci;
pub use confidence::TechnicalConfidence;
pub use correlation::Correlation;
pub use dema::Dema;
pub use deviation::{StandardDeviation, Variance};
pub use directional::{Adx, Adxr, Directional, DirectionalLines};
pub use donchian::{Donchian, DonchianBands};
pub use ema::Ema;
pub use extremes::{Maximum, Minimum};
pub use heikin_ashi::{HeikinAshi, HeikinAshiCandle};
pub use hma::Hma;
pub use hurst::Hurst;
pub use ichimoku::{Ichimoku, IchimokuLines};
pub use kama::Kama;
pub use keltner::{Keltner, KeltnerBands};
pub use linear_regression::{LinearRegression, LinearRegressionAngle, RegressionLine};
pub use macd::{Macd, MacdLines};
pub use mfi::Mfi;
pub use midpoint::{MidPoint, MidPrice};
pub use momentum::{Momentum, RateOfChange};
pub use obv::Obv;
pub use oscillators::{Apo, Ppo};
pub use pivots::{PivotKind, PivotLevels, PivotPoints};
pub use prices::{TypicalPrice, WeightedClose};
pub use rma::Rma;
pub use rsi::{Cmo, Rsi};
pub use sar::Sar;
pub use sma::Sma;
pub use states::{MacdSide, RsiState, RsiStateLines};
pub use stochastic::{FastStochastic, Stochastic, StochasticLines, StochasticRsi};
pub use supertrend::{Supertrend, SupertrendLine};
pub use t3::T3;
pub use tema::Tema;
pub use trima::Trima;
pub use trix::Trix;
pub use true_range::TrueRange;
pub use ultimate::UltimateOscillator;
pub use volatility::{
    GarmanKlassVolatility, ParkinsonVolatility, RealisedVolatility, RogersSatchellVolatility,
    YangZhangVolatility,
};
pub use vwap::{AnchoredVwap, SessionVwap, VwapLine};
pub use vwma::Vwma;
pub use williams_r::WilliamsR;
pub use wma::Wma;
pub use zlema::Zlema;
pub use zscore::ZScore;

use crate::catalog::Listing;
use crate::columns::Column;
use crate::prelude::*;

/// Returns 1 for a positive number, −1 for a negative one, 0 for zero.
fn side(number: f64) -> f64 {
    f64::from(i8::from(number > 0.0) - i8::from(number < 0.0))
}

/// The school's indicators.
pub(crate) const INDICATORS: &[Listing] = &[
    Listing::of::<Accumulation>(),
    Listing::of::<AccumulationOscillator>(),
    Listing::of::<Adx>(),
    Listing::of::<Adxr>(),
    Listing::of::<AnchoredVwap>(),
    Listing::of::<Apo>(),
    Listing::of::<Aroon>(),
    Listing::of::<Atr>(),
    Listing::of::<BalanceOfPower>(),
    Listing::of::<Beta>(),
    Listing::of::<Bollinger>(),
    Listing::of::<Cci>(),
    Listing::of::<Cmo>(),
    Listing::of::<Correlation>(),
    Listing::of::<Dema>(),
    Listing::of::<Directional>(),
    Listing::of::<Donchian>(),
    Listing::of::<Ema>(),
    Listing::of::<FastStochastic>(),
    Listing::of::<GarmanKlassVolatility>(),
    Listing::of::<HeikinAshi>(),
    Listing::of::<Hma>(),
    Listing::of::<Hurst>(),
    Listing::of::<Ichimoku>(),
    Listing::of::<Kama>(),
    Listing::of::<Keltner>(),
    Listing::of::<LinearRegression>(),
    Listing::of::<LinearRegressionAngle>(),
    Listing::of::<Macd>(),
    Listing::of::<Maximum>(),
    Listing::of::<Mfi>(),
    Listing::of::<MidPoint>(),
    Listing::of::<MidPrice>(),
    Listing::of::<Minimum>(),
    Listing::of::<Momentum>(),
    Listing::of::<Natr>(),
    Listing::of::<Obv>(),
    Listing::of::<ParkinsonVolatility>(),
    Listing::of::<PivotPoints>(),
    Listing::of::<Ppo>(),
    Listing::of::<RateOfChange>(),
    Listing::of::<RealisedVolatility>(),
    Listing::of::<Rma>(),
    Listing::of::<RogersSatchellVolatility>(),
    Listing::of::<Rsi>(),
    Listing::of::<Sar>(),
    Listing::of::<SessionVwap>(),
    Listing::of::<Sma>(),
    Listing::of::<StandardDeviation>(),
    Listing::of::<Stochastic>(),
    Listing::of::<StochasticRsi>(),
    Listing::of::<Supertrend>(),
    Listing::of::<T3>(),
    Listing::of::<Tema>(),
    Listing::of::<Trima>(),
    Listing::of::<Trix>(),
    Listing::of::<TrueRange>(),
    Listing::of::<TypicalPrice>(),
    Listing::of::<UltimateOscillator>(),
    Listing::of::<Variance>(),
    Listing::of::<Vwma>(),
    Listing::of::<WeightedClose>(),
    Listing::of::<WilliamsR>(),
    Listing::of::<Wma>(),
    Listing::of::<YangZhangVolatility>(),
    Listing::of::<ZScore>(),
    Listing::of::<SmaRatio>(),
    Listing::of::<SmaTrend>(),
    Listing::of::<RsiState>(),
    Listing::of::<MacdSide>(),
    Listing::of::<BarTime>(),
    Listing::of::<TechnicalConfidence>(),
    Listing::of::<Zlema>(),
];

/// The school's columns.
pub(crate) const COLUMNS: &[Column] = &[
    Column::each("sma_*", "sma(*)", "classic.ma"),
    Column::each("ema_*", "ema(*)", "classic.ma"),
    Column::each("wma_*", "wma(*)", "classic.ma"),
    Column::each("dema_*", "dema(*)", "classic.ma"),
    Column::each("tema_*", "tema(*)", "classic.ma"),
    Column::each("trima_*", "trima(*)", "classic.ma"),
    Column::each("kama_*", "kama(*)", "classic.ma"),
    Column::each("hma_*", "hma(*)", "classic.ma"),
    Column::each("rma_*", "rma(*)", "classic.ma"),
    Column::each("zlema_talib_*", "zlema(*)", "classic.ma"),
    Column::each("vwma_*", "vwma(*)", "classic.ma"),
    Column::each("t3_*", "t3(*, 0.7)", "classic.t3"),
    Column::new("macd", "macd(classic.macd).macd"),
    Column::new("macd_signal", "macd(classic.macd).signal"),
    Column::new("macd_hist", "macd(classic.macd).hist"),
    Column::each("rsi_*", "rsi(*)", "classic.n"),
    Column::each("cmo_*", "cmo(*)", "classic.n"),
    Column::new("bb_up", "bollinger(classic.bb).up"),
    Column::new("bb_mid", "bollinger(classic.bb).mid"),
    Column::new("bb_lo", "bollinger(classic.bb).lo"),
    Column::new("trange", "trange"),
    Column::each("atr_*", "atr(*)", "classic.n"),
    Column::each("natr_*", "natr(*)", "classic.n"),
    Column::new("plus_di", "dmi(classic.n).plus"),
    Column::new("minus_di", "dmi(classic.n).minus"),
    Column::new("dx", "dmi(classic.n).dx"),
    Column::new("adx", "adx(classic.n)"),
    Column::new("adxr", "adxr(classic.n)"),
    Column::each("cci_*", "cci(*)", "classic.cci"),
    Column::new("stoch_k", "stoch(classic.stoch).k"),
    Column::new("stoch_d", "stoch(classic.stoch).d"),
    Column::new("stochf_k", "stochf(classic.stoch[0], classic.stoch[2]).k"),
    Column::new("stochf_d", "stochf(classic.stoch[0], classic.stoch[2]).d"),
    Column::new("stochrsi_k", "stochrsi(classic.n, 5, 3).k"),
    Column::new("stochrsi_d", "stochrsi(classic.n, 5, 3).d"),
    Column::each("willr_*", "willr(*)", "classic.n"),
    Column::each("mfi_*", "mfi(*)", "classic.n"),
    Column::new("obv", "obv"),
    Column::new("ad", "ad"),
    Column::new("adosc", "adosc(3, 10)"),
    Column::new("bop", "bop"),
    Column::new("sar", "sar(classic.sar)"),
    Column::new("aroon_dn", "aroon(classic.aroon).dn"),
    Column::new("aroon_up", "aroon(classic.aroon).up"),
    Column::new("roc", "roc(10)"),
    Column::new("mom", "mom(10)"),
    Column::each("trix_*", "trix(*)", "15"),
    Column::new("ultosc", "ultosc(7, 14, 28)"),
    Column::new("ppo_ema", "ppo(classic.macd[0], classic.macd[1])"),
    Column::new("apo_ema", "apo(classic.macd[0], classic.macd[1])"),
    Column::new("linreg", "linreg(classic.n).end"),
    Column::new("linreg_slope", "linreg(classic.n).slope"),
    Column::new("linreg_angle", "linreg_angle(classic.n)"),
    Column::new("tsf", "linreg(classic.n).forecast"),
    Column::new("stddev", "stddev(classic.bb[0], 1)"),
    Column::new("var", "var(classic.bb[0])"),
    Column::new("beta_hl", "beta(5)"),
    Column::new("correl_hl", "correl(30)"),
    Column::new("midpoint", "midpoint(classic.n)"),
    Column::new("midprice", "midprice(classic.n)"),
    Column::each("max_*", "max(*)", "30"),
    Column::each("min_*", "min(*)", "30"),
    Column::new("typprice", "typprice"),
    Column::new("wclprice", "wclprice"),
];

/// A period of at least one sample; each indicator gives its own default.
const PERIOD: Parameter = Parameter::samples("period", 1, 14);

/// A period of at least two samples.
const PERIOD_2: Parameter = Parameter::samples("period", 2, 14);

/// The periods of the two EMAs in MACD and its kin.
const FAST: Parameter = Parameter { name: "fast", ..PERIOD_2.or(12.0) };
const SLOW: Parameter = Parameter { name: "slow", ..PERIOD_2.or(26.0) };

/// The share of two numbers that TA-Lib takes for rounding where it divides by their difference.
const ZERO: f64 = 1e-14;

/// Who decides where the literature leaves seeds open.
const TALIB: Source = Source::new("Fortier and others", "TA-Lib", 1999, "release 0.8");

const fn classical(
    name: &'static str,
    title: &'static str,
    parameters: &'static [Parameter],
    source: Source,
) -> Entry {
    Entry { name, title, school: School::Classical, parameters, price: AppliedPrice::Close, source }
}

/// Returns a part of the range between two prices as a share of it, 0 where the range is nothing
/// but rounding.
#[inline]
const fn share_of_range(part: f64, highest: f64, lowest: f64) -> f64 {
    let range = highest - lowest;
    if range.abs() <= (highest.abs() + lowest.abs()) * ZERO { 0.0 } else { part / range }
}
