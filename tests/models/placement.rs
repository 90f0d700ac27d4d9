//! Where a model is asked does not change what it says; what it may do does not go further than its
//! mode; and the journal needs no registry.

use std::collections::BTreeMap;
use std::path::Path;

use gannet_app::features::FeatureSet;
use gannet_app::models::arsenal::hash_of;
use gannet_app::offline::replay::replay;
use gannet_app::recovery;
use gannet_control::registry::Act;
use gannet_types::{InstrumentId, ModelHash, ModelRole, Nanos, Prediction, Side, Signal};

use super::{Scene, told};

fn hash(scene: &Scene, id: &str) -> ModelHash {
    hash_of(&std::fs::read(scene.shelf.path().join(id).join("model.onnx")).expect("a model"))
}

/// What each model said about each frame.
fn answers(predictions: &[Prediction]) -> BTreeMap<(ModelHash, InstrumentId, u32), Prediction> {
    predictions
        .iter()
        .map(|it| ((it.report.model, it.report.instrument, it.report.frame), *it))
        .collect()
}

#[test]
fn champion_and_shadow_see_the_same_frames_and_only_one_leads() {
    let scene = Scene::new("frames");
    let (journal, tested) = scene.run(scene.config(""), "journal");
    let (predictions, _) = told(&journal);
    assert_eq!(predictions.len() as u64, tested.pipeline.predictions);
    let of = |id| {
        let model = hash(&scene, id);
        predictions.iter().filter(move |it| it.report.model == model)
    };
    let frames = |id| of(id).map(|it| it.report.frame).collect::<Vec<_>>();
    assert!(frames("old").len() > 150, "{}", frames("old").len());
    assert_eq!(frames("old"), frames("new"));
    assert!(frames("third").is_empty());
    assert!(of("old").all(|it| it.leads && it.role == ModelRole::Champion));
    assert!(of("new").all(|it| !it.leads && it.role == ModelRole::Shadow));
}

#[test]
fn the_inference_thread_says_what_the_pipeline_says() {
    let scene = Scene::new("placement");
    let (inside, _) = scene.run(scene.config("mode = 'lead'"), "inside");
    let (outside, tested) =
        scene.run(scene.config("mode = 'lead'\nplacement = 'inference'"), "outside");
    let (near, far) = (told(&inside), told(&outside));
    assert!(near.0.len() > 300);
    assert_eq!(answers(&near.0), answers(&far.0));
    assert_eq!(near.1, far.1, "the same signals");
    assert_eq!(tested.pipeline.predictions_stale, 0);
    for journal in [inside, outside] {
        let replayed = replay(&journal).expect("a journal");
        assert!(replayed.difference.is_none(), "{:?}", replayed.difference);
    }
}

#[test]
fn the_journal_needs_no_registry() {
    let scene = Scene::new("copies");
    let (journal, _) = scene.run(scene.config(""), "journal");
    std::fs::remove_dir_all(scene.shelf.path().join("old")).expect("removed");
    std::fs::remove_file(scene.shelf.path().join("registry.jsonl")).expect("removed");
    let replayed = replay(&journal).expect("a journal");
    assert!(replayed.difference.is_none(), "{:?}", replayed.difference);
    // The engine comes back with the models it had, and writes on.
    let mut config = scene.config("");
    config.journal.directory.clone_from(&journal);
    let later = Nanos(3_000_000_000_000_000_000);
    let opened = recovery::open(&config, later).expect("recovery");
    let mut roles: Vec<_> = opened.engine.pipeline().strategy().models().roles().collect();
    roles.sort_by_key(|(model, _)| *model);
    let mut expected = vec![(hash(&scene, "new"), ModelRole::Shadow)];
    let old = champion(&journal);
    expected.push((old, ModelRole::Champion));
    expected.sort_by_key(|(model, _)| *model);
    assert_eq!(roles, expected);
    drop(opened);
    // Without its copy it does not, and says which model is missing and where it belongs.
    let copy = journal.join("models").join(format!("{old}.onnx"));
    std::fs::remove_file(&copy).expect("a copy");
    let difference = replay(&journal).expect("a journal").difference.expect("a difference");
    assert!(difference.decided.contains(&copy.display().to_string()), "{difference:?}");
    let error = recovery::open(&config, later).err().expect("refused");
    assert!(format!("{error:#}").contains(&old.to_string()), "{error:#}");
}

fn champion(journal: &Path) -> ModelHash {
    let (predictions, _) = told(journal);
    predictions.iter().find(|it| it.leads).expect("a champion").report.model
}

#[test]
fn a_boost_changes_confidence_and_nothing_else() {
    let scene = Scene::new("boost");
    let (journal, _) = scene.run(scene.config("boost_percent = [0, 1000]"), "boosted");
    let mut plain = scene.config("");
    plain.models.directory = None;
    let (without, _) = scene.run(plain, "plain");
    let (boosted, plain) = (told(&journal).1, told(&without).1);
    assert!(plain.len() > 20, "{}", plain.len());
    let but_confidence = |signals: &[Signal]| {
        let forget = |signal: &Signal| Signal { confidence: 0, ..*signal };
        signals.iter().map(forget).collect::<Vec<_>>()
    };
    assert_eq!(but_confidence(&boosted), but_confidence(&plain));
    assert_ne!(boosted, plain);
}

#[test]
fn a_leader_is_followed() {
    let scene = Scene::new("lead");
    let (journal, _) = scene.run(scene.config("mode = 'lead'\nconfidence_min = 10"), "journal");
    let (predictions, signals) = told(&journal);
    let leans: Vec<i16> = predictions.iter().filter(|it| it.leads).map(|it| it.lean.0).collect();
    let sides = |side| signals.iter().filter(|signal| signal.side == side).count();
    assert!(leans.iter().any(|lean| *lean >= 1_000) || leans.iter().any(|lean| *lean <= -1_000));
    if leans.iter().all(|lean| *lean < 1_000) {
        assert_eq!(sides(Side::Buy), 0);
    }
    assert!(!signals.is_empty());
    assert!(signals.iter().all(|signal| signal.reason.to_string() == "the model leads"));
}

#[test]
fn challengers_take_turns_with_the_champion() {
    let scene = Scene::new("turns");
    scene.change(Act::Challenge, "new");
    let keys = "experiment = 'turns'\nexperiment_bucket_ms = 1000\nexperiment_share_percent = 50";
    let (journal, _) = scene.run(scene.config(keys), "journal");
    let (predictions, _) = told(&journal);
    let mut led = BTreeMap::new();
    let mut frames = BTreeMap::<u32, usize>::new();
    for prediction in &predictions {
        if prediction.leads {
            *led.entry(prediction.role == ModelRole::Challenger).or_insert(0) += 1;
            *frames.entry(prediction.report.frame).or_default() += 1;
        }
    }
    assert!(frames.values().all(|leaders| *leaders == 1), "one leads");
    assert!(led[&true] > 30 && led[&false] > 30, "both lead at times: {led:?}");
    let replayed = replay(&journal).expect("a journal");
    assert!(replayed.difference.is_none(), "{:?}", replayed.difference);
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_trades() {
    let scene = Scene::new("refused");
    let refused = |config, journal| scene.try_run(config, journal).map(drop).expect_err("refused");
    let mut other = scene.config("");
    other.features = FeatureSet::load("at22").expect("a set");
    let told = refused(other, "other");
    assert!(told.contains("model") && told.contains("momentum_1"), "{told}");
    let onnx = scene.shelf.path().join("old/model.onnx");
    let bytes = std::fs::read(&onnx).expect("a model");
    std::fs::write(&onnx, &bytes[..bytes.len() / 2]).expect("cut short");
    let told = refused(scene.config(""), "short");
    assert!(told.contains("old"), "{told}");
    let kept = std::fs::read_dir(scene.folder.join("short/models")).expect("a folder");
    assert_eq!(kept.count(), 0, "nothing is kept of it");
}
