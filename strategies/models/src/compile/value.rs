//! Values while a graph is compiled, and the arithmetic of their shapes.

use std::rc::Rc;
use std::sync::Arc;

use super::CompileError;
use crate::label::Label;
use crate::onnx::Tensor;
use crate::program::{At, Extent};

/// A value of the graph.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Known now; shared, since many nodes may read a large one.
    Constant(Rc<Tensor>),
    /// Known when the program has run.
    Computed(Computed),
}

/// A place in the program with a shape.
#[derive(Clone, Debug)]
pub(crate) struct Computed {
    pub(crate) dims: Vec<usize>,
    pub(crate) at: At,
    pub(crate) kind: Kind,
}

/// What the floats of a value stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    /// Integers small enough for a float.
    Integer,
    /// 1 or 0.
    Truth,
    /// Indices of these classes.
    Labels(Arc<[Label]>),
}

impl From<Tensor> for Value {
    fn from(tensor: Tensor) -> Self {
        Self::Constant(Rc::new(tensor))
    }
}

impl Value {
    pub(crate) fn dims(&self) -> &[usize] {
        match self {
            Self::Constant(tensor) => &tensor.dims,
            Self::Computed(computed) => &computed.dims,
        }
    }

    /// What the floats of the value stand for; the floats of a constant are numbers.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Constant(_) => Kind::Number,
            Self::Computed(computed) => computed.kind.clone(),
        }
    }
}

/// Resolves an axis that may count from the end.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize, CompileError> {
    let length = i64::try_from(rank).expect("a rank is small");
    let from_start = if axis < 0 { axis + length } else { axis };
    usize::try_from(from_start)
        .ok()
        .filter(|axis| *axis < rank)
        .ok_or_else(|| CompileError::malformed(format!("there is no axis {axis} of {rank}")))
}

/// A shape as seen from some of its axes, which must be neighbours.
pub(crate) fn extent(dims: &[usize], axes: &[usize]) -> Result<Extent, CompileError> {
    let (Some(first), Some(last)) = (axes.iter().min(), axes.iter().max()) else {
        return Err(CompileError::unsupported("a reduction over no axis"));
    };
    if *last >= dims.len() {
        return Err(CompileError::malformed("an axis of a lone number"));
    }
    let neighbours = (*first..=*last).all(|axis| axes.contains(&axis));
    if !neighbours {
        return Err(CompileError::unsupported("a reduction over axes that are not neighbours"));
    }
    Ok(Extent {
        outer: dims[..*first].iter().product(),
        axis: dims[*first..=*last].iter().product(),
        inner: dims[last + 1..].iter().product(),
    })
}

/// The shape that two shapes stretch to, or `None` if they do not fit.
pub(crate) fn broadcast(left: &[usize], right: &[usize]) -> Option<Vec<usize>> {
    let rank = left.len().max(right.len());
    let length = |dims: &[usize], axis: usize| {
        (axis + dims.len()).checked_sub(rank).map_or(1, |axis| dims[axis])
    };
    (0..rank)
        .map(|axis| match (length(left, axis), length(right, axis)) {
            (left, right) if left == right => Some(left),
            (1, other) | (other, 1) => Some(other),
            _ => None,
        })
        .collect()
}

/// How many numbers a shape has, if any value may have as many.
///
/// # Errors
/// If they are too many.
pub(crate) fn within_limit(dims: &[usize]) -> Result<usize, CompileError> {
    dims.iter()
        .try_fold(1_usize, |product, length| product.checked_mul(*length))
        .filter(|count| *count <= super::NUMBERS_MAX)
        .ok_or_else(|| CompileError::unsupported("an impossibly large value"))
}

/// How far apart neighbours along each axis are, the last axis fastest.
pub(crate) fn strides(dims: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; dims.len()];
    for axis in (1..dims.len()).rev() {
        strides[axis - 1] = strides[axis] * dims[axis];
    }
    strides
}

/// For each number of a shape, in order, the index that an affine walk of another shape gives:
/// `first` plus the position along each axis times that axis' step.
pub(crate) fn indices(dims: &[usize], first: i64, steps: &[i64]) -> Vec<i64> {
    let mut indices = vec![first];
    for (length, step) in dims.iter().zip(steps) {
        let along = |index: i64| {
            (0..*length).scan(index, move |at, _| {
                let here = *at;
                *at += step;
                Some(here)
            })
        };
        indices = indices.into_iter().flat_map(along).collect();
    }
    indices
}

/// The indices into a shape that stretch it to another.
pub(crate) fn stretched(from: &[usize], to: &[usize]) -> Vec<i64> {
    let own = strides(from);
    let missing = to.len() - from.len();
    let steps: Vec<i64> = (0..to.len())
        .map(|axis| match axis.checked_sub(missing) {
            Some(axis) if from[axis] != 1 => {
                i64::try_from(own[axis]).expect("a stride is below the limit of numbers")
            }
            _ => 0,
        })
        .collect();
    indices(to, 0, &steps)
}
