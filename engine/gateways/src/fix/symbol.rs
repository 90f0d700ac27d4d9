//! Which instrument a message is about, and its prices and quantities as text.

use gannet_fix::codec::Writer;
use gannet_fix::{Message, tag};
use gannet_types::{ClientOrderId, Instrument, InstrumentId, Lots, Notional, Ticks};

use super::TranslateError;

/// The instruments of a session. Few: found by comparing symbols one after the other.
#[derive(Clone, Debug)]
pub struct Symbols {
    instruments: Box<[Instrument]>,
}

impl Symbols {
    /// Takes the instruments, each at the index that is its id.
    #[must_use]
    pub fn new(instruments: &[Instrument]) -> Self {
        Self { instruments: instruments.into() }
    }

    /// Returns the instrument with this id.
    #[must_use]
    pub fn get(&self, id: InstrumentId) -> Option<&Instrument> {
        self.instruments.get(usize::from(id.0))
    }

    /// Returns the instrument that the Symbol(55) of `message` names.
    ///
    /// # Errors
    /// If the field is missing or names none of them.
    pub fn find(&self, message: &Message<'_>) -> Result<&Instrument, TranslateError> {
        let symbol = message.get(tag::SYMBOL).ok_or(TranslateError::UnknownSymbol)?;
        self.instruments
            .iter()
            .find(|instrument| instrument.symbol.as_bytes() == symbol)
            .ok_or(TranslateError::UnknownSymbol)
    }
}

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

/// Writes an amount of money in the quote currency, exactly.
pub(super) fn write_money(
    writer: &mut Writer<'_>,
    tag: u32,
    instrument: &Instrument,
    amount: Notional,
) {
    let (unit, decimals) = money_unit(instrument);
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
    parse: impl Fn(&[u8]) -> Result<i64, gannet_types::NumError>,
) -> Result<Option<i64>, TranslateError> {
    let Some(text) = message.get(tag) else { return Ok(None) };
    match parse(text) {
        Ok(steps) => Ok(Some(steps)),
        Err(gannet_types::NumError::OffStep) => Err(TranslateError::OffStep { tag }),
        Err(_) => Err(TranslateError::Field { tag }),
    }
}

/// Reads an amount of money; what lies between two units is rounded up, away from us.
pub(super) fn read_money(
    message: &Message<'_>,
    tag: u32,
    instrument: &Instrument,
) -> Result<Notional, TranslateError> {
    let Some(text) = message.get(tag) else { return Ok(Notional::ZERO) };
    let malformed = TranslateError::Field { tag };
    let (mantissa, given) = gannet_types::increment::parse_decimal(text).map_err(|_| malformed)?;
    let (unit, decimals) = money_unit(instrument);
    let power = |exponent: u8| 10_i128.checked_pow(u32::from(exponent)).ok_or(malformed);
    let scaled = i128::from(mantissa).checked_mul(power(decimals)?).ok_or(malformed)?;
    let divisor = power(given)?.checked_mul(unit).ok_or(malformed)?;
    let quotient = scaled.div_euclid(divisor);
    Ok(Notional(if scaled.rem_euclid(divisor) == 0 { quotient } else { quotient + 1 }))
}

/// One tick times one lot, as mantissa and decimals.
fn money_unit(instrument: &Instrument) -> (i128, u8) {
    let (tick, tick_decimals) = instrument.tick.parts();
    let (lot, lot_decimals) = instrument.lot.parts();
    (i128::from(tick) * i128::from(lot), tick_decimals + lot_decimals)
}

/// Reads an id of ours.
pub(super) fn read_id(message: &Message<'_>, tag: u32) -> Result<ClientOrderId, TranslateError> {
    message.get_u64(tag).map(ClientOrderId).ok_or(TranslateError::ForeignOrder)
}
