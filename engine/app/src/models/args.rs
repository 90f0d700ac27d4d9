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
    /// List the models of a registry and where each stands.
    List(RegistryFolder),
    /// Describe a model of a registry, and who decided what about it.
    Show(ShowArgs),
    /// Verify a model and move it one stage up: candidate, shadow, champion.
    Promote(Decision),
    /// Verify a shadow and let it take turns with the champion.
    Challenge(Decision),
    /// Make a challenger a shadow again.
    Withdraw(Decision),
    /// Let the champion before lead again; the present one goes on trial.
    Rollback(RollBackArgs),
    /// Take a candidate or a shadow out of use, for good.
    Retire(Decision),
}

/// A registry of models.
#[derive(Debug, Args)]
pub struct RegistryFolder {
    /// The folder that holds a folder for each model, and `registry.jsonl`.
    #[arg(long, value_name = "DIR", default_value = "models")]
    pub models: PathBuf,
}

/// `gannet model show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The model, by the id in its manifest.
    #[arg(value_name = "ID")]
    pub id: String,
    /// The registry.
    #[command(flatten)]
    pub registry: RegistryFolder,
}

/// `gannet model promote`, `challenge`, `withdraw` and `retire`.
#[derive(Debug, Args)]
pub struct Decision {
    /// The model, by the id in its manifest.
    #[arg(value_name = "ID")]
    pub id: String,
    /// The registry.
    #[command(flatten)]
    pub registry: RegistryFolder,
    /// Why; it stays in the history.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `gannet model rollback`.
#[derive(Debug, Args)]
pub struct RollBackArgs {
    /// The registry.
    #[command(flatten)]
    pub registry: RegistryFolder,
    /// Why; it stays in the history.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
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
