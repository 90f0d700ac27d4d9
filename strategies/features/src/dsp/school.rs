//! What the files of this school share: entries, sources, parameters, printed constants.

use crate::prelude::*;

/// Which constants a filter is computed with. The listings print 1.414 for √2, 3.14159 for π,
/// 0.707 for √½ and 1.738 for √3; the exact ones move SuperSmoother(20) by 6e-5 of the price's
/// deviation, and a roofing filter by 9e-4 of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Constants {
    /// As printed, so that results can be compared with other platforms.
    #[default]
    Published,
    /// As meant.
    Exact,
}

impl Constants {
    /// Reads the argument made by [`CONSTANTS`].
    pub(super) fn argument(arguments: &Arguments, index: usize) -> Self {
        if arguments.whole(index) == 0 { Self::Published } else { Self::Exact }
    }

    pub(super) const fn root_two(self) -> f64 {
        match self {
            Self::Published => 1.414,
            Self::Exact => std::f64::consts::SQRT_2,
        }
    }

    /// 1.738 is an erratum: Ehlers' own tables of coefficients follow √3.
    pub(super) fn root_three(self) -> f64 {
        match self {
            Self::Published => 1.738,
            Self::Exact => 3.0_f64.sqrt(),
        }
    }

    pub(super) const fn root_half(self) -> f64 {
        match self {
            Self::Published => 0.707,
            Self::Exact => std::f64::consts::FRAC_1_SQRT_2,
        }
    }

    #[expect(clippy::approx_constant, reason = "the published value, so that results compare")]
    pub(super) const fn pi(self) -> f64 {
        match self {
            Self::Published => 3.14159,
            Self::Exact => std::f64::consts::PI,
        }
    }
}

/// The choice of [`Constants`].
pub(super) const CONSTANTS: Parameter = Parameter::choice("constants", &["published", "exact"]);

/// Longest period of a cycle: with longer ones the poles of a filter cannot be told from 1.
const LONGEST: f64 = 100_000.0;

/// The critical period of a low-pass filter: the shortest cycle has two samples.
pub(super) const PERIOD: Parameter = Parameter::number("period", Unit::Period, 2.0, LONGEST, 10.0);

/// The critical period of a filter whose coefficients are singular at 4 (one pole) or 2.83 (two).
pub(super) const PERIOD_5: Parameter =
    Parameter::number("period", Unit::Period, 5.0, LONGEST, 48.0);

/// The period of a cycle that a filter or a correlation is tuned to.
pub(super) const CYCLE: Parameter = Parameter::number("period", Unit::Period, 5.0, LONGEST, 20.0);

/// The width of a pass band as a share of its centre.
pub(super) const BANDWIDTH: Parameter =
    Parameter::number("bandwidth", Unit::Ratio, 0.001, 1.0, 0.3);

/// A number of samples in a window.
pub(super) const LENGTH: Parameter = Parameter::samples("length", 1, 20);

/// A number of samples in a window of which two differ.
pub(super) const LENGTH_2: Parameter = Parameter::samples("length", 2, 20);

/// The weight of the newest sample in a filter of one coefficient.
pub(super) const ALPHA: Parameter = Parameter::number("alpha", Unit::Ratio, 0.0001, 1.0, 0.07);

/// The damping of a Laguerre filter.
pub(super) const GAMMA: Parameter = Parameter::number("gamma", Unit::Ratio, 0.0, 0.999, 0.8);

/// Makes the parameter `period` one of another name.
pub(super) const fn named(name: &'static str, parameter: Parameter, default: f64) -> Parameter {
    Parameter { name, ..parameter.or(default) }
}

/// An entry of this school that reads the close.
pub(super) const fn on_close(
    name: &'static str,
    title: &'static str,
    parameters: &'static [Parameter],
    source: Source,
) -> Entry {
    Entry { name, title, school: School::Ehlers, parameters, price: AppliedPrice::Close, source }
}

/// An entry of this school that reads the middle of the bar.
pub(super) const fn on_median(
    name: &'static str,
    title: &'static str,
    parameters: &'static [Parameter],
    source: Source,
) -> Entry {
    Entry { price: AppliedPrice::Median, ..on_close(name, title, parameters, source) }
}

pub(super) const fn rocket_science(place: &'static str) -> Source {
    Source::new("Ehlers", "Rocket Science for Traders", 2001, place)
}

pub(super) const fn cybernetic(place: &'static str) -> Source {
    Source::new("Ehlers", "Cybernetic Analysis for Stocks and Futures", 2004, place)
}

pub(super) const fn cycle_analytics(place: &'static str) -> Source {
    Source::new("Ehlers", "Cycle Analytics for Traders", 2013, place)
}

/// An article in "Technical Analysis of Stocks & Commodities".
pub(super) const fn article(title: &'static str, year: u16, month: &'static str) -> Source {
    Source::new("Ehlers", title, year, month)
}

/// A paper on mesasoftware.com.
pub(super) const fn paper(title: &'static str, year: u16) -> Source {
    Source::new("Ehlers", title, year, "MESA Software paper")
}

/// Returns a quotient, `None` where it is none: nothing in the denominator, or overflow.
#[inline]
pub(super) fn ratio(numerator: f64, denominator: f64) -> Option<f64> {
    let quotient = numerator / denominator;
    quotient.is_finite().then_some(quotient)
}

/// ½ ln((1 + x) / (1 − x)), for |x| < 1.
#[inline]
pub(super) fn fisher(bounded: f64) -> f64 {
    0.5 * ((1.0 + bounded) / (1.0 - bounded)).ln()
}

/// Makes an indicator of a struct with `next`, which answers from the first sample on, and
/// `clear`.
macro_rules! at_once {
    ($name:ident: $sample:ty => $output:ty) => {
        impl Indicator for $name {
            type Sample = $sample;
            type Output = $output;

            #[inline]
            fn step(&mut self, sample: $sample) -> Option<$output> {
                Some(self.next(sample))
            }

            fn reset(&mut self) {
                self.clear();
            }

            fn warm_up(&self) -> usize {
                1
            }
        }
    };
}
pub(super) use at_once;
