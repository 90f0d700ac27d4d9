//! Tree ensembles: read from `ai.onnx.ml` operators, compiled to evaluators without branches.
//!
//! [`ensemble`] is the one form all operators are read into ([`classic`], [`modern`]), and walking it
//! is the definition of right. [`bitvector`] evaluates trees of up to 64 leaves, [`walk`] larger
//! ones; [`scores`] and [`transform`] make probabilities of what the leaves say.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod bitvector;
mod classic;
mod columns;
mod ensemble;
mod grow;
mod kernel;
mod modern;
mod payload;
mod scores;
#[cfg(test)]
mod tests;
mod transform;
mod walk;

pub(crate) use classic::{classifier, regressor};
use ensemble::{Answer, Tree};
pub(crate) use ensemble::{Ensemble, Test};
pub use kernel::Kernel;
pub(crate) use modern::ensemble as modern;
pub(crate) use transform::{Transform, logistic, probit};

use bitvector::BitVectors;
use scores::{Finish, Score};
use walk::Walk;

use crate::compile::CompileError;
use crate::label::Label;
use crate::onnx::{Tensor, Values};

/// A classifier: an ensemble and the names of its classes.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    pub(crate) ensemble: Ensemble,
    pub(crate) labels: Vec<Label>,
}

/// A compiled ensemble.
#[derive(Clone, Debug)]
pub(crate) struct Trees {
    /// For rows in which nothing is missing: each feature is one column, wherever missing values go.
    evaluator: Evaluator,
    /// For rows in which something is, if missing values of a feature go both ways.
    with_missing: Option<Evaluator>,
    finish: Finish,
    scores: Vec<Score>,
    /// One more than the largest index of a feature.
    width: usize,
    /// How many questions the deepest tree asks; told to people.
    depth: usize,
}

/// The evaluator that fits, by the number of leaves of the largest tree.
#[derive(Clone, Debug)]
enum Evaluator {
    Leaves8(BitVectors<1, 8>),
    Leaves16(BitVectors<2, 16>),
    Leaves32(BitVectors<4, 32>),
    Leaves64(BitVectors<8, 64>),
    Walk(Walk),
}

impl Trees {
    /// Compiles an ensemble.
    ///
    /// # Errors
    /// If it is larger than 16-bit indices allow.
    pub(crate) fn compile(ensemble: &Ensemble) -> Result<Self, CompileError> {
        let (evaluator, with_missing) = if sends_missing_both_ways(ensemble) {
            let mut present = ensemble.clone();
            let trees = present.trees.iter_mut();
            for branch in trees.flat_map(|tree| &mut tree.branches) {
                branch.missing = Answer::No;
            }
            (Evaluator::of(&present)?, Some(Evaluator::of(ensemble)?))
        } else {
            (Evaluator::of(ensemble)?, None)
        };
        Ok(Self {
            evaluator,
            with_missing,
            finish: ensemble.finish.clone(),
            scores: vec![Score::default(); ensemble.targets],
            width: ensemble.features().last().map_or(0, |feature| *feature as usize + 1),
            depth: ensemble.trees.iter().map(Tree::depth).max().unwrap_or(0),
        })
    }

    /// Predicts a row: fills `out`, one number for each target, and returns the winning class.
    ///
    /// Hot: no allocation.
    ///
    /// # Panics
    /// If the row is shorter than [`Self::width`], or `out` not as long as there are targets.
    pub(crate) fn run(&mut self, row: &[f32], out: &mut [f32]) -> usize {
        let scores = &mut self.scores[..];
        let missing = row.iter().fold(false, |missing, value| missing | value.is_nan());
        match &mut self.with_missing {
            Some(evaluator) if missing => evaluator.run(row, scores),
            _ => self.evaluator.run(row, scores),
        }
        self.finish.finish(scores, out)
    }

    /// Returns how long a row must be.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Uses another kernel than the fastest that the machine has.
    ///
    /// # Panics
    /// If the machine does not have it.
    pub(crate) fn set_kernel(&mut self, kernel: Kernel) {
        assert!(kernel.is_here(), "the machine has no {}", kernel.name());
        let with_missing = self.with_missing.iter_mut();
        with_missing.chain([&mut self.evaluator]).for_each(|trees| trees.set_kernel(kernel));
    }

    /// Says how it is evaluated, for people.
    pub(crate) fn describe(&self) -> String {
        let (leaves, bytes) = match &self.evaluator {
            Evaluator::Leaves8(trees) => (8, trees.bytes()),
            Evaluator::Leaves16(trees) => (16, trees.bytes()),
            Evaluator::Leaves32(trees) => (32, trees.bytes()),
            Evaluator::Leaves64(trees) => (64, trees.bytes()),
            Evaluator::Walk(trees) => (0, trees.bytes()),
        };
        let (trees, depth) = (self.finish.tree_count, self.depth);
        match leaves {
            0 => format!("{trees} trees of depth {depth}, walked eight at once, {bytes} bytes"),
            _ => format!(
                "{trees} trees of depth {depth} as bit-vectors of {leaves} leaves, {bytes} bytes"
            ),
        }
    }
}

impl Evaluator {
    fn of(ensemble: &Ensemble) -> Result<Self, CompileError> {
        let bits = match ensemble.leaves_max() {
            0..=8 => BitVectors::of(ensemble).map(Self::Leaves8),
            9..=16 => BitVectors::of(ensemble).map(Self::Leaves16),
            17..=32 => BitVectors::of(ensemble).map(Self::Leaves32),
            33..=64 => BitVectors::of(ensemble).map(Self::Leaves64),
            _ => None,
        };
        match bits {
            Some(bits) => Ok(bits),
            None => Ok(Self::Walk(Walk::of(ensemble).ok_or_else(|| {
                CompileError::unsupported("a tree has a level of more than 65,535 nodes")
            })?)),
        }
    }

    fn run(&mut self, row: &[f32], scores: &mut [Score]) {
        match self {
            Self::Leaves8(trees) => trees.run(row, scores),
            Self::Leaves16(trees) => trees.run(row, scores),
            Self::Leaves32(trees) => trees.run(row, scores),
            Self::Leaves64(trees) => trees.run(row, scores),
            Self::Walk(trees) => trees.run(row, scores),
        }
    }

    fn set_kernel(&mut self, kernel: Kernel) {
        match self {
            Self::Leaves8(trees) => trees.set_kernel(kernel),
            Self::Leaves16(trees) => trees.set_kernel(kernel),
            Self::Leaves32(trees) => trees.set_kernel(kernel),
            Self::Leaves64(trees) => trees.set_kernel(kernel),
            Self::Walk(_) => {}
        }
    }
}

/// Whether missing values of one feature go to the yes side somewhere and to the no side elsewhere.
fn sends_missing_both_ways(ensemble: &Ensemble) -> bool {
    let branches = ensemble.trees.iter().flat_map(|tree| &tree.branches);
    let mut ways: Vec<(u32, Answer)> =
        branches.map(|branch| (branch.feature, branch.missing)).collect();
    ways.sort_unstable();
    ways.dedup();
    ways.windows(2).any(|pair| pair[0].0 == pair[1].0)
}

/// Predicts a row by walking the trees one by one: the definition.
///
/// # Panics
/// If the row is too short or `out` not as long as there are targets.
pub(crate) fn predict_by_definition(ensemble: &Ensemble, row: &[f32], out: &mut [f32]) -> usize {
    let mut scores = vec![Score::default(); ensemble.targets];
    let mut sums = vec![0.0; ensemble.targets];
    let leaves = ensemble.trees.iter().map(|tree| &tree.leaves[tree.leaf(row)]);
    walk::count_one_by_one(leaves, walk::Joining::of(&ensemble.finish), &mut sums, &mut scores);
    ensemble.finish.finish(&mut scores, out)
}

/// Adds eight sums in pairs, rounded once.
fn total([a, b, c, d, e, f, g, h]: [f64; 8]) -> f32 {
    let total = ((a + b) + (c + d)) + ((e + f) + (g + h));
    #[expect(clippy::cast_possible_truncation, reason = "rounded once, at the end")]
    let rounded = total as f32;
    rounded
}

/// The numbers of a tensor attribute.
fn float_tensor(tensor: &Tensor, name: &str) -> Result<Vec<f64>, CompileError> {
    match &tensor.values {
        Values::F32(values) => Ok(values.iter().copied().map(f64::from).collect()),
        Values::F64(values) => Ok(values.clone()),
        Values::I64(_) | Values::Text(_) => {
            Err(CompileError::malformed(format!("{name} are no numbers")))
        }
    }
}
