//! What closes a bar, and what is in it.

use gannet_types::{Side, Ticks};
use proptest::prelude::*;

use super::*;

fn trade(price: i64, lots: i64) -> Trade {
    Trade { trade_id: 0, aggressor: Side::Buy, price: Ticks(price), lots: Lots(lots) }
}

/// Start, end, open, high, low, close, volume, trades.
type Row = (u64, u64, i64, i64, i64, i64, i64, u32);

fn row(bar: &Bar) -> Row {
    (
        bar.start.0,
        bar.end.0,
        bar.open.0,
        bar.high.0,
        bar.low.0,
        bar.close.0,
        bar.volume.0,
        bar.trades,
    )
}

fn run(kind: BarKind, trades: &[(u64, i64, i64)]) -> Vec<Row> {
    let mut builder = BarBuilder::new(InstrumentId(0), kind);
    let close =
        |&(time, price, lots): &(u64, i64, i64)| builder.on_trade(Nanos(time), &trade(price, lots));
    trades.iter().filter_map(close).map(|bar| row(&bar)).collect()
}

#[test]
fn tick_bars_count_trades() {
    assert_eq!(
        run(BarKind::Tick(2), &[(5, 10, 1), (7, 12, 2), (9, 11, 1), (12, 9, 4)]),
        [(5, 7, 10, 12, 10, 12, 3, 2), (9, 12, 11, 11, 9, 9, 5, 2)]
    );
    assert_eq!(run(BarKind::Tick(1), &[(5, 10, 1)]), [(5, 5, 10, 10, 10, 10, 1, 1)]);
}

#[test]
fn volume_bars_are_not_split() {
    assert_eq!(
        run(BarKind::Volume(Lots(5)), &[(1, 10, 4), (2, 11, 9), (3, 12, 1)]),
        [(1, 2, 10, 11, 10, 11, 13, 2)]
    );
}

#[test]
fn time_bars_close_at_boundaries_and_skip_empty_intervals() {
    assert_eq!(
        run(BarKind::Time(Nanos(10)), &[(12, 5, 1), (19, 7, 1), (45, 6, 2), (50, 6, 1)]),
        [(10, 20, 5, 7, 5, 7, 2, 2), (40, 50, 6, 6, 6, 6, 2, 1)]
    );
}

#[test]
fn a_timer_closes_and_a_late_trade_counts_in_the_next_bar() {
    let mut builder = BarBuilder::new(InstrumentId(0), BarKind::Time(Nanos(10)));
    assert_eq!(builder.on_trade(Nanos(12), &trade(5, 1)), None);
    assert_eq!(builder.on_timer(Nanos(19)), None);
    let bar = builder.on_timer(Nanos(20)).expect("its end has passed");
    assert_eq!(row(&bar), (10, 20, 5, 5, 5, 5, 1, 1));
    assert_eq!(builder.on_timer(Nanos(90)), None);
    assert_eq!(builder.on_trade(Nanos(18), &trade(6, 1)), None);
    let bar = builder.on_timer(Nanos(30)).expect("its end has passed");
    assert_eq!(row(&bar), (20, 30, 6, 6, 6, 6, 1, 1));
}

proptest! {
    #[test]
    fn every_trade_is_in_one_bar_and_starts_increase(
        trades in prop::collection::vec((0_u64..500, 1_i64..50, 1_i64..9), 1..200),
        span in 1_u64..60,
    ) {
        let mut builder = BarBuilder::new(InstrumentId(0), BarKind::Time(Nanos(span)));
        let mut bars = Vec::new();
        for &(time, price, lots) in &trades {
            bars.extend(builder.on_trade(Nanos(time), &trade(price, lots)));
            if price == 1 {
                bars.extend(builder.on_timer(Nanos(time)));
            }
        }
        bars.extend(builder.on_timer(Nanos(u64::MAX)));
        let volume: i64 = bars.iter().map(|bar| bar.volume.0).sum();
        prop_assert_eq!(volume, trades.iter().map(|&(_, _, lots)| lots).sum::<i64>());
        prop_assert!(bars.windows(2).all(|pair| pair[0].start < pair[1].start));
        prop_assert!(bars.iter().all(|bar| bar.low <= bar.open && bar.close <= bar.high));
    }
}
