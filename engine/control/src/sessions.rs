//! What gateways tell about their sessions with brokers, and how it gets here.
//!
//! The journal knows what sessions carried, not how they stand. A gateway answers when it is asked,
//! at most once a second and only while somebody looks: the texts are made in its own thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gannet_runtime::ring::{Overflow, Receiver, Sender, ring};
use serde::Serialize;

/// Reports that may wait: one is enough, the rest is for a page that has hung for a moment.
const REPORTS: usize = 4;

/// One session as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// The gateway's name, by which actions find it.
    pub session: String,
    /// The version spoken.
    pub version: &'static str,
    /// Our CompID.
    pub sender_comp_id: String,
    /// The broker's CompID.
    pub target_comp_id: String,
    /// Where the conversation stands.
    pub state: &'static str,
    /// The address that is connected, or tried next.
    pub peer: String,
    /// The number expected next.
    pub next_inbound: u64,
    /// The number of the next message sent.
    pub next_outbound: u64,
    /// Seconds between heartbeats; 0: none.
    pub heartbeat_s: u32,
    /// Connections made after the first.
    pub reconnects: u64,
    /// Why the latest Logon was refused; empty if none was.
    pub refusal: String,
    /// What happened to the connection last, or what became of an action.
    pub notice: String,
    /// What has been counted, in order.
    pub counters: Vec<CounterView>,
    /// The latest messages, newest first, passwords hidden.
    pub messages: Vec<MessageView>,
}

/// One counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CounterView {
    /// What was counted.
    pub name: &'static str,
    /// How often.
    pub count: u64,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageView {
    /// When it was handled or encoded.
    pub time_ms: u64,
    /// `in` or `out`.
    pub direction: &'static str,
    /// Its fields with `|` between them; of a long one the beginning.
    pub text: String,
}

/// The gateway's end: asked whether a report is wanted, and given one.
#[derive(Debug)]
pub struct SessionReporter {
    reports: Sender<SessionView>,
    wanted: Arc<AtomicBool>,
}

/// The page's end.
#[derive(Debug)]
pub struct SessionWatch {
    reports: Receiver<SessionView>,
    wanted: Arc<AtomicBool>,
    newest: Option<SessionView>,
}

/// Makes both ends. The first report is wanted at once.
#[must_use]
pub fn session_watch() -> (SessionReporter, SessionWatch) {
    let (sender, receiver) = ring(REPORTS, Overflow::NewestDropped);
    let wanted = Arc::new(AtomicBool::new(true));
    let reporter = SessionReporter { reports: sender, wanted: Arc::clone(&wanted) };
    (reporter, SessionWatch { reports: receiver, wanted, newest: None })
}

impl SessionReporter {
    /// Gives a report if one is wanted; `report` is called only then. Cheap otherwise: one load.
    pub fn answer(&mut self, report: impl FnOnce() -> SessionView) {
        if self.wanted.load(Ordering::Relaxed) && self.wanted.swap(false, Ordering::Relaxed) {
            // The page shows the one before if nobody has taken that yet.
            let _ = self.reports.push(report());
        }
    }
}

impl SessionWatch {
    /// Asks for a report.
    pub fn want(&self) {
        self.wanted.store(true, Ordering::Relaxed);
    }

    /// Returns the newest report, if there was any yet.
    pub fn newest(&mut self) -> Option<&SessionView> {
        while let Some(report) = self.reports.pop() {
            self.newest = Some(report);
        }
        self.newest.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_made_only_when_one_is_wanted() {
        let (mut reporter, mut watch) = session_watch();
        let mut made = 0;
        let mut turn = |reporter: &mut SessionReporter| {
            reporter.answer(|| {
                made += 1;
                SessionView { next_outbound: made, ..SessionView::default() }
            });
        };
        assert_eq!(watch.newest(), None);
        turn(&mut reporter);
        turn(&mut reporter);
        assert_eq!(watch.newest().map(|view| view.next_outbound), Some(1));
        watch.want();
        watch.want();
        turn(&mut reporter);
        turn(&mut reporter);
        assert_eq!(watch.newest().map(|view| view.next_outbound), Some(2));
        // A page that does not look keeps the newest that found room.
        for _ in 0..2 * REPORTS {
            watch.want();
            turn(&mut reporter);
        }
        assert_eq!(watch.newest().map(|view| view.next_outbound), Some(2 + REPORTS as u64));
    }
}
