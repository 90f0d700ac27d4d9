//! Decisions as records: one word, one for each reason, two for each share; in the second version
//! four more for who decided, the schools' shares, and the proposals.

use gannet_types::{
    Decision, InstrumentId, ModelHash, Nanos, REASONS_MAX, Reason, SCHOOLS, SHARES_MAX, Schools,
    Share, Source, StrategyId, Ticks,
};

use crate::wire::{Code, triple, unpair};

/// Words of the first version.
pub(crate) const WORDS: usize = 1 + REASONS_MAX + 2 * SHARES_MAX;

/// Words that the second version has behind them.
pub(crate) const MORE: usize = 4;

const _: () = assert!(SCHOOLS < 8, "strategy and schools are the bytes of one word");

/// What the second version says behind the words of the first.
pub(crate) fn encode_more(decision: &Decision) -> [u64; MORE] {
    let mut bytes = [0; 8];
    bytes[0] = decision.strategy.0;
    for (byte, percent) in bytes[1..].iter_mut().zip(decision.schools.0) {
        *byte = percent.cast_unsigned();
    }
    let (stop, target) = (decision.stop.0.cast_unsigned(), decision.target.0.cast_unsigned());
    [u64::from_le_bytes(bytes), decision.horizon.0, stop, target]
}

/// Reads what the second version says behind the words of the first.
pub(crate) fn decode_more(first: Decision, words: [u64; MORE]) -> Decision {
    let [who, horizon, stop, target] = words;
    let [strategy, percents @ ..] = who.to_le_bytes();
    let schools = Schools(percents.map(u8::cast_signed));
    let (stop, target) = (Ticks(stop.cast_signed()), Ticks(target.cast_signed()));
    let (strategy, horizon) = (StrategyId(strategy), Nanos(horizon));
    Decision { strategy, schools, horizon, stop, target, ..first }
}

/// A decision's detail and words. Reasons and shares that are not there are zero.
pub(crate) fn encode(decision: &Decision) -> ([u8; 4], [u64; WORDS]) {
    let Decision { instrument, frame, rating, confidence, reasons, shares, .. } = decision;
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
