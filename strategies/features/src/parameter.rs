//! Parameters of indicators: names, units, ranges and defaults, and arguments checked by them.
//!
//! # Invariants
//! - [`Arguments`] only exist within the ranges of the parameters they were checked by.

/// What a parameter counts or measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Whole number of samples: bars, or prices.
    Samples,
    /// Length of a cycle in samples, which need not be whole.
    Period,
    /// Whole number of anything else, such as levels of a book.
    Count,
    /// A share or a factor.
    Ratio,
    /// Standard deviations.
    Deviations,
    /// Percent.
    Percent,
    /// Degrees of an angle.
    Degrees,
    /// Seconds.
    Seconds,
    /// Price units.
    Price,
    /// Quantity units.
    Quantity,
    /// One of these words; the argument is its index.
    Choice(&'static [&'static str]),
}

impl Unit {
    /// Returns whether only whole numbers are allowed.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        matches!(self, Self::Samples | Self::Count | Self::Choice(_))
    }
}

/// One parameter of an indicator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name in formulas and configuration.
    pub name: &'static str,
    /// What it measures.
    pub unit: Unit,
    /// Least value allowed.
    pub low: f64,
    /// Largest value allowed.
    pub high: f64,
    /// The published or usual value.
    pub default: f64,
}

/// The longest window an indicator may keep, as in TA-Lib: 0.8 MB of samples.
pub const SAMPLES_MAX: usize = 100_000;

impl Parameter {
    /// A number of samples, from `low` to [`SAMPLES_MAX`].
    #[must_use]
    pub const fn samples(name: &'static str, low: usize, default: usize) -> Self {
        Self::number(name, Unit::Samples, low as f64, SAMPLES_MAX as f64, default as f64)
    }

    /// A number within a range.
    #[must_use]
    pub const fn number(name: &'static str, unit: Unit, low: f64, high: f64, default: f64) -> Self {
        Self { name, unit, low, high, default }
    }

    /// One of several words; the first is the default.
    #[must_use]
    pub const fn choice(name: &'static str, words: &'static [&'static str]) -> Self {
        Self::number(name, Unit::Choice(words), 0.0, words.len() as f64 - 1.0, 0.0)
    }

    /// The same parameter with another default.
    #[must_use]
    pub const fn or(self, default: f64) -> Self {
        Self { default, ..self }
    }

    /// Checks one argument.
    ///
    /// # Errors
    /// If it is outside the range, or not whole where only whole numbers make sense.
    pub fn check(&self, value: f64) -> Result<f64, ParameterError> {
        let Self { name: parameter, low, high, .. } = *self;
        if !(low..=high).contains(&value) {
            return Err(ParameterError::OutOfRange { parameter, value, low, high });
        }
        if self.unit.is_whole() && value.fract() != 0.0 {
            return Err(ParameterError::NotWhole { parameter, value });
        }
        Ok(value)
    }

    /// Returns the argument, for constructors called from code.
    ///
    /// # Panics
    /// If the argument is not allowed: the caller's bug.
    #[must_use]
    pub fn require(&self, value: f64) -> f64 {
        self.check(value).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Returns a number of samples or things, for constructors called from code.
    ///
    /// # Panics
    /// If the argument is not allowed: the caller's bug.
    #[must_use]
    pub fn require_whole(&self, value: usize) -> usize {
        let _ = self.require(value as f64);
        value
    }
}

/// Why an argument is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ParameterError {
    /// Choose one within the range.
    #[error("{parameter} = {value} is not within {low} to {high}")]
    OutOfRange {
        /// Which parameter.
        parameter: &'static str,
        /// The argument.
        value: f64,
        /// Least value allowed.
        low: f64,
        /// Largest value allowed.
        high: f64,
    },
    /// Choose a whole number.
    #[error("{parameter} = {value} is not a whole number")]
    NotWhole {
        /// Which parameter.
        parameter: &'static str,
        /// The argument.
        value: f64,
    },
    /// Leave the last ones away.
    #[error("{given} arguments where {allowed} are allowed")]
    TooMany {
        /// How many were given.
        given: usize,
        /// How many parameters there are.
        allowed: usize,
    },
    /// The arguments contradict each other.
    #[error("{0}")]
    Contradiction(&'static str),
}

/// Arguments for all parameters of an indicator, each within its range.
#[derive(Clone, Debug, PartialEq)]
pub struct Arguments {
    values: Vec<f64>,
}

impl Arguments {
    /// Checks the given arguments; parameters after them take their defaults.
    ///
    /// # Errors
    /// If there are more arguments than parameters or one is not allowed.
    pub fn new(parameters: &[Parameter], given: &[f64]) -> Result<Self, ParameterError> {
        if given.len() > parameters.len() {
            let (given, allowed) = (given.len(), parameters.len());
            return Err(ParameterError::TooMany { given, allowed });
        }
        let values = parameters
            .iter()
            .enumerate()
            .map(|(index, parameter)| {
                parameter.check(given.get(index).copied().unwrap_or(parameter.default))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { values })
    }

    /// Returns the argument at an index.
    ///
    /// # Panics
    /// If there is no such parameter: the indicator's bug.
    #[must_use]
    pub fn number(&self, index: usize) -> f64 {
        self.values[index]
    }

    /// Returns the argument at an index that is a whole number: of samples, of things, or the
    /// index of a word.
    ///
    /// # Panics
    /// If there is no such parameter: the indicator's bug.
    #[must_use]
    pub fn whole(&self, index: usize) -> usize {
        self.values[index] as usize
    }

    /// Returns all arguments in the order of the parameters.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}
