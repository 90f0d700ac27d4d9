//! Requests: NewOrderSingle(D), OrderCancelRequest(F), OrderCancelReplaceRequest(G) and
//! OrderStatusRequest(H).
//!
//! Hot: written once per order. ClOrdID(11) is our id in decimal.

use gannet_fix::codec::Writer;
use gannet_fix::tag::msg_type;
use gannet_fix::{Message, tag};
use gannet_types::{
    AccountId, ClientOrderId, GatewayId, Instrument, Nanos, OrderRequest, OrderType, RequestKind,
    Side, StrategyId, Ticks, TimeInForce,
};

use super::TranslateError;
use super::symbol::{Symbols, read_id, read_lots, read_price, write_lots, write_price};

/// Returns the MsgType(35) of a request.
#[must_use]
pub const fn message_type(kind: RequestKind) -> &'static [u8] {
    match kind {
        RequestKind::New => msg_type::NEW_ORDER_SINGLE,
        RequestKind::Cancel => msg_type::ORDER_CANCEL_REQUEST,
        RequestKind::Replace => msg_type::ORDER_CANCEL_REPLACE_REQUEST,
        RequestKind::Status => msg_type::ORDER_STATUS_REQUEST,
    }
}

/// Writes the body of a request.
#[inline]
pub fn write(writer: &mut Writer<'_>, request: &OrderRequest, instrument: &Instrument, now: Nanos) {
    writer.uint(tag::CL_ORD_ID, request.client_order_id.0);
    if matches!(request.kind, RequestKind::Cancel | RequestKind::Replace) {
        writer.uint(tag::ORIG_CL_ORD_ID, request.original.0);
    }
    writer.uint(tag::ACCOUNT, u64::from(request.account.0));
    writer.bytes(tag::SYMBOL, instrument.symbol.as_bytes());
    writer.char(tag::SIDE, side_code(request.side));
    if request.kind == RequestKind::Status {
        return;
    }
    writer.timestamp(tag::TRANSACT_TIME, now.0);
    write_lots(writer, tag::ORDER_QTY, instrument, request.lots);
    if request.kind == RequestKind::Cancel {
        return;
    }
    writer.char(tag::HANDL_INST, AUTOMATED);
    match request.order_type {
        OrderType::Market => writer.char(tag::ORD_TYPE, b'1'),
        OrderType::Limit => {
            writer.char(tag::ORD_TYPE, b'2');
            write_price(writer, tag::PRICE, instrument, request.price);
        }
    }
    let (time_in_force, instruction) = match request.time_in_force {
        TimeInForce::GoodTillCancel => (b'1', None),
        TimeInForce::ImmediateOrCancel => (b'3', None),
        TimeInForce::FillOrKill => (b'4', None),
        TimeInForce::PostOnly => (b'1', Some(DO_NOT_INITIATE)),
    };
    writer.char(tag::TIME_IN_FORCE, time_in_force);
    if let Some(instruction) = instruction {
        writer.char(EXEC_INST, instruction);
    }
}

/// Reads a request, as a broker does. Gateway and strategy are not on the wire and come out as
/// zero; `received` becomes its origin.
///
/// # Errors
/// What is missing or wrong; the broker answers with a reject.
pub fn read(
    message: &Message<'_>,
    symbols: &Symbols,
    received: Nanos,
) -> Result<OrderRequest, TranslateError> {
    let kind = match message.msg_type() {
        msg_type::NEW_ORDER_SINGLE => RequestKind::New,
        msg_type::ORDER_CANCEL_REQUEST => RequestKind::Cancel,
        msg_type::ORDER_CANCEL_REPLACE_REQUEST => RequestKind::Replace,
        msg_type::ORDER_STATUS_REQUEST => RequestKind::Status,
        _ => return Err(TranslateError::NotOrders),
    };
    let instrument = symbols.find(message)?;
    let client_order_id = read_id(message, tag::CL_ORD_ID)?;
    let order_type = match message.get_char(tag::ORD_TYPE) {
        Some(b'1') => OrderType::Market,
        Some(b'2') => OrderType::Limit,
        None if matches!(kind, RequestKind::Cancel | RequestKind::Status) => OrderType::Limit,
        _ => return Err(TranslateError::Field { tag: tag::ORD_TYPE }),
    };
    let price = read_price(message, tag::PRICE, instrument)?;
    let lots = read_lots(message, tag::ORDER_QTY, instrument)?;
    let sized = matches!(kind, RequestKind::New | RequestKind::Replace);
    if sized && lots.is_none() {
        return Err(TranslateError::Field { tag: tag::ORDER_QTY });
    }
    if sized && order_type == OrderType::Limit && price.is_none() {
        return Err(TranslateError::Field { tag: tag::PRICE });
    }
    Ok(OrderRequest {
        kind,
        gateway: GatewayId::default(),
        account: read_account(message)?,
        strategy: StrategyId::default(),
        instrument: instrument.id,
        client_order_id,
        original: read_original(message, kind, client_order_id)?,
        side: read_side(message)?,
        order_type,
        time_in_force: read_time_in_force(message)?,
        price: price.unwrap_or(Ticks::ZERO),
        lots: lots.unwrap_or_default(),
        origin: received,
    })
}

fn read_account(message: &Message<'_>) -> Result<AccountId, TranslateError> {
    let malformed = TranslateError::Field { tag: tag::ACCOUNT };
    match message.get(tag::ACCOUNT) {
        None => Ok(AccountId::default()),
        Some(_) => {
            let account = message.get_u64(tag::ACCOUNT).ok_or(malformed)?;
            u16::try_from(account).map(AccountId).map_err(|_| malformed)
        }
    }
}

fn read_original(
    message: &Message<'_>,
    kind: RequestKind,
    client_order_id: ClientOrderId,
) -> Result<ClientOrderId, TranslateError> {
    match kind {
        RequestKind::New | RequestKind::Status => Ok(client_order_id),
        RequestKind::Cancel | RequestKind::Replace => read_id(message, tag::ORIG_CL_ORD_ID),
    }
}

fn read_time_in_force(message: &Message<'_>) -> Result<TimeInForce, TranslateError> {
    let post_only =
        message.get(EXEC_INST).is_some_and(|instructions| instructions.contains(&DO_NOT_INITIATE));
    match message.get_char(tag::TIME_IN_FORCE) {
        // Absent means "day"; a simulated market has no end of day.
        None | Some(b'0' | b'1') if post_only => Ok(TimeInForce::PostOnly),
        None | Some(b'0' | b'1') => Ok(TimeInForce::GoodTillCancel),
        Some(b'3') => Ok(TimeInForce::ImmediateOrCancel),
        Some(b'4') => Ok(TimeInForce::FillOrKill),
        Some(_) => Err(TranslateError::Field { tag: tag::TIME_IN_FORCE }),
    }
}

pub(super) const fn side_code(side: Side) -> u8 {
    match side {
        Side::Buy => b'1',
        Side::Sell => b'2',
    }
}

pub(super) fn read_side(message: &Message<'_>) -> Result<Side, TranslateError> {
    match message.get_char(tag::SIDE) {
        Some(b'1') => Ok(Side::Buy),
        Some(b'2') => Ok(Side::Sell),
        _ => Err(TranslateError::Field { tag: tag::SIDE }),
    }
}

/// HandlInst(21): automated execution, no broker intervention.
const AUTOMATED: u8 = b'1';

/// ExecInst(18): participate, don't initiate. What venues call post-only.
const DO_NOT_INITIATE: u8 = b'6';

/// ExecInst.
const EXEC_INST: u32 = 18;
