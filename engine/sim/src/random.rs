//! Seeded randomness that is the same on every machine: integers only.
//!
//! The generator is xoshiro256++ (Blackman and Vigna, 2019), its state filled by splitmix64.

/// A stream of random numbers, fixed by its seed.
#[derive(Clone, Debug)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// Starts at `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut seed = seed;
        let state = std::array::from_fn(|_| splitmix(&mut seed));
        Self { state }
    }

    /// Returns 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        result
    }

    /// Returns a number below `bound`; zero if `bound` is zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The upper half of the product is as good as even: the bias is `bound / 2^64`.
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// Returns true `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Returns a number from `-spread` to `spread`.
    pub fn around(&mut self, spread: i64) -> i64 {
        let width = spread.unsigned_abs().saturating_mul(2).saturating_add(1);
        self.below(width).cast_signed().saturating_sub(spread.abs())
    }
}

const fn splitmix(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A distribution given by points `(thousandths of the cases, largest value among them)`, the
/// first at 0 and the last at 1000, straight lines between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantiles(pub(crate) &'static [(u64, u64)]);

impl Quantiles {
    pub(crate) fn draw(self, random: &mut Random) -> u64 {
        // In millionths, so that values between the points are reached too.
        let at = random.below(1_000_000);
        let mut lower = self.0[0];
        for &upper in &self.0[1..] {
            if at < upper.0 * 1_000 {
                let part = (at - lower.0 * 1_000) * (upper.1 - lower.1);
                return lower.1 + part / ((upper.0 - lower.0) * 1_000);
            }
            lower = upper;
        }
        lower.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        // xoshiro256++ from state 1, 2, 3, 4: the reference implementation's first outputs.
        let mut random = Random { state: [1, 2, 3, 4] };
        let first: [u64; 4] = std::array::from_fn(|_| random.bits());
        assert_eq!(first, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
    }

    #[test]
    fn quantiles_hold_their_points() {
        let table = Quantiles(&[(0, 1), (500, 1), (900, 11), (1000, 101)]);
        let mut random = Random::new(1);
        let mut drawn: Vec<u64> = (0..10_000).map(|_| table.draw(&mut random)).collect();
        drawn.sort_unstable();
        assert_eq!(drawn[4_900], 1);
        assert!((10..=13).contains(&drawn[9_000]), "{}", drawn[9_000]);
        assert!(drawn[9_999] < 101);
    }
}
