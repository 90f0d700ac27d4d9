//! Checks a received message against the dictionaries.
//!
//! Of several faults one is reported: first the order of header, body and trailer, then the
//! message type, then missing required fields (header, trailer, body, groups), then what is
//! wrong with the fields that are there, header first, and in the body the lowest tag.
//!
//! Cost: one bisection a field in the container and one in the list of fields; no allocation.

use super::well_formed::is_well_formed;
use super::{Container, Dictionary, FieldDef, MAX_MEMBERS};
use crate::codec::{Field, SOH, unsigned};
use crate::message::Message;
use crate::session::RejectReason;
use crate::tag;

/// What is checked. Each check can be left out for a broker whose messages are not clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validation {
    /// Fields have values (reason 4).
    pub values_present: bool,
    /// Values are of their type and among those allowed (reasons 5 and 6).
    pub values: bool,
    /// Required fields are there (reason 1).
    pub required: bool,
    /// Tags are defined, and defined for the message type (reasons 0 and 2).
    pub tags: bool,
    /// Tags from 5000 on are defined as well; otherwise they are let through.
    pub user_defined_tags: bool,
    /// Header, body and trailer follow each other (reason 14), and no tag is repeated (13).
    pub order: bool,
    /// Groups have as many entries as they say (reason 16).
    pub group_counts: bool,
    /// Entries of groups begin with their first field and keep the dictionary's order (15).
    pub group_order: bool,
    /// XML inside of data fields is well-formed (reason 12).
    pub xml: bool,
    /// Fields that this counterparty must send besides: message type and tag.
    pub also_required: Vec<(String, u32)>,
}

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: RejectReason,
    pub(crate) tag: Option<u32>,
}

impl Validation {
    /// Everything is checked, except the order inside of groups, which many senders ignore.
    #[must_use]
    pub const fn full() -> Self {
        Self {
            values_present: true,
            values: true,
            required: true,
            tags: true,
            user_defined_tags: true,
            order: true,
            group_counts: true,
            group_order: false,
            xml: true,
            also_required: Vec::new(),
        }
    }

    /// What a careful receiver of foreign messages checks: required fields, group counts and
    /// the values of known fields; unknown tags are let through.
    #[must_use]
    pub fn lenient() -> Self {
        Self { tags: false, user_defined_tags: false, order: false, ..Self::full() }
    }
}

/// Members seen in one container.
struct Seen([u64; MAX_MEMBERS / 64]);

impl Seen {
    /// Adds a member; says whether it was there already.
    fn add(&mut self, index: usize) -> bool {
        let (word, bit) = (index / 64, 1 << (index % 64));
        let before = self.0[word] & bit != 0;
        self.0[word] |= bit;
        before
    }
}

/// One pass over one message.
struct Pass<'a> {
    rules: &'a Validation,
    /// Where the fields' types are looked up.
    dictionary: &'a Dictionary,
    bytes: &'a [u8],
    fields: &'a [Field],
    at: usize,
    /// The lowest required tag missing.
    missing: Option<u32>,
    fault: Option<(Rank, Fault)>,
    /// The counter of the outermost group that is open.
    counter: Option<u32>,
}

/// Which of several faults is reported: the lowest tag of the top level, wrong groups first.
type Rank = (i32, bool);

impl Validation {
    /// Checks a message: its header and trailer against the session's dictionary, its body
    /// against the application's (the same before FIX 5.0).
    pub(crate) fn check(
        &self,
        message: &Message<'_>,
        session: &Dictionary,
        application: &Dictionary,
    ) -> Result<(), Fault> {
        let fields = message.all_fields();
        let fault = |reason, tag| Err(Fault { reason, tag });
        if self.order
            && let Some(tag) = out_of_order(fields, session)
        {
            return fault(RejectReason::OutOfOrder, Some(tag));
        }
        let msg_type = message.msg_type();
        let Some(body) = application.body(msg_type) else {
            return fault(RejectReason::MsgType, None);
        };
        // Where the order is not checked, header fields may stand anywhere.
        let header_end = fields.iter().take_while(|field| session.is_header(field.tag)).count();
        let (header, rest) = fields.split_at(header_end);
        let trailer_start = rest.iter().rposition(|field| !session.is_trailer(field.tag));
        let (rest, trailer) = rest.split_at(trailer_start.map_or(0, |at| at + 1));
        let parts = [
            (session, header, session.header(), true),
            (session, trailer, session.trailer(), false),
            (application, rest, body, false),
        ];
        let mut first = None;
        for (dictionary, fields, container, framed) in parts {
            let mut pass = Pass {
                rules: self,
                dictionary,
                bytes: message.bytes(),
                fields,
                at: 0,
                missing: None,
                fault: None,
                counter: None,
            };
            pass.top_level(container, framed);
            if let Some(tag) = pass.missing.filter(|_| self.required) {
                return fault(RejectReason::RequiredTagMissing, Some(tag));
            }
            first = first.or(pass.fault.map(|(_, fault)| fault));
        }
        let wanted = self.also_required.iter().filter(|wanted| wanted.0.as_bytes() == msg_type);
        for (_, tag) in wanted {
            if message.get(*tag).is_none() {
                return fault(RejectReason::RequiredTagMissing, Some(*tag));
            }
        }
        first.map_or(Ok(()), Err)
    }
}

/// Returns the first field that stands behind a part it should be before.
fn out_of_order(fields: &[Field], session: &Dictionary) -> Option<u32> {
    let mut part = 0;
    for field in fields {
        let belongs = match field.tag {
            tag if session.is_header(tag) => 0,
            tag if session.is_trailer(tag) => 2,
            _ => 1,
        };
        if belongs < part {
            return Some(field.tag);
        }
        part = belongs;
    }
    None
}

impl Pass<'_> {
    /// Checks one part of the message; `framed`: the decoder has taken some fields already.
    fn top_level(&mut self, container: &Container, framed: bool) {
        let mut seen = Seen([0; MAX_MEMBERS / 64]);
        while let Some(field) = self.fields.get(self.at).copied() {
            self.at += 1;
            match container.find(field.tag) {
                Some((index, member)) => {
                    self.check_value(&field, Some(self.dictionary.field_of(member)));
                    if seen.add(index) && self.rules.order {
                        self.fault(RejectReason::RepeatedTag, field.tag);
                    }
                    if let Some(group) = member.group {
                        self.counter = Some(field.tag);
                        self.group(&field, self.dictionary.container(group));
                        self.counter = None;
                    }
                }
                None => {
                    let known = self.dictionary.field(field.tag);
                    self.check_value(&field, known);
                    self.check_unknown(&field, known.is_some(), framed);
                }
            }
        }
        let dropped = |tag| matches!(tag, tag::BEGIN_STRING | tag::BODY_LENGTH | tag::CHECK_SUM);
        self.check_required(container, &seen, dropped);
    }

    /// Checks the entries of a group whose counter has just been passed.
    fn group(&mut self, counter: &Field, group: &Container) {
        let mut seen = Seen([0; MAX_MEMBERS / 64]);
        let (mut count, mut last_order) = (0_u64, 0);
        while let Some(field) = self.fields.get(self.at).copied() {
            let Some((index, member)) = group.find(field.tag) else { break };
            self.at += 1;
            let begins = field.tag == group.first || count == 0;
            if begins || seen.add(index) {
                if count > 0 {
                    self.check_required(group, &seen, |_| false);
                }
                if field.tag != group.first && self.rules.group_order {
                    self.fault(RejectReason::GroupOrder, field.tag);
                }
                count += 1;
                last_order = 0;
                seen = Seen([0; MAX_MEMBERS / 64]);
                seen.add(index);
            }
            if member.order < last_order && self.rules.group_order {
                self.fault(RejectReason::GroupOrder, field.tag);
            }
            last_order = member.order;
            self.check_value(&field, Some(self.dictionary.field_of(member)));
            if let Some(inner) = member.group {
                self.group(&field, self.dictionary.container(inner));
            }
        }
        if count > 0 {
            self.check_required(group, &seen, |_| false);
        }
        let declared = unsigned(self.value(counter));
        if self.rules.group_counts && declared.is_some_and(|declared| declared != count) {
            self.fault(RejectReason::GroupCount, counter.tag);
        }
    }

    fn check_required(&mut self, container: &Container, seen: &Seen, dropped: fn(u32) -> bool) {
        for index in container.required.iter().map(|index| usize::from(*index)) {
            let there = seen.0[index / 64] >> (index % 64) & 1 == 1;
            let tag = container.members[index].tag;
            if !there && !dropped(tag) {
                self.missing.get_or_insert(tag);
                return;
            }
        }
    }

    fn check_value(&mut self, field: &Field, known: Option<&FieldDef>) {
        let value = self.value(field);
        if value.is_empty() && self.rules.values_present {
            return self.fault(RejectReason::TagWithoutValue, field.tag);
        }
        if self.rules.xml && tag::XML.contains(&field.tag) && !is_well_formed(value) {
            return self.fault(RejectReason::Xml, field.tag);
        }
        let Some(known) = known.filter(|_| self.rules.values) else { return };
        if !known.kind.accepts(value) {
            self.fault(RejectReason::IncorrectFormat, field.tag);
        } else if !self.dictionary.allows(known, value) {
            self.fault(RejectReason::ValueOutOfRange, field.tag);
        }
    }

    /// A field that is no member: unknown, or of other messages. In the header it is one that
    /// other versions have there.
    fn check_unknown(&mut self, field: &Field, known: bool, header: bool) {
        let user_defined = (tag::FIRST_USER_DEFINED..tag::FIRST_NEGATIVE).contains(&field.tag);
        let wanted = if user_defined { self.rules.user_defined_tags } else { self.rules.tags };
        if !wanted {
            return;
        }
        if !known {
            self.fault(RejectReason::InvalidTag, field.tag);
        } else if !header {
            self.fault(RejectReason::TagNotDefined, field.tag);
        }
    }

    /// Remembers a fault if it ranks before the one known, the first of several equal ones.
    #[cold]
    fn fault(&mut self, reason: RejectReason, tag: u32) {
        // Negative tags come before all others, as they do by number.
        let top = self.counter.unwrap_or(tag).cast_signed();
        let structure = matches!(reason, RejectReason::GroupCount | RejectReason::GroupOrder);
        let rank = (top, !structure);
        if self.fault.is_none_or(|(known, _)| rank < known) {
            self.fault = Some((rank, Fault { reason, tag: Some(tag) }));
        }
    }

    fn value(&self, field: &Field) -> &[u8] {
        debug_assert_eq!(self.bytes[field.end as usize], SOH);
        &self.bytes[field.start as usize..field.end as usize]
    }
}
