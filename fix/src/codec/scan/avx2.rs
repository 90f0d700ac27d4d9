//! Indexes a whole body at once: eight fields at a time, with AVX2, where the processor has it.
//!
//! First the separators, as bits of 64 bytes and then as a list of positions; then, eight fields in
//! one register, the first four bytes of each, the equals signs, the tags' digits and their values.
//! No step branches on how long a value is, so that messages of any shape cost no mispredictions.
//!
//! It takes only bodies of fields `1=` to `9999=` and gives up on everything else: the careful
//! walk through the fields, which knows long tags, data fields and errors, has the last word. The
//! tests compare the two.
#![expect(unsafe_code, reason = "vector functions have the processor as a precondition")]

use std::arch::x86_64::{
    __m256i, _mm_add_epi64, _mm_cvtsi128_si64, _mm_storeu_si128, _mm_unpackhi_epi64,
    _mm256_add_epi8, _mm256_add_epi32, _mm256_add_epi64, _mm256_and_si256, _mm256_castsi256_ps,
    _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_cmpeq_epi32, _mm256_cmpgt_epi32,
    _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16,
    _mm256_min_epu32, _mm256_movemask_epi8, _mm256_movemask_ps, _mm256_mullo_epi32,
    _mm256_or_si256, _mm256_sad_epu8, _mm256_set_epi64x, _mm256_set1_epi8, _mm256_set1_epi16,
    _mm256_set1_epi32, _mm256_setr_epi32, _mm256_setzero_si256, _mm256_shuffle_epi8,
    _mm256_srli_epi32, _mm256_sub_epi32, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64,
    _mm256_unpacklo_epi32, _mm256_unpacklo_epi64, _mm256_xor_si256,
};

use super::SOH;
use crate::codec::decode::{Field, FieldRoom, MAX_FIELDS, TRAILER_BYTES};
use crate::tag::{self, Class};

/// Fields in one register.
const LANES: usize = 8;

/// Bytes in one register.
const VECTOR_BYTES: usize = 32;

/// Bytes whose separators are the bits of one word; so many positions may be written behind the
/// last one that there is.
const BLOCK_BYTES: usize = 64;

/// What a decoder needs on such a processor: the proof that it is one, and room for the first step.
pub(in crate::codec) struct Batch {
    /// Where each field ends, from the second on; the first is the byte before the body.
    ends: [u32; 1 + MAX_FIELDS + BLOCK_BYTES],
}

/// What it has found.
pub(in crate::codec) struct Found {
    /// How many fields there are.
    pub(in crate::codec) count: usize,
    /// The sum of all bytes in front of the trailer, modulo 256.
    pub(in crate::codec) sum: u8,
    /// What the tags are at all, as far as it is data, a length of data, or user-defined.
    pub(in crate::codec) classes: Class,
}

impl Batch {
    /// Makes one if the processor has what it needs.
    pub(in crate::codec) fn new() -> Option<Box<Self>> {
        let there = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("popcnt");
        there.then(|| Box::new(Self { ends: [0; 1 + MAX_FIELDS + BLOCK_BYTES] }))
    }

    /// Sums the bytes in front of the trailer of seven bytes that begins at `end`, and indexes those
    /// from `body` on. `None` if there is anything that is not `1=` to `9999=`, or too much.
    #[inline]
    pub(in crate::codec) fn index(
        &mut self,
        bytes: &[u8],
        body: usize,
        end: usize,
        fields: &mut FieldRoom,
    ) -> Option<Found> {
        let fits = bytes.len() == end + TRAILER_BYTES && end >= VECTOR_BYTES;
        if !fits || body == 0 || body > BLOCK_BYTES {
            return None;
        }
        // SAFETY: `new` has seen that the processor has AVX2, BMI1 and POPCNT.
        unsafe { self.index_avx2(bytes, body, end, fields) }
    }

    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn index_avx2(
        &mut self,
        bytes: &[u8],
        body: usize,
        end: usize,
        fields: &mut FieldRoom,
    ) -> Option<Found> {
        let (count, sum) = self.find_ends(bytes, body, end)?;
        let mut classes = Class::PLAIN;
        for first in (0..count).step_by(LANES) {
            // What the last register holds besides is the trailer, as good as any field.
            let words = self.words(bytes, first)?;
            let (long, special) = self.eight_fields(first, words, fields)?;
            if long | special != 0 {
                let eight = &fields[first..first + LANES];
                check_long(bytes, eight, long)?;
                classes = eight.iter().fold(classes, |all, field| all.or(Class::of(field.tag)));
            }
        }
        Some(Found { count, sum, classes })
    }

    /// Sums `bytes[..end]` and lists where its fields end, from the one before the body on; returns
    /// how many come after that.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn find_ends(&mut self, bytes: &[u8], body: usize, end: usize) -> Option<(usize, u8)> {
        let mut count = 0;
        let mut sums = _mm256_setzero_si256();
        // The separator before the body is the first that counts.
        let mut wanted = u64::MAX << (body - 1);
        for base in (0..end).step_by(BLOCK_BYTES) {
            let (mask, sum) = match bytes[..end].get(base..).and_then(<[u8]>::first_chunk) {
                Some(block) => whole_block(block),
                None => last_block(bytes, base, end),
            };
            sums = _mm256_add_epi64(sums, sum);
            count = self.list(count, base, mask & wanted)?;
            wanted = u64::MAX;
        }
        let last = self.ends[count - 1];
        self.ends[count..][..LANES].fill(last);
        Some((count - 1, total(sums)))
    }

    /// Adds the positions that have a bit, behind `count` others; returns how many there are then.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn list(&mut self, count: usize, base: usize, mut mask: u64) -> Option<usize> {
        let more = mask.count_ones() as usize;
        // One of them is not a field's but the one before.
        if count + more > MAX_FIELDS + 1 {
            return None;
        }
        // Most blocks hold no more than eight, and what is written too much is overwritten.
        let room = self.ends[count..].first_chunk_mut::<BLOCK_BYTES>()?;
        for at in &mut room[..LANES] {
            *at = position(base, mask);
            mask &= mask.wrapping_sub(1);
        }
        let mut at = LANES;
        while mask != 0 {
            room[at % BLOCK_BYTES] = position(base, mask);
            mask &= mask.wrapping_sub(1);
            at += 1;
        }
        Some(count + more)
    }

    /// The first four bytes of eight fields. One after the other: where a gather is no slower, the
    /// rest hides it.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn words(&self, bytes: &[u8], first: usize) -> Option<__m256i> {
        let before: &[u32; LANES] = self.ends[first..].first_chunk()?;
        let [a, b, c, d, e, f, g, h] = before.map(|before| {
            // SAFETY: `find_ends` lists separators in front of the trailer, and repeats the last
            // where it knows no more: behind each there are at least the seven bytes of the trailer.
            let word = unsafe { bytes.as_ptr().add(before as usize + 1) };
            // SAFETY: so there are four bytes; they need not be aligned.
            unsafe { word.cast::<i32>().read_unaligned() }
        });
        Some(_mm256_setr_epi32(a, b, c, d, e, f, g, h))
    }

    /// Indexes the eight fields from `first`; returns a bit for each whose tag has four digits, if
    /// an equals sign follows, and a bit for each that may be other than plain. `None` if any of
    /// them is no field.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn eight_fields(
        &self,
        first: usize,
        words: __m256i,
        fields: &mut FieldRoom,
    ) -> Option<(i32, i32)> {
        let before = load(self.ends[first..].first_chunk()?);
        let ends = load(self.ends[first + 1..].first_chunk()?);
        let one = _mm256_set1_epi32(1);

        // The lowest bit of the first equals sign's byte: 2^(8 digits), 0 if there is none.
        let signs = _mm256_cmpeq_epi8(words, _mm256_set1_epi8(b'='.cast_signed()));
        let minus = _mm256_sub_epi32(_mm256_setzero_si256(), signs);
        let sign = _mm256_and_si256(signs, minus);
        let long = _mm256_cmpeq_epi32(sign, _mm256_setzero_si256());
        let empty = _mm256_cmpeq_epi32(sign, one);

        // The digits' values; zero from the equals sign on.
        let below = _mm256_sub_epi32(sign, one);
        let zeros = _mm256_set1_epi8(b'0'.cast_signed());
        let digits = _mm256_and_si256(_mm256_xor_si256(words, zeros), below);
        // Above 9 a digit's high bit is set by adding 0x76, or was already.
        let above = _mm256_or_si256(_mm256_add_epi8(digits, _mm256_set1_epi8(0x76)), digits);
        let wrong = _mm256_or_si256(above, empty);
        if _mm256_movemask_epi8(wrong) != 0 {
            return None;
        }

        // Moved up so that the last digit is in the highest byte: times 2^(32 - 8 digits).
        let reversed = _mm256_shuffle_epi8(sign, reversal());
        let factor = _mm256_sub_epi32(reversed, long);
        let digits = _mm256_mullo_epi32(digits, factor);
        let pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010A));
        let tags = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x0001_0064));

        // The number of digits stands at byte `3 - digits`, and the sign's power moves it up.
        let counts = _mm256_mullo_epi32(sign, _mm256_set1_epi32(0x0001_0203));
        let short = _mm256_srli_epi32::<24>(counts);
        let counts = _mm256_or_si256(short, _mm256_and_si256(long, _mm256_set1_epi32(4)));
        let starts = _mm256_add_epi32(_mm256_add_epi32(before, counts), _mm256_set1_epi32(2));

        store(fields[first..].first_chunk_mut()?, tags, starts, ends);
        Some((sign_bits(long), sign_bits(special(tags))))
    }
}

/// Writes eight fields, from three registers to one after the other.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn store(fields: &mut [Field; LANES + 1], tags: __m256i, starts: __m256i, ends: __m256i) {
    let low = _mm256_unpacklo_epi32(tags, starts);
    let high = _mm256_unpackhi_epi32(tags, starts);
    let low_ends = _mm256_unpacklo_epi32(ends, ends);
    let high_ends = _mm256_unpackhi_epi32(ends, ends);
    // Each holds one field of the first four and one of the last four.
    let a = _mm256_unpacklo_epi64(low, low_ends);
    let b = _mm256_unpackhi_epi64(low, low_ends);
    let c = _mm256_unpacklo_epi64(high, high_ends);
    let d = _mm256_unpackhi_epi64(high, high_ends);
    let eight = [
        _mm256_castsi256_si128(a),
        _mm256_castsi256_si128(b),
        _mm256_castsi256_si128(c),
        _mm256_castsi256_si128(d),
        _mm256_extracti128_si256::<1>(a),
        _mm256_extracti128_si256::<1>(b),
        _mm256_extracti128_si256::<1>(c),
        _mm256_extracti128_si256::<1>(d),
    ];
    let to = fields.as_mut_ptr();
    for (lane, quad) in eight.into_iter().enumerate() {
        // SAFETY: `lane` is below 8, and there are nine fields.
        let to = unsafe { to.add(lane) };
        // SAFETY: four `u32` are one field, which is three, and the first of the next: there is
        // one, and it is written after this. The ninth field takes what spills over last.
        unsafe { _mm_storeu_si128(to.cast(), quad) };
    }
}

const _: () = assert!(size_of::<Field>() == 12, "three numbers without a gap");

/// Looks for the equals sign behind four digits, where `long` has a bit.
#[cold]
fn check_long(bytes: &[u8], fields: &[Field], long: i32) -> Option<()> {
    let long = fields.iter().enumerate().filter(|(lane, _)| long >> lane & 1 == 1);
    for (_, field) in long {
        // A value begins behind its equals sign.
        (*bytes.get(field.start as usize - 1)? == b'=').then_some(())?;
    }
    Some(())
}

/// The position of the lowest bit; anything if there is none.
#[inline]
fn position(base: usize, mask: u64) -> u32 {
    // A frame is far shorter than 2^32 bytes.
    (base as u32).wrapping_add(mask.trailing_zeros())
}

/// In each 32 bits: bytes 3, 2 and 1 to 1, 2 and 3, and zero to 0.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn reversal() -> __m256i {
    const LOW: i64 = 0x0506_0780_0102_0380;
    const HIGH: i64 = 0x0D0E_0F80_090A_0B80;
    _mm256_set_epi64x(HIGH, LOW, HIGH, LOW)
}

/// One bit for each byte of a block that is SOH, and the sums of its bytes.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn whole_block(block: &[u8; BLOCK_BYTES]) -> (u64, __m256i) {
    let [low, high] = [0, 1].map(|half| vector(&block.as_chunks().0[half]));
    let mask = soh_mask(low) | soh_mask(high) << VECTOR_BYTES;
    (mask, _mm256_add_epi64(byte_sums(low), byte_sums(high)))
}

/// The same for the less than 64 bytes from `base` to `end`: of the last 32 bytes there are, those
/// that are wanted. `index` knows that there are 32.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn last_block(bytes: &[u8], base: usize, end: usize) -> (u64, __m256i) {
    let last = end - VECTOR_BYTES;
    let low = (end - base).min(VECTOR_BYTES);
    let high = end - base - low;
    let [(low_mask, low_sums), (high_mask, high_sums)] =
        [(base.min(last), low), (last, high)].map(|(at, count)| last_of(bytes, at, count));
    (low_mask | high_mask << VECTOR_BYTES, _mm256_add_epi64(low_sums, high_sums))
}

/// The same for the last `count` of the 32 bytes at `at`.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn last_of(bytes: &[u8], at: usize, count: usize) -> (u64, __m256i) {
    /// The 32 bytes from `count` on keep the last `count`.
    const KEEP: [u8; 2 * VECTOR_BYTES] = {
        let mut keep = [0; 2 * VECTOR_BYTES];
        let mut at = VECTOR_BYTES;
        while at < keep.len() {
            keep[at] = u8::MAX;
            at += 1;
        }
        keep
    };
    let chunk = |bytes: &[u8], at: usize| match bytes.get(at..).and_then(<[u8]>::first_chunk) {
        Some(chunk) => vector(chunk),
        None => _mm256_setzero_si256(),
    };
    let kept = _mm256_and_si256(chunk(bytes, at), chunk(&KEEP, count));
    (soh_mask(kept) >> (VECTOR_BYTES - count), byte_sums(kept))
}

/// One bit for each byte that is SOH.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn soh_mask(bytes: __m256i) -> u64 {
    let equal = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(SOH.cast_signed()));
    u64::from(_mm256_movemask_epi8(equal).cast_unsigned())
}

/// The sums of eight bytes each.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn byte_sums(bytes: __m256i) -> __m256i {
    _mm256_sad_epu8(bytes, _mm256_setzero_si256())
}

/// The sum of four sums, modulo 256.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn total(sums: __m256i) -> u8 {
    let two = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
    let one = _mm_add_epi64(two, _mm_unpackhi_epi64(two, two));
    _mm_cvtsi128_si64(one) as u8
}

/// One bit for each lane whose sign is set.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn sign_bits(lanes: __m256i) -> i32 {
    _mm256_movemask_ps(_mm256_castsi256_ps(lanes))
}

/// Sets the lanes whose tags announce data or are above the tables below.
///
/// A tag is three numbers of four bits and more. Each table has a byte for each value of one of
/// them, with a bit for each pair of the upper two that a length tag has: the three agree on a bit
/// only for those tags.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn special(tags: __m256i) -> __m256i {
    let nibble = _mm256_set1_epi32(0xF);
    let low = _mm256_and_si256(tags, nibble);
    let middle = _mm256_and_si256(_mm256_srli_epi32::<4>(tags), nibble);
    let high = _mm256_min_epu32(_mm256_srli_epi32::<8>(tags), nibble);
    let [low, middle, high] = [(low, 0), (middle, 1), (high, 2)]
        .map(|(index, table)| _mm256_shuffle_epi8(table_of(&LENGTH_TAGS[table]), index));
    let common = _mm256_and_si256(_mm256_and_si256(low, middle), high);
    // The upper bytes of a lane looked up 0, which is not what they are.
    let common = _mm256_and_si256(common, _mm256_set1_epi32(0xFF));
    _mm256_cmpgt_epi32(common, _mm256_setzero_si256())
}

/// For the three parts of a tag; the highest bit is for all tags from 1024 on.
const LENGTH_TAGS: [[u8; 16]; 3] = {
    const ABOVE: u8 = 0x80;
    let mut tables = [[ABOVE; 16], [ABOVE; 16], [0; 16]];
    let mut high = 4;
    while high < 16 {
        tables[2][high] = ABOVE;
        high += 1;
    }
    let mut upper = 0;
    let mut bit = 1_u8;
    let mut tag = 0;
    while tag < 1024 {
        if tag::is_data_length(tag) {
            if upper != tag >> 4 {
                assert!(upper == 0 || bit < ABOVE / 2, "seven bits are enough for all pairs");
                bit = if upper == 0 { 1 } else { bit << 1 };
                upper = tag >> 4;
            }
            tables[0][tag as usize & 0xF] |= bit;
            tables[1][upper as usize & 0xF] |= bit;
            tables[2][upper as usize >> 4] |= bit;
        }
        tag += 1;
    }
    tables
};

/// The same sixteen bytes for both halves of a register, as its shuffle has it.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn table_of(table: &[u8; 16]) -> __m256i {
    let number = u128::from_le_bytes(*table);
    let (low, high) = (number as i64, (number >> 64) as i64);
    _mm256_set_epi64x(high, low, high, low)
}

#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn vector(bytes: &[u8; VECTOR_BYTES]) -> __m256i {
    // SAFETY: a reference to 32 bytes.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn load(numbers: &[u32; LANES]) -> __m256i {
    // SAFETY: a reference to 32 bytes.
    unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) }
}
