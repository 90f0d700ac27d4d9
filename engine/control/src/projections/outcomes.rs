//! What became of each order, and what it took: time to the venue's word and to the trades, and
//! slippage from the mid at which it was decided.
//!
//! Everything is of the journal: times are those of its records, so a replay tells the same. Grows with
//! the orders of a journal: for looking back, not for a running engine.

use std::collections::BTreeMap;

use gannet_types::{
    ExecKind, ExecutionReport, Instrument, InstrumentId, Lots, Nanos, Notional, OrderId,
    OrderRequest, OrderStatus, OrderType, ParentReport, RequestKind, Side, Valuation,
};
use serde::Serialize;

use super::{decimal, words};

/// The orders of a journal, by their ids.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    orders: BTreeMap<OrderId, Outcome>,
    /// By instrument.
    valuations: Vec<Valuation>,
}

/// What became of one order, or of one parent order.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    instrument: InstrumentId,
    side: Side,
    /// `None` for a parent.
    order_type: Option<OrderType>,
    lots: Lots,
    filled: Lots,
    /// Of the trades with a price: how much, and what was at stake in it.
    priced: Lots,
    value: Notional,
    status: OrderStatus,
    /// Bid plus ask when it was sent.
    twice_arrival: Option<i128>,
    /// When the market message that caused it came in; zero if none did.
    origin: Nanos,
    sent: Nanos,
    answered: Option<Nanos>,
    first_trade: Option<Nanos>,
    last_trade: Option<Nanos>,
}

/// An outcome as people and programs read it. Times are microseconds after it was sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeView {
    /// Which order.
    pub order: u64,
    /// When it was sent, in nanoseconds since 1970.
    pub sent_ns: u64,
    /// In what.
    pub symbol: String,
    /// `buy` or `sell`.
    pub side: &'static str,
    /// Its type, or `parent`.
    pub kind: &'static str,
    /// Where it stood last.
    pub status: &'static str,
    /// How much was asked for.
    pub quantity: String,
    /// How much traded.
    pub filled: String,
    /// At which mean price.
    pub average_price: Option<String>,
    /// The mid when it was sent.
    pub arrival_mid: Option<String>,
    /// How much worse than that mid it traded, in hundredths of a percent of it; negative is better.
    pub slippage_bps: Option<f64>,
    /// From the market message that caused it to the request.
    pub tick_to_order_us: Option<f64>,
    /// From the request to the venue's first word.
    pub order_to_ack_us: Option<f64>,
    /// From the request to the first trade.
    pub order_to_fill_us: Option<f64>,
    /// From the request to the last trade so far.
    pub order_to_last_fill_us: Option<f64>,
}

impl Outcomes {
    /// Knows of no order in these instruments yet.
    #[must_use]
    pub fn new(instruments: &[Instrument]) -> Self {
        let valuations = instruments.iter().map(Instrument::valuation).collect();
        Self { orders: BTreeMap::new(), valuations }
    }

    /// Takes a request, with bid plus ask of its instrument at that moment.
    pub fn on_request(&mut self, time: Nanos, request: &OrderRequest, twice_mid: Option<i128>) {
        let id = request.client_order_id.order();
        match request.kind {
            RequestKind::New => {
                let outcome = Outcome {
                    instrument: request.instrument,
                    side: request.side,
                    order_type: Some(request.order_type),
                    lots: request.lots,
                    filled: Lots::ZERO,
                    priced: Lots::ZERO,
                    value: Notional::ZERO,
                    status: OrderStatus::PendingNew,
                    twice_arrival: twice_mid,
                    origin: request.origin,
                    sent: time,
                    answered: None,
                    first_trade: None,
                    last_trade: None,
                };
                self.orders.insert(id, outcome);
            }
            RequestKind::Replace => {
                if let Some(order) = self.orders.get_mut(&id) {
                    order.lots = request.lots;
                }
            }
            RequestKind::Positions
            | RequestKind::Cancel
            | RequestKind::Status
            | RequestKind::MassCancel
            | RequestKind::MassStatus => {}
        }
    }

    /// Takes a venue's word.
    pub fn on_report(&mut self, time: Nanos, report: &ExecutionReport) {
        let Some(order) = self.orders.get_mut(&report.client_order_id.order()) else { return };
        if report.kind == ExecKind::Unsent {
            order.end(OrderStatus::Rejected);
            return;
        }
        order.answered.get_or_insert(time);
        let news = report.cum_lots - order.filled;
        if news > Lots::ZERO {
            order.filled = report.cum_lots;
            order.trade(time);
            if report.kind == ExecKind::Trade && report.last_price.0 > 0 {
                let lots = news.min(report.last_lots);
                order.priced += lots;
                let known = self.valuations.get(usize::from(order.instrument.0));
                let value = known.copied().unwrap_or_default().stake(report.last_price, lots);
                order.value = Notional(order.value.0 + value.0);
            }
        }
        match report.kind {
            ExecKind::Canceled => order.end(OrderStatus::Canceled),
            ExecKind::Expired => order.end(OrderStatus::Expired),
            ExecKind::Rejected if order.status == OrderStatus::PendingNew => {
                order.end(OrderStatus::Rejected);
            }
            _ if order.status.is_done() => {}
            _ if order.filled >= order.lots => order.status = OrderStatus::Filled,
            _ if order.filled > Lots::ZERO => order.status = OrderStatus::PartiallyFilled,
            ExecKind::New | ExecKind::Status | ExecKind::Triggered => {
                order.status = OrderStatus::New;
            }
            ExecKind::PendingNew
            | ExecKind::Trade
            | ExecKind::Replaced
            | ExecKind::Rejected
            | ExecKind::CancelRejected
            | ExecKind::PendingCancel
            | ExecKind::PendingReplace
            | ExecKind::Unsent
            | ExecKind::Restated
            | ExecKind::Suspended
            | ExecKind::Stopped
            | ExecKind::DoneForDay
            | ExecKind::Calculated
            | ExecKind::TradeCancel
            | ExecKind::TradeCorrect => {}
        }
    }

    /// Takes a parent's report; the mid of the first one is its arrival.
    pub fn on_parent(&mut self, time: Nanos, report: &ParentReport, twice_mid: Option<i128>) {
        let parent = self.orders.entry(report.id).or_insert(Outcome {
            instrument: report.instrument,
            side: report.side,
            order_type: None,
            lots: report.lots,
            filled: Lots::ZERO,
            priced: Lots::ZERO,
            value: Notional::ZERO,
            status: report.status,
            twice_arrival: twice_mid,
            origin: Nanos::ZERO,
            sent: time,
            answered: None,
            first_trade: None,
            last_trade: None,
        });
        if report.cum_lots > parent.filled {
            parent.trade(time);
        }
        (parent.filled, parent.priced) = (report.cum_lots, report.cum_lots);
        (parent.value, parent.status) = (report.value, report.status);
    }

    /// Returns the outcomes, oldest order first; instruments stand at the places of their ids.
    pub fn show<'a>(
        &'a self,
        instruments: &'a [Instrument],
    ) -> impl Iterator<Item = OutcomeView> + 'a {
        self.orders.iter().filter_map(|(id, outcome)| {
            let instrument = instruments.get(usize::from(outcome.instrument.0))?;
            Some(outcome.show(*id, instrument))
        })
    }
}

impl Outcome {
    fn end(&mut self, status: OrderStatus) {
        if self.status != OrderStatus::Filled {
            self.status = status;
        }
    }

    fn trade(&mut self, time: Nanos) {
        self.first_trade.get_or_insert(time);
        self.last_trade = Some(time);
    }

    /// How much worse than the mid it traded, in hundredths of a percent of the mid.
    fn slippage_bps(&self, valuation: Valuation) -> Option<f64> {
        let at_mid = self.twice_arrival?.checked_mul(i128::from(self.priced.0))?;
        let value = valuation.basis(self.value, self.priced)?;
        let dearer = value.0.checked_mul(2)? - at_mid;
        let worse = match self.side {
            Side::Buy => dearer,
            Side::Sell => -dearer,
        };
        // For people: a float of two exact integers.
        (at_mid > 0).then(|| worse as f64 / at_mid as f64 * 1e4)
    }

    fn show(&self, id: OrderId, instrument: &Instrument) -> OutcomeView {
        let since = |time: Nanos| time.since(self.sent).0 as f64 / 1e3;
        let half = |twice: i128| decimal::mid_price(instrument, twice);
        OutcomeView {
            order: id.0,
            sent_ns: self.sent.0,
            symbol: instrument.symbol.to_string(),
            side: words::side(self.side),
            kind: self.order_type.map_or("parent", words::order_type),
            status: words::order_status(self.status),
            quantity: decimal::quantity(instrument, self.lots),
            filled: decimal::quantity(instrument, self.filled),
            average_price: decimal::average_price(instrument, self.value, self.priced),
            arrival_mid: self.twice_arrival.and_then(half),
            slippage_bps: self.slippage_bps(instrument.valuation()),
            tick_to_order_us: (self.origin > Nanos::ZERO)
                .then(|| self.sent.since(self.origin).0 as f64 / 1e3),
            order_to_ack_us: self.answered.map(since),
            order_to_fill_us: self.first_trade.map(since),
            order_to_last_fill_us: self.last_trade.map(since),
        }
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{Increment, Text, Ticks};

    use super::super::tests::{report, request};
    use super::*;

    fn shown(outcomes: &Outcomes) -> OutcomeView {
        let instrument = Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"BTCUSDT"),
            tick: Increment::parse(b"0.10").expect("a tick"),
            lot: Increment::parse(b"0.001").expect("a lot"),
            kind: gannet_types::InstrumentKind::Linear,
        };
        outcomes.show(&[instrument]).next().expect("an order")
    }

    #[test]
    fn latencies_are_from_the_request_and_slippage_from_the_mid() {
        let mut outcomes = Outcomes::default();
        let order = OrderRequest { lots: Lots(3), ..request(RequestKind::New, 0) };
        outcomes.on_request(Nanos(1_000_000), &order, Some(20_001));
        let trade = |last: i64, cum, price| ExecutionReport {
            last_price: Ticks(price),
            ..report(ExecKind::Trade, 0, last, cum)
        };
        for (time, said) in [
            (1_250_000, report(ExecKind::New, 0, 0, 0)),
            (2_000_000, trade(1, 1, 9_999)),
            (2_100_000, trade(1, 1, 9_999)),
            (3_000_000, trade(2, 3, 9_996)),
            (3_500_000, report(ExecKind::Canceled, 0, 0, 3)),
        ] {
            outcomes.on_report(Nanos(time), &said);
        }
        let view = shown(&outcomes);
        let latencies = [view.order_to_ack_us, view.order_to_fill_us, view.order_to_last_fill_us];
        assert_eq!(latencies, [Some(250.0), Some(1_000.0), Some(2_000.0)]);
        assert_eq!(view.status, words::order_status(OrderStatus::Filled));
        assert_eq!(view.arrival_mid.as_deref(), Some("1000.050"));
        assert_eq!(view.average_price.as_deref(), Some("999.700"));
        // Sold three and a half ticks below 10 000.5.
        let worse = view.slippage_bps.expect("it traded");
        assert!((worse - 3.5 / 10_000.5 * 1e4).abs() < 1e-9, "{worse}");
    }

    /// Bought 10 contracts at 100 and 10 at 150: 0.1667 coins, 120 in the mean, 20 percent above 100.
    #[test]
    fn the_mean_of_inverse_contracts_is_that_of_coins() {
        let step = |text: &[u8]| Increment::parse(text).expect("a step");
        let contract = gannet_types::Rate::ONE;
        let instrument = Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"BTCUSD"),
            tick: step(b"1"),
            lot: step(b"1"),
            kind: gannet_types::InstrumentKind::Inverse { contract },
        };
        let mut outcomes = Outcomes::new(&[instrument]);
        let buy = OrderRequest { lots: Lots(20), side: Side::Buy, ..request(RequestKind::New, 0) };
        outcomes.on_request(Nanos(1), &buy, Some(200));
        for (cum, price) in [(10, 100), (20, 150)] {
            let said =
                ExecutionReport { last_price: Ticks(price), ..report(ExecKind::Trade, 0, 10, cum) };
            outcomes.on_report(Nanos(2), &said);
        }
        let view = outcomes.show(&[instrument]).next().expect("an order");
        assert_eq!(view.average_price.as_deref(), Some("120.00"));
        let worse = view.slippage_bps.expect("it traded");
        assert!((worse - 2_000.0).abs() < 1e-6, "{worse}");
    }

    #[test]
    fn what_never_traded_has_no_slippage_and_what_never_left_no_answer() {
        let mut outcomes = Outcomes::default();
        outcomes.on_request(Nanos(5), &request(RequestKind::New, 0), None);
        outcomes.on_report(Nanos(6), &report(ExecKind::Unsent, 0, 0, 0));
        let view = shown(&outcomes);
        assert_eq!((view.slippage_bps, view.order_to_ack_us), (None, None));
        assert_eq!(view.status, words::order_status(OrderStatus::Rejected));
    }
}
