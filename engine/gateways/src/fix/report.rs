//! Reports: ExecutionReport(8) and OrderCancelReject(9).

use gannet_fix::codec::Writer;
use gannet_fix::tag::msg_type;
use gannet_fix::{Message, tag};
use gannet_types::{
    ClientOrderId, ExecKind, ExecutionReport, GatewayId, Instrument, Liquidity, Lots, Nanos,
    RejectReason, RequestKind, Side, Text, Ticks,
};

use super::TranslateError;
use super::reason::{
    cancel_reject_code, cancel_reject_reason, order_reject_code, order_reject_reason,
};
use super::request::{read_side, side_code};
use super::symbol::{
    Symbols, read_id, read_lots, read_money, read_price, write_lots, write_money, write_price,
};

/// Returns the MsgType(35) of a report.
#[must_use]
pub const fn message_type(kind: ExecKind) -> &'static [u8] {
    match kind {
        ExecKind::CancelRejected => msg_type::ORDER_CANCEL_REJECT,
        _ => msg_type::EXECUTION_REPORT,
    }
}

/// Writes the body of a report. `answers` is the kind of request a CancelRejected answers.
pub fn write(
    writer: &mut Writer<'_>,
    report: &ExecutionReport,
    instrument: &Instrument,
    answers: RequestKind,
) {
    let venue_order_id = match report.venue_order_id.as_bytes() {
        b"" => b"NONE",
        id => id,
    };
    writer.bytes(tag::ORDER_ID, venue_order_id);
    writer.uint(tag::CL_ORD_ID, report.client_order_id.0);
    let (exec_type, order_status) = codes(report);
    writer.char(tag::ORD_STATUS, order_status);
    if report.kind == ExecKind::CancelRejected {
        writer.uint(tag::ORIG_CL_ORD_ID, first_id(report).0);
        let response_to = if answers == RequestKind::Replace { b'2' } else { b'1' };
        writer.char(tag::CXL_REJ_RESPONSE_TO, response_to);
        writer.uint(tag::CXL_REJ_REASON, cancel_reject_code(report.reason));
        writer.str(tag::TEXT, report.reason.text());
        // Not in the standard's list, allowed as any field is: it names the instrument.
        writer.bytes(tag::SYMBOL, instrument.symbol.as_bytes());
        writer.char(tag::SIDE, side_code(report.side));
        writer.timestamp(tag::TRANSACT_TIME, report.transact_time.0);
        return;
    }
    writer.bytes(tag::EXEC_ID, report.exec_id.as_bytes());
    writer.char(tag::EXEC_TYPE, exec_type);
    writer.bytes(tag::SYMBOL, instrument.symbol.as_bytes());
    writer.char(tag::SIDE, side_code(report.side));
    if report.price != Ticks::ZERO {
        write_price(writer, tag::PRICE, instrument, report.price);
    }
    if report.last_lots != Lots::ZERO {
        write_lots(writer, tag::LAST_QTY, instrument, report.last_lots);
        write_price(writer, tag::LAST_PX, instrument, report.last_price);
        write_money(writer, tag::COMMISSION, instrument, report.fee);
        writer.char(tag::COMM_TYPE, ABSOLUTE);
        match report.liquidity {
            Liquidity::Unknown => {}
            Liquidity::Maker => writer.char(tag::LAST_LIQUIDITY_IND, b'1'),
            Liquidity::Taker => writer.char(tag::LAST_LIQUIDITY_IND, b'2'),
        }
    }
    write_lots(writer, tag::LEAVES_QTY, instrument, report.leaves_lots);
    write_lots(writer, tag::CUM_QTY, instrument, report.cum_lots);
    // AvgPx(6) is required; zero says that it is not computed here.
    writer.uint(tag::AVG_PX, 0);
    writer.timestamp(tag::TRANSACT_TIME, report.transact_time.0);
    if report.reason != RejectReason::None {
        writer.uint(tag::ORD_REJ_REASON, order_reject_code(report.reason));
        writer.str(tag::TEXT, report.reason.text());
    }
}

/// Reads a report that came in message `sequence`.
///
/// # Errors
/// What is missing or wrong; such a message is counted, and the order asked about.
pub fn read(
    message: &Message<'_>,
    symbols: &Symbols,
    gateway: GatewayId,
    received: Nanos,
    sequence: u64,
) -> Result<ExecutionReport, TranslateError> {
    let kind = read_kind(message)?;
    let instrument = symbols.find(message)?;
    let text = message.get(tag::TEXT).unwrap_or_default();
    let reason = match kind {
        ExecKind::CancelRejected => {
            cancel_reject_reason(message.get_u64(tag::CXL_REJ_REASON), text)
        }
        ExecKind::Rejected => order_reject_reason(message.get_u64(tag::ORD_REJ_REASON), text),
        _ => RejectReason::None,
    };
    let lots = |tag| read_lots(message, tag, instrument).map(Option::unwrap_or_default);
    let price = |tag| read_price(message, tag, instrument).map(Option::unwrap_or_default);
    let traded = kind == ExecKind::Trade;
    if traded && (message.get(tag::LAST_QTY).is_none() || message.get(tag::LAST_PX).is_none()) {
        return Err(TranslateError::Field { tag: tag::LAST_QTY });
    }
    if traded && message.get(tag::CUM_QTY).is_none() {
        return Err(TranslateError::Field { tag: tag::CUM_QTY });
    }
    Ok(ExecutionReport {
        gateway,
        instrument: instrument.id,
        kind,
        client_order_id: read_id(message, tag::CL_ORD_ID)?,
        side: read_side(message).unwrap_or(Side::Buy),
        last_lots: lots(tag::LAST_QTY)?,
        last_price: price(tag::LAST_PX)?,
        cum_lots: lots(tag::CUM_QTY)?,
        leaves_lots: lots(tag::LEAVES_QTY)?,
        price: price(tag::PRICE)?,
        fee: read_money(message, tag::COMMISSION, instrument)?,
        liquidity: match message.get_char(tag::LAST_LIQUIDITY_IND) {
            Some(b'1') => Liquidity::Maker,
            Some(b'2') => Liquidity::Taker,
            _ => Liquidity::Unknown,
        },
        reason,
        transact_time: Nanos(message.get_timestamp(tag::TRANSACT_TIME).unwrap_or_default()),
        received,
        session_sequence: sequence,
        exec_id: Text::new(message.get(tag::EXEC_ID).unwrap_or_default()),
        venue_order_id: Text::new(message.get(tag::ORDER_ID).unwrap_or_default()),
    })
}

fn read_kind(message: &Message<'_>) -> Result<ExecKind, TranslateError> {
    match message.msg_type() {
        msg_type::EXECUTION_REPORT => {}
        msg_type::ORDER_CANCEL_REJECT => return Ok(ExecKind::CancelRejected),
        _ => return Err(TranslateError::NotOrders),
    }
    match message.get_char(tag::EXEC_TYPE) {
        Some(b'A') => Ok(ExecKind::PendingNew),
        Some(b'0') => Ok(ExecKind::New),
        // 1 and 2 are how FIX 4.2 says "F".
        Some(b'F' | b'1' | b'2') => Ok(ExecKind::Trade),
        Some(b'4') => Ok(ExecKind::Canceled),
        Some(b'5') => Ok(ExecKind::Replaced),
        Some(b'8') => Ok(ExecKind::Rejected),
        Some(b'C') => Ok(ExecKind::Expired),
        Some(b'6') => Ok(ExecKind::PendingCancel),
        Some(b'E') => Ok(ExecKind::PendingReplace),
        // An order status: a done order is told as what ended it.
        Some(b'I') => Ok(match message.get_char(tag::ORD_STATUS) {
            Some(b'4') => ExecKind::Canceled,
            Some(b'8') => ExecKind::Rejected,
            Some(b'C') => ExecKind::Expired,
            _ => ExecKind::Status,
        }),
        _ => Err(TranslateError::Field { tag: tag::EXEC_TYPE }),
    }
}

/// The id under which the order was first sent.
const fn first_id(report: &ExecutionReport) -> ClientOrderId {
    ClientOrderId::new(report.client_order_id.order(), 0)
}

/// ExecType(150) and OrdStatus(39) of a report.
fn codes(report: &ExecutionReport) -> (u8, u8) {
    let working = if report.cum_lots == Lots::ZERO { b'0' } else { b'1' };
    let filled = if report.leaves_lots == Lots::ZERO { b'2' } else { b'1' };
    match report.kind {
        ExecKind::PendingNew => (b'A', b'A'),
        ExecKind::New => (b'0', b'0'),
        ExecKind::Trade => (b'F', filled),
        ExecKind::Canceled => (b'4', b'4'),
        ExecKind::Replaced => (b'5', working),
        ExecKind::Rejected | ExecKind::Unsent => (b'8', b'8'),
        ExecKind::Expired => (b'C', b'C'),
        ExecKind::PendingCancel => (b'6', b'6'),
        ExecKind::PendingReplace => (b'E', b'E'),
        ExecKind::Status if report.leaves_lots == Lots::ZERO => (b'I', b'2'),
        ExecKind::Status => (b'I', working),
        ExecKind::CancelRejected if report.reason == RejectReason::UnknownOrder => (b'0', b'8'),
        ExecKind::CancelRejected => (b'0', working),
    }
}

/// CommType(13): an amount of money.
const ABSOLUTE: u8 = b'3';
