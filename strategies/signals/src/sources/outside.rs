//! Opinions from outside: what language models, analysts and other programs think, each under its name.
//!
//! An opinion ([`ExternalOpinion`]) is score times confidence and fades evenly to nothing at its horizon. The
//! lean of all of them is the mean of those that have not ended: two sources that contradict each other are
//! none. While nobody has an opinion the school is absent, which is another thing than silence.
//!
//! Hot: asked when a bar has closed. No allocation, integers only.

use gannet_types::{Bounded, ExternalOpinion, Nanos};

/// Most sources that are kept. One that has ended makes room for another.
pub const SOURCES_MAX: usize = 8;

/// The opinions and when they were told.
#[derive(Clone, Debug)]
pub struct Outside {
    kept: Bounded<(Nanos, ExternalOpinion)>,
    lean: Option<i16>,
}

impl Outside {
    /// Has heard nobody.
    #[must_use]
    pub fn new() -> Self {
        Self { kept: Bounded::with_capacity(SOURCES_MAX), lean: None }
    }

    /// Takes an opinion in the place of the source's last one; `false` if there is no room.
    pub fn hear(&mut self, now: Nanos, opinion: &ExternalOpinion) -> bool {
        self.forget(now);
        let same = |kept: &(Nanos, ExternalOpinion)| kept.1.source == opinion.source;
        if let Some(place) = self.kept.iter().position(same) {
            self.kept.swap_remove(place);
        }
        opinion.confidence == 0 || self.kept.push((now, *opinion)).is_ok()
    }

    /// Sums up what is thought at a time; [`Self::lean`] has it.
    pub fn sum_up(&mut self, now: Nanos) {
        if self.kept.is_empty() {
            self.lean = None;
            return;
        }
        self.forget(now);
        let leans = self.kept.iter().filter_map(|(told, it)| it.lean_after(now.since(*told)));
        let (sum, count) = leans.fold((0, 0), |(sum, count), it| (sum + i32::from(it), count + 1));
        // The mean of leans is one.
        self.lean = (count > 0).then(|| (sum / count) as i16);
    }

    /// Returns the mean of what was thought, in ten-thousandths, negative is down; `None` if nobody
    /// thought anything.
    #[must_use]
    pub const fn lean(&self) -> Option<i16> {
        self.lean
    }

    /// Drops those that have ended.
    fn forget(&mut self, now: Nanos) {
        let ended =
            |(told, it): &(Nanos, ExternalOpinion)| it.lean_after(now.since(*told)).is_none();
        while let Some(place) = self.kept.iter().position(ended) {
            self.kept.swap_remove(place);
        }
    }
}

impl Default for Outside {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{InstrumentId, StrategyId, Text};

    use super::*;

    fn opinion(source: &str, score: i8, seconds: u64) -> ExternalOpinion {
        ExternalOpinion {
            strategy: StrategyId(0),
            instrument: InstrumentId(0),
            source: Text::new(source.as_bytes()),
            score,
            confidence: 100,
            horizon: Nanos(seconds * Nanos::SECOND.0),
            lifetime: Nanos(u64::MAX),
        }
    }

    fn at(seconds: u64) -> Nanos {
        Nanos(seconds * Nanos::SECOND.0)
    }

    #[test]
    fn the_living_are_averaged_and_the_dead_forgotten() {
        let mut outside = Outside::new();
        outside.sum_up(at(0));
        assert_eq!(outside.lean(), None);
        assert!(outside.hear(at(0), &opinion("llm:news", 80, 100)));
        assert!(outside.hear(at(0), &opinion("analyst", -40, 10)));
        let mut lean_at = |seconds| {
            outside.sum_up(at(seconds));
            outside.lean()
        };
        assert_eq!(lean_at(0), Some(2_000));
        assert_eq!(lean_at(5), Some((7_600 - 2_000) / 2));
        assert_eq!(lean_at(10), Some(7_200), "one of them has ended");
        assert_eq!(lean_at(100), None);
    }

    #[test]
    fn a_source_has_one_opinion_and_may_take_it_back() {
        let mut outside = Outside::new();
        let first = opinion("llm:news", 80, 100);
        assert!(outside.hear(at(0), &first));
        assert!(outside.hear(at(50), &opinion("llm:news", -20, 100)));
        outside.sum_up(at(50));
        assert_eq!(outside.lean(), Some(-2_000));
        assert!(outside.hear(at(51), &ExternalOpinion { confidence: 0, ..first }));
        outside.sum_up(at(51));
        assert_eq!(outside.lean(), None);
    }

    #[test]
    fn only_the_ended_make_room() {
        let mut outside = Outside::new();
        for number in 0..SOURCES_MAX as u64 {
            assert!(outside.hear(at(0), &opinion(&format!("source {number}"), 10, 10 + number)));
        }
        assert!(!outside.hear(at(9), &opinion("late", 10, 10)));
        assert!(outside.hear(at(10), &opinion("late", 10, 10)));
    }
}
