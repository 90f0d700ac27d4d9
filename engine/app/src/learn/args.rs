//! What can be asked of `gannet learn`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use gannet_models::Family;

/// `gannet learn`.
#[derive(Debug, Args)]
pub struct LearnArgs {
    /// The journal whose closed trades are learned from, of a run that has ended or is under way.
    #[arg(long, value_name = "DIR")]
    pub journal: PathBuf,
    /// The registry that models are put into; made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "models")]
    pub models: PathBuf,
    /// What is trained.
    #[arg(long, value_parser = family())]
    pub family: Family,
    /// Again and again, so long after the last time, told in `learn.jsonl`: 90s, 30m, 24h or 7d.
    #[arg(long, value_name = "SPAN", default_value = "24h", value_parser = span)]
    pub every: Duration,
    /// Once, now, and end: exit code 2 if there was too little to learn from.
    #[arg(long, conflicts_with = "every")]
    pub once: bool,
    /// Refuse fewer closed trades.
    #[arg(long, value_name = "TRADES", default_value_t = 100)]
    pub minimum: u32,
    /// A set of features instead of the engine's: hft64, at22, full, or a file.
    #[arg(long, value_name = "NAME")]
    pub set: Option<String>,
    /// `gannet-train`; that of `strategies/training/setup.sh` if left out, else the one on PATH.
    #[arg(long, value_name = "PATH")]
    pub trainer: Option<PathBuf>,
    /// The engine's configuration, as a file: which cores are pinned, so that they are left alone.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// End a step that takes longer: 90s, 30m, 24h or 7d.
    #[arg(long, value_name = "SPAN", default_value = "6h", value_parser = span)]
    pub limit: Duration,
    /// More for `gannet-train`, such as `--param trees=50`.
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub more: Vec<OsString>,
}

/// What can be trained.
const FAMILIES: [Family; 6] = [
    Family::LightGbm,
    Family::XgBoost,
    Family::RandomForest,
    Family::Mlp,
    Family::NeuralOde,
    Family::HybridMeta,
];

/// Reads the name of a family.
fn family() -> impl TypedValueParser<Value = Family> {
    let of_name = |name: String| FAMILIES.into_iter().find(|family| family.name() == name);
    PossibleValuesParser::new(FAMILIES.map(Family::name))
        .map(move |name| of_name(name).expect("one of those that are possible"))
}

/// Reads a span of time: a whole number and its unit.
fn span(text: &str) -> Result<Duration, String> {
    let units = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];
    let read = units.into_iter().find_map(|(unit, seconds)| {
        let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
        count.checked_mul(seconds).filter(|seconds| (1..=SPAN_MAX).contains(seconds))
    });
    let told = || format!("\"{text}\" is no span of one second to a year, such as 30m, 24h or 7d");
    read.map(Duration::from_secs).ok_or_else(told)
}

/// A year, in seconds.
const SPAN_MAX: u64 = 366 * 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_a_unit() {
        for (text, seconds) in [("90s", 90), ("30m", 1_800), ("24h", 86_400), ("7d", 604_800)] {
            assert_eq!(span(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "h", "24", "0s", "-1h", "1.5h", "1w", "99999999999999999d", "400d"] {
            assert!(span(text).is_err(), "{text}");
        }
    }
}
