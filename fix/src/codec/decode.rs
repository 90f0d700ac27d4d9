//! Finds one whole message at the front of a byte buffer and indexes its fields.
//!
//! Framing first: `8=…|9=length|`, then the body, then `10=nnn|`. Only a frame whose length
//! and checksum are right is indexed. Everything else is garbled: skipped, counted by the
//! session, and without any effect on sequence numbers (FIX 4.4 volume 2, "Garbled message").
//!
//! Where a garbled message ends is decided by its own BodyLength as far as it can be read: the
//! next message is looked for after that many bytes. A length that is too short thus loses one
//! message, one that is too long swallows the next, as other engines do.
//!
//! # Invariants
//! - `consumed` never exceeds the buffer and is at least 1 for a garbled answer.
//! - The result does not depend on how the stream was cut into buffers.

use crate::message::{Header, Message};
use crate::tag::{self, Class};

use super::scan::{self, Batch, Found, SOH, Separators};

/// Largest BodyLength believed: 64 KiB, a hundred times a large order message. It bounds the
/// receive buffer, and how long a garbled length can make us wait.
pub const MAX_BODY_LENGTH: usize = 64 * 1024;

/// Most fields in one message: 256, a market data snapshot of 60 entries of four fields.
pub const MAX_FIELDS: usize = 256;

/// `8=FIXT.1.1|9=0065536|` and `10=nnn|` around the largest body, with room to spare.
pub const MAX_MESSAGE_BYTES: usize = MAX_BODY_LENGTH + 48;

/// `8=` and a version: none is longer than this, SOH included.
const MAX_BEGIN_BYTES: usize = 16;

/// Seven digits hold every length up to `MAX_BODY_LENGTH`, with leading zeros.
const MAX_LENGTH_DIGITS: usize = 7;

/// Most fields read of a message that is malformed further on.
const MAX_FIELDS_BEFORE_FAULT: usize = 32;

/// A header of more fields is read anew each time: one with routing fields has ten.
const HEADER_KEPT: usize = 12;

/// `10=nnn|`
pub(super) const TRAILER_BYTES: usize = 7;

/// Decodes messages; owns the field index that a decoded [`Message`] borrows.
pub struct Decoder {
    fields: Box<FieldRoom>,
    /// Indexes plain messages at once, if the processor can.
    batch: Option<Box<Batch>>,
    /// Length and data tags that the counterparties have agreed on.
    agreed: Vec<(u32, u32)>,
    /// The tags at the front of the last message, and what of them was its header.
    last_header: ([u32; HEADER_KEPT], Header),
}

/// What stands at the front of the buffer.
#[derive(Debug)]
pub enum Decoded<'a> {
    /// A whole, correct message in the first `consumed` bytes.
    Message {
        /// The message, borrowing the buffer and the decoder.
        message: Message<'a>,
        /// Bytes to drop when done with it.
        consumed: usize,
    },
    /// Bytes that are no message; drop `consumed` of them and decode again.
    Garbled {
        /// Bytes to drop; at least 1.
        consumed: usize,
        /// What is wrong with them.
        reason: Garbled,
    },
    /// The beginning of a message, or nothing: wait for more bytes.
    Incomplete,
}

/// Why bytes are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Garbled {
    /// The bytes do not begin with `8=FIX`.
    #[error("no BeginString")]
    BeginString,
    /// BodyLength is not second, not a number, or above [`MAX_BODY_LENGTH`].
    #[error("bad BodyLength")]
    BodyLength,
    /// CheckSum does not stand where BodyLength puts it.
    #[error("no CheckSum where BodyLength puts it")]
    Trailer,
    /// CheckSum is not the sum.
    #[error("wrong CheckSum")]
    CheckSum,
    /// MsgType is not the third field.
    #[error("MsgType is not third")]
    MsgType,
    /// A field is not `number=value`, or a data field does not end where its length says.
    #[error("malformed field")]
    Field,
    /// There are more than [`MAX_FIELDS`] fields.
    #[error("too many fields")]
    TooManyFields,
}

/// Room for an index; batches of eight fields, and a ninth, may begin anywhere in it.
pub(super) type FieldRoom = [Field; MAX_FIELDS + 9];

/// One field: where its value lies in the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Field {
    pub(crate) tag: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// Makes a decoder; the only allocation it ever does.
    #[must_use]
    pub fn new() -> Self {
        let fields = Box::new([Field::default(); MAX_FIELDS + 9]);
        let last_header = ([0; HEADER_KEPT], Header::EMPTY);
        Self { fields, batch: Batch::new(), agreed: Vec::new(), last_header }
    }

    /// Makes a decoder that knows data fields besides those of the specification: pairs of a
    /// user-defined length tag and of the data tag that follows it, as
    /// [`crate::Dictionary::data_fields`] returns them.
    #[must_use]
    pub fn with_data_fields(agreed: Vec<(u32, u32)>) -> Self {
        Self { agreed, ..Self::new() }
    }

    /// Decodes the message at the front of `bytes`. Never panics, whatever the bytes.
    ///
    /// Cost: O(message), no allocation; an incomplete message costs O(1) however often it is
    /// asked for again.
    pub fn decode<'a>(&'a mut self, bytes: &'a [u8]) -> Decoded<'a> {
        let frame = match frame(bytes) {
            Ok(Some(frame)) => frame,
            Ok(None) => return Decoded::Incomplete,
            Err((reason, consumed)) => return Decoded::Garbled { consumed, reason },
        };
        let consumed = frame.bytes.len();
        match self.check_and_index(&frame) {
            Ok((count, header)) => {
                let fields = &self.fields[..count];
                Decoded::Message { message: Message::new(frame.bytes, fields, header), consumed }
            }
            Err(reason) => Decoded::Garbled { consumed, reason },
        }
    }

    /// Returns the fields before the fault of a message that was [`Garbled::Field`] although its
    /// framing is right: at most 32 of them, enough to say which message it was.
    /// `None` if there is nothing to be read.
    #[cold]
    pub fn before_fault<'a>(&'a mut self, bytes: &'a [u8]) -> Option<Message<'a>> {
        let frame = frame(bytes).ok()??;
        frame.check(scan::checksum(&frame.bytes[..frame.end])).ok()?;
        let ends = frame.bytes[frame.body..frame.end].iter().enumerate();
        let ends = ends.filter(|(_, byte)| **byte == SOH).take(MAX_FIELDS_BEFORE_FAULT);
        let part = |end| Frame { end, ..frame };
        let mut right = None;
        for (at, _) in ends {
            let end = frame.body + at + 1;
            // Data may end in mid-field: a longer part can be right again.
            if self.walk(&part(end)).is_ok() {
                right = Some(end);
            }
        }
        let (count, header) = self.walk(&part(right?)).ok()?;
        Some(Message::new(frame.bytes, &self.fields[..count], header))
    }

    /// Fills the index from the body if the message is right; returns the number of fields and the
    /// header.
    #[inline]
    fn check_and_index(&mut self, frame: &Frame<'_>) -> Result<(usize, Header), Garbled> {
        if let Some(found) = self.index_at_once(frame) {
            frame.check(found.sum)?;
            return Ok((found.count, self.header(found.count)));
        }
        frame.check(scan::checksum(&frame.bytes[..frame.end]))?;
        self.walk(frame)
    }

    /// Fills the index from a body without long tags and data fields, if the processor can.
    #[inline]
    fn index_at_once(&mut self, frame: &Frame<'_>) -> Option<Found> {
        let batch = self.batch.as_mut()?;
        let found = batch.index(frame.bytes, frame.body, frame.end, &mut self.fields)?;
        let agreed = found.classes.is_user_defined() && !self.agreed.is_empty();
        (!found.classes.is_data_length() && !agreed).then_some(found)
    }

    /// Finds the header among the fields: a counterparty's headers are all of the same tags, but
    /// for messages that are sent again.
    #[inline]
    fn header(&mut self, count: usize) -> Header {
        let fields = &self.fields[..count];
        let (tags, header) = &self.last_header;
        let length = header.len();
        if let Some((there, rest)) = fields.split_at_checked(length)
            && let Some(tags) = tags.get(..length)
            && there.iter().zip(tags).fold(0, |all, (field, tag)| all | (field.tag ^ tag)) == 0
            && rest.first().is_none_or(|next| Class::of(next.tag).header_slot().is_none())
        {
            return *header;
        }
        let mut header = Header::EMPTY;
        for (index, field) in fields.iter().enumerate() {
            let Some(slot) = Class::of(field.tag).header_slot() else { break };
            header.take(slot, index);
        }
        let mut tags = [0; HEADER_KEPT];
        for (tag, field) in tags.iter_mut().zip(fields) {
            *tag = field.tag;
        }
        self.last_header = (tags, header);
        header
    }

    /// Fills the index from every message, one field after the other; returns the number of fields
    /// and the header.
    fn walk(&mut self, frame: &Frame<'_>) -> Result<(usize, Header), Garbled> {
        let bytes = frame.bytes;
        let mut separators = Separators::new(bytes, frame.body);
        let mut header = Header::EMPTY;
        let mut count = 0;
        let mut start = frame.body;
        while start < frame.end {
            let (tag, value) = match scan::tag_at(bytes, start) {
                Some(found) => found,
                None => negative_tag(bytes, start).ok_or(Garbled::Field)?,
            };
            let end = separators.next().ok_or(Garbled::Field)?;
            self.push(&mut count, Field::new(tag, value, end))?;
            // `end` is a position in the frame.
            start = end.wrapping_add(1);
            let class = Class::of(tag);
            if class.is_plain() {
                continue;
            }
            if let Some(slot) = class.header_slot() {
                header.take(slot, count - 1);
            }
            if let Some(data_tag) = self.data_tag(tag, class)
                && let Some(data) = data_field(frame, data_tag, &bytes[value..end], start)?
            {
                start = data.end as usize + 1;
                self.push(&mut count, data)?;
                if class.header_slot().is_some() {
                    header.take(0, count - 1);
                }
                separators.seek(start);
            }
        }
        Ok((count, header))
    }

    /// Returns the tag of the data that a field announces.
    #[inline]
    fn data_tag(&self, tag: u32, class: Class) -> Option<u32> {
        if class.is_user_defined() {
            return self.agreed.iter().find(|pair| pair.0 == tag).map(|pair| pair.1);
        }
        if class.is_data_length() { tag::data_tag(tag) } else { None }
    }

    #[inline]
    fn push(&mut self, count: &mut usize, field: Field) -> Result<(), Garbled> {
        let room: &mut [Field] = &mut self.fields[..MAX_FIELDS];
        *room.get_mut(*count).ok_or(Garbled::TooManyFields)? = field;
        *count = count.wrapping_add(1);
        Ok(())
    }
}

impl Field {
    #[inline]
    const fn new(tag: u32, start: usize, end: usize) -> Self {
        // A frame is far shorter than 2^32 bytes: MAX_MESSAGE_BYTES.
        Self { tag, start: start as u32, end: end as u32 }
    }
}

/// Reads `-digits=`: no version has such tags, but a Reject must be able to name one.
#[cold]
fn negative_tag(bytes: &[u8], start: usize) -> Option<(u32, usize)> {
    let (tag, value) =
        scan::tag_at(bytes, bytes.get(start).filter(|byte| **byte == b'-').map(|_| start + 1)?)?;
    (tag > 0).then_some((tag.wrapping_neg(), value))
}

/// Reads the data field that a length field announces, if it follows at `start`.
#[cold]
fn data_field(
    frame: &Frame<'_>,
    data_tag: u32,
    length: &[u8],
    start: usize,
) -> Result<Option<Field>, Garbled> {
    let length = scan::unsigned(length).ok_or(Garbled::Field)?;
    let length = usize::try_from(length).map_err(|_| Garbled::Field)?;
    let Some((tag, value)) = scan::tag_at(frame.bytes, start) else { return Ok(None) };
    if start >= frame.end || tag != data_tag {
        return Ok(None);
    }
    let end = value.checked_add(length).ok_or(Garbled::Field)?;
    if end >= frame.end || frame.bytes[end] != SOH {
        return Err(Garbled::Field);
    }
    Ok(Some(Field::new(tag, value, end)))
}

/// A frame whose BodyLength is right.
#[derive(Clone, Copy)]
struct Frame<'a> {
    bytes: &'a [u8],
    /// First byte after BodyLength's separator.
    body: usize,
    /// First byte of the trailer.
    end: usize,
    /// The three digits of CheckSum, and its separator.
    check_sum: [u8; 4],
}

impl Frame<'_> {
    /// Checks what is left: CheckSum against the true sum, and that MsgType is third.
    #[inline]
    fn check(&self, sum: u8) -> Result<(), Garbled> {
        if self.check_sum != [b'0' + sum / 100, b'0' + sum / 10 % 10, b'0' + sum % 10, SOH] {
            return Err(Garbled::CheckSum);
        }
        if !self.bytes[self.body..].starts_with(b"35=") {
            return Err(Garbled::MsgType);
        }
        Ok(())
    }
}

/// Finds the frame; the error holds how many bytes to skip.
#[inline]
fn frame(bytes: &[u8]) -> Result<Option<Frame<'_>>, (Garbled, usize)> {
    let Some(digits) = length_start(bytes)? else { return Ok(None) };
    let (length, body) = match three_digits(bytes, digits) {
        Some(length) => (length, digits + 4),
        None => match length_field(bytes, digits)? {
            Some(found) => found,
            None => return Ok(None),
        },
    };
    let end = body + length;
    let Some(frame) = bytes.get(..end + TRAILER_BYTES) else { return Ok(None) };
    if let Some(([SOH, b'1', b'0', b'='], check_sum)) = frame[end - 1..].split_first_chunk()
        && let Some(check_sum @ [_, _, _, SOH]) = check_sum.first_chunk()
    {
        return Ok(Some(Frame { bytes: frame, body, end, check_sum: *check_sum }));
    }
    Err((Garbled::Trailer, scan::find_start(bytes, end)))
}

/// Reads BodyLength where it has three digits, as it nearly always has.
#[inline]
fn three_digits(bytes: &[u8], at: usize) -> Option<usize> {
    let word = u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?);
    let digits = word ^ u32::from_le_bytes([b'0', b'0', b'0', SOH]);
    // Above 9 a digit's high bit is set by adding 0x76, or was already; SOH has become 0.
    if digits >> 24 != 0 || (digits | digits.wrapping_add(0x0076_7676)) & 0x0080_8080 != 0 {
        return None;
    }
    let [hundreds, tens, ones, _] = digits.to_le_bytes().map(usize::from);
    Some(hundreds * 100 + tens * 10 + ones)
}

/// Reads BodyLength whatever it is; returns it and where the body begins, `None` if more bytes are
/// needed.
fn length_field(bytes: &[u8], digits: usize) -> Result<Option<(usize, usize)>, (Garbled, usize)> {
    let garbled = |from| Err((Garbled::BodyLength, scan::find_start(bytes, from)));
    let mut length = 0;
    let mut body = digits;
    loop {
        match bytes.get(body) {
            None => return Ok(None),
            Some(byte @ b'0'..=b'9') if body - digits < MAX_LENGTH_DIGITS => {
                length = length * 10 + usize::from(byte - b'0');
            }
            Some(&SOH) if body > digits => break,
            Some(_) => return garbled(digits),
        }
        body += 1;
    }
    if length > MAX_BODY_LENGTH {
        return garbled(body + 1);
    }
    Ok(Some((length, body + 1)))
}

/// Returns the position of BodyLength's first digit, `None` if more bytes are needed.
#[inline]
fn length_start(bytes: &[u8]) -> Result<Option<usize>, (Garbled, usize)> {
    if let Some((begin, rest)) = bytes.split_first_chunk::<8>()
        && let Some([digit, SOH, b'9', b'=']) = rest.first_chunk()
        && begin == b"8=FIX.4."
        && digit.is_ascii_digit()
    {
        return Ok(Some(12));
    }
    let start = scan::find_start(bytes, 0);
    if start > 0 {
        return Err((Garbled::BeginString, start));
    }
    let head = &bytes[..bytes.len().min(MAX_BEGIN_BYTES)];
    let Some(separator) = head.iter().position(|byte| *byte == SOH) else {
        if bytes.len() < MAX_BEGIN_BYTES {
            return Ok(None);
        }
        return Err((Garbled::BeginString, scan::find_start(bytes, 1)));
    };
    match bytes.get(separator + 1..separator + 3) {
        Some(b"9=") => Ok(Some(separator + 3)),
        Some(_) => Err((Garbled::BodyLength, scan::find_start(bytes, 1))),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is indexed, in a form that can be compared.
    type Index = (Vec<Field>, String);

    fn seen(decoder: &Decoder, count: usize, header: Header) -> Index {
        (decoder.fields[..count].to_vec(), format!("{header:?}"))
    }

    /// Indexes a body both ways.
    fn both(agreed: &[(u32, u32)], body: &[u8]) -> (Option<Index>, Result<Index, Garbled>) {
        let mut bytes = format!("8=FIX.4.4\x019={}\x01", body.len()).into_bytes();
        let start = bytes.len();
        bytes.extend_from_slice(body);
        let end = bytes.len();
        bytes.extend_from_slice(b"10=000\x01");
        let frame = Frame { bytes: &bytes, body: start, end, check_sum: *b"000\x01" };
        let mut decoder = Decoder::with_data_fields(agreed.to_vec());
        let at_once = decoder.index_at_once(&frame).map(|found| {
            assert_eq!(found.sum, scan::checksum(&bytes[..end]));
            let header = decoder.header(found.count);
            assert_eq!(format!("{header:?}"), format!("{:?}", decoder.header(found.count)));
            seen(&decoder, found.count, header)
        });
        let walked = decoder.walk(&frame);
        (at_once, walked.map(|(count, header)| seen(&decoder, count, header)))
    }

    /// With this a frame is long enough for a register.
    const HEAD: &str = "35=W\x0134=12345678\x01";

    fn plain_tag() -> impl Strategy<Value = String> {
        let header = ["34", "43", "49", "52", "56", "97", "122", "1128"].map(str::to_owned);
        prop_oneof![prop::sample::select(header.to_vec()), "[0-9]{1,4}"]
            .prop_filter("no data follows", |tag| {
                tag.parse().is_ok_and(|tag| data_length_tags().all(|length| length != tag))
            })
    }

    fn data_length_tags() -> impl Iterator<Item = u32> {
        (0..10_000).filter(|tag| tag::data_tag(*tag).is_some())
    }

    fn field(tag: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![8 => 2_u8.., 1 => Just(b'='), 1 => b'0'..=b'9'];
        (tag, prop::collection::vec(byte, 0..40))
            .prop_map(|(tag, value)| [tag.as_bytes(), b"=", &value, &[SOH]].concat())
    }

    fn body(field: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
        let fields = prop::collection::vec(field, 0..40);
        fields.prop_map(|fields| [HEAD.as_bytes(), &fields.concat()].concat())
    }

    proptest! {
        #[test]
        fn plain_messages_are_indexed_at_once_and_as_by_the_walk(body in body(field(plain_tag()))) {
            let (at_once, walked) = both(&[], &body);
            let walked = walked.expect("nothing is wrong with it");
            if Batch::new().is_some() {
                prop_assert_eq!(at_once, Some(walked));
            } else {
                prop_assert_eq!(at_once, None);
            }
        }

        #[test]
        fn the_walk_has_the_last_word_on_all_others(
            body in body(field(prop_oneof![
                plain_tag(),
                "[0-9=x\u{1}-]{0,9}",
                prop::sample::select(vec!["95", "96", "5001", "5002", "12345"]).prop_map(str::to_owned),
            ])),
        ) {
            let (at_once, walked) = both(&[(5001, 5002)], &body);
            if let Some(at_once) = at_once {
                prop_assert_eq!(walked, Ok(at_once));
            }
        }
    }

    #[test]
    fn as_many_fields_as_there_is_room_for() {
        for count in [2, 3, 7, 8, 9, 63, 64, 65, 255, 256, 257] {
            for field in
                ["1=\x01", "44=1\x01", "1128=9\x01", "270=123456789012345678901234567890\x01"]
            {
                let body = [HEAD, &field.repeat(count - 2)].concat();
                let (at_once, walked) = both(&[], body.as_bytes());
                assert_eq!(at_once, walked.clone().ok().filter(|_| Batch::new().is_some()));
                assert_eq!(walked.is_ok(), count <= MAX_FIELDS);
            }
        }
    }
}
