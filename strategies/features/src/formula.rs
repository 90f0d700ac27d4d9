//! Formulas name one output of one indicator: `macd(12, 26, 9).hist of hl2`.
//!
//! ```text
//! formula  = name [ "(" argument { "," argument } ")" ] [ "." output ] [ " of " price ]
//! argument = [ parameter "=" ] ( number | word )
//! ```
//! Arguments left away take their defaults; the output may be left away if there is only one, the
//! price if it is the indicator's own.

use std::fmt;

use crate::AppliedPrice;
use crate::catalog::{self, BuildError, Dynamic, Listing};
use crate::market::MarketSample;
use crate::parameter::{Arguments, Parameter, ParameterError, Unit};

/// One output of one indicator with all its arguments.
#[derive(Clone, Debug)]
pub struct Formula {
    /// Which indicator.
    pub listing: &'static Listing,
    /// Its arguments.
    pub arguments: Arguments,
    /// Index of the output.
    pub output: usize,
    /// The price it reads, if it reads a single one.
    pub price: AppliedPrice,
}

/// Why a formula cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FormulaError {
    /// Look it up in the catalogue.
    #[error("no indicator is called \"{0}\"")]
    UnknownIndicator(String),
    /// Look at the indicator's outputs.
    #[error("{indicator} has no output \"{output}\"; it has {}", .has.join(", "))]
    UnknownOutput {
        /// Which indicator.
        indicator: &'static str,
        /// What was asked for.
        output: String,
        /// What there is.
        has: &'static [&'static str],
    },
    /// Look at the indicator's parameters.
    #[error("{indicator} has no parameter \"{parameter}\"")]
    UnknownParameter {
        /// Which indicator.
        indicator: &'static str,
        /// What was given.
        parameter: String,
    },
    /// Write a number, or one of the parameter's words.
    #[error("{parameter} cannot be \"{value}\"")]
    NotANumber {
        /// Which parameter.
        parameter: &'static str,
        /// What was given.
        value: String,
    },
    /// Choose a price of a candle.
    #[error("no price is called \"{0}\"")]
    UnknownPrice(String),
    /// Close the parenthesis.
    #[error("\"{0}\" lacks a closing parenthesis, or has something after it")]
    Parenthesis(String),
    /// Choose other arguments.
    #[error("{indicator}: {source}")]
    Argument {
        /// Which indicator.
        indicator: &'static str,
        /// What is wrong.
        source: ParameterError,
    },
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// If it is not written like one, or the catalogue has no such thing.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let (call, price) = match text.rsplit_once(" of ") {
            Some((call, price)) => (call.trim(), Some(price.trim())),
            None => (text.trim(), None),
        };
        let (name, arguments, output) = split(call)?;
        let listing =
            catalog::find(name).ok_or_else(|| FormulaError::UnknownIndicator(name.to_owned()))?;
        let price = match price {
            Some(name) => AppliedPrice::named(name)
                .ok_or_else(|| FormulaError::UnknownPrice(name.to_owned()))?,
            None => listing.entry.price,
        };
        let given = read_arguments(listing, arguments)?;
        let arguments = listing
            .arguments(&given)
            .map_err(|source| FormulaError::Argument { indicator: listing.entry.name, source })?;
        Ok(Self { listing, arguments, output: find_output(listing, output)?, price })
    }

    /// Builds the indicator on candles; it writes all its outputs.
    ///
    /// # Errors
    /// If it does not run on candles.
    pub fn build(&self) -> Result<Box<dyn Dynamic>, BuildError> {
        self.listing.build(self.arguments.values(), self.price)
    }

    /// Builds the indicator on books and trades; it writes all its outputs.
    ///
    /// # Errors
    /// If it runs on candles.
    pub fn build_on_market(&self) -> Result<Box<dyn Dynamic<MarketSample>>, BuildError> {
        self.listing.build_on_market(self.arguments.values())
    }

    /// Returns whether one indicator serves both.
    #[must_use]
    pub fn shares_indicator(&self, other: &Self) -> bool {
        self.listing.entry.name == other.listing.entry.name
            && self.arguments == other.arguments
            && self.price == other.price
    }
}

/// The whole formula with nothing left away, `macd(fast=12,slow=26,signal=9).hist of close`: the
/// same text for the same feature, however it was written.
impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = &self.listing.entry;
        write!(f, "{}(", entry.name)?;
        for (index, parameter) in entry.parameters.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{}=", parameter.name)?;
            match parameter.unit {
                Unit::Choice(words) => f.write_str(words[self.arguments.whole(index)])?,
                _ => write!(f, "{}", self.arguments.number(index))?,
            }
        }
        write!(f, ").{} of {}", self.listing.outputs[self.output], self.price.name())
    }
}

/// Splits `name(arguments).output`.
fn split(call: &str) -> Result<(&str, &str, Option<&str>), FormulaError> {
    let Some((name, rest)) = call.split_once('(') else {
        return Ok(match call.split_once('.') {
            Some((name, output)) => (name.trim(), "", Some(output.trim())),
            None => (call, "", None),
        });
    };
    let broken = || FormulaError::Parenthesis(call.to_owned());
    let (arguments, rest) = rest.split_once(')').ok_or_else(broken)?;
    let rest = rest.trim();
    let output = match rest.strip_prefix('.') {
        Some(output) => Some(output.trim()),
        None if rest.is_empty() => None,
        None => return Err(broken()),
    };
    Ok((name.trim(), arguments, output))
}

fn read_arguments(listing: &Listing, text: &str) -> Result<Vec<f64>, FormulaError> {
    let parameters = listing.entry.parameters;
    let mut values: Vec<f64> = parameters.iter().map(|parameter| parameter.default).collect();
    let written: Vec<&str> =
        text.split(',').map(str::trim).filter(|argument| !argument.is_empty()).collect();
    if written.len() > parameters.len() {
        let (given, allowed) = (written.len(), parameters.len());
        let source = ParameterError::TooMany { given, allowed };
        return Err(FormulaError::Argument { indicator: listing.entry.name, source });
    }
    for (position, argument) in written.into_iter().enumerate() {
        let (index, value) = match argument.split_once('=') {
            Some((name, value)) => {
                let name = name.trim();
                let index = parameters.iter().position(|parameter| parameter.name == name);
                let index = index.ok_or_else(|| FormulaError::UnknownParameter {
                    indicator: listing.entry.name,
                    parameter: name.to_owned(),
                })?;
                (index, value.trim())
            }
            None => (position, argument),
        };
        values[index] = read_value(&parameters[index], value)?;
    }
    Ok(values)
}

fn read_value(parameter: &Parameter, value: &str) -> Result<f64, FormulaError> {
    if let Unit::Choice(words) = parameter.unit
        && let Some(index) = words.iter().position(|&word| word == value)
    {
        return Ok(index as f64);
    }
    value.parse().map_err(|_| FormulaError::NotANumber {
        parameter: parameter.name,
        value: value.to_owned(),
    })
}

fn find_output(listing: &Listing, output: Option<&str>) -> Result<usize, FormulaError> {
    let found = match output {
        Some(name) => listing.outputs.iter().position(|&output| output == name),
        None if listing.outputs.len() == 1 => Some(0),
        None => None,
    };
    found.ok_or_else(|| FormulaError::UnknownOutput {
        indicator: listing.entry.name,
        output: output.unwrap_or_default().to_owned(),
        has: listing.outputs,
    })
}
