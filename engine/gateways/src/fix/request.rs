//! Requests: NewOrderSingle(D), OrderCancelRequest(F), OrderCancelReplaceRequest(G),
//! OrderStatusRequest(H), OrderMassCancelRequest(q), OrderMassStatusRequest(AF),
//! RequestForPositions(AN), and DontKnowTrade(Q).
//!
//! Hot: written once per order.

use gannet_fix::Message;
use gannet_fix::codec::Writer;
use gannet_fix::tag::msg_type;
use gannet_types::{
    AccountId, ClientOrderId, DontKnowReason, DontKnowTrade, GatewayId, Instrument, InstrumentId,
    Lots, Nanos, OrderRequest, OrderTerms, OrderType, RequestKind, Side, StrategyId, Ticks,
    TimeInForce, VenueId,
};

use super::dialect::Dialect;
use super::number::{read_lots, read_price, write_lots, write_price};
use super::{TranslateError, kind, position, tag};

/// Returns the MsgType(35) of a request.
#[must_use]
pub const fn message_type(kind: RequestKind) -> &'static [u8] {
    match kind {
        RequestKind::New => msg_type::NEW_ORDER_SINGLE,
        RequestKind::Cancel => msg_type::ORDER_CANCEL_REQUEST,
        RequestKind::Replace => msg_type::ORDER_CANCEL_REPLACE_REQUEST,
        RequestKind::Status => msg_type::ORDER_STATUS_REQUEST,
        RequestKind::MassCancel => tag::ORDER_MASS_CANCEL_REQUEST,
        RequestKind::MassStatus => tag::ORDER_MASS_STATUS_REQUEST,
        RequestKind::Positions => tag::REQUEST_FOR_POSITIONS,
    }
}

/// The field that holds the id of a request.
pub(super) const fn id_tag(kind: RequestKind) -> u32 {
    match kind {
        RequestKind::MassStatus => tag::MASS_STATUS_REQ_ID,
        RequestKind::Positions => tag::POS_REQ_ID,
        RequestKind::New
        | RequestKind::Cancel
        | RequestKind::Replace
        | RequestKind::Status
        | RequestKind::MassCancel => tag::CL_ORD_ID,
    }
}

/// The place of a request among those that may have fields of the broker's own.
const fn own_fields_of(kind: RequestKind) -> usize {
    match kind {
        RequestKind::New => 0,
        RequestKind::Cancel => 1,
        RequestKind::Replace => 2,
        RequestKind::Status => 3,
        RequestKind::MassCancel => 4,
        RequestKind::MassStatus => 5,
        RequestKind::Positions => 6,
    }
}

/// Writes the body of a request. `order_id` is the venue's name of the order, for dialects that
/// want it in cancels.
#[inline]
pub fn write(
    writer: &mut Writer<'_>,
    request: &OrderRequest,
    dialect: &Dialect,
    order_id: Option<&VenueId>,
    now: Nanos,
) {
    if !request.kind.is_about_one_order() {
        return write_mass(writer, request, dialect, now);
    }
    let Some(instrument) = dialect.instrument(request.instrument) else {
        return writer.bytes(tag::SYMBOL, b"");
    };
    dialect.ids.write(writer, tag::CL_ORD_ID, request.client_order_id);
    if matches!(request.kind, RequestKind::Cancel | RequestKind::Replace) {
        dialect.ids.write(writer, tag::ORIG_CL_ORD_ID, request.original);
    }
    if let Some(order_id) = order_id {
        writer.bytes(tag::ORDER_ID, order_id.as_bytes());
    }
    dialect.write_account(writer, request.account);
    dialect.write_instrument(writer, request.instrument);
    writer.char(tag::SIDE, side_code(request.side));
    if request.kind != RequestKind::Status {
        writer.timestamp(tag::TRANSACT_TIME, now.0);
        if request.kind != RequestKind::Cancel || dialect.quantity_in_cancels {
            write_lots(writer, tag::ORDER_QTY, instrument, request.lots);
        }
    }
    if matches!(request.kind, RequestKind::New | RequestKind::Replace) {
        if let Some(handling) = dialect.handling {
            writer.char(tag::HANDL_INST, handling);
        }
        kind::write(writer, request, dialect, instrument);
    }
    dialect.write_own_fields(writer, own_fields_of(request.kind), request.account);
}

/// Writes a request about all orders of the session, or about positions.
fn write_mass(writer: &mut Writer<'_>, request: &OrderRequest, dialect: &Dialect, now: Nanos) {
    if request.kind == RequestKind::Positions {
        position::write_request(writer, request, dialect, now);
    } else if request.kind == RequestKind::MassCancel {
        dialect.ids.write(writer, tag::CL_ORD_ID, request.client_order_id);
        writer.char(tag::MASS_CANCEL_REQUEST_TYPE, ALL_ORDERS);
        writer.timestamp(tag::TRANSACT_TIME, now.0);
    } else {
        dialect.ids.write(writer, tag::MASS_STATUS_REQ_ID, request.client_order_id);
        writer.char(tag::MASS_STATUS_REQ_TYPE, ALL_ORDERS);
        dialect.write_account(writer, request.account);
    }
    dialect.write_own_fields(writer, own_fields_of(request.kind), request.account);
}

/// Writes the body of a DontKnowTrade.
pub fn write_dont_know(writer: &mut Writer<'_>, trade: &DontKnowTrade, dialect: &Dialect) {
    let Some(instrument) = dialect.instrument(trade.instrument) else {
        return writer.bytes(tag::SYMBOL, b"");
    };
    writer.bytes(tag::ORDER_ID, trade.venue_order_id.as_bytes());
    writer.bytes(tag::EXEC_ID, trade.exec_id.as_bytes());
    let reason = match trade.reason {
        DontKnowReason::UnknownSymbol => b'A',
        DontKnowReason::WrongSide => b'B',
        DontKnowReason::Overfill => b'C',
        DontKnowReason::NoMatchingOrder => b'D',
    };
    writer.char(tag::DK_REASON, reason);
    dialect.write_instrument(writer, trade.instrument);
    writer.char(tag::SIDE, side_code(trade.side));
    // Required from 4.3 on; of an order that we do not have it is the trade's.
    let lots = if trade.order_lots > Lots::ZERO { trade.order_lots } else { trade.last_lots };
    write_lots(writer, tag::ORDER_QTY, instrument, lots);
    write_lots(writer, tag::LAST_QTY, instrument, trade.last_lots);
    write_price(writer, tag::LAST_PX, instrument, trade.last_price);
}

/// Reads a request, as a broker does. Gateway and strategy are not on the wire and come out as
/// zero; `received` becomes its origin.
///
/// # Errors
/// What is missing or wrong; the broker answers with a reject.
pub fn read(
    message: &Message<'_>,
    dialect: &Dialect,
    received: Nanos,
) -> Result<OrderRequest, TranslateError> {
    let request_kind = match message.msg_type() {
        msg_type::NEW_ORDER_SINGLE => RequestKind::New,
        msg_type::ORDER_CANCEL_REQUEST => RequestKind::Cancel,
        msg_type::ORDER_CANCEL_REPLACE_REQUEST => RequestKind::Replace,
        msg_type::ORDER_STATUS_REQUEST => RequestKind::Status,
        tag::ORDER_MASS_CANCEL_REQUEST => RequestKind::MassCancel,
        tag::ORDER_MASS_STATUS_REQUEST => RequestKind::MassStatus,
        tag::REQUEST_FOR_POSITIONS => RequestKind::Positions,
        _ => return Err(TranslateError::NotOrders),
    };
    let client_order_id = dialect.read_id(message, id_tag(request_kind))?;
    let account = dialect.read_account(message)?;
    let plain = plain(request_kind, client_order_id, account, received);
    if request_kind == RequestKind::Positions {
        position::check_request(message)?;
    }
    if !request_kind.is_about_one_order() {
        return Ok(plain);
    }
    let instrument = dialect.find(message)?;
    let request = OrderRequest {
        instrument: instrument.id,
        original: read_original(message, dialect, request_kind, client_order_id)?,
        side: read_side(message)?,
        lots: read_lots(message, tag::ORDER_QTY, instrument)?.unwrap_or_default(),
        ..plain
    };
    if matches!(request_kind, RequestKind::Cancel | RequestKind::Status) {
        return Ok(request);
    }
    read_order(message, dialect, instrument, request)
}

/// Reads what only new orders and replacements say.
fn read_order(
    message: &Message<'_>,
    dialect: &Dialect,
    instrument: &Instrument,
    request: OrderRequest,
) -> Result<OrderRequest, TranslateError> {
    let kind::Kind { order_type, time_in_force, terms } = kind::read(message, dialect, instrument)?;
    if message.get(tag::ORDER_QTY).is_none() {
        return Err(TranslateError::Field { tag: tag::ORDER_QTY });
    }
    let price = read_price(message, tag::PRICE, instrument)?;
    if order_type.has_limit() && price.is_none() {
        return Err(TranslateError::Field { tag: tag::PRICE });
    }
    let price = price.unwrap_or(Ticks::ZERO);
    Ok(OrderRequest { order_type, time_in_force, terms, price, ..request })
}

const fn plain(
    kind: RequestKind,
    client_order_id: ClientOrderId,
    account: AccountId,
    received: Nanos,
) -> OrderRequest {
    OrderRequest {
        kind,
        gateway: GatewayId(0),
        account,
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        client_order_id,
        original: client_order_id,
        side: Side::Buy,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::GoodTillCancel,
        price: Ticks::ZERO,
        lots: Lots::ZERO,
        terms: OrderTerms::PLAIN,
        origin: received,
    }
}

fn read_original(
    message: &Message<'_>,
    dialect: &Dialect,
    kind: RequestKind,
    client_order_id: ClientOrderId,
) -> Result<ClientOrderId, TranslateError> {
    match kind {
        RequestKind::Cancel | RequestKind::Replace => dialect.read_id(message, tag::ORIG_CL_ORD_ID),
        RequestKind::New
        | RequestKind::Status
        | RequestKind::MassCancel
        | RequestKind::MassStatus
        | RequestKind::Positions => Ok(client_order_id),
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
        // A short sale is a sale.
        Some(b'2' | b'5' | b'6') => Ok(Side::Sell),
        _ => Err(TranslateError::Field { tag: tag::SIDE }),
    }
}

/// MassCancelRequestType(530) and MassStatusReqType(585): all orders.
const ALL_ORDERS: u8 = b'7';
