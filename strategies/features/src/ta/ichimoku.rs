//! Ichimoku.

use super::{PERIOD_2, classical};
use crate::prelude::*;
use crate::window::{Highest, Lowest, Window};

outputs! {
    /// The lines of [`Ichimoku`].
    pub struct IchimokuLines {
        /// Tenkan-sen: the middle of the shortest range.
        conversion,
        /// Kijun-sen: the middle of the middle range.
        base,
        /// Senkou span A as it stands over this bar: the mean of the two above, as it was when the
        /// cloud was drawn ahead.
        span_a,
        /// Senkou span B as it stands over this bar: the middle of the longest range, as it was
        /// then.
        span_b,
        /// Span A drawn ahead on this bar.
        lead_a,
        /// Span B drawn ahead on this bar.
        lead_b,
        /// The close less the close that many bars ago, where the lagging span is drawn.
        lagging,
    }
}

/// The middle of a range of bars.
#[derive(Clone, Debug)]
struct Middle {
    highest: Highest,
    lowest: Lowest,
}

impl Middle {
    fn new(period: usize) -> Self {
        Self { highest: Highest::new(period), lowest: Lowest::new(period) }
    }

    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let (highest, lowest) = (self.highest.push(bar.high), self.lowest.push(bar.low));
        self.highest.is_full().then(|| (highest + lowest) / 2.0)
    }

    fn clear(&mut self) {
        self.highest.clear();
        self.lowest.clear();
    }
}

/// Middles of three ranges, and a cloud of them drawn ahead. There is a value when the cloud over
/// the bar is complete.
#[derive(Clone, Debug)]
pub struct Ichimoku {
    middles: [Middle; 3],
    longest: usize,
    leads: [Window; 2],
    closes: Window,
}

impl Ichimoku {
    /// Builds one from the lengths of the ranges, usually 9, 26 and 52 bars, and how far ahead the
    /// cloud is drawn, usually 26 bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(conversion: usize, base: usize, span: usize, displacement: usize) -> Self {
        let periods = [
            CONVERSION.require_whole(conversion),
            BASE.require_whole(base),
            SPAN.require_whole(span),
        ];
        let displacement = DISPLACEMENT.require_whole(displacement);
        let longest = conversion.max(base).max(span);
        Self {
            middles: periods.map(Middle::new),
            longest,
            leads: [Window::new(displacement), Window::new(displacement)],
            closes: Window::new(displacement),
        }
    }
}

const CONVERSION: Parameter = Parameter { name: "conversion", ..PERIOD_2.or(9.0) };
const BASE: Parameter = Parameter { name: "base", ..PERIOD_2.or(26.0) };
const SPAN: Parameter = Parameter { name: "span", ..PERIOD_2.or(52.0) };
const DISPLACEMENT: Parameter = Parameter { name: "displacement", ..PERIOD_2.or(26.0) };

impl Catalogued for Ichimoku {
    const ENTRY: Entry = classical(
        "ichimoku",
        "Ichimoku",
        &[CONVERSION, BASE, SPAN, DISPLACEMENT],
        Source::new("Hosoda", "Ichimoku Kinko Hyo", 1969, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1), arguments.whole(2), arguments.whole(3))
    }
}

impl Indicator for Ichimoku {
    type Sample = HighLowClose;
    type Output = IchimokuLines;

    fn step(&mut self, bar: HighLowClose) -> Option<IchimokuLines> {
        let before = self.closes.push(bar.close);
        let [conversion, base, span] = &mut self.middles;
        let (conversion, base, span) = (conversion.step(bar), base.step(bar), span.step(bar));
        let (conversion, base, lead_b) = (conversion?, base?, span?);
        let lead_a = (conversion + base) / 2.0;
        let (span_a, span_b) = (self.leads[0].push(lead_a), self.leads[1].push(lead_b));
        Some(IchimokuLines {
            conversion,
            base,
            span_a: span_a?,
            span_b: span_b?,
            lead_a,
            lead_b,
            lagging: bar.close - before?,
        })
    }

    fn reset(&mut self) {
        self.middles.iter_mut().for_each(Middle::clear);
        self.leads.iter_mut().for_each(Window::clear);
        self.closes.clear();
    }

    fn warm_up(&self) -> usize {
        self.longest + self.closes.capacity()
    }
}
