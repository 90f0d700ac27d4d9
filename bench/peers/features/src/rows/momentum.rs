//! Momentum and oscillators of prices.

use std::hint::black_box;

use gannet_features::ta::{Cmo, Macd, Momentum, RateOfChange, Rsi, Trix};
use kand::ohlcv::{ema, mom, roc, rsi, trix};
use ta::indicators as theirs;
use yata::helpers::MA;
use yata::{indicators, methods};

use super::{close, kand, row, ta_price, yata_indicator, yata_method};
use crate::measure::{Row, ours};
use crate::talib::TaLib;

#[expect(clippy::too_many_lines, reason = "a table, one row after the other")]
pub(super) fn rows(talib: Option<&TaLib>) -> Vec<Row> {
    vec![
        row(
            "rsi(14)",
            [
                Some(ours(|| Rsi::new(14), close, |value| value)),
                kand(1, |_| {
                    let (mut gain, mut loss) = (0.0, 0.0);
                    move |price, before| {
                        let Ok((value, new_gain, new_loss)) =
                            rsi::rsi_inc(price, before, gain, loss, 14)
                        else {
                            return f64::NAN;
                        };
                        (gain, loss) = (new_gain, new_loss);
                        value
                    }
                }),
                yata_indicator(
                    indicators::RelativeStrengthIndex { ma: MA::WSMA(14), ..Default::default() },
                    0,
                ),
                ta_price(|| theirs::RelativeStrengthIndex::new(14), |value: f64| value),
                talib.and_then(|talib| talib.price_period("RSI", 14, 0)),
            ],
        ),
        row(
            "macd(12, 26, 9)",
            [
                Some(ours(|| Macd::new(12, 26, 9), close, |lines| black_box(lines).macd)),
                // `macd_inc` returns neither of the averages it needs the next time: three averages.
                kand(1, |series| {
                    let (mut fast, mut slow, mut signal) = (series.close[0], series.close[0], 0.0);
                    move |price, _| {
                        fast = ema::ema_inc(price, fast, 12, None).unwrap_or(f64::NAN);
                        slow = ema::ema_inc(price, slow, 26, None).unwrap_or(f64::NAN);
                        signal = ema::ema_inc(fast - slow, signal, 9, None).unwrap_or(f64::NAN);
                        black_box(signal);
                        fast - slow
                    }
                }),
                yata_indicator(indicators::MACD::default(), 0),
                ta_price(
                    || theirs::MovingAverageConvergenceDivergence::new(12, 26, 9),
                    |value: theirs::MovingAverageConvergenceDivergenceOutput| value.macd,
                ),
                talib.and_then(|talib| talib.price_three_periods("MACD", 12, 26, 9, 0)),
            ],
        ),
        row(
            "roc(10)",
            [
                Some(ours(|| RateOfChange::new(10), close, |value| value)),
                kand(10, |_| move |price, old| roc::roc_inc(price, old).unwrap_or(f64::NAN)),
                yata_method::<methods::RateOfChange>(10),
                ta_price(|| theirs::RateOfChange::new(10), |value: f64| value),
                talib.and_then(|talib| talib.price_period("ROC", 10, 0)),
            ],
        ),
        row(
            "mom(10)",
            [
                Some(ours(|| Momentum::new(10), close, |value| value)),
                kand(10, |_| move |price, old| mom::mom_inc(price, old).unwrap_or(f64::NAN)),
                yata_method::<methods::Momentum>(10),
                talib.and_then(|talib| talib.price_period("MOM", 10, 0)),
            ],
        ),
        row(
            "trix(15)",
            [
                Some(ours(|| Trix::new(15), close, |value| value)),
                kand(15, |series| {
                    let mut state = [series.close[0]; 3];
                    move |price, _| {
                        let [one, two, three] = state;
                        let Ok((value, one, two, three)) =
                            trix::trix_inc(price, one, two, three, 15)
                        else {
                            return f64::NAN;
                        };
                        state = [one, two, three];
                        value
                    }
                }),
                talib.and_then(|talib| talib.price_period("TRIX", 15, 0)),
            ],
        ),
        row(
            "cmo(14)",
            [
                Some(ours(|| Cmo::new(14), close, |value| value)),
                yata_indicator(indicators::ChandeMomentumOscillator::default(), 0),
                talib.and_then(|talib| talib.price_period("CMO", 14, 0)),
            ],
        ),
    ]
}
