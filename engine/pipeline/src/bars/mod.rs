//! Bars of one instrument, built from its trades.
//!
//! The clock of time bars is the venue's: a trade belongs to the interval of its exchange time.
//! A bar closes with the first trade of a later interval, or, in a quiet market, when a timer
//! finds our own time past the boundary. A trade that arrives after its interval was closed is
//! counted in the next one. An interval without trades makes no bar.
//!
//! # Invariants
//! - A bar has at least one trade; starts of time bars of one kind strictly increase.

use gannet_types::{Bar, BarKind, InstrumentId, Lots, Nanos, Notional, Trade};

#[cfg(test)]
mod tests;

/// Builds bars of one kind.
#[derive(Clone, Debug)]
pub struct BarBuilder {
    instrument: InstrumentId,
    kind: BarKind,
    open: Option<Bar>,
    /// The first moment that was not yet in a closed time bar.
    closed_until: Nanos,
}

impl BarBuilder {
    /// Returns a builder without trades.
    ///
    /// # Panics
    /// If the kind's size is not positive: the configuration was not checked.
    #[must_use]
    pub fn new(instrument: InstrumentId, kind: BarKind) -> Self {
        let positive = match kind {
            BarKind::Time(span) => span > Nanos::ZERO,
            BarKind::Tick(count) => count > 0,
            BarKind::Volume(lots) => lots > Lots::ZERO,
        };
        assert!(positive, "a bar has a positive size");
        Self { instrument, kind, open: None, closed_until: Nanos::ZERO }
    }

    /// Adds a trade and returns the bar it closed, if any. Trades with a price or size that is
    /// not positive must not be given.
    pub fn on_trade(&mut self, time: Nanos, trade: &Trade) -> Option<Bar> {
        let (start, end) = self.interval(time);
        let closed = match (self.kind, &self.open) {
            (BarKind::Time(_), Some(bar)) if bar.start < start => self.close(),
            _ => None,
        };
        match &mut self.open {
            Some(bar) => extend(bar, end, trade),
            None => self.open = Some(self.begin(start, end, trade)),
        }
        if self.is_full() { self.close() } else { closed }
    }

    /// Closes the time bar whose end has passed at `now`, if any.
    pub fn on_timer(&mut self, now: Nanos) -> Option<Bar> {
        match (self.kind, &self.open) {
            (BarKind::Time(_), Some(bar)) if bar.end <= now => self.close(),
            _ => None,
        }
    }

    /// Returns the boundaries a trade at `time` falls into; the time itself for other kinds.
    fn interval(&self, time: Nanos) -> (Nanos, Nanos) {
        let BarKind::Time(span) = self.kind else {
            return (time, time);
        };
        let late = time.max(self.closed_until);
        let open = self.open.as_ref().map_or(Nanos::ZERO, |bar| bar.start);
        let start = Nanos(late.0 - late.0 % span.0).max(open);
        (start, start.after(span))
    }

    fn begin(&self, start: Nanos, end: Nanos, trade: &Trade) -> Bar {
        Bar {
            instrument: self.instrument,
            kind: self.kind,
            start,
            end,
            open: trade.price,
            high: trade.price,
            low: trade.price,
            close: trade.price,
            volume: trade.lots,
            notional: Notional::of(trade.price, trade.lots),
            trades: 1,
        }
    }

    fn is_full(&self) -> bool {
        match (self.kind, &self.open) {
            (BarKind::Tick(count), Some(bar)) => bar.trades >= count,
            (BarKind::Volume(lots), Some(bar)) => bar.volume >= lots,
            (BarKind::Time(_), _) | (_, None) => false,
        }
    }

    fn close(&mut self) -> Option<Bar> {
        let bar = self.open.take()?;
        self.closed_until = bar.end;
        Some(bar)
    }
}

fn extend(bar: &mut Bar, end: Nanos, trade: &Trade) {
    bar.end = end;
    bar.high = bar.high.max(trade.price);
    bar.low = bar.low.min(trade.price);
    bar.close = trade.price;
    bar.volume = Lots(bar.volume.0.saturating_add(trade.lots.0));
    let notional = Notional::of(trade.price, trade.lots);
    bar.notional = Notional(bar.notional.0.saturating_add(notional.0));
    bar.trades = bar.trades.saturating_add(1);
}
