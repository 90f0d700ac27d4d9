//! Decisions as people read them: a word, a sentence, and whose it is.

use gannet_types::{Decision, Instrument, Rating, Source, Ticks};
use serde::Serialize;

use super::decimal;
use reason::show_reason;

mod reason;

/// What was thought of an instrument after a frame, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecisionView {
    /// When.
    pub time_ms: u64,
    /// Of what.
    pub symbol: String,
    /// Whose decision it is.
    pub strategy: String,
    /// After which frame of its features.
    pub frame: u32,
    /// `STRONG_BUY`, `BUY`, `HOLD`, `SELL` or `STRONG_SELL`.
    pub rating: &'static str,
    /// How sure, 0 to 100.
    pub confidence_percent: u8,
    /// Why, the most important first.
    pub reasons: Vec<ReasonView>,
    /// Whose it is.
    pub attribution: Vec<ShareView>,
    /// How the share of `technical` is split among schools of thought.
    pub schools: Vec<ShareView>,
    /// How long a position is meant to be held.
    pub horizon_ms: Option<u64>,
    /// Where it should be given up.
    pub stop: Option<String>,
    /// Where it has gained what it should.
    pub target: Option<String>,
    /// All of it as a sentence.
    pub text: String,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReasonView {
    /// What was seen.
    pub code: &'static str,
    /// The number to it.
    pub value: f32,
    /// As a sentence.
    pub text: String,
}

/// How much of a decision is whose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShareView {
    /// `technical`, or the model's hash.
    pub source: String,
    /// In percent of all that was said; negative if it spoke against what was decided.
    pub percent: i8,
}

/// Makes a decision readable; `instrument` is what it is about, `strategy` the name of whose it is.
#[must_use]
pub fn show(
    time_ms: u64,
    instrument: Option<&Instrument>,
    strategy: String,
    decision: &Decision,
) -> DecisionView {
    let symbol = instrument.map(|instrument| instrument.symbol.to_string()).unwrap_or_default();
    let price = |price: Ticks| {
        instrument.filter(|_| price != Ticks::ZERO).map(|known| decimal::price(known, price))
    };
    let reasons: Vec<ReasonView> = decision.reasons.iter().flatten().map(show_reason).collect();
    let attribution: Vec<ShareView> = decision
        .shares
        .iter()
        .flatten()
        .map(|share| ShareView { source: source(share.source), percent: share.percent })
        .collect();
    let rating = rating(decision.rating);
    let mut text = format!("{strategy}: {rating} {symbol}, {} % sure", decision.confidence);
    for (index, reason) in reasons.iter().enumerate() {
        text.push_str(if index == 0 { ": " } else { "; " });
        text.push_str(&reason.text);
    }
    text.push('.');
    for (index, share) in attribution.iter().enumerate() {
        let name = if share.source == TECHNICAL {
            TECHNICAL.to_owned()
        } else {
            format!("model {}", share.source)
        };
        text.push_str(if index == 0 { " By " } else { ", " });
        text.push_str(&format!("{name} {} %", share.percent));
    }
    if !attribution.is_empty() {
        text.push('.');
    }
    let schools: Vec<ShareView> = decision
        .schools
        .spoken()
        .map(|(school, percent)| ShareView { source: school.name().to_owned(), percent })
        .collect();
    for (index, share) in schools.iter().enumerate() {
        text.push_str(if index == 0 { " Of that " } else { ", " });
        text.push_str(&format!("{} {} %", share.source, share.percent));
    }
    if !schools.is_empty() {
        text.push('.');
    }
    let (stop, target) = (price(decision.stop), price(decision.target));
    for (word, price) in [("Stop", &stop), ("Target", &target)] {
        if let Some(price) = price {
            text.push_str(&format!(" {word} {price}."));
        }
    }
    let horizon_ms = decision.horizon.0 / 1_000_000;
    DecisionView {
        time_ms,
        symbol,
        strategy,
        frame: decision.frame,
        rating,
        confidence_percent: decision.confidence,
        reasons,
        attribution,
        schools,
        horizon_ms: (horizon_ms > 0).then_some(horizon_ms),
        stop,
        target,
        text,
    }
}

const TECHNICAL: &str = "technical";

fn source(source: Source) -> String {
    match source {
        Source::Technical => TECHNICAL.to_owned(),
        Source::Model(model) => model.to_string(),
    }
}

const fn rating(rating: Rating) -> &'static str {
    match rating {
        Rating::StrongSell => "STRONG_SELL",
        Rating::Sell => "SELL",
        Rating::Hold => "HOLD",
        Rating::Buy => "BUY",
        Rating::StrongBuy => "STRONG_BUY",
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{
        Increment, InstrumentId, ModelHash, Nanos, Reason, ReasonCode, Schools, Share, StrategyId,
        Text,
    };

    use super::*;

    #[test]
    fn a_decision_reads_like_a_sentence() {
        let mut decision = Decision {
            instrument: InstrumentId(0),
            frame: 41,
            rating: Rating::StrongBuy,
            confidence: 64,
            ..Decision::default()
        };
        decision.because(Reason::new(ReasonCode::Slope, 35.4));
        decision.because(Reason::new(ReasonCode::AboveAverage, -12.0));
        decision.because(Reason::new(ReasonCode::ModelLean, 27.0));
        let model = Source::Model(ModelHash(0x1a2b));
        decision.shares = [
            Some(Share { source: Source::Technical, percent: 70 }),
            Some(Share { source: model, percent: -30 }),
        ];
        let step = |text: &[u8]| Increment::parse(text).expect("a step");
        let instrument = Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"BTCUSDT"),
            tick: step(b"0.10"),
            lot: step(b"0.001"),
            kind: gannet_types::InstrumentKind::Linear,
        };
        let view = show(1_000, Some(&instrument), "fader".to_owned(), &decision);
        assert_eq!(
            view.text,
            "fader: STRONG_BUY BTCUSDT, 64 % sure: the smoothed price rises by 35 % of the average range a \
             bar; the close is 12 % of the average range below its average; the model leans 27 % up. By \
             technical 70 %, model 0000000000001a2b -30 %."
        );
        let json = serde_json::to_value(&view).expect("JSON");
        assert_eq!(json["reasons"][0]["code"], "slope");
        assert_eq!(json["attribution"][1]["percent"], -30);
        assert_eq!(json["stop"], serde_json::Value::Null);
        decision.strategy = StrategyId(3);
        decision.schools = Schools([60, 20, -20, 0, 0, 0, 0]);
        (decision.stop, decision.horizon) = (Ticks(1_005), Nanos(90_000_000_000));
        let view = show(1_000, Some(&instrument), "fader".to_owned(), &decision);
        let end = "-30 %. Of that classical 60 %, ehlers 20 %, gann -20 %. Stop 100.5.";
        assert!(view.text.ends_with(end), "{}", view.text);
        assert_eq!((view.strategy.as_str(), view.horizon_ms), ("fader", Some(90_000)));
        assert_eq!(view.target, None);
    }
}
