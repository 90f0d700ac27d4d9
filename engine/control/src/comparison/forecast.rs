//! What was said against what the market did.

use std::collections::VecDeque;

use gannet_types::{ANSWER_MAX, Lean, ModelAnswer, ModelHash, PredictionReport, Ticks};

use super::Meaning;
use crate::statistics::Moments;

/// The farthest ahead that predictions are followed, in bars.
pub(super) const HORIZON_MAX: u32 = 1_024;

/// What a model said about a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub(super) model: ModelHash,
    pub(super) answer: ModelAnswer,
    pub(super) lean: Lean,
}

/// The newest frames of an instrument, and who leads there.
#[derive(Clone, Debug, Default)]
pub(super) struct Desk {
    /// Who leads in the newest frame that anybody has predicted on.
    leader: Option<ModelHash>,
    predicted: u32,
    /// The number of the newest frame: they count from 1, as in the pipeline.
    frame: u32,
    /// The newest last, without a gap.
    frames: VecDeque<Frame>,
}

#[derive(Clone, Debug)]
struct Frame {
    close: Ticks,
    said: Vec<Said>,
}

/// A frame whose horizon has passed.
pub(super) struct Due<'a> {
    pub(super) frame: u32,
    /// What the close did since.
    pub(super) forward_percent: f64,
    pub(super) said: &'a [Said],
}

impl Desk {
    /// Begins a frame.
    pub(super) fn on_bar(&mut self, close: Ticks) {
        self.frame = self.frame.wrapping_add(1);
        if self.frames.len() > HORIZON_MAX as usize {
            self.frames.pop_front();
        }
        self.frames.push_back(Frame { close, said: Vec::new() });
    }

    /// Takes word of who leads. Until the one whose turn it is has answered about a frame, and if it
    /// has no answer, nobody does.
    pub(super) fn follow(&mut self, report: &PredictionReport, leads: bool) {
        if self.predicted != report.frame {
            (self.predicted, self.leader) = (report.frame, None);
        }
        if leads {
            self.leader = Some(report.model);
        }
    }

    pub(super) fn leader(&self) -> Option<ModelHash> {
        self.leader
    }

    /// Remembers what was said about the newest frame; `false` if it is about another.
    pub(super) fn hear(&mut self, frame: u32, said: Said) -> bool {
        match self.frames.back_mut() {
            Some(newest) if frame == self.frame => {
                if newest.said.len() < SAID_MAX {
                    newest.said.push(said);
                }
                true
            }
            _ => false,
        }
    }

    /// Returns the frame `horizon` bars ago, if there was one.
    pub(super) fn due(&self, horizon: u32) -> Option<Due<'_>> {
        let newest = self.frames.back()?;
        let place = self.frames.len().checked_sub(1 + horizon as usize)?;
        let due = &self.frames[place];
        let forward_percent = (newest.close.0 as f64 / due.close.0 as f64 - 1.0) * PERCENT;
        Some(Due { frame: self.frame.wrapping_sub(horizon), forward_percent, said: &due.said })
    }
}

/// Twice what is asked about a frame.
const SAID_MAX: usize = 16;

const PERCENT: f64 = 100.0;

/// How good a prediction was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Score {
    pub(super) hit: bool,
    /// Brier (1950), eq. 2: squared differences over all classes, 0 to 2. Of probabilities only.
    pub(super) brier: Option<f64>,
    /// Minus the logarithm of what the truth was given. Of probabilities only.
    pub(super) log_loss: Option<f64>,
    /// What the market did in the direction it leaned to, in percent.
    pub(super) gain_percent: f64,
}

/// Scores a prediction; `None` if the market cannot tell whether it was right.
pub(super) fn score(meaning: Meaning, said: &Said, forward_percent: f64) -> Option<Score> {
    let numbers: Vec<f64> = said.answer.numbers().map(f64::from).collect();
    let gain_percent = f64::from(said.lean.0.signum()) * forward_percent;
    let hit = match meaning {
        Meaning::Trade => return None,
        Meaning::Return => {
            let &[forecast] = &numbers[..] else { return None };
            let hit = (forecast > 0.0) == (forward_percent > 0.0);
            return Some(Score { hit, brier: None, log_loss: None, gain_percent });
        }
        Meaning::Classes { threshold_percent } => {
            truth(numbers.len(), forward_percent, threshold_percent)?
        }
    };
    let part = |class: usize| f64::from(u8::from(class == hit));
    let brier = numbers.iter().enumerate().map(|(class, p)| (p - part(class)).powi(2)).sum();
    // The first of the largest, as the label of an ONNX classifier.
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let chosen = numbers.iter().position(|number| *number == most)?;
    Some(Score {
        hit: chosen == hit,
        brier: Some(brier),
        log_loss: Some(-numbers[hit].max(PROBABILITY_MIN).ln()),
        gain_percent,
    })
}

/// The class that came true, of down and up or of down, flat and up.
fn truth(classes: usize, forward_percent: f64, threshold_percent: f64) -> Option<usize> {
    let up = usize::from(forward_percent > threshold_percent);
    match classes {
        2 => Some(up),
        ANSWER_MAX => Some(1 + up - usize::from(forward_percent < -threshold_percent)),
        _ => None,
    }
}

/// A smaller probability of what came true costs no more: one that is 0 would cost everything.
const PROBABILITY_MIN: f64 = 1e-7;

/// Scores of a model.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scores {
    pub(super) all: Tally,
    /// Of frames whose labels do not overlap.
    pub(super) apart: Tally,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) count: u64,
    pub(super) hits: u64,
    pub(super) brier: Moments,
    pub(super) log_loss: Moments,
    pub(super) gain_percent: Moments,
}

impl Scores {
    pub(super) fn add(&mut self, score: &Score, counts: bool) {
        self.all.add(score);
        if counts {
            self.apart.add(score);
        }
    }
}

impl Tally {
    fn add(&mut self, score: &Score) {
        self.count += 1;
        self.hits += u64::from(score.hit);
        if let Some(brier) = score.brier {
            self.brier.add(brier);
        }
        if let Some(log_loss) = score.log_loss {
            self.log_loss.add(log_loss);
        }
        self.gain_percent.add(score.gain_percent);
    }
}
