//! `gannet experiment`: which model of a journal is better.
//!
//! The figures are those of the admin port: the same [`Comparison`], fed with the whole journal.

pub mod args;
mod text;

use std::path::Path;

use anyhow::{Context, bail};
use gannet_control::comparison::{
    Claim, Claims, Comparison, ComparisonView, Meaning, Options, page,
};
use gannet_journal::{Body, Reader};
use gannet_models::{LabelKind, Manifest, OutputKind};
use gannet_types::ModelHash;

use crate::config::Config;
use crate::features::answer;
use crate::models::arsenal::Arsenal;
use crate::recovery::Origin;
use args::ExperimentArgs;

/// `gannet experiment`.
///
/// # Errors
/// If it is no journal or is damaged, or the report cannot be written.
pub fn experiment(args: &ExperimentArgs) -> anyhow::Result<()> {
    let usual = Options::default();
    let options = Options {
        level: args.level.unwrap_or(usual.level),
        horizon_bars: args.horizon,
        worth_percent: args.worth.unwrap_or(usual.worth_percent),
        ..usual
    };
    let view = compare(&args.journal, options)?;
    if let Some(output) = &args.html {
        std::fs::write(output, page(&view, false))
            .with_context(|| format!("cannot write {}", output.display()))?;
    }
    if args.json {
        let json = serde_json::to_string_pretty(&view).context("the view as JSON")?;
        answer(&format!("{json}\n"))
    } else {
        answer(&text::table(&view))
    }
}

/// Returns how the models of a journal compare.
///
/// # Errors
/// If it is no journal, or is damaged.
pub fn compare(journal: &Path, options: Options) -> anyhow::Result<ComparisonView> {
    let name = || format!("journal {}", journal.display());
    let mut reader = Reader::open(journal).with_context(name)?;
    let first = reader.next().with_context(name)?.context("the journal is empty")?;
    let Body::Start(text) = first.body else { bail!("it does not begin with a start record") };
    let (_, mut config) = Origin::parse(text).with_context(name)?;
    config.journal.directory = journal.to_owned();
    let mut comparison = comparison(&config, options);
    while let Some(record) = reader.next().with_context(name)? {
        match record.body {
            Body::Start(_) => {}
            Body::Input(input) => comparison.on_input(&input),
            Body::Output(output) => comparison.on_output(record.time, &output),
        }
    }
    Ok(comparison.view())
}

/// Makes a comparison of the models of an engine, which nobody has heard of yet. What they claim
/// stands in the copies beside the journal.
#[must_use]
pub fn comparison(config: &Config, options: Options) -> Comparison {
    let arsenal = Arsenal::new(config, &config.journal.directory);
    let claims = Claims::new(move |model| claim(&arsenal, model));
    let instruments = config.pipeline.instruments.len();
    Comparison::new(options, instruments, config.strategy.bars, claims)
}

/// What a model claims; `None` if its manifest is not there any more: then its predictions are
/// counted, and scored only over a horizon that is asked for.
fn claim(arsenal: &Arsenal, model: ModelHash) -> Option<Claim> {
    let manifest = arsenal.manifest(model).ok()?;
    let Manifest { id, family, label, output, .. } = manifest;
    let threshold = label.parameters.get("threshold_percent");
    let threshold_percent = threshold.and_then(toml::Value::as_float).unwrap_or(0.0);
    let meaning = match (label.kind, output.kind) {
        (LabelKind::Outcome, _) => Meaning::Trade,
        (_, OutputKind::Value) => Meaning::Return,
        (_, OutputKind::Probabilities) => Meaning::Classes { threshold_percent },
    };
    let family = family.name().to_owned();
    Some(Claim { id, family, horizon_bars: label.horizon_bars, meaning })
}
