//! A compiled model, for the tick path.

use crate::label::Label;
use crate::program::{Program, ProgramOutput};
use crate::tree::Kernel;

/// A compiled model: bit-stable, allocation-free, ready to be moved to another thread.
///
/// Results are the same bits on every machine and with every kernel.
#[derive(Clone, Debug)]
pub struct Evaluator {
    pub(crate) program: Program,
    /// Which output [`Self::predict`] returns.
    pub(crate) primary: usize,
    pub(crate) refuses_missing: bool,
}

/// Why a row has no prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PredictError {
    /// The row is not as wide as the model's input: features and model were never compared.
    #[error("a row of {got} features for a model of {expected}")]
    Width {
        /// What the model needs.
        expected: usize,
        /// What was given.
        got: usize,
    },
    /// A feature is missing and the model was trained without missing values: wait for the next row.
    #[error("feature {index} is missing")]
    Missing {
        /// The first feature that is missing.
        index: usize,
    },
    /// The model answered something that is no number: do not trade on it.
    #[error("the model's answer is not finite")]
    NotFinite,
    /// Tract failed on the row.
    #[error("tract could not run the row")]
    Engine,
}

/// What one output holds after a prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Output<'a> {
    /// Numbers: probabilities, values.
    Numbers(&'a [f32]),
    /// The name of the winning class.
    Label(&'a Label),
}

impl Evaluator {
    /// Returns how many features a row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.program.width
    }

    /// Predicts a row and returns the model's main output.
    ///
    /// Hot: no allocation; the time depends on the row only by whether something is missing in it.
    ///
    /// # Errors
    /// If the row does not fit, a feature is missing that must not be, or the answer is not finite.
    pub fn predict(&mut self, row: &[f32]) -> Result<&[f32], PredictError> {
        check(row, self.program.width, self.refuses_missing)?;
        self.program.run(row);
        let answer = self.program.output(&self.program.outputs[self.primary]);
        // A sum is finite only if all its parts are; no branch inside.
        let sum = answer.iter().fold(0.0, |sum, value| sum + value * 0.0);
        if sum == 0.0 { Ok(answer) } else { Err(PredictError::NotFinite) }
    }

    /// Returns what an output of the graph holds after the last prediction.
    ///
    /// # Panics
    /// If the graph has no output of that index.
    #[must_use]
    pub fn output(&self, index: usize) -> Output<'_> {
        let output = &self.program.outputs[index];
        let numbers = self.program.output(output);
        match label(output, numbers) {
            Some(label) => Output::Label(label),
            None => Output::Numbers(numbers),
        }
    }

    /// Returns the index of the main output.
    #[must_use]
    pub fn primary(&self) -> usize {
        self.primary
    }

    /// Returns the instructions that are used.
    #[must_use]
    pub fn kernel(&self) -> Kernel {
        self.program.kernel
    }

    /// Uses other instructions than the fastest that the machine has.
    ///
    /// # Panics
    /// If the machine does not have them.
    pub fn set_kernel(&mut self, kernel: Kernel) {
        self.program.set_kernel(kernel);
    }

    /// Says how the model is evaluated, for people.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut text = format!("{} steps, {}", self.program.steps.len(), self.kernel().name());
        for trees in &self.program.trees {
            text.push_str("; ");
            text.push_str(&trees.describe());
        }
        text
    }
}

/// The name of the class that an output of classes holds.
fn label<'a>(output: &'a ProgramOutput, numbers: &[f32]) -> Option<&'a Label> {
    let labels = output.labels.as_ref()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index written by the program itself"
    )]
    let index = numbers.first().map_or(0, |index| *index as usize);
    labels.get(index)
}

/// Checks a row before it is predicted.
pub(crate) fn check(row: &[f32], width: usize, refuses_missing: bool) -> Result<(), PredictError> {
    if row.len() != width {
        return Err(PredictError::Width { expected: width, got: row.len() });
    }
    if refuses_missing && let Some(index) = row.iter().position(|value| value.is_nan()) {
        return Err(PredictError::Missing { index });
    }
    Ok(())
}
