//! What somebody outside wants of a strategy that listens, or thinks.

use crate::{InstrumentId, Nanos, StrategyId, Text};

/// Which position somebody outside wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// None.
    Flat,
    /// To own.
    Long,
    /// To owe.
    Short,
}

/// A signal from outside, such as an alert of a charting service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExternalSignal {
    /// Who shall hear it.
    pub strategy: StrategyId,
    /// About what.
    pub instrument: InstrumentId,
    /// Which position is wanted.
    pub stance: Stance,
    /// How sure, 0 to 100.
    pub confidence: u8,
}

/// An opinion from outside, such as that of a language model that reads the news. It is one voice among
/// others: it fades, it ends, and nobody has to follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExternalOpinion {
    /// Who shall weigh it.
    pub strategy: StrategyId,
    /// About what.
    pub instrument: InstrumentId,
    /// Whose it is, such as `llm:news`. A later one of the same source takes its place.
    pub source: Text<16>,
    /// Which way, -100 (down) to 100 (up).
    pub score: i8,
    /// How sure, 0 to 100; zero takes the source's opinion back.
    pub confidence: u8,
    /// How far it looks ahead: it fades to nothing over this time.
    pub horizon: Nanos,
    /// How long it may be counted at all, whatever its horizon.
    pub lifetime: Nanos,
}

impl ExternalOpinion {
    /// Returns whether its numbers mean something: in range, with a source and times to count in.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        (-100..=100).contains(&self.score)
            && self.confidence <= 100
            && !self.source.as_bytes().is_empty()
            && self.horizon > Nanos::ZERO
            && self.lifetime > Nanos::ZERO
    }

    /// Returns how far it leans after so long, in ten-thousandths, negative is down: score times
    /// confidence, fading evenly to nothing at its horizon, rounded towards zero. `None` when it has
    /// ended.
    #[must_use]
    pub fn lean_after(&self, age: Nanos) -> Option<i16> {
        if age >= self.horizon || age >= self.lifetime || self.confidence == 0 {
            return None;
        }
        let full = i128::from(self.score) * i128::from(self.confidence);
        let left = i128::from(self.horizon.0 - age.0);
        // A part of at most ten thousand.
        i16::try_from(full * left / i128::from(self.horizon.0)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opinion_fades_and_ends() {
        let opinion = ExternalOpinion {
            strategy: StrategyId(0),
            instrument: InstrumentId(0),
            source: Text::new(b"llm:news"),
            score: -40,
            confidence: 70,
            horizon: Nanos::from_millis(1_000),
            lifetime: Nanos::from_millis(800),
        };
        assert!(opinion.is_possible());
        let after = |millis| opinion.lean_after(Nanos::from_millis(millis));
        assert_eq!(
            [0, 250, 500, 799].map(after),
            [Some(-2_800), Some(-2_100), Some(-1_400), Some(-562)]
        );
        assert_eq!([800, 1_000, u64::MAX / 1_000_000].map(after), [None; 3]);
        let withdrawn = ExternalOpinion { confidence: 0, ..opinion };
        assert_eq!(withdrawn.lean_after(Nanos::ZERO), None);
        for impossible in [
            ExternalOpinion { score: 101, ..opinion },
            ExternalOpinion { score: -101, ..opinion },
            ExternalOpinion { confidence: 101, ..opinion },
            ExternalOpinion { source: Text::default(), ..opinion },
            ExternalOpinion { horizon: Nanos::ZERO, ..opinion },
            ExternalOpinion { lifetime: Nanos::ZERO, ..opinion },
        ] {
            assert!(!impossible.is_possible(), "{impossible:?}");
        }
        let forever =
            ExternalOpinion { horizon: Nanos(u64::MAX), lifetime: Nanos(u64::MAX), ..opinion };
        assert_eq!(forever.lean_after(Nanos(u64::MAX - 1)), Some(0));
    }
}
