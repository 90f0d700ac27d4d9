//! What venues say about positions as records, and positions themselves, which have a second
//! version for those with funding.

use gannet_types::{
    AccountId, Adjustment, ClientOrderId, GatewayId, InstrumentId, Lots, Nanos, Notional,
    PositionDifference, PositionReport, PositionTold, VenuePosition,
};

use crate::wire::{all_words, money, pair, unmoney, unpair};

/// Bits of the small numbers' word above the account.
const HAS_ACCOUNT: u64 = 1 << 16;
const HAS_REPORTS: u64 = 1 << 17;
const HAS_FUNDING: u64 = 1 << 18;

/// A venue's word about a position as detail and words.
pub(crate) fn encode_told(position: &VenuePosition) -> ([u8; 4], [u64; 7]) {
    let VenuePosition { gateway, account, request, told, reports, session_sequence, received } =
        *position;
    let nothing = (InstrumentId(0), Lots::ZERO, None);
    let (code, (instrument, lots, funding)) = match told {
        PositionTold::Announced => (1, nothing),
        PositionTold::Held { instrument, lots, funding } => (2, (instrument, lots, funding)),
        PositionTold::Elsewhere => (3, nothing),
        PositionTold::NoPositions => (4, nothing),
        PositionTold::Refused => (5, nothing),
    };
    let flag = |is_there: bool, flag: u64| if is_there { flag } else { 0 };
    let small = u64::from(account.unwrap_or_default().0)
        | flag(account.is_some(), HAS_ACCOUNT)
        | flag(reports.is_some(), HAS_REPORTS)
        | flag(funding.is_some(), HAS_FUNDING)
        | u64::from(reports.unwrap_or_default()) << 32;
    let [funding_0, funding_1] = money(funding.unwrap_or_default());
    let [instrument_0, instrument_1] = instrument.0.to_le_bytes();
    let words =
        [small, request.0, lots.0 as u64, funding_0, funding_1, session_sequence, received.0];
    ([instrument_0, instrument_1, gateway.0, code], words)
}

pub(crate) fn decode_told(detail: [u8; 4], words: [u64; 7]) -> Option<VenuePosition> {
    let [small, request, lots, funding_0, funding_1, session_sequence, received] = words;
    let [_, _, gateway, code] = detail;
    let has = |flag: u64| small & flag != 0;
    let funding = has(HAS_FUNDING).then(|| unmoney(funding_0, funding_1));
    let told = match code {
        1 => PositionTold::Announced,
        2 => PositionTold::Held {
            instrument: InstrumentId(unpair(detail).0),
            lots: Lots(lots as i64),
            funding,
        },
        3 => PositionTold::Elsewhere,
        4 => PositionTold::NoPositions,
        5 => PositionTold::Refused,
        _ => return None,
    };
    Some(VenuePosition {
        gateway: GatewayId(gateway),
        account: has(HAS_ACCOUNT).then_some(AccountId(small as u16)),
        request: ClientOrderId(request),
        told,
        reports: has(HAS_REPORTS).then_some((small >> 32) as u32),
        session_sequence,
        received: Nanos(received),
    })
}

/// A position's detail and the words of its first version.
pub(crate) fn encode(position: &PositionReport) -> ([u8; 4], [u64; 7]) {
    let [cost_0, cost_1] = money(position.cost);
    let [realized_0, realized_1] = money(position.realized);
    let [fees_0, fees_1] = money(position.fees);
    let lots = position.lots.0 as u64;
    let words = [lots, cost_0, cost_1, realized_0, realized_1, fees_0, fees_1];
    (pair(position.instrument.0, position.account.0), words)
}

/// Reads a position of the first version.
pub(crate) fn decode(detail: [u8; 4], words: [u64; 7]) -> PositionReport {
    let (instrument, account) = unpair(detail);
    let [lots, cost_0, cost_1, realized_0, realized_1, fees_0, fees_1] = words;
    PositionReport {
        account: AccountId(account),
        instrument: InstrumentId(instrument),
        lots: Lots(lots as i64),
        cost: unmoney(cost_0, cost_1),
        realized: unmoney(realized_0, realized_1),
        fees: unmoney(fees_0, fees_1),
        funding: Notional::ZERO,
    }
}

/// Splits the two words of funding, which stand last in a second version, from what the first
/// version holds.
pub(crate) fn split_funding(payload: &[u8]) -> Option<(&[u8], Notional)> {
    let (first, funding) = payload.split_at_checked(payload.len().checked_sub(16)?)?;
    let [low, high] = all_words(funding)?;
    Some((first, unmoney(low, high)))
}

/// An adjustment's detail and words.
pub(crate) fn encode_adjustment(adjustment: &Adjustment) -> ([u8; 4], [u64; 3]) {
    let [value_0, value_1] = money(adjustment.value);
    let words = [adjustment.lots.0 as u64, value_0, value_1];
    (pair(adjustment.instrument.0, adjustment.account.0), words)
}

pub(crate) fn decode_adjustment(detail: [u8; 4], words: [u64; 3]) -> Adjustment {
    let (instrument, account) = unpair(detail);
    let [lots, value_0, value_1] = words;
    Adjustment {
        account: AccountId(account),
        instrument: InstrumentId(instrument),
        lots: Lots(lots as i64),
        value: unmoney(value_0, value_1),
    }
}

/// A difference as the words of its alarm.
pub(crate) fn encode_difference(difference: &PositionDifference) -> [u64; 3] {
    let PositionDifference { account, instrument, ours, venue } = *difference;
    [u64::from(instrument.0) | u64::from(account.0) << 16, ours.0 as u64, venue.0 as u64]
}

pub(crate) fn decode_difference([small, ours, venue]: [u64; 3]) -> Option<PositionDifference> {
    let small = u32::try_from(small).ok()?;
    Some(PositionDifference {
        account: AccountId((small >> 16) as u16),
        instrument: InstrumentId(small as u16),
        ours: Lots(ours as i64),
        venue: Lots(venue as i64),
    })
}
