//! Nanoseconds an update of the classical and microstructure indicators, with a digest of what
//! they computed.
//!
//! `cargo run --release -p gannet-features --example ta_speed [samples]`; 20 000 samples unless
//! given, which the caches hold, so that the indicator is measured and not the memory. Each runs
//! fifty times over the same seeded walk, and the fastest run counts: others were disturbed. The
//! digest is the sum of all outputs, so that nothing is faster for having computed less.

use std::hint::black_box;
use std::time::Instant;

use gannet_features::micro::{
    KyleLambda, MicroPrice, OrderFlow, QueueImbalance, Spread, TradeImbalance, TradeIntensity, Vpin,
};
use gannet_features::ta::{
    Adx, Aroon, Atr, Bollinger, Cci, Correlation, Dema, Donchian, Ema, Hma, Hurst, Ichimoku, Kama,
    Keltner, LinearRegression, Macd, Maximum, Mfi, Obv, Rsi, Sar, SessionVwap, Sma,
    StandardDeviation, Stochastic, Supertrend, T3, UltimateOscillator, Vwma, Wma,
    YangZhangVolatility, ZScore, Zlema,
};
use gannet_features::{
    Candle, CloseVolume, HighLow, HighLowClose, HighLowCloseVolume, Indicator, Ohlc, Outputs,
    Print, Quote,
};
use gannet_types::{Nanos, Side};

const RUNS: usize = 50;

fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let candles = walk(count);
    println!("{:<24}{:>8}  digest", "indicator", "ns");
    on_prices(&candles.iter().map(|candle| candle.close).collect::<Vec<_>>());
    on_candles(&candles);
    on_market(&candles);
}

fn on_prices(closes: &[f64]) {
    report("sma(20)", Sma::new(20), closes);
    report("ema(20)", Ema::new(20), closes);
    report("wma(20)", Wma::new(20), closes);
    report("dema(20)", Dema::new(20), closes);
    report("t3(5)", T3::new(5, 0.7), closes);
    report("hma(20)", Hma::new(20), closes);
    report("kama(20)", Kama::new(20), closes);
    report("zlema(20)", Zlema::new(20), closes);
    report("macd(12,26,9)", Macd::new(12, 26, 9), closes);
    report("rsi(14)", Rsi::new(14), closes);
    report("bollinger(20,2)", Bollinger::new(20, 2.0), closes);
    report("stddev(20)", StandardDeviation::new(20, 1.0), closes);
    report("zscore(20)", ZScore::new(20), closes);
    report("linreg(14)", LinearRegression::new(14), closes);
    report("max(30)", Maximum::new(30), closes);
    report("hurst(256)", Hurst::new(256), closes);
}

fn on_candles(candles: &[Candle]) {
    let parts = |part: fn(&Candle) -> HighLowClose| candles.iter().map(part).collect::<Vec<_>>();
    let bars = parts(|each| HighLowClose { high: each.high, low: each.low, close: each.close });
    let ranges: Vec<HighLow> =
        candles.iter().map(|each| HighLow { high: each.high, low: each.low }).collect();
    let flow = |each: &Candle| {
        let &Candle { high, low, close, volume, .. } = each;
        HighLowCloseVolume { high, low, close, volume }
    };
    let flows: Vec<HighLowCloseVolume> = candles.iter().map(flow).collect();
    let volumes: Vec<CloseVolume> =
        candles.iter().map(|each| CloseVolume { close: each.close, volume: each.volume }).collect();
    let prices: Vec<Ohlc> = candles
        .iter()
        .map(|&Candle { open, high, low, close, .. }| Ohlc { open, high, low, close })
        .collect();
    report("atr(14)", Atr::new(14), &bars);
    report("adx(14)", Adx::new(14), &bars);
    report("cci(20)", Cci::new(20), &bars);
    report("stoch(14,3,3)", Stochastic::new(14, 3, 3), &bars);
    report("ultosc(7,14,28)", UltimateOscillator::new(7, 14, 28), &bars);
    report("keltner(20,10,2)", Keltner::new(20, 10, 2.0), &bars);
    report("supertrend(10,3)", Supertrend::new(10, 3.0), &bars);
    report("ichimoku(9,26,52,26)", Ichimoku::new(9, 26, 52, 26), &bars);
    report("sar(0.02,0.2)", Sar::new(0.02, 0.2), &ranges);
    report("aroon(25)", Aroon::new(25), &ranges);
    report("donchian(20)", Donchian::new(20), &ranges);
    report("correl(30)", Correlation::new(30), &ranges);
    report("vwma(20)", Vwma::new(20), &volumes);
    report("obv", Obv::new(), &volumes);
    report("yang_zhang(20)", YangZhangVolatility::new(20, 1.0), &prices);
    report("mfi(14)", Mfi::new(14), &flows);
    report("vwap_session", SessionVwap::new(86_400.0, 0.0), candles);
}

fn on_market(candles: &[Candle]) {
    let quotes: Vec<Quote> = candles
        .iter()
        .map(|each| Quote {
            time: each.time,
            bid: each.low,
            bid_size: each.volume,
            ask: each.high,
            ask_size: 1001.0 - each.volume,
        })
        .collect();
    let prints: Vec<Print> = candles
        .iter()
        .map(|each| Print {
            time: each.time,
            price: each.close,
            size: each.volume,
            aggressor: if each.close >= each.open { Side::Buy } else { Side::Sell },
        })
        .collect();
    report("micro_price", MicroPrice::new(), &quotes);
    report("queue_imbalance", QueueImbalance::new(), &quotes);
    report("order_flow(100)", OrderFlow::new(100), &quotes);
    report("spread(100)", Spread::new(100), &quotes);
    report("trade_imbalance(100)", TradeImbalance::new(100), &prints);
    report("trade_intensity(10)", TradeIntensity::new(1e4), &prints);
    report("kyle_lambda(20,100)", KyleLambda::new(20, 100), &prints);
    report("vpin(5000,50)", Vpin::new(5000.0, 50), &prints);
}

/// Runs an indicator over all samples and prints the nanoseconds an update.
fn report<I: Indicator>(name: &str, mut indicator: I, samples: &[I::Sample]) {
    let mut fastest = f64::INFINITY;
    let mut slots = vec![None; I::Output::NAMES.len()];
    let mut digest = 0.0;
    for _ in 0..RUNS {
        indicator.reset();
        let start = Instant::now();
        for sample in samples {
            black_box(indicator.update(*black_box(sample)));
        }
        fastest = fastest.min(start.elapsed().as_secs_f64() * 1e9 / samples.len() as f64);
    }
    indicator.reset();
    for &sample in samples {
        if let Some(output) = indicator.update(sample) {
            output.write(&mut slots);
            digest += slots.iter().copied().flatten().sum::<f64>();
        }
    }
    println!("{name:<24}{fastest:>8.2}  {digest:.9e}");
}

/// A seeded random walk of hourly candles.
fn walk(count: usize) -> Vec<Candle> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut close = 40_000.0_f64;
    (0..count as u64)
        .map(|index| {
            let open = close;
            // Pulled back to where it began, so that long runs stay among prices.
            close *= 1.0 + 0.01 * (next() - 0.5) + 1e-4 * (40_000.0 / close - 1.0);
            Candle {
                time: Nanos(3_600_000_000_000 * index),
                open,
                high: open.max(close) * (1.0 + 0.002 * next()),
                low: open.min(close) * (1.0 - 0.002 * next()),
                close,
                volume: 1.0 + 999.0 * next(),
            }
        })
        .collect()
}
