//! Operators on each number: activations, arithmetic with broadcasting, comparisons, choices, casts.

use super::value::{broadcast, stretched, within_limit};
use super::{CompileError, Compiler, Computed, Kind, Value};
use crate::onnx::{Node, Tensor};
use crate::program::{At, Function, Operation, Work};

impl<'a> Compiler<'a> {
    pub(super) fn arithmetic(&mut self, node: &'a Node) -> Result<bool, CompileError> {
        if let Some((function, kind)) = self.function(node)? {
            let input = self.value(node, 0)?;
            let value = self.each(function, &input, kind)?;
            self.define(node, 0, value);
            return Ok(true);
        }
        if let Some((operation, kind)) = operation(&node.operator) {
            self.chain(node, operation, kind)?;
            return Ok(true);
        }
        match node.operator.as_str() {
            "Sum" => self.chain(node, Operation::Add, Kind::Number)?,
            "Mean" => self.mean(node)?,
            "Pow" => self.power(node)?,
            "Where" => self.choose(node)?,
            "Cast" => self.cast(node)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The function of one number that an operator is, if it is one.
    fn function(&self, node: &'a Node) -> Result<Option<(Function, Kind)>, CompileError> {
        let float = |name: &str, otherwise: f32| node.attributes.float(name, otherwise);
        let function = match node.operator.as_str() {
            "Relu" => Function::Relu,
            "LeakyRelu" => Function::LeakyRelu { slope: float("alpha", 0.01) },
            "ThresholdedRelu" => Function::ThresholdedRelu { threshold: float("alpha", 1.0) },
            "Elu" => Function::Elu { alpha: float("alpha", 1.0) },
            "Selu" => Function::Selu {
                alpha: float("alpha", 1.673_263_2),
                gamma: float("gamma", 1.050_701),
            },
            "Celu" => Function::Celu { alpha: float("alpha", 1.0) },
            "Sigmoid" => Function::Sigmoid,
            "HardSigmoid" => {
                Function::HardSigmoid { slope: float("alpha", 0.2), offset: float("beta", 0.5) }
            }
            "HardSwish" => Function::HardSwish,
            "Swish" => Function::Swish { alpha: float("alpha", 1.0) },
            "Mish" => Function::Mish,
            "Tanh" => Function::Tanh,
            "Gelu" if node.attributes.text("approximate", "none") == "tanh" => Function::GeluTanh,
            "Gelu" => Function::Gelu,
            "Softplus" => Function::Softplus,
            "Softsign" => Function::Softsign,
            "Exp" => Function::Exp,
            "Log" => Function::Ln,
            "Sqrt" => Function::Sqrt,
            "Reciprocal" => Function::Reciprocal,
            "Abs" => Function::Abs,
            "Neg" => Function::Neg,
            "Erf" => Function::Erf,
            "Floor" => Function::Floor,
            "Ceil" => Function::Ceil,
            "Round" => Function::Round,
            "Sign" => Function::Sign,
            "IsNaN" => return Ok(Some((Function::IsNan, Kind::Truth))),
            "Not" => return Ok(Some((Function::IsZero, Kind::Truth))),
            "Clip" => self.clip(node)?,
            _ => return Ok(None),
        };
        Ok(Some((function, Kind::Number)))
    }

    /// Bounds are attributes before version 11, inputs after.
    fn clip(&self, node: &'a Node) -> Result<Function, CompileError> {
        let bound = |index: usize, name: &str, otherwise: f32| {
            if node.input(index).is_none() {
                return Ok(node.attributes.float(name, otherwise));
            }
            let values = self.constant(node, index)?.to_f32().unwrap_or_default();
            values.first().copied().ok_or_else(|| CompileError::malformed("a bound is empty"))
        };
        Ok(Function::Clip {
            low: bound(1, "min", f32::NEG_INFINITY)?,
            high: bound(2, "max", f32::INFINITY)?,
        })
    }

    /// Applies a function to each number of a value.
    pub(super) fn each(
        &mut self,
        function: Function,
        input: &Value,
        kind: Kind,
    ) -> Result<Value, CompileError> {
        let Computed { dims, at, .. } = self.numeric(input)?;
        let len = dims.iter().product();
        let at = self.step(Work::Each { function, input: at }, len)?;
        Ok(Value::Computed(Computed { dims, at, kind }))
    }

    /// Applies an operation to two values, stretched to a common shape.
    pub(super) fn pair(
        &mut self,
        operation: Operation,
        left: &Value,
        right: &Value,
        kind: Kind,
    ) -> Result<Value, CompileError> {
        let (left, right) = (self.numeric(left)?, self.numeric(right)?);
        let dims = common(&[&left, &right])?;
        let (left, right) = (self.stretch(&left, &dims)?, self.stretch(&right, &dims)?);
        let len = dims.iter().product();
        let at = self.step(Work::Pairs { operation, left, right }, len)?;
        Ok(Value::Computed(Computed { dims, at, kind }))
    }

    /// Joins all inputs of a node by an operation, from the left.
    fn chain(
        &mut self,
        node: &'a Node,
        operation: Operation,
        kind: Kind,
    ) -> Result<(), CompileError> {
        let mut joined = self.value(node, 0)?;
        for index in 1..node.inputs.len() {
            let next = self.value(node, index)?;
            joined = self.pair(operation, &joined, &next, kind.clone())?;
        }
        self.define(node, 0, joined);
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "a node has fewer than 2^24 inputs")]
    fn mean(&mut self, node: &'a Node) -> Result<(), CompileError> {
        self.chain(node, Operation::Add, Kind::Number)?;
        let sum = node.outputs.first().and_then(|name| self.values.get(name.as_str())).cloned();
        let sum = sum.ok_or_else(|| CompileError::malformed("a mean that nobody reads"))?;
        let count = Value::from(Tensor::of_f32(vec![node.inputs.len() as f32]));
        let mean = self.pair(Operation::Div, &sum, &count, Kind::Number)?;
        self.define(node, 0, mean);
        Ok(())
    }

    /// Powers with the exponents that networks use.
    fn power(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let base = self.value(node, 0)?;
        let exponents = self.constant(node, 1)?.to_f32().unwrap_or_default();
        let exponent = exponents.first().copied().unwrap_or(f32::NAN);
        if exponents.iter().any(|other| *other != exponent) {
            return Err(CompileError::unsupported("powers with several exponents"));
        }
        let value = if exponent == 2.0 {
            self.pair(Operation::Mul, &base, &base, Kind::Number)?
        } else if exponent == 3.0 {
            let square = self.pair(Operation::Mul, &base, &base, Kind::Number)?;
            self.pair(Operation::Mul, &square, &base, Kind::Number)?
        } else if exponent == 0.5 {
            self.each(Function::Sqrt, &base, Kind::Number)?
        } else if exponent == -1.0 {
            self.each(Function::Reciprocal, &base, Kind::Number)?
        } else if exponent == 1.0 {
            base
        } else {
            return Err(CompileError::unsupported(format!("the power of {exponent}")));
        };
        self.define(node, 0, value);
        Ok(())
    }

    fn choose(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let condition = self.value(node, 0)?;
        let (yes, no) = (self.value(node, 1)?, self.value(node, 2)?);
        let condition = self.numeric(&condition)?;
        let (yes, no) = (self.numeric(&yes)?, self.numeric(&no)?);
        let dims = common(&[&condition, &yes, &no])?;
        let work = Work::Choose {
            condition: self.stretch(&condition, &dims)?,
            yes: self.stretch(&yes, &dims)?,
            no: self.stretch(&no, &dims)?,
        };
        let value = self.numbers(work, dims)?;
        self.define(node, 0, value);
        Ok(())
    }

    /// Casts between types that all are floats here.
    fn cast(&mut self, node: &'a Node) -> Result<(), CompileError> {
        // Numbers of the types in the format's enumeration.
        const FLOATS: [i64; 4] = [1, 10, 11, 16];
        const INTEGERS: [i64; 8] = [2, 3, 4, 5, 6, 7, 12, 13];
        const TEXT: i64 = 8;
        const TRUTH: i64 = 9;
        let to = node.attributes.int("to", 0);
        let input = self.value(node, 0)?;
        let value = match (input.kind(), to) {
            (Kind::Labels(_), to) if INTEGERS.contains(&to) || to == TEXT => input,
            (Kind::Labels(_), _) => {
                return Err(CompileError::unsupported("the name of a class used as a number"));
            }
            (_, to) if FLOATS.contains(&to) => self.as_kind(&input, Kind::Number)?,
            (Kind::Number, to) if INTEGERS.contains(&to) => {
                self.each(Function::Truncate, &input, Kind::Integer)?
            }
            (_, to) if INTEGERS.contains(&to) => self.as_kind(&input, Kind::Integer)?,
            (Kind::Truth, TRUTH) => input,
            (_, TRUTH) => self.each(Function::NotZero, &input, Kind::Truth)?,
            _ => return Err(CompileError::unsupported(format!("a cast to type {to}"))),
        };
        self.define(node, 0, value);
        Ok(())
    }

    fn as_kind(&mut self, value: &Value, kind: Kind) -> Result<Value, CompileError> {
        let computed = self.place(value)?;
        Ok(Value::Computed(Computed { kind, ..computed }))
    }

    /// A value that can be computed with: anything but names of classes.
    pub(super) fn numeric(&mut self, value: &Value) -> Result<Computed, CompileError> {
        let computed = self.place(value)?;
        match computed.kind {
            Kind::Labels(_) => {
                Err(CompileError::unsupported("the name of a class used as a number"))
            }
            Kind::Number | Kind::Integer | Kind::Truth => Ok(computed),
        }
    }

    /// The numbers of a value, repeated to fill a shape.
    fn stretch(&mut self, value: &Computed, dims: &[usize]) -> Result<At, CompileError> {
        let len = dims.iter().product::<usize>();
        if value.dims.iter().product::<usize>() == len {
            return Ok(value.at);
        }
        let map = stretched(&value.dims, dims);
        if let At::Constant(first) = value.at {
            let index = |index: i64| first + usize::try_from(index).expect("an index is positive");
            let numbers: Vec<f32> = map.into_iter().map(|at| self.constants[index(at)]).collect();
            return Ok(At::Constant(self.store(&numbers)?));
        }
        self.gather(value, &map)
    }
}

/// The shape that values stretch to.
fn common(values: &[&Computed]) -> Result<Vec<usize>, CompileError> {
    let mut dims = Vec::new();
    for value in values {
        dims = broadcast(&dims, &value.dims).ok_or_else(|| {
            CompileError::malformed(format!("shapes {dims:?} and {:?} do not fit", value.dims))
        })?;
    }
    within_limit(&dims)?;
    Ok(dims)
}

/// The operation on two numbers that an operator is.
fn operation(operator: &str) -> Option<(Operation, Kind)> {
    Some(match operator {
        "Add" => (Operation::Add, Kind::Number),
        "Sub" => (Operation::Sub, Kind::Number),
        "Mul" => (Operation::Mul, Kind::Number),
        "Div" => (Operation::Div, Kind::Number),
        "Min" => (Operation::Min, Kind::Number),
        "Max" => (Operation::Max, Kind::Number),
        "PRelu" => (Operation::PRelu, Kind::Number),
        "Less" => (Operation::Less, Kind::Truth),
        "LessOrEqual" => (Operation::LessOrEqual, Kind::Truth),
        "Greater" => (Operation::Greater, Kind::Truth),
        "GreaterOrEqual" => (Operation::GreaterOrEqual, Kind::Truth),
        "Equal" => (Operation::Equal, Kind::Truth),
        "And" => (Operation::And, Kind::Truth),
        "Or" => (Operation::Or, Kind::Truth),
        "Xor" => (Operation::Xor, Kind::Truth),
        _ => return None,
    })
}
