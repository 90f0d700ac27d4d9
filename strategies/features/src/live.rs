//! A set of features over one instrument's events as they come: quotes, books, trades and bars.
//!
//! Live trading, replay, backtest and the tables that models learn from all come through here, so
//! they cannot differ. Each event goes to the indicators that read its kind, and to no other; the
//! newest values stand side by side in the order of the set.
//!
//! Hot: called per market event. No allocation after [`LiveSet::new`]. Each indicator is called
//! through a pointer, as the set is the operator's choice: docs/decisions/0017.

use crate::catalog::Dynamic;
use crate::formula::Formula;
use crate::sample::{EventKind, Sample};
use crate::{Book, Candle, MarketSample, Print, Quote};

/// The indicators of a set, and their newest values.
pub struct LiveSet {
    quotes: Vec<Slot<MarketSample>>,
    books: Vec<Slot<MarketSample>>,
    prints: Vec<Slot<MarketSample>>,
    candles: Vec<Slot<Candle>>,
    /// All outputs of all indicators, `None` where not ready.
    values: Vec<Option<f64>>,
    /// Which of the values each feature is.
    shown: Vec<usize>,
}

/// An indicator, and where its outputs go.
struct Slot<Origin> {
    indicator: Box<dyn Dynamic<Origin>>,
    first: usize,
    end: usize,
}

impl LiveSet {
    /// Builds every indicator once, however many of its outputs are features.
    #[must_use]
    pub fn new<'a>(formulas: impl IntoIterator<Item = &'a Formula>) -> Self {
        let mut set = Self {
            quotes: Vec::new(),
            books: Vec::new(),
            prints: Vec::new(),
            candles: Vec::new(),
            values: Vec::new(),
            shown: Vec::new(),
        };
        let mut known: Vec<(&Formula, usize)> = Vec::new();
        for formula in formulas {
            let shared = known.iter().find(|(other, _)| other.shares_indicator(formula));
            let first = shared.map_or(set.values.len(), |(_, first)| *first);
            if shared.is_none() {
                known.push((formula, first));
                set.add(formula, first);
            }
            set.shown.push(first + formula.output);
        }
        set
    }

    fn add(&mut self, formula: &Formula, first: usize) {
        let end = first + formula.listing.outputs.len();
        self.values.resize(end, None);
        let kind = formula.listing.event;
        let slots = match kind {
            EventKind::Candle => {
                let indicator = formula.build().expect("it reads candles, says its listing");
                self.candles.push(Slot { indicator, first, end });
                return;
            }
            EventKind::Quote => &mut self.quotes,
            EventKind::Book => &mut self.books,
            EventKind::Print => &mut self.prints,
        };
        let indicator = formula.build_on_market().expect("it reads books and trades");
        slots.push(Slot { indicator, first, end });
    }

    /// Returns whether any feature reads such events: others need not be prepared.
    #[inline]
    #[must_use]
    pub fn reads(&self, kind: EventKind) -> bool {
        match kind {
            EventKind::Candle => !self.candles.is_empty(),
            EventKind::Quote => !self.quotes.is_empty(),
            EventKind::Book => !self.books.is_empty(),
            EventKind::Print => !self.prints.is_empty(),
        }
    }

    /// The best prices or quantities changed.
    #[inline]
    pub fn on_quote(&mut self, quote: Quote) {
        let valid = quote.is_valid();
        show(&mut self.quotes, &MarketSample::Quote(quote), valid, &mut self.values);
    }

    /// The book changed.
    #[inline]
    pub fn on_book(&mut self, book: Book) {
        let valid = book.is_valid();
        show(&mut self.books, &MarketSample::Book(book), valid, &mut self.values);
    }

    /// Someone traded.
    #[inline]
    pub fn on_print(&mut self, print: Print) {
        let valid = print.is_valid();
        show(&mut self.prints, &MarketSample::Print(print), valid, &mut self.values);
    }

    /// A bar closed.
    #[inline]
    pub fn on_candle(&mut self, candle: &Candle) {
        let valid = candle.is_valid();
        show(&mut self.candles, candle, valid, &mut self.values);
    }

    /// Returns how many features there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// Returns whether the set has no feature.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Returns a feature's newest value, `None` before its warm-up and where the last event of its
    /// kind made no sense, such as a crossed quote.
    ///
    /// # Panics
    /// If there are not so many features.
    #[inline]
    #[must_use]
    pub fn value(&self, index: usize) -> Option<f64> {
        self.values[self.shown[index]]
    }

    /// Returns every feature's newest value in the order of the set.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Option<f64>> + '_ {
        self.shown.iter().map(|&index| self.values[index])
    }
}

/// Shows an event to its readers; one that is not valid in every part changes nothing and has no
/// values.
#[inline]
fn show<Origin>(
    slots: &mut [Slot<Origin>],
    origin: &Origin,
    valid: bool,
    values: &mut [Option<f64>],
) {
    for slot in slots {
        let values = &mut values[slot.first..slot.end];
        if valid {
            slot.indicator.step(origin, values);
        } else {
            values.fill(None);
        }
    }
}
