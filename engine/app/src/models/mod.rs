//! Models on the command line: what they are, whether they answer as they should, and how fast.

pub mod args;
pub mod arsenal;
mod bench;
pub mod desk;
mod info;
pub mod offline;
mod predict;
pub mod registry;
pub mod remote;
mod rows;
pub mod service;
pub(crate) mod shelf;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::Context;
use gannet_control::registry::Act;
use gannet_models::{Manifest, Model};

use crate::features::FeatureSet;
use args::{ModelCommand, VerifyArgs};

/// `gannet model`.
///
/// # Errors
/// If the model is refused, or a file is wrong; says which and why.
pub fn models(command: &ModelCommand) -> anyhow::Result<()> {
    match command {
        ModelCommand::Info(args) => print!("{}", info::describe(&load(&args.file)?)),
        ModelCommand::Verify(args) => print!("{}", verify(args)?),
        ModelCommand::Predict(args) => print!("{}", predict::predict(args)?),
        ModelCommand::Bench(args) => print!("{}", bench::bench(args)?),
        ModelCommand::List(args) => print!("{}", registry::list(args)?),
        ModelCommand::Show(args) => print!("{}", registry::show(args)?),
        ModelCommand::Promote(args) => print!("{}", registry::decide(args, Act::Promote)?),
        ModelCommand::Challenge(args) => print!("{}", registry::decide(args, Act::Challenge)?),
        ModelCommand::Withdraw(args) => print!("{}", registry::decide(args, Act::Withdraw)?),
        ModelCommand::Rollback(args) => print!("{}", registry::roll_back(args)?),
        ModelCommand::Retire(args) => print!("{}", registry::decide(args, Act::Retire)?),
    }
    Ok(())
}

fn load(file: &Path) -> anyhow::Result<Model> {
    Model::load(file).with_context(|| format!("model {}", file.display()))
}

/// Loading checks the engines and the vectors; what is left is the schema.
fn verify(args: &VerifyArgs) -> anyhow::Result<String> {
    let model = load(&args.model.file)?;
    let mut text = info::parity(&model);
    let named = model.manifest().map(|manifest| manifest.features.set.as_str());
    match (model.manifest(), args.set.as_deref().or(named)) {
        (Some(manifest), Some(name)) => {
            check_schema(manifest, name)?;
            text.push_str(&format!("schema: as the set {name}\n"));
        }
        (None, Some(name)) => {
            anyhow::bail!("there is no manifest to compare the set {name} with");
        }
        (_, None) => text.push_str("schema: not compared, there is no manifest\n"),
    }
    text.push_str("verified\n");
    Ok(text)
}

/// Compares the features of a model with those of a set.
fn check_schema(manifest: &Manifest, set: &str) -> anyhow::Result<()> {
    let schema = FeatureSet::load(set)?.schema();
    manifest.check_schema(&schema).with_context(|| format!("set {set}"))
}
