//! Predictions as records: the report of a model, and after it what was made of it.

use gannet_types::{InstrumentId, Lean, ModelAnswer, ModelHash, Prediction, PredictionReport};

use crate::wire::{Code, triple, unpair};

/// A report's detail and words.
pub(crate) fn encode_report(report: &PredictionReport) -> ([u8; 4], [u64; 4]) {
    let PredictionReport { model, instrument, frame, answer } = *report;
    let (count, [first, second, third]) = answer.bits();
    let words = [model.0, u64::from(frame), join(first, second), u64::from(third)];
    (triple(instrument.0, count, 0), words)
}

pub(crate) fn decode_report(detail: [u8; 4], words: [u64; 4]) -> Option<PredictionReport> {
    let [model, frame, numbers, third] = words;
    let bits = [numbers as u32, (numbers >> 32) as u32, u32::try_from(third).ok()?];
    Some(PredictionReport {
        model: ModelHash(model),
        instrument: InstrumentId(unpair(detail).0),
        frame: u32::try_from(frame).ok()?,
        answer: ModelAnswer::of_bits(detail[2], bits)?,
    })
}

/// A prediction's detail and words: those of its report, and one more.
pub(crate) fn encode(prediction: &Prediction) -> ([u8; 4], [u64; 5]) {
    let Prediction { report, role, leads, lean } = prediction;
    let (detail, [model, frame, numbers, third]) = encode_report(report);
    let lean = u64::from(lean.0.cast_unsigned());
    let taken = lean | u64::from(role.code()) << 16 | u64::from(leads.code()) << 24;
    (detail, [model, frame, numbers, third, taken])
}

pub(crate) fn decode(detail: [u8; 4], words: [u64; 5]) -> Option<Prediction> {
    let [model, frame, numbers, third, taken] = words;
    let [lean_0, lean_1, role, leads, 0, 0, 0, 0] = taken.to_le_bytes() else { return None };
    Some(Prediction {
        report: decode_report(detail, [model, frame, numbers, third])?,
        role: Code::from_code(role)?,
        leads: Code::from_code(leads)?,
        lean: Lean(i16::from_le_bytes([lean_0, lean_1])),
    })
}

const fn join(low: u32, high: u32) -> u64 {
    low as u64 | (high as u64) << 32
}
