//! Named threads on chosen cores.

use std::io;
use std::sync::mpsc;
use std::thread::{Builder, JoinHandle};

use core_affinity::CoreId;

/// Returns the cores that the calling thread may run on, ascending; empty if the system will not
/// say.
///
/// Ask before pinning: a pinned thread, and every thread it starts, sees only its own core.
#[must_use]
pub fn available_cores() -> Vec<usize> {
    let cores = core_affinity::get_core_ids().unwrap_or_default();
    cores.into_iter().map(|core| core.id).collect()
}

/// Starts a thread, pins it to `core` if one is given, and then runs `body` in it.
///
/// Returns when the pinning has been tried. A thread that could not be pinned runs nevertheless:
/// the result says so, and the caller decides whether that is acceptable. The system shows the
/// first 15 bytes of `name`.
///
/// # Errors
/// If `name` contains a zero byte or the system refuses another thread.
pub fn spawn<T, F>(name: &str, core: Option<usize>, body: F) -> io::Result<Spawned<T>>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    if name.contains('\0') {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "zero byte in a thread name"));
    }
    let (report, reported) = mpsc::sync_channel(1);
    let handle = Builder::new().name(name.to_owned()).spawn(move || {
        // The receiver waits below until this arrives, so there is somebody to hear it.
        let _ = report.send(pin(core));
        body()
    })?;
    let pinning = reported.recv().map_err(|_| io::Error::other("the thread ended at once"))?;
    Ok(Spawned { handle, pinning })
}

/// A running thread and where it runs.
#[derive(Debug)]
pub struct Spawned<T> {
    /// Waits for its end.
    pub handle: JoinHandle<T>,
    /// What became of the wish for a core.
    pub pinning: Pinning,
}

/// What became of the wish for a core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Pinning {
    /// No core was asked for; the scheduler decides.
    NotRequested,
    /// The thread stays on this core.
    Pinned {
        /// The core's number.
        core: usize,
    },
    /// The core does not exist or may not be used; the scheduler decides.
    Refused {
        /// The core's number.
        core: usize,
    },
}

fn pin(core: Option<usize>) -> Pinning {
    match core {
        None => Pinning::NotRequested,
        Some(core)
            if core < CORE_SET_SIZE && core_affinity::set_for_current(CoreId { id: core }) =>
        {
            Pinning::Pinned { core }
        }
        Some(core) => Pinning::Refused { core },
    }
}

/// The kernel interface's fixed set of 1024 cores; `core_affinity` indexes it unchecked by us.
const CORE_SET_SIZE: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_runs_on_its_core_under_its_name() {
        let core = *available_cores().last().expect("at least the core that runs this");
        let spawned = spawn("pinned", Some(core), || {
            (available_cores(), std::thread::current().name().map(str::to_owned))
        })
        .expect("one more thread");
        assert_eq!(spawned.pinning, Pinning::Pinned { core });
        let (cores, name) = spawned.handle.join().expect("nothing asserted");
        assert_eq!((cores, name.as_deref()), (vec![core], Some("pinned")));
    }

    #[test]
    fn an_impossible_core_is_reported_and_the_thread_runs() {
        for core in [CORE_SET_SIZE - 1, CORE_SET_SIZE, usize::MAX] {
            let spawned = spawn("loose", Some(core), || 7).expect("one more thread");
            assert_eq!(spawned.pinning, Pinning::Refused { core });
            assert_eq!(spawned.handle.join().expect("nothing asserted"), 7);
        }
    }

    #[test]
    fn pinning_is_optional_and_names_are_checked() {
        let spawned = spawn("free", None, || ()).expect("one more thread");
        assert_eq!(spawned.pinning, Pinning::NotRequested);
        spawned.handle.join().expect("nothing asserted");
        assert!(spawn("a\0b", None, || ()).is_err());
    }
}
