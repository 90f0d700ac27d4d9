//! The Fisher transform of the price.

use super::past::Range;
use super::school::*;
use crate::prelude::*;

/// Which form of the Fisher transform.
#[derive(Clone, Copy, Debug)]
struct Form {
    /// Weight of the place in the range, −½ to ½.
    place: f64,
    /// Weight of the last smoothed place.
    feedback: f64,
    /// The smoothed place beyond which it is cut.
    limit: f64,
    /// What it is cut to.
    cut: f64,
    /// Weight of the transform; ½ of the last one is added.
    scale: f64,
}

#[derive(Clone, Debug)]
struct Fisher {
    range: Range,
    value: f64,
    fisher: f64,
}

impl Fisher {
    fn new(length: usize) -> Self {
        Self { range: Range::new(length, 0.5), value: 0.0, fisher: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64, form: Form) -> f64 {
        let value = form.place * (self.range.push(price) - 0.5) + form.feedback * self.value;
        self.value = if value.abs() > form.limit { form.cut.copysign(value) } else { value };
        self.fisher = form.scale * fisher(self.value) + 0.5 * self.fisher;
        self.fisher
    }

    fn reset(&mut self) {
        self.range.reset();
        self.value = 0.0;
        self.fisher = 0.0;
    }
}

/// Declares one form of the transform.
macro_rules! form {
    ($(#[$doc:meta])* $name:ident($id:literal, $title:literal, $source:expr), $form:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            inner: Fisher,
        }

        impl $name {
            /// Builds one over the range of the last `length` samples.
            ///
            /// # Panics
            /// If the length is not allowed by the catalogue.
            #[must_use]
            pub fn new(length: usize) -> Self {
                Self { inner: Fisher::new(LENGTH.require_whole(length)) }
            }

            #[inline]
            fn next(&mut self, price: f64) -> f64 {
                self.inner.next(price, $form)
            }

            fn clear(&mut self) {
                self.inner.reset();
            }
        }

        impl Catalogued for $name {
            const ENTRY: Entry = on_median($id, $title, &[LENGTH.or(10.0)], $source);

            fn build(arguments: &Arguments) -> Self {
                Self::new(arguments.whole(0))
            }
        }

        at_once!($name: f64 => f64);
    };
}

form! {
    /// The place of the price in its range, made nearly Gaussian so that turns are sharp; the
    /// trigger is the last value. The jump from 0.99 to 0.999 and weights that sum to 1.33 are as
    /// published.
    FisherTransform2002("fisher_2002", "Fisher transform of 2002",
        article("Using the Fisher Transform", 2002, "TASC, November")),
    Form { place: 0.66, feedback: 0.67, limit: 0.99, cut: 0.999, scale: 1.0 }
}

form! {
    /// The same with the weights of the book, half as large.
    FisherTransform("fisher_2004", "Fisher transform of 2004", cybernetic("ch. 1")),
    Form { place: 1.0, feedback: 0.5, limit: 0.9999, cut: 0.9999, scale: 0.5 }
}
