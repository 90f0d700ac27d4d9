//! Average cost, realised profit and rounding by hand-made trades.

use proptest::prelude::*;

use super::*;

fn after(fills: &[(i64, i64)]) -> Position {
    booked(Valuation::Linear, fills)
}

fn booked(valuation: Valuation, fills: &[(i64, i64)]) -> Position {
    let mut position = Position::of(valuation);
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

/// Units of an inverse contract at a tick.
const K: i128 = Valuation::INVERSE_UNITS as i128;

/// Bybit, "P&L calculations (Inverse Contracts)": 1,000 contracts at 5,000 and 2,000 at 6,000 are worth
/// 0.53333334 BTC, 5,625 in the mean; 1,000 from 5,000 to 5,500 gain 0.01819 BTC, and 1,000 sold at 5,000
/// gain 0.02223 BTC at 4,500. They round a quotient to eight digits before they multiply.
#[test]
fn an_inverse_position_is_what_bybit_says() {
    let coins = |units: i128| units as f64 / K as f64;
    let long = booked(Valuation::Inverse, &[(1_000, 5_000), (2_000, 6_000)]);
    assert!((coins(-long.cost.0) - 0.533_333_34).abs() < 1e-8, "{long:?}");
    let basis = Valuation::Inverse.basis(long.cost, long.lots).expect("a cost");
    assert_eq!(basis, Notional(3_000 * 5_625));
    for (fills, mark, gain) in [
        ([(1_000, 5_000)], 5_500, 0.018_181_8),
        ([(-1_000, 5_000)], 4_500, 0.022_222_2),
        ([(1_000, 5_000)], 4_500, -0.022_222_2),
    ] {
        let position = booked(Valuation::Inverse, &fills);
        let open = coins(position.unrealized(Some(2 * mark)).0);
        assert!((open - gain).abs() < 1e-7, "{fills:?} {open}");
        let (lots, _) = fills[0];
        let closed = booked(Valuation::Inverse, &[fills[0], (-lots, mark as i64)]);
        assert_eq!((closed.lots, closed.cost), (Lots::ZERO, Notional::ZERO));
        assert_eq!(closed.realized, position.unrealized(Some(2 * mark)));
    }
}

#[test]
fn an_inverse_turn_costs_what_its_fill_does() {
    let turned = booked(Valuation::Inverse, &[(3, 7), (-10, 11)]);
    let spent =
        Valuation::Inverse.cost(Ticks(7), Lots(3)) + Valuation::Inverse.cost(Ticks(11), Lots(-10));
    assert_eq!(turned.cost - turned.realized, spent);
    assert_eq!(turned.lots, Lots(-7));
    // Three closed from 7 to 11 gain 3 / 7 - 3 / 11, less a unit for each rounding.
    let exact = 3 * K * 4 / 77;
    assert!((exact - 2..=exact).contains(&turned.realized.0), "{turned:?}");
}

#[test]
fn absurd_numbers_saturate() {
    absurd(Valuation::Linear);
    absurd(Valuation::Inverse);
}

fn absurd(valuation: Valuation) {
    let mut position = Position::of(valuation);
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

    /// Cash is that of each fill, rounded against us, to the last unit; and what was earned is, at any
    /// price, within a unit a fill of exact fractions: sums over the product of all prices.
    #[test]
    fn coins_are_kept(
        fills in prop::collection::vec((-1_000_000_i64..1_000_000, 1_i64..200), 1..40), mark in 1_i64..200,
    ) {
        let fills: Vec<_> = fills.into_iter().filter(|&(lots, _)| lots != 0).collect();
        let position = booked(Valuation::Inverse, &fills);
        let spent: i128 = fills.iter().map(|&(lots, price)| {
            let (size, price) = (K * i128::from(lots.abs()), i128::from(price));
            if lots > 0 { -(size / price) } else { (size + price - 1) / price }
        }).sum();
        prop_assert_eq!(position.cost.0 - position.realized.0, spent);
        // Gains in millionths of a unit: lots × (1 / price - 1 / mark), each cut by less than one.
        let exact: i128 = fills.iter().map(|&(lots, price)| {
            let apart = 1_000_000 * K * i128::from(lots) * i128::from(mark - price);
            apart.div_euclid(i128::from(mark) * i128::from(price))
        }).sum();
        let earned = position.realized.0 + position.unrealized(Some(2 * i128::from(mark))).0;
        let (lost, count) = (exact - 1_000_000 * earned, fills.len() as i128);
        prop_assert!((-count..=1_000_000 * (count + 1)).contains(&lost), "{lost}");
        if position.lots == Lots::ZERO {
            prop_assert_eq!(position.cost, Notional::ZERO);
        }
    }
}
