//! What a person should know about a connection, in words; made only when one is lost or refused.

/// One message, for stderr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which connection.
    pub source: &'static str,
    /// What happened to it.
    pub text: String,
}

impl Notice {
    /// Words about `source`.
    pub(super) fn new(source: &'static str, text: impl Into<String>) -> Self {
        Self { source, text: text.into() }
    }
}
