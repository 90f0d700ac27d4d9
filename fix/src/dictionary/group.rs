//! Repeating groups of a received message, by the dictionary.

use super::{Container, Dictionary};
use crate::codec::Field;
use crate::message::Message;

/// The entries of a group, each a slice of the message's fields.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    part: Part<'a>,
    container: &'a Container,
    at: usize,
}

/// One entry of a group.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    part: Part<'a>,
    container: &'a Container,
}

/// Fields of a message, all in one container or in groups of it.
#[derive(Clone, Copy, Debug)]
struct Part<'a> {
    dictionary: &'a Dictionary,
    bytes: &'a [u8],
    fields: &'a [Field],
}

impl<'a> Message<'a> {
    /// Returns the entries of the group with this counter: `None` if the counter is not in the
    /// message or no group of this message type. Cost: O(fields).
    #[must_use]
    pub fn group(&self, dictionary: &'a Dictionary, counter: u32) -> Option<Entries<'a>> {
        let container = dictionary.body(self.msg_type())?;
        let part = Part { dictionary, bytes: self.bytes(), fields: self.body_fields() };
        part.group(container, counter)
    }

    /// Returns the fields after the header that stand in no group, each with the fields of the
    /// groups it counts: tag and the range of its bytes in [`Message::bytes`], the last
    /// separator included.
    pub fn top_level(
        &self,
        dictionary: &'a Dictionary,
    ) -> impl Iterator<Item = (u32, &'a [u8])> + use<'a> {
        static NONE: Container = Container { members: Vec::new(), required: Vec::new(), first: 0 };
        let container = dictionary.body(self.msg_type()).unwrap_or(&NONE);
        let part = Part { dictionary, bytes: self.bytes(), fields: self.body_fields() };
        let mut at = 0;
        std::iter::from_fn(move || {
            let first = part.fields.get(at)?;
            let end = part.end_of_group(container, at).unwrap_or(at + 1);
            let last = &part.fields[end - 1];
            at = end;
            // The tag begins behind the separator before it.
            let value = first.start as usize;
            let separator = part.bytes[..value].iter().rposition(|byte| *byte == crate::codec::SOH);
            let start = separator.map_or(0, |at| at + 1);
            Some((first.tag, &part.bytes[start..=last.end as usize]))
        })
    }
}

impl<'a> Part<'a> {
    fn group(self, container: &Container, counter: u32) -> Option<Entries<'a>> {
        let (_, member) = container.find(counter)?;
        let group = self.dictionary.container(member.group?);
        let mut at = 0;
        while let Some(field) = self.fields.get(at) {
            let end = self.end_of_group(container, at).unwrap_or(at + 1);
            if field.tag == counter {
                let part = Part { fields: &self.fields[at + 1..end], ..self };
                return Some(Entries { part, container: group, at: 0 });
            }
            at = end;
        }
        None
    }

    /// Returns where the group ends whose counter stands at `at`; `None` if it is no counter.
    fn end_of_group(&self, container: &Container, at: usize) -> Option<usize> {
        let (_, member) = container.find(self.fields.get(at)?.tag)?;
        let group = self.dictionary.container(member.group?);
        let mut at = at + 1;
        while self.fields.get(at).is_some_and(|field| group.find(field.tag).is_some()) {
            at = self.end_of_group(group, at).unwrap_or(at + 1);
        }
        Some(at)
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let start = self.at;
        self.part.fields.get(start)?;
        let mut end = self.part.end_of_group(self.container, start).unwrap_or(start + 1);
        // The delimiter begins the next entry.
        let delimiter = self.container.first;
        while self.part.fields.get(end).is_some_and(|field| field.tag != delimiter) {
            end = self.part.end_of_group(self.container, end).unwrap_or(end + 1);
        }
        self.at = end;
        let part = Part { fields: &self.part.fields[start..end], ..self.part };
        Some(Entry { part, container: self.container })
    }
}

impl<'a> Entry<'a> {
    /// Returns the value of a field of the entry itself, not of a group inside.
    #[must_use]
    pub fn get(&self, tag: u32) -> Option<&'a [u8]> {
        let mut at = 0;
        while let Some(field) = self.part.fields.get(at) {
            if field.tag == tag {
                return Some(&self.part.bytes[field.start as usize..field.end as usize]);
            }
            at = self.part.end_of_group(self.container, at).unwrap_or(at + 1);
        }
        None
    }

    /// Returns the entries of a group inside.
    #[must_use]
    pub fn group(&self, counter: u32) -> Option<Entries<'a>> {
        self.part.group(self.container, counter)
    }

    /// Returns all fields of the entry, those of groups inside included, in the order received.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (u32, &'a [u8])> + use<'a> {
        let Part { bytes, fields, .. } = self.part;
        fields.iter().map(|field| (field.tag, &bytes[field.start as usize..field.end as usize]))
    }
}
