//! The ten patterns as relations between extrema.

use crate::columns::Column;
use crate::patterns::{Pivot, PivotSide};

/// Shoulders, necklines and double tops are level within this share of their mean.
const LEVEL: f64 = 0.015;

/// Tops and bottoms of a rectangle are level within this share of their mean.
const LEVEL_RECTANGLE: f64 = 0.0075;

/// Bars the tops of a double top must be more than apart: a month of trading days.
const APART: usize = 22;

/// Declares the patterns: name of the output and column, title, sign.
macro_rules! patterns {
    ($($variant:ident $name:literal $column:literal $title:literal $sign:literal;)+) => {
        /// A pattern of smoothed prices.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum LmwPattern {
            $(#[doc = $title] $variant,)+
        }

        /// One column a pattern.
        pub(crate) const COLUMNS: &[Column] = &[$(Column::new(
            $column,
            concat!("lmw(patterns.lmw_window,patterns.lmw_bandwidth).", $name),
        )),+];

        impl LmwPattern {
            /// All of them, in the order of the outputs.
            pub const ALL: [Self; COLUMNS.len()] = [$(Self::$variant),+];

            /// The names of all, in the same order.
            pub const NAMES: [&'static str; COLUMNS.len()] = [$($name),+];

            /// Returns the name of its column.
            #[must_use]
            pub const fn column(self) -> &'static str {
                match self {
                    $(Self::$variant => $column,)+
                }
            }

            /// Returns what people call it.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                }
            }

            /// Returns what tradition expects of it: 1 rising prices, −1 falling.
            #[must_use]
            pub const fn sign(self) -> i32 {
                match self {
                    $(Self::$variant => $sign,)+
                }
            }
        }
    };
}

patterns! {
    HeadShoulders "hs" "lmw_HS" "Head and shoulders" -1;
    InverseHeadShoulders "ihs" "lmw_IHS" "Inverse head and shoulders" 1;
    BroadeningTop "btop" "lmw_BTOP" "Broadening top" -1;
    BroadeningBottom "bbot" "lmw_BBOT" "Broadening bottom" 1;
    TriangleTop "ttop" "lmw_TTOP" "Triangle top" -1;
    TriangleBottom "tbot" "lmw_TBOT" "Triangle bottom" 1;
    RectangleTop "rtop" "lmw_RTOP" "Rectangle top" -1;
    RectangleBottom "rbot" "lmw_RBOT" "Rectangle bottom" 1;
    DoubleTop "dtop" "lmw_DTOP" "Double top" -1;
    DoubleBottom "dbot" "lmw_DBOT" "Double bottom" 1;
}

impl LmwPattern {
    /// Returns the five-extrema patterns that begin with a high or a low.
    pub(super) const fn of_five(first: PivotSide) -> [Self; 4] {
        match first {
            PivotSide::High => {
                [Self::HeadShoulders, Self::BroadeningTop, Self::TriangleTop, Self::RectangleTop]
            }
            PivotSide::Low => [
                Self::InverseHeadShoulders,
                Self::BroadeningBottom,
                Self::TriangleBottom,
                Self::RectangleBottom,
            ],
        }
    }

    /// Returns whether five extrema, old to new, are this pattern; the first is of its side.
    pub(super) fn is(self, five: &[Pivot; 5]) -> bool {
        // Bottoms are tops of the mirrored prices.
        let mirror = match five[0].side {
            PivotSide::High => 1.0,
            PivotSide::Low => -1.0,
        };
        let [e1, e2, e3, e4, e5] = five.map(|each| mirror * each.price);
        match self {
            Self::HeadShoulders | Self::InverseHeadShoulders => {
                e3 > e1 && e3 > e5 && are_level(&[e1, e5], LEVEL) && are_level(&[e2, e4], LEVEL)
            }
            Self::BroadeningTop | Self::BroadeningBottom => e1 < e3 && e3 < e5 && e2 > e4,
            Self::TriangleTop | Self::TriangleBottom => e1 > e3 && e3 > e5 && e2 < e4,
            Self::RectangleTop | Self::RectangleBottom => {
                are_level(&[e1, e3, e5], LEVEL_RECTANGLE)
                    && are_level(&[e2, e4], LEVEL_RECTANGLE)
                    && e1.min(e3).min(e5) > e2.max(e4)
            }
            Self::DoubleTop | Self::DoubleBottom => is_double(&five[0], &five[4]),
        }
    }
}

/// Returns whether two extrema of one side are level and more than a month apart.
pub(super) fn is_double(first: &Pivot, second: &Pivot) -> bool {
    second.bar > first.bar + APART && are_level(&[first.price, second.price], LEVEL)
}

fn are_level(prices: &[f64], share: f64) -> bool {
    let mean = prices.iter().sum::<f64>() / prices.len() as f64;
    prices.iter().all(|price| (price - mean).abs() <= share * mean.abs())
}
