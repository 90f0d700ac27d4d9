//! What stops trading besides the kill switch, and what starts it again: an instrument, an account, a
//! strategy, panic close, and the throttle on automation.
//!
//! Paths end in what is meant: `/SYMBOL`, `/account/NAME` or `/strategy/NAME`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use gannet_types::{AccountId, Command, Scope, StrategyId};

use super::guard::Operator;
use super::refused::Refused;
use super::{Accepted, Shared};
use crate::projections::words;

/// Builds the routes.
pub(super) fn routes() -> Router<Arc<Shared>> {
    let mut router = Router::new()
        .route("/api/close", post(close_all))
        .route("/api/arm", post(arm_all))
        .route("/api/arm/{kind}/{name}", post(arm))
        .route("/api/gate/{kind}/{name}/{mode}", post(set_gate));
    for (word, command) in SCOPED {
        let of_symbol = async move |_: Operator,
                                    State(shared): State<Arc<Shared>>,
                                    Path(symbol): Path<String>| {
            shared.send(word, [command(shared.instrument(&symbol)?)])
        };
        let of_name =
            async move |_: Operator,
                        State(shared): State<Arc<Shared>>,
                        Path((kind, name)): Path<(String, String)>| {
                shared.send(word, [command(shared.scope(&kind, &name)?)])
            };
        router = router
            .route(&format!("/api/{word}/{{symbol}}"), post(of_symbol))
            .route(&format!("/api/{word}/{{kind}}/{{name}}"), post(of_name));
    }
    router
}

/// What is ordered of a scope.
type Order = fn(Scope) -> Command;

const SCOPED: [(&str, Order); 3] =
    [("halt", Command::Halt), ("resume", Command::Resume), ("close", Command::Close)];

async fn close_all(_: Operator, State(shared): State<Arc<Shared>>) -> Result<Accepted, Refused> {
    shared.send("close", [Command::CloseAll])
}

async fn arm_all(_: Operator, State(shared): State<Arc<Shared>>) -> Result<Accepted, Refused> {
    shared.send("arm", [Command::Arm])
}

async fn arm(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Accepted, Refused> {
    let strategies = shared.strategies_within(shared.scope(&kind, &name)?);
    shared.send("arm", strategies.into_iter().map(Command::ArmStrategy))
}

async fn set_gate(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((kind, name, mode)): Path<(String, String, String)>,
) -> Result<Accepted, Refused> {
    let mode = words::parse_gate_mode(&mode).ok_or(Refused::BAD_GATE_MODE)?;
    let strategies = shared.strategies_within(shared.scope(&kind, &name)?);
    shared.send("gate", strategies.into_iter().map(|id| Command::SetGateMode(id, mode)))
}

impl Shared {
    /// Finds the instrument of a symbol.
    fn instrument(&self, symbol: &str) -> Result<Scope, Refused> {
        self.traded(symbol).map(Scope::Instrument)
    }

    /// Finds an account by its name.
    pub(super) fn account(&self, name: &str) -> Result<AccountId, Refused> {
        let place = self.accounts.iter().position(|known| known == name);
        let id = place.and_then(|place| u16::try_from(place).ok()).map(AccountId);
        id.ok_or(Refused::UNKNOWN_ACCOUNT)
    }

    /// Finds an account or a strategy by its name.
    fn scope(&self, kind: &str, name: &str) -> Result<Scope, Refused> {
        match kind {
            "account" => self.account(name).map(Scope::Account),
            "strategy" => self.strategy(name).map(Scope::Strategy),
            _ => Err(Refused::UNKNOWN_ROUTE),
        }
    }

    /// The strategies of an account, or the one that is meant.
    fn strategies_within(&self, scope: Scope) -> Vec<StrategyId> {
        let owners = (0..).map(StrategyId).zip(&self.trades_for);
        let within = |&(id, owner): &(StrategyId, &AccountId)| match scope {
            Scope::Account(account) => *owner == account,
            Scope::Strategy(strategy) => id == strategy,
            Scope::Instrument(_) => true,
        };
        owners.filter(within).map(|(id, _)| id).collect()
    }
}
