//! Operators along an axis: softmax, reductions, normalisation, the largest.

use super::value::{axis, extent};
use super::{CompileError, Compiler, Computed, Kind, Value};
use crate::onnx::{Node, Tensor};
use crate::program::{Extent, Operation, Reduction, Work};

impl<'a> Compiler<'a> {
    pub(super) fn reduction(&mut self, node: &'a Node) -> Result<bool, CompileError> {
        match node.operator.as_str() {
            "Softmax" => self.softmax(node, false)?,
            "LogSoftmax" => self.softmax(node, true)?,
            "ReduceSum" => self.reduce(node, Reduction::Sum)?,
            "ReduceMean" => self.reduce(node, Reduction::Mean)?,
            "ReduceMax" => self.reduce(node, Reduction::Max)?,
            "ReduceMin" => self.reduce(node, Reduction::Min)?,
            "ReduceProd" => self.reduce(node, Reduction::Product)?,
            "ReduceSumSquare" => self.reduce(node, Reduction::SumSquare)?,
            "ReduceL1" => self.reduce(node, Reduction::L1)?,
            "ReduceL2" => self.reduce(node, Reduction::L2)?,
            "ArgMax" => self.arg_max(node)?,
            "BatchNormalization" => self.batch_norm(node)?,
            "LayerNormalization" => self.layer_norm(node)?,
            "LpNormalization" => self.lp_norm(node)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn softmax(&mut self, node: &'a Node, log: bool) -> Result<(), CompileError> {
        let input = self.value(node, 0)?;
        let input = self.numeric(&input)?;
        // Before version 13 an axis meant itself and all behind it.
        let modern = self.opset() >= 13;
        let otherwise = if modern { -1 } else { 1 };
        let first = axis(node.attributes.int("axis", otherwise), input.dims.len())?;
        let extent = if modern {
            extent(&input.dims, &[first])?
        } else {
            let axes: Vec<usize> = (first..input.dims.len()).collect();
            extent(&input.dims, &axes)?
        };
        let value = self.numbers(Work::Softmax { input: input.at, extent, log }, input.dims)?;
        self.define(node, 0, value);
        Ok(())
    }

    fn reduce(&mut self, node: &'a Node, reduction: Reduction) -> Result<(), CompileError> {
        let input = self.value(node, 0)?;
        let input = self.numeric(&input)?;
        let rank = input.dims.len();
        let given = match self.integers(node, 1)? {
            Some(axes) => axes,
            None => node.attributes.ints("axes").to_vec(),
        };
        if given.is_empty() && node.attributes.int("noop_with_empty_axes", 0) != 0 {
            self.define(node, 0, Value::Computed(input));
            return Ok(());
        }
        let axes = match &given[..] {
            [] => (0..rank).collect(),
            given => given.iter().map(|given| axis(*given, rank)).collect::<Result<Vec<_>, _>>()?,
        };
        let extent = extent(&input.dims, &axes)?;
        let dims = reduced(&input.dims, &axes, node.attributes.int("keepdims", 1) != 0);
        let value = self.numbers(Work::Reduce { reduction, input: input.at, extent }, dims)?;
        self.define(node, 0, value);
        Ok(())
    }

    fn arg_max(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let input = self.value(node, 0)?;
        let input = self.numeric(&input)?;
        let axis = axis(node.attributes.int("axis", 0), input.dims.len())?;
        let extent = extent(&input.dims, &[axis])?;
        if extent.axis > usize::from(u16::MAX) {
            return Err(CompileError::unsupported("the largest of more than 65,535 numbers"));
        }
        let dims = reduced(&input.dims, &[axis], node.attributes.int("keepdims", 1) != 0);
        let last = node.attributes.int("select_last_index", 0) != 0;
        let len = dims.iter().product();
        let at = self.step(Work::ArgMax { input: input.at, extent, last }, len)?;
        self.define(node, 0, Value::Computed(Computed { dims, at, kind: Kind::Integer }));
        Ok(())
    }

    /// With the statistics of training this is one scale and one shift for each channel.
    fn batch_norm(&mut self, node: &'a Node) -> Result<(), CompileError> {
        if node.attributes.int("training_mode", 0) != 0 {
            return Err(CompileError::unsupported("a batch normalisation that still trains"));
        }
        let input = self.value(node, 0)?;
        let numbers = |index| {
            self.constant(node, index)?
                .to_f32()
                .ok_or_else(|| CompileError::malformed("a normalisation by strings"))
        };
        let (scale, shift) = (numbers(1)?, numbers(2)?);
        let (mean, variance) = (numbers(3)?, numbers(4)?);
        let channels = scale.len();
        let fits = [shift.len(), mean.len(), variance.len()].iter().all(|len| *len == channels)
            && input.dims().get(1).is_none_or(|length| *length == channels)
            && input.dims().len() >= 2;
        if !fits {
            return Err(CompileError::malformed("a batch normalisation whose shapes do not fit"));
        }
        let epsilon = node.attributes.float("epsilon", 1e-5);
        let scale: Vec<f32> = scale
            .iter()
            .zip(&variance)
            .map(|(scale, variance)| scale / (variance + epsilon).sqrt())
            .collect();
        let shift = shift.iter().zip(&mean).zip(&scale);
        let shift = shift.map(|((shift, mean), scale)| shift - mean * scale).collect();
        let mut dims = vec![1; input.dims().len() - 1];
        dims[0] = channels;
        let tensor = |numbers: Vec<f32>| {
            Value::from(Tensor { dims: dims.clone(), ..Tensor::of_f32(numbers) })
        };
        let scaled = self.pair(Operation::Mul, &input, &tensor(scale), Kind::Number)?;
        let value = self.pair(Operation::Add, &scaled, &tensor(shift), Kind::Number)?;
        self.define(node, 0, value);
        Ok(())
    }

    fn layer_norm(&mut self, node: &'a Node) -> Result<(), CompileError> {
        if node.outputs.iter().skip(1).any(|name| !name.is_empty()) {
            return Err(CompileError::unsupported("mean and deviation of a normalisation"));
        }
        let input = self.value(node, 0)?;
        let input = self.numeric(&input)?;
        let first = axis(node.attributes.int("axis", -1), input.dims.len())?;
        let axes: Vec<usize> = (first..input.dims.len()).collect();
        let extent = extent(&input.dims, &axes)?;
        let scale = self.value(node, 1)?;
        let scale = self.numeric(&scale)?;
        let bias = match self.optional(node, 2)? {
            Some(bias) => bias,
            None => Value::from(Tensor::of_f32(vec![0.0; extent.axis])),
        };
        let bias = self.numeric(&bias)?;
        for value in [&scale, &bias] {
            if value.dims.iter().product::<usize>() != extent.axis {
                return Err(CompileError::unsupported("a normalisation with stretched scales"));
            }
        }
        let epsilon = node.attributes.float("epsilon", 1e-5);
        let (scale, bias) = (scale.at, bias.at);
        let work = Work::LayerNorm { input: input.at, scale, bias, extent, epsilon };
        let value = self.numbers(work, input.dims)?;
        self.define(node, 0, value);
        Ok(())
    }

    fn lp_norm(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let reduction = match node.attributes.int("p", 2) {
            1 => Reduction::L1,
            2 => Reduction::L2,
            other => return Err(CompileError::malformed(format!("no norm has p = {other}"))),
        };
        let input = self.value(node, 0)?;
        let axis = axis(node.attributes.int("axis", -1), input.dims().len())?;
        let value = self.normalize(&input, axis, reduction)?;
        self.define(node, 0, value);
        Ok(())
    }

    /// Divides a value by its norm along the last axis.
    pub(super) fn normalize(
        &mut self,
        input: &Value,
        axis: usize,
        reduction: Reduction,
    ) -> Result<Value, CompileError> {
        let input = self.numeric(input)?;
        let extent: Extent = extent(&input.dims, &[axis])?;
        if extent.inner != 1 {
            return Err(CompileError::unsupported("a norm along an axis that is not the last"));
        }
        self.numbers(Work::Normalize { reduction, input: input.at, extent }, input.dims)
    }
}

/// A shape without some of its axes, or with length 1 there.
fn reduced(dims: &[usize], axes: &[usize], keep: bool) -> Vec<usize> {
    let axis = |(axis, length): (usize, &usize)| match (axes.contains(&axis), keep) {
        (false, _) => Some(*length),
        (true, true) => Some(1),
        (true, false) => None,
    };
    dims.iter().enumerate().filter_map(axis).collect()
}
