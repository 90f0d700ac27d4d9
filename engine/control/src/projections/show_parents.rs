//! Parent orders and what people ordered, from the projection's numbers to the snapshot's text.

use gannet_types::{
    AccountId, Instrument, Lots, Nanos, OrderTerms, OrderType, Pace, Plan, Schedule, Signal,
    SignalAction, Ticks,
};

use super::given::{Became, GivenOrder};
use super::parents::Parent;
use super::show::ms;
use super::snapshot::{GivenOrderView, ParentView};
use super::{Projection, decimal, words};

/// As many orders of people as are shown: two screens.
const GIVEN_SHOWN_MAX: usize = 50;

impl Projection {
    pub(super) fn show_parents(&self) -> Vec<ParentView> {
        let all = self.parents.open().iter().chain(self.parents.recent());
        all.map(|parent| self.show_parent(parent)).collect()
    }

    pub(super) fn show_given(&self) -> Vec<GivenOrderView> {
        let newest = self.given.newest_first().take(GIVEN_SHOWN_MAX);
        newest.map(|given| self.show_one_given(given)).collect()
    }

    fn show_parent(&self, parent: &Parent) -> ParentView {
        let report = &parent.report;
        let state = self.instruments.get(usize::from(report.instrument.0));
        let instrument = state.map(|state| &state.instrument);
        let average =
            |value, lots| instrument.and_then(|known| decimal::average_price(known, value, lots));
        let (id, now) = (report.instrument, self.time);
        let limit = parent.signal.map_or(Ticks::ZERO, |signal| signal.price);
        let shown = |at: Option<Nanos>| at.map(ms);
        let desk = self.desks.strategies.get(usize::from(report.strategy.0));
        ParentView {
            order_id: parent.id().0.to_string(),
            strategy: self.strategy(report.strategy),
            account: self.account(desk.map_or(AccountId::default(), |desk| desk.account)),
            symbol: self.symbol(id),
            side: words::side(report.side),
            plan: parent.signal.as_ref().zip(instrument).map(plan_text).unwrap_or_default(),
            reason: parent.signal.map(|signal| signal.reason.to_string()).unwrap_or_default(),
            price: (limit > Ticks::ZERO).then(|| self.price(id, limit)),
            quantity: self.quantity(id, report.lots),
            filled_quantity: self.quantity(id, report.cum_lots),
            filled_percent: percent(report.cum_lots, report.lots),
            filled_price: average(report.value, report.cum_lots),
            exit_quantity: self.quantity(id, report.exit_lots),
            exit_price: average(report.exit_value, report.exit_lots),
            children: report.children,
            status: words::order_status(report.status),
            is_open: !report.status.is_done(),
            created_ms: ms(parent.created),
            updated_ms: ms(parent.updated),
            next_slice_ms: shown(parent.next_slice(now)),
            ends_ms: shown(parent.ends()),
        }
    }

    fn show_one_given(&self, given: &GivenOrder) -> GivenOrderView {
        let (state, reason) = match given.became {
            Became::Nothing => ("given", ""),
            Became::Order(_) => ("sent", ""),
            Became::Parent(_) => ("worked", ""),
            Became::Refused(_, reason) => ("refused", reason.text()),
        };
        GivenOrderView {
            time_ms: ms(given.time),
            client_ref: given.client_ref.to_string(),
            account: self.account(given.account),
            symbol: self.symbol(given.instrument),
            state,
            order_id: given.became.id().map(|id| id.0.to_string()),
            reason,
        }
    }
}

/// Rounded down; a hundred is all of it.
fn percent(part: Lots, whole: Lots) -> u8 {
    let percent = i128::from(part.0.max(0)) * 100 / i128::from(whole.0.max(1));
    u8::try_from(percent.min(100)).unwrap_or(100)
}

/// What the engine does with an order, in words.
fn plan_text((signal, instrument): (&Signal, &Instrument)) -> String {
    let price = |ticks: Ticks| decimal::price(instrument, ticks);
    let SignalAction::Work(plan) = signal.action else { return String::new() };
    let own = order_text(instrument, signal.order_type, signal.price, &signal.terms);
    match plan {
        Plan::Emulate => own,
        Plan::Touched(at) => format!("{own}, once the market is as good as {}", price(at)),
        Plan::Either { side, order_type, price, stop_price, trail } => {
            let terms =
                OrderTerms { stop_price, offset: Ticks(i64::from(trail)), ..OrderTerms::PLAIN };
            let other = order_text(instrument, order_type, price, &terms);
            format!("{own}, or {} {other}", words::side(side))
        }
        Plan::Bracket { target, stop, trail } => {
            let trail = Ticks(i64::from(trail));
            let exits = [("target", target), ("stop", stop), ("trail", trail)];
            let exits = exits.into_iter().filter(|(_, at)| *at > Ticks::ZERO);
            let exits: Vec<_> = exits.map(|(word, at)| format!("{word} {}", price(at))).collect();
            format!("{own}, then {}", exits.join(", "))
        }
        Plan::Sliced(schedule) => slices_text(&schedule),
        Plan::Split => format!("{own}, split over its venues"),
    }
}

fn order_text(
    instrument: &Instrument,
    order_type: OrderType,
    limit: Ticks,
    terms: &OrderTerms,
) -> String {
    let mut text = words::order_type(order_type).to_owned();
    let prices = [(" at ", terms.stop_price), (" behind by ", terms.offset), (" limit ", limit)];
    for (word, ticks) in prices.into_iter().filter(|(_, ticks)| *ticks > Ticks::ZERO) {
        text.push_str(word);
        text.push_str(&decimal::price(instrument, ticks));
    }
    if terms.display_lots > Lots::ZERO {
        text.push_str(" showing ");
        text.push_str(&decimal::quantity(instrument, terms.display_lots));
    }
    text
}

fn slices_text(schedule: &Schedule) -> String {
    let pace = match schedule.pace {
        Pace::Time => "TWAP".to_owned(),
        Pace::Volume => "VWAP".to_owned(),
        Pace::Participation => {
            format!("POV {} %", decimal::decimal(i128::from(schedule.share_bp), 2))
        }
    };
    let seconds = |millis: u32| f64::from(millis) / 1_000.0;
    let (every, lasts) = (seconds(schedule.every_ms), seconds(schedule.lasts_ms));
    format!("{pace}, every {every} s for {lasts} s")
}
