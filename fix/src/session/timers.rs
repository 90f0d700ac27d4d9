//! What happens when nothing happens: heartbeats, TestRequests, and running out of patience.
//!
//! A TestRequest goes out after 1.2 heartbeat intervals of silence and may take as long again
//! to be answered, by anything. A suspended process therefore asks first and hangs up later.

use crate::store::Store;

use super::event::DisconnectReason;
use super::{Core, State};

/// A gap that made no progress is requested so often; then the counterparty cannot fill it.
const RESEND_TRIES_MAX: u8 = 3;

impl<S: Store> Core<S> {
    pub(super) fn on_timeout(&mut self, now: u64) {
        self.now = now;
        self.store.maintain();
        match self.state {
            State::Disconnected | State::Closing => return,
            State::AwaitingLogon => {
                if self.deadline.is_some_and(|at| now >= at) {
                    self.close(DisconnectReason::LogonTimeout);
                }
                return;
            }
            State::LoggingOut if self.deadline.is_some_and(|at| now >= at) => {
                return self.close(DisconnectReason::LogoutTimeout);
            }
            State::LoggedOn if self.deadline.is_some_and(|at| now >= at) => {
                self.begin_logout("ResetSeqNumFlag(141)=Y not answered");
            }
            State::LoggedOn | State::LoggingOut => {}
        }
        if self.window_end().is_some_and(|end| now >= end) {
            self.begin_logout("the session closes now");
        }
        self.check_gap();
        if self.heartbeat_ns > 0 {
            self.check_silence();
        }
        if self.is_open() && self.heartbeat_due().is_some_and(|at| now >= at) {
            self.send_heartbeat(None);
        }
    }

    /// Returns the earliest time at which `on_timeout` has something to do.
    pub(super) fn next_timeout(&self) -> Option<u64> {
        if self.disconnect.is_some() || self.store_full != self.store.is_full() {
            return Some(self.now);
        }
        let flowing = matches!(self.state, State::LoggedOn | State::LoggingOut);
        let beating = flowing && self.heartbeat_ns > 0;
        let gap = self.gap.map(|gap| gap.deadline);
        let silence = beating.then(|| self.silence_due());
        let heartbeat = self.heartbeat_due().filter(|_| flowing);
        let closing = self.window_end().filter(|_| self.state == State::LoggedOn);
        [self.deadline, gap, silence, heartbeat, closing].into_iter().flatten().min()
    }

    /// `None` as well while a TestRequest is open: it was our sign of life.
    fn heartbeat_due(&self) -> Option<u64> {
        let wanted = self.heartbeat_ns > 0 && self.test_request_sent.is_none();
        wanted.then(|| self.last_sent.saturating_add(self.heartbeat_ns))
    }

    fn silence_due(&self) -> u64 {
        let since = self.test_request_sent.unwrap_or(self.last_received);
        since.saturating_add(self.heartbeat_ns / 5 * 6)
    }

    fn check_silence(&mut self) {
        if !self.is_open() || self.now < self.silence_due() {
            return;
        }
        if self.test_request_sent.is_some() {
            self.close(DisconnectReason::HeartbeatTimeout);
        } else {
            self.send_test_request();
        }
    }

    fn check_gap(&mut self) {
        let Some(gap) = &mut self.gap else { return };
        if self.now < gap.deadline {
            return;
        }
        gap.deadline = self.now.saturating_add(self.config.resend_timeout_ns);
        gap.tries += 1;
        if gap.tries > RESEND_TRIES_MAX {
            self.gap = None;
            self.begin_logout("ResendRequest not answered");
        } else {
            self.send_resend_request();
        }
    }
}
