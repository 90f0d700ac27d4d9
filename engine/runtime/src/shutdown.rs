//! The stop flag: how one thread asks all the others to finish.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to stop, shared by everybody who holds a clone; once made it is never withdrawn.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    requested: Arc<AtomicBool>,
}

impl Stop {
    /// Makes a flag that nobody has raised yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks every holder to stop. Calling it again changes nothing.
    pub fn request(&self) {
        self.requested.store(true, Ordering::Release);
    }

    /// Says whether a stop has been requested; what was written before the request is visible
    /// after a `true`.
    ///
    /// Cost: one load of a line that nobody writes while running.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.requested.load(Ordering::Acquire)
    }

    /// Returns the flag itself, for a signal handler to set.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.requested)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_reaches_every_clone_and_stays() {
        let stop = Stop::new();
        let other = stop.clone();
        assert!(!other.is_requested());
        stop.request();
        stop.request();
        assert!(other.is_requested());
    }

    #[test]
    fn a_signal_handler_can_raise_it() {
        let stop = Stop::new();
        stop.flag().store(true, Ordering::SeqCst);
        assert!(stop.is_requested());
    }
}
