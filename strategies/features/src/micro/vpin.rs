//! Volume-synchronised probability of informed trading.

use gannet_types::Side;

use super::{PERIOD, micro};
use crate::prelude::*;
use crate::window::Sums;

/// The mean imbalance of the last buckets, each as many units traded as the other: 0 where buyers
/// and sellers were even in each, 1 where each was one-sided.
///
/// Who crossed the spread is known, so nothing is guessed from price changes as in the paper. A
/// trade that overshoots a bucket fills the next ones. O(1) but for trades larger than a bucket,
/// and O(number of buckets) at worst. Between the ends of buckets it keeps its value.
#[derive(Clone, Debug)]
pub struct Vpin {
    bucket: f64,
    buys: f64,
    sells: f64,
    sum: Sums<1>,
    value: Option<f64>,
}

impl Vpin {
    /// Builds one from the quantity in a bucket and the number of buckets.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(bucket: f64, period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self {
            bucket: BUCKET.require(bucket),
            buys: 0.0,
            sells: 0.0,
            sum: Sums::new(period),
            value: None,
        }
    }

    /// Adds to the bucket; the quantity fits.
    #[inline]
    fn add(&mut self, side: Side, size: f64) {
        match side {
            Side::Buy => self.buys += size,
            Side::Sell => self.sells += size,
        }
    }

    #[inline]
    fn close_bucket(&mut self) {
        let imbalance = ((self.buys - self.sells).abs() / self.bucket).min(1.0);
        (self.buys, self.sells) = (0.0, 0.0);
        let [sum] = self.sum.push([imbalance]);
        if self.sum.is_full() {
            self.value = Some((sum / self.sum.capacity() as f64).clamp(0.0, 1.0));
        }
    }
}

const BUCKET: Parameter = Parameter::number("bucket", Unit::Quantity, 1e-12, 1e15, 100.0);

impl Catalogued for Vpin {
    const ENTRY: Entry = micro(
        "vpin",
        "Volume-synchronised probability of informed trading",
        &[BUCKET, PERIOD.or(50.0)],
        Source::new(
            "Easley, López de Prado and O'Hara",
            "Flow Toxicity and Liquidity in a High-Frequency World, Review of Financial Studies 25:5",
            2012,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.whole(1))
    }
}

impl Indicator for Vpin {
    type Sample = Print;
    type Output = f64;

    fn step(&mut self, print: Print) -> Option<f64> {
        let room = self.bucket - (self.buys + self.sells);
        if print.size < room {
            self.add(print.aggressor, print.size);
            return self.value;
        }
        self.add(print.aggressor, room);
        self.close_bucket();
        let rest = print.size - room;
        let buckets = (rest / self.bucket).floor();
        // More than the window holds would only repeat what it then holds.
        for _ in 0..(buckets as usize).min(self.sum.capacity()) {
            self.add(print.aggressor, self.bucket);
            self.close_bucket();
        }
        // Rounding may leave a hair less than nothing, or a whole bucket.
        self.add(print.aggressor, (rest - buckets * self.bucket).clamp(0.0, self.bucket));
        self.value
    }

    fn reset(&mut self) {
        (self.buys, self.sells) = (0.0, 0.0);
        self.sum.clear();
        self.value = None;
    }

    fn warm_up(&self) -> usize {
        1
    }
}
