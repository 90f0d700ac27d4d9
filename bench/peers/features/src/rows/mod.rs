//! The rows of the table: which indicators, with which arguments, of which libraries.

mod averages;
mod bars;
mod cycles;
mod momentum;

use ta::Next;
use yata::core::{IndicatorConfig, IndicatorInstance, Method};

use crate::measure::{Contestant, Library, Row, streaming};
use crate::series::Series;
use crate::talib::TaLib;

/// Returns all rows; TA-Lib's column is empty without it.
#[must_use]
pub fn all(talib: Option<&TaLib>) -> Vec<Row> {
    let mut rows = averages::rows(talib);
    rows.extend(momentum::rows(talib));
    rows.extend(bars::rows(talib));
    rows.extend(cycles::rows(talib));
    rows
}

/// A row; those that a library does not have are left out.
fn row(name: &'static str, contestants: impl IntoIterator<Item = Option<Contestant>>) -> Row {
    Row { name, contestants: contestants.into_iter().flatten().collect() }
}

fn close(series: &Series) -> &[f64] {
    &series.close
}

/// `kand` keeps no state and no past: the closure has the state, `old` is the price `period` ago.
fn kand<U: FnMut(f64, f64) -> f64 + 'static>(
    period: usize,
    make: impl Fn(&Series) -> U + 'static,
) -> Option<Contestant> {
    let make = move |series: &Series| {
        let mut update = make(series);
        move |series: &Series, index: usize, price: &f64| {
            let old = series.close[index.saturating_sub(period)];
            update(*price, old)
        }
    };
    Some(streaming(Library::Kand, close, make))
}

/// A method of `yata` on prices.
fn yata_method<M>(period: u8) -> Option<Contestant>
where
    M: Method<Params = u8, Input = f64, Output = f64> + 'static,
{
    Some(streaming(Library::Yata, close, move |series| {
        let mut method = M::new(period, &series.close[0]).unwrap_or_else(|_| unreachable!());
        move |_: &Series, _, price: &f64| method.next(price)
    }))
}

/// An indicator of `yata` on candles; `output` is the position of its value.
fn yata_indicator<C>(config: C, output: usize) -> Option<Contestant>
where
    C: IndicatorConfig + Clone + 'static,
    C::Instance: 'static,
{
    Some(streaming(
        Library::Yata,
        |series| &series.yata[..],
        move |series| {
            let instance = config.clone().init(&series.yata[0]);
            let mut instance = instance.unwrap_or_else(|_| unreachable!("valid arguments"));
            move |_: &Series, _, candle: &yata::core::Candle| instance.next(candle).value(output)
        },
    ))
}

/// An indicator of `ta` on prices.
fn ta_price<N, O>(make: fn() -> ta::errors::Result<N>, value: fn(O) -> f64) -> Option<Contestant>
where
    N: Next<f64, Output = O> + 'static,
    O: 'static,
{
    Some(streaming(Library::Ta, close, move |_| {
        let mut indicator = make().expect("valid arguments");
        move |_: &Series, _, price: &f64| value(indicator.next(*price))
    }))
}

/// An indicator of `ta` on candles.
fn ta_candle<N, O>(make: fn() -> ta::errors::Result<N>, value: fn(O) -> f64) -> Option<Contestant>
where
    N: for<'a> Next<&'a ta::DataItem, Output = O> + 'static,
    O: 'static,
{
    Some(streaming(
        Library::Ta,
        |series| &series.items[..],
        move |_| {
            let mut indicator = make().expect("valid arguments");
            move |_: &Series, _, item: &ta::DataItem| value(indicator.next(item))
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_comes_first_and_everybody_has_a_last_value() {
        let series = Series::new();
        for mut row in all(None) {
            let figures = row.measure(&series, 1);
            assert_eq!(figures[0].library, Library::Gannet, "{}", row.name);
            assert!(figures.iter().all(|figures| figures.last.is_finite()), "{}", row.name);
        }
    }
}
