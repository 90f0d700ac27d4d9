//! Comma-separated values as people and programs write them: a header, then a row a line.
//!
//! Fields may stand in double quotes, which are doubled inside; a field does not go over the end
//! of its line. Empty lines are skipped, a byte order mark and carriage returns are ignored, and
//! every error names file, line and column.

use std::borrow::Cow;
use std::fmt::Display;
use std::path::Path;

use anyhow::{Context, anyhow, bail};

/// A file of comma-separated values with a header.
pub(crate) struct Sheet {
    name: String,
    text: String,
    header: Vec<String>,
    /// The line after the header, counted from 0, and where it begins.
    body: (usize, usize),
}

/// One line below the header.
pub(crate) struct Row<'a> {
    sheet: &'a Sheet,
    line: usize,
    fields: Vec<Cow<'a, str>>,
}

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, is not UTF-8, or has no header.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {name}"))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.iter().filter(|&&byte| byte == b'\n').count() + 1;
            anyhow!("{name}:{line}: this is not UTF-8 text")
        })?;
        Self::parse(name, text)
    }

    /// Reads a text that errors call `name`.
    ///
    /// # Errors
    /// If it has no header.
    pub(crate) fn parse(name: String, text: String) -> anyhow::Result<Self> {
        let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        for (index, line) in text[start..].split_inclusive('\n').enumerate() {
            start += line.len();
            if line.trim().is_empty() {
                continue;
            }
            let number = index + 1;
            let fields =
                split(line).ok_or_else(|| anyhow!("{name}:{number}: a quote is not closed"))?;
            let header = fields.iter().map(|field| field.trim().to_ascii_lowercase()).collect();
            return Ok(Self { name, header, body: (number, start), text });
        }
        bail!("{name}:1: the file is empty; a header was expected")
    }

    /// Returns the index of a column of the header; upper and lower case are the same.
    ///
    /// # Errors
    /// If it is missing or there twice.
    pub(crate) fn column(&self, wanted: &str) -> anyhow::Result<usize> {
        let Self { name, header, body: (line, _), .. } = self;
        let mut found = header.iter().enumerate().filter(|(_, column)| *column == wanted);
        match (found.next(), found.next()) {
            (Some((index, _)), None) => Ok(index),
            (None, _) => bail!(
                "{name}:{line}: column \"{wanted}\" is missing; the header has: {}",
                header.join(", ")
            ),
            _ => bail!("{name}:{line}: column \"{wanted}\" is there twice"),
        }
    }

    /// Returns the columns of the header, in lower case.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Returns the rows below the header, each an error if it does not have as many fields.
    pub(crate) fn rows(&self) -> impl Iterator<Item = anyhow::Result<Row<'_>>> {
        let (lines_before, start) = self.body;
        let lines = self.text[start..].lines().enumerate();
        lines.filter(|(_, line)| !line.trim().is_empty()).map(move |(index, line)| {
            let (name, line_number) = (&self.name, lines_before + index + 1);
            let fields = split(line)
                .ok_or_else(|| anyhow!("{name}:{line_number}: a quote is not closed"))?;
            if let Some(missing) = self.header.get(fields.len()) {
                bail!("{name}:{line_number}: column \"{missing}\" is missing in this line");
            }
            if fields.len() > self.header.len() {
                let (has, wants) = (fields.len(), self.header.len());
                bail!("{name}:{line_number}: {has} fields where the header has {wants}");
            }
            Ok(Row { sheet: self, line: line_number, fields })
        })
    }
}

impl Row<'_> {
    /// Returns a field without the spaces around it.
    pub(crate) fn get(&self, column: usize) -> &str {
        self.fields[column].trim()
    }

    /// Returns all fields as they are.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(AsRef::as_ref)
    }

    /// Returns a finite number.
    ///
    /// # Errors
    /// If the field is none.
    pub(crate) fn number(&self, column: usize) -> anyhow::Result<f64> {
        let text = self.get(column);
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            Ok(_) => Err(self.error(column, format!("\"{text}\" is not a finite number"))),
            Err(_) if text.is_empty() => Err(self.error(column, "a number is missing")),
            Err(_) => Err(self.error(column, format!("\"{text}\" is not a number"))),
        }
    }

    /// Says what is wrong with a field, and where it is.
    pub(crate) fn error(&self, column: usize, problem: impl Display) -> anyhow::Error {
        let Self { sheet: Sheet { name, header, .. }, line, .. } = self;
        anyhow!("{name}:{line}: column \"{}\": {problem}", header[column])
    }
}

/// Returns the text as a field of its own, in quotes if it needs them.
pub(crate) fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains(['"', ',', '\n']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

/// Splits a line at the commas outside of quotes; `None` if a quote is not closed.
fn split(line: &str) -> Option<Vec<Cow<'_, str>>> {
    let line = line.trim_end_matches(['\n', '\r']);
    if !line.contains('"') {
        return Some(line.split(',').map(Cow::Borrowed).collect());
    }
    let mut fields = vec![String::new()];
    let mut inside = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let field = fields.last_mut()?;
        match character {
            '"' if inside && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => inside = !inside,
            ',' if !inside => fields.push(String::new()),
            other => field.push(other),
        }
    }
    (!inside).then(|| fields.into_iter().map(Cow::Owned).collect())
}
