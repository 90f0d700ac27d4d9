//! Word-at-a-time scanning: separators, tags, checksums.
//!
//! `Separators` walks the SOH bytes of a range by 64-bit masks, so that the length of a value
//! costs no branch. Plain 64-bit arithmetic, no vector instructions: calling those needs
//! unsafe code.

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
            self.base += 64;
            if self.base >= self.bytes.len() {
                return None;
            }
            self.mask = block_mask(self.bytes, self.base);
        }
        let bit = self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(self.base + bit)
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
    let (words, tail) = rest[..rest.len().min(64)].as_chunks::<8>();
    let mut mask = 0;
    for (index, word) in words.iter().enumerate() {
        mask |= word_mask(u64::from_le_bytes(*word)) << (index * 8);
    }
    for (index, &byte) in tail.iter().enumerate() {
        mask |= u64::from(byte == SOH) << (words.len() * 8 + index);
    }
    mask
}

/// Eight bits, one for each byte that is SOH.
#[inline]
fn word_mask(word: u64) -> u64 {
    let x = word ^ ONES;
    // Exact for every byte, unlike the usual `x - ONES & !x`, whose borrow can run on.
    let zero = !(((x & !HIGHS) + !HIGHS) | x) & HIGHS;
    // Gathers the eight high bits into the top byte.
    (zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Reads `digits=` at `start`; returns the tag and the position after the equals sign.
///
/// `None` for anything else: no digit, more than seven digits, another byte in between.
#[inline]
pub(crate) fn tag_at(bytes: &[u8], start: usize) -> Option<(u32, usize)> {
    let word = match bytes.get(start..start + 8).and_then(<[u8]>::first_chunk) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => padded_word(bytes.get(start..)?),
    };
    let x = word ^ 0x3D3D_3D3D_3D3D_3D3D;
    let equals = x.wrapping_sub(ONES) & !x & HIGHS;
    let bits = equals.trailing_zeros() & !7;
    if bits == 0 || bits == 64 {
        return None;
    }
    // The digits' values, moved to the most significant bytes; the rest is zero.
    let v = (word ^ 0x3030_3030_3030_3030) << (64 - bits);
    if (v | v.wrapping_add(0x7676_7676_7676_7676)) & HIGHS != 0 {
        return None;
    }
    let pairs = v.wrapping_mul(10).wrapping_add(v >> 8);
    let low = (pairs & 0x0000_00FF_0000_00FF).wrapping_mul(0x000F_4240_0000_0064);
    let high = ((pairs >> 16) & 0x0000_00FF_0000_00FF).wrapping_mul(0x0000_2710_0000_0001);
    let tag = low.wrapping_add(high) >> 32;
    Some((tag as u32, start + (bits as usize >> 3) + 1))
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
    // Bytes, not words, are added: the compiler turns this into vector additions.
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
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
