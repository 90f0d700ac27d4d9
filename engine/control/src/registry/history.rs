//! The changes of a registry in order, and where each model stands after them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where a model stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Trained, and nothing else.
    Candidate,
    /// On trial: it predicts and is recorded, and nothing is traded on it.
    Shadow,
    /// Takes turns with the champion in an experiment.
    Challenger,
    /// The one that is traded on.
    Champion,
    /// Out of use, for good.
    Retired,
}

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// From candidate to shadow, from shadow or challenger to champion.
    Promote,
    /// A shadow takes part in the experiment.
    Challenge,
    /// A challenger is a shadow again.
    Withdraw,
    /// The champion before leads again, and this one is on trial.
    RollBack,
    /// Out of use.
    Retire,
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When, in nanoseconds since 1970 UTC.
    pub at_ns: u64,
    /// What.
    pub act: Act,
    /// The model it was done to.
    pub id: String,
    /// The hash of that model's ONNX file.
    pub onnx_blake3: String,
    /// Why, in somebody's words.
    pub reason: String,
}

/// Why a change is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The file is another one: train under a new id.
    #[error("model {id} was registered with the ONNX file {registered}, but this one is {given}")]
    Changed {
        /// The model.
        id: String,
        /// The hash that the history has.
        registered: String,
        /// The hash of the file that is there.
        given: String,
    },
    /// The stage does not allow it.
    #[error("model {id} is {stage}: {told}")]
    Stage {
        /// The model.
        id: String,
        /// Where it stands.
        stage: &'static str,
        /// What could be done instead.
        told: &'static str,
    },
    /// There was no champion before, or it was retired since.
    #[error("there is no champion before {id} to go back to")]
    NothingBefore {
        /// The champion.
        id: String,
    },
}

/// All changes, and what they add up to.
#[derive(Clone, Debug, Default)]
pub struct History {
    changes: Vec<Change>,
    models: BTreeMap<String, (Stage, String)>,
    /// The champion is the last, those before it in order.
    champions: Vec<String>,
}

impl Stage {
    /// Returns the name for people and their tools.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Shadow => "shadow",
            Self::Challenger => "challenger",
            Self::Champion => "champion",
            Self::Retired => "retired",
        }
    }
}

impl Act {
    /// Returns the name for people and their tools.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Promote => "promote",
            Self::Challenge => "challenge",
            Self::Withdraw => "withdraw",
            Self::RollBack => "roll_back",
            Self::Retire => "retire",
        }
    }
}

impl History {
    /// Makes a change, if the stage of its model allows it, and returns where the model stands now.
    ///
    /// # Errors
    /// Why it is refused; nothing has changed then.
    pub fn apply(&mut self, change: Change) -> Result<Stage, ChangeError> {
        let Change { act, id, onnx_blake3, .. } = &change;
        let stage = self.stage(id);
        let refuse = |told| Err(ChangeError::Stage { id: id.clone(), stage: stage.name(), told });
        if let Some((_, registered)) = self.models.get(id)
            && registered != onnx_blake3
        {
            return Err(ChangeError::Changed {
                id: id.clone(),
                registered: registered.clone(),
                given: onnx_blake3.clone(),
            });
        }
        let now = match (act, stage) {
            (Act::Promote, Stage::Candidate) => Stage::Shadow,
            (Act::Promote, Stage::Shadow | Stage::Challenger) => {
                if let Some(former) = self.champion().map(str::to_owned) {
                    self.set_stage(&former, Stage::Shadow);
                }
                self.champions.push(id.clone());
                Stage::Champion
            }
            (Act::Promote, Stage::Champion) => return refuse("there is nothing above"),
            (Act::Promote, Stage::Retired) => return refuse("train it again under a new id"),
            (Act::Challenge, Stage::Shadow) => Stage::Challenger,
            (Act::Challenge, _) => return refuse("only a shadow becomes a challenger"),
            (Act::Withdraw, Stage::Challenger) => Stage::Shadow,
            (Act::Withdraw, _) => return refuse("only a challenger is withdrawn"),
            (Act::RollBack, Stage::Champion) => {
                let [.., before, _] = &self.champions[..] else {
                    return Err(ChangeError::NothingBefore { id: id.clone() });
                };
                let before = before.clone();
                self.set_stage(&before, Stage::Champion);
                self.champions.pop();
                Stage::Shadow
            }
            (Act::RollBack, _) => return refuse("only the champion is rolled back"),
            (Act::Retire, Stage::Candidate | Stage::Shadow | Stage::Challenger) => {
                self.champions.retain(|other| other != id);
                // What led twice in a row, once the one between is gone, led once.
                self.champions.dedup();
                Stage::Retired
            }
            (Act::Retire, Stage::Champion) => {
                return refuse("roll it back or promote another one first");
            }
            (Act::Retire, Stage::Retired) => return refuse("there is nothing to do"),
        };
        self.models.insert(id.clone(), (now, onnx_blake3.clone()));
        self.changes.push(change);
        assert!(self.leads_alone(), "there is at most one champion, the last of all");
        Ok(now)
    }

    /// Returns where a model stands.
    #[must_use]
    pub fn stage(&self, id: &str) -> Stage {
        self.models.get(id).map_or(Stage::Candidate, |(stage, _)| *stage)
    }

    /// Returns the hash of the ONNX file that a model was registered with, if it ever changed.
    #[must_use]
    pub fn onnx_blake3(&self, id: &str) -> Option<&str> {
        self.models.get(id).map(|(_, hash)| hash.as_str())
    }

    /// Returns the model that leads.
    #[must_use]
    pub fn champion(&self) -> Option<&str> {
        self.champions.last().map(String::as_str)
    }

    /// Returns the model that a roll-back would make lead.
    #[must_use]
    pub fn champion_before(&self) -> Option<&str> {
        match &self.champions[..] {
            [.., before, _] => Some(before),
            _ => None,
        }
    }

    /// Returns every change, the oldest first.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    fn set_stage(&mut self, id: &str, stage: Stage) {
        let model = self.models.get_mut(id).expect("a champion was promoted, so it is known");
        model.0 = stage;
    }

    fn leads_alone(&self) -> bool {
        let stages = self.models.iter();
        let mut leading = stages.filter(|(_, (stage, _))| *stage == Stage::Champion);
        leading.next().map(|(id, _)| id.as_str()) == self.champion() && leading.next().is_none()
    }
}
