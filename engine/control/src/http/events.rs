//! Server-sent events: what changed, a few times a second, for as long as the client reads.
//!
//! A client that does not read is not written to: the stream is polled only when the connection
//! takes more, and it then sends the newest state, not a backlog.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::{Shared, lock};

/// The events of one client.
pub(crate) struct Events {
    shared: Arc<Shared>,
    ticks: Interval,
    revision: u64,
    quiet_ticks: u32,
    _seat: Seat,
}

impl Events {
    /// Starts with everything; `None` if there are too many clients.
    pub(crate) fn open(shared: Arc<Shared>) -> Option<Self> {
        let seat = Seat::take(&shared.clients, CLIENTS_MAX)?;
        let mut ticks = interval(EVENT_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Some(Self { shared, ticks, revision: 0, quiet_ticks: 0, _seat: seat })
    }

    fn next_event(&mut self) -> Option<String> {
        let published = lock(&self.shared.published);
        let changed = published.changed_since(self.revision);
        self.revision = published.revision();
        match changed {
            Some(json) => {
                self.quiet_ticks = 0;
                Some(format!("event: state\ndata: {json}\n\n"))
            }
            None => {
                self.quiet_ticks += 1;
                let is_due = self.quiet_ticks.is_multiple_of(KEEP_ALIVE_TICKS);
                is_due.then(|| ": quiet\n\n".to_owned())
            }
        }
    }
}

impl Stream for Events {
    type Item = Result<String, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            ready!(self.ticks.poll_tick(context));
            if let Some(event) = self.next_event() {
                return Poll::Ready(Some(Ok(event)));
            }
        }
    }
}

/// One of a bounded number of places, given back when dropped.
pub(crate) struct Seat(Arc<AtomicUsize>);

impl Seat {
    pub(crate) fn take(taken: &Arc<AtomicUsize>, count_max: usize) -> Option<Self> {
        // One thread takes and gives back, so looking before adding is enough.
        if taken.load(Ordering::Relaxed) >= count_max {
            return None;
        }
        taken.fetch_add(1, Ordering::Relaxed);
        Some(Self(Arc::clone(taken)))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Four times a second is as fast as a person reads numbers.
const EVENT_EVERY: Duration = Duration::from_millis(250);

/// 10 s without an event: longer, and proxies and people think it broke.
const KEEP_ALIVE_TICKS: u32 = 40;

/// A few pages and tools; each costs about 30 kB of buffers.
pub(crate) const CLIENTS_MAX: usize = 8;
