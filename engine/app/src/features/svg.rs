//! Charts as SVG: panels below each other over the same bars, the first with candles.
//!
//! Bars lie at whole numbers from 0; lines may leave their panel and are cut off there. Nothing is
//! read from elsewhere: the text is a whole picture.

use std::fmt::Write as _;
use std::ops::Range;

use gannet_features::Candle;

use super::labels::{LINE, Labels};

/// A picture of bars.
pub(super) struct Chart<'a> {
    /// What stands above it.
    pub(super) title: String,
    /// When each bar began.
    pub(super) times: &'a [String],
    /// The bars.
    pub(super) candles: &'a [Candle],
    /// What lies over the candles.
    pub(super) overlay: Panel,
    /// What lies below them.
    pub(super) panels: Vec<Panel>,
}

/// Lines and marks that share an axis.
#[derive(Default)]
pub(super) struct Panel {
    /// The lines, each in the next colour.
    pub(super) lines: Vec<Line>,
    /// Texts at a bar and a value.
    pub(super) marks: Vec<Mark>,
}

/// A line with gaps.
pub(super) struct Line {
    /// What the legend says, or what stands at its end if it is a guide.
    pub(super) name: String,
    /// Bar and value, old to new; `None` is a gap.
    pub(super) points: Vec<Option<(f64, f64)>>,
    /// Grey, thin and without influence on the axis.
    pub(super) guide: bool,
}

/// A text at a bar and a value.
pub(super) struct Mark {
    /// The bar.
    pub(super) bar: f64,
    /// The value.
    pub(super) value: f64,
    /// The text, above or below, if there is room.
    pub(super) text: String,
    /// All there is to say, where a pointer rests on it.
    pub(super) hint: String,
    /// Below instead of above.
    pub(super) below: bool,
}

/// Sizes in pixels.
const WIDTH: f64 = 1_200.0;
const TOP: f64 = 44.0;
const PRICE_HEIGHT: f64 = 440.0;
const PANEL_HEIGHT: f64 = 130.0;
const GAP: f64 = 18.0;
const AXIS_WIDTH: f64 = 86.0;
const LEFT: f64 = 8.0;
const PLOT_WIDTH: f64 = WIDTH - AXIS_WIDTH - LEFT;

/// The least part of a panel from one number of its axis to the next, and how many there can be.
const AXIS_PART: f64 = 0.15;
const AXIS_STEPS: u8 = 8;

/// Lines of text away from its mark that a name may stand: whatever stands farther off hides more
/// than it tells.
const MARK_LINES: u8 = 7;
/// Keeps a text readable over lines and candles.
const HALO: &str = "paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"2.5\"";

const COLORS: [&str; 8] =
    ["#1f77b4", "#ff7f0e", "#9467bd", "#17becf", "#8c564b", "#e377c2", "#bcbd22", "#393b79"];

impl Chart<'_> {
    /// Returns the picture.
    pub(super) fn svg(&self) -> String {
        let height =
            TOP + PRICE_HEIGHT + self.panels.len() as f64 * (PANEL_HEIGHT + GAP) + 2.0 * GAP;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             font-family=\"sans-serif\" font-size=\"11\">\n\
             <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
             <text x=\"{LEFT}\" y=\"18\" font-size=\"14\">{}</text>\n",
            escaped(&self.title)
        );
        let lows = self.candles.iter().map(|candle| candle.low);
        let highs = self.candles.iter().map(|candle| candle.high);
        let mut frame = Frame {
            top: TOP,
            height: PRICE_HEIGHT,
            values: range(lows.chain(highs).chain(self.overlay.values())),
            step: PLOT_WIDTH / self.candles.len().max(1) as f64,
        };
        frame.open(&mut svg);
        frame.candles(&mut svg, self.candles);
        frame.panel(&mut svg, &self.overlay, self.candles);
        for panel in &self.panels {
            frame.top += frame.height + GAP;
            frame.height = PANEL_HEIGHT;
            frame.values = range(panel.values());
            frame.open(&mut svg);
            frame.panel(&mut svg, panel, &[]);
        }
        self.time_axis(&mut svg, &frame);
        svg.push_str("</svg>\n");
        svg
    }

    fn time_axis(&self, svg: &mut String, frame: &Frame) {
        let count = self.times.len();
        let y = frame.top + frame.height + GAP;
        for tick in (0..count).step_by(count.div_ceil(6).max(1)) {
            let (x, time) = (frame.x(tick as f64), escaped(&self.times[tick]));
            push(
                svg,
                format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"#555\">{time}</text>\n"),
            );
        }
    }
}

impl Panel {
    fn values(&self) -> impl Iterator<Item = f64> + '_ {
        let lines = self.lines.iter().filter(|line| !line.guide);
        let points = lines.flat_map(|line| line.points.iter().flatten().map(|&(_, value)| value));
        points.chain(self.marks.iter().map(|mark| mark.value))
    }
}

/// Where a panel lies and what it shows.
struct Frame {
    top: f64,
    height: f64,
    values: Range<f64>,
    step: f64,
}

impl Frame {
    fn x(&self, bar: f64) -> f64 {
        LEFT + (bar + 0.5) * self.step
    }

    fn y(&self, value: f64) -> f64 {
        let Range { start, end } = self.values;
        self.top + self.height * (end - value) / (end - start)
    }

    /// Draws border and axis.
    fn open(&self, svg: &mut String) {
        let Self { top, height, .. } = *self;
        let size = format!("x=\"{LEFT}\" y=\"{top}\" width=\"{PLOT_WIDTH}\" height=\"{height}\"");
        push(svg, format_args!("<rect {size} fill=\"none\" stroke=\"#bbb\"/>\n"));
        let step = round_step((self.values.end - self.values.start) * AXIS_PART);
        let first = (self.values.start / step).ceil();
        for count in 0..AXIS_STEPS {
            let value = (first + f64::from(count)) * step;
            let (y, right) = (self.y(value), LEFT + PLOT_WIDTH);
            if !(self.top + 8.0..self.top + self.height - 4.0).contains(&y) {
                continue;
            }
            let label = in_steps(value, step);
            push(
                svg,
                format_args!(
                    "<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"#eee\"/>\n\
                     <text x=\"{:.1}\" y=\"{:.1}\" fill=\"#555\">{label}</text>\n",
                    right + 6.0,
                    y + 4.0
                ),
            );
        }
    }

    fn candles(&self, svg: &mut String, candles: &[Candle]) {
        let half = 0.35 * self.step;
        for (bar, candle) in candles.iter().enumerate() {
            let x = self.x(bar as f64);
            let color = if candle.close >= candle.open { "#2a9d58" } else { "#d1495b" };
            let (high, low) = (self.y(candle.high), self.y(candle.low));
            let top = self.y(candle.open.max(candle.close));
            let bottom = self.y(candle.open.min(candle.close)).max(top + 0.5);
            push(
                svg,
                format_args!(
                    "<path d=\"M{x:.2} {high:.2}V{low:.2}\" stroke=\"{color}\" \
                     stroke-width=\"0.8\"/><rect x=\"{:.2}\" y=\"{top:.2}\" width=\"{:.2}\" \
                     height=\"{:.2}\" fill=\"{color}\"/>\n",
                    x - half,
                    2.0 * half,
                    bottom - top
                ),
            );
        }
    }

    /// Draws lines and marks; names of marks keep off the candles.
    fn panel(&self, svg: &mut String, panel: &Panel, candles: &[Candle]) {
        let mut legend = LEFT + 6.0;
        let mut colors = COLORS.iter().cycle();
        let mut labels = Labels::default();
        for line in &panel.lines {
            let path = self.path(line);
            if line.guide {
                push(
                    svg,
                    format_args!(
                        "<path d=\"{path}\" fill=\"none\" stroke=\"#999\" stroke-width=\"0.7\"/>\n"
                    ),
                );
                self.guide_name(svg, &mut labels, line);
                continue;
            }
            let color = colors.next().expect("colours go round");
            let name = escaped(&line.name);
            let y = self.top - 5.0;
            push(
                svg,
                format_args!(
                    "<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.3\"/>\n\
                     <text x=\"{legend:.1}\" y=\"{y:.1}\" fill=\"{color}\">{name}</text>\n"
                ),
            );
            // Letters of this font are seldom wider than seven pixels.
            legend += 7.0 * line.name.chars().count() as f64 + 14.0;
        }
        let shown = if panel.marks.is_empty() { &[] } else { candles };
        for (bar, candle) in shown.iter().enumerate() {
            let x = self.x(bar as f64);
            labels.keep_clear([x - 1.0, self.y(candle.high), x + 1.0, self.y(candle.low)]);
        }
        for mark in &panel.marks {
            self.mark(svg, &mut labels, mark);
        }
    }

    /// Draws a mark, and its text at the nearest free place on its side.
    fn mark(&self, svg: &mut String, labels: &mut Labels, mark: &Mark) {
        let (x, y) = (self.x(mark.bar), self.y(mark.value));
        let hint = escaped(&mark.hint);
        push(
            svg,
            format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\" fill=\"#222\"><title>{hint}</title>\
                 </circle>"
            ),
        );
        let (first, step) = if mark.below { (y + 12.0, LINE) } else { (y - 4.0, -LINE) };
        // A name that would leave the panel ends at its mark.
        let width = Labels::width(&mark.text);
        let fits = x + width + 4.0 <= LEFT + PLOT_WIDTH;
        let left = if fits { x + 4.0 } else { x - 4.0 - width };
        let inside = self.top + LINE..self.top + self.height - 2.0;
        let places = (0..MARK_LINES).map(|line| (left, first + step * f64::from(line)));
        let places = places.filter(|(_, y)| inside.contains(y));
        if let Some((text_x, text_y)) = labels.place(&mark.text, places) {
            let text = escaped(&mark.text);
            push(
                svg,
                format_args!(
                    "<path d=\"M{x:.1} {y:.1}V{:.1}\" stroke=\"#ccc\" stroke-width=\"0.5\"/>\
                     <text x=\"{text_x:.1}\" y=\"{text_y:.1}\" font-size=\"10\" {HALO}>{text}</text>",
                    if mark.below { text_y - 6.0 } else { text_y }
                ),
            );
        }
        svg.push('\n');
    }

    /// Names a guide where it leaves the panel, or before where there is room.
    fn guide_name(&self, svg: &mut String, labels: &mut Labels, line: &Line) {
        let points = line.points.iter().rev().flatten();
        let points = points.map(|&(bar, value)| (self.x(bar), self.y(value)));
        let bottom = self.top + self.height;
        let width = Labels::width(&line.name);
        let places = points
            .filter(|(_, y)| (self.top..=bottom).contains(y))
            .map(|(x, y)| (x.min(LEFT + PLOT_WIDTH) - 4.0 - width, (y - 3.0).max(self.top + LINE)));
        if let Some((x, y)) = labels.place(&line.name, places) {
            let name = escaped(&line.name);
            push(
                svg,
                format_args!(
                    "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"10\" fill=\"#777\" {HALO}>{name}\
                     </text>\n"
                ),
            );
        }
    }

    /// Returns the line as far as it is inside the panel.
    fn path(&self, line: &Line) -> String {
        let mut path = String::new();
        let mut previous: Option<(f64, f64)> = None;
        for point in &line.points {
            let here = point.map(|(bar, value)| (self.x(bar), self.y(value)));
            if let (Some(from), Some(to)) = (previous, here)
                && let Some(((x, y), (to_x, to_y))) = self.cut(from, to)
            {
                push(&mut path, format_args!("M{x:.2} {y:.2}L{to_x:.2} {to_y:.2}"));
            }
            previous = here;
        }
        path
    }

    /// Returns the part of a stretch that is inside the panel's height.
    fn cut(&self, from: Place, to: Place) -> Option<(Place, Place)> {
        let (top, bottom) = (self.top, self.top + self.height);
        let at = |y: f64| (from.0 + (to.0 - from.0) * (y - from.1) / (to.1 - from.1), y);
        let bound = |place: Place| {
            if place.1 < top {
                at(top)
            } else if place.1 > bottom {
                at(bottom)
            } else {
                place
            }
        };
        let beyond = from.1.max(to.1) < top || from.1.min(to.1) > bottom;
        (!beyond).then(|| (bound(from), bound(to)))
    }
}

/// A point of the picture.
type Place = (f64, f64);

/// Returns the range of numbers with some air around it.
fn range(numbers: impl Iterator<Item = f64>) -> Range<f64> {
    let (low, high) = numbers
        .filter(|number| number.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
            (low.min(number), high.max(number))
        });
    if low > high {
        return 0.0..1.0;
    }
    let air = if high > low { 0.04 * (high - low) } else { 0.5 * high.abs().max(1e-9) };
    low - air..high + air
}

/// Returns the least of 1, 2 and 5 times a power of ten that is no less than a length.
fn round_step(length: f64) -> f64 {
    let ten = 10.0_f64.powf(length.log10().floor());
    let times = [1.0, 2.0, 5.0].into_iter().find(|times| times * ten >= length);
    times.unwrap_or(10.0) * ten
}

/// Returns a multiple of a step with as many decimals as the step has.
fn in_steps(number: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    // Zero has no sign.
    format!("{:.decimals$}", number + 0.0)
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more).expect("a string takes everything");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
