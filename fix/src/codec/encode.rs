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
use super::timestamp::{Precision, Timestamps};

/// Digits that are kept free for BodyLength.
const LENGTH_DIGITS: usize = 3;

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
    head: Vec<u8>,
    /// `|49=sender|52=`
    sender: Vec<u8>,
    /// `|56=target|`
    target: Vec<u8>,
    /// Header fields behind OrigSendingTime(122), usually none.
    tail: Vec<u8>,
    /// LastMsgSeqNumProcessed(369) of the next message, if that is said.
    pub(crate) last_processed: Option<u64>,
    timestamps: Timestamps,
}

/// Writes the fields of one message.
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
            head: format!("8={begin_string}\x019=000\x0135=").into_bytes(),
            sender: format!("\x01{}52=", fields(0, SENDING_TIME)).into_bytes(),
            target: format!("\x01{}", fields(SENDING_TIME, behind)).into_bytes(),
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
        writer.put(&self.head);
        writer.put(envelope.msg_type);
        writer.put(b"\x0134=");
        writer.put_unsigned(envelope.msg_seq_num);
        if !matches!(envelope.replay, Replay::No) {
            writer.put(b"\x0143=Y");
        }
        writer.put(&self.sender);
        writer.put_time(envelope.sending_time_ns);
        writer.put(&self.target);
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
        writer.finish(self.head.len() - 3)
    }

    /// Encodes a message whose fields behind `35=` are all written by `rest`.
    pub(crate) fn encode_rest(
        &mut self,
        buffer: &mut [u8],
        rest: impl FnOnce(&mut Writer<'_>),
    ) -> Result<usize, EncodeError> {
        let mut writer = Writer { buffer, at: 0, error: None, timestamps: &mut self.timestamps };
        writer.put(&self.head);
        rest(&mut writer);
        writer.finish(self.head.len() - 3)
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
            self.refuse(tag);
            return;
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
            self.refuse(tag);
            return;
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

    #[cold]
    fn refuse(&mut self, tag: u32) {
        self.error.get_or_insert(EncodeError::Value { tag });
    }

    /// Sets BodyLength and CheckSum; `body` is where the body begins.
    #[inline]
    fn finish(mut self, body: usize) -> Result<usize, EncodeError> {
        if self.error.is_none() && self.buffer.len() - self.at < TRAILER_BYTES + 2 {
            self.error = Some(EncodeError::TooLong);
        }
        if let Some(error) = self.error {
            return Err(error);
        }
        let length = self.at - body;
        let (text, start) = digits(length as u64);
        let text = &text[start..];
        let number = body - 1 - LENGTH_DIGITS;
        if text.len() != LENGTH_DIGITS {
            self.shift(body, number + text.len() + 1);
        }
        self.buffer[number..number + text.len()].copy_from_slice(text);
        self.buffer[number + text.len()] = SOH;
        let sum = checksum(&self.buffer[..self.at]);
        let [hundreds, tens, ones] = [sum / 100, sum / 10 % 10, sum % 10].map(|d| b'0' + d);
        self.put(&[b'1', b'0', b'=', hundreds, tens, ones, SOH]);
        self.error.map_or(Ok(self.at), Err)
    }

    /// Moves the body to where BodyLength's true width puts it; `finish` checked the room.
    #[cold]
    fn shift(&mut self, body: usize, to: usize) {
        self.buffer.copy_within(body..self.at, to);
        self.at = self.at - body + to;
    }

    #[inline(always)]
    fn put_tag(&mut self, tag: u32) {
        // Nearly always a constant: the branches disappear when inlined.
        let d = |divisor: u32| b'0' + (tag / divisor % 10) as u8;
        match tag {
            0..10 => self.put(&[d(1), b'=']),
            10..100 => self.put(&[d(10), d(1), b'=']),
            100..1000 => self.put(&[d(100), d(10), d(1), b'=']),
            _ => {
                self.put_unsigned(u64::from(tag));
                self.put(b"=");
            }
        }
    }

    #[inline]
    fn put_unsigned(&mut self, value: u64) {
        if value < 10 {
            return self.put(&[b'0' + value as u8]);
        }
        let (text, start) = digits(value);
        self.put(&text[start..]);
    }

    /// Writes `value / 10^decimals`, at most 18 of them, and the separator.
    fn put_decimal(&mut self, value: u64, decimals: u8) {
        let room = self.buffer.get_mut(self.at..).and_then(<[u8]>::first_chunk_mut);
        if let (Some(room), Ok(small), 0..8) = (room, u32::try_from(value), decimals)
            && small < 100_000_000
        {
            self.at += short_decimal(room, small, usize::from(decimals));
            return;
        }
        let (text, start) = digits(value);
        let point = text.len() - usize::from(decimals);
        // One digit at least before the point: the text is zeros where it has no digits.
        self.put(&text[start.min(point - 1)..point]);
        if decimals > 0 {
            self.put(b".");
            self.put(&text[point..]);
        }
        self.put(&[SOH]);
    }

    /// Writes a value and the separator; refuses it if it is empty or has one inside.
    fn put_value(&mut self, tag: u32, value: &[u8]) {
        let room = self.buffer.get_mut(self.at..).unwrap_or_default();
        let Some((room, rest)) = room.split_at_mut_checked(value.len()) else {
            self.error.get_or_insert(EncodeError::TooLong);
            return;
        };
        let Some(separator) = rest.first_mut() else {
            self.error.get_or_insert(EncodeError::TooLong);
            return;
        };
        *separator = SOH;
        self.at += value.len() + 1;
        if value.is_empty() || copy_seeing_soh(room, value) {
            self.refuse(tag);
        }
    }

    #[inline]
    fn put_time(&mut self, time_ns: u64) {
        let text = self.timestamps.format(time_ns);
        put(self.buffer, &mut self.at, &mut self.error, text);
    }

    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        put(self.buffer, &mut self.at, &mut self.error, bytes);
    }
}

#[inline(always)]
fn put(buffer: &mut [u8], at: &mut usize, error: &mut Option<EncodeError>, bytes: &[u8]) {
    match buffer.get_mut(*at..*at + bytes.len()) {
        Some(room) => {
            copy(room, bytes);
            *at += bytes.len();
        }
        None => {
            error.get_or_insert(EncodeError::TooLong);
        }
    }
}

/// Copies few bytes by overlapping words; a call to `memcpy` costs more than that.
#[inline(always)]
fn copy(to: &mut [u8], from: &[u8]) {
    let length = from.len();
    if let (Some(first), Some(last)) = (from.first_chunk::<16>(), from.last_chunk::<16>())
        && length <= 32
    {
        to[..16].copy_from_slice(first);
        to[length - 16..].copy_from_slice(last);
    } else if let (Some(first), Some(last)) = (from.first_chunk::<8>(), from.last_chunk::<8>())
        && length < 16
    {
        to[..8].copy_from_slice(first);
        to[length - 8..].copy_from_slice(last);
    } else if let (Some(first), Some(last)) = (from.first_chunk::<4>(), from.last_chunk::<4>())
        && length < 8
    {
        to[..4].copy_from_slice(first);
        to[length - 4..].copy_from_slice(last);
    } else if length < 4 {
        for (to, from) in to.iter_mut().zip(from) {
            *to = *from;
        }
    } else {
        to.copy_from_slice(from);
    }
}

/// Copies a value as `copy` does; returns whether there is a separator in it.
#[inline]
fn copy_seeing_soh(to: &mut [u8], from: &[u8]) -> bool {
    let length = from.len();
    if let (Some(first), Some(last)) = (from.first_chunk::<8>(), from.last_chunk::<8>())
        && length <= 16
    {
        to[..8].copy_from_slice(first);
        to[length - 8..].copy_from_slice(last);
        return has_soh(u64::from_le_bytes(*first)) | has_soh(u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (from.first_chunk::<4>(), from.last_chunk::<4>())
        && length < 8
    {
        to[..4].copy_from_slice(first);
        to[length - 4..].copy_from_slice(last);
        let both =
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
        return has_soh(both);
    }
    copy(to, from);
    from.contains(&SOH)
}

/// Says whether one of the eight bytes is SOH (Mycroft's zero-byte test on their difference).
#[inline]
const fn has_soh(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let x = word ^ (ONES * SOH as u64);
    x.wrapping_sub(ONES) & !x & (ONES << 7) != 0
}

/// What [`short_decimal`] may write, most of it overwritten by what comes next.
const SHORT_BYTES: usize = 24;

/// Writes `value / 10^decimals` and the separator; returns how many bytes they are. `value` is
/// below 10^8, `decimals` below 8.
#[inline]
fn short_decimal(room: &mut [u8; SHORT_BYTES], value: u32, decimals: usize) -> usize {
    let digits = eight_digits(value);
    // One digit at least stays before the point.
    let zeros = (digits.trailing_zeros() as usize / 8).min(7 - decimals);
    let text = (digits | 0x3030_3030_3030_3030) >> (8 * zeros);
    let before = 8 - zeros - decimals;
    room[..8].copy_from_slice(&text.to_le_bytes());
    if decimals == 0 {
        room[before] = SOH;
        return before + 1;
    }
    room[before] = b'.';
    // With decimals no more than seven digits are before the point.
    let after = text >> (8 * before);
    room[before + 1..before + 9].copy_from_slice(&after.to_le_bytes());
    room[before + 1 + decimals] = SOH;
    before + decimals + 2
}

/// The eight digits of a number below 10^8, the first in the lowest byte.
#[inline]
const fn eight_digits(value: u32) -> u64 {
    // Divisions by multiplication, of all parts at once: exact below 10^4 and 10^2.
    let halves = (value / 10_000) as u64 | ((value % 10_000) as u64) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007F_0000_007F;
    let pairs = hundreds | (halves - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
    tens | (pairs - tens * 10) << 8
}

/// The decimal digits of a number, right-aligned behind zeros, and where they begin.
#[inline]
fn digits(mut value: u64) -> ([u8; 20], usize) {
    let mut text = [b'0'; 20];
    let mut start = 20;
    while value >= 10 {
        start -= 2;
        let pair = PAIRS[(value % 100) as usize];
        text[start] = pair[0];
        text[start + 1] = pair[1];
        value /= 100;
    }
    if value > 0 || start == 20 {
        start -= 1;
        text[start] = b'0' + value as u8;
    }
    (text, start)
}

/// `00` to `99`.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut value = 0;
    while value < 100 {
        pairs[value] = [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
        value += 1;
    }
    pairs
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn eight_digits_are_those_of_the_standard_library(value in 0_u32..100_000_000) {
            let text = (eight_digits(value) | 0x3030_3030_3030_3030).to_le_bytes();
            prop_assert_eq!(text.to_vec(), format!("{value:08}").into_bytes());
        }

        #[test]
        fn short_decimals_are_those_of_the_long_way(
            value in prop_oneof![0_u32..1000, 0_u32..100_000_000],
            decimals in 0_usize..8,
        ) {
            let mut room = [0; SHORT_BYTES];
            let length = short_decimal(&mut room, value, decimals);
            let digits = format!("{value:0width$}", width = decimals + 1);
            let (before, after) = digits.split_at(digits.len() - decimals);
            let point = if decimals > 0 { "." } else { "" };
            let expected = format!("{before}{point}{after}\x01");
            prop_assert_eq!(room[..length].to_vec(), expected.into_bytes());
        }

        #[test]
        fn values_are_copied_and_searched(
            value in prop::collection::vec(prop_oneof![20 => 2_u8.., 1 => Just(SOH), 1 => Just(0)], 1..40),
        ) {
            let mut to = vec![0; value.len()];
            prop_assert_eq!(copy_seeing_soh(&mut to, &value), value.contains(&SOH));
            prop_assert_eq!(to, value);
        }
    }
}
