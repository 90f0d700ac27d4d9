//! The technical opinion and the advice of a model become one opinion.
//!
//! Several technical sources were weighed before ([`weights`], by the [`regime`]); whether an opinion
//! is followed is asked of [`veto`] and [`timeframes`] after.
//!
//! Integers only, so that it is the same everywhere. Leans are in ten-thousandths, negative is down.
//!
//! # Invariants
//! - `Boost` never makes an opinion and never turns one over: the side is the technical one's.

use gannet_types::{Lean, Side};

use crate::opinion::Opinion;
use crate::reading::Advice;
use lean::{FULL, opinion, said};

pub(crate) mod lean;
pub mod regime;
pub mod timeframes;
pub mod veto;
pub mod weights;

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

    /// Changes the weight of models; `false` if they have none here, or it is out of range.
    pub(crate) const fn set_model_weight(&mut self, weight: u16) -> bool {
        match &mut self.mode {
            FusionMode::Vote { model, .. } if weight <= weights::WEIGHT_MAX => {
                *model = weight;
                true
            }
            _ => false,
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

#[cfg(test)]
mod tests;
