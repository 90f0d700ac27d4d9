//! Gann functions by name, for tables whose rows are function, argument and parameter.

use super::angles::{self, Direction, Ratio};
use super::domain::{DomainError, LARGEST_WHOLE};
use super::square_of_nine::{self, Cell};
use super::{hexagon, retracements, squaring, wheel_of_24};

/// What a table can ask for.
#[derive(Clone, Copy, Debug)]
pub struct TableFunction {
    /// Its name. Where it ends with `|TxP`, a ratio such as `1x8` stands there.
    pub name: &'static str,
    /// Its arguments, separated by semicolons.
    pub arguments: &'static str,
    /// Its parameter, empty if it takes none.
    pub parameter: &'static str,
    /// What it gives.
    pub meaning: &'static str,
    evaluate: Evaluate,
}

/// From arguments, parameter and ratio. A function that takes no parameter gets a zero.
#[derive(Clone, Copy, Debug)]
enum Evaluate {
    Number(fn(f64, f64) -> Result<f64, DomainError>),
    Whole(fn(i64) -> Result<f64, DomainError>),
    Pair(fn(f64, f64, f64) -> Result<f64, DomainError>),
    Line(Direction),
}

/// Why a row has no value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GannError {
    /// Choose one of [`FUNCTIONS`].
    #[error("no Gann function is called \"{0}\"")]
    UnknownFunction(String),
    /// Write a ratio after the bar.
    #[error("\"{0}\" lacks a ratio of time and price, such as gann_angle_up|1x8")]
    NoRatio(String),
    /// Write as many numbers as the function takes.
    #[error("{function} takes the argument {expected}, not \"{text}\"")]
    Argument {
        /// Which function.
        function: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What was given.
        text: String,
    },
    /// Write the parameter, or leave it away where there is none.
    #[error("{function} takes {expected}, not \"{text}\"")]
    Parameter {
        /// Which function.
        function: &'static str,
        /// What it takes.
        expected: String,
        /// What was given.
        text: String,
    },
    /// Choose a number the formula is defined for.
    #[error("{function}: {source}")]
    Domain {
        /// Which function.
        function: &'static str,
        /// What is wrong.
        source: DomainError,
    },
}

/// Returns the value of a row: `argument` is one number, or numbers separated by semicolons;
/// `parameter` a number, or empty where the function takes none.
///
/// # Errors
/// If there is no such function, something is not a number, or no value is defined.
pub fn evaluate(name: &str, argument: &str, parameter: &str) -> Result<f64, GannError> {
    let (stem, ratio) = name.split_once('|').map_or((name, None), |(stem, at)| (stem, Some(at)));
    let function = FUNCTIONS
        .iter()
        .find(|function| match function.name.split_once('|') {
            Some((its_stem, _)) => its_stem == stem,
            None => function.name == name,
        })
        .ok_or_else(|| GannError::UnknownFunction(name.to_owned()))?;
    let parameter = function.parameter(parameter)?;
    let domain = |source| GannError::Domain { function: function.name, source };
    match function.evaluate {
        Evaluate::Number(evaluate) => {
            let [number] = function.numbers(argument)?;
            evaluate(number, parameter).map_err(domain)
        }
        Evaluate::Whole(evaluate) => {
            let [number] = function.numbers(argument)?;
            evaluate(whole(number).map_err(domain)?).map_err(domain)
        }
        Evaluate::Pair(evaluate) => {
            let [first, second] = function.numbers(argument)?;
            evaluate(first, second, parameter).map_err(domain)
        }
        Evaluate::Line(direction) => {
            let ratio: Option<Ratio> = ratio.and_then(|ratio| ratio.parse().ok());
            let ratio = ratio.ok_or_else(|| GannError::NoRatio(name.to_owned()))?;
            let [pivot, price_per_bar] = function.numbers(argument)?;
            angles::line(pivot, price_per_bar, ratio, direction, parameter).map_err(domain)
        }
    }
}

impl TableFunction {
    fn numbers<const COUNT: usize>(&self, text: &str) -> Result<[f64; COUNT], GannError> {
        let wrong = || GannError::Argument {
            function: self.name,
            expected: self.arguments,
            text: text.to_owned(),
        };
        let numbers: Option<Vec<f64>> = text.split(';').map(number).collect();
        numbers.and_then(|numbers| numbers.try_into().ok()).ok_or_else(wrong)
    }

    fn parameter(&self, text: &str) -> Result<f64, GannError> {
        let value = match (self.parameter, text.trim()) {
            ("", "") => Some(0.0),
            ("", _) => None,
            (_, text) => number(text),
        };
        value.ok_or_else(|| GannError::Parameter {
            function: self.name,
            expected: match self.parameter {
                "" => "no parameter".to_owned(),
                parameter => format!("the parameter {parameter}"),
            },
            text: text.to_owned(),
        })
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

fn whole(number: f64) -> Result<i64, DomainError> {
    if number.fract() == 0.0 && number.abs() <= LARGEST_WHOLE as f64 {
        Ok(number as i64)
    } else {
        Err(DomainError::new("number", number, "a whole number up to 2^53"))
    }
}

/// A number on a spiral that begins with 1.
fn counted(number: i64) -> Result<u64, DomainError> {
    let expected = "a whole number from 1 to 2^53";
    u64::try_from(number).map_err(|_| DomainError::new("number", number as f64, expected))
}

const fn function(
    name: &'static str,
    arguments: &'static str,
    parameter: &'static str,
    meaning: &'static str,
    evaluate: Evaluate,
) -> TableFunction {
    TableFunction { name, arguments, parameter, meaning, evaluate }
}

/// Every function a table can ask for.
pub const FUNCTIONS: &[TableFunction] = &[
    function(
        "sq9_deg_futia",
        "price",
        "",
        "angle on the square of nine, zero in the centre",
        Evaluate::Number(|price, _| square_of_nine::root_angle(price)),
    ),
    function(
        "sq9_deg_1centre",
        "price",
        "",
        "angle on the square of nine, one in the centre",
        Evaluate::Number(|price, _| square_of_nine::one_centred_angle(price)),
    ),
    function(
        "sq9_ring_angle",
        "number",
        "",
        "exact angle of a cell of the square of nine",
        Evaluate::Whole(|number| Ok(square_of_nine::cell_angle(number))),
    ),
    function(
        "sq9_ring",
        "number",
        "",
        "ring of the square of nine; 1 is ring 0",
        Evaluate::Whole(|number| Ok(square_of_nine::ring(counted(number)?)? as f64)),
    ),
    function(
        "sq9_cell_x",
        "number",
        "",
        "column of the cell, 0 at the centre, to the right",
        Evaluate::Whole(|number| Ok(Cell::of(counted(number)?)?.x as f64)),
    ),
    function(
        "sq9_cell_y",
        "number",
        "",
        "row of the cell, 0 at the centre, upwards",
        Evaluate::Whole(|number| Ok(Cell::of(counted(number)?)?.y as f64)),
    ),
    function(
        "sq9_cell_number",
        "x;y",
        "",
        "number in a cell of the square of nine",
        Evaluate::Pair(|x, y, _| Ok(Cell { x: whole(x)?, y: whole(y)? }.number()? as f64)),
    ),
    function(
        "sq9_level",
        "price",
        "degrees",
        "level so many degrees along the square of nine",
        Evaluate::Number(square_of_nine::level),
    ),
    function(
        "sq9_level_half",
        "price",
        "degrees",
        "the same where a turn adds one to the root",
        Evaluate::Number(square_of_nine::level_half),
    ),
    function(
        "hex_deg_0centre",
        "number",
        "",
        "angle on the hexagon, zero in the centre",
        Evaluate::Whole(|number| Ok(hexagon::angle(number))),
    ),
    function(
        "hex_deg_1centre",
        "number",
        "",
        "angle on the hexagon, one in the centre",
        Evaluate::Whole(|number| Ok(hexagon::one_centred_angle(number))),
    ),
    function(
        "hex_level",
        "price",
        "degrees",
        "level so many degrees along the hexagon",
        Evaluate::Number(hexagon::level),
    ),
    function(
        "wheel24_deg",
        "number",
        "",
        "angle on the wheel of 24",
        Evaluate::Whole(|number| Ok(wheel_of_24::angle(number))),
    ),
    function(
        "wheel24_ring",
        "number",
        "",
        "ring of the wheel of 24",
        Evaluate::Whole(|number| Ok(wheel_of_24::ring(counted(number)?)? as f64)),
    ),
    function(
        "wheel24_time_deg",
        "seconds",
        "",
        "angle of a time of day",
        Evaluate::Number(|seconds, _| wheel_of_24::time_angle(seconds)),
    ),
    function(
        "gann_angle_up|TxP",
        "pivot;price_per_bar",
        "bars",
        "line from a pivot, rising P units of price in T of time",
        Evaluate::Line(Direction::Up),
    ),
    function(
        "gann_angle_down|TxP",
        "pivot;price_per_bar",
        "bars",
        "line from a pivot, falling P units of price in T of time",
        Evaluate::Line(Direction::Down),
    ),
    function(
        "retr_from_high",
        "low;high",
        "fraction",
        "retracement below the high",
        Evaluate::Pair(retracements::from_high),
    ),
    function(
        "retr_from_low",
        "low;high",
        "fraction",
        "retracement above the low",
        Evaluate::Pair(retracements::from_low),
    ),
    function(
        "ext_above_high",
        "low;high",
        "fraction",
        "extension above the high",
        Evaluate::Pair(retracements::above_high),
    ),
    function(
        "ext_below_low",
        "low;high",
        "fraction",
        "extension below the low",
        Evaluate::Pair(retracements::below_low),
    ),
    function(
        "retr_of_price",
        "price",
        "fraction",
        "fraction of a price",
        Evaluate::Number(retracements::of_price),
    ),
    function(
        "square_bars",
        "amount;price_per_bar",
        "",
        "bars that square a range, a low or a high",
        Evaluate::Pair(|amount, price_per_bar, _| squaring::bars_to_square(amount, price_per_bar)),
    ),
    function(
        "days_deg",
        "days",
        "",
        "calendar days as degrees of the year",
        Evaluate::Number(|days, _| squaring::days_to_degrees(days)),
    ),
];
