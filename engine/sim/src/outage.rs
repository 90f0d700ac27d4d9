//! Times at which a venue's order gateway is unreachable.
//!
//! The market goes on: resting orders fill, and nobody hears of it until the outage is over.
//! Requests and reports that would arrive meanwhile arrive at its end, in order.

use gannet_types::Nanos;

/// One outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// From the first market message to the outage.
    pub after: Nanos,
    /// How long it lasts.
    pub length: Nanos,
}

/// The outages of a run, on its clock, in order of time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outages(Vec<(Nanos, Nanos)>);

impl Outages {
    /// Places `outages` on the clock of a market that begins at `begin`.
    pub(crate) fn new(begin: Nanos, outages: &[Outage]) -> Self {
        let placed = |outage: &Outage| {
            let from = begin.after(outage.after);
            (from, from.after(outage.length))
        };
        let mut outages: Vec<_> = outages.iter().map(placed).collect();
        outages.sort_unstable();
        Self(outages)
    }

    /// Returns when something due at `due` can happen. Outages may touch and overlap.
    pub(crate) fn after(&self, due: Nanos) -> Nanos {
        let wait =
            |at: Nanos, &(from, to): &(Nanos, Nanos)| if from <= at && at < to { to } else { at };
        self.0.iter().fold(due, wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_in_an_outage_waits_for_its_end() {
        let outage = |after, length| Outage { after: Nanos(after), length: Nanos(length) };
        let outages = [outage(500, 10), outage(100, 50), outage(140, 30)];
        let outages = Outages::new(Nanos(1_000), &outages);
        let cases = [(1_099, 1_099), (1_100, 1_170), (1_149, 1_170), (1_160, 1_170)];
        for (due, at) in cases.into_iter().chain([(1_170, 1_170), (1_509, 1_510), (9_000, 9_000)]) {
            assert_eq!(outages.after(Nanos(due)), Nanos(at), "{due}");
        }
    }
}
