//! What a venue has told of our positions, and when it is asked again.
//!
//! An account whose broker tells positions is asked as soon as its gateway is up and its orders are
//! reconciled, at an interval after that, and sooner while something differs or new positions wait
//! for it. One question is on its way at most; [`Seat`] tells of accounts on several gateways.
//!
//! An answer is a snapshot that may be older than what we know, or younger: reports and answers
//! need not take the same way. A difference is therefore believed only if it is told again,
//! unchanged and with no fill booked in between, at least the order timeout later; and once more
//! if orders of ours are open there, which are asked about in the meantime, since a report of
//! theirs may be lost.
//!
//! The positions compared are those that were reported last: every report of one passes
//! [`VenuePositions::note`] on its way to the journal.
//!
//! # Invariants
//! - No difference is believed that is explained by reports or snapshots that are late by less
//!   than the order timeout.

use gannet_types::{
    AccountId, ClientOrderId, ExecKind, ExecutionReport, GatewayId, GatewayState, GatewayStatus,
    InstrumentId, Lots, Nanos, Notional, Output, PositionTold, VenuePosition,
};

pub(crate) use book::{Book, Compared, OrdersThere};
pub(crate) use seat::Seat;

use crate::config::{PipelineConfig, PositionCheck};
use crate::timers::apart;
use seat::When;

mod book;
mod seat;

/// What venues say of positions.
pub(crate) struct VenuePositions {
    check: PositionCheck,
    patience: Nanos,
    instruments: usize,
    /// Accounts that can be asked about.
    seats: Vec<Seat>,
    /// By account, then instrument; none if nobody is asked.
    books: Vec<Book>,
    asked: Option<Question>,
    /// By instrument: what the answer has told so far.
    told: Vec<Option<Told>>,
    /// An answer that has come and is not all compared yet.
    settling: Option<Settling>,
    /// Whether a book may have something to be booked.
    has_unbooked: bool,
    /// In how many accounts new positions wait for a comparison.
    waiting: usize,
}

/// A question whose answer is not complete.
#[derive(Clone, Copy)]
struct Question {
    request: ClientOrderId,
    seat: usize,
    gateway: GatewayId,
    /// How many positions the answer names, once that is known.
    reports: Option<u32>,
    heard: u32,
    /// The number of the last message of the answer, if they have numbers.
    sequence: u64,
}

/// How far an answer has been compared.
#[derive(Clone, Copy)]
struct Settling {
    seat: usize,
    is_whole: bool,
    next: usize,
}

/// What an answer tells of an instrument.
#[derive(Clone, Copy, Default)]
pub(crate) struct Told {
    pub(crate) lots: Lots,
    pub(crate) funding: Option<Notional>,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Nothing yet, or the answer to another question.
    Nothing,
    /// The answer has come: everything that is held, or only what it named.
    All { is_whole: bool },
    /// Nobody tells; nobody is asked any more.
    Refused(AccountId),
    /// It was not told in time, for the first time in a row.
    Missed(AccountId),
}

impl VenuePositions {
    /// Reserves all memory; none if nobody is asked.
    pub(crate) fn new(config: &PipelineConfig) -> Self {
        let asks = config.position_check.interval > Nanos::ZERO;
        let accounts = (0..).map(AccountId).zip(&config.accounts).filter(|_| asks);
        let seats: Vec<Seat> =
            accounts.filter_map(|(id, account)| Seat::of(config, id, account)).collect();
        let instruments = if seats.is_empty() { 0 } else { config.instruments.len() };
        let accounts = seats.iter().map(|seat| usize::from(seat.account.0) + 1).max();
        Self {
            check: config.position_check,
            patience: config.order_timeout,
            instruments,
            books: vec![Book::default(); accounts.unwrap_or_default() * instruments],
            waiting: seats.iter().filter(|seat| seat.waits()).count(),
            seats,
            asked: None,
            told: vec![None; instruments],
            settling: None,
            has_unbooked: false,
        }
    }

    /// Returns whether anybody is asked.
    pub(crate) fn is_active(&self) -> bool {
        !self.seats.is_empty()
    }

    /// Returns whether new positions of an account wait for a comparison.
    #[inline]
    pub(crate) fn waits(&self, account: AccountId) -> bool {
        self.waiting > 0 && self.seats.iter().any(|seat| seat.account == account && seat.waits())
    }

    /// Takes an output on its way to the journal: it may be a position.
    #[inline]
    pub(crate) fn note(&mut self, output: &Output) {
        let (Output::Position(report) | Output::ForeignPosition(report)) = output else { return };
        let is_ours = matches!(output, Output::Position(_));
        let Some(book) = self.book(report.account, report.instrument) else { return };
        if is_ours { book.note_ours(report) } else { book.note_foreign(report.lots) }
    }

    /// A gateway came or went: what was asked there is not answered any more.
    pub(crate) fn on_gateway(&mut self, status: GatewayStatus) {
        let GatewayStatus { gateway, state } = status;
        self.asked = self.asked.filter(|asked| asked.gateway != gateway);
        for seat in &mut self.seats {
            seat.on_gateway(gateway, state == GatewayState::Up);
        }
        self.count_waiting();
    }

    /// The engine starts again: brokers may have learned to tell, and people forgotten.
    pub(crate) fn restart(&mut self) {
        (self.asked, self.settling) = (None, None);
        self.seats.iter_mut().for_each(Seat::restart);
        self.books.iter_mut().for_each(Book::restart);
        self.count_waiting();
    }

    fn count_waiting(&mut self) {
        self.waiting = self.seats.iter().filter(|seat| seat.waits()).count();
    }

    /// Returns whom to ask about now, and where, if anybody. An answer in parts is completed first.
    pub(crate) fn due(
        &self,
        now: Nanos,
        is_ready: impl Fn(GatewayId) -> bool,
    ) -> Option<(usize, GatewayId)> {
        if self.asked.is_some() || self.settling.is_some() {
            return None;
        }
        let is_busy = self.seats.iter().any(Seat::is_under_way);
        let (patience, interval) = (self.patience, self.check.interval);
        let next = |(index, seat): (usize, &Seat)| {
            let is_due = seat.is_due(now, patience, interval);
            let is_turn = seat.is_under_way() || !is_busy;
            let gateway = if is_due && is_turn { seat.next_gateway(&is_ready) } else { None };
            Some((index, gateway?))
        };
        self.seats.iter().enumerate().find_map(next)
    }

    /// Returns an account whose new positions have waited too long, or of which only a part can be
    /// asked about, unless that was said before.
    pub(crate) fn take_overdue(
        &mut self,
        now: Nanos,
        is_ready: impl Fn(GatewayId) -> bool,
    ) -> Option<AccountId> {
        let PositionCheck { interval, timeout, trades_unknown, .. } = self.check;
        let patience = self.patience;
        let overdue = self.seats.iter_mut().find_map(|seat| {
            let is_due = seat.is_due(now, patience, interval);
            let is_news = seat.pass_wait(now, timeout, trades_unknown)
                || seat.tear(now, is_due, patience, &is_ready);
            is_news.then_some(seat.account)
        });
        self.count_waiting();
        overdue
    }

    pub(crate) fn seat(&self, index: usize) -> &Seat {
        &self.seats[index]
    }

    /// Notes the question that is sent about a seat.
    pub(crate) fn begin(
        &mut self,
        now: Nanos,
        seat: usize,
        gateway: GatewayId,
        request: ClientOrderId,
    ) {
        let asked = &mut self.seats[seat];
        asked.since = now;
        if !asked.is_under_way() {
            self.told.fill(None);
        }
        let (reports, heard, sequence) = (None, 0, 0);
        self.asked = Some(Question { request, seat, gateway, reports, heard, sequence });
    }

    /// Takes the report that a request was never sent; returns whether it was the question.
    pub(crate) fn on_unsent(&mut self, report: &ExecutionReport) -> bool {
        let request = report.client_order_id;
        let asked = self.asked.filter(|asked| asked.request == request);
        let Some(asked) = asked.filter(|_| report.kind == ExecKind::Unsent) else { return false };
        self.asked = None;
        self.seats[asked.seat].ask_again();
        true
    }

    /// Takes one message of an answer. One that was heard before tells nothing new.
    pub(crate) fn hear(&mut self, position: &VenuePosition) -> Heard {
        let asked = self.asked.as_mut().filter(|asked| asked.is_answered_by(position));
        let Some(asked) = asked else { return Heard::Nothing };
        asked.sequence = position.session_sequence;
        asked.reports = position.reports.or(asked.reports);
        let seat = &mut self.seats[asked.seat];
        match position.told {
            PositionTold::Announced => {}
            PositionTold::NoPositions => return Heard::All { is_whole: true },
            PositionTold::Refused => {
                let is_last = seat.refuse(asked.gateway);
                self.asked = None;
                return if is_last { Heard::Refused(seat.account) } else { Heard::Nothing };
            }
            PositionTold::Elsewhere => asked.heard = asked.heard.saturating_add(1),
            PositionTold::Held { instrument, lots, funding } => {
                asked.heard = asked.heard.saturating_add(1);
                let is_meant = position.account.is_none_or(|account| account == seat.account);
                let told = self.told.get_mut(usize::from(instrument.0));
                if let Some(told) = told.filter(|_| is_meant) {
                    // Sides that are told apart are one position, and so are parts.
                    let sum = told.unwrap_or_default();
                    let lots = Lots(sum.lots.0.saturating_add(lots.0));
                    *told = Some(Told { lots, funding: total(sum.funding, funding) });
                }
            }
        }
        let all = asked.reports.is_some_and(|reports| asked.heard >= reports);
        if all { Heard::All { is_whole: true } } else { Heard::Nothing }
    }

    /// Gives up what was not answered in time. An answer that does not say how many positions it
    /// names has ended then.
    pub(crate) fn give_up(&mut self, now: Nanos) -> Heard {
        let under_way = || self.seats.iter().position(Seat::is_under_way);
        let Some(index) = self.asked.map(|asked| asked.seat).or_else(under_way) else {
            return Heard::Nothing;
        };
        let seat = &mut self.seats[index];
        if apart(now, seat.since) < self.patience {
            return Heard::Nothing;
        }
        if self.asked.is_some_and(|asked| asked.reports.is_none() && asked.heard > 0) {
            return Heard::All { is_whole: false };
        }
        self.asked = None;
        if seat.miss(now) { Heard::Missed(seat.account) } else { Heard::Nothing }
    }

    /// Ends a question that is answered; what was told is to be compared now, unless other parts are
    /// missing.
    pub(crate) fn end(&mut self, now: Nanos, is_whole: bool) {
        let Some(Question { seat, .. }) = self.asked.take() else { return };
        let is_whole = self.seats[seat].end_part(now, is_whole);
        self.settling = is_whole.map(|is_whole| Settling { seat, is_whole, next: 0 });
    }

    /// Returns the account and the next instrument that is to be compared, and whether the answer is
    /// whole.
    pub(crate) fn next_to_settle(&mut self) -> Option<(AccountId, InstrumentId, bool)> {
        let settling = self.settling.as_mut()?;
        let Settling { seat, is_whole, next } = *settling;
        if next == self.instruments {
            self.settling = None;
            self.seats[seat].end_comparison();
            self.count_waiting();
            return None;
        }
        settling.next += 1;
        Some((self.seats[seat].account, InstrumentId(next as u16), is_whole))
    }

    /// Has an account be asked about again soon: it differs.
    pub(crate) fn hurry(&mut self, account: AccountId) {
        self.doubt(account);
        for seat in self.seats.iter_mut().filter(|seat| seat.account == account) {
            seat.when = When::Soon;
        }
    }

    /// Has what waits for an account's answer wait for another one.
    pub(crate) fn doubt(&mut self, account: AccountId) {
        self.seats.iter_mut().filter(|seat| seat.account == account).for_each(Seat::doubt);
    }

    /// Returns what the answer told of an instrument.
    pub(crate) fn told(&self, instrument: InstrumentId) -> Option<Told> {
        self.told.get(usize::from(instrument.0)).copied().flatten()
    }

    /// Compares a position with what the venue told of it.
    pub(crate) fn compare(
        &mut self,
        (account, instrument): (AccountId, InstrumentId),
        venue: Lots,
        orders: OrdersThere,
    ) -> Compared {
        let adjusts = self.check.adjusts;
        let Some(book) = self.book(account, instrument) else { return Compared::Equal };
        let compared = book.compare(venue, orders, adjusts);
        self.has_unbooked |= compared == Compared::Believed && adjusts;
        compared
    }

    /// Returns the book of an account in an instrument, if it can be asked about.
    pub(crate) fn book(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> Option<&mut Book> {
        let (account, instrument) = (usize::from(account.0), usize::from(instrument.0));
        let index = account * self.instruments + instrument;
        if instrument < self.instruments { self.books.get_mut(index) } else { None }
    }

    /// Returns the first account and instrument, from the `from`th on, whose difference is to be
    /// booked, and where to look for the next.
    pub(crate) fn unbooked(&mut self, from: usize) -> Option<(AccountId, InstrumentId, usize)> {
        if !self.has_unbooked {
            return None;
        }
        let found = self.books.iter().skip(from).position(|book| book.is_unbooked());
        self.has_unbooked = from > 0 || found.is_some();
        let index = from + found?;
        let (account, instrument) = (index / self.instruments, index % self.instruments);
        Some((AccountId(account as u16), InstrumentId(instrument as u16), index + 1))
    }
}

impl Question {
    /// Whether a message belongs to its answer, and has not come before.
    fn is_answered_by(&self, position: &VenuePosition) -> bool {
        let sequence = position.session_sequence;
        (position.request, position.gateway) == (self.request, self.gateway)
            && (sequence == 0 || sequence > self.sequence)
    }
}

/// Adds what is known.
fn total(sum: Option<Notional>, more: Option<Notional>) -> Option<Notional> {
    match (sum, more) {
        (Some(sum), Some(more)) => Some(Notional(sum.0.saturating_add(more.0))),
        (sum, more) => sum.or(more),
    }
}
