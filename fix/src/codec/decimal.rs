//! Decimal numbers without floating point: a mantissa and the number of decimals.

/// A decimal number as it was written: `mantissa / 10^decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// All digits, with the sign.
    pub mantissa: i64,
    /// How many of the digits stand after the point.
    pub decimals: u8,
}

/// 10^18 is the largest power of ten in an `i64`.
pub const MAX_DECIMALS: u8 = 18;

impl Decimal {
    /// Reads `[-]digits[.digits]`, as FIX's float types are written: no exponent, no plus.
    ///
    /// `None` for anything else and for more digits than an `i64` holds. Nothing is rounded.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let mut mantissa = 0_i64;
        let mut point = None;
        let mut count = 0_usize;
        for &byte in digits {
            match byte {
                b'0'..=b'9' => {
                    let digit = i64::from(byte - b'0');
                    mantissa = mantissa.checked_mul(10)?.checked_add(digit)?;
                    count += 1;
                }
                b'.' if point.is_none() => point = Some(count),
                _ => return None,
            }
        }
        let decimals = u8::try_from(count - point.unwrap_or(count)).ok()?;
        if count == 0 || decimals > MAX_DECIMALS {
            return None;
        }
        Some(Self { mantissa: if negative { -mantissa } else { mantissa }, decimals })
    }

    /// Returns the mantissa for another number of decimals; exact or `None`, never rounded.
    #[must_use]
    pub fn rescale(self, decimals: u8) -> Option<i64> {
        if decimals >= self.decimals {
            let factor = 10_i64.checked_pow(u32::from(decimals - self.decimals))?;
            return self.mantissa.checked_mul(factor);
        }
        let divisor = 10_i64.checked_pow(u32::from(self.decimals - decimals))?;
        (self.mantissa % divisor == 0).then(|| self.mantissa / divisor)
    }
}
