//! What Ehlers makes of oscillators: their place in their own range, smoothed, with a trigger.

use super::past::Range;
use super::school::*;
use super::{CenterOfGravity, CyberCycle, RelativeVigor};
use crate::prelude::*;

outputs! {
    /// The outputs of a stochasticized oscillator.
    pub struct StochasticLines {
        /// The oscillator in its range, from −1 to 1.
        v,
        /// A little less than the last value: crossings are entries.
        trigger,
    }
}

/// The place of a value in the range of the last ones, averaged with the weights 4, 3, 2, 1.
#[derive(Clone, Debug)]
struct Stochastic {
    range: Range,
    shares: [f64; 3],
    last: f64,
}

impl Stochastic {
    fn new(length: usize) -> Self {
        Self { range: Range::new(length, 0.0), shares: [0.0; 3], last: -1.0 }
    }

    #[inline]
    fn next(&mut self, value: f64) -> StochasticLines {
        let share = self.range.push(value);
        let [s1, s2, s3] = self.shares;
        self.shares = [share, s1, s2];
        let v = 2.0 * ((4.0 * share + 3.0 * s1 + 2.0 * s2 + s3) / 10.0 - 0.5);
        let last = std::mem::replace(&mut self.last, v);
        StochasticLines { v, trigger: 0.96 * (last + 0.02) }
    }

    fn reset(&mut self) {
        self.range.reset();
        self.shares = [0.0; 3];
        self.last = -1.0;
    }
}

/// The Fisher transform of a value between −1 and 1, which is kept off the poles.
#[inline]
fn fisherized(value: f64) -> f64 {
    fisher(0.99 * value)
}

const RANGE: Parameter = Parameter { name: "range", ..LENGTH.or(8.0) };
const CG: Parameter = LENGTH.or(8.0);
const VIGOR: Parameter = LENGTH.or(8.0);

/// Declares an oscillator in its range and its Fisher transform.
macro_rules! stochastic {
    (
        $(#[$doc:meta])*
        $name:ident / $fisher:ident of $inner:ident($parameter:expr, $type:ty, $get:ident),
        $sample:ty, $ids:expr, $titles:expr, $places:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            inner: $inner,
            stochastic: Stochastic,
        }

        impl $name {
            /// Builds one with the argument of the oscillator and the length of the range.
            ///
            /// # Panics
            /// If an argument is not allowed by the catalogue.
            #[must_use]
            pub fn new(argument: $type, range: usize) -> Self {
                let stochastic = Stochastic::new(RANGE.require_whole(range));
                Self { inner: $inner::new(argument), stochastic }
            }

            #[inline]
            fn next(&mut self, sample: $sample) -> StochasticLines {
                self.stochastic.next(self.inner.next(sample))
            }

            fn clear(&mut self) {
                self.inner.clear();
                self.stochastic.reset();
            }
        }

        impl Catalogued for $name {
            const ENTRY: Entry =
                on_median($ids[0], $titles[0], &[$parameter, RANGE], cybernetic($places[0]));

            fn build(arguments: &Arguments) -> Self {
                Self::new(arguments.$get(0), arguments.whole(1))
            }
        }

        at_once!($name: $sample => StochasticLines);

        #[doc = concat!("The Fisher transform of a [`", stringify!($name), "`]: sharp turns.")]
        #[derive(Clone, Debug)]
        pub struct $fisher {
            inner: $name,
            last: f64,
        }

        impl $fisher {
            /// Builds one with the argument of the oscillator and the length of the range.
            ///
            /// # Panics
            /// If an argument is not allowed by the catalogue.
            #[must_use]
            pub fn new(argument: $type, range: usize) -> Self {
                Self { inner: $name::new(argument, range), last: 0.0 }
            }

            #[inline]
            fn next(&mut self, sample: $sample) -> StochasticLines {
                let v = fisherized(self.inner.next(sample).v);
                StochasticLines { v, trigger: std::mem::replace(&mut self.last, v) }
            }

            fn clear(&mut self) {
                self.inner.clear();
                self.last = 0.0;
            }
        }

        impl Catalogued for $fisher {
            const ENTRY: Entry =
                on_median($ids[1], $titles[1], &[$parameter, RANGE], cybernetic($places[1]));

            fn build(arguments: &Arguments) -> Self {
                Self::new(arguments.$get(0), arguments.whole(1))
            }
        }

        at_once!($fisher: $sample => StochasticLines);
    };
}

stochastic! {
    /// The [`CyberCycle`] in its range.
    StochasticCyberCycle / FisherCyberCycle of CyberCycle(ALPHA, f64, number),
    f64,
    ["stoch_cyber_cycle", "fisher_cyber_cycle"],
    ["Stochastic Cyber Cycle", "Fisher Cyber Cycle"],
    ["fig. 8.4", "ch. 8, Fisher transform"]
}

stochastic! {
    /// The [`CenterOfGravity`] in its range.
    StochasticCenterOfGravity / FisherCenterOfGravity of CenterOfGravity(CG, usize, whole),
    f64,
    ["stoch_cg", "fisher_stoch_cg"],
    ["Stochastic CG oscillator", "Fisher Stochastic CG oscillator"],
    ["fig. 8.6", "ch. 8, Fisher transform"]
}

stochastic! {
    /// The [`RelativeVigor`] in its range.
    StochasticVigor / FisherVigor of RelativeVigor(VIGOR, usize, whole),
    Ohlc,
    ["stoch_rvi", "fisher_rvi"],
    ["Stochastic RVI", "Fisher RVI"],
    ["fig. 8.8", "ch. 8, Fisher transform"]
}
