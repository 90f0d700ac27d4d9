//! The last pattern of one kind, held: where it is, how old, and what price makes of it.

use super::pattern::{ChartFinding, ChartPattern};
use super::{ChartPatterns, FLAG, THRESHOLD, TOLERANCE};
use crate::catalog::{Catalogued, Entry, School};
use crate::parameter::{Arguments, Parameter};
use crate::{AppliedPrice, HighLow, HighLowClose, Indicator};

/// Which pattern.
const PATTERN: Parameter = Parameter::choice("pattern", &ChartPattern::NAMES);

/// The last pattern of one kind, from the bar that completed it on. Absent before the first.
#[derive(Clone, Debug)]
pub struct TrackedPattern {
    charts: ChartPatterns,
    pattern: ChartPattern,
    last: Option<ChartFinding>,
    broken: bool,
}

crate::outputs! {
    /// The last pattern as this bar sees it.
    pub struct TrackedPoint {
        /// 1 bullish, −1 bearish.
        sign,
        /// Bars since it was completed.
        age,
        /// Bars from its first pivot to its completion.
        span,
        /// Price of its line at this bar.
        line,
        /// Price it points to.
        target,
        /// 1 once a close has passed the line in its direction.
        broken,
    }
}

impl TrackedPattern {
    /// Builds one; see [`ChartPatterns::new`].
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(pattern: ChartPattern, threshold: f64, tolerance: f64, flag: f64) -> Self {
        let charts = ChartPatterns::new(threshold, tolerance, flag);
        Self { charts, pattern, last: None, broken: false }
    }
}

impl Catalogued for TrackedPattern {
    const ENTRY: Entry = Entry {
        name: "chart_pattern",
        title: "Last chart pattern of one kind",
        school: School::Patterns,
        parameters: &[PATTERN, THRESHOLD, TOLERANCE, FLAG],
        price: AppliedPrice::Close,
        source: ChartPatterns::ENTRY.source,
    };

    fn build(arguments: &Arguments) -> Self {
        let pattern = ChartPattern::ALL[arguments.whole(0)];
        Self::new(pattern, arguments.number(1), arguments.number(2), arguments.number(3))
    }
}

impl Indicator for TrackedPattern {
    type Sample = HighLowClose;
    type Output = TrackedPoint;

    fn step(&mut self, bar: HighLowClose) -> Option<TrackedPoint> {
        let Self { charts, pattern, .. } = self;
        if charts.push(HighLow { high: bar.high, low: bar.low })
            && let Some(found) = ChartFinding::of(*pattern, &charts.swings, &charts.limits)
        {
            self.last = Some(found);
            self.broken = false;
        }
        let found = self.last.as_ref()?;
        let now = self.charts.swings.bar();
        let (sign, line) = (f64::from(found.sign), found.line.at(now));
        self.broken |= (bar.close - line) * sign > 0.0;
        Some(TrackedPoint {
            sign,
            age: (now - found.bar) as f64,
            span: found.span() as f64,
            line,
            target: found.target,
            broken: f64::from(u8::from(self.broken)),
        })
    }

    fn reset(&mut self) {
        self.charts.reset();
        self.last = None;
        self.broken = false;
    }

    /// Each pivot is confirmed by a bar of its own, none by the first.
    fn warm_up(&self) -> usize {
        self.pattern.pivots() + 1
    }
}
