//! Signal follower: it takes what somebody outside says, such as an alert of TradingView.
//!
//! A signal is a journaled command ([`ExternalSignal`]): buy, sell or flat, with a confidence. It is
//! acted on when it comes; a signal less sure than `confidence_min` is not, and one within the pause
//! after the last that was taken is not either, since alerts that fire on every tick come in bursts.
//! To leave is always heard.
//!
//! Hot: called per external signal. No allocation, integers only.

use gannet_types::{
    ExternalSignal, Nanos, Reason, ReasonCode, School, Schools, Side, Stance, Text,
};

use crate::opinion::{Opinion, Technical};
use crate::range::{OutOfRange, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowerConfig {
    /// The least confidence that is followed, 0 to 100.
    pub confidence_min: u8,
    /// How long after a signal that was taken the next is ignored.
    pub pause: Nanos,
}

impl FollowerConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("confidence_min", self.confidence_min, 0..=100)
    }
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct Follower {
    config: FollowerConfig,
    taken: Option<Nanos>,
}

impl Follower {
    /// Has heard nothing yet.
    #[must_use]
    pub const fn new(config: FollowerConfig) -> Self {
        Self { config, taken: None }
    }

    /// Takes a signal and says what it makes of it; `None` if it ignores it.
    pub fn on_external(&mut self, now: Nanos, signal: &ExternalSignal) -> Option<Technical> {
        let (side, lean) = match signal.stance {
            Stance::Flat => (None, 0.0),
            Stance::Long => (Some(Side::Buy), f32::from(signal.confidence)),
            Stance::Short => (Some(Side::Sell), -f32::from(signal.confidence)),
        };
        let seen = Technical::seeing([Reason::new(ReasonCode::External, lean)]);
        let Some(side) = side else {
            return Some(Technical {
                leave: Some(Text::new(b"somebody outside says flat")),
                ..seen
            });
        };
        let soon = self.taken.is_some_and(|taken| now.since(taken) < self.config.pause);
        if soon || signal.confidence < self.config.confidence_min {
            return None;
        }
        self.taken = Some(now);
        let mut schools = Schools::default();
        schools.0[School::External as usize] = 100;
        let opinion = Opinion::new(side, signal.confidence.into(), b"somebody outside says so");
        Some(Technical { opinion: Some(opinion), schools, ..seen })
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{InstrumentId, StrategyId};

    use super::*;

    const fn signal(stance: Stance, confidence: u8) -> ExternalSignal {
        let (strategy, instrument) = (StrategyId(0), InstrumentId(0));
        ExternalSignal { strategy, instrument, stance, confidence }
    }

    #[test]
    fn it_follows_what_is_sure_enough_and_not_too_soon() {
        let config = FollowerConfig { confidence_min: 40, pause: Nanos::SECOND };
        assert_eq!(config.check(), Ok(()));
        let mut follower = Follower::new(config);
        let mut hear = |millis, stance, confidence| {
            let heard =
                follower.on_external(Nanos::from_millis(millis), &signal(stance, confidence));
            heard.map(|it| (it.opinion.map(|opinion| opinion.side), it.leave.is_some()))
        };
        assert_eq!(hear(0, Stance::Long, 39), None);
        assert_eq!(hear(0, Stance::Long, 40), Some((Some(Side::Buy), false)));
        assert_eq!(hear(999, Stance::Short, 90), None);
        assert_eq!(hear(999, Stance::Flat, 0), Some((None, true)));
        assert_eq!(hear(1_000, Stance::Short, 90), Some((Some(Side::Sell), false)));
    }
}
