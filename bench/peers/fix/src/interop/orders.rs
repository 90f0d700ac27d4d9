//! The orders and their reports: small, and valid in each of the versions.

use std::time::{SystemTime, UNIX_EPOCH};

use gannet_fix::{Version, Writer, tag};

/// CompIDs of the two ends.
pub(super) const INITIATOR: &str = "BUYER";
pub(super) const ACCEPTOR: &str = "SELLER";

/// Fields of an order, apart from its time.
pub(super) fn order(version: Version, number: u64) -> Vec<(u32, String)> {
    let mut fields = vec![(tag::CL_ORD_ID, format!("O{number}"))];
    if version == Version::Fix42 {
        fields.push((tag::HANDL_INST, "1".to_owned()));
    }
    fields.extend([
        (tag::ORDER_QTY, (1 + number % 900).to_string()),
        (tag::ORD_TYPE, "2".to_owned()),
        (tag::PRICE, format!("{}.{:02}", 100 + number % 37, number % 100)),
        (tag::SIDE, if number.is_multiple_of(2) { "1" } else { "2" }.to_owned()),
        (tag::SYMBOL, "BTCUSDT".to_owned()),
    ]);
    fields
}

/// Fields of the report that answers an order.
pub(super) fn report(version: Version, number: u64) -> Vec<(u32, String)> {
    let mut fields = vec![
        (tag::AVG_PX, "0".to_owned()),
        (tag::CL_ORD_ID, format!("O{number}")),
        (tag::CUM_QTY, "0".to_owned()),
        (tag::EXEC_ID, format!("E{number}")),
        (tag::ORDER_ID, format!("B{number}")),
        (tag::ORD_STATUS, "0".to_owned()),
        (tag::SIDE, if number.is_multiple_of(2) { "1" } else { "2" }.to_owned()),
        (tag::SYMBOL, "BTCUSDT".to_owned()),
        (tag::EXEC_TYPE, "0".to_owned()),
        (tag::LEAVES_QTY, (1 + number % 900).to_string()),
    ];
    if version == Version::Fix42 {
        fields.insert(4, (EXEC_TRANS_TYPE, "0".to_owned()));
    }
    fields
}

/// Writes fields with our encoder; an order also has its time.
pub(super) fn write(writer: &mut Writer<'_>, fields: &[(u32, String)], time_ns: Option<u64>) {
    for (tag, value) in fields {
        writer.str(*tag, value);
    }
    if let Some(time) = time_ns {
        writer.timestamp(tag::TRANSACT_TIME, time);
    }
}

/// Reads the number of an order from ClOrdID(11).
pub(super) fn number(cl_ord_id: &str) -> Option<u64> {
    cl_ord_id.strip_prefix('O')?.parse().ok()
}

/// The wall clock, nanoseconds since 1970.
pub(super) fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

const EXEC_TRANS_TYPE: u32 = 20;
