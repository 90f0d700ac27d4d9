//! What the main thread does while the engine runs: the slow half of the journal, the live line,
//! the clock of `--seconds`, and signals.

use std::time::{Duration, Instant};

use anyhow::Context;
use gannet_journal::{JournalError, Maintenance};
use gannet_runtime::shutdown::Stop;

use super::terminal::Terminal;
use crate::agents::notice::Notice;
use crate::cli::EngineArgs;
use crate::config::Config;
use crate::topology::Running;

/// How often the main thread looks around.
const ROUND: Duration = Duration::from_millis(20);

/// How often the live line changes.
const LINE_INTERVAL: Duration = Duration::from_millis(250);

/// How a run went for the journal.
pub(super) struct Trouble {
    /// The slow half of the journal, for sealing it.
    pub(super) maintenance: Option<Maintenance>,
    /// Why the engine was stopped, if the journal's disk is full.
    pub(super) error: Option<JournalError>,
}

/// Returns a flag that Ctrl-C and SIGTERM raise. A second signal ends the process at once.
///
/// # Errors
/// If the system refuses the handlers.
pub(crate) fn stop_on_signals() -> anyhow::Result<Stop> {
    let stop = Stop::new();
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        let register = || {
            signal_hook::flag::register_conditional_shutdown(signal, 130, stop.flag())?;
            signal_hook::flag::register(signal, stop.flag())
        };
        register().context("cannot handle signals")?;
    }
    Ok(stop)
}

/// Keeps house until the engine's threads have ended.
pub(super) fn keep(
    config: &Config,
    args: &EngineArgs,
    running: &mut Running,
    mut maintenance: Option<Maintenance>,
    shutdown: &Stop,
) -> anyhow::Result<Trouble> {
    let deadline = args.seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut terminal = Terminal::new(config)?;
    let mut line_at = Instant::now();
    let mut notices = Notices::default();
    let mut error = None;
    while running.is_running() {
        if let Some(maintenance) = &mut maintenance
            && error.is_none()
            && let Err(trouble) = maintenance.work()
        {
            error = Some(trouble);
            shutdown.request();
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            shutdown.request();
        }
        notices.print(running);
        if Instant::now() >= line_at {
            line_at = Instant::now() + LINE_INTERVAL;
            terminal.show(running);
        }
        std::thread::sleep(ROUND);
    }
    terminal.end(running);
    Ok(Trouble { maintenance, error })
}

/// Tells the operator what happened to the connections: each thing once, again after a while.
#[derive(Default)]
struct Notices {
    told: Vec<(Notice, Instant)>,
}

impl Notices {
    fn print(&mut self, running: &mut Running) {
        for ring in &mut running.notices {
            while let Some(notice) = ring.pop() {
                self.told.retain(|(_, at)| at.elapsed() < NOTICE_INTERVAL);
                if self.told.iter().all(|(told, _)| *told != notice) {
                    eprintln!("gannet: {}: {}; trying again", notice.source, notice.text);
                    self.told.push((notice, Instant::now()));
                }
            }
        }
    }
}

/// How long the same notice is not repeated.
const NOTICE_INTERVAL: Duration = Duration::from_secs(30);
