//! Correlation as a trend indicator.

use super::past::Past;
use super::school::*;
use crate::prelude::*;

/// Pearson's correlation of the last prices with a rising straight line, −1 to 1.
///
/// O(1); every 1024 samples, or four windows, or when the price has
/// gone far, one pass over the window throws rounding away.
#[derive(Clone, Debug)]
pub struct CorrelationTrend {
    past: Past,
    length: f64,
    /// Sums of x, x² and k·x over the window, of prices less an anchor; k = 0 is the newest.
    sums: [f64; 3],
    anchor: f64,
    until_refresh: usize,
    /// How many samples in a row were equal, 0 before the first.
    equal: usize,
    last: f64,
    value: f64,
}

/// How long rounding errors may gather.
const REFRESH: usize = 1024;

/// A square that left and is that much larger than what remains took digits with it.
const ECLIPSED: f64 = 1e6;

/// The part of the squares below which a variance has lost too many digits.
const CANCELLED: f64 = 1e-6;

impl CorrelationTrend {
    /// Builds one over `length` samples.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = LENGTH_2.require_whole(length);
        Self {
            past: Past::new(length),
            length: length as f64,
            sums: [0.0; 3],
            anchor: 0.0,
            until_refresh: 0,
            equal: 0,
            last: 0.0,
            value: 0.0,
        }
    }

    /// Counts the sums from nothing, around the newest price.
    fn refresh(&mut self, price: f64) {
        self.anchor = price;
        self.until_refresh = REFRESH.max(4 * self.past.capacity());
        self.sums = [0.0; 3];
        for (k, sample) in self.past.newest_first().enumerate() {
            let x = sample - self.anchor;
            self.sums[0] += x;
            self.sums[1] += x * x;
            self.sums[2] += k as f64 * x;
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let oldest = self.past.push(price, price);
        self.equal = if price == self.last && self.equal > 0 { self.equal + 1 } else { 1 };
        self.last = price;
        if self.until_refresh == 0 {
            self.refresh(price);
        } else {
            let (came, left) = (price - self.anchor, oldest - self.anchor);
            self.until_refresh -= 1;
            // Every sample that stays is one older.
            self.sums[2] += self.sums[0] - self.length * left;
            self.sums[0] += came - left;
            self.sums[1] += came * came - left * left;
            let [x, xx, _] = self.sums;
            let worn = self.length * xx - x * x < CANCELLED * self.length * xx;
            if worn || left * left > ECLIPSED * xx {
                self.refresh(price);
            }
        }
        if self.equal >= self.past.capacity() {
            // Nothing moved in the whole window, so nothing is left of what rounding gathered.
            self.until_refresh = 0;
            return self.value;
        }
        let n = self.length;
        let [x, xx, kx] = self.sums;
        let ages = n * (n - 1.0) / 2.0;
        let age_variance = n * n * (n * n - 1.0) / 12.0;
        let variance = (n * xx - x * x) * age_variance;
        if variance > 0.0
            && let Some(correlation) = ratio(x * ages - n * kx, variance.sqrt())
        {
            self.value = correlation.clamp(-1.0, 1.0);
        }
        self.value
    }

    fn clear(&mut self) {
        self.past.reset();
        self.until_refresh = 0;
        self.equal = 0;
        self.value = 0.0;
    }
}

impl Catalogued for CorrelationTrend {
    const ENTRY: Entry = on_close(
        "cti",
        "Correlation trend indicator",
        &[LENGTH_2],
        article("Correlation as a Trend Indicator", 2020, "TASC, May"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(CorrelationTrend: f64 => f64);
