//! Models on their way to the engine: loaded, checked, and kept beside the journal.
//!
//! What a journal's commands name must be there when the journal is replayed. So whatever is brought to
//! the engine is copied first, into `models/` in the journal's folder, under the hash that the journal
//! names it by; what is checked is the copy. The registry may forget a model, the journal does not.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, ensure};
use gannet_models::{Manifest, Model};
use gannet_signals::{Advisor, FusionMode, Reading};
use gannet_types::ModelHash;

use crate::config::{Config, ModelsConfig, Placement};

/// The folder of the copies, in the journal's.
const FOLDER: &str = "models";

/// Loads models for one engine.
#[derive(Clone, Debug)]
pub struct Arsenal {
    folder: PathBuf,
    schema: String,
    models: ModelsConfig,
}

/// A model that may be seated.
pub struct Armed {
    /// What goes to the pipeline.
    pub advisor: Box<Advisor>,
    /// What goes to the inference thread, if it is asked there.
    pub remote: Option<Box<Model>>,
}

impl Arsenal {
    /// Loads for the engine of a configuration, whose journal lies in `journal`.
    #[must_use]
    pub fn new(config: &Config, journal: &Path) -> Self {
        Self {
            folder: journal.join(FOLDER),
            schema: config.features.schema(),
            models: config.models.clone(),
        }
    }

    /// Copies a model beside the journal, then loads and checks the copy.
    ///
    /// # Errors
    /// If it cannot be read, copied or loaded, is not checked by its manifest, was trained on other
    /// features, or says nothing that can be traded on.
    pub fn bring(&self, source: &Path) -> anyhow::Result<Armed> {
        let told = || format!("model {}", source.display());
        let read = |name: &str| {
            let path = source.join(name);
            fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        ensure!(
            fs::metadata(source.join("model.onnx")).is_ok_and(|file| file.len() <= BYTES_MAX),
            "{}: there is no model.onnx of at most {} MiB",
            told(),
            BYTES_MAX >> 20
        );
        let (onnx, manifest) = (read("model.onnx")?, read("manifest.toml")?);
        let model = hash_of(&onnx);
        if self.path(model).is_file() {
            return self.recall(model).with_context(told);
        }
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("cannot make {}", self.folder.display()))?;
        // The manifest first: an ONNX file in its place means that all of it is there.
        let new = self.folder.join(format!("{model}.new.onnx"));
        let new_manifest = new.with_extension("manifest.toml");
        let keep = || {
            write(&new_manifest, &manifest)?;
            write(&new, &onnx)?;
            let armed = self.load(&new)?;
            fs::rename(&new_manifest, self.path(model).with_extension("manifest.toml"))?;
            fs::rename(&new, self.path(model))?;
            File::open(&self.folder)?.sync_all()?;
            anyhow::Ok(armed)
        };
        keep().with_context(told).inspect_err(|_| {
            // Left over or not: nothing reads files of this name.
            let _ = fs::remove_file(&new);
            let _ = fs::remove_file(&new_manifest);
        })
    }

    /// Loads a model that was brought before.
    ///
    /// # Errors
    /// If it is not there any more, or is refused.
    pub fn recall(&self, model: ModelHash) -> anyhow::Result<Armed> {
        let path = self.path(model);
        let armed = self.load(&path).with_context(|| {
            format!("model {model}, which the journal names, from {}", path.display())
        })?;
        ensure!(
            armed.advisor.model == model,
            "{} is another model than its name says: restore the file",
            path.display()
        );
        Ok(armed)
    }

    /// Returns the manifest of a model that was brought before.
    ///
    /// # Errors
    /// If it is not there any more, or is no manifest.
    pub fn manifest(&self, model: ModelHash) -> anyhow::Result<Manifest> {
        let path = self.path(model).with_extension("manifest.toml");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Manifest::parse(&text).with_context(|| path.display().to_string())
    }

    fn load(&self, path: &Path) -> anyhow::Result<Armed> {
        let model = Model::load(path)?;
        let manifest = model.manifest().context("there is no manifest")?;
        manifest.check_schema(&self.schema).context("the features that run")?;
        let reading = self.reading(manifest)?;
        let hash = parse(model.onnx_blake3()).context("the hash of an ONNX file")?;
        let evaluator = match self.models.placement {
            Placement::Pipeline => model.evaluator().ok().cloned(),
            Placement::Inference => None,
        };
        let remote = evaluator.is_none().then(|| Box::new(model));
        Ok(Armed { advisor: Box::new(Advisor { model: hash, reading, evaluator }), remote })
    }

    fn reading(&self, manifest: &Manifest) -> anyhow::Result<Reading> {
        let reading = Reading::of(manifest, self.models.full_percent)
            .map_err(|reason| anyhow!("{} cannot be traded on: {reason}", manifest.id))?;
        ensure!(
            manifest.vectors.outputs.iter().all(|answer| answer.len() == reading.numbers()),
            "{} answers another number of values than its manifest names",
            manifest.id
        );
        let boosts = matches!(self.models.fusion.mode, FusionMode::Boost { .. });
        ensure!(
            boosts || reading.knows_side(),
            "{} judges trades and not the market, so it can only boost: models.mode = \"boost\"",
            manifest.id
        );
        Ok(reading)
    }

    fn path(&self, model: ModelHash) -> PathBuf {
        self.folder.join(format!("{model}.onnx"))
    }
}

/// Returns the name by which the journal knows an ONNX file.
#[must_use]
pub fn hash_of(onnx: &[u8]) -> ModelHash {
    let hash = blake3::hash(onnx);
    let first: [u8; 8] = hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes");
    ModelHash(u64::from_be_bytes(first))
}

/// Returns the name of the ONNX file with a BLAKE3 hash in hexadecimal digits.
#[must_use]
pub fn parse(blake3: &str) -> Option<ModelHash> {
    u64::from_str_radix(blake3.get(..16)?, 16).ok().map(ModelHash)
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;
    let written = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    written().with_context(|| format!("cannot write {}", path.display()))
}

/// The largest model that is read.
const BYTES_MAX: u64 = 512 << 20;
