//! The models of a registry's folder, as their own folders show them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use gannet_models::Manifest;

/// A model as its folder shows it.
pub(super) struct Shelved {
    pub(super) folder: PathBuf,
    pub(super) manifest: Manifest,
}

/// The folder of a model, by its id.
pub(crate) fn find(folder: &Path, id: &str) -> anyhow::Result<PathBuf> {
    let (mut shelved, unreadable) = shelved(folder)?;
    match (shelved.remove(id), unreadable.into_iter().next()) {
        (Some(found), _) => Ok(found.folder),
        (None, None) => bail!("{} holds no model {id}", folder.display()),
        (None, Some(reason)) => {
            Err(reason).with_context(|| format!("{} holds no model {id}", folder.display()))
        }
    }
}

/// The models of a folder by id, and why other folders with a manifest hold none.
pub(super) fn shelved(
    folder: &Path,
) -> anyhow::Result<(BTreeMap<String, Shelved>, Vec<anyhow::Error>)> {
    let place = || format!("cannot read {}", folder.display());
    let (mut models, mut unreadable) = (BTreeMap::<String, Shelved>::new(), Vec::new());
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .with_context(place)?;
    folders.retain(|path| path.join("manifest.toml").is_file());
    folders.sort();
    for folder in folders {
        let manifest = match manifest_of(&folder) {
            Ok(manifest) => manifest,
            Err(error) => {
                unreadable.push(error);
                continue;
            }
        };
        let id = manifest.id.clone();
        if let Some(other) = models.get(&id) {
            let (one, other) = (folder.display(), other.folder.display());
            bail!("{one} and {other} are both called {id}");
        }
        models.insert(id, Shelved { folder, manifest });
    }
    Ok((models, unreadable))
}

pub(super) fn manifest_of(folder: &Path) -> anyhow::Result<Manifest> {
    let path = folder.join("manifest.toml");
    let read = || anyhow::Ok(Manifest::parse(&std::fs::read_to_string(&path)?)?);
    read().with_context(|| path.display().to_string())
}
