//! Order-flow imbalance.

use super::{PERIOD, micro};
use crate::prelude::*;
use crate::window::Sums;

outputs! {
    /// The flow of [`OrderFlow`], in quantity units; positive where buyers gained.
    pub struct OrderFlowLines {
        /// Of this quote.
        event,
        /// Of the last quotes together.
        sum,
    }
}

/// What quotes say about orders: a better or larger bid, or a worse or smaller ask, is buying; the
/// opposite is selling. Counted in the quantities that came and went at the best prices.
#[derive(Clone, Debug)]
pub struct OrderFlow {
    previous: Option<Quote>,
    sum: Sums<1>,
}

impl OrderFlow {
    /// Builds one over `period` changes of the quote.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { previous: None, sum: Sums::new(period) }
    }
}

impl Catalogued for OrderFlow {
    const ENTRY: Entry = micro(
        "order_flow",
        "Order-flow imbalance",
        &[PERIOD],
        Source::new(
            "Cont, Kukanov and Stoikov",
            "The Price Impact of Order Book Events, Journal of Financial Econometrics 12:1",
            2014,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for OrderFlow {
    type Sample = Quote;
    type Output = OrderFlowLines;

    #[inline]
    fn step(&mut self, quote: Quote) -> Option<OrderFlowLines> {
        let before = self.previous.replace(quote)?;
        let mut event = 0.0;
        if quote.bid >= before.bid {
            event += quote.bid_size;
        }
        if quote.bid <= before.bid {
            event -= before.bid_size;
        }
        if quote.ask <= before.ask {
            event -= quote.ask_size;
        }
        if quote.ask >= before.ask {
            event += before.ask_size;
        }
        let [sum] = self.sum.push([event]);
        self.sum.is_full().then_some(OrderFlowLines { event, sum })
    }

    fn reset(&mut self) {
        self.previous = None;
        self.sum.clear();
    }

    fn warm_up(&self) -> usize {
        self.sum.capacity() + 1
    }
}
