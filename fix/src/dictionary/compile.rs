//! Tokens to a [`Dictionary`], in two passes: names first, because components are used before
//! they are defined, then the members with all components put in their places.

use crate::tag::{header_slot, is_trailer};

use super::{Container, Dictionary, FieldDef, Kind, Member, MessageDef, Token, ValueDef};

/// Most members of one container, groups counted once: the largest message of the extension
/// packs has some 600. Bounds the set of tags seen that the validator keeps on the stack.
pub const MAX_MEMBERS: usize = 1024;

/// Most groups and components within each other; a component that contains itself ends here.
const MAX_DEPTH: usize = 16;

/// Why tokens make no dictionary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The version is missing, or not first.
    #[error("the dictionary does not begin with its version")]
    Version,
    /// A tag or a message type is defined twice.
    #[error("{0} is defined twice")]
    Twice(String),
    /// A component is used but not defined.
    #[error("component {0} is not defined")]
    Component(String),
    /// A field is used but not defined.
    #[error("tag {0} is not defined")]
    Field(u32),
    /// A group has no end or no member, or an end has no group.
    #[error("the group of tag {0} is malformed")]
    Group(u32),
    /// More than [`MAX_MEMBERS`] members in one container.
    #[error("{0} has too many members")]
    TooManyMembers(String),
    /// Groups and components lie too deep within each other.
    #[error("{0} is nested too deeply")]
    TooDeep(String),
    /// A member or a value stands where it belongs to nothing.
    #[error("a member or a value belongs to nothing")]
    Stray,
}

/// The members of one definition: a range of the tokens.
struct Definition<'a> {
    token: Token<'a>,
    members: &'a [Token<'a>],
}

/// What the second pass builds.
struct Builder<'a> {
    definitions: Vec<Definition<'a>>,
    containers: Vec<Container>,
}

impl Dictionary {
    /// Compiles tokens.
    ///
    /// # Errors
    /// The tokens contradict themselves; see [`CompileError`].
    pub fn compile(tokens: &[Token<'_>]) -> Result<Self, CompileError> {
        let [Token::Version(version), tokens @ ..] = tokens else {
            return Err(CompileError::Version);
        };
        let (fields, values) = fields(tokens)?;
        for token in tokens {
            let (Token::Optional(tag) | Token::Required(tag) | Token::Group(tag, _)) = *token
            else {
                continue;
            };
            if fields.binary_search_by_key(&tag, |field| field.tag).is_err() {
                return Err(CompileError::Field(tag));
            }
        }
        let mut builder =
            Builder { definitions: definitions(tokens)?, containers: vec![Container::default()] };
        let mut dictionary = Self {
            version: (*version).to_owned(),
            fields,
            values,
            messages: Vec::new(),
            containers: Vec::new(),
            header: 0,
            trailer: 0,
            own_header: Vec::new(),
            own_trailer: Vec::new(),
        };
        for index in 0..builder.definitions.len() {
            let Definition { token, members } = builder.definitions[index];
            match token {
                Token::Header => dictionary.header = builder.container("the header", members, 0)?,
                Token::Trailer => {
                    dictionary.trailer = builder.container("the trailer", members, 0)?;
                }
                Token::Message(msg_type, name) => {
                    let body = builder.container(name, members, 0)?;
                    let (msg_type, name) = (msg_type.to_owned(), name.to_owned());
                    dictionary.messages.push(MessageDef { msg_type, name, body });
                }
                _ => {}
            }
        }
        dictionary.messages.sort_by(|a, b| a.msg_type.cmp(&b.msg_type));
        let twice = dictionary.messages.windows(2).find(|two| two[0].msg_type == two[1].msg_type);
        if let Some(two) = twice {
            return Err(CompileError::Twice(two[0].name.clone()));
        }
        dictionary.containers = builder.containers;
        dictionary.link();
        Ok(dictionary)
    }
}

impl Dictionary {
    /// Third pass: what would otherwise be searched for with every message.
    fn link(&mut self) {
        for container in &mut self.containers {
            for (index, member) in container.members.iter_mut().enumerate() {
                let found = self.fields.binary_search_by_key(&member.tag, |field| field.tag);
                let index = u16::try_from(index).expect("MAX_MEMBERS is far below");
                let field = found.expect("the first pass has looked for every member");
                member.field = u32::try_from(field).expect("a table of fields is far smaller");
                if member.required {
                    container.required.push(index);
                }
            }
        }
        let tags = |container: &Container| -> Vec<u32> {
            container.members.iter().map(|member| member.tag).collect()
        };
        self.own_header = tags(self.header());
        self.own_trailer = tags(self.trailer());
        // BeginString and BodyLength are framing.
        self.own_header.retain(|tag| !matches!(tag, 8 | 9) && header_slot(*tag).is_none());
        self.own_trailer.retain(|tag| !is_trailer(*tag));
    }
}

impl Clone for Definition<'_> {
    fn clone(&self) -> Self {
        *self
    }
}

impl Copy for Definition<'_> {}

/// First pass: the fields with their values, sorted.
fn fields(tokens: &[Token<'_>]) -> Result<(Vec<FieldDef>, Vec<ValueDef>), CompileError> {
    let (mut fields, mut values) = (Vec::<FieldDef>::new(), Vec::<ValueDef>::new());
    let position = |values: &Vec<ValueDef>| u32::try_from(values.len()).unwrap_or(u32::MAX);
    for token in tokens {
        match *token {
            Token::Field(tag, name, kind) => {
                let here = position(&values);
                fields.push(FieldDef { tag, name: name.to_owned(), kind, values: (here, here) });
            }
            Token::Value(value, name) => {
                let field = fields.last_mut().ok_or(CompileError::Stray)?;
                values.push(ValueDef { value: value.to_owned(), name: name.to_owned() });
                field.values.1 = position(&values);
            }
            _ => {}
        }
    }
    for field in &mut fields {
        let range = field.values.0 as usize..field.values.1 as usize;
        values[range.clone()].sort_by(|a, b| a.value.cmp(&b.value));
        // Some dictionaries kept the type when values of two characters were added.
        if field.kind == Kind::Char && values[range].iter().any(|value| value.value.len() > 1) {
            field.kind = Kind::Text;
        }
    }
    fields.sort_by_key(|field| field.tag);
    match fields.windows(2).find(|two| two[0].tag == two[1].tag) {
        Some(two) => Err(CompileError::Twice(two[0].name.clone())),
        None => Ok((fields, values)),
    }
}

/// First pass: where each definition's members lie.
fn definitions<'a>(tokens: &'a [Token<'a>]) -> Result<Vec<Definition<'a>>, CompileError> {
    let is_member = |token: &Token<'_>| {
        matches!(
            token,
            Token::Optional(_)
                | Token::Required(_)
                | Token::Use(..)
                | Token::Group(..)
                | Token::End
        )
    };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Header | Token::Trailer | Token::Component(_) | Token::Message(..) => {
                let rest = &tokens[at..];
                let count = rest.iter().position(|token| !is_member(token)).unwrap_or(rest.len());
                found.push(Definition { token: *token, members: &rest[..count] });
                at += count;
            }
            Token::Field(..) | Token::Value(..) => {}
            _ => return Err(CompileError::Stray),
        }
    }
    Ok(found)
}

impl<'a> Builder<'a> {
    /// Second pass: makes a container and those of its groups.
    fn container(
        &mut self,
        name: &str,
        members: &'a [Token<'a>],
        depth: usize,
    ) -> Result<u32, CompileError> {
        let mut container = Container::default();
        self.fill(&mut container, name, members, true, depth)?;
        if container.members.len() > MAX_MEMBERS {
            return Err(CompileError::TooManyMembers(name.to_owned()));
        }
        container.members.sort_by_key(|member| member.tag);
        self.containers.push(container);
        // Far below 2^32: each container comes from at least one token.
        Ok(u32::try_from(self.containers.len() - 1).unwrap_or(u32::MAX))
    }

    fn fill(
        &mut self,
        container: &mut Container,
        name: &str,
        members: &'a [Token<'a>],
        required: bool,
        depth: usize,
    ) -> Result<(), CompileError> {
        if depth > MAX_DEPTH {
            return Err(CompileError::TooDeep(name.to_owned()));
        }
        let mut at = 0;
        while let Some(token) = members.get(at) {
            at += 1;
            match *token {
                Token::Optional(tag) => add(container, tag, false, None),
                Token::Required(tag) => add(container, tag, required, None),
                Token::Group(tag, needed) => {
                    let length = group_length(tag, &members[at..])?;
                    let entries = self.container(name, &members[at..at + length], depth + 1)?;
                    if self.containers[entries as usize].members.is_empty() {
                        return Err(CompileError::Group(tag));
                    }
                    add(container, tag, needed && required, Some(entries));
                    at += length + 1;
                }
                Token::Use(component, needed) => {
                    let is_it =
                        |found: &&Definition<'_>| found.token == Token::Component(component);
                    let Some(found) = self.definitions.iter().find(is_it) else {
                        return Err(CompileError::Component(component.to_owned()));
                    };
                    let members = found.members;
                    self.fill(container, name, members, required && needed, depth + 1)?;
                }
                _ => return Err(CompileError::Stray),
            }
        }
        Ok(())
    }
}

/// Returns the number of tokens before the end of the group that has just begun.
fn group_length(tag: u32, tokens: &[Token<'_>]) -> Result<usize, CompileError> {
    let mut open = 1;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Group(..) => open += 1,
            Token::End if open == 1 => return Ok(at),
            Token::End => open -= 1,
            _ => {}
        }
    }
    Err(CompileError::Group(tag))
}

/// Adds a member; the first of several with the same tag counts.
fn add(container: &mut Container, tag: u32, required: bool, group: Option<u32>) {
    if container.members.is_empty() {
        container.first = tag;
    }
    if container.members.iter().all(|member| member.tag != tag) {
        let order = u16::try_from(container.members.len()).unwrap_or(u16::MAX);
        container.members.push(Member { tag, required, field: 0, order, group });
    }
}
