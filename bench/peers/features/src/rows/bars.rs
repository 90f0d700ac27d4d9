//! Indicators of whole candles.

use std::hint::black_box;

use gannet_features::ta::{
    Accumulation, Adx, Aroon, Atr, BalanceOfPower, Cci, Mfi, Obv, Sar, Stochastic,
    UltimateOscillator, WilliamsR,
};
use kand::ohlcv::{ad, adx, atr, bop, obv, sar};
use ta::indicators as theirs;
use yata::core::Candle;
use yata::helpers::MA;
use yata::indicators;

use super::{row, ta_candle, yata_indicator};
use crate::measure::{Contestant, Library, Row, ours, streaming};
use crate::series::Series;
use crate::talib::TaLib;

#[expect(clippy::too_many_lines, reason = "a table, one row after the other")]
pub(super) fn rows(talib: Option<&TaLib>) -> Vec<Row> {
    let bar = |name, period| talib.and_then(|talib| talib.bar_period(name, period, 0));
    let mut rows = vec![
        row(
            "atr(14)",
            [
                Some(ours(|| Atr::new(14), |series| &series.bars, |value| value)),
                kand_candle(|| {
                    let mut value = 0.0;
                    move |now, before| {
                        value = atr::atr_inc(now.high, now.low, before.close, value, 14)
                            .unwrap_or(f64::NAN);
                        value
                    }
                }),
                ta_candle(|| theirs::AverageTrueRange::new(14), |value: f64| value),
                bar("ATR", 14),
            ],
        ),
        row(
            "adx(14)",
            [
                Some(ours(|| Adx::new(14), |series| &series.bars, |value| value)),
                kand_candle(|| {
                    let mut s = [1.0; 4];
                    move |now, old| {
                        let (high, low) = (now.high, now.low);
                        let next = adx::adx_inc(
                            high, low, old.high, old.low, old.close, s[0], s[1], s[2], s[3], 14,
                        );
                        let Ok((value, plus, minus, range)) = next else { return f64::NAN };
                        s = [value, plus, minus, range];
                        value
                    }
                }),
                yata_indicator(
                    indicators::AverageDirectionalIndex {
                        method1: MA::WSMA(14),
                        method2: MA::WSMA(14),
                        ..Default::default()
                    },
                    0,
                ),
                bar("ADX", 14),
            ],
        ),
        row(
            "cci(20)",
            [
                Some(ours(|| Cci::new(20), |series| &series.bars, |value| value)),
                yata_indicator(
                    indicators::CommodityChannelIndex { period: 20, ..Default::default() },
                    0,
                ),
                ta_candle(|| theirs::CommodityChannelIndex::new(20), |value: f64| value),
                bar("CCI", 20),
            ],
        ),
        row(
            "williams_r(14)",
            [
                Some(ours(|| WilliamsR::new(14), |series| &series.bars, |value| value)),
                bar("WILLR", 14),
            ],
        ),
        row(
            "stoch(14, 3, 3)",
            [
                Some(ours(
                    || Stochastic::new(14, 3, 3),
                    |series| &series.bars,
                    |lines| black_box(lines).k,
                )),
                yata_indicator(
                    indicators::StochasticOscillator {
                        period: 14,
                        ma: MA::SMA(3),
                        signal: MA::SMA(3),
                        ..Default::default()
                    },
                    0,
                ),
                ta_candle(|| theirs::SlowStochastic::new(14, 3), |value: f64| value),
                talib.and_then(|talib| talib.stochastic("STOCH", 14, 3, 0, 3, 0, 0)),
            ],
        ),
        row(
            "ultosc(7, 14, 28)",
            [
                Some(ours(
                    || UltimateOscillator::new(7, 14, 28),
                    |series| &series.bars,
                    |value| value,
                )),
                talib.and_then(|talib| talib.bar_three_periods("ULTOSC", 7, 14, 28, 0)),
            ],
        ),
        row(
            "aroon(25)",
            [
                Some(ours(|| Aroon::new(25), |series| &series.ranges, |lines| lines.up)),
                yata_indicator(indicators::Aroon { period: 25, ..Default::default() }, 0),
                talib.and_then(|talib| talib.range_period_two("AROON", 25, 1)),
            ],
        ),
        row(
            "sar(0.02, 0.2)",
            [
                Some(ours(|| Sar::new(0.02, 0.2), |series| &series.ranges, |value| value)),
                kand_candle(|| {
                    let mut state = None;
                    move |now: &Candle, old: &Candle| {
                        let (value, long, step, extreme) =
                            state.unwrap_or((old.low, true, 0.02, old.high));
                        let next = sar::sar_inc(
                            now.high, now.low, old.high, old.low, value, long, step, extreme, 0.02,
                            0.2,
                        );
                        state = next.ok();
                        state.map_or(f64::NAN, |state| state.0)
                    }
                }),
                yata_indicator(indicators::ParabolicSAR { af_step: 0.02, af_max: 0.2 }, 0),
                talib.and_then(|talib| talib.range_factors("SAR", 0.02, 0.2, 0)),
            ],
        ),
    ];
    rows.extend(volumes(talib));
    rows
}

fn volumes(talib: Option<&TaLib>) -> Vec<Row> {
    vec![
        row(
            "obv",
            [
                Some(ours(Obv::new, |series| &series.volumes_with_close, |value| value)),
                kand_candle(|| {
                    let mut value = 0.0;
                    move |now, before| {
                        value = obv::obv_inc(now.close, before.close, now.volume, value)
                            .unwrap_or(f64::NAN);
                        value
                    }
                }),
                ta_candle(|| Ok(theirs::OnBalanceVolume::new()), |value: f64| value),
                talib.and_then(|talib| talib.close_volume("OBV", 0)),
            ],
        ),
        row(
            "ad",
            [
                Some(ours(Accumulation::new, |series| &series.flows, |value| value)),
                kand_candle(|| {
                    let mut value = 0.0;
                    move |now: &Candle, _: &Candle| {
                        value = ad::ad_inc(now.high, now.low, now.close, now.volume, value)
                            .unwrap_or(f64::NAN);
                        value
                    }
                }),
                talib.and_then(|talib| talib.flow("AD", 0)),
            ],
        ),
        row(
            "mfi(14)",
            [
                Some(ours(|| Mfi::new(14), |series| &series.flows, |value| value)),
                yata_indicator(indicators::MoneyFlowIndex { period: 14, ..Default::default() }, 1),
                ta_candle(|| theirs::MoneyFlowIndex::new(14), |value: f64| value),
                talib.and_then(|talib| talib.flow_period("MFI", 14, 0)),
            ],
        ),
        row(
            "bop",
            [
                Some(ours(BalanceOfPower::new, ohlc, |value| value)),
                kand_candle(|| {
                    move |now: &Candle, _: &Candle| {
                        bop::bop_inc(now.open, now.high, now.low, now.close).unwrap_or(f64::NAN)
                    }
                }),
                talib.and_then(|talib| talib.candle("BOP", 0)),
            ],
        ),
    ]
}

fn ohlc(series: &Series) -> &[gannet_features::Ohlc] {
    &series.prices
}

/// `kand` looks the bar before up in the caller's series.
fn kand_candle<U: FnMut(&Candle, &Candle) -> f64 + 'static>(
    make: impl Fn() -> U + 'static,
) -> Option<Contestant> {
    Some(streaming(
        Library::Kand,
        |series| &series.yata[..],
        move |_| {
            let mut update = make();
            move |series: &Series, index: usize, now: &Candle| {
                update(now, &series.yata[index.saturating_sub(1)])
            }
        },
    ))
}
