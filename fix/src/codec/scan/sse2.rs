//! Sixteen bytes at a time, with the instructions that every x86-64 processor has.
#![expect(unsafe_code, reason = "vector functions have the processor as a precondition")]

use std::arch::x86_64::{
    __m128i, _mm_add_epi64, _mm_cmpeq_epi8, _mm_cvtsi128_si64, _mm_movemask_epi8, _mm_sad_epu8,
    _mm_set_epi64x, _mm_set1_epi8, _mm_setzero_si128, _mm_unpackhi_epi64,
};

use super::SOH;

/// One bit for each byte that is SOH.
#[inline]
pub(super) fn soh_mask(block: &[u8; 64]) -> u64 {
    let [a, b, c, d] = [0, 1, 2, 3].map(|index| soh_mask_16(&block.as_chunks().0[index]));
    u64::from(a) | u64::from(b) << 16 | u64::from(c) << 32 | u64::from(d) << 48
}

/// One bit for each byte that is SOH.
#[inline]
pub(super) fn soh_mask_16(block: &[u8; 16]) -> u16 {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { soh_mask_sse2(u128::from_le_bytes(*block)) }
}

/// The sum of all bytes modulo 256.
#[inline]
pub(super) fn sum(blocks: &[[u8; 16]], last: u128) -> u8 {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { sum_sse2(blocks, last) }
}

#[inline]
#[target_feature(enable = "sse2")]
fn soh_mask_sse2(block: u128) -> u16 {
    let equal = _mm_cmpeq_epi8(vector(block), _mm_set1_epi8(SOH.cast_signed()));
    _mm_movemask_epi8(equal) as u16
}

#[inline]
#[target_feature(enable = "sse2")]
fn sum_sse2(blocks: &[[u8; 16]], last: u128) -> u8 {
    let zero = _mm_setzero_si128();
    let mut sums = _mm_sad_epu8(vector(last), zero);
    for block in blocks {
        sums = _mm_add_epi64(sums, _mm_sad_epu8(vector(u128::from_le_bytes(*block)), zero));
    }
    let both = _mm_add_epi64(sums, _mm_unpackhi_epi64(sums, sums));
    _mm_cvtsi128_si64(both) as u8
}

/// Compiles to one unaligned load.
#[inline]
#[target_feature(enable = "sse2")]
fn vector(bytes: u128) -> __m128i {
    _mm_set_epi64x((bytes >> 64) as i64, bytes as i64)
}
