//! Orders between our session and QuickFIX's while the connection is cut again and again.
//!
//! ```text
//! initiator ──TCP──▶ cutter ──TCP──▶ acceptor        one of the two ends is QuickFIX (C++)
//!   NewOrderSingle ─────────────────▶
//!   ◀───────────────────── ExecutionReport
//! ```
//!
//! Both ends keep their stores over the cuts. At the end every order and every report must have
//! been delivered exactly once and in order, and each end must expect the number that the other
//! will use next.

mod cutter;
mod gannet_end;
mod ledger;
mod orders;
mod quickfix_end;

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use gannet_fix::Version;

pub use ledger::Delivered;

use cutter::Cutter;

/// Orders in flight at most: enough that every cut hits several.
const WINDOW: u64 = 200;

/// An end that has made no progress for so long will make none.
const STALLED: Duration = Duration::from_secs(90);

/// Bytes of an order or a report, about: they only spread the cuts over the run.
const MESSAGE_BYTES: u64 = 160;

/// Who plays which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Our session connects and sends the orders.
    GannetInitiates,
    /// QuickFIX does.
    QuickfixInitiates,
}

/// One of the runs.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The version that is spoken.
    pub version: Version,
    /// Who connects.
    pub sides: Sides,
    /// Orders to be sent.
    pub orders: u64,
    /// How often the connection is cut.
    pub cuts: u64,
    /// Decides where.
    pub seed: u64,
}

/// What an end says of itself when it is done.
#[derive(Clone, Copy, Debug, Default)]
pub struct EndReport {
    /// What reached the application.
    pub delivered: Delivered,
    /// The number it will use next.
    pub next_outbound: u64,
    /// The number it expects next.
    pub next_inbound: u64,
    /// Rejects of the session, sent or received.
    pub rejects: u64,
    /// Messages sent again.
    pub resent: u64,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Which run it was.
    pub case: Case,
    /// The end that sent orders.
    pub initiator: EndReport,
    /// The end that answered.
    pub acceptor: EndReport,
    /// Cuts made.
    pub cuts: u64,
    /// Of these, before the connection carried 300 bytes in the direction of the cut: in a Logon.
    pub early_cuts: u64,
    /// How long it took.
    pub took: Duration,
}

impl Outcome {
    /// Returns what is wrong, empty if nothing.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let Self { case, initiator, acceptor, .. } = self;
        for (what, delivered) in [("orders", acceptor.delivered), ("reports", initiator.delivered)]
        {
            if delivered.last != case.orders || delivered.lost != 0 {
                let there = delivered.last - delivered.lost;
                wrong.push(format!("{what}: {there} of {} delivered", case.orders));
            }
            if delivered.twice != 0 {
                wrong.push(format!("{what}: {} delivered again", delivered.twice));
            }
        }
        if initiator.next_outbound != acceptor.next_inbound
            || acceptor.next_outbound != initiator.next_inbound
        {
            wrong.push("sequence numbers differ".to_owned());
        }
        if initiator.rejects + acceptor.rejects != 0 {
            wrong.push(format!("{} rejects", initiator.rejects + acceptor.rejects));
        }
        if self.cuts != case.cuts {
            wrong.push(format!("only {} cuts", self.cuts));
        }
        wrong
    }
}

impl fmt::Display for Sides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::GannetInitiates => "gannet -> quickfix",
            Self::QuickfixInitiates => "quickfix -> gannet",
        })
    }
}

/// Runs a case; stores of both ends are made new under `folder`.
///
/// # Errors
/// An end could not be started, or stopped making progress.
pub fn run(case: Case, folder: &Path) -> Result<Outcome, String> {
    let started = Instant::now();
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // The shorter of two uniform budgets is two thirds of their mean: the cuts are over after two
    // thirds of the orders, and the last third runs without.
    let mean = case.orders * MESSAGE_BYTES / case.cuts.max(1);
    let cutter = Cutter::start(case.cuts, mean, case.seed).map_err(|error| error.to_string())?;
    let (initiator, acceptor) = match case.sides {
        Sides::GannetInitiates => {
            let peer = quickfix_end::Acceptor::start(&case, folder, cutter.target())?;
            let ours = gannet_end::initiate(&case, folder, cutter.address());
            let peer = peer.stop();
            (ours?, peer?)
        }
        Sides::QuickfixInitiates => {
            let ours = gannet_end::Acceptor::start(&case, folder, cutter.target())?;
            let peer = quickfix_end::initiate(&case, folder, cutter.address());
            let ours = ours.stop();
            (peer?, ours?)
        }
    };
    let (cuts, early_cuts) = cutter.stop();
    Ok(Outcome { case, initiator, acceptor, cuts, early_cuts, took: started.elapsed() })
}
