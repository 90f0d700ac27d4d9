//! Swings of a given size, and the price per bar from their turning points.
//!
//! A turn is known only when the price has come back from it by the threshold, so nothing is ever
//! repainted. Until the first turn the low of the first bar stands in for it.

use crate::catalog::{Catalogued, Entry};
use crate::gann::angles::{Direction, PricePerBar};
use crate::parameter::{Arguments, Parameter, Unit};
use crate::ta::Atr;
use crate::{HighLowClose, Indicator};

/// How far the price comes back before a turn is one, as a share of the price.
pub(super) const THRESHOLD: Parameter =
    Parameter::number("threshold", Unit::Ratio, 1e-5, 0.9, 0.05);

/// Where the price per bar comes from: a multiple of the average true range, of the slope of the
/// last swing, or of the root of the pivot's price; or the factor itself.
pub(super) const SCALE: Parameter = Parameter::choice("scale", &["atr", "swing", "root", "fixed"]);

/// The multiple, or the price per bar.
pub(super) const FACTOR: Parameter = Parameter::number("factor", Unit::Ratio, 1e-9, 1e9, 1.0);

/// Bars of the average true range.
pub(super) const PERIOD: Parameter = Parameter::samples("period", 1, 14);

/// A turning point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pivot {
    pub(super) price: f64,
    /// Counted from the first bar, which is 0.
    pub(super) bar: u64,
    /// Where the swing after it goes.
    pub(super) direction: Direction,
}

/// Follows the swings.
#[derive(Clone, Debug)]
pub(super) struct Swings {
    threshold: f64,
    state: Option<Swinging>,
}

/// A swing under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Swinging {
    /// The bar now.
    pub(super) bar: u64,
    /// Where the swing began.
    pub(super) pivot: Pivot,
    /// Where the swing before it began.
    pub(super) previous: Option<Pivot>,
    /// How far it has come.
    pub(super) extreme: f64,
    extreme_bar: u64,
}

impl Swings {
    pub(super) const fn new(threshold: f64) -> Self {
        Self { threshold, state: None }
    }

    /// Takes the next bar and returns the swing, and whether this bar confirmed a turn.
    pub(super) fn step(&mut self, high: f64, low: f64) -> (Swinging, bool) {
        let mut swing = match self.state {
            Some(swing) => Swinging { bar: swing.bar + 1, ..swing },
            None => {
                let pivot = Pivot { price: low, bar: 0, direction: Direction::Up };
                Swinging { bar: 0, pivot, previous: None, extreme: high, extreme_bar: 0 }
            }
        };
        let (further, back, direction) = match swing.pivot.direction {
            Direction::Up => {
                let back = low <= swing.extreme * (1.0 - self.threshold);
                ((high > swing.extreme).then_some(high), back.then_some(low), Direction::Down)
            }
            Direction::Down => {
                let back = high >= swing.extreme * (1.0 + self.threshold);
                ((low < swing.extreme).then_some(low), back.then_some(high), Direction::Up)
            }
        };
        // The first bar only sets out.
        let turned = swing.bar > 0 && further.is_none() && back.is_some();
        if turned {
            let price = swing.extreme;
            swing.previous = Some(swing.pivot);
            swing.pivot = Pivot { price, bar: swing.extreme_bar, direction };
        }
        if let Some(extreme) = further.or(back.filter(|_| turned)) {
            swing.extreme = extreme;
            swing.extreme_bar = swing.bar;
        }
        self.state = Some(swing);
        (swing, turned)
    }

    pub(super) const fn reset(&mut self) {
        self.state = None;
    }
}

impl Swinging {
    /// Returns the bars since the pivot.
    pub(super) const fn age(&self) -> u64 {
        self.bar - self.pivot.bar
    }

    /// Returns whether the bar now is the furthest one.
    pub(super) const fn is_at_extreme(&self) -> bool {
        self.bar == self.extreme_bar
    }

    /// Returns the price range of the last whole swing and its bars; of the one under way while it
    /// is the first.
    pub(super) fn last_range(&self) -> (f64, u64) {
        match self.previous {
            Some(previous) => {
                ((self.pivot.price - previous.price).abs(), self.pivot.bar - previous.bar)
            }
            None => (self.extreme - self.pivot.price, self.extreme_bar),
        }
    }
}

/// Swings with a price per bar that stays the same from turn to turn.
#[derive(Clone, Debug)]
pub(super) struct ScaledSwings {
    swings: Swings,
    atr: Atr,
    scale: usize,
    factor: f64,
    price_per_bar: f64,
}

/// The parameters of [`ScaledSwings`], in the order of its arguments.
pub(super) const SCALED: [Parameter; 4] = [THRESHOLD, SCALE, FACTOR, PERIOD];

impl ScaledSwings {
    /// Builds them from arguments, the first of which has the index `first`.
    pub(super) fn build(arguments: &Arguments, first: usize) -> Self {
        Self {
            swings: Swings::new(arguments.number(first)),
            atr: Atr::new(arguments.whole(first + 3)),
            scale: arguments.whole(first + 1),
            factor: arguments.number(first + 2),
            price_per_bar: 0.0,
        }
    }

    /// Takes the next bar and returns the swing and the price per bar, `None` until the average
    /// true range is known. The price per bar is zero while the market stands still.
    pub(super) fn step(&mut self, bar: HighLowClose) -> Option<(Swinging, f64)> {
        let atr = self.atr.step(bar);
        let (swing, turned) = self.swings.step(bar.high, bar.low);
        let atr = atr?;
        if turned || self.price_per_bar <= 0.0 {
            let (range, bars) = swing.last_range();
            let scale = match self.scale {
                1 if bars > 0 => PricePerBar::Swing { range, bars: bars as f64 },
                2 => PricePerBar::Root { pivot: swing.pivot.price },
                3 => PricePerBar::Fixed(1.0),
                _ => PricePerBar::AverageTrueRange { atr, factor: 1.0 },
            };
            self.price_per_bar = self.factor * scale.value().unwrap_or(0.0);
        }
        Some((swing, self.price_per_bar))
    }

    pub(super) fn reset(&mut self) {
        self.swings.reset();
        self.atr.reset();
        self.price_per_bar = 0.0;
    }

    pub(super) fn warm_up(&self) -> usize {
        self.atr.warm_up()
    }
}

/// Returns checked arguments for an indicator built from code.
///
/// # Panics
/// If one is not allowed: the caller's bug.
pub(super) fn require<I: Catalogued>(given: &[f64]) -> Arguments {
    let Entry { name, parameters, .. } = I::ENTRY;
    Arguments::new(parameters, given).unwrap_or_else(|error| panic!("{name}: {error}"))
}
