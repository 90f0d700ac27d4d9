//! What is thought of an instrument, and why: codes and numbers, which become sentences elsewhere.

use crate::{InstrumentId, ModelHash, Nanos, Schools, Side, StrategyId, Ticks};

/// What is thought, in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rating {
    /// Sell, and sure of it.
    StrongSell,
    /// Sell.
    Sell,
    /// Nothing that would be followed.
    #[default]
    Hold,
    /// Buy.
    Buy,
    /// Buy, and sure of it.
    StrongBuy,
}

/// From this confidence on a rating is a strong one.
pub const STRONG_CONFIDENCE: u8 = 60;

impl Rating {
    /// Rates a side and a confidence, 0 to 100.
    #[must_use]
    pub const fn of(side: Side, confidence: u8) -> Self {
        match (side, confidence) {
            (_, 0) => Self::Hold,
            (Side::Buy, STRONG_CONFIDENCE..) => Self::StrongBuy,
            (Side::Buy, _) => Self::Buy,
            (Side::Sell, STRONG_CONFIDENCE..) => Self::StrongSell,
            (Side::Sell, _) => Self::Sell,
        }
    }
}

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonCode {
    /// Slope of the smoothed price per bar, in percent of the average true range.
    Slope,
    /// How far the close is above its average, in percent of the average true range.
    AboveAverage,
    /// A Gann level lies so far ahead, in percent of the average true range: no entry into it.
    LevelAhead,
    /// Not enough bars yet.
    NotReady,
    /// How far the model leans up, in percent.
    ModelLean,
    /// How far the model expects a trade to gain, in percent.
    ModelMerit,
    /// The model's answer scaled the confidence to so many percent of what it was.
    Boosted,
    /// The confidence is below the least that is followed, in percent.
    NotSure,
    /// The model whose turn it is has not answered yet.
    ModelSilent,
    /// How well a straight line fits the last prices, in percent; negative falls.
    Trend,
    /// The histogram of the moving averages' convergence, in percent of the average true range.
    Momentum,
    /// The relative strength index, 0 to 100.
    Strength,
    /// How far the cycle is from its middle, in percent of its usual size.
    Cycle,
    /// The slope of the price from the last turn, in percent of the 1x1 angle.
    Angle,
    /// What the candle patterns of the last bars say together, in percent.
    Patterns,
    /// How far the price leans to the side of a planetary line, in percent.
    Astro,
    /// How sure somebody outside is, in percent; negative is down.
    External,
    /// How much of the market is trend and not cycle, in percent.
    Regime,
    /// A source that may veto says the contrary, this sure, in percent.
    Vetoed,
    /// Bid and ask are so far apart, in hundredths of a percent of the price: no entry.
    SpreadWide,
    /// So many other kinds of bars do not say the same: no entry.
    Disagreement,
    /// No size could be found; the number tells why (`docs/strategies.md`).
    Unsized,
}

/// One reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What was seen.
    pub code: ReasonCode,
    /// The number as IEEE 754 bits.
    pub bits: u32,
}

impl Reason {
    /// Makes a reason with its number.
    #[must_use]
    pub const fn new(code: ReasonCode, value: f32) -> Self {
        Self { code, bits: value.to_bits() }
    }

    /// Returns the number.
    #[must_use]
    pub const fn value(&self) -> f32 {
        f32::from_bits(self.bits)
    }
}

/// Who has a share in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The strategy's own technical opinion.
    Technical,
    /// A model.
    Model(ModelHash),
}

/// How much of a decision is whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Whose.
    pub source: Source,
    /// In percent of all that was said; negative if it spoke against what was decided.
    pub percent: i8,
}

/// Most reasons of a decision.
pub const REASONS_MAX: usize = 6;

/// Most sources of a decision.
pub const SHARES_MAX: usize = 2;

/// What is thought of an instrument after a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Of what.
    pub instrument: InstrumentId,
    /// Whose decision it is.
    pub strategy: StrategyId,
    /// After which frame.
    pub frame: u32,
    /// In one word.
    pub rating: Rating,
    /// How sure, 0 to 100.
    pub confidence: u8,
    /// Why, the most important first.
    pub reasons: [Option<Reason>; REASONS_MAX],
    /// Whose it is.
    pub shares: [Option<Share>; SHARES_MAX],
    /// How the share of the technical source is split, if several schools had a say.
    pub schools: Schools,
    /// How long a position on it is meant to be held; zero if that is left open.
    pub horizon: Nanos,
    /// Where a position on it should be given up; zero if it has no stop.
    pub stop: Ticks,
    /// Where a position on it has gained what it should; zero if it has no target.
    pub target: Ticks,
}

impl Decision {
    /// Returns whether it says more than what was thought and why: who of several decided, whose
    /// voices they were, or where a position should end.
    #[must_use]
    pub fn has_proposals(&self) -> bool {
        let open =
            (self.horizon, self.stop, self.target) == (Nanos::ZERO, Ticks::ZERO, Ticks::ZERO);
        !open || self.strategy != StrategyId::default() || self.schools != Schools::default()
    }

    /// Adds a reason; what does not fit is left out.
    pub fn because(&mut self, reason: Reason) {
        if let Some(slot) = self.reasons.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_follow_side_and_confidence() {
        let cases = [
            (Side::Buy, 0, Rating::Hold),
            (Side::Buy, 1, Rating::Buy),
            (Side::Buy, 59, Rating::Buy),
            (Side::Buy, 60, Rating::StrongBuy),
            (Side::Sell, 100, Rating::StrongSell),
            (Side::Sell, 59, Rating::Sell),
        ];
        for (side, confidence, rating) in cases {
            assert_eq!(Rating::of(side, confidence), rating);
        }
    }

    #[test]
    fn reasons_beyond_the_room_are_left_out() {
        let mut decision = Decision::default();
        for number in 0..10 {
            decision.because(Reason::new(ReasonCode::Slope, number as f32));
        }
        let values: Vec<f32> = decision.reasons.iter().flatten().map(Reason::value).collect();
        assert_eq!(values, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    }
}
