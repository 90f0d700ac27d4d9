//! A compiled graph: a list of steps over one buffer of 32-bit floats.
//!
//! Each step reads constants and what steps before it wrote, and writes behind that, so a run is one
//! pass from front to back. The shapes were settled when the graph was compiled, for one row.
//!
//! Hot: called per prediction. No allocation, no lock, and no branch depends on the row. The loops
//! are plain code that the compiler turns into vector instructions, once for AVX2 and once for any
//! machine; nothing is fused or reordered, so both give the same bits.

mod aligned;
mod elementwise;
mod linear;
mod rows;

pub(crate) use aligned::Aligned;
pub(crate) use elementwise::{Function, Operation};
pub(crate) use linear::{PANEL, pack};
pub(crate) use rows::{Extent, Reduction};

use std::sync::Arc;

use crate::label::Label;
use crate::tree::{Kernel, Trees};

/// A place that holds numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Index of the first in the constants.
    Constant(usize),
    /// Index of the first in the buffer.
    Value(usize),
}

/// One step: what is computed, and where it goes in the buffer.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) work: Work,
    pub(crate) out: usize,
    pub(crate) len: usize,
}

/// What a step computes.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// `rows` times a row of `depth` numbers by a packed matrix, plus a bias.
    Linear { input: At, rows: usize, depth: usize, weights: usize, bias: usize },
    /// A function of each number.
    Each { function: Function, input: At },
    /// An operation on numbers pairwise.
    Pairs { operation: Operation, left: At, right: At },
    /// `yes` where the condition is not zero, else `no`.
    Choose { condition: At, yes: At, no: At },
    /// Numbers of the input's first `span` in another order.
    Gather { input: At, span: usize, map: Vec<u32> },
    /// Numbers as they are.
    Copy { input: At },
    /// Softmax along an axis, or its logarithm.
    Softmax { input: At, extent: Extent, log: bool },
    /// An axis reduced to one number.
    Reduce { reduction: Reduction, input: At, extent: Extent },
    /// Mean 0 and variance 1 along the last axis, then scaled and shifted.
    LayerNorm { input: At, scale: At, bias: At, extent: Extent, epsilon: f32 },
    /// Divided by a norm along the last axis.
    Normalize { reduction: Reduction, input: At, extent: Extent },
    /// The index of the largest along an axis, the first or the last of equals.
    ArgMax { input: At, extent: Extent, last: bool },
    /// A tree ensemble; the index of the winning class goes behind the scores.
    Trees { trees: usize, input: At, width: usize },
}

/// What a program answers under one name.
#[derive(Clone, Debug)]
pub(crate) struct ProgramOutput {
    pub(crate) at: At,
    pub(crate) len: usize,
    /// The names of the classes, if the numbers are indices of classes.
    pub(crate) labels: Option<Arc<[Label]>>,
}

/// A compiled graph.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) constants: Aligned,
    pub(crate) values: Aligned,
    pub(crate) width: usize,
    pub(crate) steps: Vec<Step>,
    pub(crate) trees: Vec<Trees>,
    pub(crate) outputs: Vec<ProgramOutput>,
    pub(crate) kernel: Kernel,
}

/// What a step can read: constants, and what was computed before.
#[derive(Clone, Copy)]
struct Source<'a> {
    constants: &'a [f32],
    values: &'a [f32],
}

impl<'a> Source<'a> {
    #[inline(always)]
    fn take(self, at: At, len: usize) -> &'a [f32] {
        match at {
            At::Constant(first) => &self.constants[first..][..len],
            At::Value(first) => &self.values[first..][..len],
        }
    }
}

impl Program {
    /// Evaluates a row; the outputs can be read afterwards.
    ///
    /// # Panics
    /// If the row is not as wide as the model's input.
    pub(crate) fn run(&mut self, row: &[f32]) {
        assert_eq!(row.len(), self.width, "a row has one number for each feature");
        self.values[..row.len()].copy_from_slice(row);
        match self.kernel {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `set_kernel` and `Kernel::detect` asked the machine.
            Kernel::Avx2 => unsafe { self.run_avx2() },
            _ => self.run_steps(),
        }
    }

    /// # Safety
    /// The machine must have AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn run_avx2(&mut self) {
        self.run_steps();
    }

    #[inline(always)]
    fn run_steps(&mut self) {
        let (constants, buffer) = (&*self.constants, &mut *self.values);
        for step in &self.steps {
            let (values, out) = buffer.split_at_mut(step.out);
            let source = Source { constants, values };
            let out = &mut out[..step.len];
            match &step.work {
                Work::Trees { trees, input, width } => {
                    let (scores, label) = out.split_at_mut(step.len - 1);
                    let winner = self.trees[*trees].run(source.take(*input, *width), scores);
                    label[0] = u16::try_from(winner).map_or(f32::NAN, f32::from);
                }
                work => work.run(source, out),
            }
        }
    }

    /// Returns what an output holds after a run.
    pub(crate) fn output(&self, output: &ProgramOutput) -> &[f32] {
        Source { constants: &self.constants, values: &self.values }.take(output.at, output.len)
    }

    /// Uses another kernel than the fastest that the machine has.
    ///
    /// # Panics
    /// If the machine does not have it.
    pub(crate) fn set_kernel(&mut self, kernel: Kernel) {
        assert!(kernel.is_here(), "the machine has no {}", kernel.name());
        self.kernel = kernel;
        self.trees.iter_mut().for_each(|trees| trees.set_kernel(kernel));
    }
}

impl Work {
    #[inline(always)]
    fn run(&self, source: Source<'_>, out: &mut [f32]) {
        let len = out.len();
        match self {
            Self::Linear { input, rows, depth, weights, bias } => {
                let input = source.take(*input, rows * depth);
                let width = len / rows;
                let padded = width.next_multiple_of(PANEL);
                let weights = &source.constants[*weights..][..padded * depth];
                let bias = &source.constants[*bias..][..padded];
                let rows = input.chunks_exact((*depth).max(1)).zip(out.chunks_exact_mut(width));
                for (input, out) in rows {
                    linear::multiply(input, weights, bias, out);
                }
            }
            Self::Each { function, input } => function.apply(source.take(*input, len), out),
            Self::Pairs { operation, left, right } => {
                operation.apply(source.take(*left, len), source.take(*right, len), out);
            }
            Self::Choose { condition, yes, no } => {
                let condition = source.take(*condition, len);
                let sides = source.take(*yes, len).iter().zip(source.take(*no, len));
                for ((out, condition), (yes, no)) in out.iter_mut().zip(condition).zip(sides) {
                    *out = if *condition == 0.0 { *no } else { *yes };
                }
            }
            Self::Gather { input, span, map } => {
                let input = source.take(*input, *span);
                for (out, index) in out.iter_mut().zip(map) {
                    *out = input[*index as usize];
                }
            }
            Self::Copy { input } => out.copy_from_slice(source.take(*input, len)),
            Self::Softmax { input, extent, log } => {
                rows::softmax(source.take(*input, len), *extent, *log, out);
            }
            Self::Reduce { reduction, input, extent } => {
                reduction.reduce(source.take(*input, extent.len()), *extent, out);
            }
            Self::LayerNorm { input, scale, bias, extent, epsilon } => {
                let (scale, bias) = (*scale, *bias);
                let scale = source.take(scale, extent.axis);
                let bias = source.take(bias, extent.axis);
                rows::layer_norm(source.take(*input, len), scale, bias, *epsilon, out);
            }
            Self::Normalize { reduction, input, extent } => {
                reduction.normalize(source.take(*input, len), extent.axis, out);
            }
            Self::ArgMax { input, extent, last } => {
                rows::arg_max(source.take(*input, extent.len()), *extent, *last, out);
            }
            Self::Trees { .. } => unreachable!("the program runs these itself"),
        }
    }
}
