//! What can be asked of `gannet model`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use gannet_models::Engine;

/// The commands of `gannet model`.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Say what a model is, how it is evaluated and what its manifest claims.
    Info(ModelFile),
    /// Check a model: engines against each other, test vectors, features against its schema.
    Verify(VerifyArgs),
    /// Predict rows of features; works without a manifest, too.
    Predict(PredictArgs),
    /// Time predictions, one row at a time.
    Bench(BenchArgs),
}

/// A model.
#[derive(Debug, Args)]
pub struct ModelFile {
    /// The ONNX file, or a folder with `model.onnx`.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `gannet model verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The model.
    #[command(flatten)]
    pub model: ModelFile,
    /// The set of features that will run; the one that the manifest names if left out.
    #[arg(long, value_name = "NAME")]
    pub set: Option<String>,
}

/// `gannet model predict`.
#[derive(Debug, Args)]
pub struct PredictArgs {
    /// The model.
    #[command(flatten)]
    pub model: ModelFile,
    /// Rows: CSV whose header names the features; empty fields are missing values.
    #[arg(long, value_name = "FILE")]
    pub input: PathBuf,
    /// Where the predictions go: CSV, one column for each output value, probabilities last.
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// Who evaluates; compiled where that is possible if left out.
    #[arg(long, value_enum)]
    pub engine: Option<EngineArg>,
}

/// `gannet model bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// The model.
    #[command(flatten)]
    pub model: ModelFile,
    /// Rows to predict: CSV whose header names the features; generated ones if left out.
    #[arg(long, value_name = "FILE")]
    pub rows: Option<PathBuf>,
    /// How many predictions are timed with the compiled model; tract gets a hundredth.
    #[arg(long, default_value_t = 100_000)]
    pub count: usize,
}

/// Who evaluates a model.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum EngineArg {
    /// Our own evaluators.
    Compiled,
    /// The library tract.
    Tract,
}

impl From<EngineArg> for Engine {
    fn from(engine: EngineArg) -> Self {
        match engine {
            EngineArg::Compiled => Self::Compiled,
            EngineArg::Tract => Self::Tract,
        }
    }
}
