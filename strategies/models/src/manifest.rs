//! The manifest: what a model is, what it was trained on, and how to tell that it still answers so.
//!
//! A TOML file beside the ONNX file, `NAME.manifest.toml` or `manifest.toml`. Every claim in it that
//! can be checked is checked when the model is loaded.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The version of the layout that is read.
const FORMAT: u32 = 1;

/// How many test vectors a manifest has.
pub const VECTORS: usize = 32;

/// A manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this layout.
    pub format: u32,
    /// The model's name: lower-case letters, digits, dots, dashes and underscores, at most 64.
    pub id: String,
    /// The kind of model.
    pub family: Family,
    /// BLAKE3 of the ONNX file in hexadecimal digits.
    pub onnx_blake3: String,
    /// When it was made, if that is told.
    pub created: Option<String>,
    /// What its random numbers began with.
    pub seed: u64,
    /// What it looks at.
    pub features: Features,
    /// How the graph is asked.
    pub input: InputSpec,
    /// How the graph answers.
    pub output: OutputSpec,
    /// What it predicts.
    pub label: LabelSpec,
    /// What it was trained on.
    pub training: Training,
    /// How well it did on data it had not seen.
    pub metrics: BTreeMap<String, f64>,
    /// Rows and answers to compare with.
    pub vectors: Vectors,
}

/// The kind of model.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Gradient-boosted trees by LightGBM.
    #[serde(rename = "lightgbm")]
    LightGbm,
    /// Gradient-boosted trees by XGBoost.
    #[serde(rename = "xgboost")]
    XgBoost,
    /// A forest of independent trees.
    RandomForest,
    /// A multi-layer perceptron.
    Mlp,
    /// The solution of a differential equation whose right side is learned.
    NeuralOde,
    /// A model over the predictions of others.
    HybridMeta,
}

impl Family {
    /// Returns the name as it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LightGbm => "lightgbm",
            Self::XgBoost => "xgboost",
            Self::RandomForest => "random_forest",
            Self::Mlp => "mlp",
            Self::NeuralOde => "neural_ode",
            Self::HybridMeta => "hybrid_meta",
        }
    }
}

/// What a model looks at.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Features {
    /// The name of the set of features.
    pub set: String,
    /// BLAKE3 of the schema in hexadecimal digits.
    pub schema_hash: String,
    /// The schema: the version of the features, then a line for each.
    pub schema: String,
    /// How many there are.
    pub count: usize,
}

/// How the graph is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputSpec {
    /// The name of its input.
    pub name: String,
    /// What happens to missing values.
    pub missing: Missing,
}

/// What happens to missing values.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The model knows what to do with them.
    Nan,
    /// A row that has one gets no prediction.
    Refuse,
}

/// How the graph answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputSpec {
    /// The name of the output that is used.
    pub name: String,
    /// What its numbers are.
    pub kind: OutputKind,
    /// The names of the classes, for probabilities.
    #[serde(default)]
    pub classes: Vec<String>,
    /// How they were calibrated; that is a part of the graph.
    pub calibration: Calibration,
}

/// What the numbers of an output are.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// One for each class, of sum 1.
    Probabilities,
    /// One value.
    Value,
}

/// How probabilities were calibrated.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Calibration {
    /// Not at all.
    None,
    /// By a logistic function.
    Platt,
    /// By steps.
    Isotonic,
}

/// What a model predicts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelSpec {
    /// The kind of label.
    pub kind: LabelKind,
    /// One sentence for people.
    pub definition: String,
    /// How many bars ahead; 0 if that is open.
    pub horizon_bars: u32,
    /// Thresholds and the like.
    #[serde(default)]
    pub parameters: toml::Table,
}

/// The kind of label.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LabelKind {
    /// What the price did over a number of bars.
    ForwardReturn,
    /// Which of profit, loss and time came first.
    TripleBarrier,
    /// What became of our own trades.
    Outcome,
}

/// What a model was trained on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// How many rows.
    pub rows: u64,
    /// The first row's time.
    pub from: String,
    /// The last row's time.
    pub until: String,
    /// When the last of its labels was known, if that is told: later rows are new to the model.
    pub labels_until: Option<String>,
    /// BLAKE3 of the file of training data.
    pub data_blake3: String,
    /// Programs and their versions.
    pub tools: BTreeMap<String, String>,
}

/// Rows and what the trainer's own tools answered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vectors {
    /// Rows of features; NaN where one is missing.
    pub inputs: Vec<Vec<f32>>,
    /// The answers.
    pub outputs: Vec<Vec<f32>>,
}

/// Why a manifest is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It is no manifest: not TOML, a key is missing or unknown, a value of the wrong type.
    #[error("not a manifest: {0}")]
    Syntax(String),
    /// It says something that cannot be.
    #[error("{0}")]
    Claim(String),
}

/// The running features are not those that a model was trained on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SchemaMismatch(String);

impl Manifest {
    /// Reads a manifest and checks what it says about itself.
    ///
    /// # Errors
    /// If it cannot be read, or contradicts itself.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self =
            toml::from_str(text).map_err(|error| ManifestError::Syntax(error.to_string()))?;
        manifest.check().map_err(ManifestError::Claim)?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), String> {
        if self.format != FORMAT {
            return Err(format!("the format is {}; format {FORMAT} is read", self.format));
        }
        let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        if self.id.is_empty() || self.id.len() > 64 || !self.id.chars().all(of_name) {
            return Err(format!("\"{}\" is no name of a model", self.id));
        }
        let hash = blake3::hash(self.features.schema.as_bytes()).to_hex();
        if self.features.schema_hash != hash.as_str() {
            return Err("schema_hash is not the hash of the schema".into());
        }
        let listed = self.features.schema.lines().count().saturating_sub(1);
        if listed != self.features.count {
            return Err(format!(
                "count is {}, but the schema lists {listed} features",
                self.features.count
            ));
        }
        match (self.output.kind, self.output.classes.len()) {
            (OutputKind::Probabilities, 0 | 1) => {
                return Err("probabilities need two classes or more".into());
            }
            (OutputKind::Value, 1..) => return Err("a value has no classes".into()),
            _ => {}
        }
        if let Some((name, value)) = self.metrics.iter().find(|(_, value)| !value.is_finite()) {
            return Err(format!("metric {name} is {value}"));
        }
        self.check_vectors()
    }

    fn check_vectors(&self) -> Result<(), String> {
        let Vectors { inputs, outputs } = &self.vectors;
        if inputs.len() != VECTORS || outputs.len() != VECTORS {
            return Err(format!(
                "there are {} inputs and {} outputs; {VECTORS} test vectors are needed",
                inputs.len(),
                outputs.len()
            ));
        }
        if let Some(row) = inputs.iter().position(|row| row.len() != self.features.count) {
            return Err(format!("test vector {row} has not {} inputs", self.features.count));
        }
        let width = match self.output.kind {
            OutputKind::Probabilities => self.output.classes.len(),
            OutputKind::Value => 1,
        };
        if let Some(row) = outputs.iter().position(|row| row.len() != width) {
            return Err(format!("test vector {row} has not {width} outputs"));
        }
        if outputs.iter().flatten().any(|value| !value.is_finite()) {
            return Err("an output of a test vector is not finite".into());
        }
        Ok(())
    }

    /// Compares the features that a model was trained on with those that run.
    ///
    /// # Errors
    /// Names the first feature that differs.
    pub fn check_schema(&self, running: &str) -> Result<(), SchemaMismatch> {
        let (trained, running) = (self.features.schema.as_str(), running);
        if trained == running {
            return Ok(());
        }
        let name = |line: &str| line.split('\t').next().unwrap_or(line).to_owned();
        let told = |line: &str| line.replace('\t', " ");
        let (mut ours, mut theirs) = (running.lines(), trained.lines());
        let text = match (theirs.next(), ours.next()) {
            (Some(trained), Some(running)) if trained != running => {
                format!("the model was trained on {trained}, but {running} runs")
            }
            _ => loop {
                match (theirs.next(), ours.next()) {
                    (Some(trained), Some(running)) if trained == running => {}
                    (Some(trained), Some(running)) if name(trained) == name(running) => {
                        break format!(
                            "feature \"{}\" is \"{}\" in the model and \"{}\" in the running set",
                            name(trained),
                            told(trained),
                            told(running)
                        );
                    }
                    (Some(trained), Some(running)) => {
                        break format!(
                            "the model expects feature \"{}\" where the running set has \"{}\"",
                            name(trained),
                            name(running)
                        );
                    }
                    (Some(trained), None) => {
                        break format!("the running set lacks feature \"{}\"", name(trained));
                    }
                    (None, Some(running)) => {
                        break format!("the model does not know feature \"{}\"", name(running));
                    }
                    (None, None) => break "the schemas differ in their line ends".to_owned(),
                }
            },
        };
        Err(SchemaMismatch(text))
    }

    /// Returns the names of the features in order.
    pub fn feature_names(&self) -> impl Iterator<Item = &str> {
        let lines = self.features.schema.lines().skip(1);
        lines.map(|line| line.split('\t').next().unwrap_or(line))
    }
}
