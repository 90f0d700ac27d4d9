//! The features of what is traded: they see every event before the strategy does.
//!
//! [`FeatureSets`] shows every event to a [`LiveSet`] per instrument. When a bar of its kind has closed
//! it hands the values to the pipeline, which journals them: they can be looked at, a replay compares
//! every bit of them, and models learn from what was really seen. Alone it is a strategy that only
//! looks.
//!
//! Hot: `on_event` is called per market message. No allocation; an instrument that nothing happens
//! to costs nothing.

use gannet_features::formula::Formula;
use gannet_features::market::BOOK_DEPTH;
use gannet_features::{Book, Candle, EventKind, LiveSet, Print, Quote};
use gannet_pipeline::strategy::{Signals, Strategy, StrategyEvent, View};
use gannet_types::{Bar, BarKind, FeatureBlock, InstrumentId, Level, Side, TopOfBook};

/// The features of every instrument.
pub struct FeatureSets {
    bars: BarKind,
    /// One per instrument; none at all if there are no features.
    observed: Vec<Observed>,
}

/// What is computed of one instrument.
struct Observed {
    set: LiveSet,
    /// The best prices that the features have seen last.
    top: TopOfBook,
}

impl FeatureSets {
    /// Computes what `formulas` name, with bars of one kind, for so many instruments.
    #[must_use]
    pub fn new(formulas: &[Formula], bars: BarKind, instruments: usize) -> Self {
        let observed = if formulas.is_empty() { 0 } else { instruments };
        let observe = |_| Observed { set: LiveSet::new(formulas), top: TopOfBook::default() };
        Self { bars, observed: (0..observed).map(observe).collect() }
    }

    /// Returns the features of an instrument, if any are computed.
    #[must_use]
    pub fn set(&self, instrument: InstrumentId) -> Option<&LiveSet> {
        self.observed.get(usize::from(instrument.0)).map(|observed| &observed.set)
    }

    /// Shows an event to the features of its instrument.
    #[inline]
    pub fn observe(&mut self, view: &View<'_>, event: StrategyEvent<'_>) {
        if let Some(observed) = self.observed.get_mut(usize::from(view.instrument.id.0)) {
            observed.on_event(view, event, self.bars);
        }
    }

    /// Returns a block of the features of the bar's instrument, if the bar is of their kind.
    #[must_use]
    pub fn block(&self, bar: &Bar, block: u8) -> Option<FeatureBlock> {
        let set = self.set(bar.instrument).filter(|_| bar.kind == self.bars)?;
        FeatureBlock::of(bar.instrument, block, set.values())
    }
}

impl Observed {
    #[inline]
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, kind: BarKind) {
        match event {
            StrategyEvent::Top(_) => self.on_top(view),
            StrategyEvent::Book => {
                self.on_top(view);
                if self.set.reads(EventKind::Book) {
                    let (bids, asks) = (best(view, Side::Buy), best(view, Side::Sell));
                    self.set.on_book(Book::of_levels(view.instrument, view.now, &bids, &asks));
                }
            }
            StrategyEvent::Trade(trade) => {
                if self.set.reads(EventKind::Print) {
                    self.set.on_print(Print::of_trade(view.instrument, view.now, trade));
                }
            }
            StrategyEvent::Bar(bar) if bar.kind == kind => {
                self.set.on_candle(&Candle::of(view.instrument, bar));
            }
            StrategyEvent::Bar(_)
            | StrategyEvent::Prediction(_)
            | StrategyEvent::External(_)
            | StrategyEvent::Order(_)
            | StrategyEvent::Feed
            | StrategyEvent::Timer => {}
        }
    }

    /// Two streams tell of the same change: it counts once.
    #[inline]
    fn on_top(&mut self, view: &View<'_>) {
        if view.top != self.top {
            self.top = view.top;
            if self.set.reads(EventKind::Quote) {
                self.set.on_quote(Quote::of_top(view.instrument, view.now, &view.top));
            }
        }
    }
}

/// Returns the best levels of a side; a level that is not there has no lots.
#[inline]
fn best(view: &View<'_>, side: Side) -> [Level; BOOK_DEPTH] {
    let mut levels = [Level::default(); BOOK_DEPTH];
    for (slot, level) in levels.iter_mut().zip(view.book.levels(side)) {
        *slot = level;
    }
    levels
}

impl Strategy for FeatureSets {
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, _signals: &mut Signals) {
        self.observe(view, event);
    }

    fn features(&self, bar: &Bar, block: u8) -> Option<FeatureBlock> {
        self.block(bar, block)
    }
}
