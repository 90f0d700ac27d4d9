//! What a model is, for people.

use std::fmt::Write as _;

use gannet_models::{Engine, Manifest, Model};

/// Describes a model.
pub(super) fn describe(model: &Model) -> String {
    let mut text = String::new();
    let operators: Vec<String> =
        model.operators().iter().map(|(name, count)| format!("{count} {name}")).collect();
    line(&mut text, "onnx", format_args!("{} by {}", model.onnx_blake3(), model.producer()));
    line(&mut text, "operators", format_args!("{}", operators.join(", ")));
    line(&mut text, "input", format_args!("{} features", model.width()));
    line(&mut text, "outputs", format_args!("{}", model.outputs().join(", ")));
    match model.evaluator() {
        Ok(evaluator) => line(&mut text, "compiled", format_args!("{}", evaluator.describe())),
        Err(reason) => line(&mut text, "compiled", format_args!("no: {reason}")),
    }
    let place = match model.engine() {
        Engine::Compiled => "in the pipeline",
        Engine::Tract => "on the inference thread",
    };
    line(&mut text, "runs", format_args!("{} ({place})", model.engine().name()));
    text.push_str(&parity(model));
    match model.manifest() {
        Some(manifest) => of_manifest(&mut text, manifest),
        None => line(&mut text, "manifest", format_args!("none")),
    }
    text
}

/// Says how far the opinions about a model are apart.
pub(super) fn parity(model: &Model) -> String {
    let parity = model.parity();
    let mut text = String::new();
    if let Some(difference) = parity.definition {
        line(&mut text, "walk", format_args!("differs by at most {difference:.1e}"));
    }
    match &parity.tract {
        Ok(difference) => {
            line(&mut text, "tract", format_args!("differs by at most {difference:.1e}"));
        }
        Err(reason) => {
            let reason = reason.lines().next().unwrap_or("");
            line(&mut text, "tract", format_args!("not compared: {reason}"));
        }
    }
    if let Some(difference) = parity.vectors {
        line(&mut text, "vectors", format_args!("differ by at most {difference:.1e}"));
    }
    text
}

fn of_manifest(text: &mut String, manifest: &Manifest) {
    let Manifest { features, label, training, .. } = manifest;
    line(text, "id", format_args!("{} ({})", manifest.id, manifest.family.name()));
    let set = &features.set;
    line(
        text,
        "features",
        format_args!("{} of {set}, schema {}", features.count, features.schema_hash),
    );
    line(text, "label", format_args!("{}, {} bars ahead", label.definition, label.horizon_bars));
    line(
        text,
        "training",
        format_args!("{} rows, {} to {}", training.rows, training.from, training.until),
    );
    line(text, "data", format_args!("{}, seed {}", training.data_blake3, manifest.seed));
    for (name, value) in &manifest.metrics {
        line(text, name, format_args!("{value}"));
    }
    for (name, version) in &training.tools {
        line(text, name, format_args!("{version}"));
    }
}

fn line(text: &mut String, name: &str, value: std::fmt::Arguments<'_>) {
    writeln!(text, "{name}: {value}").expect("a string takes everything");
}
