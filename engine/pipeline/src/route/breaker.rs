//! The circuit breaker of a gateway: one that keeps refusing, or does not answer, gets no new orders
//! for a while, then one on trial.
//!
//! ```text
//!            too many failures                     time is up, an order goes
//!  Closed ─────────────────────▶ Open(until) ─────────────────────────────▶ HalfOpen(trial)
//!     ▲                            ▲                                             │    │
//!     │                            └────────────── the trial failed ─────────────┘    │
//!     └───────────────────────────── the trial was accepted ──────────────────────────┘
//! ```
//!
//! Cancels, replacements and questions do not ask it: it is about new orders.
//!
//! # Invariants
//! - While it is open nothing passes; half open, one order does, and only that order's fate decides.

use gannet_types::{Nanos, OrderId};

/// Most failures that a window can remember.
pub const BREAKER_WINDOW_MAX: u32 = 64;

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerLimits {
    /// Failures in a row that open it; zero for any number.
    pub in_a_row: u32,
    /// Failures within the window that open it, at most [`BREAKER_WINDOW_MAX`]; zero for any number.
    pub in_window: u32,
    /// The window.
    pub window: Nanos,
    /// How long it stays open.
    pub open: Nanos,
}

impl BreakerLimits {
    /// It never opens.
    pub const OFF: Self =
        Self { in_a_row: 0, in_window: 0, window: Nanos::ZERO, open: Nanos::ZERO };
}

/// What a breaker has just become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turned {
    Open,
    Closed,
}

/// The breaker of one gateway.
pub(crate) struct Breaker {
    limits: BreakerLimits,
    state: State,
    in_a_row: u32,
    /// When it failed last, a ring; as many as open it.
    failures: Vec<Option<Nanos>>,
    next: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Open {
        until: Nanos,
    },
    /// The order on trial, and since when it is out.
    HalfOpen {
        trial: OrderId,
        since: Nanos,
    },
}

impl Breaker {
    pub(crate) fn new(limits: BreakerLimits) -> Self {
        let failures = vec![None; limits.in_window as usize];
        Self { limits, state: State::Closed, in_a_row: 0, failures, next: 0 }
    }

    /// Returns whether a new order may go. A trial whose fate was never told gives way to another
    /// after as long as the breaker is open.
    pub(crate) fn lets_through(&self, now: Nanos) -> bool {
        match self.state {
            State::Closed => true,
            State::Open { until } => now >= until,
            State::HalfOpen { since, .. } => now.since(since) >= self.limits.open,
        }
    }

    /// Takes note of a new order that goes.
    pub(crate) fn on_sent(&mut self, now: Nanos, order: OrderId) {
        // What closes a position in a panic goes through an open one as well, and is no trial.
        if self.state != State::Closed && self.lets_through(now) {
            self.state = State::HalfOpen { trial: order, since: now };
        }
    }

    /// Takes note that an order was accepted.
    pub(crate) fn on_accepted(&mut self, order: OrderId) -> Option<Turned> {
        match self.state {
            State::Closed => self.in_a_row = 0,
            State::HalfOpen { trial, .. } if trial == order => {
                self.forget();
                self.state = State::Closed;
                return Some(Turned::Closed);
            }
            // Sent before it opened: that says nothing about now.
            State::Open { .. } | State::HalfOpen { .. } => {}
        }
        None
    }

    /// Takes note that an order failed.
    pub(crate) fn on_failed(&mut self, now: Nanos, order: OrderId) -> Option<Turned> {
        let opens = match self.state {
            State::Closed => self.count(now),
            State::HalfOpen { trial, .. } => trial == order,
            State::Open { .. } => false,
        };
        opens.then(|| {
            self.state = State::Open { until: now.after(self.limits.open) };
            Turned::Open
        })
    }

    /// Counts a failure; returns whether it is one too many.
    fn count(&mut self, now: Nanos) -> bool {
        self.in_a_row = self.in_a_row.saturating_add(1);
        let in_a_row = self.limits.in_a_row > 0 && self.in_a_row >= self.limits.in_a_row;
        let Some(slot) = self.failures.get_mut(self.next) else { return in_a_row };
        *slot = Some(now);
        self.next = (self.next + 1) % self.failures.len();
        // The oldest of as many as are allowed: if it is recent, all are.
        let oldest = self.failures[self.next];
        in_a_row || oldest.is_some_and(|oldest| now.since(oldest) < self.limits.window)
    }

    fn forget(&mut self) {
        self.in_a_row = 0;
        self.failures.fill(None);
    }
}
