//! The list of chart patterns, and the geometry of one that was found.

use super::shape::Edges;
use super::swing::{PIVOTS, Pivot, Swings};
use super::{harmonic, shape, side_sign};
use crate::columns::Column;

/// Declares the patterns: name, title, how many pivots, and how they are judged.
macro_rules! patterns {
    ($($variant:ident $name:literal $title:literal $pivots:literal: $judge:expr;)+) => {
        /// A pattern of the last pivots.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ChartPattern {
            $(#[doc = $title] $variant,)+
        }

        /// The pivots' columns, and one a pattern.
        pub(crate) const COLUMNS: &[Column] = &[
            Column::new("pivot_price", "zigzag(patterns.threshold).price"),
            Column::new("pivot_dir", "zigzag(patterns.threshold).dir"),
            Column::new("pivot_age", "zigzag(patterns.threshold).age"),
            $(Column::new(
            $name,
            concat!(
                "chart_patterns(patterns.threshold,patterns.tolerance,patterns.flag).",
                $name
            ),
        )),+];

        const PATTERNS: usize = [$($name),+].len();

        impl ChartPattern {
            /// All of them, in the order of the outputs.
            pub const ALL: [Self; PATTERNS] = [$(Self::$variant),+];

            /// The names of all, in the same order.
            pub const NAMES: [&'static str; PATTERNS] = [$($name),+];

            /// Returns the name of its column and output.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Returns what people call it.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                }
            }

            /// Returns how many pivots it is made of.
            #[must_use]
            pub const fn pivots(self) -> usize {
                match self {
                    $(Self::$variant => $pivots,)+
                }
            }

            /// Returns 1 if the last pivots are a bullish one, −1 bearish, 0 none.
            pub(super) fn judge(self, swings: &Swings, limits: &Limits) -> i32 {
                match self {
                    $(Self::$variant => {
                        let judge: fn(&[Pivot; $pivots], &Limits) -> i32 = $judge;
                        swings.last().map_or(0, |pivots| judge(pivots, limits))
                    })+
                }
            }
        }
    };
}

patterns! {
    HeadShoulders "head_shoulders" "Head and shoulders" 5:
        |pivots, limits| shape::head_shoulders(pivots, limits.tolerance);
    Double "double" "Double top or bottom" 3:
        |pivots, limits| shape::double(pivots, limits.tolerance);
    Triple "triple" "Triple top or bottom" 5:
        |pivots, limits| shape::triple(pivots, limits.tolerance);
    Triangle "triangle" "Triangle" 4: |pivots, limits| shape::triangle(pivots, limits.tolerance);
    Wedge "wedge" "Wedge" 4: |pivots, _| shape::wedge(pivots);
    Rectangle "rectangle" "Rectangle" 4:
        |pivots, limits| shape::rectangle(pivots, limits.tolerance);
    Flag "flag" "Flag or pennant" 3: |pivots, limits| shape::flag(pivots, limits.flag);
    CupHandle "cup_handle" "Cup and handle" 4:
        |pivots, limits| shape::cup_handle(pivots, limits.tolerance);
    Abcd "abcd" "AB=CD" 4: |pivots, _| harmonic::abcd(pivots);
    Cypher "cypher" "Cypher" 5: |pivots, _| harmonic::cypher(pivots);
    Gartley "gartley" "Gartley" 5: |pivots, _| harmonic::xabcd(pivots, &harmonic::GARTLEY);
    Bat "bat" "Bat" 5: |pivots, _| harmonic::xabcd(pivots, &harmonic::BAT);
    AlternateBat "alternate_bat" "Alternate bat" 5:
        |pivots, _| harmonic::xabcd(pivots, &harmonic::ALTERNATE_BAT);
    Butterfly "butterfly" "Butterfly" 5: |pivots, _| harmonic::xabcd(pivots, &harmonic::BUTTERFLY);
    Crab "crab" "Crab" 5: |pivots, _| harmonic::xabcd(pivots, &harmonic::CRAB);
    DeepCrab "deep_crab" "Deep crab" 5: |pivots, _| harmonic::xabcd(pivots, &harmonic::DEEP_CRAB);
    Shark "shark" "Shark, X to D" 5: |pivots, _| harmonic::xabcd(pivots, &harmonic::SHARK);
    SharkShifted "shark5" "Shark, 0 to C" 5:
        |pivots, _| harmonic::xabcd(pivots, &harmonic::SHARK_SHIFTED);
}

/// What counts as level, and as a flag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) tolerance: f64,
    pub(super) flag: f64,
}

/// A straight line through two pivots, or level through one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// A bar on it.
    pub bar: usize,
    /// Its price there.
    pub price: f64,
    /// Price per bar.
    pub slope: f64,
}

impl Line {
    fn through(old: &Pivot, new: &Pivot) -> Self {
        let slope = (new.price - old.price) / (new.bar - old.bar) as f64;
        Self { bar: new.bar, price: new.price, slope }
    }

    const fn level(pivot: &Pivot) -> Self {
        Self { bar: pivot.bar, price: pivot.price, slope: 0.0 }
    }

    /// Returns the price of the line at a bar.
    #[must_use]
    pub fn at(&self, bar: usize) -> f64 {
        self.price + self.slope * (bar as f64 - self.bar as f64)
    }
}

/// A pattern at the bar that completed it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartFinding {
    /// Which pattern.
    pub pattern: ChartPattern,
    /// 1 bullish, −1 bearish.
    pub sign: i32,
    /// The bar that confirmed the last pivot: from here on the pattern is known.
    pub bar: usize,
    /// The line whose break confirms the pattern: neckline, edge, rim, the end of the pole; of a
    /// harmonic pattern, the level of D.
    pub line: Line,
    /// Where the pattern points to: its height beyond the line; of a harmonic pattern, 0.618 of
    /// the way from D back to A.
    pub target: f64,
    pivots: [Pivot; PIVOTS],
}

impl ChartFinding {
    /// Describes a pattern of the last pivots, if it is one.
    pub(super) fn of(pattern: ChartPattern, swings: &Swings, limits: &Limits) -> Option<Self> {
        let sign = pattern.judge(swings, limits);
        if sign == 0 {
            return None;
        }
        let mut pivots = [swings.extreme(); PIVOTS];
        // Fewer than five may be there; the pattern needs no more.
        pivots[..3].copy_from_slice(swings.last::<3>()?);
        if let Some(four) = swings.last::<4>() {
            pivots[..4].copy_from_slice(four);
        }
        if let Some(five) = swings.last() {
            pivots = *five;
        }
        let (line, target) = geometry(pattern, f64::from(sign), &pivots);
        Some(Self { pattern, sign, bar: swings.bar(), line, target, pivots })
    }

    /// Returns the pivots, oldest first.
    pub fn pivots(&self) -> impl ExactSizeIterator<Item = Pivot> + '_ {
        self.pivots[..self.pattern.pivots()].iter().rev().copied()
    }

    /// Returns how many bars lie between the first pivot and the completion.
    #[must_use]
    pub fn span(&self) -> usize {
        self.bar - self.pivots[self.pattern.pivots() - 1].bar
    }
}

/// Returns the line to break and the target of a pattern of these pivots, newest first.
fn geometry(pattern: ChartPattern, sign: f64, pivots: &[Pivot; PIVOTS]) -> (Line, f64) {
    use ChartPattern as P;
    let [p0, p1, p2, p3, _] = pivots;
    match pattern {
        P::HeadShoulders | P::Triple => {
            let neck = Line::through(p3, p1);
            let height = (p2.price - neck.at(p2.bar)).abs();
            (neck, neck.at(p0.bar) + sign * height)
        }
        P::Double => {
            let height = ((p0.price + p2.price) / 2.0 - p1.price).abs();
            (Line::level(p1), p1.price + sign * height)
        }
        P::Triangle | P::Rectangle | P::Wedge => {
            let Edges { old_high, new_high, old_low, new_low } = Edges::of(&[*p0, *p1, *p2, *p3]);
            let (highs, lows) =
                (Line::through(&old_high, &new_high), Line::through(&old_low, &new_low));
            let height = (highs.at(p3.bar) - lows.at(p3.bar)).abs();
            let broken = if sign > 0.0 { highs } else { lows };
            (broken, broken.at(p0.bar) + sign * height)
        }
        P::Flag => (Line::level(p1), p0.price + sign * (p1.price - p2.price).abs()),
        P::CupHandle => {
            let rims = Line::through(p3, p1);
            (rims, rims.at(p0.bar) + sign * (rims.at(p2.bar) - p2.price).abs())
        }
        P::Abcd
        | P::Cypher
        | P::Gartley
        | P::Bat
        | P::AlternateBat
        | P::Butterfly
        | P::Crab
        | P::DeepCrab
        | P::Shark
        | P::SharkShifted => {
            debug_assert!(sign == f64::from(-side_sign(p0.side)));
            (Line::level(p0), p0.price + 0.618 * (p3.price - p0.price))
        }
    }
}
