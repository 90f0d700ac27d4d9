//! What a version of FIX says about fields, messages and groups, ready to be asked.
//!
//! ```text
//! QuickFIX XML ──xml──► tokens ──compile──► Dictionary
//!                         ▲
//!   committed tables ─────┘   (written by `cargo xtask fix-dictionary`)
//! ```
//!
//! The tables of all versions are part of the crate ([`Dictionary::standard`]); a broker's own
//! dictionary is loaded at start ([`Dictionary::from_xml`]). FIX 5.0 has two: the session's
//! (FIXT.1.1) and the application's.
//!
//! # Invariants
//! - Fields, messages and the members of every container are sorted, so that all questions are
//!   answered by bisection without allocation.
//! - A group's first member in order is its delimiter.

mod compile;
mod group;
mod kind;
mod tables;
#[cfg(test)]
mod tests;
mod token;
pub(crate) mod validate;
mod well_formed;
mod xml;

use crate::version::Version;

pub use compile::{CompileError, MAX_MEMBERS};
pub use group::{Entries, Entry};
pub use kind::Kind;
pub use token::Token;
pub use validate::Validation;
pub use xml::{Document, XmlError};

/// A compiled dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dictionary {
    version: String,
    fields: Vec<FieldDef>,
    values: Vec<ValueDef>,
    messages: Vec<MessageDef>,
    containers: Vec<Container>,
    header: u32,
    trailer: u32,
    /// Header and trailer fields that no version of the specification has, usually none.
    own_header: Vec<u32>,
    own_trailer: Vec<u32>,
}

/// Why a dictionary cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DictionaryError {
    /// The text is no XML in QuickFIX's format.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// The text contradicts itself.
    #[error(transparent)]
    Compile(#[from] CompileError),
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDef {
    /// Its number.
    pub tag: u32,
    /// Its name, such as `ClOrdID`.
    pub name: String,
    /// The type of its values.
    pub kind: Kind,
    /// The range of its allowed values; empty: any.
    values: (u32, u32),
}

/// One allowed value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ValueDef {
    value: String,
    name: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct MessageDef {
    msg_type: String,
    name: String,
    body: u32,
}

/// What may stand in a header, trailer, message or group entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Container {
    /// Ascending by tag.
    pub(crate) members: Vec<Member>,
    /// Positions of the required members.
    pub(crate) required: Vec<u16>,
    /// Tag of the first member in order: a group's delimiter. 0 if there is none.
    pub(crate) first: u32,
}

/// A field in a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) tag: u32,
    pub(crate) required: bool,
    /// Where the field is defined.
    field: u32,
    /// Position in the order of the dictionary.
    pub(crate) order: u16,
    /// The container of a group's entries, if the field is a group's counter.
    pub(crate) group: Option<u32>,
}

impl Container {
    /// Returns a member and its position among the members.
    #[inline]
    pub(crate) fn find(&self, tag: u32) -> Option<(usize, &Member)> {
        let at = self.members.binary_search_by_key(&tag, |member| member.tag).ok()?;
        Some((at, &self.members[at]))
    }
}

impl Dictionary {
    /// Compiles the committed table of a version: for 5.0 and later that of the application
    /// messages, see [`Dictionary::fixt`]. Cost: a few milliseconds; allocates.
    ///
    /// # Panics
    /// Never: a test compiles every committed table.
    #[must_use]
    pub fn standard(version: Version) -> Self {
        Self::compile(tables::of(version)).expect("the committed tables compile")
    }

    /// Compiles the committed table of the session layer FIXT.1.1.
    ///
    /// # Panics
    /// Never: a test compiles every committed table.
    #[must_use]
    pub fn fixt() -> Self {
        Self::compile(tables::FIXT11).expect("the committed tables compile")
    }

    /// Reads a dictionary in QuickFIX's XML format. Cost: milliseconds; allocates.
    ///
    /// # Errors
    /// The text is no such XML, names something that it does not define, or is too large.
    pub fn from_xml(text: &str) -> Result<Self, DictionaryError> {
        let document = Document::parse(text)?;
        Ok(Self::compile(&document.tokens()?)?)
    }

    /// Returns the version, such as `FIX.4.4`, `FIXT.1.1` or `FIX.5.0SP2`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns a field by its tag.
    #[must_use]
    pub fn field(&self, tag: u32) -> Option<&FieldDef> {
        let at = self.fields.binary_search_by_key(&tag, |field| field.tag).ok()?;
        Some(&self.fields[at])
    }

    /// Returns all fields, ascending by tag.
    #[must_use]
    pub fn fields(&self) -> &[FieldDef] {
        &self.fields
    }

    /// Returns the name of a value, such as `BUY` for Side(54)=1.
    #[must_use]
    pub fn value_name(&self, tag: u32, value: &[u8]) -> Option<&str> {
        let values = self.values_of(self.field(tag)?);
        let at = values.binary_search_by_key(&value, |known| known.value.as_bytes()).ok()?;
        Some(&values[at].name)
    }

    /// Returns the name of a message type, such as `NewOrderSingle`.
    #[must_use]
    pub fn message_name(&self, msg_type: &[u8]) -> Option<&str> {
        self.message(msg_type).map(|message| message.name.as_str())
    }

    /// Returns all message types with their names, ascending.
    pub fn messages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.messages.iter().map(|message| (message.msg_type.as_str(), message.name.as_str()))
    }

    /// Returns the user-defined data fields: a length's tag, and that of the data which stands
    /// behind it in some message. Cost: O(dictionary); allocates.
    #[must_use]
    pub fn data_fields(&self) -> Vec<(u32, u32)> {
        let kind = |tag| self.field(tag).map(|field| field.kind);
        let mut found = Vec::new();
        for container in &self.containers {
            let mut members: Vec<_> = container.members.iter().collect();
            members.sort_by_key(|member| member.order);
            for two in members.windows(2) {
                let (length, data) = (two[0].tag, two[1].tag);
                let kinds = (kind(length), kind(data)) == (Some(Kind::Int), Some(Kind::Data));
                if kinds && crate::tag::data_tag(length).is_none() {
                    found.push((length, data));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn message(&self, msg_type: &[u8]) -> Option<&MessageDef> {
        let find = |message: &MessageDef| message.msg_type.as_bytes().cmp(msg_type);
        self.messages.binary_search_by(find).ok().map(|at| &self.messages[at])
    }

    pub(crate) fn body(&self, msg_type: &[u8]) -> Option<&Container> {
        self.message(msg_type).map(|message| self.container(message.body))
    }

    pub(crate) fn header(&self) -> &Container {
        self.container(self.header)
    }

    pub(crate) fn trailer(&self) -> &Container {
        self.container(self.trailer)
    }

    pub(crate) fn container(&self, index: u32) -> &Container {
        &self.containers[index as usize]
    }

    /// Says whether a tag belongs to the header.
    pub(crate) fn is_header(&self, tag: u32) -> bool {
        crate::tag::header_slot(tag).is_some() || self.own_header.contains(&tag)
    }

    /// Says whether a tag belongs to the trailer.
    pub(crate) fn is_trailer(&self, tag: u32) -> bool {
        crate::tag::is_trailer(tag) || self.own_trailer.contains(&tag)
    }

    pub(crate) fn field_of(&self, member: &Member) -> &FieldDef {
        &self.fields[member.field as usize]
    }

    fn values_of(&self, field: &FieldDef) -> &[ValueDef] {
        &self.values[field.values.0 as usize..field.values.1 as usize]
    }

    /// Says whether a field may have the value; fields of several values are split at spaces.
    pub(crate) fn allows(&self, field: &FieldDef, value: &[u8]) -> bool {
        let values = self.values_of(field);
        let known = |value: &[u8]| {
            values.binary_search_by_key(&value, |known| known.value.as_bytes()).is_ok()
        };
        values.is_empty()
            || if field.kind.is_multiple() {
                value.split(|byte| *byte == b' ').all(known)
            } else {
                known(value)
            }
    }
}
