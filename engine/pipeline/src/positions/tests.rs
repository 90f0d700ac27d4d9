//! Average cost, realised profit and rounding by hand-made trades.

use proptest::prelude::*;

use super::*;

fn after(fills: &[(i64, i64)]) -> Position {
    let mut position = Position::default();
    for &(lots, price) in fills {
        let side = if lots > 0 { Side::Buy } else { Side::Sell };
        position.on_fill(side, Lots(lots.abs()), Ticks(price), Notional(1));
    }
    position
}

/// Fills as (signed lots, price); then lots, cost, realized.
type Case<'a> = (&'a [(i64, i64)], i64, i128, i128);

#[test]
fn examples() {
    let cases: [Case<'_>; 7] = [
        (&[(2, 100)], 2, 200, 0),
        (&[(2, 100), (-2, 103)], 0, 0, 6),
        (&[(-2, 100), (2, 103)], 0, 0, -6),
        (&[(2, 100), (-3, 103)], -1, -103, 6),
        (&[(1, 100), (2, 101), (-1, 101)], 2, 201, 0), // 302 / 3 is 100.67, closed at 101
        (&[(-1, 100), (-2, 101), (1, 100)], -2, -202, 0), // -302 / 3 is -100.67, closed at -100
        (&[(1, 100), (2, 101), (-1, 101), (-2, 101)], 0, 0, 1),
    ];
    for (fills, lots, cost, realized) in cases {
        let position = after(fills);
        assert_eq!(position.lots, Lots(lots), "{fills:?}");
        assert_eq!(position.cost, Notional(cost), "{fills:?}");
        assert_eq!(position.realized, Notional(realized), "{fills:?}");
        assert_eq!(position.fees, Notional(fills.len() as i128));
    }
}

#[test]
fn open_profit_is_at_the_mid_rounded_down() {
    let long = after(&[(3, 100)]);
    assert_eq!(long.unrealized(Some(201)), Notional(1)); // 3 × 0.5 = 1.5
    assert_eq!(long.unrealized(None), Notional::ZERO);
    assert_eq!(long.profit(Some(201)), Notional::ZERO); // less a fee of 1
    assert_eq!(after(&[(-3, 100)]).unrealized(Some(201)), Notional(-2));
}

#[test]
fn absurd_numbers_saturate() {
    let mut position = Position::default();
    for _ in 0..9 {
        position.on_fill(Side::Buy, Lots(i64::MAX), Ticks(i64::MAX), Notional(i128::MAX));
    }
    position.on_fill(Side::Sell, Lots(i64::MAX - 1), Ticks(1), Notional(i128::MIN));
    position.on_fill(Side::Sell, Lots(i64::MAX), Ticks(i64::MAX), Notional(i128::MAX));
    let _ = position.profit(Some(i128::from(i64::MAX) * 2));
}

proptest! {
    #[test]
    fn cash_is_kept(fills in prop::collection::vec((-50_i64..50, 1_i64..1_000), 0..100)) {
        let fills: Vec<_> = fills.into_iter().filter(|&(lots, _)| lots != 0).collect();
        let position = after(&fills);
        let lots: i64 = fills.iter().map(|&(lots, _)| lots).sum();
        let spent: i128 = fills.iter().map(|&(lots, price)| i128::from(lots * price)).sum();
        prop_assert_eq!(position.lots, Lots(lots));
        prop_assert_eq!(position.cost.0 - position.realized.0, spent);
        if lots == 0 {
            prop_assert_eq!(position.cost, Notional::ZERO);
        }
    }
}
