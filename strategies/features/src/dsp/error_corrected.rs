//! The error-corrected ("zero lag") exponential average.

use super::school::*;
use crate::prelude::*;

outputs! {
    /// The outputs of [`ErrorCorrected`].
    pub struct ErrorCorrectedLines {
        /// The corrected average.
        ec,
        /// The exponential average.
        ema,
    }
}

/// An exponential average plus as much of its own error, in tenths, as brings it nearest to the
/// price. O(1): the best of the gains is computed, not searched.
#[derive(Clone, Debug)]
pub struct ErrorCorrected {
    alpha: f64,
    /// Largest gain, in tenths.
    limit: f64,
    state: Option<ErrorCorrectedLines>,
}

const LIMIT: Parameter = Parameter::number("limit", Unit::Count, 0.0, 1000.0, 50.0);

impl ErrorCorrected {
    /// Builds one with the weight 2 / (length + 1), and the largest gain in tenths.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize, limit: usize) -> Self {
        let alpha = 2.0 / (LENGTH.require_whole(length) as f64 + 1.0);
        Self { alpha, limit: LIMIT.require_whole(limit) as f64, state: None }
    }

    #[inline]
    fn next(&mut self, price: f64) -> ErrorCorrectedLines {
        let alpha = self.alpha;
        let last = self.state.unwrap_or(ErrorCorrectedLines { ec: price, ema: price });
        let ema = alpha * price + (1.0 - alpha) * last.ema;
        let error = price - last.ec;
        let without = alpha * ema + (1.0 - alpha) * last.ec;
        // The exact gain hits the price; of two equally near ones the search takes the lower.
        let tenths = ratio(10.0 * (price - without), alpha * error)
            .map_or(-self.limit, |exact| (exact - 0.5).ceil().clamp(-self.limit, self.limit));
        let ec = alpha * (ema + tenths / 10.0 * error) + (1.0 - alpha) * last.ec;
        let lines = ErrorCorrectedLines { ec, ema };
        self.state = Some(lines);
        lines
    }

    fn clear(&mut self) {
        self.state = None;
    }
}

impl Catalogued for ErrorCorrected {
    const ENTRY: Entry = on_close(
        "zero_lag_ec",
        "Error-corrected average",
        &[LENGTH, LIMIT],
        Source::new("Ehlers and Way", "Zero Lag (Well, Almost)", 2010, "TASC, November"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

at_once!(ErrorCorrected: f64 => ErrorCorrectedLines);
