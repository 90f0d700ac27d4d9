//! A decoded message: the received bytes and an index over them, nothing copied.
//!
//! BeginString, BodyLength and CheckSum are framing and are not among the fields; MsgType is
//! the first of them. Repeating groups are simply repeated tags: [`Message::get`] returns the
//! first, [`Message::fields`] shows all in their order.

use crate::codec::decimal::Decimal;
use crate::codec::{Field, timestamp};
use crate::tag;

/// One message, borrowed from the receive buffer and the decoder.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    bytes: &'a [u8],
    fields: &'a [Field],
    header: Header,
}

/// Where the header fields that the session needs stand in the index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    /// Positions by [`tag::header_slot`]; slot 0 is for header fields nobody asks for.
    positions: [u8; 8],
    /// Number of fields in the header, at most [`ABSENT`].
    count: u8,
}

/// No index in the header reaches this: what comes behind so many fields is not in the header.
const ABSENT: u8 = u8::MAX;

impl Header {
    pub(crate) const EMPTY: Self = Self { positions: [ABSENT; 8], count: 0 };

    /// How many fields it has.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.count as usize
    }

    /// Takes the field at `index` into the header, if only header fields are before it.
    #[inline]
    pub(crate) fn take(&mut self, slot: usize, index: usize) {
        if index == usize::from(self.count) && self.count < ABSENT {
            self.positions[slot & 7] = self.count;
            self.count += 1;
        }
    }
}

impl<'a> Message<'a> {
    pub(crate) const fn new(bytes: &'a [u8], fields: &'a [Field], header: Header) -> Self {
        Self { bytes, fields, header }
    }

    /// Returns the whole message as received, from `8=` to the last separator.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns BeginString(8), such as `FIX.4.4`.
    #[must_use]
    pub fn begin_string(&self) -> &'a [u8] {
        let value = &self.bytes[2..];
        let end = value.iter().position(|byte| *byte == crate::codec::SOH);
        &value[..end.unwrap_or(value.len())]
    }

    /// Returns MsgType(35).
    #[must_use]
    pub fn msg_type(&self) -> &'a [u8] {
        self.value(0).unwrap_or_default()
    }

    /// Returns MsgSeqNum(34), `None` if missing or not a number. One that stands behind the
    /// body is found as well: the Reject must name it.
    #[must_use]
    pub fn msg_seq_num(&self) -> Option<u64> {
        let value = self.header_value(tag::MSG_SEQ_NUM).or_else(|| self.get(tag::MSG_SEQ_NUM));
        crate::codec::unsigned(value?)
    }

    /// Returns SenderCompID(49).
    #[must_use]
    pub fn sender_comp_id(&self) -> Option<&'a [u8]> {
        self.header_value(tag::SENDER_COMP_ID)
    }

    /// Returns TargetCompID(56).
    #[must_use]
    pub fn target_comp_id(&self) -> Option<&'a [u8]> {
        self.header_value(tag::TARGET_COMP_ID)
    }

    /// Returns the text of SendingTime(52).
    #[must_use]
    pub fn sending_time(&self) -> Option<&'a [u8]> {
        self.header_value(tag::SENDING_TIME)
    }

    /// Returns the text of OrigSendingTime(122).
    #[must_use]
    pub fn orig_sending_time(&self) -> Option<&'a [u8]> {
        self.header_value(tag::ORIG_SENDING_TIME)
    }

    /// Says whether PossDupFlag(43) is `Y`: sent before under the same number.
    #[must_use]
    pub fn poss_dup(&self) -> bool {
        self.header_value(tag::POSS_DUP_FLAG) == Some(b"Y")
    }

    /// Says whether PossResend(97) is `Y`: sent before under another number.
    #[must_use]
    pub fn poss_resend(&self) -> bool {
        self.header_value(tag::POSS_RESEND) == Some(b"Y")
    }

    /// Returns the first value of a tag, header included. Cost: O(fields before it).
    #[inline]
    #[must_use]
    pub fn get(&self, tag: u32) -> Option<&'a [u8]> {
        // The header holds only tags that may stand there.
        let from = if tag::header_slot(tag).is_some() { 0 } else { self.header.count };
        let fields = self.fields.get(usize::from(from)..).unwrap_or_default();
        fields.iter().find(|field| field.tag == tag).map(|field| self.bytes_of(field))
    }

    /// Returns a value that is an unsigned number, `None` if missing or something else.
    #[must_use]
    pub fn get_u64(&self, tag: u32) -> Option<u64> {
        crate::codec::unsigned(self.get(tag)?)
    }

    /// Returns a value that is a whole number, `None` if missing or something else.
    #[must_use]
    pub fn get_i64(&self, tag: u32) -> Option<i64> {
        let decimal = self.get_decimal(tag)?;
        (decimal.decimals == 0).then_some(decimal.mantissa)
    }

    /// Returns a price, quantity or amount, exactly; `None` if missing or something else.
    #[must_use]
    pub fn get_decimal(&self, tag: u32) -> Option<Decimal> {
        Decimal::parse(self.get(tag)?)
    }

    /// Returns a UTCTimestamp in nanoseconds, `None` if missing or something else.
    #[must_use]
    pub fn get_timestamp(&self, tag: u32) -> Option<u64> {
        timestamp::parse_timestamp(self.get(tag)?)
    }

    /// Returns a value of one byte, `None` if missing or longer.
    #[must_use]
    pub fn get_char(&self, tag: u32) -> Option<u8> {
        match self.get(tag)? {
            [byte] => Some(*byte),
            _ => None,
        }
    }

    /// Returns all fields in the order received, MsgType first. A negative tag, which no
    /// version has, is shown as its two's complement.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (u32, &'a [u8])> + use<'a> {
        let message = *self;
        self.fields.iter().map(move |field| (field.tag, message.bytes_of(field)))
    }

    /// Returns the fields of the header in the order received, MsgType first.
    pub fn header(&self) -> impl ExactSizeIterator<Item = (u32, &'a [u8])> + use<'a> {
        let message = *self;
        let header = &self.fields[..usize::from(self.header.count)];
        header.iter().map(move |field| (field.tag, message.bytes_of(field)))
    }

    /// Returns the fields after the header, in the order received.
    pub fn body(&self) -> impl ExactSizeIterator<Item = (u32, &'a [u8])> + use<'a> {
        let message = *self;
        let body = &self.fields[usize::from(self.header.count)..];
        body.iter().map(move |field| (field.tag, message.bytes_of(field)))
    }

    /// Returns the first value of a header field. Cost: O(header).
    pub(crate) fn get_header(&self, tag: u32) -> Option<&'a [u8]> {
        let header = &self.fields[..usize::from(self.header.count)];
        header.iter().find(|field| field.tag == tag).map(|field| self.bytes_of(field))
    }

    /// Returns the message as text for logs: `|` for separators, and `***` in place of
    /// RawData(96) and of all passwords. Allocates; not for the hot path.
    #[must_use]
    pub fn redacted(&self) -> String {
        let mut text = format!("8={}|", String::from_utf8_lossy(self.begin_string()));
        for (tag, value) in self.fields() {
            let secret = tag::SECRETS.contains(&tag);
            let value = if secret { "***".into() } else { String::from_utf8_lossy(value) };
            text.push_str(&format!("{tag}={value}|"));
        }
        text
    }

    pub(crate) const fn all_fields(&self) -> &'a [Field] {
        self.fields
    }

    pub(crate) fn body_fields(&self) -> &'a [Field] {
        &self.fields[usize::from(self.header.count)..]
    }

    #[inline]
    fn header_value(&self, tag: u32) -> Option<&'a [u8]> {
        let slot = tag::header_slot(tag)?;
        self.value(self.header.positions[usize::from(slot & 7)])
    }

    #[inline]
    fn value(&self, index: u8) -> Option<&'a [u8]> {
        self.fields.get(usize::from(index)).map(|field| self.bytes_of(field))
    }

    #[inline]
    fn bytes_of(&self, field: &Field) -> &'a [u8] {
        &self.bytes[field.start as usize..field.end as usize]
    }
}
