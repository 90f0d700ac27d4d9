//! One number that says what was done: FNV-1a (64 bits) over what does not depend on the clock.

/// A running digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    /// Starts with nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    /// Adds bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    /// Adds FIX messages without the fields that tell the time or follow from it: SendingTime(52),
    /// TransactTime(60) and CheckSum(10).
    pub fn fix(&mut self, messages: &[u8]) {
        for field in messages.split(|&byte| byte == SOH) {
            if ![b"52=", b"60=", b"10="].iter().any(|tag| field.starts_with(*tag)) {
                self.bytes(field);
                self.bytes(&[SOH]);
            }
        }
    }

    /// Returns the digest.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl Default for Digest {
    fn default() -> Self {
        Self::new()
    }
}

/// What ends a FIX field.
const SOH: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &[u8]) -> u64 {
        let mut digest = Digest::new();
        digest.fix(message);
        digest.value()
    }

    #[test]
    fn only_times_and_what_follows_from_them_are_left_out() {
        let one = of(b"35=D\x0152=20260101-00:00:00\x0144=1\x0110=001\x01");
        assert_eq!(one, of(b"35=D\x0152=20270101-00:00:00\x0144=1\x0110=002\x01"));
        assert_ne!(one, of(b"35=D\x0152=20260101-00:00:00\x0144=2\x0110=001\x01"));
        assert_ne!(one, of(b"35=D\x0152=20260101-00:00:00\x0110=001\x01"));
    }

    #[test]
    fn it_is_fnv() {
        let mut digest = Digest::new();
        digest.bytes(b"foobar");
        assert_eq!(digest.value(), 0x8594_4171_F739_67E8);
    }
}
