//! What time brings: unanswered requests, expired approvals, bars of a quiet market, status.
//!
//! All timers run on the time of inputs, at most once per [`TIMER_GRAIN`] of it. A timer that
//! finds no room in the outbox stays due until the next look.

use gannet_types::{AccountId, Alarm, InstrumentId, Nanos, Outbox, Output, RejectReason, Status};

use crate::Pipeline;
use crate::orders::Order;
use crate::scope::Place;
use crate::strategy::{Strategy, StrategyEvent};

/// How much input time lies between two looks at the timers.
const TIMER_GRAIN: Nanos = Nanos::MILLISECOND;

/// What one timer puts out at most: two alarms and a request.
pub(crate) const TIMER_ROOM: usize = 3;

/// Most status reports after one input: the outbox holds them eight times over, and reading them is
/// the work of microseconds.
pub(crate) const STATUS_AT_ONCE_MAX: usize = 64;

/// When the timers ran last.
pub(crate) struct Timers {
    looked: Nanos,
    status_sent: Nanos,
    /// Where the round of status reports goes on, if it is not over.
    status_next: Option<(AccountId, usize)>,
}

impl Timers {
    pub(crate) fn new() -> Self {
        Self { looked: Nanos::ZERO, status_sent: Nanos::ZERO, status_next: None }
    }
}

impl<S: Strategy> Pipeline<S> {
    /// Takes the passing of time: time bars close and the strategy may act.
    pub(crate) fn on_timer(&mut self, now: Nanos, outbox: &mut Outbox) {
        for index in 0..self.desks.len() {
            let id = self.config.instruments[index].id;
            for kind in 0..self.config.bars.len() {
                if outbox.room() < TIMER_ROOM {
                    return;
                }
                if let Some(bar) = self.desks[index].bars[kind].on_timer(now) {
                    self.on_bar(now, Nanos::ZERO, &bar, outbox);
                }
            }
            self.tell(now, Nanos::ZERO, id, StrategyEvent::Timer, outbox);
        }
    }

    /// Runs the timers that are due.
    pub(crate) fn poll_timers(&mut self, now: Nanos, outbox: &mut Outbox) {
        if apart(now, self.timers.looked) < TIMER_GRAIN {
            return;
        }
        self.timers.looked = now;
        let due = apart(now, self.timers.status_sent) >= self.config.status_interval;
        if due {
            self.judge_profit(now);
            self.judge_strategies(now);
        }
        self.poll_halt(now, outbox);
        self.poll_closes(now, outbox);
        self.expire_approvals(outbox);
        while outbox.room() >= TIMER_ROOM
            && let Some(alarm) = self.reconciliation.take_overdue(self.steady.time())
        {
            self.alarm(alarm, outbox);
        }
        self.poll_venue_positions(now, outbox);
        for index in 0..self.orders.open().len() {
            if outbox.room() < TIMER_ROOM {
                return;
            }
            self.look_after_order(now, index, outbox);
        }
        if due && self.timers.status_next.is_none() {
            self.timers.status_next = Some((AccountId(0), 0));
        }
        self.report_status(now, outbox);
    }

    /// Goes on with the round of status reports: some at a time, so that they never fill the outbox.
    fn report_status(&mut self, now: Nanos, outbox: &mut Outbox) {
        let Some((mut account, mut next)) = self.timers.status_next else { return };
        if outbox.room() < self.desks.len().min(STATUS_AT_ONCE_MAX) {
            return;
        }
        if (account, next) == (AccountId(0), 0) {
            self.timers.status_sent = now;
        }
        let mut sent = 0;
        while usize::from(account.0) < self.config.accounts.len() {
            let Some(instrument) = self.reported(account, next) else {
                (account, next) = (AccountId(account.0 + 1), 0);
                continue;
            };
            if sent == STATUS_AT_ONCE_MAX {
                self.timers.status_next = Some((account, next));
                return;
            }
            self.emit(Output::Status(self.status(now, account, instrument)), outbox);
            (sent, next) = (sent + 1, next + 1);
        }
        self.timers.status_next = None;
    }

    /// The market is told of with the first account; others have only what they have ordered in.
    fn reported(&self, account: AccountId, index: usize) -> Option<InstrumentId> {
        match account {
            AccountId(0) => self.config.instruments.get(index).map(|instrument| instrument.id),
            other => self.holdings.touched(other).get(index).copied(),
        }
    }

    fn expire_approvals(&mut self, outbox: &mut Outbox) {
        while outbox.room() >= TIMER_ROOM {
            let Some(waiting) = self.approvals.take_expired(self.steady.time()) else {
                return;
            };
            self.refuse_waiting(&waiting, RejectReason::ApprovalExpired, outbox);
        }
    }

    /// Asks about an order the venue is silent about, ever less often; cancels one that survived a kill or drain.
    fn look_after_order(&mut self, now: Nanos, index: usize, outbox: &mut Outbox) {
        let order = self.orders.open()[index];
        let patience = order.patience(self.config.order_timeout);
        let silent = apart(now, order.asked_at) >= patience;
        if !silent || !self.route.is_up(order.gateway) {
            return;
        }
        if order.awaits_answer() {
            self.note_silence(now, &order, outbox);
            if order.in_doubt || !order.alarmed {
                self.alarm(Alarm::NoAnswer(order.current), outbox);
                self.orders.update(index, |order| order.alarmed = true);
            }
            self.ask_status(now, index, outbox);
        } else if self.is_stopped(&order) || order.cancel_wanted {
            self.cancel(now, index, Nanos::ZERO, outbox);
        }
    }

    fn is_stopped(&self, order: &Order) -> bool {
        self.gate.is_stopped(Place::of(order))
    }

    fn status(&self, now: Nanos, account: AccountId, instrument: InstrumentId) -> Status {
        let desk = &self.desks[usize::from(instrument.0)];
        let held = self.holdings.held(account, instrument);
        Status {
            time: now,
            top: desk.market.top,
            position: held.position.report(account, instrument),
            unrealized: held.position.unrealized(desk.market.twice_mid()),
            open_orders: self.orders.working(account, instrument).orders,
            market_events: desk.market.events,
            crossed_books: desk.market.crossed_books,
            live: desk.market.is_live(self.steady.time(), self.config.risk.book_age_max),
            killed: self.gate.is_killed(account),
        }
    }
}

/// Returns how far apart two times are, should the clock ever step back.
pub(crate) fn apart(left: Nanos, right: Nanos) -> Nanos {
    left.since(right).max(right.since(left))
}
