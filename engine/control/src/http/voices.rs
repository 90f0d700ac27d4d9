//! What strategies are told: what somebody outside wants or thinks, and how much a school of thought
//! counts.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use gannet_types::{
    Command, ExternalOpinion, ExternalSignal, InstrumentId, Nanos, School, Stance, StrategyId, Text,
};

use super::guard::Operator;
use super::refused::Refused;
use super::{Accepted, Shared};

/// Builds the routes.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/signal/{strategy}/{symbol}/{stance}/{confidence}", post(signal))
        .route("/api/weight/{strategy}/{school}/{weight}", post(weight))
        .route(OPINION, post(opinion))
}

async fn signal(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((strategy, symbol, stance, confidence)): Path<(String, String, String, String)>,
) -> Result<Accepted, Refused> {
    let signal = ExternalSignal {
        strategy: shared.strategy(&strategy)?,
        instrument: shared.traded(&symbol)?,
        stance: parse_stance(&stance).ok_or(Refused::BAD_SIGNAL)?,
        confidence: parse_up_to(&confidence, 100).ok_or(Refused::BAD_SIGNAL)? as u8,
    };
    shared.send("signal", [Command::External(signal)])
}

/// Whose, about what, who thinks so, which way, how sure, how many seconds ahead, and for how many it
/// may be counted.
const OPINION: &str =
    "/api/opinion/{strategy}/{symbol}/{source}/{score}/{confidence}/{horizon_s}/{lifetime_s}";

/// The longest horizon or lifetime: a year.
const SECONDS_MAX: u32 = 366 * 24 * 60 * 60;

async fn opinion(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((strategy, symbol, source, score, confidence, horizon, lifetime)): Path<(
        String,
        String,
        String,
        String,
        String,
        String,
        String,
    )>,
) -> Result<Accepted, Refused> {
    let opinion = ExternalOpinion {
        strategy: shared.strategy(&strategy)?,
        instrument: shared.traded(&symbol)?,
        source: parse_source(&source).ok_or(Refused::BAD_OPINION)?,
        score: score.parse().map_err(|_| Refused::BAD_OPINION)?,
        confidence: parse_up_to(&confidence, 100).ok_or(Refused::BAD_OPINION)? as u8,
        horizon: parse_seconds(&horizon).ok_or(Refused::BAD_OPINION)?,
        lifetime: parse_seconds(&lifetime).ok_or(Refused::BAD_OPINION)?,
    };
    if !opinion.is_possible() {
        return Err(Refused::BAD_OPINION);
    }
    shared.send("opinion", [Command::Opinion(opinion)])
}

/// Takes a name of letters, digits and `:._-`, which is not cut.
fn parse_source(text: &str) -> Option<Text<16>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":._-".contains(&byte);
    let source = Text::new(text.as_bytes());
    (text.bytes().all(is_plain) && source.as_bytes() == text.as_bytes()).then_some(source)
}

fn parse_seconds(text: &str) -> Option<Nanos> {
    let seconds = text.parse().ok().filter(|seconds| (1..=SECONDS_MAX).contains(seconds))?;
    Some(Nanos(u64::from(seconds) * Nanos::SECOND.0))
}

async fn weight(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((strategy, school, weight)): Path<(String, String, String)>,
) -> Result<Accepted, Refused> {
    let strategy = shared.strategy(&strategy)?;
    let school = School::of_name(&school).ok_or(Refused::BAD_WEIGHT)?;
    let weight = parse_up_to(&weight, WEIGHT_MAX).ok_or(Refused::BAD_WEIGHT)?;
    shared.send("weight", [Command::Weight(strategy, school, weight)])
}

/// The largest weight of a school.
const WEIGHT_MAX: u16 = 1_000;

fn parse_stance(text: &str) -> Option<Stance> {
    Some(match text {
        "long" => Stance::Long,
        "short" => Stance::Short,
        "flat" => Stance::Flat,
        _ => return None,
    })
}

fn parse_up_to(text: &str, most: u16) -> Option<u16> {
    text.parse().ok().filter(|number| *number <= most)
}

impl Shared {
    /// Finds the instrument of a symbol.
    pub(super) fn traded(&self, symbol: &str) -> Result<InstrumentId, Refused> {
        let known = self.instruments.iter().position(|name| name == symbol);
        let instrument = known.and_then(|place| u16::try_from(place).ok()).map(InstrumentId);
        instrument.ok_or(Refused::UNKNOWN_INSTRUMENT)
    }

    /// Finds the strategy of a name.
    pub(super) fn strategy(&self, name: &str) -> Result<StrategyId, Refused> {
        let known = self.strategies.iter().position(|known| known == name);
        let strategy = known.and_then(|place| u8::try_from(place).ok()).map(StrategyId);
        strategy.ok_or(Refused::UNKNOWN_STRATEGY)
    }
}
