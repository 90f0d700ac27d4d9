//! From the projection's numbers to the snapshot's text.

use gannet_types::{
    AccountId, Alarm, Decision, ExecutionReport, GateMode, GateVerdict, GatewayId, GatewayState,
    InstrumentId, Level, Lots, Nanos, Notional, OrderId, PositionDifference, PositionReport,
    Reject, RejectReason, Scope, Signal, StrategyId, Ticks,
};

use super::decisions::{self, DecisionView};
use super::desks::{AccountState, Held, StrategyState};
use super::instrument::{InstrumentState, doubled_mid};
use super::models::ModelState;
use super::orders::Order;
use super::snapshot::{
    AccountView, AlarmView, BarView, ChartView, EngineView, FeatureView, FeaturesView, FillView,
    ForeignPositionView, GateView, GatewayView, HeldView, HopView, InstrumentView, JournalView,
    ModelView, OrderView, RejectView, SessionActionView, SignalView, Snapshot, StrategyView,
};
use super::{Projection, Refusal, decimal, words};
use crate::sessions::SessionView;

impl Projection {
    /// Returns everything as text, with what the journal does not tell: its own position, the
    /// latency per hop, and how the sessions with brokers stand.
    ///
    /// Cost: 350 µs with every list full, JSON included; for the control thread.
    #[must_use]
    pub fn snapshot(
        &self,
        journal: JournalView,
        hops: Vec<HopView>,
        sessions: Vec<SessionView>,
    ) -> Snapshot {
        let waiting = self.approvals.iter();
        Snapshot {
            engine: self.engine(),
            journal,
            hops,
            instruments: self.instruments.iter().map(show_instrument).collect(),
            charts: self.instruments.iter().map(show_chart).collect(),
            features: self.instruments.iter().map(|state| self.show_features(state)).collect(),
            accounts: self.show_accounts(),
            listings: self.show_listings(),
            strategies: self.show_strategies(),
            models: self.models.iter().map(|state| self.show_model(state)).collect(),
            open_orders: self.orders.open().iter().map(|order| self.show_order(order)).collect(),
            recent_orders: self.orders.recent().map(|order| self.show_order(order)).collect(),
            parents: self.show_parents(),
            given_orders: self.show_given(),
            fills: self.fills.newest_first().filter_map(|row| self.show_fill(row)).collect(),
            rejects: self.rejects.newest_first().map(|row| self.show_refusal(row)).collect(),
            decisions: self.decisions.newest_first().map(|row| self.show_decision(row)).collect(),
            signals: self.signals.newest_first().map(|row| self.show_signal(row)).collect(),
            approvals: waiting
                .map(|&(time, signal, order)| {
                    self.show_signal(&(time, signal, GateVerdict::Waiting(order)))
                })
                .collect(),
            foreign_positions: self
                .foreign
                .iter()
                .map(|position| self.show_foreign(position))
                .collect(),
            position_checks: self.position_checks.show(|instrument, lots| {
                (self.symbol(instrument), self.quantity(instrument, lots))
            }),
            alarms: self
                .alarms
                .newest_first()
                .map(|&(time, alarm)| AlarmView { time_ms: ms(time), text: self.alarm_text(alarm) })
                .collect(),
            sessions,
            session_actions: self
                .session_actions
                .newest_first()
                .map(|&(time, gateway, action)| SessionActionView {
                    time_ms: ms(time),
                    session: self.gateway_name(gateway),
                    action: words::session_action(action),
                })
                .collect(),
        }
    }

    fn gateway_name(&self, gateway: GatewayId) -> String {
        let known = self.gateways.get(usize::from(gateway.0));
        known.map(|(name, _)| name.clone()).unwrap_or_default()
    }

    fn show_features(&self, state: &InstrumentState) -> FeaturesView {
        let named = self.features.iter().zip(&state.features);
        let view = |(name, value): (&String, &Option<f64>)| FeatureView {
            name: name.clone(),
            value: *value,
        };
        FeaturesView {
            symbol: state.instrument.symbol.to_string(),
            values: named.map(view).collect(),
        }
    }

    fn show_accounts(&self) -> Vec<AccountView> {
        let show = |account: &AccountState| AccountView {
            account: account.name.clone(),
            is_halted: account.is_halted,
            halt_reason: account.halt.map(RejectReason::text),
            positions: account
                .held
                .iter()
                .filter_map(|(id, held)| self.show_held(*id, &held.position, held.unrealized))
                .collect(),
        };
        self.desks.accounts.iter().map(show).collect()
    }

    fn show_strategies(&self) -> Vec<StrategyView> {
        let named = self.strategies.iter().zip(&self.desks.strategies);
        let show = |((name, mode), state): (&(String, GateMode), &StrategyState)| StrategyView {
            strategy: name.clone(),
            account: self.account(state.account),
            mode: words::gate_mode(*mode),
            is_halted: state.is_halted,
            needs_arming: state.needs_arming,
            is_manual: state.is_manual,
            positions: state
                .held
                .iter()
                .filter_map(|(id, position)| {
                    self.show_held(*id, position, self.unrealized(*id, position))
                })
                .collect(),
        };
        named.map(show).collect()
    }

    /// What a position is worth beyond its cost at the mid that the last status told.
    fn unrealized(&self, id: InstrumentId, position: &PositionReport) -> Notional {
        let Some(state) = self.instruments.get(usize::from(id.0)) else { return Notional::ZERO };
        let Some(doubled) = doubled_mid(&state.top()) else { return Notional::ZERO };
        let worth = state.instrument.valuation().worth(i128::from(doubled.0), position.lots);
        Notional(worth.0.saturating_sub(position.cost.0))
    }

    /// Nothing is shown of what was never traded.
    fn show_held(
        &self,
        id: InstrumentId,
        position: &PositionReport,
        unrealized: Notional,
    ) -> Option<HeldView> {
        let instrument = &self.instruments.get(usize::from(id.0))?.instrument;
        let PositionReport { lots, cost, realized, fees, .. } = *position;
        if (lots, realized, fees) == (Lots::ZERO, Notional::ZERO, Notional::ZERO) {
            return None;
        }
        let gross = realized.0.saturating_add(unrealized.0);
        Some(HeldView {
            symbol: instrument.symbol.to_string(),
            quantity: decimal::quantity(instrument, lots),
            entry_price: decimal::average_price(instrument, cost, lots),
            realized_quote: decimal::money(instrument, realized),
            unrealized_quote: decimal::money(instrument, unrealized),
            fees_quote: decimal::money(instrument, fees),
            net_quote: decimal::money(instrument, Notional(gross.saturating_sub(fees.0))),
        })
    }

    /// An alarm in words, with the name of what it is about.
    fn alarm_text(&self, alarm: Alarm) -> String {
        let text = words::alarm(alarm);
        match alarm {
            Alarm::ScopeHalted(Scope::Instrument(id)) => format!("{text}: {}", self.symbol(id)),
            Alarm::ScopeHalted(Scope::Account(id)) => format!("{text}: {}", self.account(id)),
            Alarm::ScopeHalted(Scope::Strategy(id)) | Alarm::NotArmed(id) => {
                format!("{text}: {}", self.strategy(id))
            }
            Alarm::Halted(id, _) | Alarm::PositionsRefused(id) | Alarm::PositionsNotTold(id) => {
                format!("{text}, account {}", self.account(id))
            }
            Alarm::PositionDiffers(PositionDifference { account, instrument, ours, venue }) => {
                let symbol = self.symbol(instrument);
                let [ours, venue] = [ours, venue].map(|lots| self.quantity(instrument, lots));
                let account = self.account(account);
                format!("{text}: {venue} {symbol}, ours is {ours}, account {account}")
            }
            _ => text,
        }
    }

    pub(super) fn account(&self, id: AccountId) -> String {
        let known = self.desks.accounts.get(usize::from(id.0));
        known.map_or_else(|| format!("#{}", id.0), |account| account.name.clone())
    }

    fn show_decision(&self, (time, decision): &(Nanos, Decision)) -> DecisionView {
        let known = self.instruments.get(usize::from(decision.instrument.0));
        let strategy = self.strategy(decision.strategy);
        decisions::show(ms(*time), known.map(|state| &state.instrument), strategy, decision)
    }

    fn show_model(&self, state: &ModelState) -> ModelView {
        let ModelState { model, role, since, frames, predictions, led, last } = state;
        let said = last.as_ref().map(|(_, said)| said);
        let instrument =
            said.and_then(|said| self.instruments.get(usize::from(said.report.instrument.0)));
        ModelView {
            model: model.to_string(),
            role: words::model_role(*role),
            since_ms: ms(*since),
            frames: *frames,
            predictions: *predictions,
            led: *led,
            last_ms: last.as_ref().map(|(time, _)| ms(*time)),
            symbol: instrument.map(|state| state.instrument.symbol.to_string()),
            lean_percent: said.map(|said| f64::from(said.lean.0) / 100.0),
            answer: said.map(|said| said.report.answer.numbers().collect()).unwrap_or_default(),
        }
    }

    fn engine(&self) -> EngineView {
        let gates = self.strategies.iter();
        let gateways = self.gateways.iter();
        EngineView {
            version: env!("CARGO_PKG_VERSION"),
            run_mode: self.run_mode.clone(),
            time_ms: ms(self.time),
            is_killed: self.desks.are_stopped(),
            is_draining: self.is_draining,
            needs_arming: self.desks.need_arming(),
            gates: gates
                .map(|(name, mode)| GateView {
                    strategy: name.clone(),
                    mode: words::gate_mode(*mode),
                })
                .collect(),
            currencies: self.currencies.view(),
            gateways: gateways
                .map(|(name, state)| GatewayView {
                    gateway: name.clone(),
                    state: match state {
                        Some(GatewayState::Up | GatewayState::Told) => "up",
                        Some(GatewayState::Down) => "down",
                        None => "unknown",
                    },
                })
                .collect(),
            counts: self.counts,
        }
    }

    fn show_order(&self, order: &Order) -> OrderView {
        let request = &order.request;
        let state = self.instruments.get(usize::from(request.instrument.0));
        let has_limit = request.order_type.has_limit();
        OrderView {
            order_id: order.id().0.to_string(),
            venue_order_id: order.venue_order_id.to_string(),
            strategy: self.strategy(request.strategy),
            account: self.account(request.account),
            symbol: self.symbol(request.instrument),
            side: words::side(request.side),
            order_type: words::order_type(request.order_type),
            time_in_force: words::time_in_force(request.time_in_force),
            price: has_limit.then(|| self.price(request.instrument, order.price)),
            quantity: self.quantity(request.instrument, order.lots),
            filled_quantity: self.quantity(request.instrument, order.filled),
            filled_price: state.and_then(|state| {
                decimal::average_price(&state.instrument, order.traded_notional, order.traded)
            }),
            status: words::order_status(order.status),
            reason: if order.reason == RejectReason::None { "" } else { order.reason.text() },
            created_ms: ms(order.created),
            updated_ms: ms(order.updated),
        }
    }

    /// A fill of an unknown instrument has no price that could be shown.
    fn show_fill(&self, (time, report): &(Nanos, ExecutionReport)) -> Option<FillView> {
        let state = self.instruments.get(usize::from(report.instrument.0))?;
        Some(FillView {
            time_ms: ms(*time),
            order_id: report.client_order_id.order().0.to_string(),
            symbol: state.instrument.symbol.to_string(),
            side: words::side(report.side),
            price: decimal::price(&state.instrument, report.last_price),
            quantity: decimal::quantity(&state.instrument, report.last_lots),
            fee_quote: decimal::money(&state.instrument, report.fee),
            liquidity: words::liquidity(report.liquidity),
        })
    }

    fn show_refusal(&self, (time, refusal): &(Nanos, Refusal)) -> RejectView {
        let (by, Reject { strategy, instrument, client_order_id, reason }) = match refusal {
            Refusal::Engine(reject) => ("engine", *reject),
            Refusal::Venue(instrument, client_order_id, reason) => {
                let order = self.orders.find(client_order_id.order());
                let strategy = order.map_or(StrategyId(u8::MAX), |order| order.request.strategy);
                let (instrument, client_order_id, reason) =
                    (*instrument, *client_order_id, *reason);
                ("venue", Reject { strategy, instrument, client_order_id, reason })
            }
        };
        let order = client_order_id.order();
        RejectView {
            time_ms: ms(*time),
            by,
            strategy: self.strategy(strategy),
            symbol: self.symbol(instrument),
            order_id: (order != OrderId(0)).then(|| order.0.to_string()),
            reason: reason.text(),
        }
    }

    fn show_signal(&self, (time, signal, verdict): &(Nanos, Signal, GateVerdict)) -> SignalView {
        SignalView {
            time_ms: ms(*time),
            strategy: self.strategy(signal.strategy),
            symbol: self.symbol(signal.instrument),
            action: words::action(signal.action),
            side: words::side(signal.side),
            price: self.price(signal.instrument, signal.price),
            quantity: self.quantity(signal.instrument, signal.lots),
            confidence_percent: signal.confidence,
            reason: signal.reason.to_string(),
            verdict: words::verdict(*verdict),
            order_id: match verdict {
                GateVerdict::Waiting(order) => Some(order.0.to_string()),
                GateVerdict::Released | GateVerdict::Shown => None,
            },
        }
    }

    fn show_foreign(&self, position: &PositionReport) -> ForeignPositionView {
        ForeignPositionView {
            account: position.account.0,
            symbol: self.symbol(position.instrument),
            quantity: self.quantity(position.instrument, position.lots),
        }
    }

    pub(super) fn strategy(&self, id: StrategyId) -> String {
        self.strategies.get(usize::from(id.0)).map_or_else(String::new, |(name, _)| name.clone())
    }

    pub(super) fn symbol(&self, id: InstrumentId) -> String {
        let state = self.instruments.get(usize::from(id.0));
        state.map_or_else(|| format!("#{}", id.0), |state| state.instrument.symbol.to_string())
    }

    pub(super) fn price(&self, id: InstrumentId, price: Ticks) -> String {
        let state = self.instruments.get(usize::from(id.0));
        state.map_or_else(|| UNKNOWN.to_owned(), |state| decimal::price(&state.instrument, price))
    }

    pub(super) fn quantity(&self, id: InstrumentId, lots: Lots) -> String {
        let state = self.instruments.get(usize::from(id.0));
        state.map_or_else(|| UNKNOWN.to_owned(), |state| decimal::quantity(&state.instrument, lots))
    }
}

fn show_instrument(state: &InstrumentState) -> InstrumentView {
    let instrument = &state.instrument;
    let top = state.top();
    let is_there = |level: &Level| level.lots.0 > 0;
    let price = |level: &Level| is_there(level).then(|| decimal::price(instrument, level.price));
    let quantity =
        |level: &Level| is_there(level).then(|| decimal::quantity(instrument, level.lots));
    let spread = (is_there(&top.bid) && is_there(&top.ask))
        .then(|| Ticks(top.ask.price.0.saturating_sub(top.bid.price.0)));
    let Held { position, unrealized, open_orders } = state.held;
    let gross = position.realized.0.saturating_add(unrealized.0);
    let paid = position.fees.0.saturating_add(position.funding.0);
    InstrumentView {
        symbol: instrument.symbol.to_string(),
        feed: state.feed.map_or("unknown", words::feed),
        is_halted: state.is_halted,
        trading: state.trading.map_or("unknown", words::trading),
        bid_price: price(&top.bid),
        bid_quantity: quantity(&top.bid),
        ask_price: price(&top.ask),
        ask_quantity: quantity(&top.ask),
        spread_price: spread.map(|ticks| decimal::price(instrument, ticks)),
        spread_ticks: spread.map(|ticks| ticks.0),
        last_price: state.last_trade.map(|trade| decimal::price(instrument, trade.price)),
        last_quantity: state.last_trade.map(|trade| decimal::quantity(instrument, trade.lots)),
        last_aggressor: state.last_trade.map(|trade| words::side(trade.aggressor)),
        position_quantity: decimal::quantity(instrument, position.lots),
        entry_price: decimal::average_price(instrument, position.cost, position.lots),
        realized_quote: decimal::money(instrument, position.realized),
        unrealized_quote: decimal::money(instrument, unrealized),
        fees_quote: decimal::money(instrument, position.fees),
        funding_quote: decimal::money(instrument, position.funding),
        net_quote: decimal::money(instrument, Notional(gross.saturating_sub(paid))),
        open_orders,
        market_events: state.status.map_or(0, |status| status.market_events),
        crossed_books: state.status.map_or(0, |status| status.crossed_books),
    }
}

fn show_chart(state: &InstrumentState) -> ChartView {
    let instrument = &state.instrument;
    let price = |ticks| decimal::price(instrument, ticks);
    let half = |doubled: Ticks| {
        let mid = decimal::mid_price(instrument, i128::from(doubled.0));
        mid.unwrap_or_else(|| UNKNOWN.to_owned())
    };
    let bars = state.bars.oldest_first();
    ChartView {
        symbol: instrument.symbol.to_string(),
        mids: state.mids.oldest_first().map(|&(time, mid)| (ms(time), half(mid))).collect(),
        bars: bars
            .map(|bar| BarView {
                start_ms: ms(bar.start),
                end_ms: ms(bar.end),
                open: price(bar.open),
                high: price(bar.high),
                low: price(bar.low),
                close: price(bar.close),
                volume: decimal::quantity(instrument, bar.volume),
                trades: bar.trades,
            })
            .collect(),
    }
}

pub(super) fn ms(time: Nanos) -> u64 {
    time.0 / Nanos::MILLISECOND.0
}

/// Shown instead of a number of an instrument that is not configured.
const UNKNOWN: &str = "unknown";
