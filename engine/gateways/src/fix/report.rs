//! Reports: ExecutionReport(8), OrderCancelReject(9), OrderMassCancelReport(r).
//!
//! What a report says is ExecType(150); before 4.3 ExecTransType(20) says besides whether it
//! takes back or changes an earlier one, or only answers a question, and a trade is told as
//! ExecType 1 or 2. Reading goes by the fields that are there and takes all versions at once.

use gannet_fix::codec::Writer;
use gannet_fix::tag::msg_type;
use gannet_fix::{Message, Version};
use gannet_types::{
    AccountId, ClientOrderId, ExecKind, ExecutionReport, GatewayId, Instrument, InstrumentId,
    Liquidity, Lots, Nanos, PositionEffect, RejectReason, RequestKind, Side, Text, Ticks,
};

use super::dialect::Dialect;
use super::number::{
    read_lots, read_money, read_price, read_trade_price, write_lots, write_money, write_price,
};
use super::reason::{
    cancel_reject_code, cancel_reject_reason, order_reject_code, order_reject_reason,
};
use super::request::{read_side, side_code};
use super::{TranslateError, kind, tag};

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
    dialect: &Dialect,
    answers: RequestKind,
) {
    let Some(instrument) = dialect.instrument(report.instrument) else {
        return writer.bytes(tag::SYMBOL, b"");
    };
    let venue_order_id = match report.venue_order_id.as_bytes() {
        b"" => b"NONE",
        id => id,
    };
    writer.bytes(tag::ORDER_ID, venue_order_id);
    dialect.ids.write(writer, tag::CL_ORD_ID, report.client_order_id);
    let codes = Codes::of(report, dialect.version);
    writer.char(tag::ORD_STATUS, codes.ord_status);
    if report.kind == ExecKind::CancelRejected {
        dialect.ids.write(writer, tag::ORIG_CL_ORD_ID, first_id(report));
        let response_to = if answers == RequestKind::Replace { b'2' } else { b'1' };
        writer.char(tag::CXL_REJ_RESPONSE_TO, response_to);
        writer.uint(tag::CXL_REJ_REASON, cancel_reject_code(report.reason, dialect.version));
        writer.str(tag::TEXT, report.reason.text());
        writer.timestamp(tag::TRANSACT_TIME, report.transact_time.0);
        return;
    }
    writer.bytes(tag::EXEC_ID, report.exec_id.as_bytes());
    if let Some(exec_trans_type) = codes.exec_trans_type {
        writer.char(tag::EXEC_TRANS_TYPE, exec_trans_type);
    }
    if !report.exec_ref_id.is_empty() {
        writer.bytes(tag::EXEC_REF_ID, report.exec_ref_id.as_bytes());
    }
    writer.char(tag::EXEC_TYPE, codes.exec_type);
    dialect.write_instrument(writer, report.instrument);
    writer.char(tag::SIDE, side_code(report.side));
    if report.price != Ticks::ZERO {
        write_price(writer, tag::PRICE, instrument, report.price);
    }
    if report.last_lots != Lots::ZERO {
        write_trade(writer, report, instrument, dialect.version);
    }
    if dialect.position_effect {
        kind::write_effect(writer, report.position_effect);
    }
    write_lots(writer, tag::LEAVES_QTY, instrument, report.leaves_lots);
    write_lots(writer, tag::CUM_QTY, instrument, report.cum_lots);
    // AvgPx(6) is required; zero says that it is not computed here.
    writer.uint(tag::AVG_PX, 0);
    writer.timestamp(tag::TRANSACT_TIME, report.transact_time.0);
    if report.reason != RejectReason::None {
        if report.kind != ExecKind::Trade {
            let code = order_reject_code(report.reason, dialect.version);
            writer.uint(tag::ORD_REJ_REASON, code);
        }
        writer.str(tag::TEXT, report.reason.text());
    }
}

fn write_trade(
    writer: &mut Writer<'_>,
    report: &ExecutionReport,
    instrument: &Instrument,
    version: Version,
) {
    write_lots(writer, tag::LAST_QTY, instrument, report.last_lots);
    write_price(writer, tag::LAST_PX, instrument, report.last_price);
    write_money(writer, tag::COMMISSION, instrument, report.fee);
    writer.char(tag::COMM_TYPE, ABSOLUTE);
    if version < Version::Fix44 {
        return;
    }
    match report.liquidity {
        Liquidity::Unknown => {}
        Liquidity::Maker => writer.char(tag::LAST_LIQUIDITY_IND, b'1'),
        Liquidity::Taker => writer.char(tag::LAST_LIQUIDITY_IND, b'2'),
    }
}

/// Writes what a report says besides if it answers an OrderMassStatusRequest: which one, how many
/// reports do, and whether it is the last. Before 4.4 there is no word for the latter two.
pub fn write_mass_answer(
    writer: &mut Writer<'_>,
    dialect: &Dialect,
    question: ClientOrderId,
    reports: u64,
    is_last: bool,
) {
    dialect.ids.write(writer, tag::MASS_STATUS_REQ_ID, question);
    if dialect.version >= Version::Fix44 {
        writer.uint(tag::TOT_NUM_REPORTS, reports);
        writer.bool(tag::LAST_RPT_REQUESTED, is_last);
    }
}

/// Writes the body of the answer to an OrderMassStatusRequest that there are no orders: the question
/// is rejected, and no order is named.
pub fn write_no_orders(
    writer: &mut Writer<'_>,
    report: &ExecutionReport,
    dialect: &Dialect,
    question: ClientOrderId,
) {
    writer.bytes(tag::ORDER_ID, b"NONE");
    writer.bytes(tag::EXEC_ID, report.exec_id.as_bytes());
    writer.char(tag::EXEC_TYPE, b'I');
    writer.char(tag::ORD_STATUS, b'8');
    writer.bytes(tag::SYMBOL, b"[N/A]");
    writer.char(tag::SIDE, side_code(report.side));
    for quantity in [tag::LEAVES_QTY, tag::CUM_QTY, tag::AVG_PX] {
        writer.uint(quantity, 0);
    }
    writer.timestamp(tag::TRANSACT_TIME, report.transact_time.0);
    let reason = RejectReason::UnknownOrder;
    writer.uint(tag::ORD_REJ_REASON, order_reject_code(reason, dialect.version));
    writer.str(tag::TEXT, "no open orders");
    write_mass_answer(writer, dialect, question, 0, true);
}

/// Writes the body of a copy of a report, for a session that only listens: the report, whose it
/// is, that it is a copy, and the number of the journal's record it was taken from, in
/// SecondaryExecID(527). A copy is always an ExecutionReport: there are none of refused cancels.
pub fn write_copy(
    writer: &mut Writer<'_>,
    report: &ExecutionReport,
    dialect: &Dialect,
    account: AccountId,
    record: u64,
) {
    write(writer, report, dialect, RequestKind::New);
    dialect.write_account(writer, account);
    writer.uint(tag::SECONDARY_EXEC_ID, record);
    writer.char(tag::COPY_MSG_INDICATOR, b'Y');
}

/// Returns the number that [`write_copy`] wrote.
#[must_use]
pub fn copied_record(message: &Message<'_>) -> Option<u64> {
    message.get_u64(tag::SECONDARY_EXEC_ID)
}

/// Reads a report that came in message `sequence`.
///
/// A trade, or the correction of one, whose ClOrdID is none of ours comes out with the id zero:
/// somebody must say that it is not ours. The price of a trade that lies between two ticks is
/// rounded away from us. A refused cancel names no instrument and comes out with the first.
///
/// # Errors
/// What is missing or wrong; such a message is counted, and the order asked about.
pub fn read(
    message: &Message<'_>,
    dialect: &Dialect,
    gateway: GatewayId,
    received: Nanos,
    sequence: u64,
) -> Result<ExecutionReport, TranslateError> {
    let kind = read_kind(message)?;
    let plain = ExecutionReport {
        kind,
        client_order_id: read_client_order_id(message, dialect, kind)?,
        reason: read_reason(message, kind),
        transact_time: Nanos(message.get_timestamp(tag::TRANSACT_TIME).unwrap_or_default()),
        session_sequence: sequence,
        exec_id: Text::new(message.get(tag::EXEC_ID).unwrap_or_default()),
        exec_ref_id: Text::new(message.get(tag::EXEC_REF_ID).unwrap_or_default()),
        venue_order_id: Text::new(message.get(tag::ORDER_ID).unwrap_or_default()),
        ..blank(gateway, received)
    };
    if kind == ExecKind::CancelRejected {
        return Ok(plain);
    }
    let instrument = dialect.find(message)?;
    let lots = |tag| read_lots(message, tag, instrument).map(Option::unwrap_or_default);
    if kind == ExecKind::Trade {
        for needed in [tag::LAST_QTY, tag::LAST_PX, tag::CUM_QTY] {
            message.get(needed).ok_or(TranslateError::Field { tag: needed })?;
        }
    }
    let side = read_side(message).unwrap_or(Side::Buy);
    Ok(ExecutionReport {
        instrument: instrument.id,
        side,
        last_lots: lots(tag::LAST_QTY)?,
        last_price: read_trade_price(message, instrument, side)?,
        cum_lots: lots(tag::CUM_QTY)?,
        leaves_lots: lots(tag::LEAVES_QTY)?,
        price: read_price(message, tag::PRICE, instrument)?.unwrap_or_default(),
        fee: read_money(message, tag::COMMISSION, instrument)?,
        position_effect: kind::read_effect(message, dialect),
        liquidity: match message.get_char(tag::LAST_LIQUIDITY_IND) {
            Some(b'1') => Liquidity::Maker,
            Some(b'2') => Liquidity::Taker,
            _ => Liquidity::Unknown,
        },
        ..plain
    })
}

/// A report that says nothing.
pub(super) fn blank(gateway: GatewayId, received: Nanos) -> ExecutionReport {
    ExecutionReport {
        gateway,
        instrument: InstrumentId(0),
        kind: ExecKind::Status,
        client_order_id: ClientOrderId(0),
        side: Side::Buy,
        last_lots: Lots::ZERO,
        last_price: Ticks::ZERO,
        cum_lots: Lots::ZERO,
        leaves_lots: Lots::ZERO,
        price: Ticks::ZERO,
        position_effect: PositionEffect::None,
        fee: gannet_types::Notional::ZERO,
        liquidity: Liquidity::Unknown,
        reason: RejectReason::None,
        transact_time: received,
        received,
        session_sequence: 0,
        exec_id: Text::default(),
        exec_ref_id: Text::default(),
        venue_order_id: Text::default(),
    }
}

fn read_client_order_id(
    message: &Message<'_>,
    dialect: &Dialect,
    kind: ExecKind,
) -> Result<ClientOrderId, TranslateError> {
    match dialect.read_id(message, tag::CL_ORD_ID) {
        Err(_) if kind == ExecKind::Trade || kind.is_correction() => Ok(ClientOrderId(0)),
        read => read,
    }
}

fn read_reason(message: &Message<'_>, kind: ExecKind) -> RejectReason {
    let text = message.get(tag::TEXT).unwrap_or_default();
    match kind {
        ExecKind::CancelRejected => {
            cancel_reject_reason(message.get_u64(tag::CXL_REJ_REASON), text)
        }
        ExecKind::Rejected => order_reject_reason(message.get_u64(tag::ORD_REJ_REASON), text),
        // FIX has no field for it: our own broker says it in words.
        ExecKind::Trade if text == RejectReason::Liquidated.text().as_bytes() => {
            RejectReason::Liquidated
        }
        _ => RejectReason::None,
    }
}

pub(super) fn read_kind(message: &Message<'_>) -> Result<ExecKind, TranslateError> {
    match message.msg_type() {
        msg_type::EXECUTION_REPORT => {}
        msg_type::ORDER_CANCEL_REJECT => return Ok(ExecKind::CancelRejected),
        _ => return Err(TranslateError::NotOrders),
    }
    let told = match message.get_char(tag::EXEC_TRANS_TYPE) {
        Some(b'1') => return Ok(ExecKind::TradeCancel),
        Some(b'2') => return Ok(ExecKind::TradeCorrect),
        Some(b'3') => Some(b'I'),
        _ => message.get_char(tag::EXEC_TYPE),
    };
    match told {
        Some(b'A') => Ok(ExecKind::PendingNew),
        Some(b'0') => Ok(ExecKind::New),
        // 1 and 2 are how versions before 4.3 say "F".
        Some(b'F' | b'1' | b'2') => Ok(ExecKind::Trade),
        Some(b'3') => Ok(ExecKind::DoneForDay),
        Some(b'4') => Ok(ExecKind::Canceled),
        Some(b'5') => Ok(ExecKind::Replaced),
        Some(b'6') => Ok(ExecKind::PendingCancel),
        Some(b'7') => Ok(ExecKind::Stopped),
        Some(b'8') => Ok(ExecKind::Rejected),
        Some(b'9') => Ok(ExecKind::Suspended),
        Some(b'B') => Ok(ExecKind::Calculated),
        Some(b'C') => Ok(ExecKind::Expired),
        Some(b'D') => Ok(ExecKind::Restated),
        Some(b'E') => Ok(ExecKind::PendingReplace),
        Some(b'G') => Ok(ExecKind::TradeCorrect),
        Some(b'H') => Ok(ExecKind::TradeCancel),
        Some(b'L') => Ok(ExecKind::Triggered),
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

/// How a report is told: ExecTransType(20) where there is one, ExecType(150), OrdStatus(39).
struct Codes {
    exec_trans_type: Option<u8>,
    exec_type: u8,
    ord_status: u8,
}

impl Codes {
    fn of(report: &ExecutionReport, version: Version) -> Self {
        let (exec_type, ord_status) = codes(report);
        // Before 5.0 a stop that is set off is simply working.
        let untold = report.kind == ExecKind::Triggered && !version.is_fixt();
        let exec_type = if untold { b'0' } else { exec_type };
        if version >= Version::Fix43 {
            return Self { exec_trans_type: None, exec_type, ord_status };
        }
        let (exec_trans_type, exec_type) = match report.kind {
            ExecKind::TradeCancel => (b'1', ord_status),
            ExecKind::TradeCorrect => (b'2', ord_status),
            ExecKind::Status => (b'3', ord_status),
            ExecKind::Trade => (b'0', ord_status),
            _ => (b'0', exec_type),
        };
        Self { exec_trans_type: Some(exec_trans_type), exec_type, ord_status }
    }
}

/// ExecType(150) and OrdStatus(39) of a report from 4.3 on.
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
        ExecKind::Triggered => (b'L', working),
        ExecKind::Restated => (b'D', working),
        ExecKind::Suspended => (b'9', b'9'),
        ExecKind::Stopped => (b'7', b'7'),
        ExecKind::DoneForDay => (b'3', b'3'),
        ExecKind::Calculated => (b'B', b'B'),
        ExecKind::TradeCancel => (b'H', working),
        ExecKind::TradeCorrect => (b'G', if filled == b'2' { filled } else { working }),
        ExecKind::Status if report.leaves_lots == Lots::ZERO => (b'I', b'2'),
        ExecKind::Status => (b'I', working),
        ExecKind::CancelRejected if report.reason == RejectReason::UnknownOrder => (b'0', b'8'),
        ExecKind::CancelRejected => (b'0', working),
    }
}

/// CommType(13): an amount of money.
const ABSOLUTE: u8 = b'3';
