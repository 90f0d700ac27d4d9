//! Compares models with what other tools answered: `compare DIR` looks at every `NAME.onnx` in a
//! folder that has a `NAME.csv` as `tests/parity/make.py` writes it, and prints the largest
//! differences. It fails if one is above the tolerance.

#[path = "../tests/models/answers.rs"]
mod answers;

use std::path::{Path, PathBuf};

use answers::{Answers, difference};
use gannet_models::{Engine, Model, Output, TOLERANCE};

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder"));
    let mut models: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "onnx"))
        .collect();
    models.sort();
    let mut failed = 0;
    for path in &models {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        match compare(path) {
            Ok((text, worst)) => {
                let far = worst > TOLERANCE;
                failed += usize::from(far);
                println!("{name:44} {text}{}", if far { "  TOO FAR" } else { "" });
            }
            Err(error) => {
                failed += 1;
                println!("{name:44} REFUSED {error}");
            }
        }
    }
    println!("models={} failed={failed}", models.len());
    std::process::exit(i32::from(failed > 0));
}

fn compare(path: &Path) -> Result<(String, f32), String> {
    let mut model = Model::load(path).map_err(|error| error.to_string())?;
    let answers = Answers::read(&path.with_extension("csv"));
    let mut text = match model.set_engine(Engine::Compiled) {
        Ok(()) => String::from("compiled"),
        Err(reason) => format!("NOT COMPILED ({reason})"),
    };
    let mut worst = 0.0;
    for (group, expected) in &answers.groups {
        let mut largest = 0.0_f32;
        for (row, expected) in answers.rows.iter().zip(expected) {
            // An answer that is no number is compared, too.
            let _ = model.predict(row);
            let Some(Output::Numbers(ours)) = model.output(model.primary()) else {
                panic!("numbers")
            };
            largest = largest.max(difference(ours, expected));
        }
        text.push_str(&format!("  {group} {largest:.1e}"));
        if group == "ort" {
            worst = largest;
        }
    }
    match &model.parity().tract {
        Ok(difference) => text.push_str(&format!("  tract {difference:.1e}")),
        Err(reason) => {
            text.push_str(&format!("  no tract ({})", reason.lines().next().unwrap_or("")))
        }
    }
    Ok((text, worst))
}
