//! How often a strategy trades an instrument: its new orders in a window.
//!
//! Hot: a load per order, as many instruments and strategies as there are.

use gannet_types::{InstrumentId, Nanos, StrategyId};

use super::recent::MessageWindow;

/// A sliding window for each strategy in each instrument.
pub(crate) struct TradeFrequency {
    instruments: usize,
    /// By strategy, then instrument; empty without a limit.
    windows: Vec<MessageWindow>,
}

impl TradeFrequency {
    /// Reserves the windows, in each of which at most `max` orders may be sent; zero for any
    /// number.
    pub(crate) fn new(strategies: usize, instruments: usize, max: u32, window: Nanos) -> Self {
        let count = if max == 0 { 0 } else { strategies * instruments };
        let windows = (0..count).map(|_| MessageWindow::new(max, window)).collect();
        Self { instruments, windows }
    }

    /// Returns whether a strategy has sent as many orders as it may.
    pub(crate) fn is_full(
        &self,
        now: Nanos,
        strategy: StrategyId,
        instrument: InstrumentId,
    ) -> bool {
        self.windows.get(self.place(strategy, instrument)).is_some_and(|it| it.is_full(now))
    }

    /// Notes a new order.
    pub(crate) fn note(&mut self, now: Nanos, strategy: StrategyId, instrument: InstrumentId) {
        let place = self.place(strategy, instrument);
        if let Some(window) = self.windows.get_mut(place) {
            window.note(now);
        }
    }

    fn place(&self, strategy: StrategyId, instrument: InstrumentId) -> usize {
        usize::from(strategy.0) * self.instruments + usize::from(instrument.0)
    }
}
