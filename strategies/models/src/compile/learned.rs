//! Operators of classical machine learning, `ai.onnx.ml`.

use std::sync::Arc;

use super::linear::Matrix;
use super::shape::picked;
use super::{CompileError, Compiler, Computed, Kind, Value};
use crate::label::Label;
use crate::onnx::{Node, Tensor, Values};
use crate::program::{Function, Operation, Reduction, Work};
use crate::tree::{self, Transform};

impl<'a> Compiler<'a> {
    pub(super) fn learned(&mut self, node: &'a Node) -> Result<bool, CompileError> {
        match node.operator.as_str() {
            "TreeEnsembleClassifier" => {
                let labelled = tree::classifier(node)?;
                let input = self.value(node, 0)?;
                let (scores, winner) =
                    self.trees(labelled.ensemble, &input, labelled.labels.into())?;
                self.define(node, 0, winner);
                self.define(node, 1, scores);
            }
            "TreeEnsembleRegressor" => {
                let input = self.value(node, 0)?;
                let (scores, _) = self.trees(tree::regressor(node)?, &input, Arc::default())?;
                self.define(node, 0, scores);
            }
            "TreeEnsemble" => {
                let input = self.value(node, 0)?;
                let (scores, _) = self.trees(tree::modern(node)?, &input, Arc::default())?;
                self.define(node, 0, scores);
            }
            "Scaler" => self.scaler(node)?,
            "Normalizer" => self.normalizer(node)?,
            "Imputer" => self.imputer(node)?,
            "Binarizer" => self.binarizer(node)?,
            "LinearRegressor" => self.linear_regressor(node)?,
            "LinearClassifier" => self.linear_classifier(node)?,
            "ArrayFeatureExtractor" => self.extract(node)?,
            "FeatureVectorizer" => self.vectorize(node)?,
            // One row of probabilities stays one row of probabilities; the names are for people.
            "ZipMap" => {
                let value = self.value(node, 0)?;
                self.define(node, 0, value);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn scaler(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let input = self.value(node, 0)?;
        let numbers =
            |name: &str| Value::from(Tensor::of_f32(node.attributes.floats(name).to_vec()));
        let moved = self.pair(Operation::Sub, &input, &numbers("offset"), Kind::Number)?;
        let value = self.pair(Operation::Mul, &moved, &numbers("scale"), Kind::Number)?;
        self.define(node, 0, value);
        Ok(())
    }

    fn normalizer(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let reduction = match node.attributes.text("norm", "MAX") {
            "MAX" => Reduction::Max,
            "L1" => Reduction::L1,
            "L2" => Reduction::L2,
            other => return Err(CompileError::malformed(format!("no norm is called \"{other}\""))),
        };
        let input = self.value(node, 0)?;
        let axis = input.dims().len().saturating_sub(1);
        let value = self.normalize(&input, axis, reduction)?;
        self.define(node, 0, value);
        Ok(())
    }

    fn imputer(&mut self, node: &'a Node) -> Result<(), CompileError> {
        if !node.attributes.float("replaced_value_float", 0.0).is_nan() {
            return Err(CompileError::unsupported("an imputer that replaces numbers"));
        }
        let input = self.value(node, 0)?;
        let given = node.attributes.floats("imputed_value_floats").to_vec();
        let given = Value::from(Tensor::of_f32(given));
        let value = self.pair(Operation::Impute, &input, &given, Kind::Number)?;
        self.define(node, 0, value);
        Ok(())
    }

    fn binarizer(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let input = self.value(node, 0)?;
        let threshold = node.attributes.float("threshold", 0.0);
        let threshold = Value::from(Tensor::of_f32(vec![threshold]));
        let value = self.pair(Operation::Greater, &input, &threshold, Kind::Number)?;
        self.define(node, 0, value);
        Ok(())
    }

    /// The linear part of both operators, with their transform.
    fn scores(&mut self, node: &'a Node, rows: usize) -> Result<Value, CompileError> {
        let input = self.value(node, 0)?;
        let depth = input.dims().last().copied().unwrap_or(0);
        let coefficients = node.attributes.floats("coefficients");
        let intercepts = node.attributes.floats("intercepts");
        if depth == 0 || rows == 0 || coefficients.len() != depth * rows {
            return Err(CompileError::malformed(format!(
                "{} coefficients for {depth} inputs and {rows} outputs",
                coefficients.len()
            )));
        }
        if !intercepts.is_empty() && intercepts.len() != rows {
            return Err(CompileError::malformed("intercepts do not fit the outputs"));
        }
        let tensor = Tensor { dims: vec![rows, depth], ..Tensor::of_f32(coefficients.to_vec()) };
        let bias = Some(intercepts).filter(|intercepts| !intercepts.is_empty());
        self.multiply(&input, &Matrix::of(&tensor, true)?, bias)
    }

    fn transformed(&mut self, node: &'a Node, scores: Value) -> Result<Value, CompileError> {
        let name = node.attributes.text("post_transform", "NONE");
        match Transform::named(name) {
            Some(Transform::None) => Ok(scores),
            Some(Transform::Logistic) => self.each(Function::Logistic, &scores, Kind::Number),
            Some(Transform::Probit) => self.each(Function::Probit, &scores, Kind::Number),
            Some(Transform::Softmax) => {
                let Computed { dims, at, .. } = self.numeric(&scores)?;
                let extent = super::value::extent(&dims, &[dims.len() - 1])?;
                self.numbers(Work::Softmax { input: at, extent, log: false }, dims)
            }
            Some(Transform::SoftmaxZero) | None => {
                Err(CompileError::unsupported(format!("a linear model with transform {name}")))
            }
        }
    }

    fn linear_regressor(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let targets = usize::try_from(node.attributes.int("targets", 1)).unwrap_or(0);
        let scores = self.scores(node, targets)?;
        let value = self.transformed(node, scores)?;
        self.define(node, 0, value);
        Ok(())
    }

    fn linear_classifier(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let labels = labels(node);
        let scores = self.scores(node, labels.len())?;
        let Computed { dims, at, .. } = self.numeric(&scores)?;
        let extent = super::value::extent(&dims, &[dims.len() - 1])?;
        let winner = self.step(Work::ArgMax { input: at, extent, last: false }, 1)?;
        let kind = Kind::Labels(labels);
        self.define(node, 0, Value::Computed(Computed { dims: vec![1], at: winner, kind }));
        let value = self.transformed(node, scores)?;
        self.define(node, 1, value);
        Ok(())
    }

    /// Picks columns by constant indices, or the name of a class by its computed index.
    fn extract(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let (input, chosen) = (self.value(node, 0)?, self.value(node, 1)?);
        let value = match (&input, &chosen) {
            (Value::Constant(names), Value::Computed(index)) if index.kind == Kind::Integer => {
                let labels = match &names.values {
                    Values::I64(labels) => labels.iter().copied().map(Label::Int).collect(),
                    Values::Text(labels) => labels.iter().cloned().map(Label::Text).collect(),
                    Values::F32(_) | Values::F64(_) => {
                        return Err(CompileError::unsupported("classes that are fractions"));
                    }
                };
                let dims = vec![1, index.dims.iter().product()];
                Value::Computed(Computed { dims, at: index.at, kind: Kind::Labels(labels) })
            }
            (_, Value::Constant(indices)) => {
                let computed = self.numeric(&input)?;
                let along = computed.dims.len().saturating_sub(1);
                let (map, dims) = picked(&computed.dims, along, indices.integers().unwrap_or(&[]))?;
                let at = self.gather(&computed, &map)?;
                Value::Computed(Computed { dims, at, kind: computed.kind })
            }
            _ => return Err(CompileError::unsupported("features picked by computed indices")),
        };
        self.define(node, 0, value);
        Ok(())
    }

    fn vectorize(&mut self, node: &'a Node) -> Result<(), CompileError> {
        let mut parts = Vec::with_capacity(node.inputs.len());
        for index in 0..node.inputs.len() {
            let value = self.value(node, index)?;
            let part = self.numeric(&value)?;
            let count = part.dims.iter().product();
            parts.push(Computed { dims: vec![1, count], ..part });
        }
        if parts.is_empty() {
            return Err(CompileError::malformed("nothing is joined"));
        }
        let value = self.joined(&parts, 1)?;
        self.define(node, 0, value);
        Ok(())
    }
}

/// The names of a linear classifier's classes.
fn labels(node: &Node) -> Arc<[Label]> {
    let texts = node.attributes.texts("classlabels_strings");
    if texts.is_empty() {
        node.attributes.ints("classlabels_ints").iter().copied().map(Label::Int).collect()
    } else {
        texts.iter().cloned().map(Label::Text).collect()
    }
}
