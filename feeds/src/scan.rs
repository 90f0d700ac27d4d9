//! Zero-copy JSON scanning: a field becomes an integer or a piece of the frame, nothing else.
//!
//! Two ways through a frame share one [`Scanner`]: a fast way that expects the venue's usual
//! bytes ([`Scanner::literal`] and the typed fields), and a general way that accepts any JSON
//! ([`Scanner::members`] finds the wanted members in any order and skips the rest).
//! Numbers are read eight bytes at a time, in safe Rust; see `digits`.
//!
//! Skipped values are checked against the JSON grammar, except that text is not checked to be
//! UTF-8. A wanted text with an escape in it is returned raw, so it equals no expected word.
//!
//! Hot: called per frame. No allocation, no float, no panic; errors carry the byte offset.

mod digits;
#[cfg(test)]
mod tests;

pub use digits::Decimal;
use digits::ShortDecimal;

/// Why bytes could not be read, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {offset}")]
pub struct ScanError {
    /// Distance from the start of the frame.
    pub offset: u32,
    /// What is wrong there.
    pub reason: ScanReason,
}

/// What is wrong with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanReason {
    /// Another byte, or any byte at all, was expected.
    #[error("unexpected byte or end")]
    Unexpected,
    /// A number has more digits than 64 bits hold.
    #[error("number out of range")]
    OutOfRange,
    /// A wanted member appears twice in one object.
    #[error("repeated member")]
    Repeated,
    /// A wanted member is absent from the object that starts here.
    #[error("missing member")]
    Missing,
    /// Arrays and objects are nested deeper than 64.
    #[error("nested too deeply")]
    TooDeep,
}

/// Where a value stands in the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// A position in a frame.
#[derive(Clone, Copy, Debug)]
pub struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Starts at the first byte of `span` and ends with it; offsets still count from the start
    /// of `bytes`.
    #[must_use]
    pub fn within(bytes: &'a [u8], span: Span) -> Self {
        Self { bytes: bytes.get(..span.end).unwrap_or(bytes), at: span.start }
    }

    /// Returns an error about the current position.
    #[must_use]
    pub fn error(&self, reason: ScanReason) -> ScanError {
        ScanError { offset: u32::try_from(self.at).unwrap_or(u32::MAX), reason }
    }

    /// Returns the bytes from here to the end.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Steps over exactly `expected`, or stays and returns false.
    #[inline(always)]
    pub fn literal<const N: usize>(&mut self, expected: &[u8; N]) -> bool {
        let found = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>());
        let equal = found == Some(expected);
        if equal {
            self.at += N;
        }
        equal
    }

    /// Steps over `byte` and any white space before it.
    ///
    /// # Errors
    /// If something else is there.
    pub fn expect(&mut self, byte: u8) -> Result<(), ScanError> {
        self.skip_space();
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.error(ScanReason::Unexpected))
        }
    }

    /// Reads a text and returns the bytes between its quotes, escapes and all.
    ///
    /// # Errors
    /// If no complete text is here.
    #[inline]
    pub fn text(&mut self) -> Result<&'a [u8], ScanError> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            let word = digits::word(self.bytes, self.at);
            let stop = digits::first_special(word);
            self.at += stop;
            if stop == 8 {
                continue;
            }
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.skip_escape()?,
                _ => return Err(self.error(ScanReason::Unexpected)),
            }
        }
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        self.at += 1;
        Ok(text)
    }

    /// Reads a text without escapes right here, or gives up. For the fast way only.
    #[inline(always)]
    pub fn plain_text(&mut self) -> Option<&'a [u8]> {
        if !self.literal(b"\"") {
            return None;
        }
        let start = self.at;
        loop {
            let stop = digits::first_special(digits::word(self.bytes, self.at));
            self.at += stop;
            if stop < 8 {
                break;
            }
        }
        let text = self.bytes.get(start..self.at)?;
        self.literal(b"\"").then_some(text)
    }

    /// Reads a number that is a whole and not negative.
    ///
    /// # Errors
    /// If it is anything else, or has 20 digits or more.
    #[inline(always)]
    pub fn unsigned(&mut self) -> Result<u64, ScanError> {
        self.skip_space();
        let (value, count) = digits::digits(self.bytes, self.at)?;
        let padded = count > 1 && self.peek() == Some(b'0');
        if count == 0 || padded {
            return Err(self.error(ScanReason::Unexpected));
        }
        self.at += count;
        match self.peek() {
            Some(b'.' | b'e' | b'E') => Err(self.error(ScanReason::Unexpected)),
            _ => Ok(value),
        }
    }

    /// Reads a number that is a whole, saturating at the ends of 64 bits. Cold.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn signed(&mut self) -> Result<i64, ScanError> {
        self.skip_space();
        let negative = self.literal(b"-");
        let size = i64::try_from(self.unsigned()?).unwrap_or(i64::MAX);
        Ok(if negative { -size } else { size })
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    /// If it is anything else.
    #[inline(always)]
    pub fn boolean(&mut self) -> Result<bool, ScanError> {
        self.skip_space();
        if self.literal(b"true") {
            Ok(true)
        } else if self.literal(b"false") {
            Ok(false)
        } else {
            Err(self.error(ScanReason::Unexpected))
        }
    }

    /// Reads a quoted decimal number such as `"61800.20"`, without sign or exponent.
    ///
    /// # Errors
    /// [`ScanReason::OutOfRange`] if the digits are many, otherwise [`ScanReason::Unexpected`].
    #[inline(always)]
    pub fn decimal(&mut self) -> Result<Decimal, ScanError> {
        self.expect(b'"')?;
        let (decimal, end) = digits::decimal_at(self.bytes, self.at)?;
        self.at = end;
        self.expect_here(b'"')?;
        Ok(decimal)
    }

    /// Reads an array of arrays that start with two quoted decimals, and calls `each` with
    /// both. Further elements of the inner arrays are skipped.
    ///
    /// # Errors
    /// If it is anything else, and whatever `each` returns.
    #[inline]
    pub fn pairs<E: From<ScanError>>(
        &mut self,
        mut each: impl FnMut(Decimal, Decimal) -> Result<(), E>,
    ) -> Result<(), E> {
        self.expect(b'[')?;
        self.skip_space();
        if self.literal(b"]") {
            return Ok(());
        }
        // The position stays in a register while the pairs are as usual.
        let mut at = self.at;
        loop {
            let pair = match usual_pair(self.bytes, at) {
                Some(pair) => pair,
                None => any_pair(self.bytes, at)?,
            };
            at = pair.end;
            each(pair.first, pair.second)?;
            if pair.last {
                self.at = at;
                return Ok(());
            }
        }
    }

    /// Reads an object and returns where its wanted members stand. `place_of` tells at which
    /// place of the result a member belongs, `None` if nobody wants it.
    ///
    /// # Errors
    /// If no complete object is here, or a wanted member appears twice.
    pub fn members<const N: usize>(
        &mut self,
        place_of: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<[Option<Span>; N], ScanError> {
        let mut members = [None; N];
        self.expect(b'{')?;
        self.skip_space();
        if self.literal(b"}") {
            return Ok(members);
        }
        loop {
            let key = self.key()?;
            let place = place_of(key).and_then(|place| members.get_mut(place));
            let repeated = place.as_ref().is_some_and(|place| place.is_some());
            if repeated {
                return Err(self.error(ScanReason::Repeated));
            }
            let span = self.skip_value()?;
            if let Some(place) = place {
                *place = Some(span);
            }
            self.skip_space();
            if self.literal(b"}") {
                return Ok(members);
            }
            self.expect(b',')?;
        }
    }

    /// Steps over any JSON value and white space before it, and returns where it stands.
    ///
    /// # Errors
    /// If no complete value is here, or it is nested deeper than 64.
    pub fn skip_value(&mut self) -> Result<Span, ScanError> {
        self.skip_space();
        let start = self.at;
        // One bit for each open container, set for an object; the innermost is the lowest.
        let mut kinds = 0_u64;
        let mut depth = 0;
        loop {
            if self.open_container(&mut kinds, &mut depth)? {
                continue;
            }
            loop {
                if depth == 0 {
                    return Ok(Span { start, end: self.at });
                }
                self.skip_space();
                let in_object = kinds & 1 == 1;
                match (self.peek(), in_object) {
                    (Some(b','), _) => {
                        self.at += 1;
                        if in_object {
                            self.key()?;
                        }
                        break;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        self.at += 1;
                        kinds >>= 1;
                        depth -= 1;
                    }
                    _ => return Err(self.error(ScanReason::Unexpected)),
                }
            }
        }
    }

    /// Requires that nothing but white space is left.
    ///
    /// # Errors
    /// If something else is left.
    pub fn finish(&mut self) -> Result<(), ScanError> {
        self.skip_space();
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.error(ScanReason::Unexpected)) }
    }

    /// Reads a member's name and the colon after it.
    ///
    /// # Errors
    /// If no name is here.
    pub fn key(&mut self) -> Result<&'a [u8], ScanError> {
        self.skip_space();
        let key = self.text()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// Starts a value: steps over a scalar or an empty container and returns false, or steps
    /// into a container (over its first key) and returns true.
    fn open_container(&mut self, kinds: &mut u64, depth: &mut u32) -> Result<bool, ScanError> {
        self.skip_space();
        let (object, close) = match self.peek() {
            Some(b'{') => (true, b'}'),
            Some(b'[') => (false, b']'),
            _ => return self.skip_scalar().map(|()| false),
        };
        if *depth == u64::BITS {
            return Err(self.error(ScanReason::TooDeep));
        }
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(false);
        }
        *kinds = (*kinds << 1) | u64::from(object);
        *depth += 1;
        if object {
            self.key()?;
        }
        Ok(true)
    }

    fn skip_scalar(&mut self) -> Result<(), ScanError> {
        match self.peek() {
            Some(b'"') => self.text().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.skip_number(),
            _ if self.literal(b"null") => Ok(()),
            _ => self.boolean().map(|_| ()),
        }
    }

    fn skip_number(&mut self) -> Result<(), ScanError> {
        self.literal(b"-");
        if !self.literal(b"0") {
            self.skip_digits()?;
        }
        if self.literal(b".") {
            self.skip_digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.skip_digits()?;
        }
        Ok(())
    }

    fn skip_digits(&mut self) -> Result<(), ScanError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.error(ScanReason::Unexpected)) } else { Ok(()) }
    }

    fn skip_escape(&mut self) -> Result<(), ScanError> {
        self.at += 1;
        let escaped = self.peek();
        let hex_count = match escaped {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 0,
            Some(b'u') => 4,
            _ => return Err(self.error(ScanReason::Unexpected)),
        };
        self.at += 1;
        for _ in 0..hex_count {
            if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                return Err(self.error(ScanReason::Unexpected));
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Steps over the bracket that ends an array and returns true, or over a comma.
    fn closes_array(&mut self) -> Result<bool, ScanError> {
        self.skip_space();
        if self.literal(b"]") {
            return Ok(true);
        }
        self.expect(b',').map(|()| false)
    }

    #[inline]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn expect_here(&mut self, byte: u8) -> Result<(), ScanError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.error(ScanReason::Unexpected))
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

/// Two decimals of an array of pairs, with what separates them from the next pair.
struct Pair {
    first: Decimal,
    second: Decimal,
    /// Where the next pair, or what comes after the array, starts.
    end: usize,
    last: bool,
}

/// Reads a pair in any form.
#[cold]
#[inline(never)]
fn any_pair(bytes: &[u8], at: usize) -> Result<Pair, ScanError> {
    let mut scanner = Scanner { bytes, at };
    scanner.expect(b'[')?;
    let first = scanner.decimal()?;
    scanner.expect(b',')?;
    let second = scanner.decimal()?;
    while !scanner.closes_array()? {
        scanner.skip_value()?;
    }
    let last = scanner.closes_array()?;
    Ok(Pair { first, second, end: scanner.at, last })
}

/// Reads `["<decimal>","<decimal>"]` and the comma or bracket after it: no white space, eight
/// characters a number at most, and not among the last bytes of the frame. One branch in all.
#[inline(always)]
fn usual_pair(bytes: &[u8], at: usize) -> Option<Pair> {
    // 2 + 8 + 3 + 8 + 3 characters at most; a window of fixed size needs no further checks.
    let window = bytes.get(at..)?.first_chunk::<32>()?;
    let word_at = |start: usize| digits::word(window, start);
    let opening = word_at(0) ^ u64::from_le_bytes(*b"[\"\0\0\0\0\0\0");
    let first = ShortDecimal::find(word_at(2));
    let middle = 2 + first.length;
    let parting = word_at(middle) ^ u64::from_le_bytes(*b"\",\"\0\0\0\0\0");
    let second = ShortDecimal::find(word_at(middle + 3));
    let end = middle + 3 + second.length;
    let tail = word_at(end);
    let closing = tail ^ u64::from_le_bytes(*b"\"]\0\0\0\0\0\0");
    let wrong = (opening | closing) & 0xffff | parting & 0xff_ffff;
    if wrong | first.wrong | second.wrong != 0 {
        return None;
    }
    let last = match (tail >> 16) as u8 {
        b',' => false,
        b']' => true,
        _ => return None,
    };
    let (first, second) = (first.decimal(), second.decimal());
    Some(Pair { first, second, end: at + end + 3, last })
}
