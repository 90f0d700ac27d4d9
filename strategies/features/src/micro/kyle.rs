//! Kyle's lambda.

use super::{PERIOD, micro};
use crate::moments::PairMoments;
use crate::prelude::*;

/// How much the price moves for a unit bought: the slope, by least squares, of the price change over
/// the signed quantity, both summed over groups of trades so that the bounce between bid and ask
/// cancels. 0 where the groups were all alike. Between the ends of groups it keeps its value.
#[derive(Clone, Debug)]
pub struct KyleLambda {
    trades: usize,
    count: usize,
    start: Option<f64>,
    flow: f64,
    groups: PairMoments,
    lambda: Option<f64>,
}

impl KyleLambda {
    /// Builds one from the number of trades in a group, usually 20, and the number of groups.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(trades: usize, period: usize) -> Self {
        let groups = PairMoments::new(PERIOD.require_whole(period));
        Self {
            trades: TRADES.require_whole(trades),
            count: 0,
            start: None,
            flow: 0.0,
            groups,
            lambda: None,
        }
    }
}

const TRADES: Parameter = Parameter::number("trades", Unit::Count, 1.0, 1e6, 20.0);

impl Catalogued for KyleLambda {
    const ENTRY: Entry = micro(
        "kyle_lambda",
        "Kyle's lambda",
        &[TRADES, PERIOD],
        Source::new(
            "Kyle",
            "Continuous Auctions and Insider Trading, Econometrica 53:6",
            1985,
            "theorem 1",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

impl Indicator for KyleLambda {
    type Sample = Print;
    type Output = f64;

    #[inline]
    fn step(&mut self, print: Print) -> Option<f64> {
        let Some(start) = self.start else {
            self.start = Some(print.price);
            return None;
        };
        self.flow += print.signed_size();
        self.count += 1;
        if self.count == self.trades {
            let products = self.groups.push(self.flow, print.price - start);
            self.lambda = products.map(|products| products.slope());
            self.start = Some(print.price);
            self.count = 0;
            self.flow = 0.0;
        }
        self.lambda
    }

    fn reset(&mut self) {
        self.count = 0;
        self.start = None;
        self.flow = 0.0;
        self.groups.clear();
        self.lambda = None;
    }

    fn warm_up(&self) -> usize {
        1 + self.trades * self.groups.capacity()
    }
}
