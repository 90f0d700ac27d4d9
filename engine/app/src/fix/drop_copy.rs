//! The drop copy that we serve: an acceptor fed from a journal, for compliance and risk desks.
//!
//! ```text
//! journal ─▶ Reader (one a session) ─▶ ExecutionReport with CopyMsgIndicator=Y ─▶ Session
//! ```
//! A session's store is its memory: each copy carries the number of its journal record, so that
//! after a restart the last copy in the store says where to go on. While a client is away nothing
//! is sent; the journal itself is the queue. What a client missed of what was sent it asks for by
//! its numbers, as in any FIX session. So nothing is lost and nothing comes twice, as long as the
//! client keeps its numbers; if it begins again at 1, the copies begin again with the record after
//! the last one sent by this process, or with the journal if it was started since.
//!
//! # Invariants
//! - Copies of one session are in the journal's order, each record at most once.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use gannet_fix::codec::Decoded;
use gannet_fix::session::{Config as SessionConfig, SendError};
use gannet_fix::{Decoder, Message, Session, Store, Version};
use gannet_gateways::fix::{Dialect, DialectSpec, report};
use gannet_journal::{Body, JournalError, Reader};
use gannet_runtime::clock::Clock;
use gannet_runtime::shutdown::Stop;
use gannet_types::{AccountId, ExecKind, ExecutionReport, Input, Instrument, Nanos};

use super::acceptor::{Acceptor, Desk, Sent};
use super::store::SessionStore;
use crate::config::Config;

/// Most records looked at in one turn: most are market data, and other sessions wait.
const RECORDS_MAX: usize = 10_000;

/// Longest sleep: how late a copy may be.
const NAP: Duration = Duration::from_millis(1);

/// How long clients may take to answer our Logouts.
const LOGOUT_MAX: Nanos = Nanos(1_000_000_000);

/// Tells every session of an acceptor what the journal's venues said.
pub struct DropCopyDesk {
    journal: PathBuf,
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
    /// The record of the last copy; `None` until the store was asked, zero records being the
    /// journal's start.
    after: Option<u64>,
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
        Reader::open(journal).with_context(|| format!("journal {}", journal.display()))?;
        ensure!(
            config.acceptor.store_directory.is_some(),
            "acceptor.store_directory is empty: a drop copy would begin again after every restart"
        );
        let sessions = &config.acceptor.sessions;
        let versions = sessions.iter().map(|session| session.config.version);
        ensure!(
            versions.into_iter().all(|version| version >= Version::Fix44),
            "acceptor.session.version: drop copies need FIX.4.4 or later"
        );
        Ok(Self {
            journal: journal.to_owned(),
            spec: DialectSpec {
                accounts: config.dialect.spec.accounts.clone(),
                ..DialectSpec::plain(Version::Fix44)
            },
            instruments: config.pipeline.instruments.clone(),
            account: config.pipeline.account,
            taps: Vec::new(),
            failure: None,
        })
    }

    /// Returns why no more copies can be told, if so.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    fn tap(&self, version: Version) -> anyhow::Result<Tap> {
        let spec = DialectSpec { version, ..self.spec.clone() };
        Ok(Tap {
            reader: Reader::open(&self.journal)?,
            dialect: Dialect::new(&spec, &self.instruments)?,
            after: None,
            held: None,
            has_more: true,
        })
    }
}

impl Desk for DropCopyDesk {
    fn open(&mut self, _place: usize, config: &SessionConfig) {
        match self.tap(config.version.max(Version::Fix44)) {
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
        let after = *self.after.get_or_insert_with(|| last_copied(session.store()));
        if self.held.is_none() {
            self.held = self.next_report(after).map_err(|error| error.to_string())?;
        }
        let Some((record, execution)) = self.held else { return Ok(Sent::Nothing) };
        let dialect = &self.dialect;
        let sent = session.send(now.0, report::message_type(execution.kind), |writer| {
            report::write_copy(writer, &execution, dialect, account, record);
        });
        match sent {
            Ok(_) => {
                (self.after, self.held) = (Some(record), None);
                Ok(Sent::One)
            }
            Err(SendError::NotLoggedOn | SendError::Backlogged | SendError::Throttled) => {
                Ok(Sent::Nothing)
            }
            Err(error) => Err(format!("record {record} cannot be copied: {error}")),
        }
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

/// Returns the record of the last copy in a store; zero, the journal's start record, if there is
/// none. Cold: reads the whole store.
fn last_copied(store: &impl Store) -> u64 {
    let mut decoder = Decoder::new();
    let mut last = 0;
    for stored in store.messages().filter(|stored| !stored.admin) {
        if let Decoded::Message { message, .. } = decoder.decode(stored.bytes) {
            last = report::copied_record(&message).unwrap_or(last);
        }
    }
    last
}

/// Serves drop copies until a stop is requested; blocks its thread. `tell` hears what an operator
/// should know.
///
/// # Errors
/// If the journal or a store cannot be read or written any more.
pub fn serve(
    mut acceptor: Acceptor,
    mut desk: DropCopyDesk,
    stop: &Stop,
    clock: &Clock,
    mut tell: impl FnMut(&str),
) -> anyhow::Result<()> {
    while !stop.is_requested() && desk.failure.is_none() {
        if acceptor.turn(Nanos(clock.now()), &mut desk) == 0 {
            std::thread::sleep(NAP);
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
