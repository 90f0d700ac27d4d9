//! The Voss predictor.

use super::past::Past;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

outputs! {
    /// The outputs of [`VossPredictor`].
    pub struct VossLines {
        /// The band-pass filter.
        filt,
        /// Its prediction: crossings are entries.
        voss,
    }
}

/// A band-pass filter and a filter with negative group delay that leads it.
///
/// O(1): the weighted sum of the last predictions is kept, and counted afresh from the window
/// whenever it has turned.
#[derive(Clone, Debug)]
pub struct VossPredictor {
    filter: TwoPole,
    past: Past,
    order: usize,
    /// Σ V and Σ (order − j + 1) V over the last predictions, j = 1 the newest.
    sums: [f64; 2],
    count: usize,
    until_refresh: usize,
}

/// So many first values of the band-pass filter are 0.
const FIRST: usize = 5;

/// The prediction looks back three times as far as it looks ahead.
const ORDER: usize = 3;

const PREDICT: Parameter = Parameter { high: 1000.0, ..Parameter::samples("predict", 1, 3) };

impl VossPredictor {
    /// Builds one around `period` samples that looks `predict` samples ahead.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, predict: usize, bandwidth: f64) -> Self {
        let order = ORDER * PREDICT.require_whole(predict);
        let filter = TwoPole::band_pass(CYCLE.require(period), BANDWIDTH.require(bandwidth));
        let past = Past::new(order);
        Self { filter, past, order, sums: [0.0; 2], count: 0, until_refresh: order }
    }

    #[inline]
    fn next(&mut self, price: f64) -> VossLines {
        let mut filt = self.filter.next(price);
        if self.count < FIRST {
            self.count += 1;
            self.filter.replace(0.0);
            filt = 0.0;
        }
        let order = self.order as f64;
        let [sum, weighted] = self.sums;
        let voss = (3.0 + order) / 2.0 * filt - weighted / order;
        let oldest = self.past.push(voss, 0.0);
        self.sums = [sum + voss - oldest, weighted - sum + order * voss];
        self.until_refresh -= 1;
        if self.until_refresh == 0 {
            self.refresh();
        }
        VossLines { filt, voss }
    }

    fn refresh(&mut self) {
        self.until_refresh = self.order;
        self.sums = [0.0; 2];
        for (j, voss) in self.past.newest_first().enumerate() {
            self.sums[0] += voss;
            self.sums[1] += (self.order - j) as f64 * voss;
        }
    }

    fn clear(&mut self) {
        self.filter.reset();
        self.past.reset();
        self.sums = [0.0; 2];
        self.count = 0;
        self.until_refresh = self.order;
    }
}

impl Catalogued for VossPredictor {
    const ENTRY: Entry = on_close(
        "voss",
        "Voss predictor",
        &[CYCLE, PREDICT, BANDWIDTH.or(0.25)],
        article("A Peek into the Future", 2019, "TASC, August"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.whole(1), arguments.number(2))
    }
}

at_once!(VossPredictor: f64 => VossLines);
