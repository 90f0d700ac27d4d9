//! The series: a seeded random walk of hourly candles, in the form that each library wants.

use gannet_features::{Candle, CloseVolume, HighLow, HighLowClose, HighLowCloseVolume, Ohlc};
use gannet_types::Nanos;
use ta::DataItem;

/// Samples in the series: the caches hold them, so that the indicator is measured and not memory.
pub const SAMPLES: usize = 20_000;

/// One series, in several forms.
pub struct Series {
    pub candles: Vec<Candle>,
    pub bars: Vec<HighLowClose>,
    pub flows: Vec<HighLowCloseVolume>,
    pub ranges: Vec<HighLow>,
    pub volumes_with_close: Vec<CloseVolume>,
    pub prices: Vec<Ohlc>,
    pub open: Vec<f64>,
    pub high: Vec<f64>,
    pub low: Vec<f64>,
    pub close: Vec<f64>,
    pub volume: Vec<f64>,
    pub items: Vec<DataItem>,
    pub yata: Vec<yata::core::Candle>,
}

impl Series {
    /// Makes the series; the same every time.
    #[must_use]
    pub fn new() -> Self {
        let candles = walk(SAMPLES);
        let part = |part: fn(&Candle) -> f64| candles.iter().map(part).collect::<Vec<f64>>();
        let item = |each: &Candle| {
            let item = DataItem::builder().open(each.open).high(each.high).low(each.low);
            item.close(each.close).volume(each.volume).build().expect("a candle")
        };
        let yata = |each: &Candle| yata::core::Candle {
            open: each.open,
            high: each.high,
            low: each.low,
            close: each.close,
            volume: each.volume,
        };
        let bar =
            |each: &Candle| HighLowClose { high: each.high, low: each.low, close: each.close };
        let flow = |each: &Candle| {
            let &Candle { high, low, close, volume, .. } = each;
            HighLowCloseVolume { high, low, close, volume }
        };
        let ohlc = |each: &Candle| {
            let &Candle { open, high, low, close, .. } = each;
            Ohlc { open, high, low, close }
        };
        let volume = |each: &Candle| CloseVolume { close: each.close, volume: each.volume };
        Self {
            bars: candles.iter().map(bar).collect(),
            flows: candles.iter().map(flow).collect(),
            ranges: candles.iter().map(|each| HighLow { high: each.high, low: each.low }).collect(),
            volumes_with_close: candles.iter().map(volume).collect(),
            prices: candles.iter().map(ohlc).collect(),
            open: part(|each| each.open),
            high: part(|each| each.high),
            low: part(|each| each.low),
            close: part(|each| each.close),
            volume: part(|each| each.volume),
            items: candles.iter().map(item).collect(),
            yata: candles.iter().map(yata).collect(),
            candles,
        }
    }
}

impl Default for Series {
    fn default() -> Self {
        Self::new()
    }
}

/// Pulled back to where it began, so that long runs stay among prices.
fn walk(count: usize) -> Vec<Candle> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut close = 40_000.0_f64;
    let mut candle = |index: u64| {
        let open = close;
        close *= 1.0 + 0.01 * (next() - 0.5) + 1e-4 * (40_000.0 / close - 1.0);
        Candle {
            time: Nanos(3_600_000_000_000 * index),
            open,
            high: open.max(close) * (1.0 + 0.002 * next()),
            low: open.min(close) * (1.0 - 0.002 * next()),
            close,
            volume: 1.0 + 999.0 * next(),
        }
    };
    (0..count as u64).map(&mut candle).collect()
}
