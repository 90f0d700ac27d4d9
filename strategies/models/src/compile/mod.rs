//! From a graph to a program: shapes are settled for one row, operators become steps.
//!
//! Every value of the graph is either known now (a constant) or a place in the program's buffer with
//! a shape. An operator that only moves numbers becomes a list of indices; one that nobody here
//! knows makes the graph unsupported, which is no fault of it: then tract runs it.

mod arithmetic;
mod learned;
mod linear;
mod reductions;
mod shape;
mod value;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::label::Label;
use crate::onnx::{Graph, Node, Tensor};
use crate::program::{Aligned, At, Program, ProgramOutput, Step, Work};
use crate::tree::{Ensemble, Kernel, Trees};

pub(crate) use value::{Computed, Kind, Value};

/// Why a graph was not compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// It uses something that is not compiled; tract may run it.
    #[error("{0}")]
    Unsupported(String),
    /// It contradicts itself; nothing may run it.
    #[error("{0}")]
    Malformed(String),
}

impl CompileError {
    pub(crate) fn unsupported(text: impl Into<String>) -> Self {
        Self::Unsupported(text.into())
    }

    pub(crate) fn malformed(text: impl Into<String>) -> Self {
        Self::Malformed(text.into())
    }
}

/// More numbers than any model for one row needs: 256 MB. A file that asks for more is refused.
const NUMBERS_MAX: usize = 1 << 26;

/// More numbers than nodes make of constants: shapes, indices, and scales under another shape.
const FOLDED_MAX: usize = 1 << 22;

/// Floats of a cache line.
const LINE: usize = 16;

/// More tree ensembles than any stack of models has. Each is compared with its definition when it is
/// loaded, which takes a tenth of a second at most.
const ENSEMBLES_MAX: usize = 256;

/// Builds a program node by node.
pub(crate) struct Compiler<'a> {
    graph: &'a Graph,
    values: BTreeMap<&'a str, Value>,
    /// What the program will read and write, while they grow.
    constants: Vec<f32>,
    values_len: usize,
    program: Program,
    ensembles: Vec<Ensemble>,
    /// Numbers in constants that nodes made.
    folded: usize,
}

/// A compiled graph, and the ensembles in it as they are defined.
pub(crate) struct Compiled {
    pub(crate) program: Program,
    pub(crate) ensembles: Vec<Ensemble>,
}

/// Compiles a graph for one row, whose shape is given.
///
/// # Errors
/// If it has something that is not compiled, or contradicts itself.
pub(crate) fn compile(graph: &Graph, shape: &[usize]) -> Result<Compiled, CompileError> {
    let [input] = &graph.inputs[..] else {
        return Err(CompileError::unsupported(format!(
            "the graph has {} inputs, not one",
            graph.inputs.len()
        )));
    };
    if !input.is_f32 {
        return Err(CompileError::unsupported("the input is no tensor of 32-bit floats"));
    }
    let width = shape.iter().product();
    let mut compiler = Compiler {
        graph,
        values: BTreeMap::new(),
        constants: Vec::new(),
        values_len: 0,
        program: Program {
            constants: Aligned::of(&[]),
            values: Aligned::of(&[]),
            width,
            steps: Vec::new(),
            trees: Vec::new(),
            outputs: Vec::new(),
            kernel: Kernel::detect(),
        },
        ensembles: Vec::new(),
        folded: 0,
    };
    let dims = shape.to_vec();
    let at = At::Value(compiler.reserve(width)?);
    compiler.values.insert(&input.name, Value::Computed(Computed { dims, at, kind: Kind::Number }));
    for node in &graph.nodes {
        compiler.node(node)?;
    }
    compiler.outputs()?;
    let mut program = compiler.program;
    program.constants = Aligned::of(&compiler.constants);
    program.values = Aligned::of(&vec![0.0; compiler.values_len]);
    Ok(Compiled { program, ensembles: compiler.ensembles })
}

impl<'a> Compiler<'a> {
    fn node(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let known = match node.domain.as_str() {
            "" => {
                self.alias(node)?
                    || self.arithmetic(node)?
                    || self.linear(node)?
                    || self.reduction(node)?
                    || self.shape(node)?
            }
            "ai.onnx.ml" => self.learned(node)?,
            _ => false,
        };
        if known {
            return Ok(());
        }
        let domain = if node.domain.is_empty() { "ai.onnx" } else { &node.domain };
        Err(CompileError::unsupported(format!(
            "the operator {domain} {} is not compiled",
            node.operator
        )))
    }

    /// Operators that change nothing for one row of floats.
    fn alias(&mut self, node: &'a Node) -> Result<bool, CompileError> {
        if !matches!(node.operator.as_str(), "Identity" | "Dropout") {
            return Ok(false);
        }
        if node.outputs.get(1).is_some_and(|mask| !mask.is_empty()) {
            return Err(CompileError::unsupported("the mask of a dropout is not compiled"));
        }
        let value = self.value(node, 0)?.clone();
        self.define(node, 0, value);
        Ok(true)
    }

    /// Makes the program's outputs of the graph's.
    fn outputs(&mut self) -> Result<(), CompileError> {
        for output in &self.graph.outputs {
            let value = match self.values.get(output.name.as_str()) {
                Some(value) => value.clone(),
                None => Value::Constant(self.graph.constants[&output.name].clone()),
            };
            let computed = self.place(&value)?;
            let labels = match computed.kind {
                Kind::Labels(labels) => Some(labels),
                Kind::Number | Kind::Integer | Kind::Truth => None,
            };
            self.program.outputs.push(ProgramOutput {
                at: computed.at,
                len: computed.dims.iter().product(),
                labels,
            });
        }
        Ok(())
    }

    /// Adds a step and returns where its result is.
    fn step(&mut self, work: Work, len: usize) -> Result<At, CompileError> {
        let out = self.reserve(len)?;
        self.program.steps.push(Step { work, out, len });
        Ok(At::Value(out))
    }

    /// Adds a step whose result is numbers of a shape.
    fn numbers(&mut self, work: Work, dims: Vec<usize>) -> Result<Value, CompileError> {
        let at = self.step(work, dims.iter().product())?;
        Ok(Value::Computed(Computed { dims, at, kind: Kind::Number }))
    }

    /// Sets room aside at the end of the buffer, from the start of a cache line.
    fn reserve(&mut self, len: usize) -> Result<usize, CompileError> {
        if len == 0 || len > NUMBERS_MAX {
            return Err(CompileError::unsupported("an empty or impossibly large value"));
        }
        let first = self.values_len;
        let end = first + len.next_multiple_of(LINE);
        if end > NUMBERS_MAX {
            return Err(CompileError::unsupported("more values than are compiled"));
        }
        self.values_len = end;
        Ok(first)
    }

    /// Puts constants into the program, from the start of a cache line.
    fn store(&mut self, numbers: &[f32]) -> Result<usize, CompileError> {
        let first = self.constants.len().next_multiple_of(LINE);
        if first + numbers.len() > NUMBERS_MAX {
            return Err(CompileError::unsupported("more constants than are compiled"));
        }
        self.constants.resize(first, 0.0);
        self.constants.extend_from_slice(numbers);
        Ok(first)
    }

    /// A constant that a node makes of others.
    fn fold(&mut self, tensor: Tensor) -> Result<Value, CompileError> {
        self.folded += tensor.len();
        if self.folded > FOLDED_MAX {
            return Err(CompileError::unsupported("more constants made of constants"));
        }
        Ok(Value::from(tensor))
    }

    /// A value as a place in the program, where constants are put if need be.
    fn place(&mut self, value: &Value) -> Result<Computed, CompileError> {
        match value {
            Value::Computed(computed) => Ok(computed.clone()),
            Value::Constant(tensor) => {
                let numbers = tensor
                    .to_f32()
                    .ok_or_else(|| CompileError::unsupported("strings are not computed with"))?;
                let at = At::Constant(self.store(&numbers)?);
                Ok(Computed { dims: tensor.dims.clone(), at, kind: Kind::Number })
            }
        }
    }

    /// An input of a node that must be there.
    fn value(&self, node: &'a Node, index: usize) -> Result<Value, CompileError> {
        self.optional(node, index)?.ok_or_else(|| {
            CompileError::malformed(format!("{} lacks its input {index}", node.operator))
        })
    }

    /// An input of a node, or `None` if it is left out.
    fn optional(&self, node: &'a Node, index: usize) -> Result<Option<Value>, CompileError> {
        let Some(name) = node.input(index) else { return Ok(None) };
        if let Some(value) = self.values.get(name) {
            return Ok(Some(value.clone()));
        }
        match self.graph.constants.get(name) {
            Some(tensor) => Ok(Some(Value::Constant(tensor.clone()))),
            None => Err(CompileError::malformed(format!(
                "{} reads \"{name}\", which is not computed",
                node.operator
            ))),
        }
    }

    /// An input that must be a constant.
    fn constant(&self, node: &'a Node, index: usize) -> Result<Rc<Tensor>, CompileError> {
        match self.value(node, index)? {
            Value::Constant(tensor) => Ok(tensor),
            Value::Computed(_) => Err(CompileError::unsupported(format!(
                "input {index} of {} is computed, not constant",
                node.operator
            ))),
        }
    }

    /// An input that must be constant integers, if it is there.
    fn integers(&self, node: &'a Node, index: usize) -> Result<Option<Vec<i64>>, CompileError> {
        if node.input(index).is_none() {
            return Ok(None);
        }
        let tensor = self.constant(node, index)?;
        match tensor.integers() {
            Some(values) => Ok(Some(values.to_vec())),
            None => Err(CompileError::malformed(format!(
                "input {index} of {} is no list of integers",
                node.operator
            ))),
        }
    }

    /// Gives a node's output a value.
    fn define(&mut self, node: &'a Node, index: usize, value: Value) {
        if let Some(name) = node.outputs.get(index).filter(|name| !name.is_empty()) {
            self.values.insert(name, value);
        }
    }

    /// The version of ONNX's own operators.
    fn opset(&self) -> i64 {
        self.graph.opsets.get("").copied().unwrap_or(i64::MAX)
    }

    /// Compiles a tree ensemble over a value; returns the scores and the winning class.
    fn trees(
        &mut self,
        ensemble: Ensemble,
        input: &Value,
        labels: Arc<[Label]>,
    ) -> Result<(Value, Value), CompileError> {
        let input = self.place(input)?;
        let width: usize = input.dims.iter().product();
        let targets = ensemble.targets;
        if targets > usize::from(u16::MAX) || width > usize::from(u16::MAX) + 1 {
            return Err(CompileError::unsupported(format!(
                "trees that vote for {targets} targets by {width} features"
            )));
        }
        if self.ensembles.len() == ENSEMBLES_MAX {
            return Err(CompileError::unsupported("more tree ensembles than are compiled"));
        }
        let first = self.reserve(targets + 1)?;
        let trees = Trees::compile(&ensemble)?;
        if trees.width() > width {
            return Err(CompileError::malformed(format!(
                "a tree looks at feature {} of {width}",
                trees.width() - 1
            )));
        }
        let work = Work::Trees { trees: self.program.trees.len(), input: input.at, width };
        self.program.steps.push(Step { work, out: first, len: targets + 1 });
        self.program.trees.push(trees);
        self.ensembles.push(ensemble);
        let scores = Computed { dims: vec![1, targets], at: At::Value(first), kind: Kind::Number };
        let kind = Kind::Labels(labels);
        let winner = Computed { dims: vec![1], at: At::Value(first + targets), kind };
        Ok((Value::Computed(scores), Value::Computed(winner)))
    }
}
