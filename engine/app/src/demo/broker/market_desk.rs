//! Market data of one session: MarketDataRequest(V) is answered by a snapshot (W) and updates (X)
//! of the venue's book, or by a refusal (Y); SecurityListRequest(x) by a SecurityList (y);
//! SecurityStatusRequest(e) by SecurityStatus (f), now and whenever it changes.
//!
//! ```text
//! V ─▶ W: the best levels ─▶ X: the levels beyond, then what changes
//!      ▲                                   │
//!      └────── the venue's book is new ◀───┘
//! ```
//! A slow session hears less, not later: what waits is which prices changed, and what is sent is
//! what stands there now. So nothing here grows beyond the book.
//!
//! # Invariants
//! - After every message the client's book is one that was, or a part of it: removals go first.

mod status;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, VecDeque};

use gannet_fix::codec::Writer;
use gannet_fix::session::{Action, SendError};
use gannet_fix::{Message, Session, Store, Version, tag};
use gannet_pipeline::book::Book;
use gannet_types::{Instrument, Level, Nanos, Side, Ticks, Trade};

use super::quotes::{Change, Quotes};
use crate::fix::acceptor::Sent;
use status::Watchers;

/// Levels of each side in a snapshot, and entries of an update: with their fields they stay below
/// the 256 that every decoder of ours takes.
const SNAPSHOT_LEVELS: usize = 36;
const ENTRIES_MAX: usize = 40;

/// Most trades that wait for a slow session; the oldest go first.
const TRADES_MAX: usize = 256;

/// Most subscriptions of a session, and refusals and lists that wait.
const SUBSCRIPTIONS_MAX: usize = 256;
const ANSWERS_MAX: usize = 64;

/// The desk.
pub(super) struct MarketDesk {
    version: Version,
    subscriptions: Vec<Subscription>,
    watchers: Watchers,
    /// Names of lists and requests to answer.
    answers: VecDeque<Answer>,
}

/// One instrument of one MarketDataRequest.
struct Subscription {
    /// MDReqID(262).
    name: Vec<u8>,
    index: usize,
    wants: Wants,
    /// Ends with its snapshot.
    once: bool,
    /// A snapshot is due.
    renew: bool,
    /// Prices of bids and of offers whose size has to be told.
    changed: [BTreeSet<Ticks>; 2],
    trades: VecDeque<Trade>,
}

/// MDEntryType(269) of the request.
#[derive(Clone, Copy, Default)]
struct Wants {
    bids: bool,
    offers: bool,
    trades: bool,
}

enum Answer {
    /// MDReqID(262) and MDReqRejReason(281).
    Refused(Vec<u8>, u8),
    /// SecurityReqID(320).
    List(Vec<u8>),
}

impl MarketDesk {
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            subscriptions: Vec::new(),
            watchers: Watchers::default(),
            answers: VecDeque::new(),
        }
    }

    /// Takes a request for market data; returns whether it is one. A request without a name, under
    /// which it could be answered, is none.
    pub(super) fn on_message(&mut self, message: &Message<'_>, quotes: &Quotes) -> bool {
        let (name_tag, is_list) = match message.msg_type() {
            MARKET_DATA_REQUEST => (MD_REQ_ID, false),
            SECURITY_LIST_REQUEST => (SECURITY_REQ_ID, true),
            status::REQUEST => return self.watchers.on_request(message, quotes),
            _ => return false,
        };
        let Some(name) = message.get(name_tag).filter(|name| !name.is_empty()) else {
            return false;
        };
        let name = name.to_vec();
        let answer = if is_list {
            Some(Answer::List(name))
        } else {
            self.subscribe(&name, message, quotes).err().map(|why| Answer::Refused(name, why))
        };
        if self.answers.len() < ANSWERS_MAX {
            self.answers.extend(answer);
        }
        true
    }

    /// A new connection begins: subscriptions ended with the one before.
    pub(super) fn on_connected(&mut self) {
        self.subscriptions.clear();
        self.watchers = Watchers::default();
        self.answers.clear();
    }

    /// Notes what a session will have to be told.
    pub(super) fn on_change(&mut self, index: usize, change: &Change<'_>) {
        if matches!(change, Change::Status) {
            self.watchers.on_change(index);
        }
        for subscription in self.subscriptions.iter_mut().filter(|each| each.index == index) {
            subscription.on_change(change);
        }
    }

    /// Sends one message, if there is one and room for it.
    pub(super) fn answer<S: Store>(
        &mut self,
        now: Nanos,
        quotes: &Quotes,
        session: &mut Session<S>,
    ) -> Sent {
        if let Some(answer) = self.answers.front() {
            let sent = session.send(now.0, answer.message_type(), |writer| {
                answer.write(writer, quotes, self.version);
            });
            if !is_over(now, &sent, session) {
                return Sent::Nothing;
            }
            self.answers.pop_front();
            return Sent::One;
        }
        if let Some(sent) = self.watchers.answer(now, quotes, session) {
            return if sent { Sent::One } else { Sent::Nothing };
        }
        let said = self.subscriptions.iter_mut().enumerate().find_map(|(place, each)| {
            let book = quotes.book(each.index)?;
            let sent = each.answer(now, &quotes.instruments()[each.index], book, session)?;
            Some((place, sent))
        });
        match said {
            Some((place, true)) => {
                let ended = &self.subscriptions[place];
                if ended.once && !ended.renew {
                    self.subscriptions.remove(place);
                }
                Sent::One
            }
            Some((_, false)) | None => Sent::Nothing,
        }
    }

    /// Carries out a request, or says by MDReqRejReason(281) why not.
    fn subscribe(&mut self, name: &[u8], message: &Message<'_>, quotes: &Quotes) -> Result<(), u8> {
        let once = match message.get(SUBSCRIPTION_REQUEST_TYPE) {
            Some(b"0") => true,
            Some(b"1") => false,
            Some(b"2") => {
                self.subscriptions.retain(|known| known.name != name);
                return Ok(());
            }
            _ => return Err(UNSUPPORTED_SUBSCRIPTION),
        };
        if self.subscriptions.iter().any(|known| known.name == name) {
            return Err(DUPLICATE_NAME);
        }
        if message.get(MARKET_DEPTH).is_some_and(|depth| depth != b"0") {
            return Err(UNSUPPORTED_DEPTH);
        }
        if !once && message.get(MD_UPDATE_TYPE) == Some(b"0") {
            return Err(UNSUPPORTED_UPDATE);
        }
        let mut wants = Wants::default();
        let mut wanted = Vec::new();
        for (tag, value) in message.body() {
            match (tag, value) {
                (MD_ENTRY_TYPE, b"0") => wants.bids = true,
                (MD_ENTRY_TYPE, b"1") => wants.offers = true,
                (MD_ENTRY_TYPE, b"2") => wants.trades = true,
                (tag::SYMBOL, symbol) => wanted.push(quotes.find(symbol).ok_or(UNKNOWN_SYMBOL)?),
                _ => {}
            }
        }
        if wanted.is_empty() {
            return Err(UNKNOWN_SYMBOL);
        }
        if self.subscriptions.len() + wanted.len() > SUBSCRIPTIONS_MAX {
            return Err(INSUFFICIENT_BANDWIDTH);
        }
        self.subscriptions.extend(wanted.into_iter().map(|index| Subscription {
            name: name.to_vec(),
            index,
            wants,
            once,
            renew: true,
            changed: Default::default(),
            trades: VecDeque::new(),
        }));
        Ok(())
    }
}

impl Subscription {
    fn wants(&self, side: Side) -> bool {
        if side == Side::Buy { self.wants.bids } else { self.wants.offers }
    }

    fn on_change(&mut self, change: &Change<'_>) {
        match change {
            // What changed is in the snapshot that is due.
            Change::Levels(_) if self.renew => {}
            Change::Levels(depth) => {
                for (side, levels) in [(Side::Buy, depth.bids), (Side::Sell, depth.asks)] {
                    if self.wants(side) {
                        self.changed[place(side)].extend(levels.iter().map(|level| level.price));
                    }
                }
            }
            Change::Whole => self.renew = true,
            Change::Status => {}
            Change::Trade(trade) => {
                if self.wants.trades && !self.once {
                    if self.trades.len() == TRADES_MAX {
                        self.trades.pop_front();
                    }
                    self.trades.push_back(*trade);
                }
            }
        }
    }

    /// Sends what is due; `None` if nothing is, else whether it went out.
    fn answer<S: Store>(
        &mut self,
        now: Nanos,
        instrument: &Instrument,
        book: &Book,
        session: &mut Session<S>,
    ) -> Option<bool> {
        if self.renew {
            let sent = session.send(now.0, SNAPSHOT, |writer| {
                self.write_snapshot(writer, instrument, book);
            });
            let over = is_over(now, &sent, session);
            if over {
                self.renew = false;
                self.changed = if self.once { Default::default() } else { self.beyond(book) };
            }
            return Some(over);
        }
        let (levels, trades) = self.due(book);
        if levels.is_empty() && trades == 0 {
            return None;
        }
        let sent = session.send(now.0, UPDATE, |writer| {
            self.write_update(writer, instrument, &levels, trades);
        });
        let over = is_over(now, &sent, session);
        if over {
            for (side, level) in &levels {
                self.changed[place(*side)].remove(&level.price);
            }
            self.trades.drain(..trades);
        }
        Some(over)
    }

    /// The levels that a snapshot has no room for: they follow.
    fn beyond(&self, book: &Book) -> [BTreeSet<Ticks>; 2] {
        SIDES.map(|side| {
            let beyond = book.levels(side).skip(SNAPSHOT_LEVELS).filter(|_| self.wants(side));
            beyond.map(|level| level.price).collect()
        })
    }

    /// What the next update says: removals first, so that no part of it crosses the book.
    fn due(&self, book: &Book) -> (Vec<(Side, Level)>, usize) {
        let changed = SIDES.into_iter().flat_map(|side| {
            let prices = self.changed[place(side)].iter();
            prices.map(move |&price| (side, Level { price, lots: book.lots_at(side, price) }))
        });
        let (gone, set): (Vec<_>, Vec<_>) = changed.partition(|(_, level)| level.lots.0 == 0);
        let levels: Vec<_> = gone.into_iter().chain(set).take(ENTRIES_MAX).collect();
        let trades = self.trades.len().min(ENTRIES_MAX - levels.len());
        (levels, trades)
    }

    fn write_snapshot(&self, writer: &mut Writer<'_>, instrument: &Instrument, book: &Book) {
        let levels =
            |side| book.levels(side).take(SNAPSHOT_LEVELS).filter(move |_| self.wants(side));
        writer.bytes(MD_REQ_ID, &self.name);
        writer.bytes(tag::SYMBOL, instrument.symbol.as_bytes());
        let count = levels(Side::Buy).count() + levels(Side::Sell).count();
        writer.uint(NO_MD_ENTRIES, count as u64);
        for side in SIDES {
            for level in levels(side) {
                writer.char(MD_ENTRY_TYPE, entry_type(side));
                write_level(writer, instrument, level);
            }
        }
    }

    fn write_update(
        &self,
        writer: &mut Writer<'_>,
        instrument: &Instrument,
        levels: &[(Side, Level)],
        trades: usize,
    ) {
        writer.bytes(MD_REQ_ID, &self.name);
        writer.uint(NO_MD_ENTRIES, (levels.len() + trades) as u64);
        let begin = |writer: &mut Writer<'_>, action, kind| {
            writer.char(MD_UPDATE_ACTION, action);
            writer.char(MD_ENTRY_TYPE, kind);
        };
        for trade in self.trades.iter().take(trades) {
            begin(writer, b'0', b'2');
            writer.uint(MD_ENTRY_ID, trade.trade_id);
            writer.bytes(tag::SYMBOL, instrument.symbol.as_bytes());
            write_level(writer, instrument, Level { price: trade.price, lots: trade.lots });
        }
        for (side, level) in levels {
            // Whether a level is new to the client, this desk does not remember.
            begin(writer, if level.lots.0 == 0 { b'2' } else { b'1' }, entry_type(*side));
            writer.bytes(tag::SYMBOL, instrument.symbol.as_bytes());
            write_level(writer, instrument, *level);
        }
    }
}

impl Answer {
    const fn message_type(&self) -> &'static [u8] {
        match self {
            Self::Refused(..) => REFUSAL,
            Self::List(_) => SECURITY_LIST,
        }
    }

    fn write(&self, writer: &mut Writer<'_>, quotes: &Quotes, version: Version) {
        match self {
            Self::Refused(name, reason) => {
                writer.bytes(MD_REQ_ID, name);
                writer.char(MD_REQ_REJ_REASON, *reason);
            }
            Self::List(name) => {
                writer.bytes(SECURITY_REQ_ID, name);
                writer.uint(SECURITY_RESPONSE_ID, 1);
                writer.uint(SECURITY_REQUEST_RESULT, 0);
                writer.uint(NO_RELATED_SYM, quotes.instruments().len() as u64);
                for instrument in quotes.instruments() {
                    writer.bytes(tag::SYMBOL, instrument.symbol.as_bytes());
                    let (tick, lot) = (instrument.tick.decimal(1), instrument.lot.decimal(1));
                    if let Some((mantissa, decimals)) = tick.filter(|_| version >= Version::Fix50) {
                        writer.decimal(MIN_PRICE_INCREMENT, mantissa, decimals);
                    }
                    if let Some((mantissa, decimals)) = lot {
                        writer.decimal(ROUND_LOT, mantissa, decimals);
                    }
                }
            }
        }
    }
}

/// Returns whether a message has been sent or never can be. A full store is emptied: quotes are
/// not asked for again, and both sides begin their numbers anew.
fn is_over<S: Store>(now: Nanos, sent: &Result<u64, SendError>, session: &mut Session<S>) -> bool {
    match sent {
        Ok(_) | Err(SendError::Encode(_)) => true,
        Err(SendError::StoreFull) => {
            // What cannot be reset now is tried again with the next message.
            let _ = session.operate(now.0, Action::ResetNumbers);
            false
        }
        Err(_) => false,
    }
}

/// In the order of [`place`].
const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

const fn place(side: Side) -> usize {
    match side {
        Side::Buy => 0,
        Side::Sell => 1,
    }
}

const fn entry_type(side: Side) -> u8 {
    match side {
        Side::Buy => b'0',
        Side::Sell => b'1',
    }
}

fn write_level(writer: &mut Writer<'_>, instrument: &Instrument, level: Level) {
    let price = instrument.tick.decimal(level.price.0);
    let size = instrument.lot.decimal(level.lots.0);
    for (tag, number) in [(MD_ENTRY_PX, price), (MD_ENTRY_SIZE, size)] {
        match number {
            Some((mantissa, decimals)) => writer.decimal(tag, mantissa, decimals),
            // No message can hold it: an empty field has the whole message refused.
            None => writer.bytes(tag, b""),
        }
    }
}

const MARKET_DATA_REQUEST: &[u8] = b"V";
const SNAPSHOT: &[u8] = b"W";
const UPDATE: &[u8] = b"X";
const REFUSAL: &[u8] = b"Y";
const SECURITY_LIST_REQUEST: &[u8] = b"x";
const SECURITY_LIST: &[u8] = b"y";

/// MDReqRejReason(281).
const UNKNOWN_SYMBOL: u8 = b'0';
const DUPLICATE_NAME: u8 = b'1';
const INSUFFICIENT_BANDWIDTH: u8 = b'2';
const UNSUPPORTED_SUBSCRIPTION: u8 = b'4';
const UNSUPPORTED_DEPTH: u8 = b'5';
const UNSUPPORTED_UPDATE: u8 = b'6';

const NO_RELATED_SYM: u32 = 146;
const MD_REQ_ID: u32 = 262;
const SUBSCRIPTION_REQUEST_TYPE: u32 = 263;
const MARKET_DEPTH: u32 = 264;
const MD_UPDATE_TYPE: u32 = 265;
const NO_MD_ENTRIES: u32 = 268;
const MD_ENTRY_TYPE: u32 = 269;
const MD_ENTRY_PX: u32 = 270;
const MD_ENTRY_SIZE: u32 = 271;
const MD_ENTRY_ID: u32 = 278;
const MD_UPDATE_ACTION: u32 = 279;
const MD_REQ_REJ_REASON: u32 = 281;
const SECURITY_REQ_ID: u32 = 320;
const SECURITY_RESPONSE_ID: u32 = 322;
const SECURITY_REQUEST_RESULT: u32 = 560;
const ROUND_LOT: u32 = 561;
const MIN_PRICE_INCREMENT: u32 = 969;
