//! The bit-vector kernel with 256-bit registers: 32 nodes at once. See [`super::bitvector`].
//!
//! A rank is looked up with `pshufb`, which picks from 16 bytes: one per sixteen columns, and blends
//! by the higher bits of the column's number between them.
//!
//! Measured against the scalar twin on 200 trees of 31 leaves and 32 features: see `bench`.

use std::arch::x86_64::{
    __m128i, __m256i, _CMP_GT_OQ, _mm_loadu_si128, _mm256_and_si256, _mm256_blendv_epi8,
    _mm256_broadcastsi128_si256, _mm256_cmp_ps, _mm256_cmpeq_epi8, _mm256_load_ps,
    _mm256_load_si256, _mm256_max_epu8, _mm256_min_epu8, _mm256_movemask_ps, _mm256_or_si256,
    _mm256_set1_epi8, _mm256_set1_ps, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_slli_epi16,
    _mm256_srli_epi16, _mm256_storeu_si256, _mm256_xor_si256,
};

use super::bitvector::{Exits, LANES, Pair};
use super::columns::{Line, Ranker, Ranks};

/// [`Ranker::rank`] with 8 comparisons at once.
///
/// # Safety
/// The machine must have AVX2 and POPCNT.
#[target_feature(enable = "avx2,popcnt")]
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
#[target_feature(enable = "avx2,popcnt")]
fn above(value: f32, line: &Line) -> u8 {
    let value = _mm256_set1_ps(value);
    let (halves, _) = line.0.as_chunks::<8>();
    // SAFETY: a line is 64 bytes, aligned to 64, so each half is 32 bytes aligned to 32.
    let low = unsafe { _mm256_load_ps(halves[0].as_ptr()) };
    // SAFETY: as above.
    let high = unsafe { _mm256_load_ps(halves[1].as_ptr()) };
    let low = _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GT_OQ>(value, low));
    let high = _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GT_OQ>(value, high));
    (low | high << 8).count_ones() as u8
}

/// [`super::kernel::exits`] with 32 nodes at once.
///
/// # Safety
/// The machine must have AVX2 and POPCNT.
#[target_feature(enable = "avx2,popcnt")]
pub(super) unsafe fn exits<const P: usize>(
    ranks: &Ranks,
    blocks: usize,
    pairs: &[Pair<P>],
) -> Exits {
    match blocks {
        0 | 1 => exits_of::<P, 1>(ranks, pairs),
        2 => exits_of::<P, 2>(ranks, pairs),
        4 => exits_of::<P, 4>(ranks, pairs),
        8 => exits_of::<P, 8>(ranks, pairs),
        _ => exits_of::<P, 16>(ranks, pairs),
    }
}

/// The kernel for `B` blocks of 16 columns.
#[target_feature(enable = "avx2,popcnt")]
fn exits_of<const P: usize, const B: usize>(ranks: &Ranks, pairs: &[Pair<P>]) -> Exits {
    let mut table = [_mm256_setzero_si256(); B];
    for (table, block) in table.iter_mut().zip(ranks.0.as_chunks::<16>().0) {
        // SAFETY: a block is 16 bytes, and the load asks for no alignment.
        let block = unsafe { _mm_loadu_si128(block.as_ptr().cast::<__m128i>()) };
        *table = _mm256_broadcastsi128_si256(block);
    }
    let mut possible = [_mm256_set1_epi8(-1); P];
    for pair in pairs {
        for half in 0..2 {
            let ranks = look_up(&table, load(&pair.column, half));
            let threshold = load(&pair.rank, half);
            let yes = _mm256_cmpeq_epi8(_mm256_max_epu8(ranks, threshold), threshold);
            for (possible, keep) in possible.iter_mut().zip(&pair.keep) {
                let stays = _mm256_or_si256(yes, load(keep, half));
                *possible = _mm256_and_si256(*possible, stays);
            }
        }
    }
    lowest(&possible)
}

/// One half of 64 bytes that are part of a [`Pair`].
#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; 2 * LANES], half: usize) -> __m256i {
    let (halves, _) = bytes.as_chunks::<LANES>();
    // SAFETY: a pair is aligned to 64 and made of arrays of 64 bytes, so each half of one is 32
    // bytes aligned to 32.
    unsafe { _mm256_load_si256(halves[half].as_ptr().cast::<__m256i>()) }
}

/// For each of 32 column numbers the rank of that column.
#[target_feature(enable = "avx2")]
fn look_up<const B: usize>(table: &[__m256i; B], column: __m256i) -> __m256i {
    match B {
        16 => {
            // `pshufb` gives zero where the highest bit is set: that half of the table is not meant.
            let other = _mm256_xor_si256(column, _mm256_set1_epi8(i8::MIN));
            let (low, high) = table.split_at(8);
            _mm256_or_si256(look_up_in(low, column), look_up_in(high, other))
        }
        _ => look_up_in(table, column),
    }
}

/// The same for 1, 2, 4 or 8 blocks; zero where the column's highest bit is set.
#[target_feature(enable = "avx2")]
fn look_up_in(table: &[__m256i], column: __m256i) -> __m256i {
    let pick = |block: usize| _mm256_shuffle_epi8(table[block], column);
    // The blend looks at the highest bit of each byte: bits 4, 5 and 6 of the column go there.
    let (bit4, bit5, bit6) = (
        _mm256_slli_epi16::<3>(column),
        _mm256_slli_epi16::<2>(column),
        _mm256_slli_epi16::<1>(column),
    );
    let two = |first: usize| _mm256_blendv_epi8(pick(first), pick(first + 1), bit4);
    let four = |first: usize| _mm256_blendv_epi8(two(first), two(first + 2), bit5);
    match table.len() {
        1 => pick(0),
        2 => two(0),
        4 => four(0),
        _ => _mm256_blendv_epi8(four(0), four(4), bit6),
    }
}

/// For each lane the number of the lowest bit that is set in any plane.
#[target_feature(enable = "avx2")]
fn lowest<const P: usize>(planes: &[__m256i; P]) -> Exits {
    let mut first = _mm256_set1_epi8(-1);
    let nibble = _mm256_set1_epi8(0x0f);
    for (plane, bits) in planes.iter().enumerate() {
        let low = _mm256_and_si256(*bits, nibble);
        let high = _mm256_and_si256(_mm256_srli_epi16::<4>(*bits), nibble);
        let low = _mm256_shuffle_epi8(lowest_of_nibble(2 * plane), low);
        let high = _mm256_shuffle_epi8(lowest_of_nibble(2 * plane + 1), high);
        first = _mm256_min_epu8(first, _mm256_min_epu8(low, high));
    }
    let mut exits = [0; LANES];
    // SAFETY: the array is 32 bytes, and the store asks for no alignment.
    unsafe { _mm256_storeu_si256(exits.as_mut_ptr().cast::<__m256i>(), first) };
    exits
}

/// For each nibble four times `quarter` plus the number of its lowest bit; 255 for none.
#[target_feature(enable = "avx2")]
fn lowest_of_nibble(quarter: usize) -> __m256i {
    let table = &LOWEST[quarter];
    // SAFETY: the table is 16 bytes, and the load asks for no alignment.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(table.as_ptr().cast::<__m128i>()) })
}

/// The tables of [`lowest_of_nibble`], for the 16 nibbles of 64 leaves.
static LOWEST: [[u8; 16]; 16] = {
    let mut tables = [[u8::MAX; 16]; 16];
    let mut quarter = 0;
    while quarter < 16 {
        let mut nibble = 1_u8;
        while nibble < 16 {
            tables[quarter][nibble as usize] = 4 * quarter as u8 + nibble.trailing_zeros() as u8;
            nibble += 1;
        }
        quarter += 1;
    }
    tables
};
