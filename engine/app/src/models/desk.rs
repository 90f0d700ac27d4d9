//! The registry behind the admin port: the same decisions as on the command line.

use std::path::PathBuf;
use std::thread::Thread;

use gannet_control::registry::{Act, Registry};
use gannet_control::{ModelDesk, ShelfView};

use super::args::{Decision, RegistryFolder, RollBackArgs};
use super::service::{Service, Troubles, troubles};
use super::{arsenal, registry, shelf};

/// The registry of a running engine.
pub struct Desk {
    directory: PathBuf,
    troubles: Troubles,
    /// The service's, which need not wait for its next look.
    follower: Thread,
}

impl Desk {
    /// Decides for the engine of a service.
    #[must_use]
    pub fn new(directory: PathBuf, service: &Service) -> Self {
        Self { directory, troubles: service.troubles(), follower: service.thread().clone() }
    }

    fn shelves(&self) -> anyhow::Result<Vec<ShelfView>> {
        let opened = Registry::open(&self.directory)?;
        let (shelved, _) = shelf::shelved(&self.directory)?;
        let troubles = troubles(&self.troubles);
        let view = |(id, shelf::Shelved { manifest, .. }): (String, shelf::Shelved)| ShelfView {
            stage: opened.history().stage(&id).name(),
            family: manifest.family.name().to_owned(),
            model: arsenal::parse(&manifest.onnx_blake3)
                .map(|model| model.to_string())
                .unwrap_or_default(),
            trouble: troubles.get(&id).cloned(),
            id,
        };
        Ok(shelved.into_iter().map(view).collect())
    }
}

impl ModelDesk for Desk {
    fn list(&self) -> Result<Vec<ShelfView>, String> {
        self.shelves().map_err(|error| format!("{error:#}"))
    }

    fn decide(&self, act: Act, id: Option<&str>, reason: &str) -> Result<String, String> {
        let registry = RegistryFolder { models: self.directory.clone() };
        let reason = reason.to_owned();
        let decided = match id {
            Some(id) => registry::decide(&Decision { id: id.to_owned(), registry, reason }, act),
            None => registry::roll_back(&RollBackArgs { registry, reason }),
        };
        self.follower.unpark();
        decided.map_err(|error| format!("{error:#}"))
    }
}
