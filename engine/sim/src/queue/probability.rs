//! How likely a foreign cancel stood behind us, for each family of models.
//!
//! Shares are fixed-point numbers, and the only logarithm is a ratio of two, found bit by bit: every
//! machine gets the same answer. Cost: 10 to 20 divisions and multiplications, the logarithms two
//! times 32; only for a cancel at the price of an order of ours.

use super::QueueModel;

/// Bits behind the point of a share and of a part of a lot.
pub(super) const FRACTION: u32 = 32;

/// The share that is everything.
pub(super) const ONE: u64 = 1 << FRACTION;

/// Powers of the probability models, from 1 to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exponent(u8);

impl Exponent {
    /// Returns the exponent, if it is from 1 to 8.
    #[must_use]
    pub const fn new(exponent: u8) -> Option<Self> {
        if exponent >= 1 && exponent <= 8 { Some(Self(exponent)) } else { None }
    }

    pub(super) const fn one() -> Self {
        Self(1)
    }

    pub(super) const fn two() -> Self {
        Self(2)
    }

    /// Returns a share to this power, rounded down.
    fn of(self, share: u64) -> u64 {
        let raise = |power, _| (u128::from(power) * u128::from(share)) >> FRACTION;
        // A product of shares is a share.
        (1..self.0).fold(share, |power, index| raise(power, index) as u64)
    }
}

/// Returns the probability that a cancel was behind us, from 0 to [`ONE`]; `front` and `back` are
/// the foreign quantities on both sides of us in parts of a lot, each below 2^95.
///
/// With nobody behind it is zero, with nobody ahead [`ONE`].
pub(super) fn behind(model: QueueModel, front: u128, back: u128) -> u64 {
    if front == 0 {
        return ONE;
    }
    let whole = front + back;
    match model {
        QueueModel::Behind => ONE,
        QueueModel::Power(exponent) => {
            let larger = front.max(back);
            let (front, back) =
                (exponent.of(share(front, larger)), exponent.of(share(back, larger)));
            share(u128::from(back), u128::from(front) + u128::from(back))
        }
        QueueModel::PowerOfWhole(exponent) => exponent.of(share(back, whole)),
        QueueModel::PowerOfAhead(exponent) => ONE - exponent.of(share(front, whole)),
        QueueModel::Log => {
            let (front, back) = (log_of_more(front), log_of_more(back));
            share(back, front + back)
        }
        QueueModel::LogOfWhole => share(log_of_more(back), log_of_more(whole)),
    }
}

/// Returns `part / whole`, rounded down; `part` is at most `whole`, which is positive.
fn share(part: u128, whole: u128) -> u64 {
    // Below 2^95 shifted by 32 fits, and the quotient is at most one.
    ((part << FRACTION) / whole) as u64
}

/// Returns the binary logarithm of `1 + x`, with [`FRACTION`] bits behind the point, rounded down.
fn log_of_more(x: u128) -> u128 {
    let value = x + u128::from(ONE);
    let exponent = value.ilog2();
    // The mantissa between 1 and 2, with 63 bits behind the point.
    let mut mantissa =
        if exponent >= 63 { value >> (exponent - 63) } else { value << (63 - exponent) };
    let mut log = u128::from(exponent - FRACTION);
    for _ in 0..FRACTION {
        mantissa = (mantissa * mantissa) >> 63;
        let bit = mantissa >> 64;
        mantissa >>= bit;
        log = (log << 1) | bit;
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAMILIES: [QueueModel; 7] = [
        QueueModel::PROPORTIONAL,
        QueueModel::SQUARE,
        QueueModel::Power(Exponent(3)),
        QueueModel::PowerOfWhole(Exponent(3)),
        QueueModel::PowerOfAhead(Exponent(3)),
        QueueModel::Log,
        QueueModel::LogOfWhole,
    ];

    /// The published definitions, in floating point.
    fn defined(model: QueueModel, front: f64, back: f64) -> f64 {
        let power = |x: f64, Exponent(n)| x.powi(i32::from(n));
        let log = |x: f64| (1.0 + x).ln();
        match model {
            QueueModel::Behind => 1.0,
            QueueModel::Power(n) => power(back, n) / (power(back, n) + power(front, n)),
            QueueModel::PowerOfWhole(n) => power(back, n) / power(back + front, n),
            QueueModel::PowerOfAhead(n) => 1.0 - power(front / (front + back), n),
            QueueModel::Log => log(back) / (log(back) + log(front)),
            QueueModel::LogOfWhole => log(back) / log(back + front),
        }
    }

    #[test]
    fn every_family_is_the_published_one() {
        let mut compared = 0;
        for model in FAMILIES {
            for front in [1_u32, 2, 7, 100, 5_000, 1_000_000_000] {
                for back in [0_u32, 1, 3, 99, 4_999, 2_000_000_000] {
                    let ours = behind(model, u128::from(front) << 32, u128::from(back) << 32);
                    let ours = ours as f64 / ONE as f64;
                    let theirs = defined(model, f64::from(front), f64::from(back));
                    assert!((ours - theirs).abs() < 1e-8, "{model:?} {front} {back}: {ours}");
                    compared += 1;
                }
            }
        }
        assert_eq!(compared, 7 * 36);
    }

    #[test]
    fn the_ends_are_certain() {
        for model in FAMILIES {
            assert_eq!(behind(model, 0, 0), ONE, "{model:?}");
            assert_eq!(behind(model, 0, 9 << 32), ONE, "{model:?}");
            assert_eq!(behind(model, 9 << 32, 0), 0, "{model:?}");
            let most = (u128::from(i64::MAX.unsigned_abs())) << 32;
            assert!(behind(model, most, most) <= ONE, "{model:?}");
        }
    }

    #[test]
    fn exponents_have_bounds() {
        assert_eq!(Exponent::new(0), None);
        assert_eq!(Exponent::new(9), None);
        assert!((1..=8).all(|exponent| Exponent::new(exponent).is_some()));
    }
}
