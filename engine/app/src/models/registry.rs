//! `gannet model list|show|promote|rollback|retire`: which model leads, and who decided so.
//!
//! A model stands in the registry's folder as training wrote it, in a folder of its own. Whatever is
//! promoted, or led again by a roll-back, is loaded and verified first, as `gannet model verify` does.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{anyhow, bail};
use gannet_control::registry::{Act, Change, ChangeError, Registry, Stage};
use gannet_models::Model;
use gannet_runtime::clock::Clock;
use gannet_types::Nanos;

use super::args::{Decision, RegistryFolder, RollBackArgs, ShowArgs};
use super::shelf::{Shelved, find, manifest_of, shelved};
use super::{check_schema, info, load};
use crate::features::utc;

/// Lists the models of a registry, a line each, and the folders that hold none that can be read.
///
/// # Errors
/// If there is no such folder, or its history is damaged.
pub fn list(args: &RegistryFolder) -> anyhow::Result<String> {
    let registry = Registry::open(&args.models)?;
    let (shelved, unreadable) = shelved(&args.models)?;
    let mut text = String::new();
    for (id, Shelved { manifest, .. }) in &shelved {
        let stage = registry.history().stage(id).name();
        let family = manifest.family.name();
        tell(&mut text, format_args!("{stage:9} {family:13} {id}"));
    }
    for (id, stage) in gone(&registry, &shelved) {
        tell(&mut text, format_args!("{:9} {:13} {id}: its folder is gone", stage.name(), "-"));
    }
    for reason in unreadable {
        tell(&mut text, format_args!("{:9} {:13} {reason:#}", "-", "-"));
    }
    Ok(text)
}

/// Describes a model, where it stands, and every change that was made to it.
///
/// # Errors
/// If it is not there, or is refused.
pub fn show(args: &ShowArgs) -> anyhow::Result<String> {
    let registry = Registry::open(&args.registry.models)?;
    let model = load(&find(&args.registry.models, &args.id)?)?;
    let history = registry.history();
    let mut text = info::describe(&model);
    tell(&mut text, format_args!("stage: {}", history.stage(&args.id).name()));
    if history.onnx_blake3(&args.id).is_some_and(|hash| hash != model.onnx_blake3()) {
        tell(&mut text, format_args!("changed: this is not the ONNX file that was promoted"));
    }
    for change in history.changes().iter().filter(|change| change.id == args.id) {
        let (at, act) = (utc(Nanos(change.at_ns)), change.act.name());
        tell(&mut text, format_args!("{at} {act}: {}", change.reason));
    }
    Ok(text)
}

/// Promotes or retires a model.
///
/// # Errors
/// If it is not there, a promoted one is refused, or its stage does not allow it.
pub fn decide(args: &Decision, act: Act) -> anyhow::Result<String> {
    let mut registry = Registry::open_to_change(&args.registry.models)?;
    let before = registry.history().stage(&args.id).name();
    let folder = &args.registry.models;
    let onnx_blake3 = match act {
        Act::Promote | Act::Challenge | Act::RollBack => {
            verified(&find(folder, &args.id)?)?.onnx_blake3().to_owned()
        }
        // What cannot be loaded any more can still be retired.
        Act::Retire | Act::Withdraw => match registry.history().onnx_blake3(&args.id) {
            Some(hash) => hash.to_owned(),
            None => manifest_of(&find(folder, &args.id)?)?.onnx_blake3,
        },
    };
    let change = change(act, &args.id, onnx_blake3, &args.reason);
    let led = registry.history().champion().map(str::to_owned);
    let stage = registry.change(change)?;
    let mut text = String::new();
    tell(&mut text, format_args!("{}: {before} -> {}", args.id, stage.name()));
    if let (Stage::Champion, Some(led)) = (stage, led) {
        tell(&mut text, format_args!("{led}: champion -> shadow"));
    }
    Ok(text)
}

/// Makes the champion before lead again.
///
/// # Errors
/// If there is none, or it is refused now.
pub fn roll_back(args: &RollBackArgs) -> anyhow::Result<String> {
    let folder = &args.registry.models;
    let mut registry = Registry::open_to_change(folder)?;
    let history = registry.history();
    let champion =
        history.champion().ok_or_else(|| anyhow!("no model leads, so none is rolled back"))?;
    let Some(before) = history.champion_before().map(str::to_owned) else {
        return Err(ChangeError::NothingBefore { id: champion.to_owned() }.into());
    };
    let registered = history.onnx_blake3(&before).unwrap_or_default();
    let found = verified(&find(folder, &before)?)?;
    if found.onnx_blake3() != registered {
        bail!("model {before} led with the ONNX file {registered}, but another one is there now");
    }
    let champion = champion.to_owned();
    let hash = history.onnx_blake3(&champion).unwrap_or_default().to_owned();
    registry.change(change(Act::RollBack, &champion, hash, &args.reason))?;
    Ok(format!("{champion}: champion -> shadow\n{before}: shadow -> champion\n"))
}

/// Returns a change that is made now.
pub(crate) fn change(act: Act, id: &str, onnx_blake3: String, reason: &str) -> Change {
    let at_ns = Clock::new().now();
    Change { at_ns, act, id: id.to_owned(), onnx_blake3, reason: reason.to_owned() }
}

/// Loads a model and compares its features with those that would run.
///
/// # Errors
/// If it is refused.
pub(crate) fn verified(folder: &Path) -> anyhow::Result<Model> {
    let model = load(folder)?;
    let manifest = model.manifest().ok_or_else(|| anyhow!("a registered model has a manifest"))?;
    check_schema(manifest, &manifest.features.set)?;
    Ok(model)
}

/// Models of the history that are in no folder.
fn gone<'a>(
    registry: &'a Registry,
    shelved: &BTreeMap<String, Shelved>,
) -> BTreeMap<&'a str, Stage> {
    let history = registry.history();
    let ids = history.changes().iter().map(|change| change.id.as_str());
    ids.filter(|id| !shelved.contains_key(*id)).map(|id| (id, history.stage(id))).collect()
}

fn tell(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a string takes everything");
}
