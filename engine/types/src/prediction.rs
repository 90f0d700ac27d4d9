//! What models answer, and in which role they answered.

use crate::InstrumentId;

/// A model, by the first 64 bits of the BLAKE3 hash of its ONNX file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelHash(pub u64);

impl std::fmt::Display for ModelHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// What a model is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelRole {
    /// It leads: signals follow it.
    Champion,
    /// It takes turns with the champion in an experiment.
    Challenger,
    /// It predicts and nothing is traded on it.
    Shadow,
    /// It is not asked any more.
    Out,
}

/// Most numbers of one answer: the probabilities of three classes.
pub const ANSWER_MAX: usize = 3;

/// What a model said, bit for bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelAnswer {
    count: u8,
    bits: [u32; ANSWER_MAX],
}

impl ModelAnswer {
    /// Keeps the numbers of an answer; `None` if there are none, or more than [`ANSWER_MAX`].
    #[must_use]
    pub fn new(numbers: &[f32]) -> Option<Self> {
        if numbers.is_empty() || numbers.len() > ANSWER_MAX {
            return None;
        }
        let mut bits = [0; ANSWER_MAX];
        for (slot, number) in bits.iter_mut().zip(numbers) {
            *slot = number.to_bits();
        }
        Some(Self { count: numbers.len() as u8, bits })
    }

    /// Makes an answer of its bits; `None` if there are none, or more than [`ANSWER_MAX`].
    #[must_use]
    pub fn of_bits(count: u8, bits: [u32; ANSWER_MAX]) -> Option<Self> {
        (1..=ANSWER_MAX).contains(&usize::from(count)).then_some(Self { count, bits })
    }

    /// Returns how many numbers there are, and their IEEE 754 bits.
    #[must_use]
    pub const fn bits(&self) -> (u8, [u32; ANSWER_MAX]) {
        (self.count, self.bits)
    }

    /// Returns the numbers.
    pub fn numbers(&self) -> impl ExactSizeIterator<Item = f32> + '_ {
        self.bits[..usize::from(self.count)].iter().map(|&bits| f32::from_bits(bits))
    }
}

/// How far a model leans to one side, in ten-thousandths: 10,000 is sure of up, -10,000 of down.
/// Of a model that judges trades and not the market: sure of a gain, of a loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lean(pub i16);

impl Lean {
    /// As sure as can be.
    pub const MAX: Self = Self(10_000);

    /// Converts from -1 to 1, rounded to the nearest, beyond that cut; not a number is 0.
    #[must_use]
    pub fn of(value: f32) -> Self {
        let scale = f32::from(Self::MAX.0);
        Self((value * scale).round().clamp(-scale, scale) as i16)
    }
}

/// An answer that comes from outside of the pipeline: the model is asked on a thread of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PredictionReport {
    /// Who answers.
    pub model: ModelHash,
    /// About what.
    pub instrument: InstrumentId,
    /// About which frame of the instrument's features.
    pub frame: u32,
    /// The answer.
    pub answer: ModelAnswer,
}

/// A prediction that was taken into account, whoever made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// Who predicts, about what, and what.
    pub report: PredictionReport,
    /// What the model was there for.
    pub role: ModelRole,
    /// Whether it was the turn of this model: signals after it follow it until the next that is.
    pub leads: bool,
    /// What the answer means.
    pub lean: Lean,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_keeps_its_bits() {
        let numbers = [0.25_f32, f32::MIN_POSITIVE, 0.75];
        let answer = ModelAnswer::new(&numbers).expect("three numbers");
        assert_eq!(answer.numbers().collect::<Vec<_>>(), numbers);
        let (count, bits) = answer.bits();
        assert_eq!(ModelAnswer::of_bits(count, bits), Some(answer));
        assert_eq!(ModelAnswer::new(&[]), None);
        assert_eq!(ModelAnswer::new(&[0.0; 4]), None);
        assert_eq!(ModelAnswer::of_bits(4, bits), None);
    }

    #[test]
    fn a_lean_is_cut_and_rounded() {
        let cases = [(0.5, 5_000), (-1.0, -10_000), (7.0, 10_000), (0.000_06, 1), (-0.0, 0)];
        for (value, lean) in cases {
            assert_eq!(Lean::of(value), Lean(lean));
        }
        assert_eq!(Lean::of(f32::NAN), Lean(0));
        assert_eq!(Lean::of(f32::INFINITY), Lean::MAX);
    }
}
