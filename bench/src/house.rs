//! The slow half of a journal in a thread of its own, as the engine's main thread does it.

use std::io;
use std::thread::JoinHandle;
use std::time::Duration;

use gannet_journal::{JournalError, Maintenance};
use gannet_runtime::shutdown::Stop;
use gannet_runtime::thread;

/// How often it looks around: a segment lasts for seconds.
const ROUND: Duration = Duration::from_millis(5);

/// Prepares segments on `core` until `ended` is requested.
///
/// # Errors
/// If the system refuses a thread.
pub(crate) fn keep(
    mut maintenance: Maintenance,
    core: Option<usize>,
    ended: &Stop,
) -> io::Result<JoinHandle<Result<(), JournalError>>> {
    let ended = ended.clone();
    let spawned = thread::spawn("journal", core, move || {
        while !ended.is_requested() {
            maintenance.work()?;
            std::thread::sleep(ROUND);
        }
        Ok(())
    })?;
    Ok(spawned.handle)
}
