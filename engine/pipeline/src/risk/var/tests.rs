//! Value at risk against its definitions: sorted lists, sums over all pairs, and floats.

use gannet_types::{Increment, Instrument, Nanos, Notional, Text};
use proptest::prelude::{ProptestConfig, prop, prop_assert, prop_assert_eq, proptest};

use super::*;

const BAR: BarKind = BarKind::Time(Nanos(1_000));

fn config() -> VarConfig {
    VarConfig {
        bar: BAR,
        returns: 20,
        returns_min: 3,
        quantile_ppm: 900_000,
        deviations_ppm: 2_000_000,
        decay_ppm: 940_000,
        horizon_ppm: 1_000_000,
    }
}

fn bar(instrument: u16, interval: u64, close: i64) -> Bar {
    let (start, price) = (Nanos(interval * 1_000), Ticks(close));
    Bar {
        instrument: InstrumentId(instrument),
        kind: BAR,
        start,
        end: start.after(Nanos(1_000)),
        open: price,
        high: price,
        low: price,
        close: price,
        volume: Lots(1),
        notional: Notional::of(price, Lots(1)),
        trades: 1,
    }
}

/// A tick times a lot is a unit of money.
fn scale() -> MoneyScale {
    let step = |text: &[u8]| Increment::parse(text).expect("a step");
    MoneyScale::of(&Instrument {
        id: InstrumentId(0),
        symbol: Text::new(b"X"),
        tick: step(b"1"),
        lot: step(b"1"),
        kind: gannet_types::InstrumentKind::Linear,
    })
}

fn hold(var: &mut ValueAtRisk, account: u16, instrument: u16, lots: i64) {
    var.hold(AccountId(account), InstrumentId(instrument), Lots(lots), scale());
}

/// So many units of money.
fn money(units: i128) -> Money {
    Money(units * 100_000_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_variance_is_the_sum_over_all_pairs(
        acts in prop::collection::vec((0_u8..3, 0_u16..4, 50_i64..200, -40_i64..40, 0_u16..2), 1..120),
    ) {
        let mut var = ValueAtRisk::new(config(), 2, 4);
        let mut interval = 0;
        let mut held = [[0; 4]; 2];
        for (act, instrument, close, lots, account) in acts {
            match act {
                0 => {
                    held[usize::from(account)][usize::from(instrument)] = lots;
                    hold(&mut var, account, instrument, lots);
                }
                1 => {
                    var.on_bar(&bar(instrument, interval, close), Valuation::Linear);
                    // Lots stay, the price moves.
                    for account in 0..2 {
                        let lots = held[usize::from(account)][usize::from(instrument)];
                        hold(&mut var, account, instrument, lots);
                    }
                }
                _ => interval += 1,
            }
            for account in 0..2 {
                let (folded, kept) = var.variances.folded(account, &var.covariance);
                prop_assert_eq!(folded, kept);
            }
        }
    }

    #[test]
    fn tails_are_those_of_the_sorted_returns(
        changes in prop::collection::vec(-1_000_i64..1_000, 1..80), quantile in 500_000_u32..1_000_000,
    ) {
        let mut window = Returns::new(20);
        for (count, &change) in changes.iter().enumerate() {
            window.push(change);
            let newest = &changes[(count + 1).saturating_sub(20)..=count];
            let no_worse = |loss: u64, sign: i64| {
                newest.iter().filter(|&&change| -change * sign <= loss as i64).count() as u64
            };
            let (fall, rise) = window.tails(quantile);
            let wanted = newest.len() as u64 * u64::from(quantile);
            for (loss, sign) in [(fall, 1), (rise, -1)] {
                prop_assert!(no_worse(loss, sign) * 1_000_000 >= wanted, "enough are no worse");
                let less = loss.saturating_sub(1);
                prop_assert!(loss == 0 || no_worse(less, sign) * 1_000_000 < wanted + 1_000_000);
            }
        }
    }

    #[test]
    fn covariances_are_those_of_floats(
        closes in prop::collection::vec((9_000_i64..11_000, 9_000_i64..11_000), 5..60),
    ) {
        let mut var = ValueAtRisk::new(config(), 1, 2);
        let mut expected: Option<[f64; 3]> = None;
        for (interval, pair) in closes.windows(2).enumerate() {
            let change = |from: i64, to: i64| (to - from) as f64 / from as f64;
            let (left, right) = (change(pair[0].0, pair[1].0), change(pair[0].1, pair[1].1));
            let fresh = [left * left, left * right, right * right];
            expected = Some(expected.map_or(fresh, |old| {
                std::array::from_fn(|at| 0.94 * old[at] + 0.06 * fresh[at])
            }));
            if interval == 0 {
                var.on_bar(&bar(0, 0, pair[0].0), Valuation::Linear);
                var.on_bar(&bar(1, 0, pair[0].1), Valuation::Linear);
            }
            var.on_bar(&bar(0, interval as u64 + 1, pair[1].0), Valuation::Linear);
            var.on_bar(&bar(1, interval as u64 + 1, pair[1].1), Valuation::Linear);
        }
        let kept = [(0, 0), (0, 1), (1, 1)].map(|(row, column)| var.covariance.of(row, column) as f64 / 1e12);
        for (kept, expected) in kept.into_iter().zip(expected.expect("at least one")) {
            // Rounding adds up to sixteen units in the long run; returns below 0.25 round to 1e-9.
            prop_assert!((kept - expected).abs() < 2e-11 + 5e-10, "{kept} {expected}");
        }
    }
}

/// Two instruments that move together by one percent, up and down, and a third against them.
fn measured() -> ValueAtRisk {
    let mut var = ValueAtRisk::new(config(), 1, 4);
    for interval in 0..40 {
        let up = interval % 2;
        var.on_bar(&bar(0, interval, 10_000 + 100 * up as i64), Valuation::Linear);
        var.on_bar(&bar(1, interval, 10_000 + 100 * up as i64), Valuation::Linear);
        var.on_bar(&bar(2, interval, 10_100 - 100 * up as i64), Valuation::Linear);
    }
    var
}

#[test]
fn a_limit_is_kept_to_the_unit() {
    let mut var = measured();
    let mut over = |value: i128, others: i128, max: i128| {
        var.allow(AccountId(0), money(max));
        var.is_over(AccountId(0), InstrumentId(0), money(value), money(others))
    };
    // A percent, twice: two deviations are twenty thousand of a million.
    assert!(!over(1_000_000, 0, 20_100));
    assert!(over(1_000_000, 0, 19_800));
    assert!(over(-1_000_000, 0, 19_800), "short");
    assert!(over(1_000_000, 100, 20_100), "what works elsewhere counts twice");
    assert!(!over(1_000_000, 100, 20_400));
    assert!(!over(0, 0, 1), "nothing held");
    assert!(over(0, 2, 1));
}

#[test]
fn positions_that_move_together_add_up_and_others_cancel() {
    let mut var = measured();
    let over = |var: &mut ValueAtRisk, instrument, value: i128, max: i128| {
        var.allow(AccountId(0), money(max));
        var.is_over(AccountId(0), InstrumentId(instrument), money(value), Money::ZERO)
    };
    // 100 lots at 10,100.
    hold(&mut var, 0, 0, 100);
    assert!(over(&mut var, 1, 1_010_000, 40_000));
    assert!(!over(&mut var, 1, 1_010_000, 41_000));
    assert!(!over(&mut var, 1, -1_010_000, 500));
    assert!(!over(&mut var, 2, 1_010_000, 500));
    assert!(over(&mut var, 2, -1_010_000, 40_000));
}

#[test]
fn what_is_not_known_is_over() {
    let mut var = measured();
    var.allow(AccountId(0), Money(i128::MAX / 2));
    let over = |var: &ValueAtRisk, instrument| {
        var.is_over(AccountId(0), InstrumentId(instrument), money(1), Money::ZERO)
    };
    assert!(!over(&var, 0));
    assert!(over(&var, 3), "no return yet");
    assert_eq!(var.tails(InstrumentId(3)), None);
    // A fourth that trades at other times has no covariance with the first.
    for interval in 100..110 {
        var.on_bar(&bar(3, interval, 500 + interval as i64 % 2), Valuation::Linear);
    }
    assert!(!over(&var, 3));
    hold(&mut var, 0, 0, 5);
    assert!(over(&var, 3), "no returns in common");
    let absurd = Money(i128::MAX / 4);
    assert!(var.is_over(AccountId(0), InstrumentId(0), absurd, Money::ZERO));
}

#[test]
fn returns_are_rounded_away_from_zero() {
    let cases = [(3, 4, 333_333_334), (3, 2, -333_333_334), (100, 101, 10_000_000), (5, 5, 0)];
    for (from, to, expected) in cases {
        assert_eq!(billionths(Ticks(from), Ticks(to)), expected);
    }
    assert_eq!(billionths(Ticks(1), Ticks(i64::MAX)), 1_000_000_000);
}

#[test]
fn a_longer_horizon_widens_tails() {
    let mut twice = ValueAtRisk::new(VarConfig { horizon_ppm: 2_000_000, ..config() }, 1, 1);
    let mut once = ValueAtRisk::new(config(), 1, 1);
    for interval in 0..30 {
        for var in [&mut once, &mut twice] {
            var.on_bar(&bar(0, interval, 10_000 + 100 * (interval as i64 % 2)), Valuation::Linear);
        }
    }
    let tails = once.tails(InstrumentId(0)).expect("measured");
    assert_eq!((tails.fall, tails.rise), (9_900_991, 10_000_000));
    let tails = twice.tails(InstrumentId(0)).expect("measured");
    assert_eq!((tails.fall, tails.rise), (19_801_982, 20_000_000));
}

#[test]
fn an_inverse_contract_moves_by_what_its_coins_are_worth() {
    let mut var = ValueAtRisk::new(VarConfig { returns_min: 2, ..config() }, 1, 2);
    // Half the price is twice the coins; a clamped return is as much as the position was worth.
    for (interval, close) in [(0, 100), (1, 101), (2, 100), (3, 80)] {
        var.on_bar(&bar(0, interval, close), Valuation::Linear);
        var.on_bar(&bar(1, interval, close), Valuation::Inverse);
    }
    let tails = [0, 1].map(|id| var.tails(InstrumentId(id)).expect("it is known"));
    assert_eq!(tails[0], Tails { fall: 200_000_000, rise: 10_000_000 });
    // (80 - 100) / 80, and (101 - 100) / 101.
    assert_eq!(tails[1], Tails { fall: 250_000_000, rise: 9_900_991 });
    let deviations = [0, 1].map(|id| var.deviation(InstrumentId(id)).expect("it is known"));
    assert!(deviations[1] > deviations[0], "{deviations:?}");
}
