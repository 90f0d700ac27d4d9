//! Which gateway a new order takes.

use gannet_types::{
    AccountId, GatewayId, Nanos, OrderType, RejectReason, Side, Signal, Ticks, TimeInForce,
};

use super::GatewaySet;
use crate::Pipeline;
use crate::book::market::MarketState;
use crate::strategy::Strategy;

/// The gateway of a new order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) gateway: GatewayId,
    /// Why it may not carry the order after all, which is told once nothing else speaks against the
    /// order.
    pub(crate) blocked: Option<RejectReason>,
}

impl<S: Strategy> Pipeline<S> {
    /// Chooses the gateway of a new order among those of its account, but for those in `except`.
    /// If none can carry it now, the preferred one of those whose broker has such orders is named:
    /// risk says what is wrong with it. In a panic the breaker is not asked.
    ///
    /// # Errors
    /// Why the preferred broker takes no such order, if none does.
    pub(crate) fn choose(
        &self,
        account: AccountId,
        signal: &Signal,
        except: GatewaySet,
        in_panic: bool,
    ) -> Result<Choice, RejectReason> {
        let listed = self.config.account(account).gateways;
        if let [gateway] = *listed.as_slice()
            && !except.contains(gateway)
        {
            self.check_signal(gateway, signal)?;
            let passes = in_panic || self.route.lets_through(self.steady.time(), gateway);
            return Ok(Choice { gateway, blocked: blocked_unless(passes) });
        }
        self.compare(listed.as_slice(), signal, except, in_panic)
    }

    /// Chooses among several.
    fn compare(
        &self,
        listed: &[GatewayId],
        signal: &Signal,
        except: GatewaySet,
        in_panic: bool,
    ) -> Result<Choice, RejectReason> {
        let mut refusal = None;
        let mut fallback: Option<Choice> = None;
        let mut best: Option<(i64, GatewayId)> = None;
        let market = &self.desks[usize::from(signal.instrument.0)].market;
        let takes = takes(market, signal);
        for &gateway in listed.iter().filter(|&&gateway| !except.contains(gateway)) {
            if let Err(reason) = self.check_signal(gateway, signal) {
                refusal.get_or_insert(reason);
                continue;
            }
            let ready = self.route.is_ready(gateway, self.orders.open());
            if ready && (in_panic || self.route.lets_through(self.steady.time(), gateway)) {
                let cost = self.route.cost_ppb(self.steady.time(), gateway, takes);
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, gateway));
                }
            } else {
                let blocked = blocked_unless(!ready);
                let better = fallback.is_none_or(|it| it.blocked.is_none() && blocked.is_some());
                if better {
                    fallback = Some(Choice { gateway, blocked });
                }
            }
        }
        best.map(|(_, gateway)| Choice { gateway, blocked: None })
            .or(fallback)
            .ok_or(refusal.unwrap_or(RejectReason::GatewayDown))
    }

    /// Returns what an order would cost at the gateway of its account where it costs least, at the steady
    /// time `now`, in billionths
    /// of the traded amount; `None` if none can carry it now.
    pub(crate) fn quote(&self, now: Nanos, signal: &Signal, takes: bool) -> Option<i64> {
        let account = self.config.account_of(signal.strategy, signal.instrument);
        let listed = self.config.account(account).gateways;
        let can = |&&gateway: &&GatewayId| {
            self.route.is_ready(gateway, self.orders.open())
                && self.route.lets_through(now, gateway)
                && self.check_signal(gateway, signal).is_ok()
        };
        let costs = listed.as_slice().iter().filter(can);
        costs.map(|&gateway| self.route.cost_ppb(now, gateway, takes)).min()
    }

    fn check_signal(&self, gateway: GatewayId, signal: &Signal) -> Result<(), RejectReason> {
        let Signal { order_type, time_in_force, terms, lots, .. } = signal;
        self.check_kind(gateway, *order_type, *time_in_force, terms, *lots)
    }

    /// Returns the preferred gateway of an account that is ready, if one is.
    pub(crate) fn ready_gateway(&self, account: AccountId) -> Option<GatewayId> {
        let mut listed = self.config.account(account).gateways.as_slice().iter().copied();
        listed.find(|&gateway| self.route.is_ready(gateway, self.orders.open()))
    }
}

fn blocked_unless(passes: bool) -> Option<RejectReason> {
    (!passes).then_some(RejectReason::BreakerOpen)
}

/// Returns whether an order would trade at once, by the best prices.
fn takes(market: &MarketState, signal: &Signal) -> bool {
    let crosses = |limit: Ticks| match signal.side {
        Side::Buy => limit >= market.top.ask.price,
        Side::Sell => limit <= market.top.bid.price,
    };
    match signal.order_type {
        OrderType::Market => true,
        OrderType::Limit => signal.time_in_force != TimeInForce::PostOnly && crosses(signal.price),
        // Set off, a stop takes.
        OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop => true,
        OrderType::Pegged => false,
    }
}
