//! A new model's way into the registry: verified, on the disk, whole, and on trial if it earned that.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use gannet_control::registry::{Act, Registry, RegistryError, Stage};
use gannet_models::Model;

use crate::models::registry::{change, verified};
use crate::models::shelf::find;

/// How often a registry that somebody changes is asked again, and how long is waited in between: a
/// person's command holds it for less than a second.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(200);

/// The one to beat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Champion {
    /// Its id.
    pub(super) id: String,
    /// Its folder.
    pub(super) folder: PathBuf,
}

/// Returns the model that leads, if one does.
///
/// # Errors
/// If the registry is damaged, or the model's folder is gone or holds another file than was promoted.
pub(super) fn champion(models: &Path) -> anyhow::Result<Option<Champion>> {
    let registry = Registry::open(models)?;
    let history = registry.history();
    let Some(id) = history.champion() else { return Ok(None) };
    let folder = find(models, id).context("the champion")?;
    let is_that = history.onnx_blake3(id) == Some(hash_of(&folder)?.as_str());
    ensure!(is_that, "the champion {id} is not the ONNX file that was promoted");
    Ok(Some(Champion { id: id.to_owned(), folder }))
}

/// Verifies a model and moves its folder into the registry under its id: whole, or not at all. One
/// that is there already, from a run that was ended right after, is left as it is.
///
/// # Errors
/// If the model is refused, another one has its id, or the disk says no.
pub(super) fn shelve(models: &Path, made: &Path, id: &str) -> anyhow::Result<()> {
    let model = verified(made).context("the candidate")?;
    let told = model.manifest().map_or("", |manifest| manifest.id.as_str());
    ensure!(told == id, "the candidate calls itself {told}, but {id} was asked for");
    let place = models.join(id);
    if place.exists() {
        if hash_of(&place)? == model.onnx_blake3() {
            return Ok(());
        }
        bail!("{} holds another model", place.display());
    }
    sync(made).with_context(|| format!("cannot sync {}", made.display()))?;
    std::fs::rename(made, &place)
        .and_then(|()| File::open(models)?.sync_all())
        .with_context(|| format!("cannot move a model to {}", place.display()))
}

/// Promotes a candidate to shadow, for a reason. Returns why not, if somebody was faster: the one it
/// beat does not lead any more, or a person has decided about it.
///
/// # Errors
/// If the registry is damaged, or somebody changes it for longer than ten seconds.
pub(super) fn put_on_trial(
    models: &Path,
    id: &str,
    beaten: Option<&str>,
    reason: &str,
) -> anyhow::Result<Option<String>> {
    let hash = hash_of(&models.join(id))?;
    let mut registry = open_to_change(models)?;
    let history = registry.history();
    if history.champion() != beaten {
        let leads = history.champion().unwrap_or("nobody");
        return Ok(Some(format!("{leads} leads since it was compared")));
    }
    // Promoted twice it would lead, and that is for people to decide.
    let stage = history.stage(id);
    if stage != Stage::Candidate {
        return Ok(Some(format!("it is {} already", stage.name())));
    }
    registry.change(change(Act::Promote, id, hash, reason))?;
    Ok(None)
}

fn open_to_change(models: &Path) -> anyhow::Result<Registry> {
    for _ in 1..TRIES {
        match Registry::open_to_change(models) {
            Err(RegistryError::Busy(_)) => std::thread::sleep(PAUSE),
            opened => return Ok(opened?),
        }
    }
    Ok(Registry::open_to_change(models)?)
}

fn hash_of(folder: &Path) -> anyhow::Result<String> {
    let model = Model::load(folder).with_context(|| format!("model {}", folder.display()))?;
    Ok(model.onnx_blake3().to_owned())
}

/// Puts a folder's files on the disk, and then the folder.
fn sync(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        File::open(entry?.path())?.sync_all()?;
    }
    File::open(folder)?.sync_all()
}
