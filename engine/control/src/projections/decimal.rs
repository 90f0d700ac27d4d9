//! Integers of the engine as decimal text for people: exact, no floats.

use gannet_types::{Increment, Instrument, Lots, Notional, Ticks, Valuation};

/// Returns a price in the quote currency.
#[must_use]
pub fn price(instrument: &Instrument, ticks: Ticks) -> String {
    steps(&instrument.tick, ticks.0)
}

/// Returns a quantity in the instrument's own unit.
#[must_use]
pub fn quantity(instrument: &Instrument, lots: Lots) -> String {
    steps(&instrument.lot, lots.0)
}

/// Returns money in what the instrument settles in, exactly.
#[must_use]
pub fn money(instrument: &Instrument, amount: Notional) -> String {
    let (unit, decimals) = instrument.money_unit();
    unit.checked_mul(amount.0)
        .map_or_else(|| OUT_OF_RANGE.to_owned(), |units| decimal(units, decimals))
}

/// Returns the average price of `lots` that cost `cost`, two decimals finer than the tick, cut
/// towards zero; `None` without lots. What inverse contracts cost is coins, so theirs is the harmonic
/// mean, to the nearest; the sign of that cost does not matter.
#[must_use]
pub fn average_price(instrument: &Instrument, cost: Notional, lots: Lots) -> Option<String> {
    let lots = i128::from(lots.0);
    match instrument.valuation() {
        Valuation::Linear => mean(instrument, cost.0, lots),
        Valuation::Inverse => {
            let at_a_tick = i128::from(Valuation::INVERSE_UNITS) * lots.abs();
            let size = cost.0.checked_abs()?;
            let (tick, decimals) = instrument.tick.parts();
            let scaled = at_a_tick.checked_mul(i128::from(tick))?.checked_mul(100)?;
            Some(decimal(scaled.checked_add(size / 2)?.checked_div(size)?, decimals + 2))
        }
    }
}

/// Returns half of bid plus ask.
#[must_use]
pub fn mid_price(instrument: &Instrument, twice_mid: i128) -> Option<String> {
    mean(instrument, twice_mid, 2)
}

/// Returns so many ticks by a number, two decimals finer than the tick, cut towards zero.
fn mean(instrument: &Instrument, ticks: i128, by: i128) -> Option<String> {
    let (tick, decimals) = instrument.tick.parts();
    let scaled = ticks.checked_mul(i128::from(tick))?.checked_mul(100)?;
    Some(decimal(scaled.checked_div(by)?, decimals + 2))
}

fn steps(increment: &Increment, count: i64) -> String {
    let (units, decimals) = increment.parts();
    i128::from(count)
        .checked_mul(i128::from(units))
        .map_or_else(|| OUT_OF_RANGE.to_owned(), |units| decimal(units, decimals))
}

/// Returns `units` of the last of so many decimals.
#[must_use]
pub fn decimal(units: i128, decimals: u8) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let places = usize::from(decimals);
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// Shown instead of a number that no real instrument can reach.
const OUT_OF_RANGE: &str = "out of range";

#[cfg(test)]
mod tests {
    use gannet_types::{InstrumentId, Text};

    use super::*;

    fn instrument(tick: &str, lot: &str) -> Instrument {
        Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"X"),
            tick: Increment::parse(tick.as_bytes()).expect("a tick"),
            lot: Increment::parse(lot.as_bytes()).expect("a lot"),
            kind: gannet_types::InstrumentKind::Linear,
        }
    }

    #[test]
    fn steps_become_decimals() {
        for (tick, ticks, expected) in [
            ("0.10", 618_002, "61800.2"),
            ("0.10", 3, "0.3"),
            ("0.10", -3, "-0.3"),
            ("0.25", -1, "-0.25"),
            ("5", 25, "125"),
            ("0.00000001", 1, "0.00000001"),
            ("999999999999999999", i64::MAX, "9223372036854775797776627963145224193"),
        ] {
            assert_eq!(price(&instrument(tick, "1"), Ticks(ticks)), expected, "{tick} {ticks}");
        }
    }

    #[test]
    fn money_is_exact() {
        let bitcoin = instrument("0.10", "0.001");
        assert_eq!(money(&bitcoin, Notional(-12_345)), "-1.2345");
        assert_eq!(money(&bitcoin, Notional(0)), "0.0000");
        assert_eq!(
            money(&bitcoin, Notional(i128::MAX)),
            "17014118346046923173168730371588410.5727"
        );
        assert_eq!(money(&instrument("5", "3"), Notional(i128::MAX)), OUT_OF_RANGE);
    }

    #[test]
    fn averages_have_two_more_decimals() {
        let bitcoin = instrument("0.10", "0.001");
        assert_eq!(average_price(&bitcoin, Notional(301), Lots(3)).as_deref(), Some("10.033"));
        assert_eq!(average_price(&bitcoin, Notional(-301), Lots(-3)).as_deref(), Some("10.033"));
        assert_eq!(average_price(&bitcoin, Notional(1), Lots(0)), None);
        assert_eq!(average_price(&bitcoin, Notional(i128::MAX), Lots(1)), None);
        assert_eq!(mid_price(&bitcoin, 20_001).as_deref(), Some("1000.050"));
    }

    /// Bybit's example: 1,000 contracts at 5,000 and 2,000 at 6,000 are 0.5333 coins, 5,625 in the mean.
    #[test]
    fn an_inverse_contract_costs_coins_and_is_shown_at_its_harmonic_mean() {
        let contract = gannet_types::Rate::ONE;
        let kind = gannet_types::InstrumentKind::Inverse { contract };
        let bitcoin = Instrument { kind, ..instrument("0.5", "1") };
        for side in [gannet_types::Side::Buy, gannet_types::Side::Sell] {
            let cost = |price, lots| Valuation::Inverse.cost(Ticks(price), side.signed(Lots(lots)));
            let both = cost(10_000, 1_000) + cost(12_000, 2_000);
            let lots = side.signed(Lots(3_000));
            assert_eq!(average_price(&bitcoin, both, lots).as_deref(), Some("5625.000"));
            // A longer text is not rounded: 2×10^-15 coins are a unit.
            let shown = money(&bitcoin, both);
            assert!(shown.trim_start_matches('-').starts_with("0.5333333333333"), "{shown}");
        }
        assert_eq!(average_price(&bitcoin, Notional::ZERO, Lots(1)), None);
    }
}
