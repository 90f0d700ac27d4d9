//! Steps along an axis: softmax, reductions, normalisation, the largest.
//!
//! Hot: called per layer. Sums run front to back.

use crate::math;

/// A shape as seen from one axis: `outer` times `axis` times `inner` numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) outer: usize,
    pub(crate) axis: usize,
    pub(crate) inner: usize,
}

/// How an axis becomes one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reduction {
    Sum,
    Mean,
    Max,
    Min,
    SumSquare,
    L1,
    L2,
    Product,
}

impl Extent {
    pub(crate) const fn len(self) -> usize {
        self.outer * self.axis * self.inner
    }

    /// The first index of every line along the axis.
    #[inline(always)]
    fn lines(self) -> impl Iterator<Item = usize> {
        let Self { outer, axis, inner } = self;
        (0..outer).flat_map(move |row| (0..inner).map(move |column| row * axis * inner + column))
    }

    /// The indices of a line.
    #[inline(always)]
    fn line(self, first: usize) -> impl Iterator<Item = usize> + Clone {
        (0..self.axis).map(move |step| first + step * self.inner)
    }
}

impl Reduction {
    #[inline(always)]
    pub(super) fn reduce(self, input: &[f32], extent: Extent, out: &mut [f32]) {
        for (out, first) in out.iter_mut().zip(extent.lines()) {
            *out = self.of(extent.line(first).map(|index| input[index]), extent.axis);
        }
    }

    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "an axis is shorter than 2^24")]
    fn of(self, numbers: impl Iterator<Item = f32>, count: usize) -> f32 {
        match self {
            Self::Sum => numbers.fold(0.0, |sum, x| sum + x),
            Self::Mean => numbers.fold(0.0, |sum, x| sum + x) / count as f32,
            Self::Max => numbers.fold(f32::NEG_INFINITY, |most, x| if x > most { x } else { most }),
            Self::Min => numbers.fold(f32::INFINITY, |least, x| if x < least { x } else { least }),
            Self::SumSquare => numbers.fold(0.0, |sum, x| sum + x * x),
            Self::L1 => numbers.fold(0.0, |sum, x| sum + x.abs()),
            Self::L2 => numbers.fold(0.0, |sum, x| sum + x * x).sqrt(),
            Self::Product => numbers.fold(1.0, |product, x| product * x),
        }
    }

    /// Divides rows by their norm; rows whose norm is zero stay as they are.
    #[inline(always)]
    pub(super) fn normalize(self, input: &[f32], axis: usize, out: &mut [f32]) {
        for (out, input) in out.chunks_exact_mut(axis).zip(input.chunks_exact(axis)) {
            let norm = self.of(input.iter().copied(), axis);
            let divisor = if norm == 0.0 { 1.0 } else { norm };
            for (out, input) in out.iter_mut().zip(input) {
                *out = *input / divisor;
            }
        }
    }
}

#[inline(always)]
pub(super) fn softmax(input: &[f32], extent: Extent, log: bool, out: &mut [f32]) {
    for first in extent.lines() {
        let line = extent.line(first);
        let most = Reduction::Max.of(line.clone().map(|index| input[index]), extent.axis);
        let mut sum = 0.0;
        for index in line.clone() {
            out[index] = math::exp(input[index] - most);
            sum += out[index];
        }
        let log_sum = math::ln(sum);
        for index in line {
            out[index] = if log { input[index] - most - log_sum } else { out[index] / sum };
        }
    }
}

#[inline(always)]
pub(super) fn layer_norm(
    input: &[f32],
    scale: &[f32],
    bias: &[f32],
    epsilon: f32,
    out: &mut [f32],
) {
    let axis = scale.len();
    for (out, input) in out.chunks_exact_mut(axis).zip(input.chunks_exact(axis)) {
        let mean = Reduction::Mean.of(input.iter().copied(), axis);
        let variance = Reduction::Mean.of(input.iter().map(|x| (x - mean) * (x - mean)), axis);
        let divisor = (variance + epsilon).sqrt();
        for (((out, x), scale), bias) in out.iter_mut().zip(input).zip(scale).zip(bias) {
            *out = (x - mean) / divisor * scale + bias;
        }
    }
}

#[inline(always)]
pub(super) fn arg_max(input: &[f32], extent: Extent, last: bool, out: &mut [f32]) {
    for (out, first) in out.iter_mut().zip(extent.lines()) {
        let (mut best, mut most) = (0_u16, f32::NEG_INFINITY);
        for (index, at) in (0..).zip(extent.line(first)) {
            let x = input[at];
            let better = x > most || (last && x == most);
            (best, most) = if better { (index, x) } else { (best, most) };
        }
        *out = f32::from(best);
    }
}
