//! Arc tangent, sine and cosine of phases in degrees, without branches.
//!
//! Hot: those of the system's library set the rounding mode at each call and branch on the range.
//! These choose their range by a table and are within 1e-15 of them; they take longer from argument
//! to answer, so they are for where nothing waits for it. The period of the homodyne discriminator,
//! from which the next sample starts, is a polynomial of its own.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_2, FRAC_PI_4};

/// Tangents of 22.5 and 67.5 degrees, between which an arc is counted from 45 degrees.
const BOUNDS: [f64; 2] = [0.414_213_562_373_095_05, 2.414_213_562_373_095];

/// For the arcs counted from 0, 45 and 90 degrees: what of opposite and adjacent goes into the
/// numerator and the denominator of the tangent that is left, and what the arc is counted from.
const ARCS: [[f64; 5]; 3] =
    [[1.0, 0.0, 0.0, 1.0, 0.0], [1.0, -1.0, 1.0, 1.0, FRAC_PI_4], [0.0, -1.0, 1.0, 0.0, FRAC_PI_2]];

/// (atan(x) / x - 1) / x² in powers of x²: interpolated at the Chebyshev nodes up to 22.5 degrees,
/// where it is within 1e-16.
const ARC_TERMS: [f64; 10] = [
    -0.333_333_333_333_283_9,
    0.199_999_999_988_456_52,
    -0.142_857_141_802_161_52,
    0.111_111_061_495_774_31,
    -0.090_907_723_577_993_97,
    0.076_899_434_013_481_94,
    -0.066_401_462_775_585_77,
    0.056_878_907_624_411_02,
    -0.043_467_283_739_266_31,
    0.021_119_168_302_201_036,
];

/// Returns the arc tangent of `opposite / adjacent` in degrees, −90 to 90: of a quotient, not of a
/// point, so that the quadrant is the caller's. Not both may be 0.
#[inline]
pub(super) fn arc_tangent(opposite: f64, adjacent: f64) -> f64 {
    let (far, near) = (opposite.abs(), adjacent.abs());
    let arc = usize::from(far > BOUNDS[0] * near) + usize::from(far > BOUNDS[1] * near);
    let [a, b, c, d, base] = ARCS[arc];
    let tangent = (a * far + b * near) / (c * far + d * near);
    let square = tangent * tangent;
    let terms = polynomial(&ARC_TERMS, square);
    let radians = base + (tangent + tangent * square * terms);
    // The sign as a bit, which is as often the one as the other: a branch would be guessed wrong.
    let sign = (opposite.to_bits() ^ adjacent.to_bits()) & (1 << 63);
    f64::from_bits(radians.to_degrees().to_bits() ^ sign)
}

/// Returns the sum of terms times powers of `x`, the even and the odd ones apart, which need not
/// wait for each other.
#[inline]
fn polynomial(terms: &[f64], x: f64) -> f64 {
    let square = x * x;
    let (mut even, mut odd) = (0.0, 0.0);
    for pair in terms.chunks_exact(2).rev() {
        even = even * square + pair[0];
        odd = odd * square + pair[1];
    }
    even + odd * x
}

/// What is said of a turn per sample: its tangent's place (x − 1) / (x + 1) is within these for
/// cycles of 5.9 to 63.4 samples.
const PLACES: [f64; 2] = [-0.82, 0.3];

/// π(1 + t) / (π/4 + atan t) in powers of t, within 3e-14 of it between the [`PLACES`]:
/// interpolated at the Chebyshev nodes.
const CYCLE_TERMS: [f64; 20] = [
    4.000_000_000_000_078,
    -1.092_958_178_941_297_2,
    1.391_597_574_104_553_6,
    -0.074_184_335_414_667_1,
    -0.369_411_419_703_898_96,
    0.042_369_968_857_450_23,
    0.192_887_151_881_777_19,
    -0.029_178_459_723_840_876,
    -0.124_767_108_890_604_22,
    0.022_086_314_796_377_123,
    0.089_827_328_076_973_36,
    -0.018_311_549_353_421_73,
    -0.069_857_253_173_079_63,
    0.018_794_846_199_666_49,
    0.068_426_808_634_839_71,
    -0.008_567_253_632_135_216,
    -0.089_387_325_742_635_44,
    -0.081_503_637_448_888_85,
    -0.032_866_495_003_249_45,
    -0.005_283_765_432_706_344,
];

/// Returns how many samples a cycle has that turns by the arc tangent of `im / re` a sample, −90 to
/// 90 degrees, neither of them 0; of cycles of less than 5.9 samples, and of those that turn back, it
/// returns 0, of those of more than 64 infinity: whoever limits cycles to 6 to 50 samples needs no
/// more, and the next sample waits for this one.
#[inline]
pub(super) fn samples_per_turn(im: f64, re: f64) -> f64 {
    let sum = im + re;
    let place = (im - re) / sum;
    let samples = estrin(&CYCLE_TERMS, place) * (sum / im);
    let turns_on = (im.to_bits() ^ re.to_bits()) >> 63 == 0;
    let long = if turns_on & (place < PLACES[0]) { f64::INFINITY } else { 0.0 };
    if (place >= PLACES[0]) & (place <= PLACES[1]) { samples } else { long }
}

/// Returns the sum of terms times powers of `x`, halving by halving: nothing waits for more than
/// five products.
#[inline]
fn estrin(terms: &[f64; 20], x: f64) -> f64 {
    let x2 = x * x;
    let x4 = x2 * x2;
    let x8 = x4 * x4;
    let two = |index: usize| terms[index] + terms[index + 1] * x;
    let four = |index: usize| two(index) + two(index + 2) * x2;
    let eight = |index: usize| four(index) + four(index + 4) * x4;
    eight(0) + eight(8) * x8 + four(16) * (x8 * x8)
}

/// (sin(x) / x - 1) / x² and (cos(x) - 1) / x² in powers of x²: Taylor's series, of which what is
/// left out is below 1e-18 up to 45 degrees.
const SINE_TERMS: [f64; 8] = taylor(3.0);
const COSINE_TERMS: [f64; 8] = taylor(2.0);

/// Returns reciprocal factorials with alternating signs, from the second term on.
const fn taylor(first: f64) -> [f64; 8] {
    let mut terms = [0.0; 8];
    let (mut index, mut order, mut factorial) = (0, first, first * (first - 1.0));
    let mut sign = -1.0;
    while index < 8 {
        terms[index] = sign / factorial;
        factorial *= (order + 1.0) * (order + 2.0);
        order += 2.0;
        sign = -sign;
        index += 1;
    }
    terms
}

/// For each quarter of a turn: sine and cosine at its middle.
const QUARTERS: [[f64; 2]; 4] = [[0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0]];

/// Returns the sine of a phase of −45 to 315 degrees, and of 45 degrees later.
#[inline]
pub(super) fn sines(degrees: f64) -> [f64; 2] {
    // Counted from half a turn below, so that cutting the fraction off rounds down.
    let quarter = (degrees * (1.0 / 90.0) + 4.5) as i32 - 4;
    let x = (degrees - 90.0 * f64::from(quarter)).to_radians();
    let square = x * x;
    let sine = x + x * square * polynomial(&SINE_TERMS, square);
    let cosine = 1.0 + square * polynomial(&COSINE_TERMS, square);
    let [s, c] = QUARTERS[(quarter & 3) as usize];
    let (sine, cosine) = (sine * c + cosine * s, cosine * c - sine * s);
    [sine, (sine + cosine) * FRAC_1_SQRT_2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_are_those_of_the_library() {
        for index in -40_000..=40_000_i32 {
            let tangent = (f64::from(index) / 1e3).sinh();
            let expected = tangent.atan().to_degrees();
            for scale in [1.0, -1.0, 1e-200, 1e200] {
                let arc = arc_tangent(tangent * scale, scale);
                let error = (arc - expected).abs();
                assert!(error <= 1e-15 * expected.abs(), "{tangent} / {scale}: {arc} {expected}");
            }
        }
    }

    #[test]
    fn cycles_are_those_of_the_arc_within_their_limits() {
        let limit = |samples: f64| samples.clamp(6.0, 50.0);
        for index in -30_000..=30_000_i32 {
            let tangent = (f64::from(index) / 1e3 + 5e-7).sinh();
            let expected = limit(360.0 / tangent.atan().to_degrees());
            for scale in [1.0, -1.0, 1e-200, 1e200] {
                let samples = limit(samples_per_turn(tangent * scale, scale));
                let error = (samples - expected).abs();
                assert!(error <= 1e-12, "{tangent} / {scale}: {samples} {expected}");
            }
        }
        for (im, re) in [(1.0, -1.0), (-1.0, 1.0), (-1e-300, 1.0), (1.0, -1e-300)] {
            assert_eq!(samples_per_turn(im, re), 0.0);
        }
        assert_eq!(samples_per_turn(1e-300, 1.0), f64::INFINITY);
    }

    #[test]
    fn ends_of_arcs_are_exact() {
        for (opposite, adjacent, expected) in [
            (0.0, 1.0, 0.0),
            (1.0, 1.0, 45.0),
            (-1.0, 1.0, -45.0),
            (1.0, 0.0, 90.0),
            (1.0, -0.0, -90.0),
            (f64::MIN_POSITIVE, 1.0, f64::MIN_POSITIVE.to_degrees()),
        ] {
            assert_eq!(arc_tangent(opposite, adjacent), expected, "{opposite} / {adjacent}");
        }
    }

    #[test]
    fn sines_are_those_of_the_library() {
        for index in -45_000..=360_000_i32 {
            let degrees = f64::from(index) / 1e3;
            let expected = [degrees, degrees + 45.0].map(|angle| angle.to_radians().sin());
            let found = sines(degrees);
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-15, "{degrees}: {found} {expected}");
            }
        }
    }
}
