//! The instantaneous trendline of 2004.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

outputs! {
    /// The outputs of [`InstantaneousTrend`].
    pub struct TrendLines {
        /// The trendline.
        it,
        /// Twice the line less the line two samples ago: crossings are entries.
        trigger,
    }
}

/// A trend line without lag, the complement of the [`CyberCycle`](super::CyberCycle).
#[derive(Clone, Debug)]
pub struct InstantaneousTrend {
    filter: TwoPole,
    /// The values of one and two samples ago.
    last: Option<[f64; 2]>,
    prices: [f64; 2],
    count: usize,
}

/// So many first values are an average instead, to be near the price sooner.
const FIRST: usize = 6;

impl InstantaneousTrend {
    /// Builds one; a cycle of N samples is smoothed away by `alpha` = 2 / (N + 1).
    ///
    /// # Panics
    /// If `alpha` is not allowed by the catalogue.
    #[must_use]
    pub fn new(alpha: f64) -> Self {
        let alpha = ALPHA.require(alpha);
        let (square, pole) = (alpha * alpha, 1.0 - alpha);
        let forward = [alpha - square / 4.0, square / 2.0, -(alpha - 0.75 * square)];
        let filter = TwoPole::new(forward, [2.0 * pole, -pole * pole], 1.0);
        Self { filter, last: None, prices: [0.0; 2], count: 0 }
    }
}

impl Catalogued for InstantaneousTrend {
    const ENTRY: Entry =
        on_median("itrend_2004", "Instantaneous trendline", &[ALPHA], cybernetic("ch. 3"));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

impl InstantaneousTrend {
    #[inline]
    fn next(&mut self, price: f64) -> TrendLines {
        let mut it = self.filter.next(price);
        if self.count < FIRST {
            if self.count == 0 {
                self.prices = [price; 2];
            }
            self.count += 1;
            it = (price + 2.0 * self.prices[0] + self.prices[1]) / 4.0;
            self.filter.replace(it);
            self.prices = [price, self.prices[0]];
        }
        let last = self.last.unwrap_or([it; 2]);
        self.last = Some([it, last[0]]);
        TrendLines { it, trigger: 2.0 * it - last[1] }
    }

    fn clear(&mut self) {
        self.filter.reset();
        self.last = None;
        self.count = 0;
    }
}

at_once!(InstantaneousTrend: f64 => TrendLines);
