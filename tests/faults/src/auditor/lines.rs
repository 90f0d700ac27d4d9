//! Where requests may go: to a gateway of the account's, that is up; a new order only once every order
//! that works there was spoken of since the line came up.

use std::collections::BTreeSet;

use gannet_pipeline::PipelineConfig;
use gannet_types::{
    Command, GatewayId, GatewayState, GatewayStatus, OrderId, OrderRequest, RequestKind,
};

use crate::truth::Truth;

/// What the engine was told of its lines.
#[derive(Debug)]
pub(super) struct Lines {
    config: PipelineConfig,
    lines: Vec<Line>,
}

#[derive(Clone, Debug, Default)]
struct Line {
    is_up: bool,
    /// Orders of which nothing was heard since it came up.
    doubtful: BTreeSet<OrderId>,
}

impl Lines {
    pub(super) fn new(config: &PipelineConfig) -> Self {
        Self { lines: vec![Line::default(); config.gateways.len()], config: config.clone() }
    }

    pub(super) fn on_gateway(&mut self, status: GatewayStatus, truth: Truth<'_>) {
        let Some(line) = self.lines.get_mut(usize::from(status.gateway.0)) else { return };
        line.is_up = status.state != GatewayState::Down;
        if status.state == GatewayState::Up {
            let there = truth.at_venues().filter(|order| order.gateway == status.gateway);
            line.doubtful = there.map(|order| order.working.id).collect();
        }
    }

    pub(super) fn on_command(&mut self, command: Command) {
        if command == Command::Start {
            self.lines.iter_mut().for_each(|line| line.is_up = false);
        }
    }

    pub(super) fn on_heard(&mut self, gateway: GatewayId, order: OrderId) {
        if let Some(line) = self.lines.get_mut(usize::from(gateway.0)) {
            line.doubtful.remove(&order);
        }
    }

    pub(super) fn judge_up(&self, request: &OrderRequest) -> Result<(), &'static str> {
        let is_up = self.lines[usize::from(request.gateway.0)].is_up;
        if is_up { Ok(()) } else { Err("its gateway is down") }
    }

    pub(super) fn judge(
        &self,
        request: &OrderRequest,
        truth: Truth<'_>,
    ) -> Result<(), &'static str> {
        let OrderRequest { account, gateway, .. } = *request;
        let own = &self.config.accounts[usize::from(account.0)];
        if self.config.strategies[usize::from(request.strategy.0)].account != account {
            return Err("its strategy trades for another account");
        }
        if !own.gateways.as_slice().contains(&gateway) {
            return Err("its gateway is none of its account's");
        }
        let line = &self.lines[usize::from(gateway.0)];
        let works = |id: &OrderId| truth.at_venues().any(|order| order.working.id == *id);
        let is_new = request.kind == RequestKind::New;
        let is_known = !self
            .config
            .accounts
            .iter()
            .enumerate()
            .any(|(index, _)| truth.has_misled(gannet_types::AccountId(index as u16)));
        if is_new && is_known && line.doubtful.iter().any(works) {
            return Err("an order there is in doubt");
        }
        Ok(())
    }
}
