//! Chart patterns of smoothed prices, after Lo, Mamaysky and Wang.
//!
//! A kernel regression over a window that ends at the bar says where prices turn; ten patterns are
//! relations between the extreme prices there. The paper's bandwidth, 0.3 times the one that
//! minimises cross-validation, smooths nothing on daily closes, so the bandwidth is a parameter.

mod pattern;
mod smooth;

pub use pattern::LmwPattern;
pub use smooth::LmwSlope;

pub(crate) use pattern::COLUMNS;

use super::{Pivot, PivotSide};
use crate::catalog::{Catalogued, Entry, School, Source};
use crate::parameter::{Arguments, Parameter, Unit};
use crate::{AppliedPrice, Indicator, Outputs};
use smooth::Smoother;

/// The paper's 35 bars and 3 to recognise the last extremum.
const WINDOW: Parameter = Parameter::number("window", Unit::Samples, 7.0, 1000.0, 38.0);

/// Standard deviation of the kernel.
const BANDWIDTH: Parameter = Parameter::number("bandwidth", Unit::Period, 0.1, 100.0, 1.5);

/// Where the smoothed curve turns; see [`LmwSlope`].
const SLOPE: Parameter = Parameter::choice("slope", &["difference", "derivative"]);

const PATTERNS: usize = LmwPattern::ALL.len();

/// The ten patterns anywhere in the window that ends at the bar. O(window · bandwidth) per bar.
#[derive(Clone, Debug)]
pub struct Lmw {
    smoother: Smoother,
    extrema: Box<[Pivot]>,
    count: usize,
    /// The first and last extremum of each pattern's latest occurrence.
    found: [Option<(usize, usize)>; PATTERNS],
}

impl Lmw {
    /// Builds them over `window` bars, smoothed with a Gaussian of `bandwidth` bars that turns
    /// where its `slope` does.
    ///
    /// # Panics
    /// If one is not allowed by the catalogue.
    #[must_use]
    pub fn new(window: usize, bandwidth: f64, slope: LmwSlope) -> Self {
        let window = WINDOW.require_whole(window);
        let none = Pivot { price: 0.0, bar: 0, side: PivotSide::High };
        Self {
            smoother: Smoother::new(window, BANDWIDTH.require(bandwidth), slope),
            extrema: vec![none; window].into_boxed_slice(),
            count: 0,
            found: [None; PATTERNS],
        }
    }

    /// Returns the patterns in the window that ends at the last bar, each where it occurs last.
    pub fn findings(&self) -> impl Iterator<Item = LmwFinding<'_>> {
        LmwPattern::ALL.into_iter().zip(self.found).filter_map(|(pattern, found)| {
            let (first, last) = found?;
            Some(LmwFinding { pattern, extrema: &self.extrema[first..=last] })
        })
    }

    fn find(&mut self) {
        let extrema = &self.extrema[..self.count];
        for first in 0..self.count.saturating_sub(4) {
            let five = extrema[first..].first_chunk().expect("five are left");
            for pattern in LmwPattern::of_five(five[0].side) {
                if pattern.is(five) {
                    self.found[pattern as usize] = Some((first, first + 4));
                }
            }
        }
        self.found[LmwPattern::DoubleTop as usize] = find_double(extrema, PivotSide::High);
        self.found[LmwPattern::DoubleBottom as usize] = find_double(extrema, PivotSide::Low);
    }
}

/// Returns the latest extremum of a side that is level with the furthest of that side after it.
fn find_double(extrema: &[Pivot], side: PivotSide) -> Option<(usize, usize)> {
    let mut furthest: Option<usize> = None;
    for (index, each) in extrema.iter().enumerate().rev().filter(|each| each.1.side == side) {
        let Some(last) = furthest else {
            furthest = Some(index);
            continue;
        };
        if pattern::is_double(each, &extrema[last]) {
            return Some((index, last));
        }
        let further = match side {
            PivotSide::High => each.price >= extrema[last].price,
            PivotSide::Low => each.price <= extrema[last].price,
        };
        if further {
            furthest = Some(index);
        }
    }
    None
}

impl Catalogued for Lmw {
    const ENTRY: Entry = Entry {
        name: "lmw",
        title: "Chart patterns of smoothed prices",
        school: School::Patterns,
        parameters: &[WINDOW, BANDWIDTH, SLOPE],
        price: AppliedPrice::Close,
        source: Source::new(
            "Lo, Mamaysky and Wang",
            "Foundations of Technical Analysis, Journal of Finance 55(4)",
            2000,
            "definitions 1 to 5, pp. 1716-1720",
        ),
    };

    fn build(arguments: &Arguments) -> Self {
        let slope = [LmwSlope::Difference, LmwSlope::Derivative][arguments.whole(2)];
        Self::new(arguments.whole(0), arguments.number(1), slope)
    }
}

impl Indicator for Lmw {
    type Sample = f64;
    type Output = LmwFlags;

    fn step(&mut self, price: f64) -> Option<LmwFlags> {
        self.found = [None; PATTERNS];
        if self.smoother.push(price) {
            self.count = self.smoother.extrema(&mut self.extrema);
            self.find();
        }
        Some(LmwFlags { flags: self.found.map(|found| found.is_some()) })
    }

    fn reset(&mut self) {
        self.smoother.reset();
        self.count = 0;
        self.found = [None; PATTERNS];
    }

    fn warm_up(&self) -> usize {
        1
    }
}

/// A pattern in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LmwFinding<'a> {
    /// Which pattern.
    pub pattern: LmwPattern,
    /// From its first extremum to its last, old to new.
    pub extrema: &'a [Pivot],
}

/// Which patterns are in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LmwFlags {
    flags: [bool; PATTERNS],
}

impl LmwFlags {
    /// Returns whether one is.
    #[must_use]
    pub const fn get(&self, pattern: LmwPattern) -> bool {
        self.flags[pattern as usize]
    }
}

impl Outputs for LmwFlags {
    const NAMES: &'static [&'static str] = &LmwPattern::NAMES;

    fn write(&self, slots: &mut [Option<f64>]) {
        for (slot, &flag) in slots.iter_mut().zip(&self.flags) {
            *slot = Some(f64::from(u8::from(flag)));
        }
    }

    fn is_finite(&self) -> bool {
        true
    }
}
