//! Times one prediction of our evaluators beside other inference libraries, for the same models.
//!
//! `models DIR [SECONDS [CORE]]`: DIR is what `make.py` wrote; each model is measured for so many
//! seconds (by default 10) on one core (by default 1). ONNXRUNTIME names libonnxruntime.so; without
//! it there is no such row. One row of features at a time, in another order in every round.
//!
//! Ends with 1 if an engine answers something else than ours, or is faster.

mod answers;
mod engines;
mod measure;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use answers::Answers;
use engines::{Engine, Runtime};

/// The models, and what they are.
const MODELS: [(&str, &str); 4] = [
    ("lightgbm", "LightGBM, 200 trees of 31 leaves"),
    ("xgboost", "XGBoost, 200 trees of depth 5"),
    ("forest", "random forest, 100 trees of depth 8"),
    ("mlp", "MLP 32-64-32-2"),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: models DIR [SECONDS [CORE]]");
        return ExitCode::from(2);
    };
    let mut next = |default| arguments.next().map_or(Ok(default), |text| text.parse::<u64>());
    let (Ok(seconds), Ok(core)) = (next(10), next(1)) else {
        eprintln!("usage: models DIR [SECONDS [CORE]]");
        return ExitCode::from(2);
    };
    let core = usize::try_from(core).expect("a core's number is small");
    let pinned = core_affinity::set_for_current(core_affinity::CoreId { id: core });
    println!("core {core}{}", if pinned { "" } else { " (not pinned)" });
    let runtime = match std::env::var_os("ONNXRUNTIME").map(|path| Runtime::load(Path::new(&path)))
    {
        Some(Ok(runtime)) => Some(runtime),
        Some(Err(error)) => {
            println!("onnxruntime: skipped, {error}");
            None
        }
        None => {
            println!("onnxruntime: skipped, ONNXRUNTIME is not set");
            None
        }
    };
    let rows = read_rows(&Path::new(&folder).join("rows.csv"));
    let mut failed = false;
    for (name, what) in MODELS {
        println!("\n{what}, {} rows (ns a prediction)", rows.len());
        let mut engines = engines::all(Path::new(&folder), name, runtime.as_ref());
        failed |= !one_model(&mut engines, &rows, Duration::from_secs(seconds));
    }
    ExitCode::from(u8::from(failed))
}

/// Measures one model and prints its table; returns whether all is as it should be. The first engine
/// is ours, and the others are compared with it.
fn one_model(engines: &mut [Box<dyn Engine>], rows: &[Vec<f32>], time: Duration) -> bool {
    let answers: Vec<Answers> =
        engines.iter_mut().map(|engine| Answers::of(engine.as_mut(), rows)).collect();
    let figures = measure::measure(engines, rows, time);
    println!(
        "  {:32}{:>10}{:>10}{:>10}{:>10}{:>9}{:>9}  {:16}  differs",
        "engine", "p50", "p99", "p99.9", "calls", "p99/p50", "x ours", "digest"
    );
    let ours = figures[0].p50 as f64;
    let mut good = true;
    for (engine, (figures, given)) in engines.iter().zip(figures.iter().zip(&answers)) {
        let differs = given.difference(&answers[0]);
        println!(
            "  {:32}{:>10}{:>10}{:>10}{:>10}{:>9.2}{:>9.2}  {:016x}  {differs:.0e}",
            engine.name(),
            figures.p50,
            figures.p99,
            figures.p999,
            figures.count,
            figures.p99 as f64 / figures.p50 as f64,
            figures.p50 as f64 / ours,
            given.digest,
        );
        good &= differs <= 1e-5 && (engine.is_ours() || figures.p50 as f64 > ours);
    }
    good
}

fn read_rows(path: &Path) -> Vec<Vec<f32>> {
    let text = std::fs::read_to_string(path).expect("rows.csv, as make.py writes it");
    let number = |cell: &str| cell.parse().expect("a number");
    text.lines().map(|line| line.split(',').map(number).collect()).collect()
}
