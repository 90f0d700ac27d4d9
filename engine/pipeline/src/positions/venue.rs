//! What a venue has told of our positions, and when it is asked again.
//!
//! An account whose broker tells positions is asked as soon as its gateway is up and its orders are
//! reconciled, at an interval after that, and sooner while something differs. One question is on
//! its way at most.
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
    AccountId, ClientOrderId, ExecKind, ExecutionReport, GatewayId, InstrumentId, Lots, Nanos,
    Notional, Output, PositionReport, PositionTold, VenuePosition,
};

use crate::config::{PipelineConfig, PositionCheck};
use crate::timers::apart;

/// How often the same difference must be told, and with orders of ours open there.
const TOLD_MIN: u32 = 2;
const TOLD_MIN_OPEN: u32 = 3;

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
}

/// An account and the gateway that tells of it.
pub(crate) struct Seat {
    pub(crate) account: AccountId,
    pub(crate) gateway: GatewayId,
    when: When,
    /// When the last question was asked, or its answer came.
    since: Nanos,
    /// The broker has said that it does not tell.
    is_refused: bool,
    /// That it did not tell was said already.
    is_missed: bool,
}

/// When to ask next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// As soon as orders are reconciled.
    AtOnce,
    /// An order timeout later: something differs.
    Soon,
    /// After the interval.
    Later,
}

/// A question whose answer is not complete.
#[derive(Clone, Copy)]
struct Question {
    request: ClientOrderId,
    seat: usize,
    /// How many positions the answer names, once that is known.
    reports: Option<u32>,
    heard: u32,
}

/// How far an answer has been compared.
#[derive(Clone, Copy)]
struct Settling {
    account: AccountId,
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
    /// The broker does not tell; it is not asked any more.
    Refused(AccountId),
    /// It did not answer in time, for the first time in a row.
    Missed(AccountId),
}

/// What is known of an account's position in an instrument.
#[derive(Clone, Copy, Default)]
pub(crate) struct Book {
    /// As reported last.
    ours: PositionReport,
    /// Of others, by the drop copy.
    foreign: Lots,
    /// How often either changed.
    changes: u64,
    suspicion: Option<Suspicion>,
    /// The difference that was believed last.
    believed: Option<Lots>,
    /// A believed difference that is to be booked, once there is a price.
    unbooked: Option<Lots>,
    /// The funding that the venue told last.
    funding: Option<Notional>,
}

#[derive(Clone, Copy)]
struct Suspicion {
    difference: Lots,
    changes: u64,
    times: u32,
}

/// What comparing one position led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    Equal,
    /// It differs, and may be explained by what is on its way.
    Suspected,
    /// It differs, and a person shall know.
    Believed,
    /// It differs as it did when it was believed.
    Known,
    /// What was believed is so no more.
    Agrees,
}

/// Orders of ours, where a position is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrdersThere {
    None,
    Open,
    /// One was asked about and has not been answered.
    Asked,
}

impl VenuePositions {
    /// Reserves all memory; none if nobody is asked.
    pub(crate) fn new(config: &PipelineConfig) -> Self {
        let asks = config.position_check.interval > Nanos::ZERO;
        let seats: Vec<Seat> = if asks { seats(config).collect() } else { Vec::new() };
        let instruments = if seats.is_empty() { 0 } else { config.instruments.len() };
        let accounts = seats.iter().map(|seat| usize::from(seat.account.0) + 1).max();
        Self {
            check: config.position_check,
            patience: config.order_timeout,
            instruments,
            books: vec![Book::default(); accounts.unwrap_or_default() * instruments],
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

    /// Takes an output on its way to the journal: it may be a position.
    #[inline]
    pub(crate) fn note(&mut self, output: &Output) {
        let (Output::Position(report) | Output::ForeignPosition(report)) = output else { return };
        let is_ours = matches!(output, Output::Position(_));
        let Some(book) = self.book(report.account, report.instrument) else { return };
        if is_ours {
            let before = PositionReport { funding: report.funding, ..book.ours };
            book.changes += u64::from(before != *report);
            book.ours = *report;
        } else {
            book.changes += 1;
            book.foreign = report.lots;
        }
    }

    /// A gateway came or went: what was asked there is not answered any more.
    pub(crate) fn on_gateway(&mut self, gateway: GatewayId) {
        for (index, seat) in self.seats.iter_mut().enumerate() {
            if seat.gateway == gateway {
                seat.when = When::AtOnce;
                self.asked = self.asked.filter(|asked| asked.seat != index);
            }
        }
    }

    /// The engine starts again: brokers may have learned to tell, and people forgotten.
    pub(crate) fn restart(&mut self) {
        (self.asked, self.settling) = (None, None);
        for seat in &mut self.seats {
            (seat.when, seat.is_refused, seat.is_missed) = (When::AtOnce, false, false);
        }
        for book in &mut self.books {
            (book.suspicion, book.believed) = (None, None);
        }
    }

    /// Returns whom to ask about now, if anybody.
    pub(crate) fn due(&self, now: Nanos, is_ready: impl Fn(GatewayId) -> bool) -> Option<usize> {
        let is_due = |seat: &Seat| {
            let wait = match seat.when {
                When::AtOnce => Nanos::ZERO,
                When::Soon => self.patience,
                When::Later => self.check.interval,
            };
            !seat.is_refused && apart(now, seat.since) >= wait && is_ready(seat.gateway)
        };
        let is_busy = self.asked.is_some() || self.settling.is_some();
        if is_busy { None } else { self.seats.iter().position(is_due) }
    }

    pub(crate) fn seat(&self, index: usize) -> &Seat {
        &self.seats[index]
    }

    /// Notes the question that is sent about a seat.
    pub(crate) fn begin(&mut self, now: Nanos, seat: usize, request: ClientOrderId) {
        self.seats[seat].since = now;
        self.told.fill(None);
        self.asked = Some(Question { request, seat, reports: None, heard: 0 });
    }

    /// Takes the report that a request was never sent; returns whether it was the question.
    pub(crate) fn on_unsent(&mut self, report: &ExecutionReport) -> bool {
        let request = report.client_order_id;
        let asked = self.asked.filter(|asked| asked.request == request);
        let Some(asked) = asked.filter(|_| report.kind == ExecKind::Unsent) else { return false };
        self.asked = None;
        self.seats[asked.seat].when = When::Soon;
        true
    }

    /// Takes one message of an answer.
    pub(crate) fn hear(&mut self, position: &VenuePosition) -> Heard {
        let asked = self.asked.as_mut().filter(|asked| asked.request == position.request);
        let Some(asked) = asked else { return Heard::Nothing };
        asked.reports = position.reports.or(asked.reports);
        let seat = &mut self.seats[asked.seat];
        match position.told {
            PositionTold::Announced => {}
            PositionTold::NoPositions => return Heard::All { is_whole: true },
            PositionTold::Refused => {
                self.asked = None;
                seat.is_refused = true;
                return Heard::Refused(seat.account);
            }
            PositionTold::Elsewhere => asked.heard = asked.heard.saturating_add(1),
            PositionTold::Held { instrument, lots, funding } => {
                asked.heard = asked.heard.saturating_add(1);
                let is_meant = position.account.is_none_or(|account| account == seat.account);
                let told = self.told.get_mut(usize::from(instrument.0));
                if let Some(told) = told.filter(|_| is_meant) {
                    // Sides that are told apart are one position.
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
        let Some(asked) = self.asked else { return Heard::Nothing };
        let seat = &mut self.seats[asked.seat];
        if apart(now, seat.since) < self.patience {
            return Heard::Nothing;
        }
        if asked.reports.is_none() && asked.heard > 0 {
            return Heard::All { is_whole: false };
        }
        self.asked = None;
        (seat.since, seat.when) = (now, When::Later);
        let is_new = !std::mem::replace(&mut seat.is_missed, true);
        if is_new { Heard::Missed(seat.account) } else { Heard::Nothing }
    }

    /// Ends a question that is answered; what was told is to be compared now.
    pub(crate) fn end(&mut self, now: Nanos, is_whole: bool) {
        let Some(asked) = self.asked.take() else { return };
        let seat = &mut self.seats[asked.seat];
        (seat.since, seat.when, seat.is_missed) = (now, When::Later, false);
        self.settling = Some(Settling { account: seat.account, is_whole, next: 0 });
    }

    /// Returns the account and the next instrument that is to be compared, and whether the answer is
    /// whole.
    pub(crate) fn next_to_settle(&mut self) -> Option<(AccountId, InstrumentId, bool)> {
        let settling = self.settling.as_mut()?;
        let Settling { account, is_whole, next } = *settling;
        if next == self.instruments {
            self.settling = None;
            return None;
        }
        settling.next += 1;
        Some((account, InstrumentId(next as u16), is_whole))
    }

    /// Has an account be asked about again soon.
    pub(crate) fn hurry(&mut self, account: AccountId) {
        for seat in self.seats.iter_mut().filter(|seat| seat.account == account) {
            seat.when = When::Soon;
        }
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
        let found = self.books.iter().skip(from).position(|book| book.unbooked.is_some());
        self.has_unbooked = from > 0 || found.is_some();
        let index = from + found?;
        let (account, instrument) = (index / self.instruments, index % self.instruments);
        Some((AccountId(account as u16), InstrumentId(instrument as u16), index + 1))
    }
}

impl Book {
    /// Returns what we hold, and others as the drop copy tells.
    pub(crate) fn lots(&self) -> Lots {
        Lots(self.ours.lots.0.saturating_add(self.foreign.0))
    }

    /// Returns the difference that is to be booked, and counts it as booked.
    pub(crate) fn take_unbooked(&mut self) -> Option<Lots> {
        let difference = self.unbooked.take()?;
        (self.believed, self.suspicion) = (None, None);
        Some(difference)
    }

    /// Takes what the venue says that the position has paid in all; returns how much that is more
    /// than it said before. What was paid before it was first asked is none of ours.
    pub(crate) fn fund(&mut self, told: Notional) -> Notional {
        let before = self.funding.replace(told).unwrap_or(told);
        Notional(told.0.saturating_sub(before.0))
    }

    /// The venue has no such position: whatever is opened next begins with nothing paid.
    pub(crate) fn end_funding(&mut self) {
        self.funding = Some(Notional::ZERO);
    }

    fn compare(&mut self, venue: Lots, orders: OrdersThere, adjusts: bool) -> Compared {
        let difference = Lots(venue.0.saturating_sub(self.lots().0));
        let was_believed = self.believed.is_some();
        // What waits for a price is what was told until something else is.
        self.unbooked = self.unbooked.filter(|unbooked| *unbooked == difference);
        self.believed = self.believed.filter(|believed| *believed == difference);
        if difference == Lots::ZERO {
            self.suspicion = None;
            return if was_believed { Compared::Agrees } else { Compared::Equal };
        }
        if self.believed.is_some() {
            return Compared::Known;
        }
        let again = Some((difference, self.changes));
        let before = self.suspicion.filter(|it| Some((it.difference, it.changes)) == again);
        let times = before.map_or(1, |before| before.times.saturating_add(1));
        self.suspicion = Some(Suspicion { difference, changes: self.changes, times });
        let is_enough = match orders {
            OrdersThere::None => times >= TOLD_MIN,
            OrdersThere::Open => times >= TOLD_MIN_OPEN,
            OrdersThere::Asked => false,
        };
        if !is_enough {
            return Compared::Suspected;
        }
        self.believed = Some(difference);
        self.unbooked = self.believed.filter(|_| adjusts);
        Compared::Believed
    }
}

/// The accounts that somebody trades for through one gateway, whose broker tells positions.
fn seats(config: &PipelineConfig) -> impl Iterator<Item = Seat> + use<'_> {
    config.accounts.iter().enumerate().filter_map(|(index, account)| {
        // What an account holds through several gateways no single broker knows.
        let &[gateway] = account.gateways.as_slice() else { return None };
        let account = AccountId(index as u16);
        let tells = config.capabilities(gateway).is_some_and(|broker| broker.positions);
        let trades = config.strategies.iter().any(|strategy| strategy.account == account)
            || config.listings.trades_for(account);
        (tells && trades).then_some(Seat {
            account,
            gateway,
            when: When::AtOnce,
            since: Nanos::ZERO,
            is_refused: false,
            is_missed: false,
        })
    })
}

/// Adds what is known.
fn total(sum: Option<Notional>, more: Option<Notional>) -> Option<Notional> {
    match (sum, more) {
        (Some(sum), Some(more)) => Some(Notional(sum.0.saturating_add(more.0))),
        (sum, more) => sum.or(more),
    }
}
