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
    __m256i, _mm_storeu_si128, _mm256_add_epi8, _mm256_add_epi32, _mm256_and_si256,
    _mm256_castsi256_ps, _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_cmpeq_epi32,
    _mm256_extracti128_si256, _mm256_i32gather_epi32, _mm256_loadu_si256, _mm256_madd_epi16,
    _mm256_maddubs_epi16, _mm256_movemask_epi8, _mm256_movemask_ps, _mm256_mullo_epi32,
    _mm256_or_si256, _mm256_set_epi64x, _mm256_set1_epi8, _mm256_set1_epi16, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi32, _mm256_sub_epi32,
    _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64,
    _mm256_xor_si256,
};

use super::SOH;
use crate::codec::decode::{Field, FieldRoom, MAX_FIELDS, TRAILER_BYTES};

/// Fields in one register.
const LANES: usize = 8;

/// Bytes in one register.
const VECTOR_BYTES: usize = 32;

/// Positions that one block of 64 bytes may write behind the last one it has.
const SPILL: usize = 64;

/// What a decoder needs on such a processor: the proof that it is one, and room for the first step.
pub(in crate::codec) struct Batch {
    /// Where each field ends, from the second on; the first is the byte before the body.
    ends: [u32; 1 + MAX_FIELDS + SPILL],
}

impl Batch {
    /// Makes one if the processor has what it needs.
    pub(in crate::codec) fn new() -> Option<Box<Self>> {
        let there = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("popcnt");
        there.then(|| Box::new(Self { ends: [0; 1 + MAX_FIELDS + SPILL] }))
    }

    /// Indexes the fields of `bytes[body..end]`, where a trailer of seven bytes begins; returns
    /// how many there are. `None` if there is anything that is not `1=` to `9999=`, or too much.
    #[inline]
    pub(in crate::codec) fn index(
        &mut self,
        bytes: &[u8],
        body: usize,
        end: usize,
        fields: &mut FieldRoom,
    ) -> Option<usize> {
        if bytes.len() < VECTOR_BYTES || bytes.len() != end + TRAILER_BYTES || body == 0 {
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
    ) -> Option<usize> {
        let count = self.find_ends(bytes, body, end)?;
        for first in (0..count).step_by(LANES) {
            // What the last register holds besides is the trailer, as good as any field.
            let words = self.words(bytes, first)?;
            let long = self.eight_fields(first, words, fields)?;
            if long != 0 {
                check_long(bytes, &fields[first..first + LANES], long)?;
            }
        }
        Some(count)
    }

    /// Lists where the fields end; returns how many they are.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn find_ends(&mut self, bytes: &[u8], body: usize, end: usize) -> Option<usize> {
        let mut count = 0;
        self.ends[0] = body as u32 - 1;
        for base in (body..end).step_by(64) {
            let mut mask = if base + 64 <= end {
                soh_mask(bytes, base) | soh_mask(bytes, base + VECTOR_BYTES) << 32
            } else {
                let mask = tail_mask(bytes, base) | tail_mask(bytes, base + VECTOR_BYTES) << 32;
                // The trailer ends with a separator, too.
                mask & u64::MAX >> (64 - (end - base))
            };
            let more = mask.count_ones() as usize;
            if count + more > MAX_FIELDS {
                return None;
            }
            // Most blocks hold no more than eight, and what is written too much is overwritten.
            let room = self.ends[1 + count..].first_chunk_mut::<SPILL>()?;
            for at in &mut room[..LANES] {
                *at = position(base, mask);
                mask &= mask.wrapping_sub(1);
            }
            let mut at = LANES;
            while mask != 0 {
                room[at % SPILL] = position(base, mask);
                mask &= mask.wrapping_sub(1);
                at += 1;
            }
            count += more;
        }
        let last = self.ends[count];
        self.ends[1 + count..][..LANES].fill(last);
        Some(count)
    }

    /// The first four bytes of eight fields.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn words(&self, bytes: &[u8], first: usize) -> Option<__m256i> {
        let before = load(self.ends[first..].first_chunk()?);
        let starts = _mm256_add_epi32(before, _mm256_set1_epi32(1));
        // SAFETY: `find_ends` lists separators in front of the trailer, ascending, and repeats the
        // last where it knows no more: behind each there are at least the seven bytes of the
        // trailer, of which this reads four.
        Some(unsafe { _mm256_i32gather_epi32::<1>(bytes.as_ptr().cast(), starts) })
    }

    /// Indexes the eight fields from `first`; returns a bit for each whose tag has four digits, if
    /// an equals sign follows. `None` if any of them is no field.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn eight_fields(&self, first: usize, words: __m256i, fields: &mut FieldRoom) -> Option<u32> {
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
        Some(_mm256_movemask_ps(_mm256_castsi256_ps(long)).cast_unsigned())
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
fn check_long(bytes: &[u8], fields: &[Field], long: u32) -> Option<()> {
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

/// One bit for each of the 32 bytes from `base` that is SOH; 0 if there are not so many.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn soh_mask(bytes: &[u8], base: usize) -> u64 {
    let Some(block) = bytes.get(base..).and_then(<[u8]>::first_chunk::<VECTOR_BYTES>) else {
        return 0;
    };
    // SAFETY: a reference to 32 bytes.
    let block = unsafe { _mm256_loadu_si256(block.as_ptr().cast()) };
    let equal = _mm256_cmpeq_epi8(block, _mm256_set1_epi8(SOH.cast_signed()));
    u64::from(_mm256_movemask_epi8(equal).cast_unsigned())
}

/// The same where there may be fewer, with zeros behind the end: of the last 32 bytes those that
/// are wanted. `index` knows that there are 32.
#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn tail_mask(bytes: &[u8], base: usize) -> u64 {
    let at = base.min(bytes.len().saturating_sub(VECTOR_BYTES));
    soh_mask(bytes, at) >> (base - at).min(VECTOR_BYTES)
}

#[inline]
#[target_feature(enable = "avx2,bmi1,popcnt")]
fn load(numbers: &[u32; LANES]) -> __m256i {
    // SAFETY: a reference to 32 bytes.
    unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) }
}
