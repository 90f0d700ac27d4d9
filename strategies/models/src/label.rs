//! Names of classes, as models give them: integers or strings.

use std::fmt;

/// The name of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// An integer.
    Int(i64),
    /// A string.
    Text(String),
}

impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(label) => write!(formatter, "{label}"),
            Self::Text(label) => formatter.write_str(label),
        }
    }
}
