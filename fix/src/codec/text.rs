//! Values and numbers as text, written by whole words into room that is there.
//!
//! Hot: called for every field of every message sent. What a word writes too much is overwritten by
//! what comes next.

use super::scan::SOH;

/// Writes bytes if there is room.
pub(super) fn copied(room: &mut [u8], bytes: &[u8]) -> bool {
    let Some(room) = room.get_mut(..bytes.len()) else { return false };
    copy(room, bytes);
    true
}

/// Writes a value and the separator; says whether it was one: not empty, and without a separator
/// inside. `None` if there is no room.
#[inline]
pub(super) fn value(room: &mut [u8], value: &[u8]) -> Option<bool> {
    let (room, rest) = room.split_at_mut_checked(value.len())?;
    *rest.first_mut()? = SOH;
    Some(!value.is_empty() & !copy_seeing_soh(room, value))
}

/// Writes `value / 10^decimals`, at most 18 of them, and the separator; returns how many bytes they
/// are. `None` if there is no room.
pub(super) fn decimal(room: &mut [u8], value: u64, decimals: usize) -> Option<usize> {
    if let Some(room) = room.first_chunk_mut()
        && value < 100_000_000
        && decimals < 8
    {
        return Some(short_decimal(room, value as u32, decimals));
    }
    long_decimal(room, value, decimals)
}

#[cold]
fn long_decimal(room: &mut [u8], value: u64, decimals: usize) -> Option<usize> {
    let (text, start) = digits(value);
    let point = text.len() - decimals;
    // One digit at least before the point: the text is zeros where it has no digits.
    let before = &text[start.min(point - 1)..point];
    let parts = if decimals > 0 { [before, b".", &text[point..]] } else { [before, b"", b""] };
    let mut at = 0;
    for part in parts.into_iter().chain([&[SOH][..]]) {
        room.get_mut(at..at + part.len())?.copy_from_slice(part);
        at += part.len();
    }
    Some(at)
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
    let digits = eight_digit_values(value);
    // One digit at least stays before the point.
    let zeros = (digits.trailing_zeros() as usize / 8).min(7 - decimals);
    let text = (digits | ZEROS) >> (8 * zeros);
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

/// The digits of a number below 10^8 as text, the first in the lowest byte, and how many they are.
#[inline]
pub(super) const fn short_digits(value: u32) -> (u64, usize) {
    let digits = eight_digit_values(value);
    // One digit at least stays.
    let zeros = (digits | 1 << 56).trailing_zeros() / 8;
    ((digits | ZEROS) >> (8 * zeros), 8 - zeros as usize)
}

/// The eight digits of a number below 10^8 as text.
#[inline]
pub(super) const fn eight_digits(value: u32) -> [u8; 8] {
    (eight_digit_values(value) | ZEROS).to_le_bytes()
}

/// `00000000`
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The eight digits of a number below 10^8, the first in the lowest byte.
#[inline]
const fn eight_digit_values(value: u32) -> u64 {
    // Divisions by multiplication, of all parts at once: exact below 10^4 and 10^2.
    let halves = (value / 10_000) as u64 | ((value % 10_000) as u64) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007F_0000_007F;
    let pairs = hundreds | (halves - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
    tens | (pairs - tens * 10) << 8
}

/// The three digits of a number below 1000 as text, the first in the lowest byte.
#[inline]
pub(super) const fn three_digits(value: u32) -> u32 {
    // Exact below 1000.
    let hundreds = (value * 656) >> 16;
    let rest = value - hundreds * 100;
    let tens = (rest * 103) >> 10;
    0x0030_3030 | hundreds | tens << 8 | (rest - tens * 10) << 16
}

/// The decimal digits of a number, right-aligned behind zeros, and where they begin.
pub(super) fn digits(mut value: u64) -> ([u8; 20], usize) {
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
            prop_assert_eq!(eight_digits(value).to_vec(), format!("{value:08}").into_bytes());
        }

        #[test]
        fn short_digits_are_those_of_the_standard_library(
            value in prop_oneof![0_u32..1000, 0_u32..100_000_000],
        ) {
            let (text, length) = short_digits(value);
            prop_assert_eq!(text.to_le_bytes()[..length].to_vec(), value.to_string().into_bytes());
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

    #[test]
    fn three_digits_are_those_of_the_standard_library() {
        for value in 0..1000 {
            let text = three_digits(value).to_le_bytes();
            assert_eq!(&text[..3], format!("{value:03}").as_bytes());
        }
    }
}
