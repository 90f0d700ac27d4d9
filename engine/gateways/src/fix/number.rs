//! Prices, quantities and money as text, in the steps of their instrument.

use gannet_fix::Message;
use gannet_fix::codec::Writer;
use gannet_types::increment::parse_decimal;
use gannet_types::{Increment, Instrument, Lots, Notional, NumError, Side, Ticks};

use super::{TranslateError, tag};

/// Writes a price; a price that does not fit 63 bits is left to the writer to refuse.
#[inline]
pub(super) fn write_price(
    writer: &mut Writer<'_>,
    tag: u32,
    instrument: &Instrument,
    price: Ticks,
) {
    match instrument.tick.decimal(price.0) {
        Some((mantissa, decimals)) => writer.decimal(tag, mantissa, decimals),
        None => writer.bytes(tag, b""),
    }
}

/// Writes a quantity.
#[inline]
pub(super) fn write_lots(writer: &mut Writer<'_>, tag: u32, instrument: &Instrument, lots: Lots) {
    match instrument.lot.decimal(lots.0) {
        Some((mantissa, decimals)) => writer.decimal(tag, mantissa, decimals),
        None => writer.bytes(tag, b""),
    }
}

/// Writes an amount of money in what the instrument settles in, exactly.
pub(super) fn write_money(
    writer: &mut Writer<'_>,
    tag: u32,
    instrument: &Instrument,
    amount: Notional,
) {
    let (unit, decimals) = instrument.money_unit();
    match amount.0.checked_mul(unit).and_then(|mantissa| i64::try_from(mantissa).ok()) {
        Some(mantissa) => writer.decimal(tag, mantissa, decimals),
        None => writer.bytes(tag, b""),
    }
}

/// Reads a price.
pub(super) fn read_price(
    message: &Message<'_>,
    tag: u32,
    instrument: &Instrument,
) -> Result<Option<Ticks>, TranslateError> {
    read_steps(message, tag, |text| instrument.tick.parse_steps(text)).map(|steps| steps.map(Ticks))
}

/// Reads LastPx(31). A price between two ticks, such as an improved or an average one, is rounded
/// away from us: a purchase up, a sale down.
pub(super) fn read_trade_price(
    message: &Message<'_>,
    instrument: &Instrument,
    side: Side,
) -> Result<Ticks, TranslateError> {
    match read_price(message, tag::LAST_PX, instrument) {
        Err(TranslateError::OffStep { .. }) => {
            let text = message.get(tag::LAST_PX).unwrap_or_default();
            round_away(text, &instrument.tick, side)
                .map(Ticks)
                .ok_or(TranslateError::Field { tag: tag::LAST_PX })
        }
        read => read.map(Option::unwrap_or_default),
    }
}

/// Returns the steps nearest to a decimal number on the side that is worse for us.
fn round_away(text: &[u8], step: &Increment, side: Side) -> Option<i64> {
    let (mantissa, decimals) = parse_decimal(text).ok()?;
    let (units, step_decimals) = step.parts();
    let power = |exponent: u8| 10_i128.checked_pow(u32::from(exponent));
    let scaled = i128::from(mantissa).checked_mul(power(step_decimals)?)?;
    let divisor = i128::from(units).checked_mul(power(decimals)?)?;
    let floor = scaled.div_euclid(divisor);
    let up = side == Side::Buy && scaled.rem_euclid(divisor) != 0;
    i64::try_from(floor + i128::from(up)).ok()
}

/// Reads a quantity.
pub(super) fn read_lots(
    message: &Message<'_>,
    tag: u32,
    instrument: &Instrument,
) -> Result<Option<Lots>, TranslateError> {
    read_steps(message, tag, |text| instrument.lot.parse_steps(text)).map(|steps| steps.map(Lots))
}

fn read_steps(
    message: &Message<'_>,
    tag: u32,
    parse: impl Fn(&[u8]) -> Result<i64, NumError>,
) -> Result<Option<i64>, TranslateError> {
    message.get(tag).map(|text| steps_of(parse(text), tag)).transpose()
}

/// Reads a quantity from its text in field `tag`.
pub(super) fn lots_of(
    text: &[u8],
    tag: u32,
    instrument: &Instrument,
) -> Result<Lots, TranslateError> {
    steps_of(instrument.lot.parse_steps(text), tag).map(Lots)
}

fn steps_of(parsed: Result<i64, NumError>, tag: u32) -> Result<i64, TranslateError> {
    parsed.map_err(|error| match error {
        NumError::OffStep => TranslateError::OffStep { tag },
        NumError::NotDecimal | NumError::OutOfRange => TranslateError::Field { tag },
    })
}

/// Reads an amount of money; what lies between two units is rounded up, away from us.
pub(super) fn read_money(
    message: &Message<'_>,
    tag: u32,
    instrument: &Instrument,
) -> Result<Notional, TranslateError> {
    let Some(text) = message.get(tag) else { return Ok(Notional::ZERO) };
    money_of(text, tag, instrument)
}

/// Reads an amount of money from its text in field `tag`, rounded up.
pub(super) fn money_of(
    text: &[u8],
    tag: u32,
    instrument: &Instrument,
) -> Result<Notional, TranslateError> {
    let malformed = TranslateError::Field { tag };
    let (mantissa, given) = parse_decimal(text).map_err(|_| malformed)?;
    let (unit, decimals) = instrument.money_unit();
    let power = |exponent: u8| 10_i128.checked_pow(u32::from(exponent)).ok_or(malformed);
    let scaled = i128::from(mantissa).checked_mul(power(decimals)?).ok_or(malformed)?;
    let divisor = power(given)?.checked_mul(unit).ok_or(malformed)?;
    let quotient = scaled.div_euclid(divisor);
    Ok(Notional(if scaled.rem_euclid(divisor) == 0 { quotient } else { quotient + 1 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_between_ticks_are_rounded_away_from_us() {
        let tick = Increment::parse(b"0.05").expect("a step");
        let cases = [
            ("10.01", 201, 200),
            ("10.0499", 201, 200),
            ("10.05", 201, 201),
            ("0.001", 1, 0),
            ("-0.01", 0, -1),
        ];
        for (text, buy, sell) in cases {
            assert_eq!(round_away(text.as_bytes(), &tick, Side::Buy), Some(buy), "{text}");
            assert_eq!(round_away(text.as_bytes(), &tick, Side::Sell), Some(sell), "{text}");
        }
        assert_eq!(round_away(b"x", &tick, Side::Buy), None);
    }

    /// A unit is 2×10^-15 coins.
    #[test]
    fn coins_are_read_in_units_and_rounded_up() {
        let step = |text: &[u8]| Increment::parse(text).expect("a step");
        let contract = gannet_types::Rate::ONE;
        let instrument = Instrument {
            id: gannet_types::InstrumentId(0),
            symbol: gannet_types::Text::new(b"BTCUSD"),
            tick: step(b"0.5"),
            lot: step(b"1"),
            kind: gannet_types::InstrumentKind::Inverse { contract },
        };
        for (text, units) in [
            ("0.000000000000002", 1),
            ("0.000000000000003", 2),
            ("-0.000000000000003", -1),
            ("0.00000001", 5_000_000),
            ("1", 500_000_000_000_000),
        ] {
            let read = money_of(text.as_bytes(), tag::COMMISSION, &instrument);
            assert_eq!(read, Ok(Notional(units)), "{text}");
        }
    }
}
