//! A registry of models whose features are a set of their own, from training to retirement.

use std::path::{Path, PathBuf};

use gannet_models::{Model, VECTORS, generated_rows};

use super::*;
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

    fn registry(&self) -> RegistryFolder {
        RegistryFolder { models: self.0.clone() }
    }

    fn decision(&self, id: &str) -> Decision {
        Decision { id: id.to_owned(), registry: self.registry(), reason: "a test".to_owned() }
    }

    fn promote(&self, id: &str) -> String {
        match decide(&self.decision(id), Act::Promote) {
            Ok(text) => text,
            Err(error) => format!("{error:#}\n"),
        }
    }

    fn roll_back(&self) -> String {
        let args = RollBackArgs { registry: self.registry(), reason: "drifts".to_owned() };
        match roll_back(&args) {
            Ok(text) => text,
            Err(error) => format!("{error:#}\n"),
        }
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

#[test]
fn a_model_rises_leads_is_rolled_back_and_retires() {
    let folder = Folder::new("life");
    folder.shelve("old", "lightgbm_binary.onnx");
    folder.shelve("new", "lightgbm_missing.onnx");
    assert_eq!(
        list(&folder.registry()).expect("listed"),
        "candidate lightgbm      new\ncandidate lightgbm      old\n"
    );
    assert_eq!(folder.roll_back(), "no model leads, so none is rolled back\n");
    assert_eq!(folder.promote("old"), "old: candidate -> shadow\n");
    assert_eq!(folder.promote("old"), "old: shadow -> champion\n");
    assert_eq!(folder.roll_back(), "there is no champion before old to go back to\n");
    folder.promote("new");
    assert_eq!(folder.promote("new"), "new: shadow -> champion\nold: champion -> shadow\n");
    assert_eq!(folder.roll_back(), "new: champion -> shadow\nold: shadow -> champion\n");
    let retired = decide(&folder.decision("new"), Act::Retire).expect("retired");
    assert_eq!(retired, "new: shadow -> retired\n");
    assert_eq!(
        list(&folder.registry()).expect("listed"),
        "retired   lightgbm      new\nchampion  lightgbm      old\n"
    );
    let show = |id: &str| show(&ShowArgs { id: id.to_owned(), registry: folder.registry() });
    let text = show("new").expect("shown");
    for part in ["input: 5 features", "\nstage: retired\n", "Z roll_back: drifts\n", "Z retire: "] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    assert!(show("other").expect_err("none").to_string().contains("holds no model other"));
}

#[test]
fn what_does_not_verify_is_not_promoted() {
    let folder = Folder::new("refused");
    folder.shelve("a", "lightgbm_binary.onnx");
    let onnx = folder.0.join("a/model.onnx");
    let bytes = std::fs::read(&onnx).expect("a model");
    std::fs::write(&onnx, &bytes[..1000]).expect("cut short");
    assert!(folder.promote("a").contains("a: "), "the folder is named");
    std::fs::write(&onnx, &bytes).expect("whole again");
    std::fs::write(folder.0.join("five.toml"), SET.replace("ema(5)", "ema(6)")).expect("written");
    let refused = folder.promote("a");
    assert!(refused.contains("ema(5)"), "the feature is named: {refused}");
    std::fs::write(folder.0.join("five.toml"), SET).expect("written");
    assert_eq!(folder.promote("a"), "a: candidate -> shadow\n");
    // Another model under the same id, with a manifest that is true.
    folder.shelve("a", "lightgbm_missing.onnx");
    let refused = folder.promote("a");
    assert!(refused.contains("model a was registered with the ONNX file"), "{refused}");
}

#[test]
fn a_champion_whose_file_changed_is_not_gone_back_to() {
    let folder = Folder::new("swapped");
    folder.shelve("a", "lightgbm_binary.onnx");
    folder.shelve("b", "lightgbm_missing.onnx");
    for id in ["a", "a", "b", "b"] {
        folder.promote(id);
    }
    folder.shelve("a", "lightgbm_missing.onnx");
    let refused = folder.roll_back();
    assert!(refused.contains("but another one is there now"), "{refused}");
    let show = ShowArgs { id: "a".to_owned(), registry: folder.registry() };
    let text = super::show(&show).expect("shown");
    assert!(text.contains("changed: this is not the ONNX file that was promoted"), "{text}");
}

#[test]
fn folders_that_hold_no_model_are_told_and_two_of_one_name_are_refused() {
    let folder = Folder::new("odd");
    folder.shelve("a", "lightgbm_binary.onnx");
    folder.promote("a");
    std::fs::rename(folder.0.join("a"), folder.0.join("b")).expect("renamed");
    assert_eq!(list(&folder.registry()).expect("listed"), "shadow    lightgbm      a\n");
    std::fs::write(folder.0.join("b/manifest.toml"), "format = 1\n").expect("written");
    let text = list(&folder.registry()).expect("listed");
    assert!(text.starts_with("shadow    -             a: its folder is gone\n"), "{text}");
    assert!(text.contains("manifest.toml: "), "{text}");
    folder.shelve("a", "lightgbm_binary.onnx");
    std::fs::copy(folder.0.join("a/manifest.toml"), folder.0.join("b/manifest.toml"))
        .expect("copied");
    let error = list(&folder.registry()).expect_err("two").to_string();
    assert!(error.ends_with("are both called a"), "{error}");
}
