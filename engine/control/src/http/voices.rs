//! What strategies are told: what somebody outside wants, and how much a school of thought counts.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use gannet_types::{Command, ExternalSignal, InstrumentId, School, Stance, StrategyId};

use super::guard::Operator;
use super::refused::Refused;
use super::{Accepted, Shared};

/// Builds the routes.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/signal/{strategy}/{symbol}/{stance}/{confidence}", post(signal))
        .route("/api/weight/{strategy}/{school}/{weight}", post(weight))
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
