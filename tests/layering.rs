//! Crates are layers: an arrow may only point to a strictly lower one.

use gannet_tests::tree;

/// Every crate, which layer it is in, and which of ours it may use. Data, so that a new arrow is
/// a change somebody reviews.
const LAYERS: &[(u8, &str, &str, &[&str])] = &[
    (0, "engine/types", "gannet-types", &[]),
    (0, "fix", "gannet-fix", &[]),
    (1, "engine/runtime", "gannet-runtime", &["gannet-types"]),
    (1, "engine/net", "gannet-net", &["gannet-types"]),
    (1, "engine/journal", "gannet-journal", &["gannet-types"]),
    (1, "engine/pipeline", "gannet-pipeline", &["gannet-types"]),
    (1, "strategies/features", "gannet-features", &["gannet-types"]),
    (1, "strategies/models", "gannet-models", &["gannet-types"]),
    (2, "feeds", "gannet-feeds", &["gannet-types", "gannet-net", "gannet-fix"]),
    (
        2,
        "strategies/signals",
        "gannet-signals",
        &["gannet-types", "gannet-pipeline", "gannet-features", "gannet-models"],
    ),
    (2, "engine/gateways", "gannet-gateways", &["gannet-types", "gannet-net", "gannet-fix"]),
    (2, "engine/sim", "gannet-sim", &["gannet-types", "gannet-pipeline"]),
    (2, "engine/control", "gannet-control", &["gannet-types", "gannet-journal", "gannet-runtime"]),
    (
        3,
        "engine/app",
        "gannet-app",
        &[
            "gannet-types",
            "gannet-fix",
            "gannet-runtime",
            "gannet-net",
            "gannet-journal",
            "gannet-pipeline",
            "gannet-features",
            "gannet-models",
            "gannet-feeds",
            "gannet-signals",
            "gannet-gateways",
            "gannet-sim",
            "gannet-control",
        ],
    ),
];

fn manifest(folder: &str) -> toml::Table {
    tree::read(format!("{folder}/Cargo.toml").as_ref()).parse().expect("a manifest")
}

fn our_dependencies(manifest: &toml::Table) -> Vec<String> {
    manifest
        .get("dependencies")
        .and_then(toml::Value::as_table)
        .into_iter()
        .flat_map(toml::Table::keys)
        .filter(|name| name.starts_with("gannet-"))
        .cloned()
        .collect()
}

#[test]
fn every_arrow_is_in_the_table_and_points_down() {
    for (layer, folder, name, allowed) in LAYERS {
        let manifest = manifest(folder);
        assert_eq!(manifest["package"]["name"].as_str(), Some(*name), "{folder}");
        for dependency in our_dependencies(&manifest) {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} uses {dependency}, which the table does not allow"
            );
            let below = LAYERS
                .iter()
                .find(|(_, _, other, _)| *other == dependency)
                .map_or_else(|| panic!("{dependency} is in no layer"), |entry| entry.0);
            assert!(below < *layer, "{name} in layer {layer} uses {dependency} in layer {below}");
        }
    }
}

#[test]
fn every_member_has_a_layer() {
    let workspace: toml::Table = tree::read("Cargo.toml".as_ref()).parse().expect("a manifest");
    let members = workspace["workspace"]["members"].as_array().expect("members");
    for member in members.iter().filter_map(toml::Value::as_str) {
        let outside = ["bench", "tests", "tests/faults", "tests/xtask"].contains(&member);
        let inside = LAYERS.iter().any(|(_, folder, _, _)| *folder == member);
        assert!(outside != inside, "{member} must stand in exactly one of the lists");
    }
}

/// What a crate may not even know of: (crate, external crates it must not depend on).
const ABSENT: &[(&str, &[&str])] = &[
    ("engine/types", &["serde", "tokio", "mio", "memmap2"]),
    ("engine/pipeline", &["serde", "tokio", "mio", "memmap2", "quanta", "rustix"]),
    ("engine/sim", &["tokio", "mio", "quanta", "rustix"]),
    ("engine/net", &["tokio", "serde"]),
    ("engine/gateways", &["tokio", "mio"]),
    ("feeds", &["tokio", "mio"]),
];

#[test]
fn absences_hold() {
    for (folder, absent) in ABSENT {
        let manifest = manifest(folder);
        let names: Vec<&String> = manifest
            .get("dependencies")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flat_map(toml::Table::keys)
            .collect();
        for name in *absent {
            assert!(!names.iter().any(|other| other == name), "{folder} must not use {name}");
        }
    }
}
