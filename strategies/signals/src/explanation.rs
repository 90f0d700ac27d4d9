//! Why something is decided, and whose decision it is: codes and numbers for the journal.
//!
//! Hot: called when a bar has closed. No allocation.

use gannet_types::{
    Decision, InstrumentId, Prediction, Rating, Reason, ReasonCode, Share, Side, Source, StrategyId,
};

use crate::fusion::Fusion;
use crate::opinion::{Opinion, Technical};
use crate::reading::Advice;

/// What a decision was made of.
pub(crate) struct Grounds<'a> {
    pub(crate) strategy: StrategyId,
    pub(crate) instrument: InstrumentId,
    pub(crate) frame: u32,
    pub(crate) technical: &'a Technical,
    /// What the model whose turn it was said, and how that was read.
    pub(crate) model: Option<(Prediction, Advice)>,
    /// Whether there is such a model.
    pub(crate) is_led: bool,
    /// What forbids to open a position on it, if anything does.
    pub(crate) refused: Option<Reason>,
}

/// Explains what a fusion makes of its grounds; `weighed` is what it makes of them before it asks
/// whether that is sure enough.
pub(crate) fn explain(
    fusion: &Fusion,
    grounds: &Grounds<'_>,
    weighed: Option<Opinion>,
) -> Decision {
    let Grounds { strategy, instrument, frame, technical, model, is_led, refused } = grounds;
    let sure = weighed.filter(|opinion| fusion.is_sure(opinion));
    let followed = sure.filter(|_| refused.is_none());
    let confidence = weighed.map_or(0, |opinion| opinion.confidence);
    let rating = followed.map_or(Rating::Hold, |it| Rating::of(it.side, it.confidence));
    let mut decision = Decision {
        strategy: *strategy,
        instrument: *instrument,
        frame: *frame,
        rating,
        confidence,
        schools: technical.schools,
        ..Decision::default()
    };
    for reason in technical.reasons.iter().flatten() {
        decision.because(*reason);
    }
    let percent = |code, hundredths: i32| Reason::new(code, hundredths as f32 / 100.0);
    match model {
        Some((_, Advice::Market(lean))) => {
            decision.because(percent(ReasonCode::ModelLean, lean.0.into()));
        }
        Some((_, Advice::Trade(lean))) => {
            decision.because(percent(ReasonCode::ModelMerit, lean.0.into()));
        }
        None if *is_led => decision.because(Reason::new(ReasonCode::ModelSilent, 0.0)),
        None => {}
    }
    if let (Some(own), Some(weighed), Some(_)) = (technical.opinion, weighed, model)
        && fusion.boosts()
    {
        let scaled = 100.0 * f32::from(weighed.confidence) / f32::from(own.confidence);
        decision.because(Reason::new(ReasonCode::Boosted, scaled));
    }
    if let Some(reason) = refused {
        decision.because(*reason);
    }
    if weighed.is_some() && sure.is_none() {
        decision.because(Reason::new(ReasonCode::NotSure, f32::from(fusion.confidence_min)));
    }
    let advice = model.map(|(_, advice)| advice);
    let (own, theirs) = fusion.parts(technical.opinion, advice);
    let up = weighed.is_none_or(|opinion| opinion.side == Side::Buy);
    let source = model.map(|(said, _)| Source::Model(said.report.model));
    decision.shares = shares([(Some(Source::Technical), own), (source, theirs)], up);
    decision
}

/// How much of all that was said is whose; who said nothing has no share.
fn shares(parts: [(Option<Source>, i32); 2], up: bool) -> [Option<Share>; 2] {
    let all: i32 = parts.iter().map(|(_, part)| part.abs()).sum();
    let share = |(source, part): (Option<Source>, i32)| {
        let towards = if up { part } else { -part };
        let percent = (100 * towards).checked_div(all)?;
        Some(Share { source: source?, percent: percent.clamp(-100, 100) as i8 })
            .filter(|share| share.percent != 0)
    };
    let [first, second] = parts.map(share);
    if first.is_some() { [first, second] } else { [second, None] }
}

#[cfg(test)]
mod tests {
    use gannet_types::{Lean, ModelAnswer, ModelHash, ModelRole, PredictionReport, Text};

    use super::*;
    use crate::fusion::FusionMode;

    const MODEL: ModelHash = ModelHash(7);

    fn technical(opinion: Option<(Side, u8)>) -> Technical {
        let opinion =
            opinion.map(|(side, confidence)| Opinion { side, confidence, reason: Text::default() });
        let slope = Some(Reason::new(ReasonCode::Slope, 35.0));
        Technical { opinion, reasons: [slope, None, None], ..Technical::default() }
    }

    fn said(lean: i16) -> Option<(Prediction, Advice)> {
        let answer = ModelAnswer::new(&[0.5]).expect("a number");
        let report =
            PredictionReport { model: MODEL, instrument: InstrumentId(0), frame: 9, answer };
        let (role, leads, lean) = (ModelRole::Champion, true, Lean(lean));
        Some((Prediction { report, role, leads, lean }, Advice::Market(lean)))
    }

    /// Rating, confidence, reasons, shares.
    type Told = (Rating, u8, Vec<(ReasonCode, f32)>, Vec<(Source, i8)>);

    fn explained(
        fusion: Fusion,
        own: Option<(Side, u8)>,
        model: Option<(Prediction, Advice)>,
    ) -> Told {
        let technical = technical(own);
        let weighed = fusion.weigh(technical.opinion, model.map(|(_, advice)| advice));
        let instrument = InstrumentId(0);
        let grounds = Grounds {
            strategy: StrategyId(0),
            instrument,
            frame: 9,
            technical: &technical,
            model,
            is_led: true,
            refused: None,
        };
        let decision = explain(&fusion, &grounds, weighed);
        let reasons = decision.reasons.iter().flatten().map(|it| (it.code, it.value())).collect();
        let shares = decision.shares.iter().flatten().map(|it| (it.source, it.percent)).collect();
        (decision.rating, decision.confidence, reasons, shares)
    }

    #[test]
    fn a_vote_is_shared_by_weight_and_a_voice_against_is_negative() {
        let mode = FusionMode::Vote { technical: 1, model: 3 };
        let fusion = Fusion { mode, confidence_min: 0 };
        let (rating, confidence, reasons, shares) =
            explained(fusion, Some((Side::Buy, 40)), said(-8_000));
        assert_eq!((rating, confidence), (Rating::Sell, 50));
        assert_eq!(reasons, [(ReasonCode::Slope, 35.0), (ReasonCode::ModelLean, -80.0)]);
        assert_eq!(shares, [(Source::Technical, -14), (Source::Model(MODEL), 85)]);
    }

    #[test]
    fn a_boost_tells_its_factor_and_its_share() {
        let mode = FusionMode::Boost { least: 50, most: 150 };
        let fusion = Fusion { mode, confidence_min: 0 };
        let (rating, confidence, reasons, shares) =
            explained(fusion, Some((Side::Sell, 40)), said(-10_000));
        assert_eq!((rating, confidence), (Rating::StrongSell, 60));
        assert_eq!(reasons.last(), Some(&(ReasonCode::Boosted, 150.0)));
        assert_eq!(shares, [(Source::Technical, 66), (Source::Model(MODEL), 33)]);
    }

    #[test]
    fn what_is_not_sure_enough_is_held_and_says_so() {
        let fusion = Fusion { mode: FusionMode::Lead, confidence_min: 30 };
        let (rating, confidence, reasons, shares) = explained(fusion, None, said(2_000));
        assert_eq!((rating, confidence), (Rating::Hold, 20));
        assert_eq!(reasons.last(), Some(&(ReasonCode::NotSure, 30.0)));
        assert_eq!(shares, [(Source::Model(MODEL), 100)]);
        let (rating, _, reasons, shares) = explained(fusion, Some((Side::Buy, 90)), None);
        assert_eq!(rating, Rating::Hold);
        assert_eq!(reasons.last(), Some(&(ReasonCode::ModelSilent, 0.0)));
        assert!(shares.is_empty());
    }
}
