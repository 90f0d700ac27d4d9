//! FIX market data: subscriptions, snapshots and updates over one FIX session.
//!
//! ```text
//! logged on ─▶ V subscribe ─▶ W snapshot ─▶ live ─ X updates ─┐
//!                  ▲                          ▲───────────────┘
//!                  └── gap in RptSeq(83), a bad entry, Y or a reject (later) ──┘
//! ```
//! Sans-IO like the session it wraps: a driver moves the bytes and owns the clock. One
//! subscription an instrument, each under a name of its own, so that what answers an older
//! subscription is told from what answers the newest.
//!
//! The FIX session proves that no message is missing; RptSeq(83), where the venue sends it, proves
//! that the venue left nothing out. Books are by price level: an entry sets the size at its price.
//! Whether the venue trades an instrument is asked for where that is configured (e), and passed on
//! whenever it is told (f).
//!
//! Hot: [`FixFeed::handle_bytes`], per entry of X one pass over its fields. No allocation.
//!
//! # Invariants
//! - Levels reach the sink only after a snapshot of the newest subscription, and without a gap.

mod entry;
mod reference;
mod request;
mod status;
#[cfg(test)]
mod tests;

use gannet_fix::session::{DisconnectReason, SendError};
use gannet_fix::{Event, Message, Session, Store};
use gannet_types::{
    FeedState, Instrument, InstrumentId, Level, Lots, MarketEvent, Nanos, Side, StaleReason, Text,
    Ticks, Trade,
};

use crate::counters::FeedCounters;
use crate::feed::{BookLevels, Listing, MarketSink, Snapshot};
use crate::sync::{
    Emitter, Sequence, SnapshotPacer, Update, emit_snapshot, emit_update, is_a_book,
};

use entry::{Action, Entry, EntryKind, entries};
pub use reference::Reference;
pub use request::{FixFeedConfig, MarketDepth};

/// What a feed tells its owner besides market messages.
#[expect(clippy::large_enum_variant, reason = "passed by value once, and never stored")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FixFeedEvent {
    /// Logged on, and subscribed to everything.
    Up,
    /// The venue refused a subscription; it will be tried again.
    Refused {
        /// Whose.
        instrument: InstrumentId,
        /// The venue's own words, which may be none.
        text: Text<64>,
    },
    /// The venue described an instrument.
    Reference(Reference),
    /// The venue said goodbye, with its own words, which may be none.
    LoggedOut(Text<64>),
    /// The connection is of no more use: flush, close it, call [`FixFeed::on_disconnected`].
    Disconnect(DisconnectReason),
}

/// Market data over one FIX session.
pub struct FixFeed<S> {
    session: Session<S>,
    reader: Reader,
}

/// What is known about the subscriptions.
struct Reader {
    config: FixFeedConfig,
    listing: Listing,
    books: Vec<Book>,
    levels: BookLevels,
    counters: FeedCounters,
    is_up: bool,
}

/// One instrument's subscription.
#[derive(Clone, Copy, Debug)]
struct Book {
    state: FeedState,
    /// Counts subscriptions: part of the name of each.
    generation: u32,
    /// RptSeq(83) of the last entry applied; zero if the venue sends none.
    applied: u64,
    /// Messages applied since the snapshot: the update number where there is no RptSeq.
    updates: u64,
    /// A subscription of this connection was sent.
    subscribed: bool,
    /// And one to whether it is traded.
    status_asked: bool,
    /// An answer to that one was lost on our side.
    status_lost: bool,
    pacer: SnapshotPacer,
    last_trade: Option<(Ticks, Side)>,
}

impl<S: Store> FixFeed<S> {
    /// Reserves everything for `instruments`.
    #[must_use]
    pub fn new(session: Session<S>, instruments: &[Instrument], config: FixFeedConfig) -> Self {
        let book = Book {
            state: FeedState::Stale(StaleReason::Disconnected),
            generation: 0,
            applied: 0,
            updates: 0,
            subscribed: false,
            status_asked: false,
            status_lost: false,
            pacer: SnapshotPacer::default(),
            last_trade: None,
        };
        let reader = Reader {
            config,
            listing: Listing::new(instruments),
            books: vec![book; instruments.len()],
            levels: BookLevels::new(),
            counters: FeedCounters::default(),
            is_up: false,
        };
        Self { session, reader }
    }

    /// The connection is there; the Logon waits in the transmit buffer.
    pub fn on_connected(&mut self, now: Nanos) {
        self.session.on_connected(now.0);
    }

    /// The connection is gone: every book is stale.
    pub fn on_disconnected(&mut self, now: Nanos, sink: &mut impl MarketSink) {
        self.session.on_disconnected(now.0);
        self.reader.is_up = false;
        for slot in 0..self.reader.books.len() {
            self.reader.lose(slot, StaleReason::Disconnected, now, sink);
        }
    }

    /// Takes received bytes. Poll transmit afterwards: a gap leads to a new subscription.
    pub fn handle_bytes(
        &mut self,
        now: Nanos,
        bytes: &[u8],
        sink: &mut impl MarketSink,
        on_event: &mut impl FnMut(FixFeedEvent),
    ) {
        let reader = &mut self.reader;
        self.session.handle_bytes(now.0, bytes, &mut |event| {
            reader.on_event(now, &event, sink, on_event);
        });
        self.subscribe_wanted(now);
    }

    /// Does what is due on the session, and subscribes again where that was refused.
    pub fn handle_timeout(
        &mut self,
        now: Nanos,
        sink: &mut impl MarketSink,
        on_event: &mut impl FnMut(FixFeedEvent),
    ) {
        let reader = &mut self.reader;
        self.session.handle_timeout(now.0, &mut |event| {
            reader.on_event(now, &event, sink, on_event);
        });
        self.subscribe_wanted(now);
    }

    /// The driver could not pass on a message about `instrument`, for lack of room: the book
    /// behind the sink is not the venue's any more.
    pub fn on_overflow(
        &mut self,
        now: Nanos,
        instrument: InstrumentId,
        sink: &mut impl MarketSink,
    ) {
        self.reader.counters.overflows += 1;
        if let Some(slot) = self.reader.listing.slot_of(instrument) {
            self.reader.lose(slot, StaleReason::Overflow, now, sink);
            // Perhaps it was about that.
            self.reader.books[slot].status_lost = true;
        }
        self.subscribe_wanted(now);
    }

    /// Asks the venue for the list of its instruments; each comes as
    /// [`FixFeedEvent::Reference`].
    ///
    /// # Errors
    /// Nothing was sent; ask again once logged on.
    pub fn request_security_list(&mut self, now: Nanos) -> Result<(), SendError> {
        self.session.send(now.0, b"x", request::write_security_list)?;
        Ok(())
    }

    /// Asks the venue to define one instrument; the answer is a [`FixFeedEvent::Reference`]. One
    /// that is not of this session is not asked about.
    ///
    /// # Errors
    /// Nothing was sent; ask again once logged on.
    pub fn request_security_definition(
        &mut self,
        now: Nanos,
        instrument: InstrumentId,
    ) -> Result<(), SendError> {
        let Reader { config, listing, .. } = &self.reader;
        let Some(slot) = listing.slot_of(instrument) else { return Ok(()) };
        self.session.send(now.0, b"c", |writer| {
            request::write_security_definition(writer, config, slot, &listing.instruments()[slot]);
        })?;
        Ok(())
    }

    /// Ends all subscriptions and says goodbye; a [`FixFeedEvent::Disconnect`] follows.
    pub fn logout(&mut self, now: Nanos) {
        for slot in 0..self.reader.books.len() {
            let Reader { config, listing, books, .. } = &self.reader;
            let Book { generation, subscribed, status_asked, .. } = books[slot];
            let instrument = &listing.instruments()[slot];
            // What cannot be said any more ends with the session.
            if subscribed {
                let _ = self.session.send(now.0, b"V", |writer| {
                    request::write_unsubscribe(writer, config, slot, instrument, generation);
                });
            }
            if status_asked {
                let _ = self.session.send(now.0, b"e", |writer| {
                    request::write_status_end(writer, config, slot, instrument);
                });
            }
        }
        self.session.logout(now.0, "");
    }

    /// Returns bytes to write; report them with [`FixFeed::consume_transmit`].
    #[must_use]
    pub fn poll_transmit(&mut self) -> &[u8] {
        self.session.poll_transmit()
    }

    /// Drops bytes that have been written.
    pub fn consume_transmit(&mut self, count: usize) {
        self.session.consume_transmit(count);
    }

    /// Returns when [`FixFeed::handle_timeout`] is next due: at the session's next time, or
    /// within a second while a subscription waits. Ask again after any other call.
    #[must_use]
    pub fn poll_timeout(&self, now: Nanos) -> Option<Nanos> {
        let stale = |book: &Book| book.state != FeedState::Live;
        let waits = self.reader.is_up && self.reader.books.iter().any(stale);
        let retry = waits.then(|| now.after(Nanos::SECOND));
        self.session.poll_timeout().map(Nanos).into_iter().chain(retry).min()
    }

    /// Returns the session, to look at.
    #[must_use]
    pub const fn session(&self) -> &Session<S> {
        &self.session
    }

    /// Returns the session, for a driver that moves its bytes.
    #[must_use]
    pub const fn session_mut(&mut self) -> &mut Session<S> {
        &mut self.session
    }

    /// Returns what has been counted; a message of the session counts as a frame.
    #[must_use]
    pub const fn counters(&self) -> &FeedCounters {
        &self.reader.counters
    }

    /// Returns whether a book can be believed; `None` if it is not of this session.
    #[must_use]
    pub fn state(&self, instrument: InstrumentId) -> Option<FeedState> {
        self.reader.listing.slot_of(instrument).map(|slot| self.reader.books[slot].state)
    }

    /// Sends the subscriptions that are wanted, as often as their pacer allows. An older
    /// subscription of the same instrument is ended first.
    fn subscribe_wanted(&mut self, now: Nanos) {
        let Reader { config, listing, books, is_up, .. } = &mut self.reader;
        if !*is_up {
            return;
        }
        for (slot, book) in books.iter_mut().enumerate() {
            let instrument = &listing.instruments()[slot];
            if config.asks_status {
                ask_status(&mut self.session, now, (config, slot, instrument), book);
            }
            if book.state == FeedState::Live || !book.pacer.poll(now) {
                continue;
            }
            if book.subscribed {
                let _ = self.session.send(now.0, b"V", |writer| {
                    request::write_unsubscribe(writer, config, slot, instrument, book.generation);
                });
            }
            let next = book.generation + 1;
            let sent = self.session.send(now.0, b"V", |writer| {
                request::write_subscribe(writer, config, slot, instrument, next);
            });
            if sent.is_ok() {
                book.generation = next;
                book.subscribed = true;
            }
        }
    }
}

impl Reader {
    fn on_event(
        &mut self,
        now: Nanos,
        event: &Event<'_>,
        sink: &mut impl MarketSink,
        on_event: &mut impl FnMut(FixFeedEvent),
    ) {
        match event {
            Event::LoggedOn { .. } => {
                self.is_up = true;
                for book in &mut self.books {
                    (book.subscribed, book.status_asked) = (false, false);
                    book.pacer = SnapshotPacer::default();
                }
                on_event(FixFeedEvent::Up);
            }
            Event::Application { message, .. } => {
                self.counters.frames += 1;
                self.on_message(now, message, sink, on_event);
            }
            Event::LoggedOut { text } => on_event(FixFeedEvent::LoggedOut(Text::new(text))),
            Event::Disconnect { reason } => on_event(FixFeedEvent::Disconnect(*reason)),
            // A subscription that was rejected as a message comes again with the next connection.
            Event::Rejected { .. } => self.counters.refused += 1,
            // Counted by the session; nothing to decide here.
            Event::Refused { .. }
            | Event::Garbled { .. }
            | Event::Gap { .. }
            | Event::SequenceReset { .. }
            | Event::NumbersReset
            | Event::StoreFull { .. } => {}
        }
    }

    fn on_message(
        &mut self,
        now: Nanos,
        message: &Message<'_>,
        sink: &mut impl MarketSink,
        on_event: &mut impl FnMut(FixFeedEvent),
    ) {
        match message.msg_type() {
            b"W" => self.on_snapshot(now, message, sink),
            b"X" => self.on_update(now, message, sink),
            b"Y" => self.on_refusal(message, on_event),
            b"y" | b"d" => reference::read(message, &mut |reference| {
                let by_id = self.config.by_security_id;
                let name = if by_id { reference.security_id } else { reference.symbol };
                let slot = self.listing_slot(name.as_bytes());
                let instrument = slot.map(|slot| self.listing.instruments()[slot].id);
                on_event(FixFeedEvent::Reference(Reference { instrument, ..reference }));
            }),
            b"f" => self.on_status(now, message, sink),
            b"j" => self.counters.refused += 1,
            _ => self.counters.skipped += 1,
        }
    }

    /// Takes a whole book. One that answers an older subscription is not for the book any more.
    fn on_snapshot(&mut self, now: Nanos, message: &Message<'_>, sink: &mut impl MarketSink) {
        self.counters.snapshots += 1;
        let Some(slot) = self.slot_of(message) else {
            self.counters.skipped += 1;
            return;
        };
        self.levels.clear();
        let instrument = &self.listing.instruments()[slot];
        for entry in entries(message, request::MD_ENTRY_TYPE) {
            let level = match entry.level(instrument) {
                Ok(level) => level,
                Err(error) => return self.on_bad_entry(slot, error, now, sink),
            };
            let side = match entry.kind {
                EntryKind::Bid => &mut self.levels.bids,
                EntryKind::Offer => &mut self.levels.asks,
                EntryKind::Trade | EntryKind::Other => continue,
            };
            if level.lots.0 > 0 && side.push(level).is_err() {
                self.counters.bad_snapshots += 1;
                return self.lose(slot, StaleReason::BadSnapshot, now, sink);
            }
        }
        if !is_a_book(&self.levels) {
            self.counters.bad_snapshots += 1;
            return self.lose(slot, StaleReason::BadSnapshot, now, sink);
        }
        // Beside the instrument or in the entries: the highest counts.
        let numbers = message.body().filter(|(tag, _)| *tag == request::RPT_SEQ);
        let rpt_seq = numbers.filter_map(|(_, text)| entry::unsigned(text)).max().unwrap_or(0);
        let exchange_time = entry::time_of(message, now);
        let book = &mut self.books[slot];
        (book.applied, book.updates) = (rpt_seq, 1);
        book.pacer.on_answer();
        let id = self.listing.instruments()[slot].id;
        let snapshot = Snapshot { update_id: rpt_seq.max(1), exchange_time };
        let mut out = Emitter { received: now, sink, counters: &mut self.counters };
        emit_snapshot(id, snapshot, &self.levels, &mut out);
        if book.state != FeedState::Live {
            book.state = FeedState::Live;
            out.emit(id, now, MarketEvent::Feed(FeedState::Live));
        }
    }

    /// Takes changes, perhaps of several books. The levels of one book go out together.
    fn on_update(&mut self, now: Nanos, message: &Message<'_>, sink: &mut impl MarketSink) {
        let exchange_time = entry::time_of(message, now);
        self.levels.clear();
        let mut open: Option<usize> = None;
        let key = self.config.key_tag();
        for entry in entries(message, request::MD_UPDATE_ACTION) {
            // An entry without a name is about the same book as the one before it.
            let named = entry.get(key).map(|name| self.listing_slot(name));
            let slot = match named {
                Some(slot) => slot,
                None => open.or_else(|| self.slot_of(message)),
            };
            let Some(slot) = slot else {
                self.counters.skipped += 1;
                continue;
            };
            if open != Some(slot) {
                self.flush(open, exchange_time, now, sink);
                open = Some(slot);
            }
            self.on_entry(slot, &entry, exchange_time, now, sink);
        }
        self.flush(open, exchange_time, now, sink);
    }

    fn on_entry(
        &mut self,
        slot: usize,
        entry: &Entry<'_>,
        exchange_time: Nanos,
        now: Nanos,
        sink: &mut impl MarketSink,
    ) {
        if let Some(rpt_seq) = entry.rpt_seq() {
            let book = &mut self.books[slot];
            if rpt_seq <= book.applied {
                self.counters.stale_drops += 1;
                return;
            }
            let follows = rpt_seq == book.applied + 1;
            if book.state == FeedState::Live && !follows {
                self.counters.gaps += 1;
                return self.lose(slot, StaleReason::Gap, now, sink);
            }
            book.applied = rpt_seq;
        }
        let instrument = &self.listing.instruments()[slot];
        let level = match entry.level(instrument) {
            Ok(level) => level,
            Err(error) => return self.on_bad_entry(slot, error, now, sink),
        };
        match entry.kind {
            EntryKind::Other => self.counters.skipped += 1,
            EntryKind::Trade => {
                if entry.action == Action::New {
                    self.on_trade(slot, entry, level, exchange_time, now, sink);
                }
            }
            EntryKind::Bid | EntryKind::Offer if self.books[slot].state != FeedState::Live => {
                self.counters.stale_drops += 1;
            }
            kind @ (EntryKind::Bid | EntryKind::Offer) => {
                let is_bid = kind == EntryKind::Bid;
                let side = if is_bid { &mut self.levels.bids } else { &mut self.levels.asks };
                let lots = if entry.action == Action::Delete { 0 } else { level.lots.0 };
                let level = Level { lots: Lots(lots), ..level };
                if side.push(level).is_err() {
                    self.counters.overflows += 1;
                    self.lose(slot, StaleReason::Overflow, now, sink);
                }
            }
        }
    }

    /// Gives the sink what one message said about a book.
    fn flush(
        &mut self,
        slot: Option<usize>,
        exchange_time: Nanos,
        now: Nanos,
        sink: &mut impl MarketSink,
    ) {
        let empty = self.levels.bids.is_empty() && self.levels.asks.is_empty();
        let Some(slot) = slot.filter(|_| !empty) else { return };
        let book = &mut self.books[slot];
        if book.state == FeedState::Live {
            book.updates += 1;
            let last = if book.applied > 0 { book.applied } else { book.updates };
            let update = Update {
                sequence: Sequence { first: last, last, previous: 0 },
                exchange_time,
                bids: &self.levels.bids,
                asks: &self.levels.asks,
            };
            let id = self.listing.instruments()[slot].id;
            let mut out = Emitter { received: now, sink, counters: &mut self.counters };
            emit_update(id, &update, &mut out);
        }
        self.levels.clear();
    }

    fn on_trade(
        &mut self,
        slot: usize,
        entry: &Entry<'_>,
        level: Level,
        exchange_time: Nanos,
        now: Nanos,
        sink: &mut impl MarketSink,
    ) {
        let book = &mut self.books[slot];
        let aggressor = entry.aggressor().unwrap_or_else(|| by_tick(book.last_trade, level.price));
        book.last_trade = Some((level.price, aggressor));
        let trade =
            Trade { trade_id: entry.trade_id(), aggressor, price: level.price, lots: level.lots };
        let id = self.listing.instruments()[slot].id;
        let mut out = Emitter { received: now, sink, counters: &mut self.counters };
        out.emit(id, exchange_time, MarketEvent::Trade(trade));
    }

    fn on_bad_entry(
        &mut self,
        slot: usize,
        error: entry::BadEntry,
        now: Nanos,
        sink: &mut impl MarketSink,
    ) {
        match error {
            entry::BadEntry::OffStep => self.counters.bad_prices += 1,
            entry::BadEntry::Malformed => self.counters.malformed += 1,
        }
        self.lose(slot, StaleReason::Malformed, now, sink);
    }

    /// Takes whether the venue trades an instrument.
    fn on_status(&mut self, now: Nanos, message: &Message<'_>, sink: &mut impl MarketSink) {
        let slot = match message.get(self.config.key_tag()) {
            Some(name) => self.listing_slot(name),
            None => status::slot(message).filter(|slot| *slot < self.books.len()),
        };
        let (Some(slot), Some(status)) = (slot, status::read(message)) else {
            self.counters.skipped += 1;
            return;
        };
        let id = self.listing.instruments()[slot].id;
        let mut out = Emitter { received: now, sink, counters: &mut self.counters };
        out.emit(id, entry::time_of(message, now), MarketEvent::Status(status));
    }

    fn on_refusal(&mut self, message: &Message<'_>, on_event: &mut impl FnMut(FixFeedEvent)) {
        self.counters.refused += 1;
        let Some(slot) = self.slot_of(message) else { return };
        self.books[slot].pacer.on_answer();
        let text = Text::new(message.get(gannet_fix::tag::TEXT).unwrap_or_default());
        let instrument = self.listing.instruments()[slot].id;
        on_event(FixFeedEvent::Refused { instrument, text });
    }

    /// Makes a book stale: it is subscribed to anew.
    fn lose(&mut self, slot: usize, reason: StaleReason, now: Nanos, sink: &mut impl MarketSink) {
        self.levels.clear();
        let book = &mut self.books[slot];
        let stale = FeedState::Stale(reason);
        if book.state == stale {
            return;
        }
        if book.state == FeedState::Live {
            self.counters.stales += 1;
        }
        book.state = stale;
        let id = self.listing.instruments()[slot].id;
        let mut out = Emitter { received: now, sink, counters: &mut self.counters };
        out.emit(id, now, MarketEvent::Feed(stale));
    }

    /// Returns the slot that a whole message is about: by the name of the subscription it
    /// answers, else by the instrument it names. What answers an older subscription is about
    /// none.
    fn slot_of(&self, message: &Message<'_>) -> Option<usize> {
        if let Some(name) = message.get(request::MD_REQ_ID) {
            let (slot, generation) = request::parse_name(name)?;
            let book = self.books.get(slot)?;
            return (book.generation == generation).then_some(slot);
        }
        self.listing_slot(message.get(self.config.key_tag())?)
    }

    fn listing_slot(&self, name: &[u8]) -> Option<usize> {
        self.config.slot_of_name(name).or_else(|| self.listing.slot_of_symbol(name))
    }
}

/// Subscribes to whether an instrument is traded, if that was not done or its answer was lost.
fn ask_status<S: Store>(
    session: &mut Session<S>,
    now: Nanos,
    (config, slot, instrument): (&FixFeedConfig, usize, &Instrument),
    book: &mut Book,
) {
    if book.status_asked && book.status_lost {
        let ended = session.send(now.0, b"e", |writer| {
            request::write_status_end(writer, config, slot, instrument);
        });
        book.status_asked = ended.is_err();
    }
    if !book.status_asked {
        let sent = session.send(now.0, b"e", |writer| {
            request::write_status_request(writer, config, slot, instrument);
        });
        (book.status_asked, book.status_lost) = (sent.is_ok(), false);
    }
}

/// Returns who took liquidity by the tick rule: a higher price than before was bought.
fn by_tick(last: Option<(Ticks, Side)>, price: Ticks) -> Side {
    match last {
        Some((last, _)) if price > last => Side::Buy,
        Some((last, _)) if price < last => Side::Sell,
        Some((_, side)) => side,
        None => Side::Buy,
    }
}
