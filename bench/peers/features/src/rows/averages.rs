//! Moving averages, deviations and bands of prices.

use gannet_features::ta::{
    Bollinger, Dema, Ema, Hma, Kama, LinearRegression, Maximum, Sma, StandardDeviation, T3, Tema,
    Trima, Vwma, Wma,
};
use kand::ohlcv::{bbands, dema, ema, sma, t3, tema, wma};
use kand::stats::stddev;
use ta::indicators as theirs;
use yata::core::Method;
use yata::{indicators, methods};

use super::{close, kand, row, ta_price, yata_indicator, yata_method};
use crate::measure::{Library, Row, ours, streaming};
use crate::series::Series;
use crate::talib::TaLib;

#[expect(clippy::too_many_lines, reason = "a table, one row after the other")]
pub(super) fn rows(talib: Option<&TaLib>) -> Vec<Row> {
    let talib_20 = |name| talib.and_then(|talib| talib.price_period(name, 20, 0));
    let mut rows = simple(talib);
    rows.extend([
        row(
            "dema(20)",
            [
                Some(ours(|| Dema::new(20), close, |value| value)),
                kand(20, |series| {
                    let (mut one, mut two) = (series.close[0], series.close[0]);
                    move |price, _| {
                        let Ok((value, new_one, new_two)) = dema::dema_inc(price, one, two, 20)
                        else {
                            return f64::NAN;
                        };
                        (one, two) = (new_one, new_two);
                        value
                    }
                }),
                yata_method::<methods::DEMA>(20),
                talib_20("DEMA"),
            ],
        ),
        row(
            "tema(20)",
            [
                Some(ours(|| Tema::new(20), close, |value| value)),
                kand(20, |series| {
                    let mut state = [series.close[0]; 3];
                    move |price, _| {
                        let [one, two, three] = state;
                        let Ok((value, one, two, three)) =
                            tema::tema_inc(price, one, two, three, 20)
                        else {
                            return f64::NAN;
                        };
                        state = [one, two, three];
                        value
                    }
                }),
                yata_method::<methods::TEMA>(20),
                talib_20("TEMA"),
            ],
        ),
        row(
            "t3(5, 0.7)",
            [
                Some(ours(|| T3::new(5, 0.7), close, |value| value)),
                kand(5, |series| {
                    let mut s = [series.close[0]; 6];
                    move |price, _| {
                        let next = t3::t3_inc(price, s[0], s[1], s[2], s[3], s[4], s[5], 5, 0.7);
                        let Ok((value, a, b, c, d, e, f)) = next else { return f64::NAN };
                        s = [a, b, c, d, e, f];
                        value
                    }
                }),
                talib.and_then(|talib| talib.price_period_factor("T3", 5, 0.7, 0)),
            ],
        ),
        row(
            "trima(20)",
            [
                Some(ours(|| Trima::new(20), close, |value| value)),
                yata_method::<methods::TRIMA>(20),
                talib_20("TRIMA"),
            ],
        ),
        row(
            "hma(20)",
            [Some(ours(|| Hma::new(20), close, |value| value)), yata_method::<methods::HMA>(20)],
        ),
        row("kama(20)", [Some(ours(|| Kama::new(20), close, |value| value)), talib_20("KAMA")]),
        row(
            "linreg(20)",
            [
                Some(ours(|| LinearRegression::new(20), close, |line| line.end)),
                yata_method::<methods::LinReg>(20),
                talib_20("LINEARREG"),
            ],
        ),
        row(
            "vwma(20)",
            [
                Some(ours(|| Vwma::new(20), |series| &series.volumes_with_close, |value| value)),
                Some(streaming(
                    Library::Yata,
                    |series| &series.yata[..],
                    |series| {
                        let first = (series.close[0], series.volume[0]);
                        let method = methods::VWMA::new(20, &first);
                        let mut method = method.unwrap_or_else(|_| unreachable!("a valid period"));
                        move |_: &Series, _, candle: &yata::core::Candle| {
                            method.next(&(candle.close, candle.volume))
                        }
                    },
                )),
            ],
        ),
    ]);
    rows.extend(spreads(talib));
    rows
}

fn simple(talib: Option<&TaLib>) -> Vec<Row> {
    let talib_20 = |name| talib.and_then(|talib| talib.price_period(name, 20, 0));
    vec![
        row(
            "sma(20)",
            [
                Some(ours(|| Sma::new(20), close, |value| value)),
                kand(20, |series| {
                    let mut value = series.close[0];
                    move |price, old| {
                        value = sma::sma_inc(value, price, old, 20).unwrap_or(f64::NAN);
                        value
                    }
                }),
                yata_method::<methods::SMA>(20),
                ta_price(|| theirs::SimpleMovingAverage::new(20), |value: f64| value),
                talib_20("SMA"),
            ],
        ),
        row(
            "ema(20)",
            [
                Some(ours(|| Ema::new(20), close, |value| value)),
                kand(20, |series| {
                    let mut value = series.close[0];
                    move |price, _| {
                        value = ema::ema_inc(price, value, 20, None).unwrap_or(f64::NAN);
                        value
                    }
                }),
                yata_method::<methods::EMA>(20),
                ta_price(|| theirs::ExponentialMovingAverage::new(20), |value: f64| value),
                talib_20("EMA"),
            ],
        ),
        row(
            "wma(20)",
            [
                Some(ours(|| Wma::new(20), close, |value| value)),
                // It wants the newest price first: the series backwards, made outside of the clock.
                Some(streaming(Library::Kand, close, |series| {
                    let reversed: Vec<f64> = series.close.iter().rev().copied().collect();
                    move |_: &Series, index, _: &f64| {
                        let newest = reversed.len() - 1 - index;
                        let window = reversed.get(newest..newest + 20);
                        window.map_or(0.0, |window| wma::wma_inc(window, 20).unwrap_or(f64::NAN))
                    }
                })),
                yata_method::<methods::WMA>(20),
                talib_20("WMA"),
            ],
        ),
    ]
}

fn spreads(talib: Option<&TaLib>) -> Vec<Row> {
    vec![
        row(
            "stddev(20)",
            [
                Some(ours(|| StandardDeviation::new(20, 1.0), close, |value| value)),
                kand(20, |series| {
                    let first = series.close[0];
                    let (mut sum, mut squares) = (20.0 * first, 20.0 * first * first);
                    move |price, old| {
                        let Ok((value, new_sum, new_squares)) =
                            stddev::stddev_inc(price, sum, squares, old, 20)
                        else {
                            return f64::NAN;
                        };
                        (sum, squares) = (new_sum, new_squares);
                        value
                    }
                }),
                yata_method::<methods::StDev>(20),
                ta_price(|| theirs::StandardDeviation::new(20), |value: f64| value),
                talib.and_then(|talib| talib.price_period_factor("STDDEV", 20, 1.0, 0)),
            ],
        ),
        row(
            "bollinger(20, 2)",
            [
                Some(ours(|| Bollinger::new(20, 2.0), close, |bands| bands.up)),
                kand(20, |series| {
                    let first = series.close[0];
                    let mut s = [first, 20.0 * first, 20.0 * first * first];
                    move |price, old| {
                        let next = bbands::bbands_inc(price, s[0], s[1], s[2], old, 20, 2.0, 2.0);
                        let Ok((upper, _, _, average, sum, squares)) = next else {
                            return f64::NAN;
                        };
                        s = [average, sum, squares];
                        upper
                    }
                }),
                yata_indicator(indicators::BollingerBands::default(), 0),
                ta_price(
                    || theirs::BollingerBands::new(20, 2.0),
                    |value: theirs::BollingerBandsOutput| value.upper,
                ),
                talib.and_then(|talib| talib.bands("BBANDS", 20, 2.0, 2.0, 0, 0)),
            ],
        ),
        row(
            "max(20)",
            [
                Some(ours(|| Maximum::new(20), close, |value| value)),
                yata_method::<methods::Highest>(20),
                ta_price(|| theirs::Maximum::new(20), |value: f64| value),
                talib.and_then(|talib| talib.price_period("MAX", 20, 0)),
            ],
        ),
    ]
}
