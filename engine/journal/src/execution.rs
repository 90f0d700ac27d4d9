//! Execution reports as records: the order session's and the drop copy's.
//!
//! The first version holds what most venues say; ids of more than 24 bytes and the reference of
//! a correction need the second, which drop copies always have.

use gannet_types::{
    AccountId, ClientOrderId, DropCopy, ExecutionReport, GatewayId, InstrumentId, Lots, Nanos,
    Ticks, VenueId,
};

use crate::error::JournalError;
use crate::input::InputKind;
use crate::record::{Kind, Tail};
use crate::wire::{Code, all_words, money, text, triple, unmoney, unpair, untext};
use crate::writer::Writer;

/// Longest ids of the first version.
const SHORT_ID_BYTES: usize = 24;

/// Appends a report of an order session.
pub(crate) fn append(
    writer: &mut Writer,
    now: Nanos,
    report: &ExecutionReport,
) -> Result<u64, JournalError> {
    let detail = detail(report);
    let short = |id: &VenueId| id.as_bytes().len() <= SHORT_ID_BYTES;
    let r = report;
    if r.exec_ref_id.is_empty() && short(&r.exec_id) && short(&r.venue_order_id) {
        let mut words = [0; 18];
        words[..12].copy_from_slice(&numbers(report, AccountId(0)));
        words[12..15].copy_from_slice(&text::<_, 3>(&r.exec_id));
        words[15..].copy_from_slice(&text::<_, 3>(&r.venue_order_id));
        return writer.append(now, Kind::Input(InputKind::Execution), detail, words, Tail::NONE);
    }
    let kind = Kind::Input(InputKind::LongExecution);
    writer.append(now, kind, detail, long(report, AccountId(0)), Tail::NONE)
}

/// Appends a copy of somebody's report.
pub(crate) fn append_copy(
    writer: &mut Writer,
    now: Nanos,
    copy: &DropCopy,
) -> Result<u64, JournalError> {
    let DropCopy { account, report } = copy;
    let kind = Kind::Input(InputKind::DropCopy);
    writer.append(now, kind, detail(report), long(report, *account), Tail::NONE)
}

/// Reads a report of the first version.
pub(crate) fn decode(detail: [u8; 4], payload: &[u8]) -> Option<ExecutionReport> {
    let words: [u64; 18] = all_words(payload)?;
    let [_, _, _, exec_length, order_length, ..] = words[0].to_le_bytes();
    Some(ExecutionReport {
        exec_id: untext(exec_length, &words[12..15])?,
        venue_order_id: untext(order_length, &words[15..])?,
        ..read_numbers(detail, &words)?
    })
}

/// Reads a report of the second version, with the account of a copy.
pub(crate) fn decode_long(detail: [u8; 4], payload: &[u8]) -> Option<DropCopy> {
    let words: [u64; 27] = all_words(payload)?;
    let [_, _, _, exec_length, order_length, ref_length, account_0, account_1] =
        words[0].to_le_bytes();
    let report = ExecutionReport {
        exec_id: untext(exec_length, &words[12..17])?,
        venue_order_id: untext(order_length, &words[17..22])?,
        exec_ref_id: untext(ref_length, &words[22..])?,
        ..read_numbers(detail, &words)?
    };
    Some(DropCopy { account: AccountId(u16::from_le_bytes([account_0, account_1])), report })
}

fn detail(report: &ExecutionReport) -> [u8; 4] {
    triple(report.instrument.0, report.gateway.0, report.kind.code())
}

fn long(report: &ExecutionReport, account: AccountId) -> [u64; 27] {
    let mut words = [0; 27];
    words[..12].copy_from_slice(&numbers(report, account));
    words[12..17].copy_from_slice(&text::<_, 5>(&report.exec_id));
    words[17..22].copy_from_slice(&text::<_, 5>(&report.venue_order_id));
    words[22..].copy_from_slice(&text::<_, 5>(&report.exec_ref_id));
    words
}

/// Everything but the ids.
fn numbers(report: &ExecutionReport, account: AccountId) -> [u64; 12] {
    let r = report;
    let [account_0, account_1] = account.0.to_le_bytes();
    let small = [
        r.side.code(),
        // Two small codes; that of the effect is zero where none is said.
        r.liquidity.code() | r.position_effect.code() << 4,
        r.reason.code(),
        r.exec_id.as_bytes().len() as u8,
        r.venue_order_id.as_bytes().len() as u8,
        r.exec_ref_id.as_bytes().len() as u8,
        account_0,
        account_1,
    ];
    let [fee_low, fee_high] = money(r.fee);
    [
        u64::from_le_bytes(small),
        r.client_order_id.0,
        r.last_lots.0 as u64,
        r.last_price.0 as u64,
        r.cum_lots.0 as u64,
        r.leaves_lots.0 as u64,
        r.price.0 as u64,
        fee_low,
        fee_high,
        r.transact_time.0,
        r.received.0,
        r.session_sequence,
    ]
}

fn read_numbers(detail: [u8; 4], words: &[u64]) -> Option<ExecutionReport> {
    let (numbers, _) = words.split_first_chunk::<12>()?;
    let [small, client, last_lots, last_price, cum, leaves, price, fee_low, fee_high, ..] =
        *numbers;
    let [.., transact, received, session_sequence] = *numbers;
    let [side, liquidity, reason, ..] = small.to_le_bytes();
    let [_, _, gateway, kind] = detail;
    Some(ExecutionReport {
        gateway: GatewayId(gateway),
        instrument: InstrumentId(unpair(detail).0),
        kind: Code::from_code(kind)?,
        client_order_id: ClientOrderId(client),
        side: Code::from_code(side)?,
        last_lots: Lots(last_lots as i64),
        last_price: Ticks(last_price as i64),
        cum_lots: Lots(cum as i64),
        leaves_lots: Lots(leaves as i64),
        price: Ticks(price as i64),
        position_effect: Code::from_code(liquidity >> 4)?,
        fee: unmoney(fee_low, fee_high),
        liquidity: Code::from_code(liquidity & 0xf)?,
        reason: Code::from_code(reason)?,
        transact_time: Nanos(transact),
        received: Nanos(received),
        session_sequence,
        exec_id: VenueId::default(),
        exec_ref_id: VenueId::default(),
        venue_order_id: VenueId::default(),
    })
}
