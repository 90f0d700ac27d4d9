//! Bad files and bad rows get a clear error, never a panic.

use std::path::PathBuf;

use gannet_models::{Evaluator, LoadError, Manifest, Model, OnnxError, PredictError};

use crate::answers::Answers;
use crate::data;

fn model(name: &str) -> Vec<u8> {
    std::fs::read(data(&format!("{name}.onnx"))).expect("a model")
}

#[test]
fn every_truncation_is_refused() {
    let bytes = model("xgboost_binary");
    for length in (0..bytes.len()).step_by(7) {
        let error = Evaluator::from_bytes(&bytes[..length]).expect_err("too short");
        assert!(matches!(error, LoadError::Onnx(_) | LoadError::Graph(_)), "{length}: {error}");
    }
}

/// Every eleventh byte changed gives an error or a model that predicts.
#[test]
fn every_changed_byte_is_survived() {
    let bytes = model("lightgbm_three");
    for at in (0..bytes.len()).step_by(11) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        if let Ok(mut evaluator) = Evaluator::from_bytes(&changed) {
            let _ = evaluator.predict(&vec![0.5; evaluator.width()]);
        }
    }
}

#[test]
fn other_files_are_refused() {
    for bytes in [&b""[..], b"not a model", &[0xff; 100]] {
        assert!(matches!(
            Model::from_bytes(bytes),
            Err(LoadError::Onnx(OnnxError::Protobuf(_) | OnnxError::Malformed(_)))
        ));
    }
}

#[test]
fn huge_files_are_refused_unread() {
    let folder = scratch("huge");
    for (name, told) in [("manifest.toml", "up to 67108864"), ("model.onnx", "up to 536870912")] {
        std::fs::write(folder.join("model.onnx"), model("lightgbm_binary")).expect("written");
        let file = std::fs::File::create(folder.join(name)).expect("a file");
        file.set_len(2 << 30).expect("a file with a hole");
        let error = Model::load(&folder).err().expect("too large").to_string();
        assert!(error.contains("has 2147483648 bytes; up to"), "{error}");
        assert!(error.contains(told), "{error}");
    }
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn a_manifest_that_is_no_text_is_refused() {
    let folder = scratch("text");
    std::fs::write(folder.join("model.onnx"), model("lightgbm_binary")).expect("written");
    std::fs::write(folder.join("manifest.toml"), [0xff; 9]).expect("written");
    let error = Model::load(&folder).err().expect("no text").to_string();
    std::fs::remove_dir_all(&folder).expect("removed");
    assert!(error.contains("manifest.toml: not a manifest: invalid utf-8"), "{error}");
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    let mut model = Model::from_bytes(&model("mlp_binary")).expect("loaded");
    assert_eq!(model.predict(&[1.0; 4]), Err(PredictError::Width { expected: 5, got: 4 }));
    assert_eq!(model.predict(&[f32::NAN; 5]), Err(PredictError::NotFinite));
    assert!(model.predict(&[1.0; 5]).is_ok(), "the next row is predicted");
}

/// A folder of this test alone.
fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("gannet-models-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

const SCHEMA: &str = "gannet-features 1\na\tcandles\tema(3)\nb\tcandles\tema(5)\nc\tcandles\trsi(14)\n\
                      d\tcandles\tatr(14)\ne\tcandles\tsma(9)\n";

/// A true manifest of the model `lightgbm_binary`, with one text replaced.
fn manifest(from: &str, to: &str) -> String {
    let answers = Answers::read(&data("lightgbm_binary.csv"));
    // 16 rows twice are 32.
    let rows = |rows: &[Vec<f32>]| format!("{:?}", [rows, rows].concat()).replace("NaN", "nan");
    let text = format!(
        "format = 1\nid = \"a-model\"\nfamily = \"lightgbm\"\nonnx_blake3 = \"{onnx}\"\nseed = 1\n\
         [features]\nset = \"five\"\nschema_hash = \"{hash}\"\nschema = '''\n{SCHEMA}'''\ncount = 5\n\
         [input]\nname = \"x\"\nmissing = \"refuse\"\n\
         [output]\nname = \"probabilities\"\nkind = \"probabilities\"\nclasses = [\"down\", \"up\"]\n\
         calibration = \"none\"\n\
         [label]\nkind = \"forward_return\"\ndefinition = \"up\"\nhorizon_bars = 5\n\
         [training]\nrows = 400\nfrom = \"2026-01-01T00:00:00Z\"\nuntil = \"2026-02-01T00:00:00Z\"\n\
         data_blake3 = \"{hash}\"\ntools = {{ lightgbm = \"4\" }}\n\
         [metrics]\naccuracy = 0.5\n\
         [vectors]\ninputs = {inputs}\noutputs = {outputs}\n",
        onnx = blake3::hash(&model("lightgbm_binary")).to_hex(),
        hash = blake3::hash(SCHEMA.as_bytes()).to_hex(),
        inputs = rows(&answers.rows),
        outputs = rows(&answers.groups[0].1),
    );
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn loaded(name: &str, manifest: &str) -> Result<Model, LoadError> {
    let folder = scratch(name);
    std::fs::write(folder.join("model.onnx"), model("lightgbm_binary")).expect("written");
    std::fs::write(folder.join("manifest.toml"), manifest).expect("written");
    let loaded = Model::load(&folder);
    std::fs::remove_dir_all(&folder).expect("removed");
    loaded
}

#[test]
fn a_true_manifest_is_believed() {
    let mut model = loaded("true", &manifest("", "")).expect("loaded");
    assert!(model.parity().vectors.expect("compared") < 1e-6);
    assert_eq!(
        model.predict(&[0.0, f32::NAN, 0.0, 0.0, 0.0]),
        Err(PredictError::Missing { index: 1 })
    );
}

#[test]
fn a_manifest_that_lies_is_refused() {
    let lies = [
        ("format = 1", "format = 2", "format 1 is read"),
        ("seed = 1", "seed = 1\nmood = 3", "unknown field `mood`"),
        ("id = \"a-model\"", "id = \"A model\"", "is no name of a model"),
        ("onnx_blake3 = \"", "onnx_blake3 = \"0", "it belongs to the ONNX file 0"),
        ("rsi(14)", "rsi(15)", "schema_hash is not the hash of the schema"),
        ("count = 5", "count = 6", "count is 6, but the schema lists 5 features"),
        ("name = \"x\"", "name = \"y\"", "the input is called \"x\", not \"y\""),
        ("name = \"probabilities\"", "name = \"p\"", "the graph has no output \"p\""),
        ("\"down\", \"up\"", "\"down\", \"flat\", \"up\"", "test vector 0 has not 3 outputs"),
        ("accuracy = 0.5", "accuracy = nan", "metric accuracy is NaN"),
        ("inputs = [[", "inputs = [[9.0], [", "33 inputs and 32 outputs"),
        ("outputs = [[0.", "outputs = [[1.", "answers"),
    ];
    for (index, (from, to, told)) in lies.into_iter().enumerate() {
        let refused = loaded(&format!("lie{index}"), &manifest(from, to));
        let error = refused.err().unwrap_or_else(|| panic!("{to} is believed")).to_string();
        assert!(error.contains(told), "{to}: {error}");
    }
}

#[test]
fn other_features_are_refused_by_name() {
    let manifest = Manifest::parse(&manifest("", "")).expect("a manifest");
    assert!(manifest.check_schema(SCHEMA).is_ok());
    let differing = [
        ("rsi(14)", "rsi(15)", "feature \"c\" is \"c candles rsi(14)\" in the model"),
        ("b\tcandles\tema(5)\n", "", "expects feature \"b\" where the running set has \"c\""),
        ("e\tcandles\tsma(9)\n", "", "the running set lacks feature \"e\""),
        ("sma(9)\n", "sma(9)\nf\tmarket\tvpin\n", "does not know feature \"f\""),
        ("features 1", "features 2", "trained on gannet-features 1, but gannet-features 2 runs"),
    ];
    for (from, to, told) in differing {
        let error = manifest.check_schema(&SCHEMA.replacen(from, to, 1)).expect_err("differs");
        assert!(error.to_string().contains(told), "{error}");
    }
}
