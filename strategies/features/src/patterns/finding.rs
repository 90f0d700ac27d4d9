//! What was found, where: for lists and plots. Cold code; the flags are for the rest.

use super::{CandlePattern, Candlesticks, ChartPatterns, Line, Lmw, LmwPattern, Pivot};
use crate::{Candle, HighLow, Indicator, Ohlc, Sample};

/// A pattern that was found. Bars are counted from 0 at the first valid candle.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its column.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it says: the value of a candle pattern, 1 or −1 of others.
    pub value: i32,
    /// Its first bar.
    pub first: usize,
    /// Its last bar.
    pub last: usize,
    /// The bar at which it was known; its age counts from here.
    pub known: usize,
    /// The highs and lows it is made of, old to new; empty for candle patterns.
    pub pivots: Vec<Pivot>,
    /// The line to break.
    pub line: Option<Line>,
    /// The price it points to.
    pub target: Option<f64>,
}

/// Finds every pattern in a series of candles.
#[derive(Clone, Debug)]
pub struct Finder {
    candlesticks: Candlesticks,
    charts: ChartPatterns,
    lmw: Lmw,
    bars: usize,
    /// The last bar of the latest occurrence of each smoothed pattern, which stays in the window
    /// for a while.
    reported: [Option<usize>; LmwPattern::ALL.len()],
}

impl Finder {
    /// Builds one from what shall be looked for.
    #[must_use]
    pub const fn new(candlesticks: Candlesticks, charts: ChartPatterns, lmw: Lmw) -> Self {
        let reported = [None; LmwPattern::ALL.len()];
        Self { candlesticks, charts, lmw, bars: 0, reported }
    }

    /// Takes the next candle and returns what it completes, candle patterns first. A candle whose
    /// prices are not valid is not counted.
    pub fn update(&mut self, candle: &Candle) -> Vec<Finding> {
        let Candle { open, high, low, close, .. } = *candle;
        let prices = Ohlc { open, high, low, close };
        let mut findings = Vec::new();
        if !prices.is_valid() {
            return findings;
        }
        self.candlesticks.push(prices);
        self.charts.step(HighLow { high, low });
        self.lmw.step(close);
        self.candles(&mut findings);
        self.chart_patterns(&mut findings);
        self.smoothed(&mut findings);
        self.bars += 1;
        findings
    }

    fn candles(&self, findings: &mut Vec<Finding>) {
        let known = self.bars;
        for pattern in CandlePattern::ALL {
            let value = self.candlesticks.judge(pattern);
            if value != 0 {
                findings.push(Finding {
                    name: pattern.column(),
                    title: pattern.title(),
                    value,
                    first: known + 1 - pattern.bars(),
                    last: known,
                    known,
                    pivots: Vec::new(),
                    line: None,
                    target: None,
                });
            }
        }
    }

    fn chart_patterns(&self, findings: &mut Vec<Finding>) {
        findings.extend(self.charts.findings().map(|found| {
            let pivots: Vec<Pivot> = found.pivots().collect();
            Finding {
                name: found.pattern.name(),
                title: found.pattern.title(),
                value: found.sign,
                first: pivots[0].bar,
                last: pivots[pivots.len() - 1].bar,
                known: found.bar,
                pivots,
                line: Some(found.line),
                target: Some(found.target),
            }
        }));
    }

    fn smoothed(&mut self, findings: &mut Vec<Finding>) {
        for found in self.lmw.findings() {
            // Snapped to prices, neighbours may change places.
            let bars = found.extrema.iter().map(|extremum| extremum.bar);
            let first = bars.clone().min().unwrap_or(self.bars);
            let last = bars.max().unwrap_or(self.bars);
            let reported = &mut self.reported[found.pattern as usize];
            if reported.is_some_and(|before| last <= before) {
                continue;
            }
            *reported = Some(last);
            findings.push(Finding {
                name: found.pattern.column(),
                title: found.pattern.title(),
                value: found.pattern.sign(),
                first,
                last,
                known: self.bars,
                pivots: found.extrema.to_vec(),
                line: None,
                target: None,
            });
        }
    }
}
