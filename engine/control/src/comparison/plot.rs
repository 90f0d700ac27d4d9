//! Lines with bands as SVG.

use std::fmt::Write as _;

use super::Point;

/// A line.
pub(super) struct Line<'a> {
    /// The class of its colour, counted from 0.
    pub(super) colour: usize,
    pub(super) points: &'a [Point],
}

/// What is measured along a plot, and what is marked on it.
pub(super) struct Plot<'a> {
    /// For those who do not see it.
    pub(super) label: &'a str,
    /// What the numbers on the left are.
    pub(super) unit: &'a str,
    /// What the numbers below are.
    pub(super) below: &'a str,
    /// How wide it is; text is as large as on any other.
    pub(super) width: f64,
    /// Heights that are marked besides zero.
    pub(super) marks: &'a [f64],
    /// Whether bands may go beyond what is shown, so that they do not flatten the lines.
    pub(super) is_cut: bool,
}

/// Draws lines over the number of observations.
pub(super) fn draw(plot: &Plot<'_>, lines: &[Line<'_>]) -> String {
    let points = || lines.iter().flat_map(|line| line.points);
    let left = points().map(|point| point.count).min().unwrap_or(0) as f64;
    let right = (points().map(|point| point.count).max().unwrap_or(0) as f64).max(left + 1.0);
    let (low, high) = range(plot, lines);
    let x =
        |count: u64| LEFT + (count as f64 - left) / (right - left) * (plot.width - LEFT - RIGHT);
    let y =
        |value: f64| TOP + (high - value.clamp(low, high)) / (high - low) * (HEIGHT - TOP - BOTTOM);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        plot.width, plot.label
    );
    let step = step(high - low);
    for index in (low / step).ceil() as i64..=(high / step).floor() as i64 {
        let (value, at) = (index as f64 * step, y(index as f64 * step));
        let class = if index == 0 { "zero" } else { "grid" };
        rule(&mut svg, class, plot.width, at);
        let places = (-step.log10().floor()).max(0.0) as usize;
        text(&mut svg, "end", LEFT - 6.0, at + 4.0, &format!("{value:.places$}"));
    }
    for mark in plot.marks.iter().filter(|mark| (low..=high).contains(*mark)) {
        rule(&mut svg, "mark", plot.width, y(*mark));
    }
    for line in lines.iter().filter(|line| !line.points.is_empty()) {
        let upper = line.points.iter().map(|point| (x(point.count), y(point.high)));
        let lower = line.points.iter().rev().map(|point| (x(point.count), y(point.low)));
        let colour = line.colour;
        let _ = write!(svg, "<path class=\"band s{colour}\" d=\"{}Z\"/>", path(upper.chain(lower)));
        let middle = line.points.iter().map(|point| (x(point.count), y(point.value)));
        let _ = write!(svg, "<path class=\"line s{colour}\" d=\"{}\"/>", path(middle));
    }
    text(&mut svg, "start", 0.0, 11.0, plot.unit);
    text(&mut svg, "start", LEFT, HEIGHT - 4.0, &left.to_string());
    text(&mut svg, "end", plot.width - RIGHT, HEIGHT - 4.0, &format!("{right} {}", plot.below));
    svg.push_str("</svg>");
    svg
}

/// From where to where: all lines and zero, and of bands as much again where they are cut.
fn range(plot: &Plot<'_>, lines: &[Line<'_>]) -> (f64, f64) {
    let points = || lines.iter().flat_map(|line| line.points);
    let over =
        |value: fn(&Point) -> f64, from: fn(f64, f64) -> f64| points().map(value).fold(0.0, from);
    let (mut low, mut high) = (over(|it| it.value, f64::min), over(|it| it.value, f64::max));
    let room = (high - low).max(plot.marks.iter().fold(0.0, |most, mark| mark.abs().max(most)));
    let (low_all, high_all) = (over(|it| it.low, f64::min), over(|it| it.high, f64::max));
    if plot.is_cut {
        (low, high) = ((low - 2.0 * room).max(low_all), (high + 2.0 * room).min(high_all));
    } else {
        (low, high) = (low_all, high_all);
    }
    if high > low { (low, high) } else { (-1.0, 1.0) }
}

/// A step of 1, 2 or 5 times a power of ten that makes three to seven lines.
fn step(span: f64) -> f64 {
    let power = 10_f64.powf((span / 5.0).log10().floor());
    let parts = span / 5.0 / power;
    power
        * if parts < 1.5 {
            1.0
        } else if parts < 3.5 {
            2.0
        } else if parts < 7.5 {
            5.0
        } else {
            10.0
        }
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.enumerate() {
        let _ = write!(path, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
    }
    path
}

fn rule(svg: &mut String, class: &str, width: f64, y: f64) {
    let right = width - RIGHT;
    let _ = write!(
        svg,
        "<line class=\"{class}\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>"
    );
}

fn text(svg: &mut String, anchor: &str, x: f64, y: f64, text: &str) {
    let _ = write!(svg, "<text text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>");
}

/// Half of the page.
pub(super) const HALF: f64 = 520.0;
/// All of it.
pub(super) const WHOLE: f64 = 1_080.0;
const HEIGHT: f64 = 240.0;
/// Room for the numbers.
const LEFT: f64 = 56.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 20.0;
