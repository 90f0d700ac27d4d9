//! Word-at-a-time scanning: separators, tags, checksums.
//!
//! `Separators` walks the SOH bytes of a range by 64-bit masks, so that the length of a value
//! costs no branch. On x86-64 the masks and sums use SSE2, which every such processor has;
//! elsewhere the plain versions do, which the tests compare with them. `Batch` indexes a whole body
//! at once where the processor has AVX2.

#[cfg_attr(target_arch = "x86_64", path = "scan/sse2.rs")]
#[cfg_attr(not(target_arch = "x86_64"), path = "scan/plain.rs")]
mod vector;

#[cfg(all(test, target_arch = "x86_64"))]
#[path = "scan/plain.rs"]
mod plain;

#[cfg_attr(target_arch = "x86_64", path = "scan/avx2.rs")]
#[cfg_attr(not(target_arch = "x86_64"), path = "scan/no_batch.rs")]
mod batch;

pub(super) use batch::{Batch, Found};

/// The field separator.
pub(crate) const SOH: u8 = 1;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The positions of SOH in `bytes[..end]`, ascending, from a given start.
pub(crate) struct Separators<'a> {
    bytes: &'a [u8],
    /// First byte that `mask` speaks of.
    base: usize,
    mask: u64,
}

impl<'a> Separators<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8], start: usize) -> Self {
        Self { bytes, base: start, mask: block_mask(bytes, start) }
    }

    /// Returns the next separator's position, or `None` at the end of the bytes.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<usize> {
        while self.mask == 0 {
            // A slice is too short for this to wrap, and the sum below is a position in it.
            self.base = self.base.wrapping_add(64);
            if self.base >= self.bytes.len() {
                return None;
            }
            self.mask = block_mask(self.bytes, self.base);
        }
        let bit = self.mask.trailing_zeros() as usize;
        self.mask &= self.mask.wrapping_sub(1);
        Some(self.base.wrapping_add(bit))
    }

    /// Continues after `position`: what lies before is data, whatever it holds.
    pub(crate) fn seek(&mut self, position: usize) {
        *self = Self::new(self.bytes, position);
    }
}

/// One bit for each of the 64 bytes from `base`: set where the byte is SOH.
#[inline]
fn block_mask(bytes: &[u8], base: usize) -> u64 {
    let rest = bytes.get(base..).unwrap_or_default();
    match rest.first_chunk() {
        Some(block) => vector::soh_mask(block),
        None => tail_mask(bytes, rest),
    }
}

/// The same for the last bytes, less than 64: whole pieces of 16, then the last 16 bytes
/// there are, of which the higher ones have not been seen yet.
#[inline]
fn tail_mask(bytes: &[u8], rest: &[u8]) -> u64 {
    let (pieces, tail) = rest.as_chunks::<16>();
    let mut mask = 0;
    for (index, piece) in pieces.iter().enumerate() {
        mask |= u64::from(vector::soh_mask_16(piece)) << (index * 16);
    }
    if tail.is_empty() {
        return mask;
    }
    let last = match bytes.last_chunk() {
        Some(last) => vector::soh_mask_16(last) >> (16 - tail.len()),
        None => tail.iter().rev().fold(0, |mask, byte| mask << 1 | u16::from(*byte == SOH)),
    };
    mask | u64::from(last) << (pieces.len() * 16)
}

/// Reads `digits=` at `start`; returns the tag and the position after the equals sign.
///
/// `None` for anything else: no digit, more than seven digits, another byte in between.
#[inline]
pub(crate) fn tag_at(bytes: &[u8], start: usize) -> Option<(u32, usize)> {
    let rest = bytes.get(start..)?;
    let word = match rest.first_chunk() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => padded_word(rest),
    };
    let x = word ^ 0x3D3D_3D3D_3D3D_3D3D;
    let equals = x.wrapping_sub(ONES) & !x & HIGHS;
    // The bits of the digits: 8 for each.
    let bits = equals.trailing_zeros() & !7;
    // Below the length of the bytes, which no sum can reach beyond.
    let value = start.wrapping_add(bits as usize >> 3).wrapping_add(1);
    if bits > 32 || bits == 0 {
        return long_tag(word, bits).map(|tag| (tag, value));
    }
    // The digits' values, moved to the most significant bytes; the rest is zero.
    let v = (word as u32 ^ 0x3030_3030) << (32 - bits);
    if (v | v.wrapping_add(0x7676_7676)) & 0x8080_8080 != 0 {
        return None;
    }
    // Pairs of digits in the halves, then the halves.
    let pairs = v.wrapping_mul(10).wrapping_add(v >> 8) & 0x00FF_00FF;
    let tag = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0xFFFF;
    Some((tag, value))
}

/// The value of five to seven digits in front of the equals sign at bit `bits`.
#[cold]
fn long_tag(word: u64, bits: u32) -> Option<u32> {
    if bits == 0 || bits == 64 {
        return None;
    }
    let v = (word ^ 0x3030_3030_3030_3030) << (64 - bits);
    if (v | v.wrapping_add(0x7676_7676_7676_7676)) & HIGHS != 0 {
        return None;
    }
    let pairs = v.wrapping_mul(10).wrapping_add(v >> 8);
    let low = (pairs & 0x0000_00FF_0000_00FF).wrapping_mul(0x000F_4240_0000_0064);
    let high = ((pairs >> 16) & 0x0000_00FF_0000_00FF).wrapping_mul(0x0000_2710_0000_0001);
    Some((low.wrapping_add(high) >> 32) as u32)
}

#[cold]
fn padded_word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    for (to, from) in word.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_le_bytes(word)
}

/// The sum of all bytes modulo 256, which CheckSum(10) states.
#[inline]
pub(crate) fn checksum(bytes: &[u8]) -> u8 {
    let (blocks, tail) = bytes.as_chunks::<16>();
    // The last 16 bytes, without those that are in a block already.
    let last = match bytes.last_chunk() {
        Some(last) if !tail.is_empty() => u128::from_le_bytes(*last) >> (128 - tail.len() * 8),
        Some(_) => 0,
        None => tail.iter().rev().fold(0, |word, byte| word << 8 | u128::from(*byte)),
    };
    vector::sum(blocks, last)
}

/// Reads an unsigned number of at most 19 digits and nothing else.
#[inline]
pub(crate) fn unsigned(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    let mut value = 0_u64;
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // 19 digits stay below 2^64.
        value = value * 10 + u64::from(digit);
    }
    Some(value)
}

/// Where a message could start at or after `from`: the position of `8=FIX` (or of its
/// beginning at the end of the bytes), not preceded by a digit, for `58=FIX` is a text.
///
/// Returns `bytes.len()` if there is none. Digits at the very end are kept in view, so that
/// the answer does not depend on how the stream was cut.
pub(crate) fn find_start(bytes: &[u8], from: usize) -> usize {
    const START: &[u8] = b"8=FIX";
    for at in from..bytes.len() {
        let part = &bytes[at..bytes.len().min(at + START.len())];
        let after_digit = at > 0 && bytes[at - 1].is_ascii_digit();
        if part == &START[..part.len()] && !after_digit {
            return at;
        }
    }
    let kept = match bytes {
        // An 8 after a digit is no start, and without the digit it would look like one.
        [.., digit, b'8'] if digit.is_ascii_digit() => 2,
        [.., digit] if digit.is_ascii_digit() => 1,
        _ => 0,
    };
    (bytes.len() - kept).max(from)
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn byte() -> impl Strategy<Value = u8> {
        prop_oneof![Just(SOH), any::<u8>()]
    }

    proptest! {
        #[test]
        fn vectors_and_plain_code_agree(
            block in prop::array::uniform32(prop::array::uniform2(byte())),
            last in any::<u128>(),
        ) {
            let block: &[u8; 64] = block.as_flattened().first_chunk().expect("32 times 2");
            let pieces = block.as_chunks::<16>().0;
            prop_assert_eq!(vector::soh_mask(block), plain::soh_mask(block));
            prop_assert_eq!(vector::soh_mask_16(&pieces[1]), plain::soh_mask_16(&pieces[1]));
            prop_assert_eq!(vector::sum(pieces, last), plain::sum(pieces, last));
        }
    }
}
