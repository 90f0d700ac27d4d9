//! Gateways: which one carries an order, and whether it may.
//!
//! Every new order takes, of the gateways its account may use, the cheapest of those that are up,
//! reconciled, not left alone by their breaker, and able to carry such an order; `score` says what
//! cheap means. Cancels and replacements go where their order is.
//!
//! Hot: `choose` is called per new order; with one gateway it compares nothing.

mod breaker;
mod choice;
mod failover;
mod health;
mod list;
mod outcome;
mod score;
#[cfg(test)]
mod tests;

pub use breaker::{BREAKER_WINDOW_MAX, BreakerLimits};
pub use list::{GATEWAYS_MAX, GatewayList, GatewaySet};
pub use score::{GatewayFees, RoutingConfig};

pub(crate) use choice::Choice;
pub(crate) use outcome::Attempt;

use gannet_types::{GatewayId, GatewayState, Nanos, OrderId};

use crate::config::{GatewayConfig, PipelineConfig};
use crate::orders::Order;
use breaker::{Breaker, Turned};
use health::Health;

/// The gateways, their states, and how they have done.
pub(crate) struct Route {
    config: RoutingConfig,
    gateways: Vec<Gateway>,
}

struct Gateway {
    simulated: bool,
    fees: GatewayFees,
    state: GatewayState,
    breaker: Breaker,
    health: Health,
}

impl Route {
    pub(crate) fn new(config: &PipelineConfig) -> Self {
        let routing = config.routing;
        let down = |simulated: bool, fees: GatewayFees| Gateway {
            simulated,
            fees,
            state: GatewayState::Down,
            breaker: Breaker::new(routing.breaker),
            health: Health::default(),
        };
        let orders = config.gateways.iter();
        let orders = orders.map(|gateway: &GatewayConfig| down(gateway.simulated, gateway.fees));
        // No order ever goes to the one that listens.
        let listener = config.drop_copy.map(|_| down(false, GatewayFees::default()));
        Self { config: routing, gateways: orders.chain(listener).collect() }
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
        if state == GatewayState::Down {
            gateway.health.on_down();
        }
        Some(std::mem::replace(&mut gateway.state, state))
    }

    /// Marks all gateways down: the engine starts again.
    pub(crate) fn restart(&mut self) {
        for gateway in &mut self.gateways {
            gateway.state = GatewayState::Down;
            gateway.health.on_down();
        }
    }

    /// Returns whether the breaker of a gateway that carries orders lets a new one through.
    fn lets_through(&self, now: Nanos, gateway: GatewayId) -> bool {
        self.gateways[usize::from(gateway.0)].breaker.lets_through(now)
    }

    /// Returns what an order costs at a gateway that carries orders.
    fn cost_ppb(&self, now: Nanos, gateway: GatewayId, takes: bool) -> i64 {
        let Gateway { fees, health, .. } = &self.gateways[usize::from(gateway.0)];
        let known = health.known(now, self.config.measure_age_max);
        score::cost_ppb(&self.config, *fees, takes, known)
    }

    /// Takes note of a new order that goes to a gateway.
    pub(crate) fn on_sent(&mut self, now: Nanos, gateway: GatewayId, order: OrderId) {
        let age_max = self.config.measure_age_max;
        let gateway = &mut self.gateways[usize::from(gateway.0)];
        gateway.breaker.on_sent(now, order);
        gateway.health.on_sent(now, age_max, order);
    }

    /// Takes note of what became of a new order: whether it failed, and how long after it was sent
    /// that was known. Returns whether the breaker has turned.
    fn on_outcome(
        &mut self,
        now: Nanos,
        attempt: &Attempt,
        failed: bool,
        latency: Option<Nanos>,
    ) -> Option<Turned> {
        let gateway = &mut self.gateways[usize::from(attempt.gateway.0)];
        gateway.health.on_outcome(now, failed, latency);
        if failed {
            gateway.breaker.on_failed(now, attempt.order)
        } else {
            gateway.breaker.on_accepted(attempt.order)
        }
    }
}
