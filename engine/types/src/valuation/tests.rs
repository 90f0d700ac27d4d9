//! Values against exact fractions, and the unit against what venues publish.

use proptest::prelude::*;

use super::*;
use crate::{Increment, Instrument, InstrumentId, InstrumentKind, Money, MoneyScale, Rate, Text};

fn step(text: &str) -> Increment {
    Increment::parse(text.as_bytes()).expect("a step")
}

fn inverse(tick: &str, lot: &str, contract: &str) -> Instrument {
    let contract = Rate::parse(contract.as_bytes()).expect("a contract");
    Instrument {
        id: InstrumentId(0),
        symbol: Text::new(b"BTCUSD"),
        tick: step(tick),
        lot: step(lot),
        kind: InstrumentKind::Inverse { contract },
    }
}

/// BitMEX, "Inverse Perpetual Contracts Guide": contracts × multiplier × (1 / entry − 1 / exit), with a
/// multiplier of a dollar. 885 contracts from 7,299 to 6,635.5 lose 1,212,403 satoshi.
#[test]
fn a_long_loses_what_bitmex_says() {
    let bitcoin = inverse("0.5", "1", "1");
    let scale = MoneyScale::of(&bitcoin);
    let (entry, exit) = (Ticks(14_598), Ticks(13_271));
    let spent = Valuation::Inverse.cost(entry, Lots(885));
    let brought = Valuation::Inverse.cost(exit, Lots(-885));
    assert_eq!(scale.money(-(spent + brought)), Money(-1_212_404), "rounded down");
    assert_eq!(scale.money(Valuation::Inverse.between(entry, exit, Lots(885))), Money(1_212_403));
}

#[test]
fn the_unit_is_a_lot_of_contracts_by_a_tick() {
    for (tick, lot, contract, unit) in [
        ("0.5", "1", "1", (2, 15)),
        ("0.1", "1", "100", (1, 12)),
        ("0.25", "1", "1", (4, 15)),
        ("1", "1", "10", (1, 14)),
        ("25", "1", "1", (4, 17)),
        ("0.0001", "1", "1", (1, 11)),
        ("0.5", "100", "1", (2, 13)),
    ] {
        let instrument = inverse(tick, lot, contract);
        assert!(instrument.has_money_unit());
        assert_eq!(instrument.money_unit(), unit, "{tick} {lot} {contract}");
        // A lot at a tick is worth K units.
        let coins = step(lot).as_f64() * step(contract).as_f64() / step(tick).as_f64();
        let shown = instrument.money_f64(Valuation::Inverse.stake(Ticks(1), Lots(1)));
        assert!((shown / coins - 1.0).abs() < 1e-12, "{tick} {lot} {contract}");
    }
    for (tick, lot, contract) in [
        ("0.3", "1", "1"),
        ("7", "1", "1"),
        ("0.5", "999999999999999999", "999999999999999999"),
        ("0.5", "0.000000000000000001", "0.000000000000000001"),
    ] {
        let instrument = inverse(tick, lot, contract);
        assert!(!instrument.has_money_unit(), "{tick} {lot} {contract}");
        assert_eq!(MoneyScale::of(&instrument).money(Notional(1)), Money::MAX);
    }
}

#[test]
fn a_tenth_of_a_coin_is_converted_at_its_rate() {
    let scale = MoneyScale::of(&inverse("0.5", "1", "1"));
    // 6,000 dollars at 60,000.
    let coins = scale.stake(Ticks(120_000), Lots(6_000));
    assert_eq!(coins, Money(10_000_000));
    let dollars = scale.at(Rate::parse(b"60000").expect("a rate"));
    assert_eq!(dollars.stake(Ticks(120_000), Lots(6_000)), Money(6_000 * 100_000_000));
    assert_eq!(dollars.valuation(), Valuation::Inverse);
}

#[test]
fn nothing_overflows_and_no_price_divides() {
    for lots in [i64::MIN, -1, 0, 1, i64::MAX] {
        for price in [i64::MIN, -1, 0, 1, i64::MAX] {
            for valuation in [Valuation::Linear, Valuation::Inverse] {
                let (price, lots) = (Ticks(price), Lots(lots));
                let _ = valuation.cost(price, lots);
                let _ = valuation.stake(price, lots);
                let _ = valuation.worth(i128::from(price.0) * 2, lots);
                let _ = valuation.stake_at_mid(i128::from(price.0) * 2, i128::from(lots.0) * 4);
                let _ = valuation.between(price, Ticks(1), lots);
                let _ = valuation.basis(Notional(i128::from(price.0)), lots);
                let _ = valuation.lots_of(Notional(i128::MAX), price);
            }
        }
    }
    assert_eq!(Valuation::Inverse.basis(Notional::ZERO, Lots(1)), None);
}

proptest! {
    /// `number / divisor <= rounded < number / divisor + 1`, and its mirror.
    #[test]
    fn inverse_values_are_within_a_unit_on_the_side_named(
        price in 1..=10_000_000_000_i64, lots in -1_000_000_000_000..=1_000_000_000_000_i64,
    ) {
        let (ticks, exact) = (i128::from(price), i128::from(lots) * K);
        let cost = Valuation::Inverse.cost(Ticks(price), Lots(lots)).0;
        // The exact cost is -exact / ticks.
        prop_assert!(cost * ticks >= -exact && (cost - 1) * ticks < -exact);
        let worth = Valuation::Inverse.worth(2 * ticks, Lots(lots)).0;
        prop_assert!(worth * ticks <= -exact && (worth + 1) * ticks > -exact);
        let stake = Valuation::Inverse.stake(Ticks(price), Lots(lots)).0;
        prop_assert!(stake.abs() * ticks >= exact.abs() && (stake.abs() - 1) * ticks < exact.abs());
        prop_assert!(stake.signum() == i128::from(lots.signum()));
        let at_mid = Valuation::Inverse.stake_at_mid(2 * ticks, i128::from(lots)).0;
        prop_assert_eq!(at_mid, stake);
        // Bought and sold at one price nothing is won, and at most two units are lost.
        let round = cost + Valuation::Inverse.cost(Ticks(price), Lots(-lots)).0;
        prop_assert!((0..=1).contains(&round));
    }

    #[test]
    fn the_basis_is_the_price_that_was_paid(
        price in 1..=1_000_000_i64, lots in 1..=1_000_000_000_i64, sign in prop::bool::ANY,
    ) {
        let lots = Lots(if sign { lots } else { -lots });
        for valuation in [Valuation::Linear, Valuation::Inverse] {
            // A unit of the cost is at most a thousandth of a tick times a lot at these prices.
            let basis = valuation.basis(valuation.cost(Ticks(price), lots), lots);
            prop_assert_eq!(basis, Some(Notional::of(Ticks(price), lots)));
        }
    }

    #[test]
    fn as_many_lots_as_an_amount_is_worth_and_no_more(
        price in 1..=10_000_000_i64, amount in 0..=1_i128 << 80,
    ) {
        for valuation in [Valuation::Linear, Valuation::Inverse] {
            let lots = valuation.lots_of(Notional(amount), Ticks(price));
            let Ok(lots) = i64::try_from(lots) else { continue };
            let (fits, more) = (Lots(lots), Lots(lots.saturating_add(1)));
            prop_assert!(valuation.stake(Ticks(price), fits).0 <= amount);
            prop_assert!(valuation.stake(Ticks(price), more).0 >= amount);
        }
    }

    #[test]
    fn what_is_lost_on_the_way_is_the_difference_of_two_values(
        from in 1..=10_000_000_i64, to in 1..=10_000_000_i64, lots in 1..=1_000_000_000_i64,
    ) {
        for valuation in [Valuation::Linear, Valuation::Inverse] {
            let [at_from, at_to] = [from, to].map(|price| valuation.stake(Ticks(price), Lots(lots)).0);
            let lost = valuation.between(Ticks(from), Ticks(to), Lots(lots)).0;
            prop_assert!((lost - (at_from - at_to).abs()).abs() <= 2, "{lost}");
            // As many as lose so much, but for what that was rounded up by; a lot more loses more.
            let [as_many, more] = [lost, lost + 2].map(|amount| {
                valuation.lots_between(Notional(amount), Ticks(from), Ticks(to))
            });
            let enough = from == to || (as_many >= lots.into() && more >= as_many);
            prop_assert!(enough, "{as_many} {more}");
            let fits = i64::try_from(as_many).map(Lots);
            let again = fits.map(|fits| valuation.between(Ticks(from), Ticks(to), fits).0);
            prop_assert!(again.is_ok_and(|again| again <= lost + 2) || fits.is_err());
        }
    }
}
