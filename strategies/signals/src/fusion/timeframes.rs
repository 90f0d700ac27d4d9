//! Agreement of several kinds of bars: the same technique looks at each of them, and a position is
//! opened only where all say the same.
//!
//! Source: Alexander Elder, "Trading for a Living" (1993), the triple screen: decide on the short bars,
//! in the direction of the long ones.
//!
//! Hot: called when a bar has closed. No allocation.

use gannet_types::{Bar, BarKind, Instrument, Reason, ReasonCode, Side};

use crate::strategies::Technique;

/// Most kinds of bars besides the one that is decided on.
pub const TIMEFRAMES_MAX: usize = 2;

/// The other kinds of bars.
#[derive(Clone, Debug, Default)]
pub struct Timeframes {
    others: Vec<Other>,
}

#[derive(Clone, Debug)]
struct Other {
    kind: BarKind,
    technique: Technique,
    /// The side of its last opinion, until it leaves.
    side: Option<Side>,
}

impl Timeframes {
    /// Looks at each of `kinds` with a technique of its own.
    #[must_use]
    pub fn new(kinds: &[BarKind], technique: &Technique) -> Self {
        let other = |&kind| Other { kind, technique: technique.clone(), side: None };
        Self { others: kinds.iter().map(other).collect() }
    }

    /// Takes a closed bar of any kind.
    pub fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) {
        for other in self.others.iter_mut().filter(|other| other.kind == bar.kind) {
            let thought = other.technique.on_bar(instrument, bar);
            if thought.leave.is_some() {
                other.side = None;
            }
            if let Some(opinion) = thought.opinion {
                other.side = Some(opinion.side);
            }
        }
    }

    /// Returns why a position must not be opened on this side, if so: how many do not agree.
    #[must_use]
    pub fn refuse(&self, side: Side) -> Option<Reason> {
        let against = self.others.iter().filter(|other| other.side != Some(side)).count();
        (against > 0).then(|| Reason::new(ReasonCode::Disagreement, against as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies::harmonic::{Harmonic, HarmonicConfig};
    use crate::testing::{Path, SECONDS, instrument};

    #[test]
    fn all_kinds_of_bars_must_say_the_same() {
        let technique = Technique::Harmonic(Harmonic::new(&HarmonicConfig {
            ema_period: 5,
            atr_period: 5,
            smoother_period: 5.0,
            square_of_nine_degrees: 360.0,
            slope_percent_of_atr: 5.0,
        }));
        let ticks = BarKind::Tick(100);
        let mut timeframes = Timeframes::new(&[SECONDS, ticks], &technique);
        let against = |timeframes: &Timeframes, side| timeframes.refuse(side).map(|it| it.value());
        assert_eq!(against(&timeframes, Side::Buy), Some(2.0));
        let instrument = instrument();
        for bar in Path::trend(8.0).bars(100) {
            timeframes.on_bar(&instrument, &bar);
        }
        assert_eq!(against(&timeframes, Side::Buy), Some(1.0));
        assert_eq!(against(&timeframes, Side::Sell), Some(2.0));
        for bar in Path::trend(8.0).bars(100) {
            timeframes.on_bar(&instrument, &Bar { kind: ticks, ..bar });
        }
        assert_eq!(against(&timeframes, Side::Buy), None);
        assert_eq!(against(&Timeframes::default(), Side::Sell), None);
    }
}
