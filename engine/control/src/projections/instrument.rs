//! The picture of one instrument: book top, last trade, position and what a chart needs.

use gannet_types::{
    Bar, BarKind, FeatureBlock, FeedState, Instrument, Nanos, Status, Ticks, TopOfBook, Trade,
    TradingStatus,
};

use super::desks::Held;
use super::recent::Recent;

/// One instrument, as the journal tells it.
#[derive(Clone, Debug)]
pub(crate) struct InstrumentState {
    pub(crate) instrument: Instrument,
    pub(crate) feed: Option<FeedState>,
    pub(crate) last_trade: Option<Trade>,
    /// What all accounts hold together.
    pub(crate) held: Held,
    /// A person stopped it.
    pub(crate) is_halted: bool,
    /// Whether the venue trades it, if its feed has told.
    pub(crate) trading: Option<TradingStatus>,
    /// The last status; its book and marked profit are what the pipeline itself believed.
    pub(crate) status: Option<Status>,
    /// Time and bid plus ask, twice the mid price.
    pub(crate) mids: Recent<(Nanos, Ticks)>,
    pub(crate) bars: Recent<Bar>,
    /// The newest features in the order of the set, `None` where not ready.
    pub(crate) features: Vec<Option<f64>>,
    bar_span: Nanos,
}

impl InstrumentState {
    pub(crate) fn new(instrument: Instrument) -> Self {
        Self {
            instrument,
            feed: None,
            last_trade: None,
            held: Held::default(),
            is_halted: false,
            trading: None,
            status: None,
            mids: Recent::new(MIDS_MAX),
            bars: Recent::new(BARS_MAX),
            features: Vec::new(),
            bar_span: Nanos(u64::MAX),
        }
    }

    pub(crate) fn on_start(&mut self) {
        self.feed = None;
        self.status = None;
    }

    pub(crate) fn on_status(&mut self, time: Nanos, status: &Status) {
        self.status = Some(*status);
        let Some(doubled) = doubled_mid(&status.top) else { return };
        let is_due = self.mids.newest().is_none_or(|(last, _)| time.since(*last) >= MID_EVERY);
        if status.live && is_due {
            self.mids.push((time, doubled));
        }
    }

    /// Keeps time bars of the shortest span there is; other bars are no chart over time.
    pub(crate) fn on_bar(&mut self, bar: &Bar) {
        let BarKind::Time(span) = bar.kind else { return };
        if span < self.bar_span {
            self.bar_span = span;
            self.bars.clear();
        }
        if span == self.bar_span {
            self.bars.push(*bar);
        }
    }

    /// Keeps the newest values.
    pub(crate) fn on_features(&mut self, block: &FeatureBlock) {
        let (first, values) = (block.first(), block.values());
        if self.features.len() < first + values.len() {
            self.features.resize(first + values.len(), None);
        }
        for (slot, value) in self.features[first..].iter_mut().zip(values) {
            *slot = value;
        }
    }

    /// Returns best bid and ask, if a status has told them.
    pub(crate) fn top(&self) -> TopOfBook {
        self.status.map(|status| status.top).unwrap_or_default()
    }
}

/// Bid plus ask, if somebody is on both sides.
pub(crate) fn doubled_mid(top: &TopOfBook) -> Option<Ticks> {
    if top.bid.lots.0 <= 0 || top.ask.lots.0 <= 0 {
        return None;
    }
    top.bid.price.0.checked_add(top.ask.price.0).map(Ticks)
}

/// Two points a second draw a smooth line without a message per tick.
const MID_EVERY: Nanos = Nanos(500_000_000);

/// Two minutes at two points a second.
const MIDS_MAX: usize = 240;

/// One hour of minutes, one minute of seconds.
const BARS_MAX: usize = 60;
