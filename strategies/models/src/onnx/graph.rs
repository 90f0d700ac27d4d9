//! The graph of a model: nodes in an order in which each finds its inputs computed.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::proto::{
    AttributeProto, AttributeType, DataType, GraphProto, ModelProto, NodeProto, TypeProto,
};

use super::{OnnxError, Tensor};

/// A model's graph.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    /// What writes the file says of itself: name and version of the producer.
    pub(crate) producer: String,
    /// Operator sets and their versions; the name of ONNX's own is empty.
    pub(crate) opsets: BTreeMap<String, i64>,
    /// What the caller must give.
    pub(crate) inputs: Vec<Input>,
    /// What the caller gets.
    pub(crate) outputs: Vec<Output>,
    /// The operations, each after those it needs.
    pub(crate) nodes: Vec<Node>,
    /// The constants by name.
    pub(crate) constants: BTreeMap<String, Rc<Tensor>>,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Input {
    /// Its name in the file.
    pub(crate) name: String,
    /// Whether it is a tensor of 32-bit floats.
    pub(crate) is_f32: bool,
    /// Its axes; `None` where any length is allowed.
    pub(crate) dims: Vec<Option<usize>>,
}

/// One output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// Its name in the file.
    pub(crate) name: String,
}

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The operator, `Gemm`.
    pub(crate) operator: String,
    /// Its operator set; empty for ONNX's own.
    pub(crate) domain: String,
    /// Names of what it reads; empty where an optional one is left out.
    pub(crate) inputs: Vec<String>,
    /// Names of what it computes; empty where nobody wants it.
    pub(crate) outputs: Vec<String>,
    /// Its parameters.
    pub(crate) attributes: Attributes,
}

/// The parameters of a node by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes(BTreeMap<String, Attribute>);

/// One parameter.
#[derive(Clone, Debug)]
pub(crate) enum Attribute {
    /// A number.
    Float(f32),
    /// An integer.
    Int(i64),
    /// A string.
    Text(String),
    /// Numbers.
    Floats(Vec<f32>),
    /// Integers.
    Ints(Vec<i64>),
    /// Strings.
    Texts(Vec<String>),
    /// A constant.
    Tensor(Tensor),
    /// Something no compiled operator has: a graph, a type, a sparse tensor.
    Other,
}

impl Graph {
    pub(crate) fn of_model(model: ModelProto) -> Result<Self, OnnxError> {
        let graph = model.graph.ok_or_else(|| OnnxError::malformed("the model has no graph"))?;
        let mut opsets = BTreeMap::new();
        for set in model.opset_import {
            let domain = if set.domain == "ai.onnx" { String::new() } else { set.domain };
            opsets.insert(domain, set.version);
        }
        let producer = format!("{} {}", model.producer_name, model.producer_version);
        let mut read = Self {
            producer: producer.trim().to_owned(),
            opsets,
            inputs: Vec::new(),
            outputs: Vec::new(),
            nodes: Vec::new(),
            constants: BTreeMap::new(),
        };
        read.fill(graph)?;
        Ok(read)
    }

    fn fill(&mut self, graph: GraphProto) -> Result<(), OnnxError> {
        if !graph.sparse_initializer.is_empty() {
            return Err(OnnxError::malformed("sparse constants are not read"));
        }
        for proto in graph.initializer {
            let name = proto.name.clone();
            self.add_constant(name, Tensor::of_proto(proto)?)?;
        }
        for input in graph.input {
            // Before version 4 of the format constants were listed among the inputs.
            if !self.constants.contains_key(&input.name) {
                let (is_f32, dims) = tensor_type(input.kind.as_ref());
                self.inputs.push(Input { name: input.name, is_f32, dims });
            }
        }
        for node in graph.node {
            let mut node = Node::of_proto(node)?;
            match (node.is_onnx("Constant"), &node.outputs[..]) {
                (true, [name]) => {
                    let value = node.attributes.take_constant()?;
                    self.add_constant(name.clone(), value)?;
                }
                _ => self.nodes.push(node),
            }
        }
        self.outputs = graph.output.into_iter().map(|value| Output { name: value.name }).collect();
        self.check_order()
    }

    fn add_constant(&mut self, name: String, value: Tensor) -> Result<(), OnnxError> {
        if self.constants.contains_key(&name) {
            return Err(OnnxError::malformed(format!("constant \"{name}\" is there twice")));
        }
        self.constants.insert(name, Rc::new(value));
        Ok(())
    }

    /// Each value is written once, before it is read: so the graph has no cycle.
    fn check_order(&self) -> Result<(), OnnxError> {
        let mut known: BTreeSet<&str> = self.constants.keys().map(String::as_str).collect();
        for input in &self.inputs {
            if !known.insert(&input.name) {
                return Err(OnnxError::malformed(format!(
                    "input \"{}\" is there twice",
                    input.name
                )));
            }
        }
        let unknown = |name: &str, by: &str| {
            OnnxError::malformed(format!("{by} reads \"{name}\", which nothing before it computes"))
        };
        for node in &self.nodes {
            for name in node.inputs.iter().filter(|name| !name.is_empty()) {
                if !known.contains(name.as_str()) {
                    return Err(unknown(name, &node.operator));
                }
            }
            for name in node.outputs.iter().filter(|name| !name.is_empty()) {
                if !known.insert(name) {
                    return Err(OnnxError::malformed(format!("\"{name}\" is computed twice")));
                }
            }
        }
        if self.inputs.is_empty() || self.outputs.is_empty() {
            return Err(OnnxError::malformed("the graph has no input or no output"));
        }
        match self.outputs.iter().find(|output| !known.contains(output.name.as_str())) {
            Some(output) => Err(unknown(&output.name, "the caller")),
            None => Ok(()),
        }
    }
}

impl Node {
    fn of_proto(proto: NodeProto) -> Result<Self, OnnxError> {
        let mut attributes = BTreeMap::new();
        for attribute in proto.attribute {
            attributes.insert(attribute.name.clone(), Attribute::of_proto(attribute)?);
        }
        let domain = if proto.domain == "ai.onnx" { String::new() } else { proto.domain };
        Ok(Self {
            operator: proto.op_type,
            domain,
            inputs: proto.input,
            outputs: proto.output,
            attributes: Attributes(attributes),
        })
    }

    /// Returns whether this is ONNX's own operator of that name.
    #[must_use]
    pub(crate) fn is_onnx(&self, operator: &str) -> bool {
        self.domain.is_empty() && self.operator == operator
    }

    /// Returns the name of an input, or `None` if it is left out.
    #[must_use]
    pub(crate) fn input(&self, index: usize) -> Option<&str> {
        self.inputs.get(index).map(String::as_str).filter(|name| !name.is_empty())
    }
}

impl Attributes {
    /// Returns an integer, or what holds if it is left out.
    #[must_use]
    pub(crate) fn int(&self, name: &str, otherwise: i64) -> i64 {
        match self.0.get(name) {
            Some(Attribute::Int(value)) => *value,
            _ => otherwise,
        }
    }

    /// Returns a number, or what holds if it is left out.
    #[must_use]
    pub(crate) fn float(&self, name: &str, otherwise: f32) -> f32 {
        match self.0.get(name) {
            Some(Attribute::Float(value)) => *value,
            _ => otherwise,
        }
    }

    /// Returns a string, or what holds if it is left out.
    #[must_use]
    pub(crate) fn text<'a>(&'a self, name: &str, otherwise: &'a str) -> &'a str {
        match self.0.get(name) {
            Some(Attribute::Text(value)) => value,
            _ => otherwise,
        }
    }

    /// Returns integers; none if left out.
    #[must_use]
    pub(crate) fn ints(&self, name: &str) -> &[i64] {
        match self.0.get(name) {
            Some(Attribute::Ints(values)) => values,
            _ => &[],
        }
    }

    /// Returns numbers; none if left out.
    #[must_use]
    pub(crate) fn floats(&self, name: &str) -> &[f32] {
        match self.0.get(name) {
            Some(Attribute::Floats(values)) => values,
            _ => &[],
        }
    }

    /// Returns strings; none if left out.
    #[must_use]
    pub(crate) fn texts(&self, name: &str) -> &[String] {
        match self.0.get(name) {
            Some(Attribute::Texts(values)) => values,
            _ => &[],
        }
    }

    /// Returns a constant; none if left out.
    #[must_use]
    pub(crate) fn tensor(&self, name: &str) -> Option<&Tensor> {
        match self.0.get(name) {
            Some(Attribute::Tensor(value)) => Some(value),
            _ => None,
        }
    }

    /// The value of a `Constant` node, whichever of its parameters holds it.
    fn take_constant(&mut self) -> Result<Tensor, OnnxError> {
        let scalar = |values| Tensor { dims: Vec::new(), values };
        for name in ["value", "value_float", "value_int", "value_floats", "value_ints"] {
            return Ok(match self.0.remove(name) {
                Some(Attribute::Tensor(value)) => value,
                Some(Attribute::Float(value)) => scalar(super::Values::F32(vec![value])),
                Some(Attribute::Int(value)) => scalar(super::Values::I64(vec![value])),
                Some(Attribute::Floats(values)) => Tensor::of_f32(values),
                Some(Attribute::Ints(values)) => {
                    Tensor { dims: vec![values.len()], values: super::Values::I64(values) }
                }
                _ => continue,
            });
        }
        Err(OnnxError::malformed("a constant has no value that is read here"))
    }
}

impl Attribute {
    fn of_proto(proto: AttributeProto) -> Result<Self, OnnxError> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(match proto.kind() {
            AttributeType::Float => Self::Float(proto.f),
            AttributeType::Int => Self::Int(proto.i),
            AttributeType::String => Self::Text(text(&proto.s)),
            AttributeType::Floats => Self::Floats(proto.floats),
            AttributeType::Ints => Self::Ints(proto.ints),
            AttributeType::Strings => {
                Self::Texts(proto.strings.iter().map(|bytes| text(bytes)).collect())
            }
            AttributeType::Tensor => match proto.t {
                Some(tensor) => Self::Tensor(Tensor::of_proto(tensor)?),
                None => Self::Other,
            },
            AttributeType::Undefined | AttributeType::Graph => Self::Other,
        })
    }
}

/// Whether a type is a tensor of floats, and its axes.
fn tensor_type(value: Option<&TypeProto>) -> (bool, Vec<Option<usize>>) {
    let Some(tensor) = value.and_then(|value| value.tensor.as_ref()) else {
        return (false, Vec::new());
    };
    let axes = tensor.shape.as_ref().map_or(&[][..], |shape| &shape.dim);
    let length = |length: i64| usize::try_from(length).ok().filter(|length| *length > 0);
    let dims = axes.iter().map(|axis| axis.dim_value.and_then(length));
    (tensor.elem_type == DataType::Float as i32, dims.collect())
}
