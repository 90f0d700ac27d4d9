//! Several sources become one technical opinion, each with its weight.
//!
//! What a source says is a lean, in ten-thousandths, negative is down; silence is a lean of zero and
//! counts, so that one voice among many is not sure alone. A weight of zero silences a source.
//!
//! Integers only, so that it is the same everywhere.

use gannet_types::{SCHOOLS, School, Schools};

use super::lean::{FULL, opinion};
use crate::opinion::Opinion;

/// The largest weight.
pub const WEIGHT_MAX: u16 = 1_000;

/// How much each source counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights(pub [u16; SCHOOLS]);

impl Weights {
    /// Returns the weight of a school.
    #[must_use]
    pub const fn of(&self, school: School) -> u16 {
        self.0[school as usize]
    }

    /// Returns the same without a school.
    #[must_use]
    pub const fn without(mut self, school: School) -> Self {
        self.0[school as usize] = 0;
        self
    }

    /// Changes a weight; `false` if it is too large, and then nothing has changed.
    pub const fn set(&mut self, school: School, weight: u16) -> bool {
        if weight > WEIGHT_MAX {
            return false;
        }
        self.0[school as usize] = weight;
        true
    }
}

/// What each source said of a bar: a lean, in ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Voices(pub [i16; SCHOOLS]);

impl Voices {
    /// Notes what a school says, -1 to 1; more is cut, and what is not a number is silence.
    pub fn say(&mut self, school: School, lean: f64) {
        let full = f64::from(FULL);
        self.0[school as usize] = (lean * full).clamp(-full, full) as i16;
    }

    /// Notes the lean of a school, in ten-thousandths.
    pub const fn say_lean(&mut self, school: School, lean: i16) {
        self.0[school as usize] = lean;
    }

    /// Returns what a school said.
    #[must_use]
    pub const fn of(&self, school: School) -> i16 {
        self.0[school as usize]
    }

    /// Weighs the voices; `percent` scales the weight of each school once more (see
    /// [`regime`](super::regime)).
    #[must_use]
    pub fn weigh(&self, weights: &Weights, percent: &[u16; SCHOOLS]) -> (Option<Opinion>, Schools) {
        let weight = |place: usize| i64::from(weights.0[place]) * i64::from(percent[place]);
        let all: i64 = (0..SCHOOLS).map(weight).sum();
        if all == 0 {
            return (None, Schools::default());
        }
        let parts: [i64; SCHOOLS] =
            std::array::from_fn(|place| i64::from(self.0[place]) * weight(place));
        let sum: i64 = parts.iter().sum();
        let joined = opinion((sum / all) as i32, b"the sources have voted");
        (joined, shares(&parts, sum >= 0))
    }
}

/// How much of all that was said is whose, negative against what was decided.
fn shares(parts: &[i64; SCHOOLS], up: bool) -> Schools {
    let said: i64 = parts.iter().map(|part| part.abs()).sum();
    Schools(parts.map(|part| {
        let towards = if up { part } else { -part };
        (100 * towards).checked_div(said).map_or(0, |percent| percent as i8)
    }))
}

#[cfg(test)]
mod tests {
    use gannet_types::Side;

    use super::*;

    const PLAIN: [u16; SCHOOLS] = [100; SCHOOLS];

    fn weights(some: &[(School, u16)]) -> Weights {
        let mut weights = Weights([0; SCHOOLS]);
        for &(school, weight) in some {
            assert!(weights.set(school, weight));
        }
        weights
    }

    #[test]
    fn sources_are_weighed_and_silence_counts() {
        let mut voices = Voices::default();
        voices.say(School::Ehlers, 0.8);
        voices.say(School::Gann, -0.4);
        let both = weights(&[(School::Ehlers, 3), (School::Gann, 1)]);
        let (opinion, schools) = voices.weigh(&both, &PLAIN);
        let opinion = opinion.expect("an opinion");
        assert_eq!((opinion.side, opinion.confidence), (Side::Buy, 50));
        assert_eq!(schools.of(School::Ehlers), 85);
        assert_eq!(schools.of(School::Gann), -14);
        let silent = weights(&[(School::Ehlers, 1), (School::Patterns, 1)]);
        let (opinion, _) = voices.weigh(&silent, &PLAIN);
        assert_eq!(opinion.expect("an opinion").confidence, 40);
        assert_eq!(voices.weigh(&weights(&[]), &PLAIN), (None, Schools::default()));
    }

    #[test]
    fn a_regime_scales_the_weights() {
        let mut voices = Voices::default();
        voices.say(School::Ehlers, 1.0);
        voices.say(School::Classical, -1.0);
        let both = weights(&[(School::Ehlers, 1), (School::Classical, 1)]);
        assert_eq!(voices.weigh(&both, &PLAIN).0, None);
        let mut percent = PLAIN;
        percent[School::Classical as usize] = 0;
        let opinion = voices.weigh(&both, &percent).0.expect("an opinion");
        assert_eq!((opinion.side, opinion.confidence), (Side::Buy, 100));
    }

    #[test]
    fn no_voices_and_weights_overflow() {
        let loudest = Weights([WEIGHT_MAX; SCHOOLS]);
        for lean in [f64::MAX, -7.0, f64::NAN, f64::INFINITY] {
            let mut voices = Voices::default();
            for school in School::ALL {
                voices.say(school, lean);
            }
            let (opinion, _) = voices.weigh(&loudest, &[u16::MAX; SCHOOLS]);
            assert!(opinion.is_none_or(|opinion| opinion.confidence == 100), "{lean}");
        }
        let mut weights = loudest;
        assert!(!weights.set(School::Gann, WEIGHT_MAX + 1));
        assert_eq!(weights, loudest);
    }
}
