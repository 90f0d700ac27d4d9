//! Order types, times in force and their terms as fields, both ways, by version.
//!
//! | | 4.2, 4.3 | 4.4 | 5.0 and later |
//! |---|---|---|---|
//! | peg | 40=P, 18=R/P/M/L, 211 | the same | 40=P, 1094=5/4/2/1, 211 |
//! | trailing stop | broker's own OrdType, 211 | 40=P, 18=a, 211 | 40=P, 1094=8, 211 |
//! | at the close | 4.2: 40=5 or B, 4.3: 59=7 | 59=7 | 59=7 |
//! | shown quantity | 111 | 111 | 1138 |
//!
//! Post-only is ExecInst(18) `6`, participate and do not initiate; reduce-only is what the dialect says,
//! by default `E`, do not increase. PositionEffect(77), OpenClose before 4.3, says which side of a hedged
//! account an order opens or closes.
//!
//! Hot: [`write`] is called once per order.

use gannet_fix::codec::Writer;
use gannet_fix::{Message, Version};
use gannet_types::{
    Instrument, Lots, Nanos, OrderRequest, OrderTerms, OrderType, PegReference, PositionEffect,
    Ticks, TimeInForce,
};

use super::dialect::{Dialect, Expiry};
use super::number::{read_lots, read_price, write_lots, write_price};
use super::{TranslateError, tag};

/// Writes type, prices, time in force and terms of an order. What the version cannot say makes
/// the writer refuse the message: the pipeline asks for nothing that the capabilities exclude.
#[inline]
pub(super) fn write(
    writer: &mut Writer<'_>,
    request: &OrderRequest,
    dialect: &Dialect,
    instrument: &Instrument,
) {
    match (request.order_type, request.time_in_force) {
        (OrderType::Limit, TimeInForce::GoodTillCancel | TimeInForce::ImmediateOrCancel)
            if request.terms == OrderTerms::PLAIN =>
        {
            writer.char(tag::ORD_TYPE, b'2');
            write_price(writer, tag::PRICE, instrument, request.price);
            writer.char(tag::TIME_IN_FORCE, time_code(request.time_in_force));
        }
        _ => write_any(writer, request, dialect, instrument),
    }
}

/// Writes an order that is more than a plain limit order.
fn write_any(
    writer: &mut Writer<'_>,
    request: &OrderRequest,
    dialect: &Dialect,
    instrument: &Instrument,
) {
    let (version, terms) = (dialect.version, &request.terms);
    let closes_by_type = version == Version::Fix42
        && request.time_in_force == TimeInForce::AtTheClose
        && matches!(request.order_type, OrderType::Market | OrderType::Limit);
    let ord_type = match request.order_type {
        OrderType::Market if closes_by_type => b'5',
        OrderType::Limit if closes_by_type => b'B',
        OrderType::Market => b'1',
        OrderType::Limit => b'2',
        OrderType::Stop => b'3',
        OrderType::StopLimit => b'4',
        OrderType::TrailingStop => dialect.trailing_stop.unwrap_or(b'P'),
        OrderType::Pegged => b'P',
    };
    writer.char(tag::ORD_TYPE, ord_type);
    if request.price != Ticks::ZERO || request.order_type.has_limit() {
        write_price(writer, tag::PRICE, instrument, request.price);
    }
    if terms.stop_price != Ticks::ZERO {
        write_price(writer, tag::STOP_PX, instrument, terms.stop_price);
    }
    if closes_by_type {
        writer.char(tag::TIME_IN_FORCE, b'0');
    } else if version == Version::Fix42 && request.time_in_force == TimeInForce::AtTheClose {
        writer.bytes(tag::TIME_IN_FORCE, b"");
    } else {
        writer.char(tag::TIME_IN_FORCE, time_code(request.time_in_force));
    }
    write_instructions(writer, request, dialect);
    write_peg(writer, request, dialect, instrument);
    if request.time_in_force == TimeInForce::GoodTillDate {
        match dialect.expiry {
            Expiry::Time => writer.timestamp(tag::EXPIRE_TIME, terms.expire_time.0),
            Expiry::Date => writer.bytes(tag::EXPIRE_DATE, &date(terms.expire_time)),
        }
    }
    if terms.display_lots != Lots::ZERO {
        let tag = if version.is_fixt() { tag::DISPLAY_QTY } else { tag::MAX_FLOOR };
        write_lots(writer, tag, instrument, terms.display_lots);
    }
    if dialect.position_effect {
        write_effect(writer, terms.position_effect);
    }
}

/// Writes whether an order opens or closes, where it says so.
pub(super) fn write_effect(writer: &mut Writer<'_>, effect: PositionEffect) {
    match effect {
        PositionEffect::None => {}
        PositionEffect::Open => writer.char(tag::POSITION_EFFECT, b'O'),
        PositionEffect::Close => writer.char(tag::POSITION_EFFECT, b'C'),
    }
}

/// Reads what [`write_effect`] wrote; other words, such as FIFO, are about something else.
pub(super) fn read_effect(message: &Message<'_>, dialect: &Dialect) -> PositionEffect {
    match message.get_char(tag::POSITION_EFFECT) {
        Some(b'O') if dialect.position_effect => PositionEffect::Open,
        Some(b'C') if dialect.position_effect => PositionEffect::Close,
        _ => PositionEffect::None,
    }
}

/// Writes ExecInst(18): what is followed, post-only, reduce-only. What a peg follows and post-only
/// exclude each other.
fn write_instructions(writer: &mut Writer<'_>, request: &OrderRequest, dialect: &Dialect) {
    let version = dialect.version;
    let follows = match followed(request) {
        Some(_) if version.is_fixt() => None,
        Some((b'a', _)) if dialect.trailing_stop.is_some() => None,
        // There is no word for it: the message is refused.
        Some((b'a', _)) if version < Version::Fix44 => {
            return writer.bytes(tag::EXEC_INST, b"");
        }
        Some((instruction, _)) => Some(instruction),
        None => (request.time_in_force == TimeInForce::PostOnly).then_some(DO_NOT_INITIATE),
    };
    match (follows, dialect.reduce_only.filter(|_| request.terms.reduce_only)) {
        (None, None) => {}
        (Some(one), None) | (None, Some(one)) => writer.char(tag::EXEC_INST, one),
        (Some(one), Some(other)) => writer.bytes(tag::EXEC_INST, &[one, b' ', other]),
    }
}

/// Returns ExecInst(18) and PegPriceType(1094) of what an order follows, if it does.
const fn followed(request: &OrderRequest) -> Option<(u8, u8)> {
    Some(match (request.order_type, request.terms.peg) {
        (OrderType::TrailingStop, _) => (b'a', b'8'),
        (OrderType::Pegged, PegReference::Primary) => (b'R', b'5'),
        (OrderType::Pegged, PegReference::Market) => (b'P', b'4'),
        (OrderType::Pegged, PegReference::Midpoint) => (b'M', b'2'),
        (OrderType::Pegged, PegReference::Last) => (b'L', b'1'),
        // A peg to nothing was refused before.
        _ => return None,
    })
}

/// Writes what a peg or a trailing stop follows where that has a field of its own, and how far away.
fn write_peg(
    writer: &mut Writer<'_>,
    request: &OrderRequest,
    dialect: &Dialect,
    instrument: &Instrument,
) {
    let offset = request.terms.offset;
    let Some((_, price_type)) = followed(request) else { return };
    let by_type = request.order_type == OrderType::TrailingStop && dialect.trailing_stop.is_some();
    if dialect.version.is_fixt() && !by_type {
        writer.char(tag::PEG_PRICE_TYPE, price_type);
    }
    if offset != Ticks::ZERO {
        write_price(writer, tag::PEG_OFFSET_VALUE, instrument, offset);
    }
}

const fn time_code(time_in_force: TimeInForce) -> u8 {
    match time_in_force {
        TimeInForce::Day => b'0',
        TimeInForce::GoodTillCancel | TimeInForce::PostOnly => b'1',
        TimeInForce::AtTheOpening => b'2',
        TimeInForce::ImmediateOrCancel => b'3',
        TimeInForce::FillOrKill => b'4',
        TimeInForce::GoodTillCrossing => b'5',
        TimeInForce::GoodTillDate => b'6',
        TimeInForce::AtTheClose => b'7',
    }
}

/// Type, time in force and terms of an order, as a broker reads them.
pub(super) struct Kind {
    pub(super) order_type: OrderType,
    pub(super) time_in_force: TimeInForce,
    pub(super) terms: OrderTerms,
}

/// Reads what [`write`] wrote, in any of its versions.
pub(super) fn read(
    message: &Message<'_>,
    dialect: &Dialect,
    instrument: &Instrument,
) -> Result<Kind, TranslateError> {
    let malformed = |tag| TranslateError::Field { tag };
    let instructions = message.get(tag::EXEC_INST).unwrap_or_default();
    let told = |instruction: u8| instructions.contains(&instruction);
    let price_type = message.get_char(tag::PEG_PRICE_TYPE);
    let peg = match price_type {
        Some(b'5') => PegReference::Primary,
        Some(b'4') => PegReference::Market,
        Some(b'2') => PegReference::Midpoint,
        Some(b'1') => PegReference::Last,
        _ if told(b'R') => PegReference::Primary,
        _ if told(b'P') => PegReference::Market,
        _ if told(b'M') => PegReference::Midpoint,
        _ if told(b'L') => PegReference::Last,
        _ => PegReference::None,
    };
    let (order_type, closes) = match message.get_char(tag::ORD_TYPE) {
        Some(b'1') => (OrderType::Market, false),
        Some(b'2') => (OrderType::Limit, false),
        Some(b'3') => (OrderType::Stop, false),
        Some(b'4') => (OrderType::StopLimit, false),
        Some(b'5') => (OrderType::Market, true),
        Some(b'B') => (OrderType::Limit, true),
        Some(b'P') if price_type == Some(b'8') || told(b'a') => (OrderType::TrailingStop, false),
        Some(b'P') => (OrderType::Pegged, false),
        own if own.is_some() && own == dialect.trailing_stop => (OrderType::TrailingStop, false),
        _ => return Err(malformed(tag::ORD_TYPE)),
    };
    let time_in_force = match message.get_char(tag::TIME_IN_FORCE) {
        _ if closes => TimeInForce::AtTheClose,
        None | Some(b'0' | b'1') if told(DO_NOT_INITIATE) => TimeInForce::PostOnly,
        // Absent means "day".
        None | Some(b'0') => TimeInForce::Day,
        Some(b'1') => TimeInForce::GoodTillCancel,
        Some(b'2') => TimeInForce::AtTheOpening,
        Some(b'3') => TimeInForce::ImmediateOrCancel,
        Some(b'4') => TimeInForce::FillOrKill,
        Some(b'5') => TimeInForce::GoodTillCrossing,
        Some(b'6') => TimeInForce::GoodTillDate,
        Some(b'7') => TimeInForce::AtTheClose,
        Some(_) => return Err(malformed(tag::TIME_IN_FORCE)),
    };
    let price = |tag| read_price(message, tag, instrument).map(Option::unwrap_or_default);
    let shown = match read_lots(message, tag::DISPLAY_QTY, instrument)? {
        Some(lots) => lots,
        None => read_lots(message, tag::MAX_FLOOR, instrument)?.unwrap_or_default(),
    };
    let terms = OrderTerms {
        stop_price: price(tag::STOP_PX)?,
        offset: price(tag::PEG_OFFSET_VALUE)?,
        peg,
        display_lots: shown,
        expire_time: read_expiry(message)?,
        reduce_only: dialect.reduce_only.is_some_and(told),
        position_effect: read_effect(message, dialect),
        ..OrderTerms::PLAIN
    };
    Ok(Kind { order_type, time_in_force, terms })
}

fn read_expiry(message: &Message<'_>) -> Result<Nanos, TranslateError> {
    if message.get(tag::EXPIRE_TIME).is_some() {
        let time = message.get_timestamp(tag::EXPIRE_TIME).map(Nanos);
        return time.ok_or(TranslateError::Field { tag: tag::EXPIRE_TIME });
    }
    let Some(text) = message.get(tag::EXPIRE_DATE) else { return Ok(Nanos::ZERO) };
    let mut timestamp = *b"00000000-00:00:00";
    let day = timestamp.first_chunk_mut::<8>().zip(text.first_chunk::<8>());
    let malformed = TranslateError::Field { tag: tag::EXPIRE_DATE };
    let (to, from) = day.filter(|_| text.len() == 8).ok_or(malformed)?;
    *to = *from;
    gannet_fix::codec::timestamp::parse_timestamp(&timestamp).map(Nanos).ok_or(malformed)
}

/// Returns the UTC day of a time as `YYYYMMDD`: days to civil date, after H. Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms".
pub(super) fn date(time: Nanos) -> [u8; 8] {
    let days = time.0 / NANOS_PER_DAY + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leaps = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leaps) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let mut text = [b'0'; 8];
    let mut number = (year * 100 + month) * 100 + day;
    for digit in text.iter_mut().rev() {
        *digit += (number % 10) as u8;
        number /= 10;
    }
    text
}

const NANOS_PER_DAY: u64 = 86_400 * 1_000_000_000;

/// ExecInst(18): participate, don't initiate. What venues call post-only.
const DO_NOT_INITIATE: u8 = b'6';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        let cases: [(u64, &[u8]); 5] = [
            (0, b"19700101"),
            (951_782_400, b"20000229"),
            (951_868_800, b"20000301"),
            (1_767_225_599, b"20251231"),
            (4_107_542_400, b"21000301"),
        ];
        for (seconds, text) in cases {
            assert_eq!(date(Nanos(seconds * 1_000_000_000)), text, "{seconds}");
        }
    }
}
