//! Columns: names for formulas whose arguments come from a table of parameters.
//!
//! A school lists its columns as pairs of a name and a [`formula`](crate::formula) in which
//! `group.key` stands for all values of that parameter (`classic.macd` for `12,26,9`) and
//! `group.key[1]` for one of them. In a name that ends with `_*` the star is a period, which the
//! formula takes as `*`.

use std::collections::BTreeMap;

use crate::Candle;
use crate::catalog::{BuildError, Dynamic};
use crate::formula::{Formula, FormulaError};

/// Every school's columns.
const SCHOOLS: &[&[Column]] = &[
    crate::ta::COLUMNS,
    crate::dsp::COLUMNS,
    crate::patterns::CANDLE_COLUMNS,
    crate::patterns::CHART_COLUMNS,
    crate::patterns::LMW_COLUMNS,
];

/// The parameters columns refer to, with the values of the two common sets.
const PARAMETERS: &[(&str, &str, &str)] = &[
    ("classic.ma", "20", "7,34,89"),
    ("classic.t3", "5", "8"),
    ("classic.macd", "12,26,9", "5,35,5"),
    ("classic.n", "14", "9"),
    ("classic.bb", "20,2", "30,2.5"),
    ("classic.cci", "20", "13"),
    ("classic.stoch", "14,3,3", "21,5,5"),
    ("classic.sar", "0.02,0.2", "0.01,0.1"),
    ("classic.aroon", "25", "14"),
    ("ehlers.ss", "10", "23"),
    ("ehlers.ss2", "15", "9"),
    ("ehlers.gauss", "20", "31"),
    ("ehlers.hp", "48", "80"),
    ("ehlers.dec", "60", "125"),
    ("ehlers.dec15", "125", "60"),
    ("ehlers.decosc", "30,60", "20,55"),
    ("ehlers.roof", "48,10", "80,40"),
    ("ehlers.bp", "20,0.2", "28,0.6"),
    ("ehlers.bp13", "20,0.3", "14,0.4"),
    ("ehlers.al", "0.07", "0.11"),
    ("ehlers.cg", "10", "8"),
    ("ehlers.rvi", "10", "14"),
    ("ehlers.fish", "10", "21"),
    ("ehlers.lagf", "0.8", "0.6"),
    ("ehlers.lagr", "0.5", "0.75"),
    ("ehlers.srsi", "10", "14"),
    ("ehlers.myrsi", "14", "9"),
    ("ehlers.ebsw", "40", "64"),
    ("ehlers.flex", "20", "34"),
    ("ehlers.voss", "20,3,0.25", "24,2,0.3"),
    ("ehlers.dsma", "40", "25"),
    ("ehlers.emd", "20,0.5,0.1", "30,0.1,0.25"),
    ("hilbert.source", "close", "close"),
    ("hilbert.fast_limit", "0.5", "0.5"),
    ("hilbert.slow_limit", "0.05", "0.05"),
    ("patterns.threshold", "0.05", "0.05"),
    ("patterns.tolerance", "0.03", "0.03"),
    ("patterns.flag", "0.5", "0.5"),
    ("patterns.lmw_bandwidth", "1.5", "1.5"),
    ("patterns.lmw_window", "38", "38"),
];

/// A column: its name, and the formula behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    name: &'static str,
    formula: &'static str,
    periods: &'static str,
}

impl Column {
    /// A column of one name.
    #[must_use]
    pub const fn new(name: &'static str, formula: &'static str) -> Self {
        Self { name, formula, periods: "" }
    }

    /// One column per period: `name` and `formula` hold a star, `periods` is a parameter or
    /// numbers.
    #[must_use]
    pub const fn each(name: &'static str, formula: &'static str, periods: &'static str) -> Self {
        Self { name, formula, periods }
    }

    /// Returns the period in a name of this column, empty if the column has none.
    fn period<'a>(&self, name: &'a str) -> Option<&'a str> {
        match self.name.strip_suffix('*') {
            Some(stem) => name.strip_prefix(stem).filter(|period| period.parse::<usize>().is_ok()),
            None => (self.name == name).then_some(""),
        }
    }
}

/// Values of the parameters columns refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnParameters {
    values: BTreeMap<&'static str, String>,
}

impl Default for ColumnParameters {
    fn default() -> Self {
        Self { values: PARAMETERS.iter().map(|&(key, value, _)| (key, value.into())).collect() }
    }
}

impl ColumnParameters {
    /// The second common set.
    #[must_use]
    pub fn alternative() -> Self {
        Self { values: PARAMETERS.iter().map(|&(key, _, value)| (key, value.into())).collect() }
    }

    /// Returns every `group.key`.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.values.keys().copied()
    }

    /// Sets `group.key`, a number, numbers separated by commas, or a word.
    ///
    /// # Errors
    /// If no column refers to such a parameter. The value is checked when a column is built.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ColumnError> {
        let slot =
            self.values.get_mut(key).ok_or_else(|| ColumnError::UnknownKey(key.to_owned()))?;
        value.clone_into(slot);
        Ok(())
    }

    /// Returns the value of `group.key` or `group.key[index]`.
    fn get(&self, key: &str) -> Option<&str> {
        let Some((key, index)) = key.strip_suffix(']').and_then(|key| key.split_once('[')) else {
            return self.values.get(key).map(String::as_str);
        };
        self.values.get(key)?.split(',').nth(index.parse().ok()?)
    }

    /// Puts values in the place of keys and the star.
    fn expand(&self, formula: &str, period: &str) -> Result<String, ColumnError> {
        let is_key = |c: char| c.is_ascii_alphanumeric() || "._[]*".contains(c);
        let mut expanded = String::new();
        let mut rest = formula;
        while let Some(first) = rest.chars().next() {
            let length = rest.find(|c| is_key(c) != is_key(first)).unwrap_or(rest.len());
            let (token, after) = rest.split_at(length);
            rest = after;
            let group = token.split_once('.').map(|(group, _)| group);
            let known = PARAMETERS.iter().any(|(key, ..)| key.split('.').next() == group);
            expanded.push_str(match token {
                "*" => period,
                key if known => {
                    self.get(key).ok_or_else(|| ColumnError::UnknownKey(key.to_owned()))?
                }
                other => other,
            });
        }
        Ok(expanded)
    }
}

/// Why columns cannot be evaluated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ColumnError {
    /// Look at [`names`], or write a formula.
    #[error("no column is called \"{0}\", and no indicator either")]
    UnknownColumn(String),
    /// Look at the parameters of the common sets.
    #[error("no parameter is called \"{0}\", or it has too few values")]
    UnknownKey(String),
    /// Choose an indicator that runs on candles.
    #[error("column \"{column}\": {source}")]
    Build {
        /// Which column.
        column: String,
        /// What is wrong.
        source: BuildError,
    },
    /// Correct the formula, or the parameters it was made from.
    #[error("column \"{column}\": {source}")]
    Formula {
        /// Which column.
        column: String,
        /// What is wrong.
        source: FormulaError,
    },
}

/// Returns the names of all columns, with the periods of these parameters.
///
/// # Errors
/// If a parameter is not there; see [`ColumnParameters::set`].
pub fn names(parameters: &ColumnParameters) -> Result<Vec<String>, ColumnError> {
    let mut names = Vec::new();
    for column in SCHOOLS.iter().copied().flatten() {
        let Some(stem) = column.name.strip_suffix('*') else {
            names.push(column.name.to_owned());
            continue;
        };
        let periods = parameters.expand(column.periods, "")?;
        names.extend(periods.split(',').map(|period| format!("{stem}{}", period.trim())));
    }
    Ok(names)
}

/// Returns the formula behind a column, or the formula itself.
///
/// # Errors
/// If there is neither such a column nor such an indicator, or its arguments are not allowed.
pub fn resolve(name: &str, parameters: &ColumnParameters) -> Result<Formula, ColumnError> {
    let column =
        SCHOOLS.iter().copied().flatten().find_map(|column| Some((column, column.period(name)?)));
    let text = match column {
        Some((column, period)) => parameters.expand(column.formula, period)?,
        None => name.to_owned(),
    };
    Formula::parse(&text).map_err(|source| match source {
        FormulaError::UnknownIndicator(_) => ColumnError::UnknownColumn(name.to_owned()),
        source => ColumnError::Formula { column: name.to_owned(), source },
    })
}

/// Evaluates columns over candles, one row per candle. Columns of one indicator share it.
pub struct Columns {
    names: Vec<String>,
    indicators: Vec<Slot>,
    /// All outputs of all indicators.
    values: Vec<Option<f64>>,
    /// Which of the values each column shows.
    shown: Vec<usize>,
}

struct Slot {
    formula: Formula,
    indicator: Box<dyn Dynamic>,
    first: usize,
}

impl Columns {
    /// Prepares columns by name or formula.
    ///
    /// # Errors
    /// If one cannot be resolved; see [`resolve`].
    pub fn new<S: AsRef<str>>(
        names: &[S],
        parameters: &ColumnParameters,
    ) -> Result<Self, ColumnError> {
        let formulas = names
            .iter()
            .map(|name| Ok((name.as_ref().to_owned(), resolve(name.as_ref(), parameters)?)));
        Self::of_formulas(formulas.collect::<Result<Vec<_>, ColumnError>>()?)
    }

    /// Prepares columns from formulas and what they are called.
    ///
    /// # Errors
    /// If an indicator does not run on candles.
    pub fn of_formulas(
        formulas: impl IntoIterator<Item = (String, Formula)>,
    ) -> Result<Self, ColumnError> {
        let mut columns = Self {
            names: Vec::new(),
            indicators: Vec::new(),
            values: Vec::new(),
            shown: Vec::new(),
        };
        for (name, formula) in formulas {
            if let Err(source) = columns.add(formula) {
                return Err(ColumnError::Build { column: name, source });
            }
            columns.names.push(name);
        }
        Ok(columns)
    }

    fn add(&mut self, formula: Formula) -> Result<(), BuildError> {
        let found = self.indicators.iter().find(|slot| slot.formula.shares_indicator(&formula));
        let first = found.map_or(self.values.len(), |slot| slot.first);
        self.shown.push(first + formula.output);
        if found.is_none() {
            let indicator = formula.build()?;
            self.values.resize(first + formula.listing.outputs.len(), None);
            self.indicators.push(Slot { indicator, formula, first });
        }
        Ok(())
    }

    /// Returns the names as they were given.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Takes the next candle and returns the row, in the order of the names.
    pub fn update(&mut self, candle: &Candle) -> impl ExactSizeIterator<Item = Option<f64>> + '_ {
        for slot in &mut self.indicators {
            let end = slot.first + slot.formula.listing.outputs.len();
            slot.indicator.update(candle, &mut self.values[slot.first..end]);
        }
        self.shown.iter().map(|&index| self.values[index])
    }

    /// Forgets every candle.
    pub fn reset(&mut self) {
        for slot in &mut self.indicators {
            slot.indicator.reset();
        }
    }
}
