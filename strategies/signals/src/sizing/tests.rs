//! Sizes, by hand and as properties.

use super::*;
use crate::testing::Dice;

const PRICE: Ticks = Ticks(10_000);

fn config(method: SizingMethod) -> SizingConfig {
    SizingConfig {
        method,
        equity: Notional(100_000_000),
        lots_max: Lots(1_000_000),
        notional_min: Notional::ZERO,
    }
}

const fn entry(stop: Option<i64>, profit: i128) -> Entry {
    let stop = match stop {
        Some(ticks) => Some(Ticks(ticks)),
        None => None,
    };
    Entry { price: PRICE, stop, profit: Notional(profit), valuation: Valuation::Linear }
}

fn sized(config: SizingConfig, entry: Entry) -> Result<i64, Unsized> {
    assert_eq!(config.check(), Ok(()));
    Sizer::new(config).size(&entry).map(|lots| lots.0)
}

#[test]
fn every_method_by_hand() {
    let quantity = SizingMethod::Quantity(Lots(7));
    assert_eq!(sized(config(quantity), entry(None, 0)), Ok(7));

    // 50,500,000 of margin three times over, at 10,000: 15,150 lots.
    let margin = SizingMethod::Margin { margin: Notional(50_500_000), leverage_percent: 300 };
    assert_eq!(sized(config(margin), entry(None, 0)), Ok(15_150));

    // One percent of 100,000,000 at 30 ticks to the stop: 33,333.3 lots.
    let risk = SizingMethod::Risk { equity_ppm: 10_000 };
    assert_eq!(sized(config(risk), entry(Some(30), 0)), Ok(33_333));
    assert_eq!(sized(config(risk), entry(Some(30), 50_000_000)), Ok(50_000));
    assert_eq!(sized(config(risk), entry(None, 0)), Err(Unsized::NoStop));
    assert_eq!(sized(config(risk), entry(Some(30), -100_000_000)), Err(Unsized::NoEquity));
    assert_eq!(sized(config(risk), entry(Some(1_000_001), 0)), Err(Unsized::BelowLot));
}

#[test]
fn caps_and_minimums_hold() {
    let risk = SizingMethod::Risk { equity_ppm: 10_000 };
    let capped = SizingConfig { lots_max: Lots(100), ..config(risk) };
    assert_eq!(sized(capped, entry(Some(30), 0)), Ok(100));
    let small = SizingConfig { notional_min: Notional(1_000_001), ..capped };
    assert_eq!(sized(small, entry(Some(30), 0)), Err(Unsized::BelowMinimum));
    let enough = SizingConfig { notional_min: Notional(1_000_000), ..capped };
    assert_eq!(sized(enough, entry(Some(30), 0)), Ok(100));
    let nowhere = Entry { price: Ticks::ZERO, ..entry(None, 0) };
    assert_eq!(sized(config(SizingMethod::Quantity(Lots(1))), nowhere), Err(Unsized::NoPrice));
}

#[test]
fn what_is_out_of_range_is_refused() {
    let refused = |config: SizingConfig| config.check().expect_err("out of range").to_string();
    let quantity = config(SizingMethod::Quantity(Lots(2_000_000)));
    assert_eq!(refused(quantity), "quantity must be at most quantity_max");
    let risk = SizingMethod::Risk { equity_ppm: 0 };
    assert_eq!(refused(config(risk)), "risk_ppm must be 1 to 1000000");
    let poor = SizingConfig { equity: Notional::ZERO, ..config(risk) };
    assert_eq!(refused(poor), "equity must be positive");
    let margin = SizingMethod::Margin { margin: Notional(1), leverage_percent: 20_000 };
    assert_eq!(refused(config(margin)), "leverage_percent must be 1 to 12500");
}

/// A hundred thousand entries of any size, price and stop: never above the cap, the risk or the
/// leverage, never below the minimum, and never one lot less than possible.
#[test]
fn no_size_is_above_cap_or_risk_and_none_is_too_small() {
    let mut dice = Dice::new(42);
    let mut sizes = 0;
    for _ in 0..100_000 {
        let ppm = dice.below(1_000_000) as u32 + 1;
        let leverage_percent = dice.below(12_500) as u32 + 1;
        let amount = 1_i128 << dice.below(90);
        let equity = amount + i128::from(dice.below(1 << 40));
        let method = if dice.below(2) == 0 {
            SizingMethod::Risk { equity_ppm: ppm }
        } else {
            SizingMethod::Margin { margin: Notional(equity), leverage_percent }
        };
        let config = SizingConfig {
            method,
            equity: Notional(equity),
            lots_max: Lots(1 << dice.below(62)),
            notional_min: Notional(i128::from(dice.below(1 << 30))),
        };
        let stop = 1 + dice.below(1 << 20) as i64;
        let entry = Entry {
            price: Ticks(1 + dice.below(1 << 40) as i64),
            stop: Some(Ticks(stop)),
            profit: Notional(i128::from(dice.below(1 << 40)) - (1 << 39)),
            valuation: Valuation::Linear,
        };
        let Ok(lots) = Sizer::new(config).size(&entry) else { continue };
        sizes += 1;
        assert!(lots > Lots::ZERO && lots <= config.lots_max);
        assert!(Notional::of(entry.price, lots) >= config.notional_min);
        let (unit, budget) = match method {
            SizingMethod::Risk { equity_ppm } => {
                (stop, (equity + entry.profit.0) * i128::from(equity_ppm) / MILLION)
            }
            _ => (entry.price.0, equity * i128::from(leverage_percent) / 100),
        };
        assert!(i128::from(lots.0) * i128::from(unit) <= budget, "{config:?} {entry:?}");
        let one_more = (i128::from(lots.0) + 1) * i128::from(unit) <= budget;
        assert!(lots == config.lots_max || !one_more, "{config:?} {entry:?}");
    }
    assert!(sizes > 50_000, "{sizes}");
}

/// A lot of an inverse contract is K units at a tick. Whatever the budget of coins: what a stop costs who
/// buys is within it, and a lot more is not.
#[test]
fn an_inverse_contract_is_sized_in_coins() {
    let units = i128::from(Valuation::INVERSE_UNITS);
    let inverse = |stop, profit| Entry { valuation: Valuation::Inverse, ..entry(stop, profit) };
    // Half a coin of margin four times over at 10,000 ticks: 20,000 lots of a tick's coin.
    let margin = SizingMethod::Margin { margin: Notional(units / 2), leverage_percent: 400 };
    assert_eq!(sized(config(margin), inverse(None, 0)), Ok(20_000));
    let mut dice = Dice::new(7);
    let mut sizes = 0;
    for _ in 0..100_000 {
        let equity = 1 + i128::from(dice.below(1 << 60));
        let equity_ppm = dice.below(1_000_000) as u32 + 1;
        let config = SizingConfig {
            method: SizingMethod::Risk { equity_ppm },
            equity: Notional(equity),
            lots_max: Lots(1 << 50),
            notional_min: Notional::ZERO,
        };
        let (price, stop) = (1 + dice.below(1 << 24) as i64, 1 + dice.below(1 << 20) as i64);
        let entry = Entry { price: Ticks(price), ..inverse(Some(stop), 0) };
        let size = Sizer::new(config).size(&entry);
        let Ok(lots) = size else {
            assert_eq!(size, Err(Unsized::BelowLot));
            continue;
        };
        sizes += 1;
        assert!(stop < price, "at nothing a contract is worth more than all coins");
        let budget = equity * i128::from(equity_ppm) / MILLION;
        let lost = |lots| Valuation::Inverse.between(Ticks(price), Ticks(price - stop), lots).0;
        assert!(lost(lots) <= budget + 2, "{entry:?} {config:?}");
        let one_more = lost(Lots(lots.0 + 1)) >= budget;
        assert!(lots == config.lots_max || one_more, "{entry:?} {config:?}");
    }
    assert!(sizes > 50_000, "{sizes}");
}
