//! The reversion index.

use super::past::PastSum;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

outputs! {
    /// The outputs of [`ReversionIndex`].
    pub struct ReversionLines {
        /// The index, −1 to 1.
        index,
        /// The same, less smoothed: crossings are reversions to the mean.
        trigger,
    }
}

/// The way a price went as a share of the distance it walked, smoothed twice.
#[derive(Clone, Debug)]
pub struct ReversionIndex {
    last: Option<f64>,
    way: PastSum,
    distance: PastSum,
    share: f64,
    slow: TwoPole,
    fast: TwoPole,
}

/// Critical periods of the two smoothers.
const SLOW: f64 = 8.0;
const FAST: f64 = 4.0;

impl ReversionIndex {
    /// Builds one over `length` steps.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize, constants: Constants) -> Self {
        let sum = PastSum::new(LENGTH.require_whole(length));
        Self {
            last: None,
            way: sum.clone(),
            distance: sum,
            share: 0.0,
            slow: TwoPole::super_smoother(SLOW, constants),
            fast: TwoPole::super_smoother(FAST, constants),
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> ReversionLines {
        let change = price - self.last.replace(price).unwrap_or(price);
        let (way, distance) = (self.way.push(change), self.distance.push(change.abs()));
        self.share = ratio(way, distance).unwrap_or(self.share);
        ReversionLines { index: self.slow.next(self.share), trigger: self.fast.next(self.share) }
    }

    fn clear(&mut self) {
        self.last = None;
        self.way.reset();
        self.distance.reset();
        self.share = 0.0;
        self.slow.reset();
        self.fast.reset();
    }
}

impl Catalogued for ReversionIndex {
    const ENTRY: Entry = on_close(
        "reversion_index",
        "Reversion index",
        &[LENGTH, CONSTANTS],
        article("The Reversion Index", 2026, "TASC, January"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), Constants::argument(arguments, 1))
    }
}

at_once!(ReversionIndex: f64 => ReversionLines);
