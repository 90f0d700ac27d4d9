//! Arc tangent, sine and cosine of phases in degrees, without branches.
//!
//! Hot: those of the system's library set the rounding mode at each call and branch on the range.
//! These choose their range by a table and are within 1e-15 of them; they take longer from argument
//! to answer, so they are for where nothing waits for it: not for the period of the homodyne
//! discriminator, from which the next sample starts.

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
    let is_negative = opposite.is_sign_negative() != adjacent.is_sign_negative();
    (if is_negative { -radians } else { radians }).to_degrees()
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
