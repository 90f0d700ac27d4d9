//! ClOrdID(11) as a broker wants it: our number with a prefix, in decimal or base 36.
//!
//! Hot: an id is written once per request. No allocation.

use gannet_fix::codec::Writer;
use gannet_types::ClientOrderId;

/// How ids look on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdFormat {
    prefix: Box<[u8]>,
    base: IdBase,
}

/// The digits of an id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdBase {
    /// Up to 20 digits.
    #[default]
    Decimal,
    /// Up to 13 digits and upper-case letters.
    Base36,
}

impl IdBase {
    const fn radix(self) -> u64 {
        match self {
            Self::Decimal => 10,
            Self::Base36 => 36,
        }
    }

    /// Returns how many digits the longest id has.
    const fn digits_max(self) -> usize {
        match self {
            Self::Decimal => 20,
            Self::Base36 => 13,
        }
    }
}

/// Longest prefix.
const PREFIX_BYTES_MAX: usize = 16;

/// Longest id: the prefix and 20 digits.
const ID_BYTES_MAX: usize = PREFIX_BYTES_MAX + 20;

impl IdFormat {
    /// Plain numbers.
    #[must_use]
    pub fn plain() -> Self {
        Self { prefix: Box::default(), base: IdBase::Decimal }
    }

    /// Numbers in `base` behind `prefix`. `None` if the prefix has other than letters, digits and
    /// `-_.`, is longer than 16 bytes, or an id could be longer than `length_max` bytes.
    #[must_use]
    pub fn new(prefix: &str, base: IdBase, length_max: usize) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let fits = prefix.len() <= PREFIX_BYTES_MAX
            && prefix.bytes().all(plain)
            && prefix.len() + base.digits_max() <= length_max;
        fits.then(|| Self { prefix: prefix.as_bytes().into(), base })
    }

    /// Writes an id.
    #[inline]
    pub(super) fn write(&self, writer: &mut Writer<'_>, tag: u32, id: ClientOrderId) {
        if self.prefix.is_empty() && self.base == IdBase::Decimal {
            return writer.uint(tag, id.0);
        }
        let mut text = [0; ID_BYTES_MAX];
        let (mut start, mut value) = (ID_BYTES_MAX, id.0);
        loop {
            start -= 1;
            let digit = (value % self.base.radix()) as u8;
            text[start] = if digit < 10 { b'0' + digit } else { b'A' + digit - 10 };
            value /= self.base.radix();
            if value == 0 {
                break;
            }
        }
        start -= self.prefix.len();
        text[start..start + self.prefix.len()].copy_from_slice(&self.prefix);
        writer.bytes(tag, &text[start..]);
    }

    /// Reads an id; `None` if it is not one of ours.
    #[inline]
    pub(super) fn read(&self, text: &[u8]) -> Option<ClientOrderId> {
        let digits = text.strip_prefix(&*self.prefix)?;
        if digits.is_empty() {
            return None;
        }
        let radix = self.base.radix();
        let mut value = 0_u64;
        for &byte in digits {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'A'..=b'Z' => byte - b'A' + 10,
                _ => return None,
            };
            if u64::from(digit) >= radix {
                return None;
            }
            value = value.checked_mul(radix)?.checked_add(u64::from(digit))?;
        }
        Some(ClientOrderId(value))
    }
}

#[cfg(test)]
mod tests {
    use gannet_fix::codec::{Encoder, timestamp::Precision};
    use proptest::prelude::*;

    use super::*;

    fn written(format: &IdFormat, id: u64) -> Vec<u8> {
        let mut encoder = Encoder::new("FIX.4.4", "A", "B", Precision::Seconds);
        let mut buffer = [0; 256];
        let envelope = gannet_fix::codec::Envelope {
            msg_type: b"D",
            msg_seq_num: 1,
            sending_time_ns: 0,
            replay: gannet_fix::codec::Replay::No,
        };
        let length = encoder
            .encode(&mut buffer, &envelope, |writer| format.write(writer, 11, ClientOrderId(id)))
            .expect("it fits");
        let bytes = &buffer[..length];
        let mut decoder = gannet_fix::Decoder::new();
        match decoder.decode(bytes) {
            gannet_fix::codec::Decoded::Message { message, .. } => {
                message.get(11).expect("an id").to_vec()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn examples() {
        let short = IdFormat::new("GN-", IdBase::Base36, 16).expect("a format");
        assert_eq!(written(&short, 0), b"GN-0");
        assert_eq!(written(&short, 35), b"GN-Z");
        assert_eq!(written(&short, u64::MAX), b"GN-3W5E11264SGSF");
        for foreign in [&b"GN-"[..], b"GN-z", b"3W5", b"", b"GN-3W5E11264SGSG", b"GN-1 "] {
            assert_eq!(short.read(foreign), None, "{}", String::from_utf8_lossy(foreign));
        }
        assert_eq!(IdFormat::new("", IdBase::Decimal, 19), None, "an id may have 20 digits");
        assert_eq!(IdFormat::new("a=b", IdBase::Base36, 64), None);
    }

    proptest! {
        #[test]
        fn an_id_is_read_as_it_was_written(id: u64, base36: bool, prefix in "[A-Z0-9_.-]{0,16}") {
            let base = if base36 { IdBase::Base36 } else { IdBase::Decimal };
            let format = IdFormat::new(&prefix, base, 64).expect("a format");
            let text = written(&format, id);
            prop_assert!(text.len() <= ID_BYTES_MAX);
            prop_assert_eq!(format.read(&text), Some(ClientOrderId(id)));
        }
    }
}
