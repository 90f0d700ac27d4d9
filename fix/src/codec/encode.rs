//! Writes messages into a buffer that is there already.
//!
//! The body is written first, behind a gap of three digits for BodyLength: nearly every
//! message has 100 to 999 bytes of body. For the others the body is moved by the difference,
//! so that BodyLength is exact and unpadded. Field order: 8, 9, 35, then 34, 43, 49, 52, 56,
//! 122 ascending, then the body as the caller wrote it.
//!
//! A bad value (empty, or with a separator inside) does not reach the wire: the writer
//! remembers the first error and the whole message is refused.

use crate::message::Message;
use crate::tag::{
    self, LAST_MSG_SEQ_NUM_PROCESSED, ORIG_SENDING_TIME, SENDER_COMP_ID, SENDING_TIME,
    TARGET_COMP_ID,
};

use super::decimal::MAX_DECIMALS;
use super::decode::TRAILER_BYTES;
use super::scan::{SOH, checksum};
use super::text::{self, digits};
use super::timestamp::{Precision, Timestamps};

/// Digits that are kept free for BodyLength.
const LENGTH_DIGITS: usize = 3;

/// Most bytes of a [`Part`] that is written at once: names of a dozen letters have room in it.
const PART_BYTES: usize = 32;

/// Why a message was not encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The buffer is too small for it.
    #[error("message does not fit the buffer")]
    TooLong,
    /// A value is empty, holds a separator, or has more than 18 decimals.
    #[error("value of tag {tag} cannot be written")]
    Value {
        /// The field's tag.
        tag: u32,
    },
}

/// The header fields that differ from message to message.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// MsgType(35).
    pub msg_type: &'a [u8],
    /// MsgSeqNum(34).
    pub msg_seq_num: u64,
    /// SendingTime(52), nanoseconds UTC.
    pub sending_time_ns: u64,
    /// Whether the number was used before.
    pub replay: Replay<'a>,
}

/// Whether a message is sent under a number that was used before: if so, it carries
/// PossDupFlag(43) and OrigSendingTime(122).
#[derive(Clone, Copy, Debug)]
pub enum Replay<'a> {
    /// A new message.
    No,
    /// A message sent again, with the SendingTime it had.
    Of(&'a [u8]),
    /// A gap fill in place of older messages; its OrigSendingTime is its SendingTime.
    GapFill,
}

/// Encodes messages of one session: knows the constant part of the header.
pub struct Encoder {
    /// `8=FIX.4.4|9=000|35=`
    head: Part,
    /// `|49=sender|52=`
    sender: Part,
    /// `|56=target|`
    target: Part,
    /// Header fields behind OrigSendingTime(122), usually none.
    tail: Vec<u8>,
    /// LastMsgSeqNumProcessed(369) of the next message, if that is said.
    pub(crate) last_processed: Option<u64>,
    timestamps: Timestamps,
}

/// A constant part of the header.
struct Part {
    text: Vec<u8>,
    /// Its first bytes, and anything behind the end.
    first: [u8; PART_BYTES],
}

/// Writes the fields of one message.
///
/// Hot: no function that takes the writer is called but inlined, so that the position stays in a
/// register.
///
/// Values must not be empty and must not hold a separator (except [`Writer::data`]).
pub struct Writer<'a> {
    buffer: &'a mut [u8],
    at: usize,
    error: Option<EncodeError>,
    timestamps: &'a mut Timestamps,
}

impl Encoder {
    /// Makes an encoder for one pair of names.
    #[must_use]
    pub fn new(begin_string: &str, sender: &str, target: &str, precision: Precision) -> Self {
        let names = [(SENDER_COMP_ID, sender), (TARGET_COMP_ID, target)];
        Self::with_names(begin_string, &names, precision)
    }

    /// Makes an encoder whose messages all have these header fields, given in the order of
    /// their tags; those that are empty are left out.
    #[must_use]
    pub fn with_names(begin_string: &str, names: &[(u32, &str)], precision: Precision) -> Self {
        let fields = |from: u32, to: u32| -> String {
            let there = |name: &&(u32, &str)| (from..to).contains(&name.0) && !name.1.is_empty();
            names.iter().filter(there).map(|(tag, value)| format!("{tag}={value}\x01")).collect()
        };
        let behind = ORIG_SENDING_TIME + 1;
        Self {
            head: Part::new(format!("8={begin_string}\x019=000\x0135=")),
            sender: Part::new(format!("\x01{}52=", fields(0, SENDING_TIME))),
            target: Part::new(format!("\x01{}", fields(SENDING_TIME, behind))),
            tail: fields(behind, u32::MAX).into_bytes(),
            last_processed: None,
            timestamps: Timestamps::new(precision),
        }
    }

    /// Encodes a message at the front of `buffer` and returns its length in bytes.
    ///
    /// # Errors
    /// The buffer is too small, or a value cannot be written. The buffer's content is then
    /// meaningless.
    #[inline]
    pub fn encode(
        &mut self,
        buffer: &mut [u8],
        envelope: &Envelope<'_>,
        body: impl FnOnce(&mut Writer<'_>),
    ) -> Result<usize, EncodeError> {
        let mut writer = Writer { buffer, at: 0, error: None, timestamps: &mut self.timestamps };
        writer.put_part(&self.head);
        match envelope.msg_type {
            [only] => writer.put_word([*only, SOH, b'3', b'4', b'=', 0, 0, 0], 5),
            msg_type => {
                writer.put(msg_type);
                writer.put(b"\x0134=");
            }
        }
        writer.put_unsigned(envelope.msg_seq_num);
        if !matches!(envelope.replay, Replay::No) {
            writer.put(b"\x0143=Y");
        }
        writer.put_part(&self.sender);
        writer.put_time(envelope.sending_time_ns);
        writer.put_part(&self.target);
        match envelope.replay {
            Replay::No => {}
            Replay::Of(sending_time) => writer.bytes(ORIG_SENDING_TIME, sending_time),
            Replay::GapFill => writer.timestamp(ORIG_SENDING_TIME, envelope.sending_time_ns),
        }
        if !self.tail.is_empty() {
            writer.put(&self.tail);
        }
        if let Some(number) = self.last_processed {
            writer.uint(LAST_MSG_SEQ_NUM_PROCESSED, number);
        }
        body(&mut writer);
        // `35=` behind the head's end belongs to the body.
        writer.finish(self.head.text.len() - 3)
    }

    /// Encodes a message whose fields behind `35=` are all written by `rest`.
    pub(crate) fn encode_rest(
        &mut self,
        buffer: &mut [u8],
        rest: impl FnOnce(&mut Writer<'_>),
    ) -> Result<usize, EncodeError> {
        let mut writer = Writer { buffer, at: 0, error: None, timestamps: &mut self.timestamps };
        writer.put_part(&self.head);
        rest(&mut writer);
        writer.finish(self.head.text.len() - 3)
    }
}

impl Part {
    fn new(text: String) -> Self {
        let text = text.into_bytes();
        let mut first = [0; PART_BYTES];
        for (to, from) in first.iter_mut().zip(&text) {
            *to = *from;
        }
        Self { text, first }
    }
}

impl Writer<'_> {
    /// Writes a field of text.
    #[inline]
    pub fn bytes(&mut self, tag: u32, value: &[u8]) {
        self.put_tag(tag);
        self.put_value(tag, value);
    }

    /// Writes a field of text.
    #[inline]
    pub fn str(&mut self, tag: u32, value: &str) {
        self.bytes(tag, value.as_bytes());
    }

    /// Writes a field of one byte.
    #[inline]
    pub fn char(&mut self, tag: u32, value: u8) {
        if value == SOH {
            return self.refuse(tag);
        }
        if tag < 10_000 {
            let (text, length) = short_tag(tag);
            let field = text | u64::from(value) << (8 * length) | SOH_WORD << (8 * (length + 1));
            return self.put_word(field.to_le_bytes(), length + 2);
        }
        self.put_tag(tag);
        self.put(&[value, SOH]);
    }

    /// Writes `Y` or `N`.
    #[inline]
    pub fn bool(&mut self, tag: u32, value: bool) {
        self.char(tag, if value { b'Y' } else { b'N' });
    }

    /// Writes an unsigned number.
    #[inline]
    pub fn uint(&mut self, tag: u32, value: u64) {
        self.put_tag(tag);
        self.put_decimal(value, 0);
    }

    /// Writes a whole number.
    #[inline]
    pub fn int(&mut self, tag: u32, value: i64) {
        self.put_tag(tag);
        if value < 0 {
            self.put(b"-");
        }
        self.put_decimal(value.unsigned_abs(), 0);
    }

    /// Writes `mantissa / 10^decimals` with exactly so many decimals: `61800.20`.
    ///
    /// More than 18 decimals refuse the message.
    #[inline]
    pub fn decimal(&mut self, tag: u32, mantissa: i64, decimals: u8) {
        if decimals > MAX_DECIMALS {
            return self.refuse(tag);
        }
        self.put_tag(tag);
        if mantissa < 0 {
            self.put(b"-");
        }
        self.put_decimal(mantissa.unsigned_abs(), decimals);
    }

    /// Writes a UTCTimestamp, nanoseconds since 1970, in the session's precision.
    #[inline]
    pub fn timestamp(&mut self, tag: u32, time_ns: u64) {
        self.put_tag(tag);
        self.put_time(time_ns);
        self.put(&[SOH]);
    }

    /// Writes a length field and its data field; the data may hold any byte.
    pub fn data(&mut self, length_tag: u32, tag: u32, value: &[u8]) {
        if crate::tag::data_tag(length_tag) != Some(tag) || value.is_empty() {
            self.refuse(tag);
            return;
        }
        self.uint(length_tag, value.len() as u64);
        self.put_tag(tag);
        self.put(value);
        self.put(&[SOH]);
    }

    /// Writes a field as it was received, empty ones too: for echoing and routing messages.
    /// A value with a separator inside must be the data field of the length written before.
    pub fn copy(&mut self, tag: u32, value: &[u8]) {
        self.put_tag(tag);
        self.put(value);
        self.put(&[SOH]);
    }

    /// Writes the header fields that send an answer back the way the message came: those on
    /// behalf of whom it was sent become those to whom it is delivered, and the reverse. To be
    /// called before anything else is written.
    pub fn reverse_route(&mut self, message: &Message<'_>) {
        // The last two, locations, came with FIX 4.1.
        let known = if message.begin_string() == b"FIX.4.0" { 4 } else { 6 };
        for (tag, from) in tag::REVERSE_ROUTE.into_iter().take(known) {
            if let Some(value) = message.get_header(from).filter(|value| !value.is_empty()) {
                self.bytes(tag, value);
            }
        }
    }

    /// Writes fields that are encoded already, separators included.
    ///
    /// They are not looked at: what is no sequence of fields breaks the message.
    pub fn raw(&mut self, fields: &[u8]) {
        self.put(fields);
    }

    #[inline(always)]
    fn refuse(&mut self, tag: u32) {
        if self.error.is_none() {
            self.error = Some(EncodeError::Value { tag });
        }
    }

    #[inline(always)]
    fn refuse_length(&mut self) {
        if self.error.is_none() {
            self.error = Some(EncodeError::TooLong);
        }
    }

    /// Sets BodyLength and CheckSum; `body` is where the body begins.
    #[inline]
    fn finish(mut self, body: usize) -> Result<usize, EncodeError> {
        if self.buffer.len() - self.at < TRAILER_BYTES + 2 {
            self.refuse_length();
        }
        if let Some(error) = self.error {
            return Err(error);
        }
        let length = self.at - body;
        if matches!(length, 100..1000) {
            let text = text::three_digits(length as u32).to_le_bytes();
            self.buffer[body - 1 - LENGTH_DIGITS..body - 1].copy_from_slice(&text[..LENGTH_DIGITS]);
        } else {
            self.set_length(body, length);
        }
        let sum = text::three_digits(u32::from(checksum(&self.buffer[..self.at])));
        let trailer = u64::from(u32::from_le_bytes([b'1', b'0', b'=', 0]))
            | u64::from(sum) << 24
            | SOH_WORD << 48;
        self.put_word(trailer.to_le_bytes(), TRAILER_BYTES);
        self.error.map_or(Ok(self.at), Err)
    }

    /// Sets a BodyLength that has not three digits; `finish` checked the room.
    #[cold]
    fn set_length(&mut self, body: usize, length: usize) {
        let (text, start) = digits(length as u64);
        let text = &text[start..];
        let number = body - 1 - LENGTH_DIGITS;
        self.shift(body, number + text.len() + 1);
        self.buffer[number..number + text.len()].copy_from_slice(text);
        self.buffer[number + text.len()] = SOH;
    }

    /// Moves the body to where BodyLength's true width puts it.
    fn shift(&mut self, body: usize, to: usize) {
        self.buffer.copy_within(body..self.at, to);
        self.at = self.at - body + to;
    }

    #[inline(always)]
    fn put_tag(&mut self, tag: u32) {
        if tag < 10_000 {
            let (text, length) = short_tag(tag);
            return self.put_word(text.to_le_bytes(), length);
        }
        self.put_unsigned(u64::from(tag));
        self.put(b"=");
    }

    #[inline(always)]
    fn put_unsigned(&mut self, value: u64) {
        if value < 100_000_000 {
            let (text, length) = text::short_digits(value as u32);
            return self.put_word(text.to_le_bytes(), length);
        }
        let (text, start) = digits(value);
        self.put(&text[start..]);
    }

    /// Writes `value / 10^decimals`, at most 18 of them, and the separator.
    #[inline(always)]
    fn put_decimal(&mut self, value: u64, decimals: u8) {
        match text::decimal(self.room(), value, usize::from(decimals)) {
            Some(length) => self.at += length,
            None => self.refuse_length(),
        }
    }

    /// Writes a value and the separator; refuses it if it is empty or has one inside.
    #[inline(always)]
    fn put_value(&mut self, tag: u32, value: &[u8]) {
        match text::value(self.room(), value) {
            Some(right) => {
                self.at += value.len() + 1;
                if !right {
                    self.refuse(tag);
                }
            }
            None => self.refuse_length(),
        }
    }

    #[inline(always)]
    fn put_time(&mut self, time_ns: u64) {
        let (text, length) = self.timestamps.padded(time_ns);
        let room = self.buffer.get_mut(self.at..).unwrap_or_default();
        if let Some(room) = room.first_chunk_mut() {
            *room = *text;
        } else if !text::copied(room, &text[..length]) {
            return self.refuse_length();
        }
        self.at += length;
    }

    #[inline(always)]
    fn put_part(&mut self, part: &Part) {
        match self.room().first_chunk_mut() {
            Some(room) if part.text.len() <= PART_BYTES => {
                *room = part.first;
                self.at += part.text.len();
            }
            _ => self.put(&part.text),
        }
    }

    /// Writes the first `length` of eight bytes.
    #[inline(always)]
    fn put_word(&mut self, word: [u8; 8], length: usize) {
        match self.room().first_chunk_mut() {
            Some(room) => {
                *room = word;
                self.at += length;
            }
            None => self.put(&word[..length]),
        }
    }

    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        if text::copied(self.room(), bytes) {
            self.at += bytes.len();
        } else {
            self.refuse_length();
        }
    }

    #[inline(always)]
    fn room(&mut self) -> &mut [u8] {
        self.buffer.get_mut(self.at..).unwrap_or_default()
    }
}

const SOH_WORD: u64 = SOH as u64;

/// `tag=` of a tag below 10,000, the first digit in the lowest byte, and its length.
///
/// Nearly always of a constant: nothing is left of it when inlined.
#[inline(always)]
const fn short_tag(tag: u32) -> (u64, usize) {
    let (digits, length) = text::short_digits(tag);
    (digits | (b'=' as u64) << (8 * length), length + 1)
}
