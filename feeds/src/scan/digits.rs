//! Digits eight at a time: a `u64` holds eight bytes of text, the first in its lowest byte.
//!
//! Reading past the end of the text gives zero bytes, which are neither digits nor quotes, so
//! no caller needs a slow way for the last bytes of a frame.

use super::{ScanError, ScanReason, Scanner};

/// A decimal number: `mantissa × 10^-decimals`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decimal {
    /// All digits as one number.
    pub mantissa: u64,
    /// How many of them stood after the point.
    pub decimals: u8,
}

/// A decimal with a point in at most eight characters, as found in one word.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShortDecimal {
    digits: u64,
    decimals: u8,
    /// How many characters it has; what follows them is for the caller to check.
    pub(super) length: usize,
    /// Zero if it is one; otherwise nothing else means anything. A number, so that several
    /// checks need one branch.
    pub(super) wrong: u64,
}

impl ShortDecimal {
    /// Looks for one at the start of `word`, without a branch.
    ///
    /// Bit 4 is set in every digit and clear in point and quote, so the first two bytes without
    /// it are the point and the end.
    #[inline(always)]
    pub(super) const fn find(word: u64) -> Self {
        let marks = !word & (ONES << 4);
        let point_bits = marks.trailing_zeros() & !7;
        let end_bits = (marks & marks.wrapping_sub(1)).trailing_zeros() & !7;
        // A shift by 64 would happen only without point or end; it is wrong then.
        let not_point = ((word >> (point_bits & 56)) ^ b'.' as u64) & 0xff;
        let below = (1_u64 << (point_bits & 56)).wrapping_sub(1);
        let values = word ^ ZEROS;
        let joined = (values & below) | ((values >> 8) & !below);
        let digits = joined << (72_u32.wrapping_sub(end_bits) & 56);
        // Negative without a digit on either side of the point.
        let misplaced = point_bits.wrapping_sub(8) | end_bits.wrapping_sub(point_bits + 16);
        Self {
            digits,
            decimals: (end_bits.wrapping_sub(point_bits + 8) / 8) as u8,
            length: (end_bits / 8) as usize,
            wrong: not_digits(digits) | not_point | (misplaced >> 31) as u64,
        }
    }

    #[inline(always)]
    pub(super) const fn decimal(self) -> Decimal {
        Decimal { mantissa: value_of(self.digits), decimals: self.decimals }
    }
}

/// Reads `digits[.digits]` at `start` and returns where it ends; what follows is not looked at.
#[inline(always)]
pub(super) fn decimal_at(bytes: &[u8], start: usize) -> Result<(Decimal, usize), ScanError> {
    let short = ShortDecimal::find(word(bytes, start));
    let end = start + short.length;
    if short.wrong == 0 && bytes.get(end) == Some(&b'"') {
        return Ok((short.decimal(), end));
    }
    long_decimal(bytes, start)
}

#[inline(never)]
fn long_decimal(bytes: &[u8], start: usize) -> Result<(Decimal, usize), ScanError> {
    let error = |at, reason| Scanner { bytes, at }.error(reason);
    let (whole, whole_count) = digits(bytes, start)?;
    let point = start + whole_count;
    if whole_count == 0 {
        return Err(error(start, ScanReason::Unexpected));
    }
    if bytes.get(point) != Some(&b'.') {
        return Ok((Decimal { mantissa: whole, decimals: 0 }, point));
    }
    let (fraction, count) = digits(bytes, point + 1)?;
    let Some(&power) = POWERS.get(count).filter(|_| count > 0) else {
        return Err(error(point + 1, ScanReason::Unexpected));
    };
    let mantissa = whole
        .checked_mul(power)
        .and_then(|scaled| scaled.checked_add(fraction))
        .ok_or_else(|| error(start, ScanReason::OutOfRange))?;
    Ok((Decimal { mantissa, decimals: count as u8 }, point + 1 + count))
}

/// Returns the value of the digits at `start` and how many they are, at most 19.
#[inline(always)]
pub(super) fn digits(bytes: &[u8], start: usize) -> Result<(u64, usize), ScanError> {
    let mut total = 0_u64;
    let mut count = 0;
    loop {
        let values = word(bytes, start + count) ^ ZEROS;
        let found = (not_digits(values).trailing_zeros() / 8) as usize;
        if count + found > DIGITS_MAX {
            return Err(Scanner { bytes, at: start }.error(ScanReason::OutOfRange));
        }
        if found == 0 {
            return Ok((total, count));
        }
        // At most 19 digits in all, so neither step can overflow.
        total = total.wrapping_mul(POWERS[found]);
        total = total.wrapping_add(value_of(values << (64 - 8 * found)));
        count += found;
        if found < 8 {
            return Ok((total, count));
        }
    }
}

/// Returns the eight bytes at `at`, zeros beyond the end.
#[inline(always)]
pub(super) fn word(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => last_word(bytes, at),
    }
}

/// The last bytes of a frame: the eight that end with it, shifted.
fn last_word(bytes: &[u8], at: usize) -> u64 {
    let left = bytes.len().saturating_sub(at);
    match bytes.last_chunk() {
        Some(chunk) if left > 0 => u64::from_le_bytes(*chunk) >> (64 - 8 * left),
        Some(_) => 0,
        None => bytes.iter().skip(at).rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// Returns the place of the first byte that ends or interrupts a text (quote, backslash, control
/// byte), 8 if there is none.
#[inline(always)]
pub(super) fn first_special(word: u64) -> usize {
    // A borrow can only mark bytes above a truly marked one, so the lowest mark is right.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let quote = below(word ^ (ONES * u64::from(b'"')), 1);
    let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
    let marks = (quote | backslash | below(word, b' ')) & (ONES << 7);
    (marks.trailing_zeros() / 8) as usize
}

/// Marks bytes that are not 0 to 9, in their high bits; right up to the first such byte.
#[inline(always)]
const fn not_digits(values: u64) -> u64 {
    (values | values.wrapping_add(ONES * 6)) & (ONES * 0xf0)
}

/// Returns the number of eight digits, the first one in the lowest byte: neighbours are joined
/// to pairs, pairs to fours, fours to eight, each by one multiplication.
#[inline(always)]
const fn value_of(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let outer = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(100 + (1_000_000 << 32));
    let inner = (pairs >> 16 & 0x0000_00ff_0000_00ff).wrapping_mul(1 + (10_000 << 32));
    outer.wrapping_add(inner) >> 32
}

/// Most digits that always fit 64 bits.
const DIGITS_MAX: usize = 19;

const ONES: u64 = 0x0101_0101_0101_0101;
const ZEROS: u64 = ONES * b'0' as u64;

const POWERS: [u64; DIGITS_MAX + 1] = {
    let mut powers = [1; DIGITS_MAX + 1];
    let mut index = 1;
    while index < powers.len() {
        powers[index] = powers[index - 1] * 10;
        index += 1;
    }
    powers
};
