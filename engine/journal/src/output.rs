//! Outputs as records.
//!
//! # Invariants
//! - `decode` of what `append` wrote is the same output.

use gannet_types::{
    AccountId, Alarm, Bar, BarKind, ClientOrderId, DontKnowTrade, FEATURES_IN_BLOCK, FeatureBlock,
    GateVerdict, GatewayId, InstrumentId, Lots, ModelHash, Nanos, Notional, OrderId, OrderRequest,
    OrderTerms, OrderType, Output, PegReference, PositionReport, Reject, Signal, SignalAction,
    Status, StrategyId, StrategyPosition, Ticks,
};

use crate::error::JournalError;
use crate::input::{encode_scope, scope_of, top_of, top_words};
use crate::parent::{self, PLAN_WORDS, decode_plan, encode_plan};
use crate::position::{decode_difference, encode_difference, split_funding};
use crate::record::{Kind, Tail};
use crate::wire::{
    Code, all_words, codes, money, split_words, text, triple, unmoney, unpair, untext,
};
use crate::writer::Writer;
use crate::{decision, position, prediction};

/// The code of an alarm with more than one word.
const POSITION_DIFFERS: u8 = 40;

/// Which output a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputKind {
    Signal,
    Order,
    Reject,
    Position,
    Bar,
    Status,
    Alarm,
    DontKnow,
    ForeignPosition,
    Features,
    Prediction,
    Decision,
    StrategyPosition,
    Parent,
    /// A signal with the plan of a parent order, and with terms.
    SignalWithPlan,
    Adjustment,
    /// A signal or an order with terms, a position or a status with funding, a decision with proposals:
    /// the second versions.
    SignalWithTerms,
    OrderWithTerms,
    PositionWithFunding,
    StatusWithFunding,
    StrategyPositionWithFunding,
    DecisionWithProposals,
}

codes! { OutputKind {
    Signal = 1, Order = 2, Reject = 3, Position = 4, Bar = 5, Status = 6, Alarm = 7, DontKnow = 8,
    ForeignPosition = 9, Features = 16, Prediction = 17, Decision = 18, Parent = 19,
    SignalWithPlan = 20, StrategyPosition = 24, Adjustment = 30,
    SignalWithTerms = 0x81, OrderWithTerms = 0x82, PositionWithFunding = 0x84,
    StatusWithFunding = 0x86, DecisionWithProposals = 0x92, StrategyPositionWithFunding = 0x98,
} }

/// Appends `output`.
#[inline]
pub(crate) fn append(
    writer: &mut Writer,
    now: Nanos,
    output: &Output,
) -> Result<u64, JournalError> {
    let kind = Kind::Output;
    let none = Tail::NONE;
    match output {
        Output::Signal(signal, verdict) => append_signal(writer, now, signal, *verdict),
        Output::Order(order) => {
            let (detail, words) = encode_order(order);
            if order.terms == OrderTerms::PLAIN {
                return writer.append(now, kind(OutputKind::Order), detail, words, none);
            }
            let words: [u64; 10] = join(words, encode_terms(&order.terms));
            writer.append(now, kind(OutputKind::OrderWithTerms), detail, words, none)
        }
        Output::Reject(Reject { strategy, instrument, client_order_id, reason }) => {
            let detail = triple(instrument.0, strategy.0, reason.code());
            writer.append(now, kind(OutputKind::Reject), detail, [client_order_id.0], none)
        }
        Output::Position(position) => append_position(writer, now, position),
        Output::ForeignPosition(position) => {
            let (detail, words) = position::encode(position);
            writer.append(now, kind(OutputKind::ForeignPosition), detail, words, none)
        }
        Output::StrategyPosition(part) => append_part(writer, now, part),
        Output::Bar(bar) => {
            let (detail, words) = encode_bar(bar);
            writer.append(now, kind(OutputKind::Bar), detail, words, none)
        }
        Output::Status(status) => append_status(writer, now, status),
        Output::Alarm(Alarm::PositionDiffers(difference)) => {
            let (detail, words) = ([POSITION_DIFFERS, 0, 0, 0], encode_difference(difference));
            writer.append(now, kind(OutputKind::Alarm), detail, words, none)
        }
        Output::Adjustment(adjustment) => {
            let (detail, words) = position::encode_adjustment(adjustment);
            writer.append(now, kind(OutputKind::Adjustment), detail, words, none)
        }
        Output::Alarm(alarm) => {
            let (detail, client_order_id) = encode_alarm(*alarm);
            writer.append(now, kind(OutputKind::Alarm), detail, [client_order_id.0], none)
        }
        Output::DontKnow(trade) => {
            let (detail, words) = encode_dont_know(trade);
            writer.append(now, kind(OutputKind::DontKnow), detail, words, none)
        }
        Output::Features(FeatureBlock { instrument, block, count, bits }) => {
            let detail = triple(instrument.0, *block, *count);
            writer.append(now, kind(OutputKind::Features), detail, *bits, none)
        }
        Output::Decision(made) => append_decision(writer, now, made),
        Output::Parent(report) => {
            let (detail, words) = parent::encode_report(report);
            writer.append(now, kind(OutputKind::Parent), detail, words, none)
        }
        Output::Prediction(made) => {
            let (detail, words) = prediction::encode(made);
            writer.append(now, kind(OutputKind::Prediction), detail, words, none)
        }
    }
}

fn append_decision(
    writer: &mut Writer,
    now: Nanos,
    made: &gannet_types::Decision,
) -> Result<u64, JournalError> {
    let (detail, words) = decision::encode(made);
    if !made.has_proposals() {
        return writer.append(now, Kind::Output(OutputKind::Decision), detail, words, Tail::NONE);
    }
    let words: [u64; decision::WORDS + decision::MORE] = join(words, decision::encode_more(made));
    let kind = Kind::Output(OutputKind::DecisionWithProposals);
    writer.append(now, kind, detail, words, Tail::NONE)
}

/// Appends a signal in the first version that has a place for all of it.
#[inline]
fn append_signal(
    writer: &mut Writer,
    now: Nanos,
    signal: &Signal,
    verdict: GateVerdict,
) -> Result<u64, JournalError> {
    let kind = Kind::Output;
    let none = Tail::NONE;
    let (detail, words) = encode_signal(signal, verdict);
    if let SignalAction::Work(plan) = signal.action {
        let words: [u64; 14] = join(words, encode_terms(&signal.terms));
        let words: [u64; 14 + PLAN_WORDS] = join(words, encode_plan(plan));
        return writer.append(now, kind(OutputKind::SignalWithPlan), detail, words, none);
    }
    if signal.order_type == OrderType::Limit && signal.terms == OrderTerms::PLAIN {
        return writer.append(now, kind(OutputKind::Signal), detail, words, none);
    }
    let words: [u64; 14] = join(words, encode_terms(&signal.terms));
    writer.append(now, kind(OutputKind::SignalWithTerms), detail, words, none)
}

fn append_position(
    writer: &mut Writer,
    now: Nanos,
    position: &PositionReport,
) -> Result<u64, JournalError> {
    let (detail, words) = position::encode(position);
    let (first, second) = (OutputKind::Position, OutputKind::PositionWithFunding);
    if position.funding == Notional::ZERO {
        return writer.append(now, Kind::Output(first), detail, words, Tail::NONE);
    }
    let words: [u64; 9] = join(words, money(position.funding));
    writer.append(now, Kind::Output(second), detail, words, Tail::NONE)
}

fn append_part(
    writer: &mut Writer,
    now: Nanos,
    part: &StrategyPosition,
) -> Result<u64, JournalError> {
    let StrategyPosition { strategy, position } = part;
    let (detail, words) = position::encode(position);
    let words: [u64; 8] = join(words, [u64::from(strategy.0)]);
    let (first, second) = (OutputKind::StrategyPosition, OutputKind::StrategyPositionWithFunding);
    if position.funding == Notional::ZERO {
        return writer.append(now, Kind::Output(first), detail, words, Tail::NONE);
    }
    let words: [u64; 10] = join(words, money(position.funding));
    writer.append(now, Kind::Output(second), detail, words, Tail::NONE)
}

fn append_status(writer: &mut Writer, now: Nanos, status: &Status) -> Result<u64, JournalError> {
    let (detail, words) = encode_status(status);
    let (first, second) = (OutputKind::Status, OutputKind::StatusWithFunding);
    if status.position.funding == Notional::ZERO {
        return writer.append(now, Kind::Output(first), detail, words, Tail::NONE);
    }
    let words: [u64; 20] = join(words, money(status.position.funding));
    writer.append(now, Kind::Output(second), detail, words, Tail::NONE)
}

/// Reads an output back; `None` if the contents mean nothing.
pub(crate) fn decode(kind: OutputKind, detail: [u8; 4], payload: &[u8]) -> Option<Output> {
    let (payload, funding) = match kind {
        OutputKind::PositionWithFunding
        | OutputKind::StatusWithFunding
        | OutputKind::StrategyPositionWithFunding => split_funding(payload)?,
        _ => (payload, Notional::ZERO),
    };
    Some(match kind {
        OutputKind::Signal | OutputKind::SignalWithTerms | OutputKind::SignalWithPlan => {
            let (signal, verdict) = decode_any_signal(kind, detail, payload)?;
            Output::Signal(signal, verdict)
        }
        OutputKind::Order => Output::Order(decode_order(detail, all_words(payload)?)?),
        OutputKind::OrderWithTerms => {
            let (words, terms) = split_words(payload)?;
            let order = decode_order(detail, words)?;
            let terms = decode_terms(order.terms.peg, all_words(terms)?);
            Output::Order(OrderRequest { terms, ..order })
        }
        OutputKind::DontKnow => Output::DontKnow(decode_dont_know(detail, all_words(payload)?)?),
        OutputKind::Reject => {
            let [_, _, strategy, reason] = detail;
            let [client] = all_words(payload)?;
            Output::Reject(Reject {
                strategy: StrategyId(strategy),
                instrument: InstrumentId(unpair(detail).0),
                client_order_id: ClientOrderId(client),
                reason: Code::from_code(reason)?,
            })
        }
        OutputKind::Position | OutputKind::PositionWithFunding => {
            let position = position::decode(detail, all_words(payload)?);
            Output::Position(PositionReport { funding, ..position })
        }
        OutputKind::ForeignPosition => {
            Output::ForeignPosition(position::decode(detail, all_words(payload)?))
        }
        OutputKind::Adjustment => {
            Output::Adjustment(position::decode_adjustment(detail, all_words(payload)?))
        }
        OutputKind::StrategyPosition | OutputKind::StrategyPositionWithFunding => {
            Output::StrategyPosition(decode_part(detail, payload, funding)?)
        }
        OutputKind::Bar => Output::Bar(decode_bar(detail, all_words(payload)?)?),
        OutputKind::Status | OutputKind::StatusWithFunding => {
            let mut status = decode_status(detail, all_words(payload)?)?;
            status.position.funding = funding;
            Output::Status(status)
        }
        OutputKind::Alarm => Output::Alarm(decode_alarm(detail, payload)?),
        OutputKind::Decision => Output::Decision(decision::decode(detail, all_words(payload)?)?),
        OutputKind::DecisionWithProposals => {
            let (words, more) = split_words(payload)?;
            let first = decision::decode(detail, words)?;
            Output::Decision(decision::decode_more(first, all_words(more)?))
        }
        OutputKind::Parent => Output::Parent(parent::decode_report(detail, all_words(payload)?)?),
        OutputKind::Prediction => {
            Output::Prediction(prediction::decode(detail, all_words(payload)?)?)
        }
        OutputKind::Features => Output::Features(decode_features(detail, all_words(payload)?)?),
    })
}

/// Reads a signal of any version.
fn decode_any_signal(
    kind: OutputKind,
    detail: [u8; 4],
    payload: &[u8],
) -> Option<(Signal, GateVerdict)> {
    if kind == OutputKind::Signal {
        return decode_signal(detail, all_words(payload)?);
    }
    let (words, more) = split_words(payload)?;
    let (signal, verdict) = decode_signal(detail, words)?;
    let peg = signal.terms.peg;
    if kind == OutputKind::SignalWithTerms {
        let terms = decode_terms(peg, all_words(more)?);
        return Some((Signal { terms, ..signal }, verdict));
    }
    let (terms, plan) = split_words(more)?;
    let action = SignalAction::Work(decode_plan(all_words(plan)?)?);
    Some((Signal { terms: decode_terms(peg, terms), action, ..signal }, verdict))
}

fn decode_features(detail: [u8; 4], bits: [u64; FEATURES_IN_BLOCK]) -> Option<FeatureBlock> {
    let [_, _, block, count] = detail;
    let instrument = InstrumentId(unpair(detail).0);
    let fits = usize::from(count) <= FEATURES_IN_BLOCK;
    fits.then_some(FeatureBlock { instrument, block, count, bits })
}

fn decode_part(detail: [u8; 4], payload: &[u8], funding: Notional) -> Option<StrategyPosition> {
    let [words @ .., strategy] = all_words::<8>(payload)?;
    let position = PositionReport { funding, ..position::decode(detail, words) };
    Some(StrategyPosition { strategy: StrategyId(u8::try_from(strategy).ok()?), position })
}

pub(crate) fn encode_signal(signal: &Signal, verdict: GateVerdict) -> ([u8; 4], [u64; 10]) {
    let (action, changed) = match signal.action {
        SignalAction::Place => (1, 0),
        SignalAction::Replace(order) => (2, order.0),
        SignalAction::Cancel(order) => (3, order.0),
        // Its plan stands in words of its own.
        SignalAction::Work(_) => (1, 0),
    };
    let (verdict, waiting) = match verdict {
        GateVerdict::Released => (1, 0),
        GateVerdict::Shown => (2, 0),
        GateVerdict::Waiting(order) => (3, order.0),
    };
    let length = signal.reason.as_bytes().len() as u8;
    let time_in_force = signal.time_in_force.code();
    let order_type = match signal.order_type {
        OrderType::Limit => 0,
        other => other.code(),
    };
    let peg = signal.terms.peg.code();
    let small = [action, time_in_force, signal.confidence, verdict, length, order_type, peg, 0];
    let reason: [u64; 4] = text(&signal.reason);
    let words = [
        u64::from_le_bytes(small),
        changed,
        waiting,
        signal.price.0 as u64,
        signal.lots.0 as u64,
        signal.origin.0,
        reason[0],
        reason[1],
        reason[2],
        reason[3],
    ];
    (triple(signal.instrument.0, signal.strategy.0, signal.side.code()), words)
}

pub(crate) fn decode_signal(detail: [u8; 4], words: [u64; 10]) -> Option<(Signal, GateVerdict)> {
    let [small, changed, waiting, price, lots, origin, reason @ ..] = words;
    let [action, time_in_force, confidence, verdict, length, order_type, peg, _] =
        small.to_le_bytes();
    let [_, _, strategy, side] = detail;
    let signal = Signal {
        strategy: StrategyId(strategy),
        instrument: InstrumentId(unpair(detail).0),
        action: match action {
            1 => SignalAction::Place,
            2 => SignalAction::Replace(OrderId(changed)),
            3 => SignalAction::Cancel(OrderId(changed)),
            _ => return None,
        },
        side: Code::from_code(side)?,
        order_type: match order_type {
            0 => OrderType::Limit,
            code => Code::from_code(code)?,
        },
        price: Ticks(price as i64),
        lots: Lots(lots as i64),
        time_in_force: Code::from_code(time_in_force)?,
        terms: OrderTerms { peg: Code::from_code(peg)?, ..OrderTerms::PLAIN },
        confidence,
        reason: untext(length, &reason)?,
        origin: Nanos(origin),
    };
    let verdict = match verdict {
        1 => GateVerdict::Released,
        2 => GateVerdict::Shown,
        3 => GateVerdict::Waiting(OrderId(waiting)),
        _ => return None,
    };
    Some((signal, verdict))
}

#[inline]
fn encode_order(order: &OrderRequest) -> ([u8; 4], [u64; 6]) {
    let [account_0, account_1] = order.account.0.to_le_bytes();
    let small = [
        order.kind.code(),
        order.side.code(),
        order.order_type.code(),
        order.time_in_force.code(),
        account_0,
        account_1,
        order.terms.peg.code(),
        0,
    ];
    let words = [
        u64::from_le_bytes(small),
        order.client_order_id.0,
        order.original.0,
        order.price.0 as u64,
        order.lots.0 as u64,
        order.origin.0,
    ];
    (triple(order.instrument.0, order.gateway.0, order.strategy.0), words)
}

fn decode_order(detail: [u8; 4], words: [u64; 6]) -> Option<OrderRequest> {
    let [small, client, original, price, lots, origin] = words;
    let [kind, side, order_type, time_in_force, account_0, account_1, peg, _] = small.to_le_bytes();
    let [_, _, gateway, strategy] = detail;
    Some(OrderRequest {
        kind: Code::from_code(kind)?,
        gateway: GatewayId(gateway),
        account: AccountId(u16::from_le_bytes([account_0, account_1])),
        strategy: StrategyId(strategy),
        instrument: InstrumentId(unpair(detail).0),
        client_order_id: ClientOrderId(client),
        original: ClientOrderId(original),
        side: Code::from_code(side)?,
        order_type: Code::from_code(order_type)?,
        time_in_force: Code::from_code(time_in_force)?,
        price: Ticks(price as i64),
        lots: Lots(lots as i64),
        terms: OrderTerms { peg: Code::from_code(peg)?, ..OrderTerms::PLAIN },
        origin: Nanos(origin),
    })
}

/// The terms but for the peg's reference, which is a small number elsewhere.
pub(crate) const fn encode_terms(terms: &OrderTerms) -> [u64; 4] {
    let OrderTerms { stop_price, offset, peg: _, display_lots, expire_time } = *terms;
    [stop_price.0 as u64, offset.0 as u64, display_lots.0 as u64, expire_time.0]
}

pub(crate) const fn decode_terms(peg: PegReference, words: [u64; 4]) -> OrderTerms {
    let [stop_price, offset, display_lots, expire_time] = words;
    OrderTerms {
        stop_price: Ticks(stop_price as i64),
        offset: Ticks(offset as i64),
        peg,
        display_lots: Lots(display_lots as i64),
        expire_time: Nanos(expire_time),
    }
}

/// Puts `more` behind `words`.
fn join<const A: usize, const B: usize, const N: usize>(
    words: [u64; A],
    more: [u64; B],
) -> [u64; N] {
    const { assert!(A + B == N, "nothing is lost and nothing is left out") };
    let mut all = [0; N];
    all[..A].copy_from_slice(&words);
    all[A..].copy_from_slice(&more);
    all
}

fn encode_dont_know(trade: &DontKnowTrade) -> ([u8; 4], [u64; 15]) {
    let lengths = [&trade.exec_id, &trade.venue_order_id].map(|id| id.as_bytes().len() as u8);
    let [exec_length, order_length] = lengths;
    let reason = trade.reason.code();
    let small = [trade.side.code(), reason, exec_length, order_length, 0, 0, 0, 0];
    let numbers = [
        u64::from_le_bytes(small),
        trade.client_order_id.0,
        trade.last_lots.0 as u64,
        trade.last_price.0 as u64,
        trade.order_lots.0 as u64,
    ];
    let ids: [u64; 10] = join::<5, 5, 10>(text(&trade.exec_id), text(&trade.venue_order_id));
    (triple(trade.instrument.0, trade.gateway.0, 0), join(numbers, ids))
}

fn decode_dont_know(detail: [u8; 4], words: [u64; 15]) -> Option<DontKnowTrade> {
    let [small, client, last_lots, last_price, order_lots, ids @ ..] = words;
    let [side, reason, exec_length, order_length, ..] = small.to_le_bytes();
    Some(DontKnowTrade {
        gateway: GatewayId(detail[2]),
        instrument: InstrumentId(unpair(detail).0),
        side: Code::from_code(side)?,
        reason: Code::from_code(reason)?,
        client_order_id: ClientOrderId(client),
        last_lots: Lots(last_lots as i64),
        last_price: Ticks(last_price as i64),
        order_lots: Lots(order_lots as i64),
        exec_id: untext(exec_length, &ids[..5])?,
        venue_order_id: untext(order_length, &ids[5..])?,
    })
}

fn encode_bar(bar: &Bar) -> ([u8; 4], [u64; 11]) {
    let (code, size) = match bar.kind {
        BarKind::Time(span) => (1, span.0),
        BarKind::Tick(count) => (2, u64::from(count)),
        BarKind::Volume(lots) => (3, lots.0 as u64),
    };
    let [notional_0, notional_1] = money(bar.notional);
    let words = [
        size,
        bar.start.0,
        bar.end.0,
        bar.open.0 as u64,
        bar.high.0 as u64,
        bar.low.0 as u64,
        bar.close.0 as u64,
        bar.volume.0 as u64,
        notional_0,
        notional_1,
        u64::from(bar.trades),
    ];
    (triple(bar.instrument.0, code, 0), words)
}

fn decode_bar(detail: [u8; 4], words: [u64; 11]) -> Option<Bar> {
    let [size, start, end, open, high, low, close, volume, notional_0, notional_1, trades] = words;
    Some(Bar {
        instrument: InstrumentId(unpair(detail).0),
        kind: match detail[2] {
            1 => BarKind::Time(Nanos(size)),
            2 => BarKind::Tick(u32::try_from(size).ok()?),
            3 => BarKind::Volume(Lots(size as i64)),
            _ => return None,
        },
        start: Nanos(start),
        end: Nanos(end),
        open: Ticks(open as i64),
        high: Ticks(high as i64),
        low: Ticks(low as i64),
        close: Ticks(close as i64),
        volume: Lots(volume as i64),
        notional: unmoney(notional_0, notional_1),
        trades: u32::try_from(trades).ok()?,
    })
}

fn encode_status(status: &Status) -> ([u8; 4], [u64; 18]) {
    let (detail, position) = position::encode(&status.position);
    let [open_0, open_1, open_2, open_3] = status.open_orders.to_le_bytes();
    let (live, killed) = (status.live.code(), status.killed.code());
    let small = [open_0, open_1, open_2, open_3, live, killed, 0, 0];
    let [unrealized_0, unrealized_1] = money(status.unrealized);
    let mut words = [0; 18];
    words[0] = status.time.0;
    words[1..6].copy_from_slice(&top_words(status.top));
    words[6..13].copy_from_slice(&position);
    words[13] = unrealized_0;
    words[14] = unrealized_1;
    words[15] = u64::from_le_bytes(small);
    words[16] = status.market_events;
    words[17] = status.crossed_books;
    (detail, words)
}

fn decode_status(detail: [u8; 4], words: [u64; 18]) -> Option<Status> {
    let [time, top @ .., _, _, _, _, _, _, _, _, _, _, _, _] = words;
    let [_, _, _, _, _, _, position @ .., _, _, _, _, _] = words;
    let [open_0, open_1, open_2, open_3, live, killed, ..] = words[15].to_le_bytes();
    Some(Status {
        time: Nanos(time),
        top: top_of(top),
        position: position::decode(detail, position),
        unrealized: unmoney(words[13], words[14]),
        open_orders: u32::from_le_bytes([open_0, open_1, open_2, open_3]),
        market_events: words[16],
        crossed_books: words[17],
        live: Code::from_code(live)?,
        killed: Code::from_code(killed)?,
    })
}

/// An alarm as its code, two small numbers, and one large one.
fn encode_alarm(alarm: Alarm) -> ([u8; 4], ClientOrderId) {
    let (code, number) = match alarm {
        Alarm::UnknownExecution(id) => (1, id.0),
        Alarm::FillMismatch(id) => (2, id.0),
        Alarm::Killed => (3, 0),
        Alarm::GatewayDown => (4, 0),
        Alarm::NoAnswer(id) => (5, id.0),
        Alarm::TradeCorrected(id) => (6, id.0),
        Alarm::UnknownCorrection(id) => (7, id.0),
        Alarm::OrderRevived(id) => (8, id.0),
        Alarm::DropCopyOnly(id) => (9, id.0),
        Alarm::DropCopyMissing(id) => (10, id.0),
        Alarm::UnknownAccount => (11, 0),
        Alarm::ScopeHalted(scope) => {
            let (kind, number) = encode_scope(scope);
            return ([14, kind, 0, 0], ClientOrderId(number));
        }
        Alarm::NotArmed(strategy) => (15, u64::from(strategy.0)),
        Alarm::ModelRefused(model) => (13, model.0),
        Alarm::BreakerOpened(gateway) => (30, u64::from(gateway.0)),
        Alarm::BreakerClosed(gateway) => (31, u64::from(gateway.0)),
        Alarm::Halted(account, reason) => {
            let [low, high] = account.0.to_le_bytes();
            return ([12, low, high, 0], ClientOrderId(u64::from(reason.code())));
        }
        Alarm::PositionsRefused(account) => (41, u64::from(account.0)),
        Alarm::PositionsNotTold(account) => (42, u64::from(account.0)),
        // It has more words; the caller has written it already.
        Alarm::PositionDiffers(_) => (POSITION_DIFFERS, 0),
    };
    ([code, 0, 0, 0], ClientOrderId(number))
}

fn decode_alarm(detail: [u8; 4], payload: &[u8]) -> Option<Alarm> {
    let [code, small, more, _] = detail;
    if code == POSITION_DIFFERS {
        return Some(Alarm::PositionDiffers(decode_difference(all_words(payload)?)?));
    }
    let [number] = all_words(payload)?;
    let id = ClientOrderId(number);
    Some(match code {
        1 => Alarm::UnknownExecution(id),
        2 => Alarm::FillMismatch(id),
        3 => Alarm::Killed,
        4 => Alarm::GatewayDown,
        5 => Alarm::NoAnswer(id),
        6 => Alarm::TradeCorrected(id),
        7 => Alarm::UnknownCorrection(id),
        8 => Alarm::OrderRevived(id),
        9 => Alarm::DropCopyOnly(id),
        10 => Alarm::DropCopyMissing(id),
        11 => Alarm::UnknownAccount,
        14 => Alarm::ScopeHalted(scope_of(small, id.0)?),
        15 => Alarm::NotArmed(StrategyId(u8::try_from(id.0).ok()?)),
        13 => Alarm::ModelRefused(ModelHash(id.0)),
        30 => Alarm::BreakerOpened(GatewayId(u8::try_from(id.0).ok()?)),
        31 => Alarm::BreakerClosed(GatewayId(u8::try_from(id.0).ok()?)),
        12 => {
            let account = AccountId(u16::from_le_bytes([small, more]));
            Alarm::Halted(account, Code::from_code(u8::try_from(id.0).ok()?)?)
        }
        41 => Alarm::PositionsRefused(AccountId(u16::try_from(id.0).ok()?)),
        42 => Alarm::PositionsNotTold(AccountId(u16::try_from(id.0).ok()?)),
        _ => return None,
    })
}
