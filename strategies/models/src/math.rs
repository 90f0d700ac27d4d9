//! Elementary functions in 32-bit floats: the same bits on every machine.
//!
//! Additions and multiplications only, never fused, in a fixed order, and no branch, so that loops
//! over them become vector instructions and still give what the scalar code gives. Polynomials and
//! range reductions are those of the Cephes library (Moshier, 1992: expf, logf, tanhf), the error
//! function is Abramowitz and Stegun 7.1.26.
//!
//! Hot: called per element of a layer. The largest errors over the range, against 64-bit floats:
//! `exp` and `ln` 2.1e-7 relative, `tanh`, `sigmoid` and `erf` 3e-7 absolute (tests measure them).

use std::f32::consts::LOG2_E;

/// Where `exp` leaves the normal floats; its result there is 0 or infinity.
const EXP_MIN: f32 = -87.336_54;
const EXP_MAX: f32 = 88.722_83;

/// 1.5 * 2^23: adding it rounds to an integer, to even in the middle.
const ROUNDING: f32 = 12_582_912.0;

/// The exponential. NaN stays NaN; below -87.3 it is 0.
#[inline(always)]
#[must_use]
pub(crate) fn exp(x: f32) -> f32 {
    let capped = if x > EXP_MAX { EXP_MAX } else { x };
    let capped = if capped < EXP_MIN { EXP_MIN } else { capped };
    let shifted = capped * LOG2_E + ROUNDING;
    let n = shifted - ROUNDING;
    let r = (capped - n * 0.693_359_4) - n * -2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 5e-1;
    let mantissa = p * (r * r) + r + 1.0;
    // Two factors, because 2^128 is no float but the product may be.
    let exponent = shifted.to_bits().wrapping_sub(ROUNDING.to_bits());
    let half = ((exponent as i32) >> 1) as u32;
    let rest = exponent.wrapping_sub(half);
    let power = |n: u32| f32::from_bits(n.wrapping_add(127) << 23);
    let scaled = mantissa * power(half) * power(rest);
    let high = if x > EXP_MAX { f32::INFINITY } else { scaled };
    if x < EXP_MIN { 0.0 } else { high }
}

/// The natural logarithm: minus infinity at 0, NaN below.
#[inline(always)]
#[must_use]
pub(crate) fn ln(x: f32) -> f32 {
    const SQRT_HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;
    // A denormal is lifted into the normal floats.
    let tiny = x < f32::MIN_POSITIVE;
    let lifted = if tiny { x * 8_388_608.0 } else { x };
    let bits = lifted.to_bits();
    let fraction = f32::from_bits((bits & 0x007f_ffff) | 0x3f00_0000);
    let exponent = ((bits >> 23) & 0xff) as i32 - 126;
    let small = fraction < SQRT_HALF;
    let e = (exponent - i32::from(small) - if tiny { 23 } else { 0 }) as f32;
    let f = if small { fraction + fraction } else { fraction } - 1.0;
    let z = f * f;
    let mut p = 7.037_683_6e-2;
    p = p * f - 1.151_461e-1;
    p = p * f + 1.167_699_9e-1;
    p = p * f - 1.242_014_1e-1;
    p = p * f + 1.424_932_3e-1;
    p = p * f - 1.666_805_7e-1;
    p = p * f + 2.000_071_5e-1;
    p = p * f - 2.499_999_4e-1;
    p = p * f + 3.333_333e-1;
    let y = p * f * z + e * -2.121_944_4e-4 - 0.5 * z;
    let result = f + y + e * 0.693_359_4;
    let result = if x == f32::INFINITY { x } else { result };
    let result = if x == 0.0 { f32::NEG_INFINITY } else { result };
    if x >= 0.0 { result } else { f32::NAN }
}

/// The natural logarithm, rounded to the nearest float but for rare ties; slower than [`ln`].
#[must_use]
pub(crate) fn ln_nearest(x: f32) -> f32 {
    if !(x > 0.0 && x < f32::INFINITY) {
        return ln(x);
    }
    let wide = f64::from(x);
    let bits = wide.to_bits();
    let exponent = i32::try_from(bits >> 52).expect("11 bits") - 1022;
    let fraction = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3fe0_0000_0000_0000);
    let small = fraction < std::f64::consts::FRAC_1_SQRT_2;
    let (m, e) = if small { (2.0 * fraction, exponent - 1) } else { (fraction, exponent) };
    // ln m = 2 (s + s^3/3 + s^5/5 + …), and |s| is at most 0.172.
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let series = (0..12_u8).rev().fold(0.0, |sum, k| sum * square + 1.0 / f64::from(2 * k + 1));
    #[expect(clippy::cast_possible_truncation, reason = "rounded to the nearest float")]
    let nearest = (f64::from(e) * std::f64::consts::LN_2 + 2.0 * s * series) as f32;
    nearest
}

/// The logistic function.
#[inline(always)]
#[must_use]
pub(crate) fn sigmoid(x: f32) -> f32 {
    let small = exp(-x.abs());
    let upper = 1.0 / (1.0 + small);
    if x < 0.0 { small * upper } else { upper }
}

/// The hyperbolic tangent.
#[inline(always)]
#[must_use]
pub(crate) fn tanh(x: f32) -> f32 {
    let z = x * x;
    let mut p = -5.704_988_7e-3;
    p = p * z + 2.063_909e-2;
    p = p * z - 5.373_971_6e-2;
    p = p * z + 1.333_144_2e-1;
    p = p * z - 3.333_328e-1;
    let near = p * z * x + x;
    let far = 1.0 - 2.0 / (exp(2.0 * x.abs()) + 1.0);
    if x.abs() < 0.625 { near } else { far.copysign(x) }
}

/// The error function.
#[inline(always)]
#[must_use]
pub(crate) fn erf(x: f32) -> f32 {
    let size = x.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * size);
    let mut p = 1.061_405_4;
    p = p * t - 1.453_152;
    p = p * t + 1.421_413_7;
    p = p * t - 0.284_496_74;
    p = p * t + 0.254_829_6;
    (1.0 - p * t * exp(-size * size)).copysign(x)
}

/// `ln(1 + exp(x))`, without overflow.
#[inline(always)]
#[must_use]
pub(crate) fn softplus(x: f32) -> f32 {
    let small = exp(-x.abs());
    // ln(1 + s) loses s below 1e-7; s itself is right there.
    let log = if small < 1e-4 { small - 0.5 * small * small } else { ln(1.0 + small) };
    let positive = if x < 0.0 { 0.0 } else { x };
    positive + log
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error of a function over evenly spaced arguments, relative or absolute.
    fn error(ours: fn(f32) -> f32, theirs: fn(f64) -> f64, from: f32, to: f32, rel: bool) -> f64 {
        let count = 60_000_u16;
        let step = (to - from) / f32::from(count);
        let errors = (0..count).map(|index| {
            let x = from + step * f32::from(index);
            let exact = theirs(f64::from(x));
            let difference = (f64::from(ours(x)) - exact).abs();
            if rel { difference / exact.abs().max(1e-300) } else { difference }
        });
        errors.fold(0.0, f64::max)
    }

    #[test]
    fn errors_are_as_stated() {
        assert!(error(exp, f64::exp, -87.0, 88.5, true) < 2.1e-7);
        assert!(error(ln, f64::ln, 1e-3, 0.7, true) < 2.1e-7);
        assert!(error(ln, f64::ln, 1.5, 1e6, true) < 2.1e-7);
        assert!(error(ln, f64::ln, 0.7, 1.5, false) < 1e-7);
        assert!(error(ln_nearest, f64::ln, 1e-3, 50.0, true) < 6e-8);
        assert!(error(tanh, f64::tanh, -12.0, 12.0, false) < 3e-7);
        assert!(error(sigmoid, |x| 1.0 / (1.0 + (-x).exp()), -40.0, 40.0, false) < 3e-7);
        assert!(error(softplus, |x| x.exp().ln_1p(), -40.0, 4.0, false) < 4e-7);
    }

    #[test]
    fn erf_is_as_in_the_tables() {
        // Abramowitz and Stegun, table 7.1.
        for (x, exact) in [
            (0.0, 0.0),
            (0.1, 0.112_462_916),
            (0.5, 0.520_499_878),
            (1.0, 0.842_700_793),
            (1.5, 0.966_105_146),
            (2.0, 0.995_322_265),
        ] {
            assert!((f64::from(erf(x)) - exact).abs() < 3e-7, "erf({x})");
            assert!((f64::from(erf(-x)) + exact).abs() < 3e-7, "erf(-{x})");
        }
    }

    #[test]
    fn edges_are_the_limits() {
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(-1000.0), 0.0);
        assert_eq!(exp(1000.0), f32::INFINITY);
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(ln(0.0), f32::NEG_INFINITY);
        assert_eq!(ln(f32::INFINITY), f32::INFINITY);
        assert_eq!(ln(1.0), 0.0);
        assert!(ln(-1.0).is_nan());
        assert!((f64::from(ln(1e-40)) - f64::from(1e-40_f32).ln()).abs() < 1e-4);
        assert_eq!(tanh(f32::INFINITY), 1.0);
        assert_eq!(tanh(f32::NEG_INFINITY), -1.0);
        assert_eq!(sigmoid(f32::INFINITY), 1.0);
        assert_eq!(sigmoid(f32::NEG_INFINITY), 0.0);
        for function in [exp, ln, tanh, sigmoid, erf, softplus] {
            assert!(function(f32::NAN).is_nan(), "what is missing stays missing");
        }
    }
}
