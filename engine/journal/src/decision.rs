//! Decisions as records: two words, one for each reason, two for each share.

use gannet_types::{
    Decision, InstrumentId, ModelHash, REASONS_MAX, Reason, SHARES_MAX, Share, Source,
};

use crate::wire::{Code, triple, unpair};

const WORDS: usize = 1 + REASONS_MAX + 2 * SHARES_MAX;

/// A decision's detail and words. Reasons and shares that are not there are zero.
pub(crate) fn encode(decision: &Decision) -> ([u8; 4], [u64; WORDS]) {
    let Decision { instrument, frame, rating, confidence, reasons, shares } = decision;
    let mut words = [0; WORDS];
    words[0] = u64::from(*frame);
    for (word, reason) in words[1..].iter_mut().zip(reasons.iter().flatten()) {
        *word = u64::from(reason.code.code()) << 32 | u64::from(reason.bits);
    }
    let pairs = words[1 + REASONS_MAX..].chunks_exact_mut(2);
    for (pair, share) in pairs.zip(shares.iter().flatten()) {
        let (kind, id) = match share.source {
            Source::Technical => (1, 0),
            Source::Model(model) => (2, model.0),
        };
        pair[0] = kind | u64::from(share.percent.cast_unsigned()) << 8;
        pair[1] = id;
    }
    (triple(instrument.0, rating.code(), *confidence), words)
}

pub(crate) fn decode(detail: [u8; 4], words: [u64; WORDS]) -> Option<Decision> {
    let [_, _, rating, confidence] = detail;
    let mut decision = Decision {
        instrument: InstrumentId(unpair(detail).0),
        frame: u32::try_from(words[0]).ok()?,
        rating: Code::from_code(rating)?,
        confidence,
        ..Decision::default()
    };
    for (slot, word) in decision.reasons.iter_mut().zip(&words[1..]) {
        if *word != 0 {
            let code = Code::from_code(u8::try_from(word >> 32).ok()?)?;
            *slot = Some(Reason { code, bits: *word as u32 });
        }
    }
    let pairs = words[1 + REASONS_MAX..].chunks_exact(2);
    for (slot, pair) in decision.shares.iter_mut().zip(pairs) {
        let [kind, percent, 0, 0, 0, 0, 0, 0] = pair[0].to_le_bytes() else { return None };
        let source = match kind {
            0 => continue,
            1 => Source::Technical,
            2 => Source::Model(ModelHash(pair[1])),
            _ => return None,
        };
        *slot = Some(Share { source, percent: percent.cast_signed() });
    }
    Some(decision)
}
