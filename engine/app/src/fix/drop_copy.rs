//! The drop copy that we serve: an acceptor fed from a journal, for compliance and risk desks.
//!
//! ```text
//! journal ─▶ Reader (one a session) ─▶ ExecutionReport with CopyMsgIndicator=Y ─▶ Session
//! ```
//! A session's store is its memory: each copy carries the number of its journal record, so that
//! after a restart the last copy in the store says where to go on, or the mark beside it, which
//! stays when a client begins again at 1. While a client is away nothing is sent; the journal itself
//! is the queue. What a client missed of what was sent it asks for by its numbers, as in any FIX
//! session. So nothing is lost as long as the client keeps its numbers, and nothing comes twice. A
//! new journal in the place of the old one is copied from its start.
//!
//! # Invariants
//! - Copies of one session are in the journal's order, each record at most once.

mod mark;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use gannet_fix::session::{Config as SessionConfig, SendError};
use gannet_fix::{Message, Session, Store, Version};
use gannet_gateways::fix::{Dialect, DialectSpec, report};
use gannet_journal::{Body, JournalError, Reader};
use gannet_runtime::clock::Clock;
use gannet_runtime::shutdown::Stop;
use gannet_types::{AccountId, ExecKind, ExecutionReport, Input, Instrument, Nanos};

use super::acceptor::{Acceptor, Desk, Panel, Sent};
use super::store::{self, SessionStore};
use crate::config::Config;
use mark::Mark;

/// Most records looked at in one turn: most are market data, and other sessions wait.
const RECORDS_MAX: usize = 10_000;

/// Longest sleep: how late a copy may be.
const NAP: Duration = Duration::from_millis(1);

/// How long clients may take to answer our Logouts.
const LOGOUT_MAX: Nanos = Nanos(1_000_000_000);

/// Tells every session of an acceptor what the journal's venues said.
pub struct DropCopyDesk {
    journal: PathBuf,
    /// When the journal begins.
    begins: Nanos,
    /// Where the marks are, beside the stores.
    directory: PathBuf,
    spec: DialectSpec,
    instruments: Vec<Instrument>,
    account: AccountId,
    taps: Vec<Tap>,
    failure: Option<String>,
}

/// One session's way through the journal.
struct Tap {
    reader: Reader,
    dialect: Dialect,
    /// Where the mark is, and when the journal begins.
    place: (PathBuf, Nanos),
    /// The last record that was copied; `None` until the store was asked.
    mark: Option<Mark>,
    /// A copy that found no room, and its record.
    held: Option<(u64, ExecutionReport)>,
    /// The last look ended before the journal did.
    has_more: bool,
}

impl DropCopyDesk {
    /// Opens the journal in `journal`, whose instruments and account are those of `config`.
    ///
    /// # Errors
    /// If there is no journal, or a session speaks a version that has no CopyMsgIndicator.
    pub fn new(journal: &Path, config: &Config) -> anyhow::Result<Self> {
        let begins = Reader::open(journal)
            .and_then(|mut reader| Ok(reader.next()?.map(|start| start.time)))
            .with_context(|| format!("journal {}", journal.display()))?
            .with_context(|| format!("journal {} is empty", journal.display()))?;
        let directory = config.acceptor.store_directory.clone().context(
            "acceptor.store_directory is empty: a drop copy would begin again after every restart",
        )?;
        let sessions = &config.acceptor.sessions;
        let versions = sessions.iter().map(|session| session.config.version);
        ensure!(
            versions.into_iter().all(|version| version >= Version::Fix44),
            "acceptor.session.version: drop copies need FIX.4.4 or later"
        );
        Ok(Self {
            journal: journal.to_owned(),
            begins,
            directory,
            spec: DialectSpec {
                accounts: config.dialect.spec.accounts.clone(),
                ..DialectSpec::plain(Version::Fix44)
            },
            instruments: config.pipeline.instruments.clone(),
            account: AccountId::default(),
            taps: Vec::new(),
            failure: None,
        })
    }

    /// Returns why no more copies can be told, if so.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    fn tap(&self, config: &SessionConfig) -> anyhow::Result<Tap> {
        let version = config.version.max(Version::Fix44);
        let spec = DialectSpec { version, ..self.spec.clone() };
        Ok(Tap {
            reader: Reader::open(&self.journal)?,
            dialect: Dialect::new(&spec, &self.instruments)?,
            place: (self.directory.join(store::file_name(config, "copied")), self.begins),
            mark: None,
            held: None,
            has_more: true,
        })
    }
}

impl Desk for DropCopyDesk {
    fn open(&mut self, _place: usize, config: &SessionConfig) {
        match self.tap(config) {
            Ok(tap) => self.taps.push(tap),
            Err(error) => self.failure = Some(format!("{error:#}")),
        }
    }

    /// A client of a drop copy has nothing to say; what it says is not answered.
    fn on_message(&mut self, _: Nanos, _: usize, _: &Message<'_>, _: u64) {}

    fn answer(&mut self, now: Nanos, place: usize, session: &mut Session<SessionStore>) -> Sent {
        let account = self.account;
        let Some(tap) = self.taps.get_mut(place).filter(|_| self.failure.is_none()) else {
            return Sent::Nothing;
        };
        match tap.answer(now, account, session) {
            Ok(sent) => sent,
            Err(error) => {
                self.failure = Some(error);
                Sent::Nothing
            }
        }
    }

    fn next_time(&self, place: usize) -> Option<Nanos> {
        self.taps.get(place).filter(|tap| tap.has_more).map(|_| Nanos::ZERO)
    }
}

impl Tap {
    fn answer<S: Store>(
        &mut self,
        now: Nanos,
        account: AccountId,
        session: &mut Session<S>,
    ) -> Result<Sent, String> {
        let mark = match self.mark.take() {
            Some(mark) => mark,
            None => Mark::open(&self.place.0, self.place.1, session.store())
                .map_err(|error| self.mark_failed(&error))?,
        };
        if self.held.is_none() {
            self.held = self.next_report(mark.record()).map_err(|error| error.to_string())?;
        }
        let mark = self.mark.insert(mark);
        let Some((record, execution)) = self.held else { return Ok(Sent::Nothing) };
        let dialect = &self.dialect;
        let sent = session.send(now.0, report::message_type(execution.kind), |writer| {
            report::write_copy(writer, &execution, dialect, account, record);
        });
        match sent {
            Ok(number) => {
                self.held = None;
                mark.set(record, number).map_err(|error| self.mark_failed(&error))?;
                Ok(Sent::One)
            }
            Err(SendError::NotLoggedOn | SendError::Backlogged | SendError::Throttled) => {
                Ok(Sent::Nothing)
            }
            Err(error) => Err(format!("record {record} cannot be copied: {error}")),
        }
    }

    fn mark_failed(&self, error: &std::io::Error) -> String {
        format!("{}: {error}", self.place.0.display())
    }

    /// Returns the next report of a venue behind record `after`.
    fn next_report(&mut self, after: u64) -> Result<Option<(u64, ExecutionReport)>, JournalError> {
        for _ in 0..RECORDS_MAX {
            let Some(record) = self.reader.next()? else {
                self.has_more = false;
                return Ok(None);
            };
            if record.sequence > after
                && let Body::Input(Input::Execution(report)) = record.body
                && is_told(report.kind)
            {
                self.has_more = true;
                return Ok(Some((record.sequence, report)));
            }
        }
        self.has_more = true;
        Ok(None)
    }
}

/// Returns whether a copy is made of such a report: not of refused cancels, which are no
/// executions, nor of what our own gateway said.
const fn is_told(kind: ExecKind) -> bool {
    !matches!(kind, ExecKind::CancelRejected | ExecKind::Unsent)
}

/// Serves drop copies until a stop is requested; blocks its thread. `panel` is what people see and
/// do, `tell` hears what an operator should know.
///
/// # Errors
/// If the journal or a store cannot be read or written any more.
pub fn serve(
    mut acceptor: Acceptor,
    mut desk: DropCopyDesk,
    stop: &Stop,
    clock: &Clock,
    mut panel: Option<Panel>,
    mut tell: impl FnMut(&str),
) -> anyhow::Result<()> {
    while !stop.is_requested() && desk.failure.is_none() {
        if acceptor.turn(Nanos(clock.now()), &mut desk) == 0 {
            std::thread::sleep(NAP);
        }
        if let Some(panel) = &mut panel {
            acceptor.attend(Nanos(clock.now()), panel);
        }
        while let Some(line) = acceptor.take_news() {
            tell(&line);
        }
    }
    let now = Nanos(clock.now());
    acceptor.log_out(now, "the drop copy is stopping");
    while !acceptor.is_empty() && Nanos(clock.now()) < now.after(LOGOUT_MAX) {
        acceptor.turn(Nanos(clock.now()), &mut desk);
        std::thread::sleep(NAP);
    }
    match desk.failure {
        None => Ok(()),
        Some(error) => Err(anyhow::anyhow!(error)),
    }
}
