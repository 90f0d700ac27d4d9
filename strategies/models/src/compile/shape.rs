//! Operators that move numbers: reshaping costs nothing, the rest becomes a list of indices.

use super::value::{axis, broadcast, indices, stretched, strides, within_limit};
use super::{CompileError, Compiler, Computed, Value};
use crate::onnx::{Node, RANK_MAX, Tensor, Values};
use crate::program::{At, Work};

impl<'a> Compiler<'a> {
    pub(super) fn shape(&mut self, node: &'a Node) -> Result<bool, CompileError> {
        match node.operator.as_str() {
            "Reshape" => {
                let wanted = self.required(node, 1)?;
                self.reshape(node, &wanted)?;
            }
            "Flatten" => self.flatten(node)?,
            "Squeeze" => self.squeeze(node)?,
            "Unsqueeze" => self.unsqueeze(node)?,
            "Transpose" => self.transpose(node)?,
            "Slice" => self.slice(node)?,
            "Gather" => self.gather_axis(node)?,
            "Split" => self.split(node)?,
            "Concat" => self.concat(node)?,
            "Expand" => self.expand(node)?,
            "Shape" => self.shape_of(node)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn required(&self, node: &'a Node, index: usize) -> Result<Vec<i64>, CompileError> {
        self.integers(node, index)?.ok_or_else(|| {
            CompileError::malformed(format!("{} lacks its input {index}", node.operator))
        })
    }

    /// Axes as an attribute, or since version 13 as an input.
    fn axes(&self, node: &'a Node) -> Result<Vec<i64>, CompileError> {
        let axes = self.integers(node, 1)?;
        let axes = axes.unwrap_or_else(|| node.attributes.ints("axes").to_vec());
        few(axes.len())?;
        Ok(axes)
    }

    /// The same numbers under another shape.
    fn reshaped(&mut self, node: &'a Node, dims: Vec<usize>) -> Result<(), CompileError> {
        let value = match self.value(node, 0)? {
            Value::Constant(tensor) => self.fold(Tensor { dims, values: tensor.values.clone() })?,
            Value::Computed(computed) => Value::Computed(Computed { dims, ..computed }),
        };
        self.define(node, 0, value);
        Ok(())
    }

    fn reshape(&mut self, node: &'a Node, wanted: &[i64]) -> Result<(), CompileError> {
        let from = self.value(node, 0)?.dims().to_vec();
        few(wanted.len())?;
        let mut dims = Vec::with_capacity(wanted.len());
        for (axis, length) in wanted.iter().enumerate() {
            dims.push(match length {
                0 => from.get(axis).copied().unwrap_or(0),
                -1 => 1,
                length => usize::try_from(*length)
                    .map_err(|_| CompileError::malformed("a shape with a negative length"))?,
            });
        }
        let count: usize = from.iter().product();
        if count == 0 {
            return Err(CompileError::unsupported("an empty value with another shape"));
        }
        if let Some(open) = wanted.iter().position(|length| *length == -1) {
            let rest = within_limit(&dims)?;
            dims[open] = count.checked_div(rest).unwrap_or(0);
        }
        if within_limit(&dims)? != count {
            return Err(CompileError::unsupported(format!(
                "one row of shape {from:?} does not fit the shape {wanted:?}"
            )));
        }
        self.reshaped(node, dims)
    }

    fn flatten(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let dims = self.value(node, 0)?.dims().to_vec();
        let rank = i64::try_from(dims.len()).expect("a rank is small");
        let first = node.attributes.int("axis", 1);
        let first = if first == rank { dims.len() } else { axis(first, dims.len())? };
        let (front, back) = dims.split_at(first);
        let dims = vec![front.iter().product(), back.iter().product()];
        self.reshaped(node, dims)
    }

    fn squeeze(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let dims = self.value(node, 0)?.dims().to_vec();
        let given = self.axes(node)?;
        let axes = given.iter().map(|given| axis(*given, dims.len()));
        let axes = axes.collect::<Result<Vec<_>, _>>()?;
        let all = axes.is_empty();
        let stays =
            |(axis, length): &(usize, &usize)| **length != 1 || !(all || axes.contains(axis));
        let dims = dims.iter().enumerate().filter(stays).map(|(_, length)| *length).collect();
        self.reshaped(node, dims)
    }

    fn unsqueeze(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let mut dims = self.value(node, 0)?.dims().to_vec();
        let given = self.axes(node)?;
        let rank = dims.len() + given.len();
        let axes = given.iter().map(|given| axis(*given, rank));
        let mut axes = axes.collect::<Result<Vec<_>, _>>()?;
        axes.sort_unstable();
        for axis in axes {
            if axis > dims.len() {
                return Err(CompileError::malformed("an axis is added twice"));
            }
            dims.insert(axis, 1);
        }
        self.reshaped(node, dims)
    }

    fn transpose(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let input = self.value(node, 0)?;
        let from = input.dims().to_vec();
        let order: Vec<usize> = match node.attributes.ints("perm") {
            [] => (0..from.len()).rev().collect(),
            order => {
                order.iter().map(|given| axis(*given, from.len())).collect::<Result<Vec<_>, _>>()?
            }
        };
        let mut seen = order.clone();
        seen.sort_unstable();
        if seen != (0..from.len()).collect::<Vec<_>>() {
            return Err(CompileError::malformed("a transposition that is no permutation"));
        }
        let own = signed_strides(&from);
        let dims: Vec<usize> = order.iter().map(|axis| from[*axis]).collect();
        let steps: Vec<i64> = order.iter().map(|axis| own[*axis]).collect();
        let map = indices(&dims, 0, &steps);
        self.moved(node, 0, &input, map, dims)
    }

    fn slice(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let input = self.value(node, 0)?;
        let from = input.dims().to_vec();
        let old = node.inputs.len() == 1;
        let list = |index: usize, name: &str| {
            if old {
                Ok(Some(node.attributes.ints(name).to_vec()))
            } else {
                self.integers(node, index)
            }
        };
        let starts = list(1, "starts")?.unwrap_or_default();
        let ends = list(2, "ends")?.unwrap_or_default();
        let axes = list(3, "axes")?.filter(|axes| !axes.is_empty());
        let axes = axes.unwrap_or_else(|| (0..).take(starts.len()).collect());
        let steps = if old { None } else { self.integers(node, 4)? };
        let steps = steps.unwrap_or_else(|| vec![1; starts.len()]);
        if [ends.len(), axes.len(), steps.len()].iter().any(|len| *len != starts.len()) {
            return Err(CompileError::malformed("a slice whose bounds do not fit"));
        }
        let own = signed_strides(&from);
        let (mut dims, mut first, mut along) = (from.clone(), 0, own.clone());
        for (((start, end), given), step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
            let axis = axis(*given, from.len())?;
            // A step beyond the length takes one number, however long it is.
            let length = signed(from[axis].max(1));
            let step = *step.clamp(&-length, &length);
            let (start, count) = span(*start, *end, step, from[axis])?;
            dims[axis] = count;
            first += start * own[axis];
            along[axis] = own[axis] * step;
        }
        let map = indices(&dims, first, &along);
        self.moved(node, 0, &input, map, dims)
    }

    fn gather_axis(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let input = self.value(node, 0)?;
        let chosen = self.constant(node, 1)?;
        let along = axis(node.attributes.int("axis", 0), input.dims().len())?;
        let given = chosen.integers();
        let given = given.ok_or_else(|| CompileError::malformed("indices that are no integers"))?;
        let (map, mut dims) = picked(input.dims(), along, given)?;
        dims.splice(along..=along, chosen.dims.iter().copied());
        self.moved(node, 0, &input, map, dims)
    }

    fn split(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let input = self.value(node, 0)?;
        let along = axis(node.attributes.int("axis", 0), input.dims().len())?;
        let length = i64::try_from(input.dims()[along]).expect("a length is below the limit");
        let given = self.integers(node, 1)?;
        let given = given.unwrap_or_else(|| node.attributes.ints("split").to_vec());
        let parts = i64::try_from(node.outputs.len().max(1)).expect("a node has few outputs");
        let equal = (length + parts - 1) / parts;
        let mut first = 0_i64;
        for index in 0..node.outputs.len() {
            let wanted =
                if given.is_empty() { equal } else { given.get(index).copied().unwrap_or(0) };
            let end = first.saturating_add(wanted);
            if wanted <= 0 || first >= length || (end > length && !given.is_empty()) {
                return Err(CompileError::malformed("a split whose parts do not fit"));
            }
            let chosen: Vec<i64> = (first..end.min(length)).collect();
            let (map, dims) = picked(input.dims(), along, &chosen)?;
            self.moved(node, index, &input, map, dims)?;
            first = end;
        }
        Ok(())
    }

    fn expand(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let input = self.value(node, 0)?;
        let wanted = self.required(node, 1)?;
        let wanted = wanted.iter().map(|length| usize::try_from(*length));
        let wanted = wanted.collect::<Result<Vec<_>, _>>().ok();
        let dims = wanted.and_then(|wanted| broadcast(input.dims(), &wanted));
        let dims = dims.ok_or_else(|| CompileError::malformed("a shape that does not stretch"))?;
        within_limit(&dims)?;
        let map = stretched(input.dims(), &dims);
        self.moved(node, 0, &input, map, dims)
    }

    fn shape_of(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let dims = self.value(node, 0)?.dims().to_vec();
        let lengths: Vec<i64> = dims.iter().filter_map(|len| i64::try_from(*len).ok()).collect();
        let tensor = Tensor { dims: vec![lengths.len()], values: Values::I64(lengths) };
        let value = self.fold(tensor)?;
        self.define(node, 0, value);
        Ok(())
    }

    fn concat(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let mut parts = Vec::with_capacity(node.inputs.len());
        for index in 0..node.inputs.len() {
            let value = self.value(node, index)?;
            parts.push(self.numeric(&value)?);
        }
        let first = parts.first().ok_or_else(|| CompileError::malformed("nothing is joined"))?;
        let along = axis(node.attributes.int("axis", 1), first.dims.len())?;
        let value = self.joined(&parts, along)?;
        self.define(node, 0, value);
        Ok(())
    }

    /// Values side by side along an axis: copied one after the other, and put in order if the axis
    /// is not the first that is longer than one.
    pub(super) fn joined(
        &mut self,
        parts: &[Computed],
        along: usize,
    ) -> Result<Value, CompileError> {
        let mut dims = parts[0].dims.clone();
        dims[along] = 0;
        for part in parts {
            let fits = part.dims.len() == dims.len()
                && (0..dims.len()).all(|axis| axis == along || part.dims[axis] == dims[axis]);
            if !fits {
                return Err(CompileError::malformed("values that are joined do not fit"));
            }
            dims[along] += part.dims[along];
        }
        let outer: usize = dims[..along].iter().product();
        let inner: usize = dims[along + 1..].iter().product();
        let len = within_limit(&dims)?;
        let start = self.reserve(len)?;
        let mut next = start;
        for part in parts {
            let len: usize = part.dims.iter().product();
            let step = crate::program::Step { work: Work::Copy { input: part.at }, out: next, len };
            self.program.steps.push(step);
            next += len;
        }
        let block =
            Computed { dims: dims.clone(), at: At::Value(start), kind: super::Kind::Number };
        if outer == 1 {
            return Ok(Value::Computed(block));
        }
        let mut map = Vec::with_capacity(len);
        for row in 0..outer {
            let mut first = 0;
            for part in parts {
                let width = part.dims[along] * inner;
                map.extend((0..width).map(|at| signed(first + row * width + at)));
                first += outer * width;
            }
        }
        let at = self.gather(&block, &map)?;
        Ok(Value::Computed(Computed { at, ..block }))
    }

    /// Numbers of a value at some indices.
    pub(super) fn gather(&mut self, value: &Computed, map: &[i64]) -> Result<At, CompileError> {
        let count: usize = value.dims.iter().product();
        let mut checked = Vec::with_capacity(map.len());
        for index in map {
            let index = u32::try_from(*index).ok().filter(|index| (*index as usize) < count);
            checked.push(index.ok_or_else(|| CompileError::malformed("an index out of range"))?);
        }
        self.step(Work::Gather { input: value.at, span: count, map: checked }, map.len())
    }

    /// Defines an output as numbers of a value at some indices; names of classes stay names.
    fn moved(
        &mut self,
        node: &'a Node,
        output: usize,
        value: &Value,
        map: Vec<i64>,
        dims: Vec<usize>,
    ) -> Result<(), CompileError> {
        let integers = match value {
            Value::Constant(tensor) => tensor.integers(),
            Value::Computed(_) => None,
        };
        let moved = match integers {
            Some(values) => {
                let at = |index: &i64| usize::try_from(*index).ok().and_then(|at| values.get(at));
                let picked: Option<Vec<i64>> = map.iter().map(|index| at(index).copied()).collect();
                let picked =
                    picked.ok_or_else(|| CompileError::malformed("an index out of range"))?;
                self.fold(Tensor { dims, values: Values::I64(picked) })?
            }
            None => {
                let computed = self.place(value)?;
                let at = self.gather(&computed, &map)?;
                Value::Computed(Computed { dims, at, kind: computed.kind })
            }
        };
        self.define(node, output, moved);
        Ok(())
    }
}

/// Indices of some positions along an axis, and the shape that results.
pub(super) fn picked(
    dims: &[usize],
    along: usize,
    positions: &[i64],
) -> Result<(Vec<i64>, Vec<usize>), CompileError> {
    let length = signed(dims[along]);
    let mut result = dims.to_vec();
    result[along] = positions.len();
    let count = within_limit(&result)?;
    let outer: usize = dims[..along].iter().product();
    let inner = signed(dims[along + 1..].iter().product());
    let mut map = Vec::with_capacity(count);
    for row in 0..signed(outer) {
        for position in positions {
            let position = if *position < 0 { *position + length } else { *position };
            if !(0..length).contains(&position) {
                return Err(CompileError::malformed("an index out of range"));
            }
            let first = (row * length + position) * inner;
            map.extend(first..first + inner);
        }
    }
    Ok((map, result))
}

/// Where a slice starts along an axis, and how many numbers it has.
fn span(start: i64, end: i64, step: i64, length: usize) -> Result<(i64, usize), CompileError> {
    let length = i64::try_from(length).expect("a length is below the limit");
    if step == 0 {
        return Err(CompileError::malformed("a slice with step 0"));
    }
    let from_start = |bound: i64| if bound < 0 { bound.saturating_add(length) } else { bound };
    let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let start = from_start(start).clamp(low.max(0), high);
    let end = from_start(end).clamp(low, high);
    let distance = if step > 0 { end - start } else { start - end };
    let count = (distance.max(0) + step.saturating_abs() - 1) / step.saturating_abs();
    match usize::try_from(count) {
        Ok(count) if count > 0 => Ok((start, count)),
        _ => Err(CompileError::unsupported("an empty slice")),
    }
}

/// Refuses more axes than any model has.
fn few(axes: usize) -> Result<(), CompileError> {
    match axes {
        0..=RANK_MAX => Ok(()),
        _ => Err(CompileError::malformed(format!("a shape of {axes} axes"))),
    }
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).expect("below the limit of numbers")
}

fn signed_strides(dims: &[usize]) -> Vec<i64> {
    strides(dims).into_iter().map(signed).collect()
}
