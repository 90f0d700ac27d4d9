//! Inputs as records.
//!
//! Hot: encoding a top of book is seven words; levels of depth are copied once and read in place.
//!
//! # Invariants
//! - `decode` of what `append` wrote is the same input.

use gannet_types::{
    AccountId, Command, CurrencyId, Depth, ExternalSignal, FeedState, GateMode, GatewayId,
    GatewayStatus, Input, InstrumentId, Level, LimitKind, Lots, Market, MarketEvent, ModelHash,
    Nanos, OrderId, Rate, Scope, SessionAction, StrategyId, Ticks, TopOfBook, Trade,
};

use crate::error::JournalError;
use crate::record::{Kind, SECOND, Tail};
use crate::wire::{Code, all_words, codes, levels, pair, split_words, triple, unpair};
use crate::writer::Writer;
use crate::{execution, manual, position, prediction};

/// Which input a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputKind {
    Top,
    Trade,
    Depth,
    Feed,
    Execution,
    Gateway,
    Command,
    Timer,
    LongExecution,
    DropCopy,
    Prediction,
    VenuePosition,
    Status,
}

codes! { InputKind {
    Top = 1, Trade = 2, Depth = 3, Feed = 4, Execution = 5, Gateway = 6, Command = 7, Timer = 8,
    LongExecution = 0x85, DropCopy = 9, Prediction = 10, VenuePosition = 14,
    Status = 20,
} }

const _: () = assert!(SECOND == 0x80, "codes of second versions are written out above");

/// Appends `input`.
#[inline]
pub(crate) fn append(
    writer: &mut Writer,
    now: Nanos,
    input: &Input<'_>,
) -> Result<u64, JournalError> {
    let kind = Kind::Input;
    match input {
        Input::Market(market) => append_market(writer, now, market),
        Input::Execution(report) => execution::append(writer, now, report),
        Input::DropCopy(copy) => execution::append_copy(writer, now, copy),
        Input::VenuePosition(position) => {
            let (detail, words) = position::encode_told(position);
            writer.append(now, kind(InputKind::VenuePosition), detail, words, Tail::NONE)
        }
        Input::Gateway(GatewayStatus { gateway, state }) => {
            let detail = [gateway.0, state.code(), 0, 0];
            writer.append(now, kind(InputKind::Gateway), detail, [], Tail::NONE)
        }
        Input::Command(Command::PlaceOrder(order)) => {
            let words = manual::encode_order(order);
            writer.append(now, kind(InputKind::Command), [PLACE_ORDER, 0, 0, 0], words, Tail::NONE)
        }
        Input::Command(Command::ReplaceOrder(change)) => {
            let (detail, words) = ([REPLACE_ORDER, 0, 0, 0], manual::encode_change(change));
            writer.append(now, kind(InputKind::Command), detail, words, Tail::NONE)
        }
        Input::Command(command) => {
            let (detail, word) = encode_command(*command);
            writer.append(now, kind(InputKind::Command), detail, [word], Tail::NONE)
        }
        Input::Prediction(report) => {
            let (detail, words) = prediction::encode_report(report);
            writer.append(now, kind(InputKind::Prediction), detail, words, Tail::NONE)
        }
        Input::Timer => writer.append(now, kind(InputKind::Timer), [0; 4], [], Tail::NONE),
    }
}

#[inline]
fn append_market(
    writer: &mut Writer,
    now: Nanos,
    market: &Market<'_>,
) -> Result<u64, JournalError> {
    let Market { instrument, exchange_time, received, event } = *market;
    let (exchange, received) = (exchange_time.0, received.0);
    match event {
        MarketEvent::Top(top) => {
            let [update, prices @ ..] = top_words(top);
            let [bid, bid_lots, ask, ask_lots] = prices;
            let words = [exchange, received, update, bid, bid_lots, ask, ask_lots];
            let detail = pair(instrument.0, 0);
            writer.append(now, Kind::Input(InputKind::Top), detail, words, Tail::NONE)
        }
        MarketEvent::Trade(Trade { trade_id, aggressor, price, lots }) => {
            let words = [exchange, received, trade_id, price.0 as u64, lots.0 as u64];
            let detail = triple(instrument.0, aggressor.code(), 0);
            writer.append(now, Kind::Input(InputKind::Trade), detail, words, Tail::NONE)
        }
        MarketEvent::Depth(Depth { update_id, kind, last, bids, asks }) => {
            let words = [exchange, received, update_id, bids.len() as u64];
            let detail = triple(instrument.0, kind.code(), last.code());
            let tail = Tail { bytes: &[], first: bids, second: asks };
            writer.append(now, Kind::Input(InputKind::Depth), detail, words, tail)
        }
        MarketEvent::Feed(state) => {
            let code = match state {
                FeedState::Live => 0,
                FeedState::Stale(reason) => reason.code(),
            };
            let detail = triple(instrument.0, code, 0);
            let words = [exchange, received];
            writer.append(now, Kind::Input(InputKind::Feed), detail, words, Tail::NONE)
        }
        MarketEvent::Status(status) => {
            let detail = triple(instrument.0, status.code(), 0);
            let words = [exchange, received];
            writer.append(now, Kind::Input(InputKind::Status), detail, words, Tail::NONE)
        }
    }
}

/// Of commands about orders that a person gives.
const PLACE_ORDER: u8 = 41;
const CANCEL_ORDER: u8 = 42;
const REPLACE_ORDER: u8 = 43;

/// Of a limit of an instrument; the next codes are of those of other scopes.
const SET_LIMIT: u8 = 60;

/// A command as its code, two small numbers, and one large one.
fn encode_command(command: Command) -> ([u8; 4], u64) {
    match command {
        Command::Kill => ([1, 0, 0, 0], 0),
        Command::KillReset => ([2, 0, 0, 0], 0),
        Command::Drain => ([3, 0, 0, 0], 0),
        Command::Start => ([4, 0, 0, 0], 0),
        Command::Approve(order) => ([5, 0, 0, 0], order.0),
        Command::Decline(order) => ([6, 0, 0, 0], order.0),
        Command::SetGateMode(strategy, mode) => ([7, strategy.0, mode.code(), 0], 0),
        Command::CancelAll => ([8, 0, 0, 0], 0),
        Command::CancelGateway(gateway) => ([20, gateway.0, 0, 0], 0),
        Command::Session(gateway, action) => {
            let (code, number) = session_action(action);
            ([9, gateway.0, code, 0], number)
        }
        Command::Halt(scope) => with_scope(11, scope),
        Command::Resume(scope) => with_scope(12, scope),
        Command::Close(scope) => with_scope(13, scope),
        Command::CloseAll => ([14, 0, 0, 0], 0),
        Command::Arm => ([15, 0, 0, 0], 0),
        Command::SetRate(currency, rate) => {
            let (units, decimals) = rate.parts();
            ([40, currency.0, decimals, 0], units)
        }
        Command::SetLimit { limit, scope, value } => {
            let (kind, number) = encode_scope(scope);
            // A code for each kind of scope leaves room for its number.
            let [low, high, ..] = number.to_le_bytes();
            ([SET_LIMIT + kind, limit as u8, low, high], value)
        }
        Command::ArmStrategy(strategy) => ([15, strategy.0, 1, 0], 0),
        Command::Model(model, role) => ([10, 0, role.code(), 0], model.0),
        Command::External(ExternalSignal { strategy, instrument, stance, confidence }) => {
            ([32, strategy.0, stance.code(), confidence], u64::from(instrument.0))
        }
        Command::Weight(strategy, school, weight) => {
            ([33, strategy.0, school.code(), 0], u64::from(weight))
        }
        Command::CancelOrder(order) => ([CANCEL_ORDER, 0, 0, 0], order.0),
        // They have records of their own.
        Command::PlaceOrder(_) => ([PLACE_ORDER, 0, 0, 0], 0),
        Command::ReplaceOrder(change) => ([REPLACE_ORDER, 0, 0, 0], change.order.0),
    }
}

fn decode_command([code, strategy, mode, last]: [u8; 4], order: u64) -> Option<Command> {
    Some(match code {
        1 => Command::Kill,
        2 => Command::KillReset,
        3 => Command::Drain,
        4 => Command::Start,
        5 => Command::Approve(OrderId(order)),
        6 => Command::Decline(OrderId(order)),
        7 => Command::SetGateMode(StrategyId(strategy), GateMode::from_code(mode)?),
        8 => Command::CancelAll,
        20 => Command::CancelGateway(GatewayId(strategy)),
        9 => Command::Session(GatewayId(strategy), session_action_of(mode, order)?),
        11 => Command::Halt(scope_of(strategy, order)?),
        12 => Command::Resume(scope_of(strategy, order)?),
        13 => Command::Close(scope_of(strategy, order)?),
        14 => Command::CloseAll,
        40 => Command::SetRate(CurrencyId(strategy), Rate::new(order, mode)?),
        15 if mode == 0 => Command::Arm,
        15 => Command::ArmStrategy(StrategyId(strategy)),
        SET_LIMIT..=62 => Command::SetLimit {
            limit: LimitKind::from_code(strategy)?,
            scope: scope_of(code - SET_LIMIT, u64::from(u16::from_le_bytes([mode, last])))?,
            value: order,
        },
        10 => Command::Model(ModelHash(order), Code::from_code(mode)?),
        32 => Command::External(ExternalSignal {
            strategy: StrategyId(strategy),
            instrument: InstrumentId(u16::try_from(order).ok()?),
            stance: Code::from_code(mode)?,
            confidence: last,
        }),
        33 => {
            let weight = u16::try_from(order).ok()?;
            Command::Weight(StrategyId(strategy), Code::from_code(mode)?, weight)
        }
        CANCEL_ORDER => Command::CancelOrder(OrderId(order)),
        _ => return None,
    })
}

fn with_scope(code: u8, scope: Scope) -> ([u8; 4], u64) {
    let (kind, number) = encode_scope(scope);
    ([code, kind, 0, 0], number)
}

/// A scope as its kind and a number. Before there were others, it was an instrument.
pub(crate) fn encode_scope(scope: Scope) -> (u8, u64) {
    match scope {
        Scope::Instrument(instrument) => (0, u64::from(instrument.0)),
        Scope::Account(account) => (1, u64::from(account.0)),
        Scope::Strategy(strategy) => (2, u64::from(strategy.0)),
    }
}

pub(crate) fn scope_of(kind: u8, number: u64) -> Option<Scope> {
    Some(match kind {
        0 => Scope::Instrument(InstrumentId(u16::try_from(number).ok()?)),
        1 => Scope::Account(AccountId(u16::try_from(number).ok()?)),
        2 => Scope::Strategy(StrategyId(u8::try_from(number).ok()?)),
        _ => return None,
    })
}

fn session_action(action: SessionAction) -> (u8, u64) {
    match action {
        SessionAction::ResetNumbers => (1, 0),
        SessionAction::SetNextInbound(next) => (2, next),
        SessionAction::SetNextOutbound(next) => (3, next),
        SessionAction::Logout => (4, 0),
        SessionAction::Logon => (5, 0),
    }
}

fn session_action_of(code: u8, number: u64) -> Option<SessionAction> {
    Some(match code {
        1 => SessionAction::ResetNumbers,
        2 => SessionAction::SetNextInbound(number),
        3 => SessionAction::SetNextOutbound(number),
        4 => SessionAction::Logout,
        5 => SessionAction::Logon,
        _ => return None,
    })
}

/// Reads an input back; `None` if the contents mean nothing.
#[inline]
pub(crate) fn decode(kind: InputKind, detail: [u8; 4], payload: &[u8]) -> Option<Input<'_>> {
    Some(match kind {
        InputKind::Top
        | InputKind::Trade
        | InputKind::Depth
        | InputKind::Feed
        | InputKind::Status => Input::Market(decode_market(kind, detail, payload)?),
        InputKind::Execution => Input::Execution(execution::decode(detail, payload)?),
        InputKind::LongExecution => {
            Input::Execution(execution::decode_long(detail, payload)?.report)
        }
        InputKind::DropCopy => Input::DropCopy(execution::decode_long(detail, payload)?),
        InputKind::VenuePosition => {
            Input::VenuePosition(position::decode_told(detail, all_words(payload)?)?)
        }
        InputKind::Gateway => {
            let [gateway, state, _, _] = detail;
            let [] = all_words(payload)?;
            let state = Code::from_code(state)?;
            Input::Gateway(GatewayStatus { gateway: GatewayId(gateway), state })
        }
        InputKind::Command => Input::Command(match detail {
            [PLACE_ORDER, ..] => Command::PlaceOrder(manual::decode_order(all_words(payload)?)?),
            [REPLACE_ORDER, ..] => {
                Command::ReplaceOrder(manual::decode_change(all_words(payload)?))
            }
            detail => {
                let [word] = all_words(payload)?;
                decode_command(detail, word)?
            }
        }),
        InputKind::Prediction => {
            Input::Prediction(prediction::decode_report(detail, all_words(payload)?)?)
        }
        InputKind::Timer => {
            let [] = all_words(payload)?;
            Input::Timer
        }
    })
}

#[inline]
fn decode_market(kind: InputKind, detail: [u8; 4], payload: &[u8]) -> Option<Market<'_>> {
    let ([exchange, received], rest) = split_words(payload)?;
    let [_, _, small, last] = detail;
    let event = match kind {
        InputKind::Top => MarketEvent::Top(top_of(all_words(rest)?)),
        InputKind::Trade => {
            let [trade_id, price, lots] = all_words(rest)?;
            let aggressor = Code::from_code(small)?;
            let (price, lots) = (Ticks(price as i64), Lots(lots as i64));
            MarketEvent::Trade(Trade { trade_id, aggressor, price, lots })
        }
        InputKind::Depth => {
            let ([update_id, bids], rest) = split_words(rest)?;
            let bids = usize::try_from(bids).ok()?;
            let (bids, asks) = levels(rest)?.split_at_checked(bids)?;
            let (kind, last) = (Code::from_code(small)?, Code::from_code(last)?);
            MarketEvent::Depth(Depth { update_id, kind, last, bids, asks })
        }
        InputKind::Feed => {
            let [] = all_words(rest)?;
            MarketEvent::Feed(match small {
                0 => FeedState::Live,
                reason => FeedState::Stale(Code::from_code(reason)?),
            })
        }
        InputKind::Status => {
            let [] = all_words(rest)?;
            MarketEvent::Status(Code::from_code(small)?)
        }
        InputKind::Execution
        | InputKind::LongExecution
        | InputKind::DropCopy
        | InputKind::VenuePosition
        | InputKind::Gateway
        | InputKind::Command
        | InputKind::Prediction
        | InputKind::Timer => return None,
    };
    Some(Market {
        instrument: InstrumentId(unpair(detail).0),
        exchange_time: Nanos(exchange),
        received: Nanos(received),
        event,
    })
}

/// The best bid and ask as words.
#[inline]
pub(crate) const fn top_words(top: TopOfBook) -> [u64; 5] {
    let TopOfBook { update_id, bid, ask } = top;
    [update_id, bid.price.0 as u64, bid.lots.0 as u64, ask.price.0 as u64, ask.lots.0 as u64]
}

/// The best bid and ask from words.
#[inline]
pub(crate) const fn top_of([update_id, bid, bid_lots, ask, ask_lots]: [u64; 5]) -> TopOfBook {
    TopOfBook {
        update_id,
        bid: Level { price: Ticks(bid as i64), lots: Lots(bid_lots as i64) },
        ask: Level { price: Ticks(ask as i64), lots: Lots(ask_lots as i64) },
    }
}
