//! Relative strength from plain sums of rises and falls, not Wilder's averages.

use super::cyber_cycle::Smooth;
use super::past::PastSum;
use super::school::*;
use crate::prelude::*;

/// Rises and falls of the last steps.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    last: Option<f64>,
    rises: PastSum,
    falls: PastSum,
}

impl Moves {
    pub(super) fn new(length: usize) -> Self {
        let sum = PastSum::new(length);
        Self { last: None, rises: sum.clone(), falls: sum }
    }

    /// Returns the sums of the rises and of the falls, both at least 0.
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> [f64; 2] {
        let change = price - self.last.replace(price).unwrap_or(price);
        let rises = self.rises.push(change.max(0.0));
        let falls = self.falls.push((-change).max(0.0));
        [rises.max(0.0), falls.max(0.0)]
    }

    pub(super) fn reset(&mut self) {
        self.last = None;
        self.rises.reset();
        self.falls.reset();
    }
}

/// Rises as a share of rises and falls of a price smoothed by 1, 2, 2, 1; 0 to 1.
#[derive(Clone, Debug)]
pub struct SmoothedRsi {
    smooth: Smooth,
    moves: Moves,
    value: f64,
}

impl SmoothedRsi {
    /// Builds one over `length` steps.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let moves = Moves::new(LENGTH.require_whole(length));
        Self { smooth: Smooth::default(), moves, value: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let [rises, falls] = self.moves.next(self.smooth.next(price).0);
        if let Some(share) = ratio(rises, rises + falls) {
            self.value = share;
        }
        self.value
    }

    fn clear(&mut self) {
        self.smooth.reset();
        self.moves.reset();
        self.value = 0.0;
    }
}

impl Catalogued for SmoothedRsi {
    const ENTRY: Entry = on_close(
        "smoothed_rsi",
        "Smoothed RSI",
        &[LENGTH.or(10.0)],
        article("RSI Smoothed", 2002, "TASC"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(SmoothedRsi: f64 => f64);

/// Rises less falls as a share of both; −1 to 1.
#[derive(Clone, Debug)]
pub struct MyRsi {
    moves: Moves,
    value: f64,
}

impl MyRsi {
    /// Builds one over `length` steps.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self { moves: Moves::new(LENGTH.require_whole(length)), value: 0.0 }
    }

    #[inline]
    pub(super) fn next(&mut self, price: f64) -> f64 {
        let [rises, falls] = self.moves.next(price);
        if let Some(share) = ratio(rises - falls, rises + falls) {
            self.value = share;
        }
        self.value
    }

    pub(super) fn clear(&mut self) {
        self.moves.reset();
        self.value = 0.0;
    }
}

impl Catalogued for MyRsi {
    const ENTRY: Entry = on_close(
        "my_rsi",
        "MyRSI",
        &[LENGTH.or(14.0)],
        article("Noise Elimination Technology", 2020, "TASC, December"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(MyRsi: f64 => f64);
