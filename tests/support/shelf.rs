//! A registry of small models on five features, with manifests that are true.

use std::path::{Path, PathBuf};

use gannet_app::features::FeatureSet;
use gannet_models::{Model, VECTORS, generated_rows};

use crate::temp::TempDir;

/// The set of features that the models look at.
pub const SET: &str = r#"features = ["ema(3)", "ema(5)", "rsi(14)", "atr(14)", "sma(9)"]"#;

/// A registry of this test alone.
pub struct Shelf(TempDir);

impl Shelf {
    /// Makes an empty registry, with the set as `five.toml`.
    ///
    /// # Panics
    /// If the disk refuses.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let folder = TempDir::new(&format!("shelf-{name}"));
        std::fs::write(folder.join("five.toml"), SET).expect("written");
        Self(folder)
    }

    /// Returns the registry's folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns the file of the set.
    #[must_use]
    pub fn set(&self) -> PathBuf {
        self.0.join("five.toml")
    }

    /// Shelves a model of the crate that evaluates them.
    ///
    /// # Panics
    /// If there is no such model.
    pub fn shelve(&self, id: &str, onnx: &str) {
        let folder = self.0.join(id);
        std::fs::create_dir_all(&folder).expect("a folder");
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../strategies/models/tests/data");
        let bytes = std::fs::read(data.join(onnx)).expect("a model");
        std::fs::write(folder.join("model.onnx"), &bytes).expect("written");
        let manifest = manifest(id, &bytes, &self.set());
        std::fs::write(folder.join("manifest.toml"), manifest).expect("written");
    }
}

fn manifest(id: &str, onnx: &[u8], set: &Path) -> String {
    let mut model = Model::from_bytes(onnx).expect("loaded");
    let inputs = generated_rows(model.width(), VECTORS);
    let outputs: Vec<Vec<f32>> =
        inputs.iter().map(|row| model.predict(row).expect("predicted").to_vec()).collect();
    let features = FeatureSet::parse(SET).expect("a set");
    format!(
        "format = 1\nid = \"{id}\"\nfamily = \"lightgbm\"\nonnx_blake3 = \"{}\"\nseed = 1\n\
         [features]\nset = '{}'\nschema_hash = \"{hash}\"\nschema = '''\n{}'''\ncount = 5\n\
         [input]\nname = \"x\"\nmissing = \"nan\"\n\
         [output]\nname = \"probabilities\"\nkind = \"probabilities\"\nclasses = [\"down\", \"up\"]\n\
         calibration = \"none\"\n\
         [label]\nkind = \"forward_return\"\ndefinition = \"up\"\nhorizon_bars = 5\n\
         [training]\nrows = 400\nfrom = \"2026-01-01T00:00:00Z\"\nuntil = \"2026-02-01T00:00:00Z\"\n\
         data_blake3 = \"{hash}\"\ntools = {{ lightgbm = \"4\" }}\n\
         [metrics]\naccuracy = 0.5\n[vectors]\ninputs = {inputs:?}\noutputs = {outputs:?}\n",
        model.onnx_blake3(),
        set.display(),
        features.schema(),
        hash = features.schema_hash(),
    )
}
