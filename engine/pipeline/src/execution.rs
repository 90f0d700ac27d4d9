//! What venues and gateways say: executions, and connections that come and go.
//!
//! When a gateway comes up, the venue is asked about every order that was open through it; until
//! it has spoken of each, no new order goes there. When it goes down, its open orders are in
//! doubt: neither working nor gone.

use gannet_types::{
    Alarm, ClientOrderId, DontKnowReason, DontKnowTrade, ExecKind, ExecutionReport, GatewayState,
    GatewayStatus, InstrumentId, Lots, Nanos, Notional, Outbox, Output, RejectReason, StrategyId,
    Ticks, VenueId,
};

use crate::Pipeline;
use crate::orders::{Effect, Order, apply, is_contradicted, take_late};
use crate::positions::{Books, Trade};
use crate::route::Attempt;
use crate::strategy::{Strategy, StrategyEvent};

impl<S: Strategy> Pipeline<S> {
    /// Takes a report about an order.
    pub(crate) fn on_execution(
        &mut self,
        now: Nanos,
        report: &ExecutionReport,
        outbox: &mut Outbox,
    ) {
        if report.kind.is_correction() {
            return self.on_correction(now, report, outbox);
        }
        let Some(index) = self.orders.find_reported(report) else {
            return self.on_late_report(now, report, outbox);
        };
        if self.is_repeated_trade(&self.orders.open()[index], report) {
            self.counters.duplicate_executions += 1;
            return;
        }
        let before = self.orders.open()[index].view();
        let attempt = Attempt::of(&self.orders.open()[index]);
        let effect = self.orders.update(index, |order| apply(order, report));
        let order = self.orders.open()[index];
        self.take_effect(&order, report, effect, outbox);
        if let Some(attempt) = attempt {
            self.judge_attempt(now, &attempt, &order, report, outbox);
        }
        if order.status.is_done() {
            self.orders.remove(index);
            self.closed.remember(&order);
            self.fail_over(now, &order, report, outbox);
            self.show_change(now, &order, before, outbox);
            self.succeed(now, &order, outbox);
        } else {
            self.follow_up(now, index, effect.ask, outbox);
            let order = self.orders.open()[index];
            self.show_change(now, &order, before, outbox);
        }
    }

    /// Takes news about a gateway's connection.
    pub(crate) fn on_gateway(&mut self, now: Nanos, status: GatewayStatus, outbox: &mut Outbox) {
        let Some(before) = self.route.set(status.gateway, status.state) else {
            self.counters.bad_inputs += 1;
            return;
        };
        self.reconciliation.on_gateway(self.steady.time(), status);
        match status.state {
            GatewayState::Told => return self.ask_forgotten(now, status, outbox),
            GatewayState::Up | GatewayState::Down => {}
        }
        self.venue_positions.on_gateway(status);
        let up = status.state == GatewayState::Up;
        let all_at_once = up && self.config.has_mass_status(status.gateway);
        let mut concerned = false;
        for index in 0..self.orders.open().len() {
            if self.orders.open()[index].gateway != status.gateway {
                continue;
            }
            concerned = true;
            self.orders.update(index, doubt);
            if all_at_once {
                self.orders.update(index, |order| order.begin_status(now));
            } else if up {
                self.ask_status(now, index, outbox);
            }
        }
        if concerned && all_at_once {
            self.ask_mass_status(status.gateway, outbox);
        }
        let fell = before != GatewayState::Down && status.state == GatewayState::Down;
        if concerned && fell {
            self.alarm(Alarm::GatewayDown, outbox);
        }
    }

    /// Shows the strategy an order that a report has changed.
    pub(crate) fn show_change(
        &mut self,
        now: Nanos,
        order: &Order,
        before: crate::strategy::OrderView,
        outbox: &mut Outbox,
    ) {
        let after = order.view();
        if after != before {
            let event = StrategyEvent::Order(&after);
            self.tell_one(now, order.strategy, order.instrument, event, outbox);
        }
    }

    /// Tells the venue that a trade is not ours, if it listens to that.
    pub(crate) fn dont_know(
        &mut self,
        report: &ExecutionReport,
        reason: DontKnowReason,
        order_lots: Lots,
        outbox: &mut Outbox,
    ) {
        if report.kind != ExecKind::Trade || !self.config.hears_dont_know(report.gateway) {
            return;
        }
        self.counters.trades_not_known += 1;
        let trade = DontKnowTrade {
            gateway: report.gateway,
            instrument: report.instrument,
            side: report.side,
            reason,
            client_order_id: report.client_order_id,
            last_lots: report.last_lots,
            last_price: report.last_price,
            order_lots,
            exec_id: report.exec_id,
            venue_order_id: report.venue_order_id,
        };
        self.emit(Output::DontKnow(trade), outbox);
    }

    /// Asks by name about every order that the answer to a mass status request left out: that it
    /// was not named does not say that it is gone.
    fn ask_forgotten(&mut self, now: Nanos, status: GatewayStatus, outbox: &mut Outbox) {
        for index in 0..self.orders.open().len() {
            let order = &self.orders.open()[index];
            if order.gateway == status.gateway && order.in_doubt {
                self.ask_status(now, index, outbox);
            }
        }
    }

    /// Returns whether the report is of a trade that is known, of an order whose filled quantity
    /// cannot tell because trades of it were taken back.
    fn is_repeated_trade(&self, order: &Order, report: &ExecutionReport) -> bool {
        report.kind == ExecKind::Trade
            && order.was_corrected
            && self.trades.knows(report.gateway, order.id, &report.exec_id)
    }

    /// Books, counts and reports what a report did.
    fn take_effect(
        &mut self,
        order: &Order,
        report: &ExecutionReport,
        effect: Effect,
        outbox: &mut Outbox,
    ) {
        // The lots of a trade may be booked without knowing it: then it tells its price, fee and id.
        let booked = if effect.traded > Lots::ZERO || report.kind == ExecKind::Trade {
            self.book_report(order, report, effect.traded, outbox)
        } else {
            Booked::default()
        };
        self.counters.duplicate_executions += u64::from(effect.duplicate && !booked.something);
        let is_otherwise = booked.something && self.is_of_other_side(order, report);
        if effect.mismatch || booked.mismatch || is_otherwise {
            self.alarm(Alarm::FillMismatch(report.client_order_id), outbox);
        }
        if effect.overfill {
            self.dont_know(report, DontKnowReason::Overfill, order.ceiling(), outbox);
        }
        if effect.refused {
            let reason = match (report.kind, report.reason) {
                (ExecKind::Unsent, _) => RejectReason::NotSent,
                (_, RejectReason::None) => RejectReason::Venue,
                (_, reason) => reason,
            };
            let about = (order.strategy, order.instrument);
            self.reject(about, report.client_order_id, reason, outbox);
        }
    }

    /// Sends what had to wait for an answer.
    fn follow_up(&mut self, now: Nanos, index: usize, ask: bool, outbox: &mut Outbox) {
        let order = &self.orders.open()[index];
        if order.cancel_wanted && order.is_settled() {
            self.cancel(now, index, Nanos::ZERO, outbox);
        } else if ask && self.route.is_up(order.gateway) {
            self.ask_status(now, index, outbox);
        }
    }

    /// Takes a report about an order that is done or was never ours. If the venue works what we
    /// took for refused, a person must look: nothing here can tell which of its words is true.
    fn on_late_report(&mut self, now: Nanos, report: &ExecutionReport, outbox: &mut Outbox) {
        let id = report.client_order_id;
        if self.venue_positions.on_unsent(report)
            || self.on_mass_cancel_refused(now, report, outbox)
            || self.on_liquidation(now, report, outbox)
        {
            return;
        }
        let found = self.closed.find(report).filter(|closed| !is_contradicted(closed, report));
        let Some(closed) = found else {
            self.counters.unknown_executions += 1;
            self.alarm(Alarm::UnknownExecution(id), outbox);
            let (reason, order_lots) = self.why_unknown(report);
            return self.dont_know(report, reason, order_lots, outbox);
        };
        let before = *closed;
        if self.is_repeated_trade(&before, report) {
            self.counters.duplicate_executions += 1;
            return;
        }
        let traded =
            self.closed.find(report).map_or(Lots::ZERO, |closed| take_late(closed, report));
        let overfill = report.cum_lots > before.ceiling();
        if traded == Lots::ZERO && report.kind != ExecKind::Trade {
            self.counters.duplicate_executions += 1;
            return;
        }
        let booked = self.book_report(&before, report, traded, outbox);
        if traded > Lots::ZERO || booked.mismatch {
            self.alarm(Alarm::FillMismatch(id), outbox);
        } else if !booked.something {
            self.counters.duplicate_executions += 1;
        }
        if overfill && report.kind == ExecKind::Trade && !self.is_kept(&before, report) {
            self.dont_know(report, DontKnowReason::Overfill, before.ceiling(), outbox);
        }
    }

    /// Returns whether a report's trade is among those booked.
    fn is_kept(&self, order: &Order, report: &ExecutionReport) -> bool {
        self.trades.knows(report.gateway, order.id, &report.exec_id)
    }

    /// Returns what is wrong with a trade that belongs to none of our orders, and the size of the
    /// order it names, if that is one.
    fn why_unknown(&mut self, report: &ExecutionReport) -> (DontKnowReason, Lots) {
        let id = report.client_order_id.order();
        let open = self.orders.find(id).map(|index| self.orders.open()[index]);
        let Some(order) = open.or_else(|| self.closed.find_order(id).copied()) else {
            return (DontKnowReason::NoMatchingOrder, Lots::ZERO);
        };
        let reason = if order.instrument != report.instrument {
            DontKnowReason::UnknownSymbol
        } else if order.side != report.side {
            DontKnowReason::WrongSide
        } else {
            DontKnowReason::NoMatchingOrder
        };
        (reason, order.ceiling())
    }

    /// Books the `traded` lots that a report told of, and the report's own trade if its lots were
    /// booked before without knowing their price.
    fn book_report(
        &mut self,
        order: &Order,
        report: &ExecutionReport,
        traded: Lots,
        outbox: &mut Outbox,
    ) -> Booked {
        let priced = report.last_price > Ticks::ZERO;
        let is_trade = report.kind == ExecKind::Trade && priced && report.last_lots > Lots::ZERO;
        let price = if priced { report.last_price } else { order.price };
        let Order { strategy, instrument, .. } = *order;
        let Books { share, netted } = self.holdings.books(strategy, instrument);
        let inferred = Trade {
            book: share,
            netted,
            gateway: order.gateway,
            order: order.id,
            side: order.side,
            lots: traded,
            price,
            fee: Notional::ZERO,
            exec_id: VenueId::default(),
            is_inferred: true,
            corrected_by: VenueId::default(),
        };
        if !is_trade {
            let something = traded > Lots::ZERO;
            if something {
                self.keep_trade(strategy, instrument, inferred);
                self.report_position(order, outbox);
            }
            return Booked { something, mismatch: something };
        }
        let (lots, fee, exec_id) = (report.last_lots, report.fee, report.exec_id);
        let own = Trade { lots, fee, exec_id, is_inferred: false, ..inferred };
        if traded < report.last_lots {
            return self.book_late(own, traded, outbox);
        }
        self.keep_trade(strategy, instrument, own);
        if self.config.is_copied(report.gateway) {
            self.reconciliation.on_trade(
                self.steady.time(),
                report.client_order_id,
                &report.exec_id,
            );
        }
        let more = traded - report.last_lots;
        if more > Lots::ZERO {
            self.keep_trade(strategy, instrument, Trade { lots: more, ..inferred });
        }
        self.report_position(order, outbox);
        Booked { something: true, mismatch: more > Lots::ZERO }
    }

    /// Books a trade some of whose lots were inferred before; what is left after these and the
    /// `traded` ones never was the order's.
    #[cold]
    fn book_late(&mut self, own: Trade, traded: Lots, outbox: &mut Outbox) -> Booked {
        if self.trades.knows(own.gateway, own.order, &own.exec_id) {
            return Booked { something: false, mismatch: traded > Lots::ZERO };
        }
        let known = self.trades.take_inferred(own.order, own.lots - traded);
        let lots = traded + known;
        if lots == Lots::ZERO {
            return Booked::default();
        }
        self.trades.push(Trade { lots, ..own });
        self.counters.fills += 1;
        let id = ClientOrderId::new(own.order, 0);
        if self.config.is_copied(own.gateway) {
            self.reconciliation.on_trade(self.steady.time(), id, &own.exec_id);
        }
        self.rebuild_position(own.book, outbox);
        Booked { something: true, mismatch: lots < own.lots }
    }

    /// Books a trade of a strategy.
    pub(crate) fn keep_trade(
        &mut self,
        strategy: StrategyId,
        instrument: InstrumentId,
        trade: Trade,
    ) {
        self.counters.fills += 1;
        self.book_trade(strategy, instrument, trade);
    }

    /// Books a trade of a strategy, or what counts as one.
    pub(crate) fn book_trade(
        &mut self,
        strategy: StrategyId,
        instrument: InstrumentId,
        trade: Trade,
    ) {
        let account = self.config.account_of(strategy, instrument);
        let traded = (trade.side, trade.lots);
        let ended = self.holdings.on_fill(strategy, instrument, traded, (trade.price, trade.fee));
        self.orders.changed.mark(account, instrument);
        if let Some(is_loss) = ended {
            self.judge_trip(account, is_loss);
        }
        self.trades.push(trade);
    }

    fn report_position(&mut self, order: &Order, outbox: &mut Outbox) {
        self.report_holdings(order.strategy, order.instrument, outbox);
    }

    /// Builds the positions that trades of a strategy have changed again from all trades.
    pub(crate) fn rebuild_position(&mut self, book: usize, outbox: &mut Outbox) {
        let (strategy, instrument) = self.holdings.rebuild(book, &self.trades);
        self.orders.changed.mark(self.config.account_of(strategy, instrument), instrument);
        self.report_holdings(strategy, instrument, outbox);
    }

    /// Reports what an account holds, and the part of a strategy if it has others.
    pub(crate) fn report_holdings(
        &mut self,
        strategy: StrategyId,
        instrument: InstrumentId,
        outbox: &mut Outbox,
    ) {
        let account = self.config.account_of(strategy, instrument);
        self.emit(Output::Position(self.holdings.report(account, instrument)), outbox);
        if !self.holdings.is_alone(strategy, instrument) {
            let position = self.holdings.strategy_position(strategy, instrument);
            self.emit(Output::StrategyPosition(position), outbox);
        }
    }
}

/// What became of the lots that a report told of.
#[derive(Clone, Copy, Debug, Default)]
struct Booked {
    /// The position changed.
    something: bool,
    /// They were not simply the report's own trade.
    mismatch: bool,
}

/// Notes that a connection was lost since the venue last spoke of an order.
pub(crate) fn doubt(order: &mut Order) {
    order.in_doubt = true;
    order.status_asked = false;
    order.questions = 0;
    order.alarmed = false;
}
