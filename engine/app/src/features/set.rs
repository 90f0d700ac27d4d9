//! Sets of features by name: what is computed, in which order, and the hash that says so.
//!
//! A file in `config/features/` lists features, each a column of the common table or a formula,
//! which is its own name or has another:
//!
//! ```toml
//! features = ["rsi_14", "macd(5,35,5).hist", { name = "fast", formula = "ema(3)" }, "*"]
//! ```
//! `"*"` stands for every column of the common table with its default parameters.
//!
//! The schema of a set is a text: the version of the features, then a line for each with its name
//! and its whole formula. Its BLAKE3 hash changes if and only if names, order, indicators,
//! arguments, prices or the version do, and not with how a set was written.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use gannet_features::FEATURES_VERSION;
use gannet_features::columns::{self, ColumnError, ColumnParameters, Columns};
use gannet_features::formula::Formula;
use serde::Deserialize;

use super::nearest;

/// The sets that are compiled in, with their files.
pub const SHIPPED: &[(&str, &str)] = &[
    ("at22", include_str!("../../../../config/features/at22.toml")),
    ("full", include_str!("../../../../config/features/full.toml")),
    ("hft64", include_str!("../../../../config/features/hft64.toml")),
];

/// Features in order.
#[derive(Clone, Debug, Default)]
pub struct FeatureSet {
    features: Vec<Feature>,
}

/// One feature of a set.
#[derive(Clone, Debug)]
pub struct Feature {
    /// What its column is called.
    pub name: String,
    /// What it computes.
    pub formula: Formula,
}

/// A set as a file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    features: Vec<WrittenFeature>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenFeature {
    Formula(String),
    Named { name: String, formula: String },
}

impl FeatureSet {
    /// Returns the shipped set of that name, or the one in a file if the name ends with `.toml`.
    ///
    /// # Errors
    /// If there is no such set, or it cannot be read.
    pub fn load(name: &str) -> anyhow::Result<Self> {
        if Path::new(name).extension().is_some_and(|extension| extension == "toml") {
            let text =
                std::fs::read_to_string(name).with_context(|| format!("cannot read {name}"))?;
            return Self::parse(&text).with_context(|| format!("in {name}"));
        }
        let shipped = SHIPPED.iter().find(|(known, _)| *known == name);
        let (_, text) = shipped.ok_or_else(|| {
            let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
            let known = names.join(", ");
            anyhow!("no set is called \"{name}\"; there are {known}, or name a .toml file")
        })?;
        Self::parse(text).with_context(|| format!("in the set {name}"))
    }

    /// Reads a set from a text.
    ///
    /// # Errors
    /// If it is not written like one, a feature is unknown or two have the same name.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let written: Written = toml::from_str(text)?;
        let parameters = ColumnParameters::default();
        let mut set = Self { features: Vec::new() };
        for feature in written.features {
            match feature {
                WrittenFeature::Formula(every) if every == "*" => {
                    for name in columns::names(&parameters)? {
                        set.add(name.clone(), &name, &parameters)?;
                    }
                }
                WrittenFeature::Formula(formula) => {
                    set.add(formula.clone(), &formula, &parameters)?;
                }
                WrittenFeature::Named { name, formula } => set.add(name, &formula, &parameters)?,
            }
        }
        if set.features.is_empty() {
            bail!("the set is empty");
        }
        Ok(set)
    }

    /// Makes a set of columns or formulas, which are their own names.
    ///
    /// # Errors
    /// If one is unknown or there twice.
    pub fn of_columns<S: AsRef<str>>(
        names: &[S],
        parameters: &ColumnParameters,
    ) -> anyhow::Result<Self> {
        let mut set = Self { features: Vec::new() };
        for name in names {
            set.add(name.as_ref().to_owned(), name.as_ref(), parameters)?;
        }
        Ok(set)
    }

    fn add(
        &mut self,
        name: String,
        formula: &str,
        parameters: &ColumnParameters,
    ) -> anyhow::Result<()> {
        if self.features.iter().any(|feature| feature.name == name) {
            bail!("feature \"{name}\" is there twice");
        }
        if name.is_empty() || name.contains(char::is_control) {
            bail!("{name:?} is no name of a feature");
        }
        let formula = resolve(formula, parameters)?;
        self.features.push(Feature { name, formula });
        Ok(())
    }

    /// Returns the features in order.
    #[must_use]
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// Returns whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// Returns what a strategy computes.
    #[must_use]
    pub fn formulas(&self) -> Vec<Formula> {
        self.features.iter().map(|feature| feature.formula.clone()).collect()
    }

    /// Returns what evaluates them over bars.
    ///
    /// # Errors
    /// If one reads books and trades.
    pub fn columns(&self) -> anyhow::Result<Columns> {
        let features = self.features.iter().cloned();
        Columns::of_formulas(features.map(|Feature { name, formula }| (name, formula)))
            .map_err(said_once)
    }

    /// Returns the text whose hash is the schema's.
    #[must_use]
    pub fn schema(&self) -> String {
        let mut text = format!("gannet-features {FEATURES_VERSION}\n");
        for Feature { name, formula } in &self.features {
            let source = if formula.listing.is_on_market() { "market" } else { "candles" };
            writeln!(text, "{name}\t{source}\t{formula}").expect("a string takes everything");
        }
        text
    }

    /// Compares with the schema of another program or time.
    ///
    /// # Errors
    /// Names the first feature that differs.
    pub fn expect_schema(&self, other: &str) -> anyhow::Result<()> {
        let own = self.schema();
        let describe = |line: Option<&str>| match line.and_then(|line| line.split_once('\t')) {
            Some((name, rest)) => format!("\"{name}\" ({})", rest.replace('\t', ", ")),
            None => line.map_or("nothing".to_owned(), |line| format!("\"{line}\"")),
        };
        let (mut ours, mut theirs) = (own.lines(), other.lines());
        for place in 0_usize.. {
            let (mine, its) = (ours.next(), theirs.next());
            if mine == its && mine.is_none() {
                return Ok(());
            }
            if mine != its {
                let what = if place == 0 {
                    "the version of the features".to_owned()
                } else {
                    format!("feature {place}")
                };
                bail!("{what} was {} and is {}", describe(its), describe(mine));
            }
        }
        Ok(())
    }

    /// Returns the BLAKE3 hash of the schema in hexadecimal digits.
    #[must_use]
    pub fn schema_hash(&self) -> String {
        blake3::hash(self.schema().as_bytes()).to_hex().to_string()
    }
}

/// Finds the formula behind a column, or reads one; what is unknown gets the nearest names.
///
/// # Errors
/// As [`columns::resolve`].
pub(super) fn resolve(name: &str, parameters: &ColumnParameters) -> anyhow::Result<Formula> {
    columns::resolve(name, parameters).map_err(|error| match &error {
        ColumnError::UnknownColumn(wrong) => {
            let columns = columns::names(parameters).unwrap_or_default();
            let indicators = gannet_features::catalog::all().map(|listing| listing.entry.name);
            let known = columns.iter().map(String::as_str).chain(indicators);
            anyhow!("{error}{}", nearest::hint(wrong, known))
        }
        _ => said_once(error),
    })
}

/// Returns the error without its source, which its text has already.
pub(super) fn said_once(error: ColumnError) -> anyhow::Error {
    anyhow!("{error}")
}
