//! `Gemm` and `MatMul` with a constant matrix.

use super::value::broadcast;
use super::{CompileError, Compiler, Computed, Kind, Value};
use crate::onnx::{Node, Tensor};
use crate::program::{PANEL, Work, pack};

/// A constant matrix to multiply by.
pub(super) struct Matrix {
    pub(super) depth: usize,
    pub(super) width: usize,
    /// Row after row.
    pub(super) numbers: Vec<f32>,
}

impl<'a> Compiler<'a> {
    pub(super) fn linear(&mut self, node: &'a Node) -> Result<bool, CompileError> {
        match node.operator.as_str() {
            "Gemm" => self.gemm(node)?,
            "MatMul" => {
                let input = self.value(node, 0)?;
                let matrix = Matrix::of(&*self.constant(node, 1)?, false)?;
                let value = self.multiply(&input, &matrix, None)?;
                self.define(node, 0, value);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn gemm(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let attributes = &node.attributes;
        if attributes.int("transA", 0) != 0 {
            return Err(CompileError::unsupported("a Gemm whose rows are columns"));
        }
        let input = self.value(node, 0)?;
        let mut matrix = Matrix::of(&*self.constant(node, 1)?, attributes.int("transB", 0) != 0)?;
        let (alpha, beta) = (attributes.float("alpha", 1.0), attributes.float("beta", 1.0));
        matrix.numbers.iter_mut().for_each(|number| *number *= alpha);
        let bias = match self.optional(node, 2)? {
            None => None,
            Some(Value::Constant(tensor)) => Some(bias(&tensor, matrix.width, beta)?),
            Some(Value::Computed(_)) => {
                return Err(CompileError::unsupported("a Gemm with a computed bias"));
            }
        };
        let value = self.multiply(&input, &matrix, bias.as_deref())?;
        self.define(node, 0, value);
        Ok(())
    }

    /// Multiplies the rows of a value by a matrix.
    pub(super) fn multiply(
        &mut self,
        input: &Value,
        matrix: &Matrix,
        bias: Option<&[f32]>,
    ) -> Result<Value, CompileError> {
        let Matrix { depth, width, numbers } = matrix;
        let (depth, width) = (*depth, *width);
        let Computed { mut dims, at, .. } = self.numeric(input)?;
        if dims.last() != Some(&depth) {
            return Err(CompileError::malformed(format!(
                "a matrix of {depth} rows multiplies a value of shape {dims:?}"
            )));
        }
        let rows = dims.iter().product::<usize>() / depth;
        let mut padded = vec![0.0; width.next_multiple_of(PANEL)];
        if let Some(bias) = bias {
            padded[..width].copy_from_slice(bias);
        }
        let weights = pack(depth, width, |row, column| numbers[row * width + column]);
        let work = Work::Linear {
            input: at,
            rows,
            depth,
            weights: self.store(&weights)?,
            bias: self.store(&padded)?,
        };
        if let Some(last) = dims.last_mut() {
            *last = width;
        }
        let at = self.step(work, rows * width)?;
        Ok(Value::Computed(Computed { dims, at, kind: Kind::Number }))
    }
}

impl Matrix {
    pub(super) fn of(tensor: &Tensor, transposed: bool) -> Result<Self, CompileError> {
        let [rows, columns] = tensor.dims[..] else {
            return Err(CompileError::unsupported("a product with something that is no matrix"));
        };
        let numbers =
            tensor.to_f32().ok_or_else(|| CompileError::malformed("a matrix of strings"))?;
        if rows == 0 || columns == 0 {
            return Err(CompileError::malformed("an empty matrix"));
        }
        if !transposed {
            return Ok(Self { depth: rows, width: columns, numbers });
        }
        let flipped = (0..columns * rows).map(|at| numbers[at % rows * columns + at / rows]);
        Ok(Self { depth: columns, width: rows, numbers: flipped.collect() })
    }
}

/// A bias for each column, from a tensor that stretches to one row.
fn bias(tensor: &Tensor, width: usize, beta: f32) -> Result<Vec<f32>, CompileError> {
    let numbers = tensor.to_f32().unwrap_or_default();
    let fits = broadcast(&tensor.dims, &[1, width]).is_some_and(|dims| dims == [1, width]);
    match (fits, &numbers[..]) {
        (true, [alone]) => Ok(vec![alone * beta; width]),
        (true, numbers) if numbers.len() == width => {
            Ok(numbers.iter().map(|number| number * beta).collect())
        }
        _ => Err(CompileError::malformed(format!(
            "a bias of shape {:?} is added to {width} columns",
            tensor.dims
        ))),
    }
}
