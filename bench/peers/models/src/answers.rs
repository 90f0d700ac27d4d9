//! What an engine answers to every row.

use crate::engines::Engine;

/// The last number of each answer: the probability of the second class.
pub struct Answers {
    numbers: Vec<f32>,
    /// FNV-1a over their bits.
    pub digest: u64,
}

impl Answers {
    /// Asks an engine for every row.
    pub fn of(engine: &mut dyn Engine, rows: &[Vec<f32>]) -> Self {
        let numbers: Vec<f32> = rows.iter().map(|row| engine.predict(row)).collect();
        let bytes = numbers.iter().flat_map(|number| number.to_bits().to_le_bytes());
        let digest = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
            (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self { numbers, digest }
    }

    /// The largest difference; infinite if there is something that is no number.
    pub fn difference(&self, other: &Self) -> f32 {
        let apart = |(left, right): (&f32, &f32)| (left - right).abs();
        let numbers = self.numbers.iter().zip(&other.numbers).map(apart);
        numbers.fold(0.0, |most, apart| {
            if apart <= most {
                most
            } else if apart.is_nan() {
                f32::INFINITY
            } else {
                apart
            }
        })
    }
}
