//! Decisions as people read them: a word, a sentence, and whose it is.

use gannet_types::{Decision, Rating, Reason, ReasonCode, Source};
use serde::Serialize;

/// What was thought of an instrument after a frame, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecisionView {
    /// When.
    pub time_ms: u64,
    /// Of what.
    pub symbol: String,
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

/// Makes a decision readable.
#[must_use]
pub fn show(time_ms: u64, symbol: &str, decision: &Decision) -> DecisionView {
    let reasons: Vec<ReasonView> = decision.reasons.iter().flatten().map(show_reason).collect();
    let attribution: Vec<ShareView> = decision
        .shares
        .iter()
        .flatten()
        .map(|share| ShareView { source: source(share.source), percent: share.percent })
        .collect();
    let rating = rating(decision.rating);
    let mut text = format!("{rating} {symbol}, {} % sure", decision.confidence);
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
    DecisionView {
        time_ms,
        symbol: symbol.to_owned(),
        frame: decision.frame,
        rating,
        confidence_percent: decision.confidence,
        reasons,
        attribution,
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

fn show_reason(reason: &Reason) -> ReasonView {
    let value = reason.value();
    let direction = if value < 0.0 { "falls" } else { "rises" };
    let side = if value < 0.0 { "below" } else { "above" };
    let size = value.abs();
    let (code, text) = match reason.code {
        ReasonCode::Slope => (
            "slope",
            format!("the smoothed price {direction} by {size:.0} % of the average range a bar"),
        ),
        ReasonCode::AboveAverage => (
            "above_average",
            format!("the close is {size:.0} % of the average range {side} its average"),
        ),
        ReasonCode::LevelAhead => (
            "level_ahead",
            format!("a Square of 9 level is only {size:.0} % of the average range away"),
        ),
        ReasonCode::NotReady => ("not_ready", "there are not enough bars yet".to_owned()),
        ReasonCode::ModelLean => {
            let way = if value < 0.0 { "down" } else { "up" };
            ("model_lean", format!("the model leans {size:.0} % {way}"))
        }
        ReasonCode::ModelMerit => {
            let fate = if value < 0.0 { "to lose" } else { "to gain" };
            ("model_merit", format!("the model expects a trade {fate}, {size:.0} % sure"))
        }
        ReasonCode::Boosted => {
            ("boosted", format!("which makes the confidence {value:.0} % of what it was"))
        }
        ReasonCode::NotSure => {
            ("not_sure", format!("less than the {value:.0} % that are followed"))
        }
        ReasonCode::ModelSilent => {
            ("model_silent", "the model whose turn it is has not answered".to_owned())
        }
    };
    ReasonView { code, value, text }
}

#[cfg(test)]
mod tests {
    use gannet_types::{InstrumentId, ModelHash, Share};

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
        let view = show(1_000, "BTCUSDT", &decision);
        assert_eq!(
            view.text,
            "STRONG_BUY BTCUSDT, 64 % sure: the smoothed price rises by 35 % of the average range a \
             bar; the close is 12 % of the average range below its average; the model leans 27 % up. By \
             technical 70 %, model 0000000000001a2b -30 %."
        );
        let json = serde_json::to_value(&view).expect("JSON");
        assert_eq!(json["reasons"][0]["code"], "slope");
        assert_eq!(json["attribution"][1]["percent"], -30);
    }
}
