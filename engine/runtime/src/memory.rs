//! Keeping memory present: a page fault on the hot path costs more than a whole tick.

use std::hint::black_box;

use rustix::io::Errno;
use rustix::mm::MlockAllFlags;
use rustix::process::Resource;
use rustix::thread::CapabilitySet;

/// Asks the system never to swap out a page of this process, present or future.
///
/// Pages are locked as they are first touched, so large mappings are not filled by this; see
/// [`prefault`] for those that must be there already. Needs `CAP_IPC_LOCK` or an
/// unlimited `RLIMIT_MEMLOCK`; call it once at start-up.
#[must_use]
pub fn lock_all() -> MemoryLock {
    if !may_lock_everything() {
        return MemoryLock::NotPermitted;
    }
    let flags = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
    match rustix::mm::mlockall(flags) {
        Ok(()) => MemoryLock::Locked,
        Err(Errno::PERM | Errno::NOMEM) => MemoryLock::NotPermitted,
        Err(_) => MemoryLock::Unsupported,
    }
}

/// Under a finite limit the call may succeed now and a later allocation fail for it, so such a
/// limit counts as a refusal.
fn may_lock_everything() -> bool {
    let is_privileged = rustix::thread::capabilities(None)
        .is_ok_and(|sets| sets.effective.contains(CapabilitySet::IPC_LOCK));
    is_privileged || limits().locked_bytes.is_none()
}

/// What became of the wish to lock memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryLock {
    /// Pages stay in memory once touched.
    Locked,
    /// Lift `RLIMIT_MEMLOCK` altogether or grant `CAP_IPC_LOCK`.
    NotPermitted,
    /// The system knows no such thing; nothing to be done.
    Unsupported,
}

/// Writes to every page of `bytes` so that using them later faults no more; contents stay.
///
/// Cost: one page fault for every page that was not present; done at start-up.
pub fn prefault(bytes: &mut [u8]) {
    for page in bytes.chunks_mut(PAGE_BYTES) {
        if let Some(byte) = page.first_mut() {
            // Opaque to the compiler: it may not notice that the value is the old one.
            *byte = black_box(*byte);
        }
    }
}

/// Returns the soft limits that matter to an engine.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        locked_bytes: rustix::process::getrlimit(Resource::Memlock).current,
        open_files: rustix::process::getrlimit(Resource::Nofile).current,
    }
}

/// Soft limits of this process; `None` is unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory that may be locked without privilege (`RLIMIT_MEMLOCK`).
    pub locked_bytes: Option<u64>,
    /// Files and sockets open at once (`RLIMIT_NOFILE`).
    pub open_files: Option<u64>,
}

/// The smallest page of any supported processor; a larger one is merely touched more than once.
const PAGE_BYTES: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefaulting_changes_nothing() {
        for length in [0, 1, PAGE_BYTES, PAGE_BYTES + 1, 3 * PAGE_BYTES - 1] {
            let before: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
            let mut bytes = before.clone();
            prefault(&mut bytes);
            assert_eq!(bytes, before);
        }
    }

    #[test]
    fn limits_are_readable_and_locking_answers() {
        assert_ne!(limits().open_files, Some(0));
        // Whether it is permitted depends on the machine; that it answers does not.
        assert_ne!(lock_all(), MemoryLock::Unsupported);
    }
}
