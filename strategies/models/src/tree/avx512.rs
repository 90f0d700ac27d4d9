//! The bit-vector kernel with 512-bit registers: 64 nodes at once. See [`super::bitvector`].
//!
//! One permutation of bytes looks up 64 ranks among 64 or 128 columns, one instruction of three
//! operands rules out leaves.

use std::arch::x86_64::{
    __m256i, __m512i, _CMP_GT_OQ, _mm256_and_si256, _mm512_castsi512_si256, _mm512_cmp_ps_mask,
    _mm512_cmple_epu8_mask, _mm512_extracti64x4_epi64, _mm512_load_ps, _mm512_load_si512,
    _mm512_mask_blend_epi8, _mm512_movepi8_mask, _mm512_movm_epi8, _mm512_permutex2var_epi8,
    _mm512_permutexvar_epi8, _mm512_set1_epi8, _mm512_set1_ps, _mm512_ternarylogic_epi64,
};

use super::avx2::lowest;
use super::bitvector::{Exits, LANES, Pair};
use super::columns::{Line, Ranker, Ranks};

/// [`Ranker::rank`] with 16 comparisons at once.
///
/// # Safety
/// The machine must have AVX-512 F, BW and VBMI, and POPCNT.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,popcnt")]
pub(super) unsafe fn rank(ranker: &Ranker, row: &[f32], ranks: &mut Ranks) {
    let ordered = ranker.features.iter().zip(&ranker.substitutes);
    let ordered = ordered.zip(ranker.pivots.iter().zip(&ranker.steps)).zip(&mut ranks.0);
    for (((feature, substitute), (pivots, steps)), rank) in ordered {
        let value = row[*feature as usize];
        let value = if value.is_nan() { *substitute } else { value };
        let block = above(value, pivots);
        *rank = 16 * block + above(value, &steps[usize::from(block % 16)]);
    }
    ranker.rank_sets(row, ranks);
}

/// How many of 16 thresholds a value is above.
#[target_feature(enable = "avx512f,popcnt")]
fn above(value: f32, line: &Line) -> u8 {
    // SAFETY: a line is 64 bytes aligned to 64.
    let thresholds = unsafe { _mm512_load_ps(line.0.as_ptr()) };
    let above = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(_mm512_set1_ps(value), thresholds);
    above.count_ones() as u8
}

/// [`super::kernel::exits`] with 64 nodes at once.
///
/// # Safety
/// The machine must have AVX-512 F, BW and VBMI, and AVX2.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx2")]
pub(super) unsafe fn exits<const P: usize>(
    ranks: &Ranks,
    blocks: usize,
    pairs: &[Pair<P>],
) -> Exits {
    match blocks {
        0..=4 => exits_of::<P, 1>(ranks, pairs),
        5..=8 => exits_of::<P, 2>(ranks, pairs),
        _ => exits_of::<P, 4>(ranks, pairs),
    }
}

/// The kernel for `B` blocks of 64 columns.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx2")]
fn exits_of<const P: usize, const B: usize>(ranks: &Ranks, pairs: &[Pair<P>]) -> Exits {
    let mut table = [_mm512_set1_epi8(0); B];
    for (table, block) in table.iter_mut().zip(ranks.0.as_chunks::<64>().0) {
        *table = load(block);
    }
    let mut possible = [_mm512_set1_epi8(-1); P];
    for pair in pairs {
        let ranks = look_up(&table, load(&pair.column));
        let yes = _mm512_movm_epi8(_mm512_cmple_epu8_mask(ranks, load(&pair.rank)));
        for (possible, keep) in possible.iter_mut().zip(&pair.keep) {
            /// possible & (yes | keep), as a table of truth.
            const AND_OR: i32 = 0b1110_0000;
            *possible = _mm512_ternarylogic_epi64::<AND_OR>(*possible, yes, load(keep));
        }
    }
    lowest(&possible.map(|halves| both(halves)))
}

/// The two slots of a pair rule out leaves of the same trees.
#[target_feature(enable = "avx512f,avx2")]
fn both(halves: __m512i) -> __m256i {
    let high = _mm512_extracti64x4_epi64::<1>(halves);
    _mm256_and_si256(_mm512_castsi512_si256(halves), high)
}

/// 64 bytes that are part of a [`Pair`] or of [`Ranks`].
#[target_feature(enable = "avx512f")]
fn load(bytes: &[u8; 2 * LANES]) -> __m512i {
    // SAFETY: pairs and ranks are aligned to 64 and made of arrays of 64 bytes.
    unsafe { _mm512_load_si512(bytes.as_ptr().cast::<__m512i>()) }
}

/// For each of 64 column numbers the rank of that column.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn look_up<const B: usize>(table: &[__m512i; B], column: __m512i) -> __m512i {
    match table.as_slice() {
        [all] => _mm512_permutexvar_epi8(column, *all),
        [low, high] => _mm512_permutex2var_epi8(*low, column, *high),
        [first, second, third, fourth] => {
            let low = _mm512_permutex2var_epi8(*first, column, *second);
            let high = _mm512_permutex2var_epi8(*third, column, *fourth);
            _mm512_mask_blend_epi8(_mm512_movepi8_mask(column), low, high)
        }
        _ => unreachable!("one, two or four blocks"),
    }
}
