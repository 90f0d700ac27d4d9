//! Positions: RequestForPositions(AN), RequestForPositionsAck(AO), PositionReport(AP); from FIX 4.4
//! on.
//!
//! A broker answers with an acknowledgement and a report for each position, in one instrument
//! each. How much is in NoPositions(702): of the kinds of quantity that it may list, what is
//! held now counts, long less short. What the position has received besides trading, funding
//! above all, is the CASH amount of NoPosAmt(753), in the quote currency, added up since the
//! position was opened; positive is ours.
//!
//! Cold: asked every few minutes.

use gannet_fix::codec::Writer;
use gannet_fix::{Message, Version};
use gannet_types::{
    ClientOrderId, GatewayId, Lots, Nanos, Notional, OrderRequest, PositionTold, VenueId,
    VenuePosition,
};

use super::dialect::Dialect;
use super::kind::date;
use super::number::{lots_of, money_of, write_lots, write_money};
use super::{TranslateError, tag};

/// PosReqType(724): positions, not trades.
const POSITIONS: u64 = 0;

/// PosReqResult(728): valid request, and no positions found.
const VALID: u64 = 0;
const NO_POSITIONS: u64 = 2;
/// Request for position not supported.
const NOT_SUPPORTED: u64 = 4;

/// PosReqStatus(729).
const COMPLETED: u64 = 0;
const REJECTED: u64 = 2;

/// PosType(703) of what is held now, the one that counts before the others: the total, what was
/// transacted, the end of the day. Other types are parts of these or of another day.
const HELD: [&[u8]; 3] = [b"TOT", b"TQ", b"FIN"];

/// PosAmtType(707): cash that the position has brought.
const CASH: &[u8] = b"CASH";

/// Returns whether a message type is an answer about positions.
#[must_use]
pub fn is_answer(message_type: &[u8]) -> bool {
    matches!(message_type, tag::REQUEST_FOR_POSITIONS_ACK | tag::POSITION_REPORT)
}

/// Returns the MsgType(35) of an answer.
#[must_use]
pub const fn message_type(told: &PositionTold) -> &'static [u8] {
    match told {
        PositionTold::Held { .. } | PositionTold::Elsewhere => tag::POSITION_REPORT,
        PositionTold::Announced | PositionTold::NoPositions | PositionTold::Refused => {
            tag::REQUEST_FOR_POSITIONS_ACK
        }
    }
}

/// Writes the body of the question for the positions of an account.
pub(super) fn write_request(
    writer: &mut Writer<'_>,
    request: &OrderRequest,
    dialect: &Dialect,
    now: Nanos,
) {
    dialect.ids.write(writer, tag::POS_REQ_ID, request.client_order_id);
    writer.uint(tag::POS_REQ_TYPE, POSITIONS);
    dialect.write_holder(writer, request.account);
    writer.bytes(tag::CLEARING_BUSINESS_DATE, &date(now));
    writer.timestamp(tag::TRANSACT_TIME, now.0);
}

/// Checks, as a broker does, that a question is one for positions.
pub(super) fn check_request(message: &Message<'_>) -> Result<(), TranslateError> {
    match message.get_u64(tag::POS_REQ_TYPE) {
        Some(POSITIONS) => Ok(()),
        _ => Err(TranslateError::Field { tag: tag::POS_REQ_TYPE }),
    }
}

/// Writes the body of an answer under the name `report_id`, as a broker. A position elsewhere
/// cannot be written: a broker knows what it holds.
pub fn write(
    writer: &mut Writer<'_>,
    answer: &VenuePosition,
    dialect: &Dialect,
    report_id: &VenueId,
    now: Nanos,
) {
    writer.bytes(tag::POS_MAINT_RPT_ID, report_id.as_bytes());
    dialect.ids.write(writer, tag::POS_REQ_ID, answer.request);
    if let Some(reports) = answer.reports {
        writer.uint(tag::TOTAL_NUM_POS_REPORTS, u64::from(reports));
    }
    let (result, status) = match answer.told {
        PositionTold::Announced | PositionTold::Held { .. } => (VALID, COMPLETED),
        PositionTold::NoPositions => (NO_POSITIONS, COMPLETED),
        PositionTold::Refused => (NOT_SUPPORTED, REJECTED),
        PositionTold::Elsewhere => return writer.bytes(tag::SYMBOL, b""),
    };
    writer.uint(tag::POS_REQ_RESULT, result);
    let account = answer.account.unwrap_or_default();
    match answer.told {
        PositionTold::Held { instrument, lots, funding } => {
            writer.bytes(tag::CLEARING_BUSINESS_DATE, &date(now));
            dialect.write_holder(writer, account);
            dialect.write_instrument(writer, instrument);
            let Some(instrument) = dialect.instrument(instrument) else { return };
            if dialect.version == Version::Fix44 {
                // Required there; no settlement is made here.
                writer.uint(tag::SETTL_PRICE, 0);
                writer.uint(tag::SETTL_PRICE_TYPE, THEORETICAL);
                writer.uint(tag::PRIOR_SETTL_PRICE, 0);
            }
            let side = if lots < Lots::ZERO { tag::SHORT_QTY } else { tag::LONG_QTY };
            writer.uint(tag::NO_POSITIONS, 1);
            writer.bytes(tag::POS_TYPE, HELD[0]);
            write_lots(writer, side, instrument, lots.abs());
            if let Some(paid) = funding {
                writer.uint(tag::NO_POS_AMT, 1);
                writer.bytes(tag::POS_AMT_TYPE, CASH);
                write_money(writer, tag::POS_AMT, instrument, -paid);
            }
        }
        _ => {
            writer.uint(tag::POS_REQ_STATUS, status);
            dialect.write_holder(writer, account);
        }
    }
}

/// SettlPriceType(731): theoretical.
const THEORETICAL: u64 = 2;

/// Reads an answer that came in message `sequence`. What is paid is rounded away from us.
///
/// # Errors
/// What is missing or wrong. Such an answer is counted as if it had not come, so that the whole
/// is missed.
pub fn read(
    message: &Message<'_>,
    dialect: &Dialect,
    gateway: GatewayId,
    received: Nanos,
    sequence: u64,
) -> Result<VenuePosition, TranslateError> {
    let reports = message.get_u64(tag::TOTAL_NUM_POS_REPORTS);
    let told = match message.msg_type() {
        tag::REQUEST_FOR_POSITIONS_ACK => read_acknowledgement(message)?,
        tag::POSITION_REPORT => read_held(message, dialect)?,
        _ => return Err(TranslateError::NotOrders),
    };
    Ok(VenuePosition {
        account: dialect.find_account(message)?,
        request: dialect.read_id(message, tag::POS_REQ_ID)?,
        told,
        reports: reports.and_then(|reports| u32::try_from(reports).ok()),
        ..refused(gateway, ClientOrderId::default(), received, sequence)
    })
}

/// Returns the answer that a question was refused by something else than an acknowledgement.
pub(super) const fn refused(
    gateway: GatewayId,
    request: ClientOrderId,
    received: Nanos,
    session_sequence: u64,
) -> VenuePosition {
    let told = PositionTold::Refused;
    let (account, reports) = (None, None);
    VenuePosition { gateway, account, request, told, reports, session_sequence, received }
}

fn read_acknowledgement(message: &Message<'_>) -> Result<PositionTold, TranslateError> {
    let malformed = |tag| TranslateError::Field { tag };
    let result = message.get_u64(tag::POS_REQ_RESULT).ok_or(malformed(tag::POS_REQ_RESULT))?;
    let status = message.get_u64(tag::POS_REQ_STATUS).ok_or(malformed(tag::POS_REQ_STATUS))?;
    Ok(match (result, status) {
        (NO_POSITIONS, _) => PositionTold::NoPositions,
        (VALID, COMPLETED..REJECTED) => PositionTold::Announced,
        _ => PositionTold::Refused,
    })
}

fn read_held(message: &Message<'_>, dialect: &Dialect) -> Result<PositionTold, TranslateError> {
    let Ok(instrument) = dialect.find(message) else { return Ok(PositionTold::Elsewhere) };
    // By kind of quantity, best first; the last place is for entries that do not say.
    let mut held = [None::<i64>; HELD.len() + 1];
    let (mut kind, mut counts_as_cash) = (Some(HELD.len()), false);
    let mut funding = None;
    for (tag, value) in message.body() {
        match tag {
            tag::POS_TYPE => kind = HELD.iter().position(|known| *known == value),
            tag::LONG_QTY | tag::SHORT_QTY => {
                let lots = lots_of(value, tag, instrument)?.0;
                let signed = if tag == tag::LONG_QTY { lots } else { lots.saturating_neg() };
                if let Some(kind) = kind {
                    let sum = held[kind].unwrap_or_default().checked_add(signed);
                    held[kind] = Some(sum.ok_or(TranslateError::Field { tag })?);
                }
            }
            tag::POS_AMT_TYPE => counts_as_cash = value == CASH,
            tag::POS_AMT if counts_as_cash => {
                let paid = money_of(&negated(value), tag, instrument)?;
                let sum = funding.unwrap_or(Notional::ZERO).0.saturating_add(paid.0);
                funding = Some(Notional(sum));
            }
            _ => {}
        }
    }
    let lots = held.into_iter().flatten().next();
    let lots = lots.map(Lots).ok_or(TranslateError::Field { tag: tag::NO_POSITIONS })?;
    Ok(PositionTold::Held { instrument: instrument.id, lots, funding })
}

/// Returns a decimal with the other sign.
fn negated(text: &[u8]) -> Vec<u8> {
    match text.strip_prefix(b"-") {
        Some(positive) => positive.to_vec(),
        None => [b"-", text].concat(),
    }
}
