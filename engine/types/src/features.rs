//! Feature values on their way into the journal: a few at a time, bit for bit.

use crate::InstrumentId;

/// Values in a block.
pub const FEATURES_IN_BLOCK: usize = 16;

/// Some of the features of an instrument when a bar closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureBlock {
    /// Whose features.
    pub instrument: InstrumentId,
    /// Which block of the set: it begins with feature `block` times [`FEATURES_IN_BLOCK`].
    pub block: u8,
    /// How many values it holds, at most [`FEATURES_IN_BLOCK`].
    pub count: u8,
    /// The values as IEEE 754 bits, so that a replay compares every bit; NaN where not ready, and
    /// 0 behind the last.
    pub bits: [u64; FEATURES_IN_BLOCK],
}

impl FeatureBlock {
    /// Makes block number `block` of values in the order of the set, `None` behind the last.
    ///
    /// Hot: called when a bar closes. No allocation.
    #[must_use]
    pub fn of(
        instrument: InstrumentId,
        block: u8,
        values: impl ExactSizeIterator<Item = Option<f64>>,
    ) -> Option<Self> {
        let first = usize::from(block) * FEATURES_IN_BLOCK;
        let count = values.len().checked_sub(first).filter(|&left| left > 0)?;
        let mut bits = [0; FEATURES_IN_BLOCK];
        for (slot, value) in bits.iter_mut().zip(values.skip(first)) {
            *slot = value.unwrap_or(f64::NAN).to_bits();
        }
        Some(Self { instrument, block, count: count.min(FEATURES_IN_BLOCK) as u8, bits })
    }

    /// Returns the index of its first feature.
    #[must_use]
    pub fn first(&self) -> usize {
        usize::from(self.block) * FEATURES_IN_BLOCK
    }

    /// Returns its values, `None` where not ready.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Option<f64>> + '_ {
        let count = usize::from(self.count).min(FEATURES_IN_BLOCK);
        self.bits[..count].iter().map(|&bits| Some(f64::from_bits(bits)).filter(|v| !v.is_nan()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_every_value_once() {
        let values: Vec<Option<f64>> =
            (0..37).map(|index| (index % 5 != 0).then_some(f64::from(index) - 20.5)).collect();
        let block = |block| FeatureBlock::of(InstrumentId(3), block, values.iter().copied());
        let mut seen = Vec::new();
        for index in 0..3 {
            let block = block(index).expect("a block");
            assert_eq!(block.first(), seen.len());
            seen.extend(block.values());
        }
        assert_eq!(seen, values);
        assert_eq!(block(3), None);
        assert_eq!(block(255), None);
    }
}
