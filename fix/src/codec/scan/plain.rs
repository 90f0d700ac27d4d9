//! The vector functions without vectors: for other processors, and for comparison.

use super::SOH;

/// One bit for each byte that is SOH.
pub(super) fn soh_mask(block: &[u8; 64]) -> u64 {
    block.iter().rev().fold(0, |mask, byte| mask << 1 | u64::from(*byte == SOH))
}

/// One bit for each byte that is SOH.
pub(super) fn soh_mask_16(block: &[u8; 16]) -> u16 {
    block.iter().rev().fold(0, |mask, byte| mask << 1 | u16::from(*byte == SOH))
}

/// The sum of all bytes modulo 256.
pub(super) fn sum(blocks: &[[u8; 16]], last: u128) -> u8 {
    let last = last.to_le_bytes();
    let bytes = blocks.as_flattened().iter().chain(&last);
    bytes.fold(0, |sum, byte| sum.wrapping_add(*byte))
}
