//! A dictionary as a list of tokens: the form between its source and its compiled form.

use super::Kind;

/// One statement of a dictionary. Members belong to the latest header, trailer, component,
/// message or open group; values to the latest field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// The version, first of all: `FIX.4.4`.
    Version(&'a str),
    /// A field: tag, name, type.
    Field(u32, &'a str, Kind),
    /// An allowed value of the latest field, and its name.
    Value(&'a str, &'a str),
    /// Members of the header follow.
    Header,
    /// Members of the trailer follow.
    Trailer,
    /// Members of a component follow.
    Component(&'a str),
    /// Members of a message follow: MsgType and name.
    Message(&'a str, &'a str),
    /// A field that may be there.
    Optional(u32),
    /// A field that must be there.
    Required(u32),
    /// A component's members stand here; whether those required there are required here.
    Use(&'a str, bool),
    /// A group begins: its counter, and whether that must be there.
    Group(u32, bool),
    /// The group ends.
    End,
}
