//! A trade in something that is none of our instruments: the broker is told DontKnowTrade(Q) with
//! DKReason(127) A, in the words of its own report, since nothing here can be said in ours.
//!
//! Cold: allocates.

use gannet_fix::Message;
use gannet_fix::codec::Writer;
use gannet_types::ExecKind;

use super::{report, tag};

/// UnknownSymbol of DKReason(127).
const UNKNOWN_SYMBOL: u8 = b'A';

/// What is repeated of the report behind the reason, in the order of the fields of the answer.
const REPEATED: [u32; 7] = [
    tag::SYMBOL,
    tag::SECURITY_ID,
    tag::SECURITY_ID_SOURCE,
    tag::SIDE,
    tag::ORDER_QTY,
    tag::LAST_QTY,
    tag::LAST_PX,
];

/// The answer to one such report.
pub(super) struct UnknownTrade {
    order_id: Box<[u8]>,
    exec_id: Box<[u8]>,
    repeated: Vec<(u32, Box<[u8]>)>,
}

impl UnknownTrade {
    /// Reads a report whose instrument was not found; `None` unless it tells of a trade, or of the
    /// correction of one: nothing else can be answered so.
    pub(super) fn read(message: &Message<'_>) -> Option<Self> {
        let kind = report::read_kind(message).ok()?;
        if !matches!(kind, ExecKind::Trade | ExecKind::TradeCorrect) {
            return None;
        }
        let field = |tag| message.get(tag).map(Box::from);
        let mut repeated = Vec::new();
        for tag in REPEATED {
            // OrderQty(38) is required from 4.3 on; of an order that we do not have it is the
            // trade's.
            let value = match tag {
                tag::ORDER_QTY => field(tag).or_else(|| field(tag::LAST_QTY)),
                _ => field(tag),
            };
            repeated.extend(value.map(|value| (tag, value)));
        }
        Some(Self { order_id: field(tag::ORDER_ID)?, exec_id: field(tag::EXEC_ID)?, repeated })
    }

    /// Writes the body of the answer.
    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.bytes(tag::ORDER_ID, &self.order_id);
        writer.bytes(tag::EXEC_ID, &self.exec_id);
        writer.char(tag::DK_REASON, UNKNOWN_SYMBOL);
        for (tag, value) in &self.repeated {
            writer.bytes(*tag, value);
        }
    }
}
