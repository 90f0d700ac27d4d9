//! A running engine follows the registry: a hot swap and a roll-back by the page, a retirement by the
//! command line, and after a kill it comes back with the models it had.

use std::path::Path;

use gannet_control::registry::Act;
use gannet_tests::desk::LIVELY;
use gannet_tests::process::Process;
use serde_json::Value;

use super::Scene;
use crate::modes::PATIENCE;
use crate::modes::admin::{ask, demo, status, until};
use crate::modes::run::{PROGRAM, replay, summary};

/// The role of a model, by its id, as the engine's journal tells.
fn role(address: &str, status: &Value, id: &str) -> Option<String> {
    let (code, shelves) = ask(address, "GET", "/api/models", "");
    assert_eq!(code, 200, "{shelves}");
    let shelves: Value = serde_json::from_str(&shelves).expect("JSON");
    let shelves = shelves.as_array().expect("a list");
    let shelf = shelves.iter().find(|shelf| shelf["id"] == id).expect("the model");
    let models = status["models"].as_array().expect("a list");
    let seated = models.iter().find(|model| model["model"] == shelf["model"])?;
    Some(seated["role"].as_str().expect("a role").to_owned())
}

#[track_caller]
fn until_role(address: &str, id: &str, expected: Option<&str>) {
    until(address, &format!("{id} is {expected:?}"), |status| {
        role(address, status, id).as_deref() == expected
    });
}

#[test]
fn the_engine_follows_the_registry() {
    let scene = Scene::new("live");
    let config = scene.folder.join("engine.toml");
    let own = scene.overlay("");
    // Keys of one section stand together.
    let lively = LIVELY.replace("[features]\n    set = \"hft64\"", "");
    std::fs::write(&config, format!("{lively}\n{own}")).expect("a configuration");
    let journal = scene.folder.join("journal");
    let start = || demo(&config, &journal);
    let (process, address, operator) = start();
    until_role(&address, "old", Some("champion"));
    until_role(&address, "new", Some("shadow"));
    until(&address, "they predict", |status| {
        let models = status["models"].as_array().expect("a list");
        models.len() == 2 && models.iter().all(|model| model["predictions"].as_u64() > Some(3))
    });

    let (code, body) = ask(&address, "POST", "/api/models/new/promote/better", "");
    assert_eq!(code, 401, "{body}");
    let (code, body) =
        ask(&address, "POST", "/api/models/new/promote/better%20by%201%25", &operator);
    assert_eq!(code, 200, "{body}");
    assert!(body.contains("new: shadow -> champion"), "{body}");
    until_role(&address, "new", Some("champion"));
    until_role(&address, "old", Some("shadow"));
    let (code, body) = ask(&address, "POST", "/api/models/rollback/drifts", &operator);
    assert_eq!(code, 200, "{body}");
    until_role(&address, "old", Some("champion"));
    let (code, body) = ask(&address, "POST", "/api/models/old/retire/no", &operator);
    assert_eq!(code, 409, "{body}");
    assert!(body.contains("roll it back or promote another one first"), "{body}");
    let (code, body) = ask(&address, "POST", "/api/models/new/challenge/try", &operator);
    assert_eq!(code, 200, "{body}");
    until_role(&address, "new", Some("challenger"));

    // A killed engine has the models of its journal again, before it looks at the registry.
    let _ = process.kill();
    let (process, address, _) = start();
    until_role(&address, "old", Some("champion"));
    until_role(&address, "new", Some("challenger"));
    let retire = ["model", "retire", "new", "--reason", "loses", "--models"];
    let registry = scene.shelf.path().display().to_string();
    let mut retired = Process::start(Path::new(PROGRAM), &[&retire[..], &[&registry]].concat());
    retired.wait_for("new: challenger -> ", PATIENCE);
    until_role(&address, "new", None);
    assert_eq!(role(&address, &status(&address), "old").as_deref(), Some("champion"));

    // A champion that cannot be loaded is told of, and the one before goes on leading.
    let onnx = scene.shelf.path().join("third/model.onnx");
    let bytes = std::fs::read(&onnx).expect("a model");
    std::fs::write(&onnx, &bytes[..bytes.len() / 2]).expect("cut short");
    scene.change(Act::Promote, "third");
    scene.change(Act::Promote, "third");
    until(&address, "the trouble is told", |_| {
        let (_, shelves) = ask(&address, "GET", "/api/models", "");
        let shelves: Value = serde_json::from_str(&shelves).expect("JSON");
        let shelves = shelves.as_array().expect("a list").iter();
        shelves.filter(|shelf| shelf["id"] == "third").any(|shelf| shelf["trouble"].is_string())
    });
    // Its role is that of its newest prediction.
    let predictions =
        |status: &Value| status["models"][0]["predictions"].as_u64().expect("a count");
    let before = predictions(&status(&address));
    until(&address, "it goes on predicting", |status| predictions(status) > before + 5);
    assert_eq!(role(&address, &status(&address), "old").as_deref(), Some("champion"));
    let ended = process.stop(PATIENCE);
    summary(&ended);
    replay(&journal.display().to_string());
}
