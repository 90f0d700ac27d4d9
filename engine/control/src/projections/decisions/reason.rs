//! A reason as a code and a sentence.

use gannet_types::{Reason, ReasonCode};

use super::ReasonView;

pub(super) fn show_reason(reason: &Reason) -> ReasonView {
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
        code => return by_school(code, value),
    };
    ReasonView { code, value, text }
}

/// What single schools of thought saw, and what kept a decision from being followed.
fn by_school(code: ReasonCode, value: f32) -> ReasonView {
    let size = value.abs();
    let way = if value < 0.0 { "down" } else { "up" };
    let (code, text) = match code {
        ReasonCode::Trend => {
            ("trend", format!("a straight line {way} fits the prices {size:.0} %"))
        }
        ReasonCode::Momentum => {
            ("momentum", format!("momentum is {size:.0} % of the average range {way}"))
        }
        ReasonCode::Strength => ("strength", format!("the relative strength is {value:.0}")),
        ReasonCode::Cycle => {
            let side = if value < 0.0 { "below" } else { "above" };
            ("cycle", format!("the cycle is {size:.0} % of its usual size {side} its middle"))
        }
        ReasonCode::Angle => {
            ("angle", format!("the price goes {way} from its last turn by {size:.0} % of 1x1"))
        }
        ReasonCode::Patterns => ("patterns", format!("candle patterns say {way}, {size:.0} %")),
        ReasonCode::Astro => ("astro", format!("a planetary line pushes {way}, {size:.0} %")),
        ReasonCode::External => {
            ("external", format!("somebody outside says {way}, {size:.0} % sure"))
        }
        ReasonCode::Regime => ("regime", format!("the market is {value:.0} % trend")),
        ReasonCode::Vetoed => {
            ("vetoed", format!("a source that may veto says {way}, {size:.0} % sure"))
        }
        ReasonCode::SpreadWide => {
            ("spread_wide", format!("bid and ask are {:.2} % apart: no entry", value / 100.0))
        }
        ReasonCode::Disagreement => (
            "disagreement",
            format!("{value:.0} other kinds of bars do not say the same: no entry"),
        ),
        ReasonCode::Unsized => {
            ("unsized", format!("no size was found (code {value:.0}): no entry"))
        }
        _ => ("unknown", format!("a reason without words, {value}")),
    };
    ReasonView { code, value, text }
}
