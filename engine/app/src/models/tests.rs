//! The commands on a small model: columns, engines, refusals by place, descriptions and times.

use std::path::{Path, PathBuf};

use gannet_models::HAS_TRACT;

use super::args::{BenchArgs, EngineArg, ModelFile, PredictArgs, VerifyArgs};
use super::{bench, info, load, predict, verify};

/// A model of the crate that evaluates them, two classes on five features.
fn model() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../strategies/models/tests/data/lightgbm_binary.onnx")
}

fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("gannet-model-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

fn predicted(rows: &str, engine: Option<EngineArg>, name: &str) -> anyhow::Result<String> {
    let folder = scratch(name);
    let (input, output) = (folder.join("in.csv"), folder.join("out.csv"));
    std::fs::write(&input, rows).expect("written");
    let model = ModelFile { file: model() };
    let args = PredictArgs { model, input, output: output.clone(), engine };
    let told = predict::predict(&args);
    let written = std::fs::read_to_string(&output).unwrap_or_default();
    std::fs::remove_dir_all(&folder).expect("removed");
    told.map(|told| told + &written)
}

#[test]
fn predictions_have_a_column_for_each_output_value_probabilities_last() {
    let rows = "time,a,b,c,d,e\n1,0,0,0,0,0\n2,1,2,-1,,0.5\n";
    let text = predicted(rows, None, "both").expect("predicted");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "rows=2 without_prediction=0 engine=compiled");
    assert_eq!(lines[1], "label,probabilities_0,probabilities_1");
    for line in &lines[2..] {
        let fields: Vec<f32> = line.split(',').map(|it| it.parse().expect("a number")).collect();
        assert!((fields[1] + fields[2] - 1.0).abs() < 1e-6);
        assert_eq!(fields[0] == 1.0, fields[2] > fields[1], "the label is the likelier class");
    }
    assert_eq!(lines.len(), 4);
}

#[test]
fn both_engines_predict_the_same() {
    let rows = "a,b,c,d,e\n0.3,-1,0.5,1,0\n";
    let numbers = |engine, name| {
        let text = predicted(rows, Some(engine), name).expect("predicted");
        let line = text.lines().nth(2).expect("a row").to_owned();
        line.split(',').map(|it| it.parse().expect("a number")).collect::<Vec<f32>>()
    };
    if !HAS_TRACT {
        let refused = predicted(rows, Some(EngineArg::Tract), "t").expect_err("no tract");
        assert!(refused.to_string().contains("build with --features tract"), "{refused}");
        return;
    }
    let (ours, tracts) = (numbers(EngineArg::Compiled, "c"), numbers(EngineArg::Tract, "t"));
    // Not the label: tract 0.23 names the less likely of two classes here.
    let near =
        ours[1..].iter().zip(&tracts[1..]).all(|(ours, theirs)| (ours - theirs).abs() < 1e-5);
    assert!(near && ours.len() == tracts.len(), "{ours:?} {tracts:?}");
}

#[test]
fn rows_that_do_not_fit_are_refused_by_place() {
    let error = |rows, name| format!("{:#}", predicted(rows, None, name).expect_err("refused"));
    assert!(error("a,b\n1,2\n", "few").contains("2 columns of features, the model needs 5"));
    let text = error("a,b,c,d,e\n1,2,3,4,x\n", "word");
    assert!(text.contains(":2: column \"e\": \"x\" is not a number"), "{text}");
}

#[test]
fn a_model_is_described_verified_and_timed() {
    let text = info::describe(&load(&model()).expect("loaded"));
    let tract = if HAS_TRACT { "tract: differs" } else { "tract: not compared" };
    for part in ["input: 5 features", "bit-vectors of 16 leaves", "manifest: none", tract] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    let file = || ModelFile { file: model() };
    let text = verify(&VerifyArgs { model: file(), set: None }).expect("verified");
    assert!(text.ends_with("schema: not compared, there is no manifest\nverified\n"), "{text}");
    assert!(verify(&VerifyArgs { model: file(), set: Some("at22".into()) }).is_err());
    let timed = bench::bench(&BenchArgs { model: file(), rows: None, count: 100 }).expect("timed");
    let tract = if HAS_TRACT { "tract: rows=1 " } else { "tract: no: " };
    assert!(timed.contains("compiled: rows=100 p50=") && timed.contains(tract), "{timed}");
}
