//! Dictionaries in QuickFIX's XML format, as most brokers publish theirs.
//!
//! ```text
//! <fix major='4' minor='4'> <header>…</header> <messages><message name= msgtype=>…</message>
//! </messages> <trailer>…</trailer> <components><component name=>…</component></components>
//! <fields><field number= name= type=><value enum= description=/></field></fields> </fix>
//! ```
//!
//! The reader knows the XML that occurs there: elements, attributes, comments, declarations,
//! the five named entities and numbered ones. Text between elements is skipped.

use std::collections::BTreeMap;

use super::{Kind, Token};

/// Why a text is no dictionary in QuickFIX's format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Not well-formed.
    #[error("line {line}: the XML is malformed")]
    Malformed {
        /// Line of the element, from 1.
        line: usize,
    },
    /// An element lacks an attribute, or it is not a number where one is needed.
    #[error("line {line}: attribute {name} is missing or wrong")]
    Attribute {
        /// Line of the element, from 1.
        line: usize,
        /// The attribute.
        name: &'static str,
    },
    /// A member names a field that is not defined.
    #[error("line {line}: field {name} is not defined")]
    Unknown {
        /// Line of the element, from 1.
        line: usize,
        /// The field's name.
        name: String,
    },
    /// The outermost element is not `<fix>`.
    #[error("the outermost element is not <fix>")]
    NotFix,
}

/// A parsed text: its elements in order.
#[derive(Clone, Debug)]
pub struct Document {
    elements: Vec<Element>,
    version: String,
}

#[derive(Clone, Debug)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    line: usize,
    kind: Tag,
    /// The element around it, empty for the outermost.
    parent: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Open,
    Close,
    Empty,
}

impl Document {
    /// Splits the text into elements.
    ///
    /// # Errors
    /// It is not well-formed, or its outermost element is not `<fix>`.
    pub fn parse(text: &str) -> Result<Self, XmlError> {
        let elements = elements(text)?;
        let root = elements.first().filter(|root| root.name == "fix").ok_or(XmlError::NotFix)?;
        let kind = root.get("type").unwrap_or("FIX");
        let part = |name| root.get(name).unwrap_or("0");
        let mut version = format!("{kind}.{}.{}", part("major"), part("minor"));
        if !matches!(part("servicepack"), "0" | "") {
            version = format!("{version}SP{}", part("servicepack"));
        }
        Ok(Self { elements, version })
    }

    /// Translates the elements to tokens.
    ///
    /// # Errors
    /// An attribute is missing, or a member's field is not defined.
    pub fn tokens(&self) -> Result<Vec<Token<'_>>, XmlError> {
        let tags = self.tags()?;
        let tag = |element: &Element| {
            let name = element.need("name")?;
            let unknown = XmlError::Unknown { line: element.line, name: name.to_owned() };
            tags.get(name).copied().ok_or(unknown)
        };
        let mut tokens = vec![Token::Version(&self.version)];
        for element in &self.elements {
            let required =
                element.get("required").is_some_and(|text| text.eq_ignore_ascii_case("y"));
            match (element.name.as_str(), element.kind) {
                ("group", Tag::Close) => tokens.push(Token::End),
                (_, Tag::Close) => {}
                ("header", _) => tokens.push(Token::Header),
                ("trailer", _) => tokens.push(Token::Trailer),
                ("message", _) => {
                    tokens.push(Token::Message(element.need("msgtype")?, element.need("name")?));
                }
                ("component", _) if element.parent == "components" => {
                    tokens.push(Token::Component(element.need("name")?));
                }
                ("component", _) => tokens.push(Token::Use(element.need("name")?, required)),
                ("field", _) if element.parent == "fields" => {
                    let kind = Kind::of(element.need("type")?, &self.version);
                    tokens.push(Token::Field(element.number()?, element.need("name")?, kind));
                }
                ("field", _) if required => tokens.push(Token::Required(tag(element)?)),
                ("field", _) => tokens.push(Token::Optional(tag(element)?)),
                ("group", kind) => {
                    tokens.push(Token::Group(tag(element)?, required));
                    if kind == Tag::Empty {
                        tokens.push(Token::End);
                    }
                }
                ("value", _) => {
                    let value = element.need("enum")?;
                    tokens.push(Token::Value(value, element.get("description").unwrap_or(value)));
                }
                _ => {}
            }
        }
        Ok(tokens)
    }

    /// First pass: the fields' names.
    fn tags(&self) -> Result<BTreeMap<&str, u32>, XmlError> {
        let fields = self.elements.iter().filter(|element| {
            element.name == "field" && element.parent == "fields" && element.kind != Tag::Close
        });
        fields.map(|field| Ok((field.need("name")?, field.number()?))).collect()
    }
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|attribute| attribute.0 == name);
        found.map(|attribute| attribute.1.as_str())
    }

    fn need(&self, name: &'static str) -> Result<&str, XmlError> {
        self.get(name).ok_or(XmlError::Attribute { line: self.line, name })
    }

    fn number(&self) -> Result<u32, XmlError> {
        let wrong = XmlError::Attribute { line: self.line, name: "number" };
        self.need("number")?.parse().map_err(|_| wrong)
    }
}

fn elements(text: &str) -> Result<Vec<Element>, XmlError> {
    let mut found = Vec::<Element>::new();
    let mut open = Vec::<String>::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let line = 1 + text[..text.len() - rest.len() + start].matches('\n').count();
        let malformed = XmlError::Malformed { line };
        rest = &rest[start + 1..];
        let end = match rest {
            _ if rest.starts_with("!--") => rest.find("-->").map(|at| at + 2),
            _ => end_of_element(rest),
        };
        let end = end.ok_or_else(|| malformed.clone())?;
        let (inside, after) = rest.split_at(end);
        rest = &after[1..];
        if inside.starts_with(['!', '?']) {
            continue;
        }
        let (inside, kind) = match (inside.strip_prefix('/'), inside.strip_suffix('/')) {
            (Some(name), _) => (name, Tag::Close),
            (None, Some(inside)) => (inside, Tag::Empty),
            (None, None) => (inside, Tag::Open),
        };
        let name_end = inside.find(char::is_whitespace).unwrap_or(inside.len());
        let name = inside[..name_end].to_owned();
        if kind == Tag::Close && open.pop().as_ref() != Some(&name) {
            return Err(malformed);
        }
        let parent = open.last().cloned().unwrap_or_default();
        if kind == Tag::Open {
            open.push(name.clone());
        }
        let attributes = attributes(&inside[name_end..]).ok_or(malformed)?;
        found.push(Element { name, attributes, line, kind, parent });
    }
    match open.pop() {
        None => Ok(found),
        Some(_) => Err(XmlError::Malformed { line: 1 + text.matches('\n').count() }),
    }
}

/// The position of the `>` that ends an element: one inside quotes does not.
fn end_of_element(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'\'' | b'"') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn attributes(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
        let (value, after) = after[1..].split_once(quote)?;
        found.push((name.trim().to_owned(), unescape(value)?));
        rest = after.trim_start();
    }
    Some(found)
}

fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        let (entity, after) = rest[start + 1..].split_once(';')?;
        plain.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = entity.strip_prefix('#')?;
                let code = match number.strip_prefix('x') {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        });
        rest = after;
    }
    plain.push_str(rest);
    Some(plain)
}
