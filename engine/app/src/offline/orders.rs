//! `gannet orders`: every order of a journal with what it took: time to the venue's word and to its
//! trades, and slippage from the mid at which it was sent.

use std::path::Path;

use anyhow::Context;
use gannet_control::projections::outcomes::{OutcomeView, Outcomes};
use gannet_journal::Body;
use gannet_pipeline::book::market::MarketState;
use gannet_types::{Input, InstrumentId, Market, MarketEvent, Output};

use crate::features::utc;

/// Returns the last orders of a journal, a line each; all of them if `last` is zero. As text a
/// line more sums them up.
///
/// # Errors
/// If it is no journal or is damaged.
pub fn orders(directory: &Path, last: usize, json: bool) -> anyhow::Result<String> {
    let name = || format!("journal {}", directory.display());
    let (mut reader, config) = super::open(directory)?;
    let instruments = &config.pipeline.instruments;
    let mut markets = Markets::new(instruments.len());
    let mut outcomes = Outcomes::new(instruments);
    while let Some(record) = reader.next().with_context(name)? {
        match record.body {
            Body::Input(Input::Market(message)) => markets.on_market(&message),
            Body::Input(Input::Execution(report)) => outcomes.on_report(record.time, &report),
            Body::Output(Output::Order(request)) => {
                outcomes.on_request(record.time, &request, markets.twice_mid(request.instrument));
            }
            Body::Output(Output::Parent(parent)) => {
                outcomes.on_parent(record.time, &parent, markets.twice_mid(parent.instrument));
            }
            Body::Start(_) | Body::Input(_) | Body::Output(_) => {}
        }
    }
    let mut views: Vec<OutcomeView> = outcomes.show(instruments).collect();
    if last > 0 {
        views.drain(..views.len().saturating_sub(last));
    }
    if json {
        let lines = views.iter().map(|view| Ok(serde_json::to_string(view)? + "\n"));
        return lines.collect();
    }
    Ok(table(&views) + &summary(&views))
}

/// What each instrument's market was, as the pipeline saw it.
struct Markets(Vec<MarketState>);

impl Markets {
    fn new(instruments: usize) -> Self {
        Self((0..instruments).map(|_| MarketState::new()).collect())
    }

    fn on_market(&mut self, message: &Market<'_>) {
        let Some(market) = self.0.get_mut(usize::from(message.instrument.0)) else { return };
        match &message.event {
            MarketEvent::Top(top) => {
                market.on_top(top);
            }
            MarketEvent::Depth(depth) => {
                market.on_depth(depth);
            }
            MarketEvent::Feed(state) => market.on_feed(*state),
            MarketEvent::Trade(_) | MarketEvent::Status(_) => {}
        }
    }

    fn twice_mid(&self, instrument: InstrumentId) -> Option<i128> {
        self.0.get(usize::from(instrument.0))?.twice_mid()
    }
}

fn table(views: &[OutcomeView]) -> String {
    let mut lines = format!(
        "{:<30} {:>8} {:<12} {:<4} {:<13} {:<16} {:>12} {:>12} {:>14} {:>14} {:>9} {:>11} {:>11}\n",
        "sent",
        "order",
        "symbol",
        "side",
        "kind",
        "status",
        "quantity",
        "filled",
        "average",
        "arrival mid",
        "slip bps",
        "ack us",
        "fill us"
    );
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let number = |value: Option<f64>, places: usize| {
        value.map_or_else(|| "-".to_owned(), |value| format!("{value:.places$}"))
    };
    for view in views {
        lines += &format!(
            "{:<30} {:>8} {:<12} {:<4} {:<13} {:<16} {:>12} {:>12} {:>14} {:>14} {:>9} {:>11} {:>11}\n",
            utc(gannet_types::Nanos(view.sent_ns)),
            view.order,
            view.symbol,
            view.side,
            view.kind,
            view.status,
            view.quantity,
            view.filled,
            or_none(&view.average_price),
            or_none(&view.arrival_mid),
            number(view.slippage_bps, 2),
            number(view.order_to_ack_us, 1),
            number(view.order_to_fill_us, 1),
        );
    }
    lines
}

/// How many there are, and the middle and the slow end of what they took.
fn summary(views: &[OutcomeView]) -> String {
    let traded = views.iter().filter(|view| view.order_to_fill_us.is_some()).count();
    let of = |value: fn(&OutcomeView) -> Option<f64>| {
        let mut all: Vec<f64> = views.iter().filter_map(value).collect();
        all.sort_by(f64::total_cmp);
        let at = |percent: usize| {
            let index = (all.len().saturating_sub(1) * percent).div_ceil(100);
            all.get(index).map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"))
        };
        format!("p50 {} p99 {} max {}", at(50), at(99), at(100))
    };
    format!(
        "orders={} traded={traded} order-to-ack us: {}; order-to-fill us: {}; slippage bps: {}\n",
        views.len(),
        of(|view| view.order_to_ack_us),
        of(|view| view.order_to_fill_us),
        of(|view| view.slippage_bps),
    )
}
