//! Which models are asked, what they may do, and who takes turns with whom.

use std::path::PathBuf;

use anyhow::{bail, ensure};
use gannet_signals::{Experiment, Fusion, FusionMode};
use gannet_types::Nanos;

use super::checked::positive_millis;
use super::raw::RawModels;

/// Models.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelsConfig {
    /// The registry; `None` if there are no models.
    pub directory: Option<PathBuf>,
    /// What a model may do.
    pub fusion: Fusion,
    /// Whose turn it is.
    pub experiment: Experiment,
    /// A forecast that counts as sure, in percent.
    pub full_percent: f32,
    /// Where compiled models are asked.
    pub placement: Placement,
    /// How long after its frame an answer from the inference thread still counts.
    pub prediction_age_max: Nanos,
}

/// Where compiled models are asked; others are always asked on the inference thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// On the pipeline's thread, when the frame is complete.
    Pipeline,
    /// On the inference thread: for models too large to wait for.
    Inference,
}

pub(super) fn models(raw: &RawModels) -> anyhow::Result<ModelsConfig> {
    let [least, most] = raw.boost_percent;
    let mode = match raw.mode.as_str() {
        "boost" => {
            ensure!(
                least <= 100 && (100..=1_000).contains(&most),
                "models.boost_percent must be two numbers, 0 to 100 and 100 to 1000"
            );
            FusionMode::Boost { least, most }
        }
        "vote" => {
            let [technical, model] = raw.vote_weights;
            ensure!(
                technical <= 1_000 && (1..=1_000).contains(&model),
                "models.vote_weights must be two numbers up to 1000, the second positive"
            );
            FusionMode::Vote { technical, model }
        }
        "lead" => FusionMode::Lead,
        other => bail!("models.mode: `{other}` is not `boost`, `vote` or `lead`"),
    };
    let percents = 0..=100;
    ensure!(percents.contains(&raw.confidence_min), "models.confidence_min must be 0 to 100");
    let share_percent = raw.experiment_share_percent;
    ensure!(percents.contains(&share_percent), "models.experiment_share_percent must be 0 to 100");
    let full_percent = raw.full_percent as f32;
    ensure!(
        full_percent.is_normal() && full_percent > 0.0,
        "models.full_percent must be a positive number of percent"
    );
    Ok(ModelsConfig {
        directory: (!raw.directory.is_empty()).then(|| PathBuf::from(&raw.directory)),
        fusion: Fusion { mode, confidence_min: raw.confidence_min },
        experiment: Experiment {
            seed: Experiment::seed(&raw.experiment),
            bucket: positive_millis(raw.experiment_bucket_ms, "models.experiment_bucket_ms")?,
            share_percent,
        },
        full_percent,
        placement: match raw.placement.as_str() {
            "pipeline" => Placement::Pipeline,
            "inference" => Placement::Inference,
            other => bail!("models.placement: `{other}` is not `pipeline` or `inference`"),
        },
        prediction_age_max: positive_millis(
            raw.prediction_age_max_ms,
            "models.prediction_age_max_ms",
        )?,
    })
}
