//! Time that never goes back: what spans are measured by.
//!
//! The clock of the inputs tells what time it is, and may be set back. Whatever lasts (a window of
//! messages, a pause, a timeout) is measured by this time instead: it goes ahead with the clock, and
//! stands still where the clock goes back. A span is therefore never taken for longer than it was,
//! and what waits for its end waits once more as long, not for as long as the clock was set back.
//!
//! While the clock does not go back the two are equal, so that old journals replay as they were.
//!
//! Hot: a comparison and an addition per input.
//!
//! # Invariants
//! - It never goes back, and never ahead of what the clock went ahead.

use gannet_types::Nanos;

/// The time of spans.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Steady {
    clock: Nanos,
    time: Nanos,
}

impl Steady {
    /// Takes what the clock says.
    #[inline]
    pub(crate) fn advance(&mut self, clock: Nanos) {
        self.time = self.time.after(clock.since(self.clock));
        self.clock = clock;
    }

    /// Returns the time.
    #[inline]
    pub(crate) const fn time(&self) -> Nanos {
        self.time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_still_where_the_clock_goes_back() {
        let mut steady = Steady::default();
        for (clock, time) in
            [(100, 100), (100, 100), (130, 130), (60, 130), (70, 140), (0, 140), (500, 640)]
        {
            steady.advance(Nanos(clock));
            assert_eq!(steady.time(), Nanos(time), "{clock}");
        }
    }
}
