//! Gateways: whether one may carry an order.

use gannet_types::{GatewayId, GatewayState};

use crate::config::{GatewayConfig, PipelineConfig};
use crate::orders::Order;

/// The gateways and their states.
pub(crate) struct Route {
    gateways: Vec<Gateway>,
}

struct Gateway {
    simulated: bool,
    state: GatewayState,
}

impl Route {
    pub(crate) fn new(config: &PipelineConfig) -> Self {
        let down = |simulated: bool| Gateway { simulated, state: GatewayState::Down };
        let orders = config.gateways.iter().map(|gateway: &GatewayConfig| gateway.simulated);
        // No order ever goes to the one that listens.
        let gateways = orders.chain(config.drop_copy.map(|_| false)).map(down).collect();
        Self { gateways }
    }

    /// Returns whether a gateway that carries orders leads to a simulated venue.
    pub(crate) fn is_simulated(&self, gateway: GatewayId) -> bool {
        self.gateways[usize::from(gateway.0)].simulated
    }

    pub(crate) fn is_up(&self, gateway: GatewayId) -> bool {
        let state = self.gateways.get(usize::from(gateway.0)).map(|gateway| gateway.state);
        state.is_some_and(|state| state != GatewayState::Down)
    }

    /// Returns whether a gateway is up and the venue has spoken of each of its `open` orders.
    pub(crate) fn is_ready(&self, gateway: GatewayId, open: &[Order]) -> bool {
        self.is_up(gateway) && !open.iter().any(|order| order.gateway == gateway && order.in_doubt)
    }

    /// Sets a gateway's state; returns the one before, `None` if there is no such gateway.
    pub(crate) fn set(&mut self, gateway: GatewayId, state: GatewayState) -> Option<GatewayState> {
        let gateway = self.gateways.get_mut(usize::from(gateway.0))?;
        Some(std::mem::replace(&mut gateway.state, state))
    }

    /// Marks all gateways down: the engine starts again.
    pub(crate) fn restart(&mut self) {
        for gateway in &mut self.gateways {
            gateway.state = GatewayState::Down;
        }
    }
}
