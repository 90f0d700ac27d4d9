//! A model as it is loaded: the file, its manifest, and the engines that can run it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::compile::{self, CompileError, Compiled};
use crate::evaluator::{self, Evaluator, Output, PredictError};
use crate::general::{Answer, General};
use crate::label::Label;
use crate::manifest::{Manifest, ManifestError, Missing};
use crate::onnx::{self, Graph, OnnxError};
use crate::parity::{self, Disparity, Parity, TOLERANCE};

/// The largest manifest that is read: 32 test vectors of 65,536 features, 20 digits each, fit.
const MANIFEST_BYTES_MAX: u64 = 64 << 20;

/// Who evaluates a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Our own evaluators: fast enough for the tick path.
    Compiled,
    /// The library tract: any graph, for the inference thread.
    Tract,
}

/// A loaded and checked model.
pub struct Model {
    manifest: Option<Manifest>,
    producer: String,
    operators: BTreeMap<String, usize>,
    onnx_blake3: String,
    width: usize,
    outputs: Vec<String>,
    primary: usize,
    evaluator: Result<Evaluator, String>,
    general: Result<General, String>,
    engine: Engine,
    parity: Parity,
}

/// Why a model is refused.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The ONNX file cannot be read, or contradicts itself.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// A part of the graph contradicts itself.
    #[error("{0}")]
    Graph(String),
    /// The manifest contradicts itself or the model.
    #[error("{path}: {reason}")]
    Manifest {
        /// The file.
        path: String,
        /// What it says.
        reason: ManifestError,
    },
    /// Neither engine can run the graph.
    #[error("no engine runs this graph. Compiled: {compiled}. Tract: {tract}")]
    NoEngine {
        /// Why it was not compiled.
        compiled: String,
        /// What tract says.
        tract: String,
    },
    /// Two opinions about the model differ by more than [`TOLERANCE`].
    #[error("the model does not answer as it should: {0}")]
    Parity(#[from] Disparity),
}

impl Model {
    /// Loads and checks a model: an ONNX file, or a folder with `model.onnx`. The manifest lies beside
    /// it as `NAME.manifest.toml` or `manifest.toml`; without one the model has no schema to check.
    ///
    /// # Errors
    /// If the file is no model that an engine runs, the manifest lies, or opinions differ.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let path = if path.is_dir() { path.join("model.onnx") } else { path.to_owned() };
        let bytes = onnx::read(&path, onnx::FILE_BYTES_MAX)?;
        let manifest = match manifest_beside(&path) {
            None => None,
            Some(path) => {
                let refused =
                    |reason| LoadError::Manifest { path: path.display().to_string(), reason };
                let text = String::from_utf8(onnx::read(&path, MANIFEST_BYTES_MAX)?)
                    .map_err(|error| refused(ManifestError::Syntax(error.to_string())))?;
                let manifest = Manifest::parse(&text).map_err(refused)?;
                Some((path, manifest))
            }
        };
        let (path, manifest) = manifest.unzip();
        let told = |reason: ManifestError| LoadError::Manifest {
            path: path.map_or_else(String::new, |path| path.display().to_string()),
            reason,
        };
        match Self::of_bytes(&bytes, manifest) {
            Err(Refusal::Claim(claim)) => Err(told(ManifestError::Claim(claim))),
            Err(Refusal::Load(error)) => Err(error),
            Ok(model) => Ok(model),
        }
    }

    /// Loads and checks a model from the bytes of an ONNX file, without a manifest.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        match Self::of_bytes(bytes, None) {
            Err(Refusal::Claim(claim)) => Err(LoadError::Graph(claim)),
            Err(Refusal::Load(error)) => Err(error),
            Ok(model) => Ok(model),
        }
    }

    fn of_bytes(bytes: &[u8], manifest: Option<Manifest>) -> Result<Self, Refusal> {
        let graph = Graph::of_model(onnx::decode(bytes)?)?;
        let onnx_blake3 = blake3::hash(bytes).to_hex().to_string();
        if let Some(manifest) = &manifest {
            check_claims(manifest, &graph, &onnx_blake3).map_err(Refusal::Claim)?;
        }
        let shape = row_shape(&graph, manifest.as_ref())?;
        let compiled = compile::compile(&graph, &shape);
        if let Err(CompileError::Malformed(text)) = compiled {
            return Err(LoadError::Graph(text).into());
        }
        let mut general = General::load(bytes, &shape);
        let primary =
            primary(&graph, manifest.as_ref(), compiled.as_ref().ok(), general.as_ref().ok());
        let mut parity =
            Parity { definition: None, tract: Err("not compiled".into()), vectors: None };
        let evaluator = match compiled {
            Err(error) => Err(error.to_string()),
            Ok(compiled) => {
                parity.definition = parity::with_definition(&compiled)?;
                let ensembles = compiled.ensembles;
                let mut evaluator = Evaluator {
                    program: compiled.program,
                    primary,
                    refuses_missing: refuses_missing(manifest.as_ref()),
                };
                parity.tract = match &mut general {
                    Ok(general) => match parity::with_tract(&mut evaluator, &ensembles, general) {
                        // Where there are test vectors, they decide who is right, and not tract.
                        Err(disparity) if manifest.is_some() => Err(disparity.to_string()),
                        compared => compared?,
                    },
                    Err(error) => Err(error.clone()),
                };
                if let (Ok(_), Err(reason)) = (&general, &parity.tract) {
                    general = Err(reason.clone());
                }
                Ok(evaluator)
            }
        };
        let engine = match (&evaluator, &general) {
            (Ok(_), _) => Engine::Compiled,
            (Err(_), Ok(_)) => Engine::Tract,
            (Err(compiled), Err(tract)) => {
                let (compiled, tract) = (compiled.clone(), tract.clone());
                return Err(LoadError::NoEngine { compiled, tract }.into());
            }
        };
        let mut model = Self {
            manifest,
            producer: graph.producer.clone(),
            operators: operators(&graph),
            onnx_blake3,
            width: shape.iter().product(),
            outputs: graph.outputs.iter().map(|output| output.name.clone()).collect(),
            primary,
            evaluator,
            general,
            engine,
            parity,
        };
        model.check_vectors()?;
        Ok(model)
    }

    /// Compares every engine with the manifest's vectors.
    fn check_vectors(&mut self) -> Result<(), Disparity> {
        let Some(manifest) = &self.manifest else { return Ok(()) };
        let vectors = manifest.vectors.clone();
        let chosen = self.engine;
        let mut largest = 0.0;
        for engine in [Engine::Compiled, Engine::Tract] {
            if self.set_engine(engine).is_err() {
                continue;
            }
            let by = format!("the engine {}", engine.name());
            for (row, (input, ours)) in vectors.inputs.iter().zip(&vectors.outputs).enumerate() {
                let theirs = self.predict(input).map(<[f32]>::to_vec).unwrap_or_default();
                let difference = parity::difference(&theirs, ours);
                if difference > TOLERANCE {
                    let (by, ours) = (by.clone(), ours.clone());
                    return Err(Disparity { by, theirs, whose: "the manifest".into(), ours, row });
                }
                largest = f32::max(largest, difference);
            }
        }
        self.parity.vectors = Some(largest);
        self.engine = chosen;
        Ok(())
    }

    /// Predicts a row with the chosen engine and returns the model's main output.
    ///
    /// # Errors
    /// If the row does not fit, a feature is missing that must not be, or the answer is not finite.
    pub fn predict(&mut self, row: &[f32]) -> Result<&[f32], PredictError> {
        match (self.engine, &mut self.evaluator, &mut self.general) {
            (Engine::Compiled, Ok(evaluator), _) => evaluator.predict(row),
            (Engine::Tract, _, Ok(general)) => {
                evaluator::check(row, self.width, refuses_missing(self.manifest.as_ref()))?;
                let outputs = general.run(row).map_err(|_| PredictError::Engine)?;
                match outputs.get(self.primary) {
                    Some(Answer::Numbers(numbers)) if numbers.iter().all(|it| it.is_finite()) => {
                        Ok(numbers)
                    }
                    Some(Answer::Numbers(_)) => Err(PredictError::NotFinite),
                    Some(Answer::Labels(_)) | None => Err(PredictError::Engine),
                }
            }
            _ => Err(PredictError::Engine),
        }
    }

    /// Returns what an output of the graph holds after the last prediction; `None` if there is none.
    #[must_use]
    pub fn output(&self, index: usize) -> Option<Output<'_>> {
        match (self.engine, &self.evaluator, &self.general) {
            (Engine::Compiled, Ok(evaluator), _) if index < self.outputs.len() => {
                Some(evaluator.output(index))
            }
            (Engine::Tract, _, Ok(general)) => match general.outputs().get(index)? {
                Answer::Numbers(numbers) => Some(Output::Numbers(numbers)),
                Answer::Labels(labels) => labels.first().map(Output::Label),
            },
            _ => None,
        }
    }

    /// Chooses who evaluates.
    ///
    /// # Errors
    /// Why that engine cannot run the graph.
    pub fn set_engine(&mut self, engine: Engine) -> Result<(), String> {
        let able = match engine {
            Engine::Compiled => self.evaluator.as_ref().err(),
            Engine::Tract => self.general.as_ref().err(),
        };
        match able {
            Some(reason) => Err(reason.clone()),
            None => {
                self.engine = engine;
                Ok(())
            }
        }
    }

    /// Returns who evaluates.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Returns the compiled model, to be moved to the tick path.
    ///
    /// # Errors
    /// Why it was not compiled.
    pub fn evaluator(&self) -> Result<&Evaluator, &str> {
        self.evaluator.as_ref().map_err(String::as_str)
    }

    /// Returns the manifest, if there is one.
    #[must_use]
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// Returns how many features a row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Returns the names of the graph's outputs.
    #[must_use]
    pub fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// Returns the index of the main output.
    #[must_use]
    pub fn primary(&self) -> usize {
        self.primary
    }

    /// Returns the program that wrote the file.
    #[must_use]
    pub fn producer(&self) -> &str {
        &self.producer
    }

    /// Returns the graph's operators and how often each occurs.
    #[must_use]
    pub fn operators(&self) -> &BTreeMap<String, usize> {
        &self.operators
    }

    /// Returns the BLAKE3 hash of the ONNX file in hexadecimal digits.
    #[must_use]
    pub fn onnx_blake3(&self) -> &str {
        &self.onnx_blake3
    }

    /// Returns how far the opinions about the model are apart.
    #[must_use]
    pub fn parity(&self) -> &Parity {
        &self.parity
    }
}

impl Evaluator {
    /// Compiles a model from the bytes of an ONNX file without asking tract or a manifest; trees are
    /// compared with their definition.
    ///
    /// # Errors
    /// If the bytes are no model, or one that is not compiled.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        let graph = Graph::of_model(onnx::decode(bytes)?)?;
        let shape = row_shape(&graph, None)?;
        let compiled = compile::compile(&graph, &shape)
            .map_err(|error| LoadError::Graph(error.to_string()))?;
        parity::with_definition(&compiled)?;
        let primary = primary(&graph, None, Some(&compiled), None);
        Ok(Self { program: compiled.program, primary, refuses_missing: false })
    }
}

impl Engine {
    /// Returns the name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compiled => "compiled",
            Self::Tract => "tract",
        }
    }
}

/// Why a model is refused, before it is known which file says so.
enum Refusal {
    Load(LoadError),
    Claim(String),
}

impl<E: Into<LoadError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Load(error.into())
    }
}

/// The manifest of an ONNX file, if one lies beside it.
fn manifest_beside(path: &Path) -> Option<PathBuf> {
    let own = path.with_extension("manifest.toml");
    let common = path.with_file_name("manifest.toml");
    [own, common].into_iter().find(|path| path.is_file())
}

/// What a manifest says about the file beside it.
fn check_claims(manifest: &Manifest, graph: &Graph, onnx_blake3: &str) -> Result<(), String> {
    if manifest.onnx_blake3 != onnx_blake3 {
        return Err(format!(
            "it belongs to the ONNX file {}, but this one is {onnx_blake3}",
            manifest.onnx_blake3
        ));
    }
    let [input] = &graph.inputs[..] else {
        return Err(format!("the graph has {} inputs, not one", graph.inputs.len()));
    };
    if input.name != manifest.input.name {
        return Err(format!(
            "the input is called \"{}\", not \"{}\"",
            input.name, manifest.input.name
        ));
    }
    let claimed = &manifest.output.name;
    if !graph.outputs.iter().any(|output| output.name == *claimed) {
        return Err(format!("the graph has no output \"{claimed}\""));
    }
    match input.dims.last() {
        Some(Some(width)) if *width != manifest.features.count => Err(format!(
            "it counts {} features, but the input is {width} wide",
            manifest.features.count
        )),
        _ => Ok(()),
    }
}

/// The shape of one row: the input's with 1 in front.
fn row_shape(graph: &Graph, manifest: Option<&Manifest>) -> Result<Vec<usize>, LoadError> {
    let [input, ..] = &graph.inputs[..] else {
        return Err(LoadError::Graph("the graph has no input".into()));
    };
    let fail = |what: &str| Err(LoadError::Graph(format!("the input \"{}\" {what}", input.name)));
    let mut shape = Vec::with_capacity(input.dims.len());
    for (axis, dim) in input.dims.iter().enumerate() {
        let claimed = manifest.filter(|_| input.dims.len() == 2).map(|it| it.features.count);
        shape.push(match (axis, dim) {
            (0, None | Some(1)) => 1,
            (0, Some(rows)) => return fail(&format!("takes {rows} rows at once, not one")),
            (_, Some(length)) => *length,
            (_, None) => match claimed {
                Some(count) => count,
                None => return fail("has no width, and there is no manifest that says it"),
            },
        });
    }
    let width = shape.iter().try_fold(1_usize, |product, axis| product.checked_mul(*axis));
    match width {
        Some(1..=WIDTH_MAX) if shape.len() >= 2 => Ok(shape),
        _ => fail(&format!("has the shape {shape:?}, which is no row of features")),
    }
}

/// The widest row: any set of features is far smaller.
const WIDTH_MAX: usize = 1 << 16;

fn refuses_missing(manifest: Option<&Manifest>) -> bool {
    manifest.is_some_and(|manifest| manifest.input.missing == Missing::Refuse)
}

/// The output that predictions are read from: the manifest's, or the last that is numbers.
fn primary(
    graph: &Graph,
    manifest: Option<&Manifest>,
    compiled: Option<&Compiled>,
    general: Option<&General>,
) -> usize {
    let named = manifest.and_then(|manifest| {
        graph.outputs.iter().position(|output| output.name == manifest.output.name)
    });
    let is_numbers = |index: &usize| match (compiled, general) {
        (Some(compiled), _) => compiled.program.outputs[*index].labels.is_none(),
        (_, Some(general)) => matches!(general.outputs().get(*index), Some(Answer::Numbers(_))),
        (None, None) => false,
    };
    named.or_else(|| (0..graph.outputs.len()).rev().find(is_numbers)).unwrap_or(0)
}

fn operators(graph: &Graph) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for node in &graph.nodes {
        *counts.entry(node.operator.clone()).or_insert(0) += 1;
    }
    counts
}

/// A label for people who read an [`Output`].
impl std::fmt::Display for Output<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Numbers(numbers) => write!(formatter, "{numbers:?}"),
            Self::Label(label) => Label::fmt(label, formatter),
        }
    }
}
