//! A running engine follows the registry: a hot swap and a roll-back by the page, a retirement by the
//! command line, and after a kill it comes back with the models it had.

use std::path::Path;

use gannet_tests::desk::LIVELY;
use gannet_tests::process::Process;
use serde_json::Value;

use super::Scene;
use crate::modes::PATIENCE;
use crate::modes::admin::{ask, status, until};
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
    let journal = scene.folder.join("journal").display().to_string();
    let config = config.display().to_string();
    let arguments = [
        "demo",
        "--config",
        &config,
        "--journal",
        &journal,
        "--admin",
        "127.0.0.1:0",
        "--summary",
        "json",
    ];
    let start = || {
        let mut process = Process::start(Path::new(PROGRAM), &arguments);
        let place = process.wait_for_notice("gannet: http://", PATIENCE);
        let (address, token) = place.split_once("/#token=").expect("an address and a token");
        (process, address.to_owned(), format!("Authorization: Bearer {token}\r\n"))
    };
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
    let ended = process.stop(PATIENCE);
    summary(&ended);
    replay(&journal);
}
