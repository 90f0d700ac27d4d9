//! The technical opinion and the advice of a model become one opinion.
//!
//! Integers only, so that it is the same everywhere. Leans are in ten-thousandths, negative is down.
//!
//! # Invariants
//! - `Boost` never makes an opinion and never turns one over: the side is the technical one's.

use gannet_types::{Lean, Side, Text};

use crate::opinion::Opinion;
use crate::reading::Advice;

/// What a model may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FusionMode {
    /// Scale the confidence of a technical opinion, between these percentages.
    Boost {
        /// When it is sure of the contrary, at most 100.
        least: u16,
        /// When it is sure of the same, at least 100.
        most: u16,
    },
    /// Vote beside the technical source, with these weights.
    Vote {
        /// Of the technical source; having no opinion is a vote for neither side.
        technical: u16,
        /// Of the model; without advice it does not vote.
        model: u16,
    },
    /// Decide alone.
    Lead,
}

/// What can be chosen about the fusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fusion {
    /// What a model may do.
    pub mode: FusionMode,
    /// The least confidence that an opinion needs to be followed, 0 to 100.
    pub confidence_min: u8,
}

impl Fusion {
    /// Joins what is thought of one bar; `None` if there is nothing to follow.
    ///
    /// Hot: called when a bar has closed.
    #[must_use]
    pub fn join(&self, technical: Option<Opinion>, advice: Option<Advice>) -> Option<Opinion> {
        self.weigh(technical, advice).filter(|opinion| self.is_sure(opinion))
    }

    /// Returns whether an opinion is sure enough to be followed.
    pub(crate) const fn is_sure(&self, opinion: &Opinion) -> bool {
        opinion.confidence >= self.confidence_min
    }

    /// Joins what is thought, sure enough or not.
    pub(crate) fn weigh(
        &self,
        technical: Option<Opinion>,
        advice: Option<Advice>,
    ) -> Option<Opinion> {
        match self.mode {
            FusionMode::Boost { least, most } => {
                technical.map(|opinion| boost(opinion, advice, least, most))
            }
            FusionMode::Vote { technical: weight, model } => {
                vote((technical, weight), (advice, model))
            }
            FusionMode::Lead => match advice {
                Some(Advice::Market(lean)) => opinion(lean.0.into(), b"the model leads"),
                Some(Advice::Trade(_)) | None => None,
            },
        }
    }

    /// Returns whether a model may scale and nothing else.
    pub(crate) const fn boosts(&self) -> bool {
        matches!(self.mode, FusionMode::Boost { .. })
    }

    /// Returns what the technical source and the model contribute, as leans to the up side.
    pub(crate) fn parts(&self, technical: Option<Opinion>, advice: Option<Advice>) -> (i32, i32) {
        let own = technical.map_or(0, said);
        let advised = match advice {
            Some(Advice::Market(lean)) => i32::from(lean.0),
            Some(Advice::Trade(_)) | None => 0,
        };
        match self.mode {
            FusionMode::Boost { least, most } => {
                let boosted = technical.map(|opinion| boost(opinion, advice, least, most));
                (own, boosted.map_or(0, said) - own)
            }
            FusionMode::Vote { technical, model } => {
                (own * i32::from(technical), advised * i32::from(model))
            }
            FusionMode::Lead => (0, advised),
        }
    }
}

fn boost(technical: Opinion, advice: Option<Advice>, least: u16, most: u16) -> Opinion {
    let Some(advice) = advice else { return technical };
    let agrees = i32::from(match advice {
        Advice::Market(lean) => match technical.side {
            Side::Buy => lean.0,
            Side::Sell => -lean.0,
        },
        Advice::Trade(lean) => lean.0,
    });
    let reach = if agrees >= 0 { i32::from(most) - 100 } else { 100 - i32::from(least) };
    let percent = 100 + agrees * reach / FULL;
    let confidence = (i32::from(technical.confidence) * percent / 100).clamp(1, 100);
    Opinion { confidence: confidence as u8, ..technical }
}

fn vote(
    (technical, weight): (Option<Opinion>, u16),
    (advice, model_weight): (Option<Advice>, u16),
) -> Option<Opinion> {
    let own = technical.map_or(0, said);
    let Some(Advice::Market(Lean(advised))) = advice else { return technical };
    let (weight, model_weight) = (i32::from(weight), i32::from(model_weight));
    let votes = weight + model_weight;
    if votes == 0 {
        return None;
    }
    opinion((own * weight + i32::from(advised) * model_weight) / votes, b"the sources have voted")
}

/// The lean of an opinion.
fn said(opinion: Opinion) -> i32 {
    let lean = i32::from(opinion.confidence) * FULL / 100;
    if opinion.side == Side::Buy { lean } else { -lean }
}

/// An opinion from a lean, in whole hundredths of confidence; `None` below one.
fn opinion(lean: i32, reason: &[u8]) -> Option<Opinion> {
    let side = if lean > 0 { Side::Buy } else { Side::Sell };
    let confidence = (lean.abs() * 100 / FULL) as u8;
    (confidence > 0).then(|| Opinion { side, confidence, reason: Text::new(reason) })
}

/// The lean of one who is sure.
const FULL: i32 = Lean::MAX.0 as i32;

#[cfg(test)]
mod tests {
    use super::*;

    fn technical(side: Side, confidence: u8) -> Opinion {
        Opinion { side, confidence, reason: Text::new(b"trend") }
    }

    fn market(lean: i16) -> Option<Advice> {
        Some(Advice::Market(Lean(lean)))
    }

    fn joined(
        mode: FusionMode,
        said: Option<Opinion>,
        advice: Option<Advice>,
    ) -> Option<(Side, u8)> {
        let fusion = Fusion { mode, confidence_min: 0 };
        fusion.join(said, advice).map(|opinion| (opinion.side, opinion.confidence))
    }

    #[test]
    fn a_boost_scales_within_its_bounds_and_never_makes_or_turns_an_opinion() {
        let mode = FusionMode::Boost { least: 50, most: 150 };
        for side in [Side::Buy, Side::Sell] {
            for confidence in 1..=100 {
                for lean in (-10_000..=10_000).step_by(500) {
                    let said = technical(side, confidence);
                    for advice in [market(lean), Some(Advice::Trade(Lean(lean)))] {
                        let (same, scaled) = joined(mode, Some(said), advice).expect("an opinion");
                        let (low, high) = (confidence / 2, u16::from(confidence) * 3 / 2);
                        assert_eq!(same, side);
                        assert!(scaled >= low.max(1) && u16::from(scaled) <= high.clamp(1, 100));
                    }
                    assert_eq!(joined(mode, None, market(lean)), None);
                }
            }
        }
        let up = Some(technical(Side::Buy, 40));
        assert_eq!(joined(mode, up, market(10_000)), Some((Side::Buy, 60)));
        assert_eq!(joined(mode, up, market(-10_000)), Some((Side::Buy, 20)));
        assert_eq!(joined(mode, up, None), Some((Side::Buy, 40)));
        let down = Some(technical(Side::Sell, 40));
        assert_eq!(joined(mode, down, market(-5_000)), Some((Side::Sell, 50)));
        assert_eq!(joined(mode, down, Some(Advice::Trade(Lean(5_000)))), Some((Side::Sell, 50)));
    }

    #[test]
    fn votes_are_weighed() {
        let mode = FusionMode::Vote { technical: 1, model: 3 };
        let up = Some(technical(Side::Buy, 40));
        assert_eq!(joined(mode, up, market(-8_000)), Some((Side::Sell, 50)));
        assert_eq!(joined(mode, None, market(8_000)), Some((Side::Buy, 60)));
        assert_eq!(joined(mode, up, None), Some((Side::Buy, 40)));
        assert_eq!(joined(mode, up, Some(Advice::Trade(Lean(9_000)))), Some((Side::Buy, 40)));
        assert_eq!(joined(mode, None, market(100)), None);
        let nobody = FusionMode::Vote { technical: 0, model: 0 };
        assert_eq!(joined(nobody, up, market(8_000)), None);
    }

    #[test]
    fn a_leader_decides_alone() {
        let up = Some(technical(Side::Buy, 40));
        assert_eq!(joined(FusionMode::Lead, up, market(-700)), Some((Side::Sell, 7)));
        assert_eq!(joined(FusionMode::Lead, up, None), None);
        assert_eq!(joined(FusionMode::Lead, up, Some(Advice::Trade(Lean(9_000)))), None);
    }

    #[test]
    fn what_is_not_sure_enough_is_not_followed() {
        let fusion = Fusion { mode: FusionMode::Lead, confidence_min: 30 };
        assert_eq!(fusion.join(None, market(2_999)), None);
        assert!(fusion.join(None, market(3_000)).is_some());
    }
}
