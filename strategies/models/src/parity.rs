//! Does the compiled model answer what it should? Checked whenever a model is loaded.
//!
//! Four opinions: the definition of a tree ensemble (a plain walk), every vector kernel of the
//! machine, tract, and the manifest's test vectors. The rows are the vectors' and generated ones:
//! thresholds of the trees themselves, their neighbours, and numbers around zero.

use crate::compile::Compiled;
use crate::evaluator::Evaluator;
use crate::general::{Answer, General};
use crate::tree::{Ensemble, Kernel, Test, predict_by_definition};

/// How far two opinions may be apart: absolutely up to 1, relatively above.
pub const TOLERANCE: f32 = 1e-5;

/// Rows that are generated for the definition and the kernels.
const ROWS: usize = 256;

/// Rows that tract runs: it needs milliseconds for each.
const ROWS_FOR_TRACT: usize = 16;

/// The largest differences that were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Parity {
    /// Against walking the trees one by one; `None` if there are no trees.
    pub definition: Option<f32>,
    /// Against tract, or why there is no comparison.
    pub tract: Result<f32, String>,
    /// Against the manifest's vectors, if there is a manifest.
    pub vectors: Option<f32>,
}

/// Two opinions that differ.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{by} answers {theirs:?} where {whose} answers {ours:?} (row {row})")]
pub struct Disparity {
    /// Who answers.
    pub by: String,
    /// What it answers.
    pub theirs: Vec<f32>,
    /// Whom it is compared with.
    pub whose: String,
    /// What that answers.
    pub ours: Vec<f32>,
    /// Which row.
    pub row: usize,
}

/// Compares trees with their definition and all kernels with each other.
///
/// # Errors
/// If a kernel gives other bits than the scalar code, or that another result than the definition.
pub(crate) fn with_definition(compiled: &Compiled) -> Result<Option<f32>, Disparity> {
    let mut largest = None;
    for (ensemble, trees) in compiled.ensembles.iter().zip(&compiled.program.trees) {
        let mut kernels = Vec::new();
        for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_here()) {
            let mut trees = trees.clone();
            trees.set_kernel(kernel);
            kernels.push((kernel, trees));
        }
        let mut rows = Rows::of(&[ensemble], trees.width(), true);
        let (mut defined, mut scalar) = (vec![0.0; ensemble.targets], vec![0.0; ensemble.targets]);
        let mut answer = scalar.clone();
        for row in 0..ROWS {
            let input = rows.next_row();
            predict_by_definition(ensemble, &input, &mut defined);
            // The scalar kernel is the last.
            for (kernel, trees) in kernels.iter_mut().rev() {
                trees.run(&input, &mut answer);
                let disparity = |whose: &str, ours: &[f32]| Disparity {
                    by: format!("the {} kernel", kernel.name()),
                    theirs: answer.clone(),
                    whose: whose.to_owned(),
                    ours: ours.to_vec(),
                    row,
                };
                if *kernel == Kernel::Scalar {
                    scalar.copy_from_slice(&answer);
                    let difference = difference(&answer, &defined);
                    if difference > TOLERANCE {
                        return Err(disparity("a plain walk", &defined));
                    }
                    largest = Some(f32::max(difference, largest.unwrap_or(0.0)));
                } else if !same_bits(&answer, &scalar) {
                    return Err(disparity("the scalar kernel", &scalar));
                }
            }
        }
    }
    Ok(largest)
}

/// Compares the compiled model with tract on generated rows without missing values.
///
/// # Errors
/// If they differ.
pub(crate) fn with_tract(
    evaluator: &mut Evaluator,
    ensembles: &[Ensemble],
    general: &mut General,
) -> Result<Result<f32, String>, Disparity> {
    let ensembles: Vec<&Ensemble> = ensembles.iter().collect();
    let mut rows = Rows::of(&ensembles, evaluator.width(), false);
    let mut largest = 0.0;
    for row in 0..ROWS_FOR_TRACT {
        let input = rows.next_row();
        evaluator.program.run(&input);
        let ours = evaluator.program.output(&evaluator.program.outputs[evaluator.primary]);
        let theirs = match general.run(&input) {
            Ok(outputs) => match outputs.get(evaluator.primary) {
                Some(Answer::Numbers(numbers)) => numbers,
                _ => return Ok(Err("the output is no tensor of numbers there".into())),
            },
            Err(error) => return Ok(Err(error)),
        };
        let difference = difference(ours, theirs);
        if difference > TOLERANCE {
            return Err(Disparity {
                by: "tract".into(),
                theirs: theirs.clone(),
                whose: "the compiled model".into(),
                ours: ours.to_vec(),
                row,
            });
        }
        largest = f32::max(largest, difference);
    }
    Ok(Ok(largest))
}

/// The largest difference between two answers, as the tolerance counts; infinite if they cannot be
/// compared. Two that are both missing, or the same infinity, are equal.
pub(crate) fn difference(ours: &[f32], theirs: &[f32]) -> f32 {
    if ours.len() != theirs.len() {
        return f32::INFINITY;
    }
    let one = |(ours, theirs): (&f32, &f32)| {
        if ours == theirs || (ours.is_nan() && theirs.is_nan()) {
            return 0.0;
        }
        let difference = (ours - theirs).abs() / theirs.abs().max(1.0);
        if difference.is_nan() { f32::INFINITY } else { difference }
    };
    ours.iter().zip(theirs).map(one).fold(0.0, f32::max)
}

fn same_bits(left: &[f32], right: &[f32]) -> bool {
    left.iter().map(|value| value.to_bits()).eq(right.iter().map(|value| value.to_bits()))
}

/// A sequence of rows, the same every time.
pub(crate) struct Rows {
    /// Values worth trying, for each feature.
    worth: Vec<Vec<f32>>,
    missing: bool,
    state: u64,
}

impl Rows {
    /// Rows of a width that hit the thresholds of some ensembles.
    pub(crate) fn of(ensembles: &[&Ensemble], width: usize, missing: bool) -> Self {
        let mut worth = vec![Vec::new(); width];
        let trees = ensembles.iter().flat_map(|ensemble| &ensemble.trees);
        for branch in trees.flat_map(|tree| &tree.branches) {
            let Some(worth) = worth.get_mut(branch.feature as usize) else { continue };
            match &branch.test {
                Test::AtMost(threshold) => worth.push(*threshold),
                Test::OneOf(members) => worth.extend_from_slice(members),
            }
        }
        Self { worth, missing, state: 0x9e37_79b9_7f4a_7c15 }
    }

    /// Returns the next row.
    pub(crate) fn next_row(&mut self) -> Vec<f32> {
        (0..self.worth.len()).map(|feature| self.next_value(feature)).collect()
    }

    fn next_value(&mut self, feature: usize) -> f32 {
        let dice = self.next_random(16);
        let count = self.worth[feature].len();
        if dice == 0 && self.missing {
            return f32::NAN;
        }
        if count == 0 || dice < 6 {
            let number = |random: usize| i16::try_from(random).map_or(0.0, f32::from);
            return (number(self.next_random(4096)) - 2048.0) / 1024.0;
        }
        let chosen = self.next_random(count);
        let threshold = self.worth[feature][chosen];
        match dice % 3 {
            0 => threshold,
            1 => threshold.next_up(),
            _ => threshold.next_down(),
        }
    }

    /// A number below a bound (Marsaglia's xorshift).
    fn next_random(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let bound = u64::try_from(bound.max(1)).expect("a count fits 64 bits");
        usize::try_from((self.state >> 16) % bound).expect("below a count")
    }
}

/// Rows of a width around zero, the same every time, for measurements.
#[must_use]
pub fn generated_rows(width: usize, count: usize) -> Vec<Vec<f32>> {
    let mut rows = Rows::of(&[], width, false);
    (0..count).map(|_| rows.next_row()).collect()
}
