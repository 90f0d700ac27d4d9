//! Pictures of bars with features, findings, levels or a fan.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{anyhow, bail};
use gannet_features::Candle;
use gannet_features::gann::angles::{self, Direction, FAN, Fan};
use gannet_features::patterns::{Finding, Pivot};

use super::args::FanArgs;
use super::gann::FAN_NAMES;
use super::svg::{Chart, Line, Mark, Panel};
use super::{Bars, FeatureSet};

/// More lines than these are not told apart by eye, and no screen is so high.
const FEATURES_MAX: usize = 24;

/// Draws features: those near the price over it, others below, the outputs of one indicator
/// together.
///
/// # Errors
/// If there are too many, or one reads books and trades.
pub(super) fn features(bars: &Bars, set: &FeatureSet, last: usize) -> anyhow::Result<String> {
    let count = set.features().len();
    if count > FEATURES_MAX {
        bail!("{count} features do not fit into a picture; choose up to {FEATURES_MAX}");
    }
    let shown = shown(bars, last);
    let mut columns = set.columns()?;
    let mut lines: Vec<Line> =
        set.features().iter().map(|feature| line(feature.name.clone(), Vec::new())).collect();
    for (bar, candle) in bars.candles[..shown.end].iter().enumerate() {
        for (line, value) in lines.iter_mut().zip(columns.update(candle)) {
            if let Some(bar) = bar.checked_sub(shown.start) {
                line.points.push(value.map(|value| (bar as f64, value)));
            }
        }
    }
    let candles = &bars.candles[shown.clone()];
    let mut overlay = Panel::default();
    let mut panels: Vec<(usize, Panel)> = Vec::new();
    for (index, line) in lines.into_iter().enumerate() {
        let formula = &set.features()[index].formula;
        let shares = |other: usize| set.features()[other].formula.shares_indicator(formula);
        if near_price(&line, candles) {
            overlay.lines.push(line);
        } else if let Some((_, panel)) = panels.iter_mut().find(|(other, _)| shares(*other)) {
            panel.lines.push(line);
        } else {
            panels.push((index, Panel { lines: vec![line], marks: Vec::new() }));
        }
    }
    let panels = panels.into_iter().map(|(_, panel)| panel).collect();
    Ok(chart(bars, shown, "features", overlay, panels))
}

/// Draws findings: a line through the highs and lows of each, its name where it was known.
pub(super) fn patterns(bars: &Bars, findings: &[Finding], last: usize) -> String {
    let shown = shown(bars, last);
    let inside = |bar: usize| bar.checked_sub(shown.start).map(|bar| bar as f64);
    let mut overlay = Panel::default();
    // Findings of one bar that point the same way share a text, and often their highs and lows.
    let mut names: BTreeMap<(usize, bool), Vec<&str>> = BTreeMap::new();
    let mut drawn: Vec<&[Pivot]> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.known >= shown.start) {
        names.entry((finding.known, finding.value > 0)).or_default().push(finding.name);
        if finding.pivots.is_empty() || drawn.contains(&finding.pivots.as_slice()) {
            continue;
        }
        drawn.push(&finding.pivots);
        let points = finding.pivots.iter();
        let points = points.map(|pivot| inside(pivot.bar).map(|bar| (bar, pivot.price)));
        overlay.lines.push(line(String::new(), points.collect()));
    }
    for ((known, below), names) in names {
        let Candle { low, high, .. } = bars.candles[known];
        let value = if below { low } else { high };
        let bar = (known - shown.start) as f64;
        let hint = names.join(", ");
        overlay.marks.push(Mark { bar, value, text: abridged(&names), hint, below });
    }
    // What says more has its name first, as long as there is room.
    overlay.marks.sort_by_key(|mark| mark.text.starts_with("cdl"));
    chart(bars, shown, "patterns", overlay, Vec::new())
}

/// Returns the name that says most, and how many others there are: a pattern of many bars before a
/// candlestick.
fn abridged(names: &[&str]) -> String {
    let many = names.iter().find(|name| !name.starts_with("cdl"));
    let name = many.or(names.first()).copied().unwrap_or_default();
    match names.len() {
        0 | 1 => name.to_owned(),
        count => format!("{name} +{}", count - 1),
    }
}

/// Draws horizontal levels, given as degrees and price.
pub(super) fn levels(
    bars: &Bars,
    title: &str,
    ladder: impl Iterator<Item = (f64, f64)>,
    last: usize,
) -> String {
    let shown = shown(bars, last);
    let end = shown.len() as f64;
    let lines = ladder.map(|(degrees, price)| Line {
        name: format!("{degrees}° {price:.2}"),
        points: vec![Some((0.0, price)), Some((end, price))],
        guide: true,
    });
    let overlay = Panel { lines: lines.collect(), marks: Vec::new() };
    chart(bars, shown, title, overlay, Vec::new())
}

/// Draws the fan from a bar.
///
/// # Errors
/// If there is no such bar, or the price per bar is not positive.
pub(super) fn fan(bars: &Bars, args: &FanArgs) -> anyhow::Result<String> {
    let FanArgs { price_per_bar, down, last, .. } = *args;
    let pivot = bars.times.iter().position(|time| *time == args.pivot);
    let pivot = pivot.ok_or_else(|| anyhow!("no bar begins at {}", args.pivot))?;
    let candle = &bars.candles[pivot];
    let (direction, price) =
        if down { (Direction::Down, candle.high) } else { (Direction::Up, candle.low) };
    // Checks what the fan takes as it is.
    angles::line(price, price_per_bar, FAN[0], direction, 1.0)?;
    let first = pivot.saturating_sub(10);
    let shown = first..bars.candles.len().min(first.saturating_add(last.max(1)));
    let (start, end) = ((pivot - first) as f64, shown.len() as f64);
    let ends = Fan { pivot: price, price_per_bar }.lines(direction, end - start);
    let lines = FAN_NAMES.iter().zip(ends).map(|(name, end_price)| Line {
        name: (*name).to_owned(),
        points: stretches(start, price, end, end_price),
        guide: true,
    });
    let overlay = Panel { lines: lines.collect(), marks: Vec::new() };
    let title = format!("Gann fan from {} at {price}, {price_per_bar} a bar", args.pivot);
    Ok(chart(bars, shown, &title, overlay, Vec::new()))
}

/// Returns a straight line in stretches of a bar, so that its name stands where it is last seen.
fn stretches(start: f64, price: f64, end: f64, end_price: f64) -> Vec<Option<(f64, f64)>> {
    let slope = (end_price - price) / (end - start);
    let bars = (end - start) as usize;
    (0..=bars).map(|bar| Some((start + bar as f64, price + slope * bar as f64))).collect()
}

/// Returns the last bars.
fn shown(bars: &Bars, last: usize) -> Range<usize> {
    let count = bars.candles.len();
    count.saturating_sub(last.max(1))..count
}

/// Returns whether a line belongs over the candles: its middle is not far from them.
fn near_price(line: &Line, candles: &[Candle]) -> bool {
    let mut values: Vec<f64> = line.points.iter().flatten().map(|&(_, value)| value).collect();
    values.sort_by(f64::total_cmp);
    let Some(middle) = values.get(values.len() / 2) else { return false };
    let low = candles.iter().map(|candle| candle.low).fold(f64::INFINITY, f64::min);
    let high = candles.iter().map(|candle| candle.high).fold(0.0, f64::max);
    let span = high - low;
    (low - span..=high + span).contains(middle) && *middle > low / 2.0
}

const fn line(name: String, points: Vec<Option<(f64, f64)>>) -> Line {
    Line { name, points, guide: false }
}

fn chart(
    bars: &Bars,
    shown: Range<usize>,
    title: &str,
    overlay: Panel,
    panels: Vec<Panel>,
) -> String {
    let times = &bars.times[shown.clone()];
    let title = match (times.first(), times.last()) {
        (Some(first), Some(last)) => format!("{title}, {first} to {last}"),
        _ => format!("{title}, no bars"),
    };
    Chart { title, times, candles: &bars.candles[shown], overlay, panels }.svg()
}
