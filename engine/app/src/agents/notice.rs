//! What a person should know about a connection, in words; made only when one is lost or refused.

/// One message, for stderr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which connection.
    pub source: String,
    /// What happened to it.
    pub text: String,
}

impl Notice {
    /// Words about `source`.
    pub(super) fn new(source: &str, text: impl Into<String>) -> Self {
        Self { source: source.to_owned(), text: text.into() }
    }
}
