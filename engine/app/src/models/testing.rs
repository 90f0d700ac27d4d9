//! A folder with a model on five features, for tests of what is done with models.

use std::path::{Path, PathBuf};

use gannet_models::{Model, VECTORS, generated_rows};

use crate::features::FeatureSet;

const SET: &str = r#"features = ["ema(3)", "ema(5)", "rsi(14)", "atr(14)", "sma(9)"]"#;

/// A folder of this test alone, removed when dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("removed");
    }
}

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("gannet-shelf-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        std::fs::write(path.join("five.toml"), SET).expect("written");
        Self(path)
    }

    /// Shelves a model of the crate that evaluates them, with a manifest that is true.
    pub(crate) fn shelve(&self, id: &str, onnx: &str) {
        let folder = self.0.join(id);
        std::fs::create_dir_all(&folder).expect("a folder");
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../strategies/models/tests/data");
        let bytes = std::fs::read(data.join(onnx)).expect("a model");
        std::fs::write(folder.join("model.onnx"), &bytes).expect("written");
        let manifest = manifest(id, &bytes, &self.0.join("five.toml"));
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
