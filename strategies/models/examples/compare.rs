//! Compares models with what other tools answered: `compare DIR...` looks at every `NAME.onnx` in the
//! folders that has a `NAME.csv` as `tests/parity/make.py` writes it, evaluates every row with every
//! kernel, and prints the largest differences: ours from the training library's answers (`lib`), ours
//! from onnxruntime's (`ort`), and these two from each other. A table of the matrix follows.
//!
//! It fails if kernels differ by a bit, or ours is beyond the tolerance from onnxruntime, or from the
//! library while onnxruntime is not.

#[path = "../tests/models/answers.rs"]
mod answers;
#[path = "compare/matrix.rs"]
mod matrix;

use std::path::{Path, PathBuf};

use answers::{Answers, difference};
use gannet_models::{Evaluator, Kernel, Output, TOLERANCE};
use matrix::Matrix;

/// What the comparison of one model found.
struct Finding {
    /// How it is evaluated.
    how: String,
    rows: usize,
    kernels: usize,
    library: Option<f32>,
    runtime: f32,
    /// Between the library and onnxruntime.
    theirs: Option<f32>,
}

fn main() {
    let mut models: Vec<PathBuf> = std::env::args()
        .skip(1)
        .flat_map(|folder| std::fs::read_dir(folder).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "onnx"))
        .collect();
    models.sort();
    let (mut failed, mut matrix) = (0, Matrix::default());
    for path in &models {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        match compare(path) {
            Ok(found) => {
                let far = found.is_too_far();
                failed += usize::from(far);
                println!("{name:44} {found}{}", if far { "  TOO FAR" } else { "" });
                matrix.add(&name, &found);
            }
            Err(error) => {
                failed += 1;
                println!("{name:44} REFUSED {error}");
            }
        }
    }
    println!("models={} failed={failed}\n\n{matrix}", models.len());
    std::process::exit(i32::from(failed > 0));
}

fn compare(path: &Path) -> Result<Finding, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let mut evaluator = Evaluator::from_bytes(&bytes).map_err(|error| error.to_string())?;
    let answers = Answers::read(&path.with_extension("csv"));
    let group = |name: &str| answers.groups.iter().find(|(group, _)| group == name);
    let runtime = &group("ort").ok_or("onnxruntime's answers are missing")?.1;
    let library = group("lib").map(|(_, rows)| rows);
    let mut ours: Vec<Vec<f32>> = Vec::new();
    let mut kernels = 0;
    for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_here()) {
        evaluator.set_kernel(kernel);
        let here: Vec<Vec<f32>> =
            answers.rows.iter().map(|row| predicted(&mut evaluator, row)).collect();
        if kernels > 0 && !same_bits(&ours, &here) {
            return Err(format!("{} answers other bits", kernel.name()));
        }
        ours = here;
        kernels += 1;
    }
    let description = evaluator.describe();
    Ok(Finding {
        how: description.split_once("; ").map_or("network", |(_, trees)| trees).to_owned(),
        rows: answers.rows.len(),
        kernels,
        library: library.map(|library| largest(&ours, library)),
        runtime: largest(&ours, runtime),
        theirs: library.map(|library| largest(runtime, library)),
    })
}

/// The main output for a row; what is not finite is compared, too.
fn predicted(evaluator: &mut Evaluator, row: &[f32]) -> Vec<f32> {
    let _ = evaluator.predict(row);
    match evaluator.output(evaluator.primary()) {
        Output::Numbers(numbers) => numbers.to_vec(),
        Output::Label(label) => panic!("the main output is the label {label}"),
    }
}

fn same_bits(left: &[Vec<f32>], right: &[Vec<f32>]) -> bool {
    let bits = |rows: &[Vec<f32>]| {
        rows.iter().flatten().map(|number| number.to_bits()).collect::<Vec<u32>>()
    };
    bits(left) == bits(right)
}

fn largest(left: &[Vec<f32>], right: &[Vec<f32>]) -> f32 {
    left.iter().zip(right).map(|(left, right)| difference(left, right)).fold(0.0, f32::max)
}

impl Finding {
    fn is_too_far(&self) -> bool {
        let far = |difference: Option<f32>| difference.is_some_and(|it| it > TOLERANCE);
        self.runtime > TOLERANCE || far(self.library) && !far(self.theirs)
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let optional = |number: Option<f32>| number.map_or("-".into(), |it| format!("{it:.1e}"));
        write!(
            out,
            "lib {:8} ort {:8} lib-ort {:8} rows {} kernels {} {}",
            optional(self.library),
            optional(Some(self.runtime)),
            optional(self.theirs),
            self.rows,
            self.kernels,
            self.how
        )
    }
}
