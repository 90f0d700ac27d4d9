//! The comparison as a page, for light and dark: a file that needs nothing else, or a part of the admin
//! port's page, whose style is a file of its own there.
//!
//! Names come from manifests and enter the page as text.

use std::fmt::Write as _;

use super::plot::{HALF, Line, Plot, WHOLE, draw};
use super::{ArmView, ComparisonView, PairView, TestView};
use crate::statistics::Interval;

/// Writes the page. One that is `live` is loaded again now and then.
#[must_use]
pub fn page(view: &ComparisonView, is_live: bool) -> String {
    let mut html = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
    );
    if is_live {
        html.push_str(
            "<meta http-equiv=\"refresh\" content=\"10\">\n\
             <link rel=\"stylesheet\" href=\"/experiment.css\">\n",
        );
    } else {
        let _ = writeln!(html, "<style>\n{PAGE_CSS}</style>");
    }
    html.push_str(
        "<title>Which model is better · Gannet</title>\n</head>\n<body>\n<main>\n\
         <h1>Which model is better</h1>\n",
    );
    introduction(&mut html, view, is_live);
    for pair in &view.comparisons {
        verdict(
            &mut html,
            pair,
            &pair.traded,
            "Traded: the mean return of its trips less the champion's is",
            " %",
            view,
        );
        verdict(
            &mut html,
            pair,
            &pair.forecast,
            "Predicted: the champion's Brier score less its own is",
            "",
            view,
        );
    }
    html.push_str("<div class=\"grid\">\n");
    traded(&mut html, view);
    predicted(&mut html, view);
    paired(&mut html, view);
    equity(&mut html, view);
    for pair in &view.comparisons {
        sequences(&mut html, pair, view);
    }
    html.push_str("</div>\n</main>\n</body>\n</html>\n");
    html
}

fn introduction(html: &mut String, view: &ComparisonView, is_live: bool) {
    let champion = view.champion.as_deref().unwrap_or("no model yet");
    let back = if is_live {
        "<a href=\"/\">The engine</a> · <a href=\"/api/experiment\">as JSON</a>"
    } else {
        ""
    };
    let _ = writeln!(
        html,
        "<p class=\"soft\">Champion: {}. A verdict on a pair is false with a probability of at most \
         {} %, however often somebody looks; intervals in tables are {} % and for one look. Trips \
         without a model: {}; open: {}. {back}</p>",
        escape(champion),
        round(view.level * PERCENT),
        round((1.0 - view.level) * PERCENT),
        view.trips_without_model,
        view.trips_open,
    );
    if view.arms.is_empty() {
        html.push_str("<p class=\"verdict\">No model has predicted.</p>\n");
    }
}

fn verdict(
    html: &mut String,
    pair: &PairView,
    test: &TestView,
    what: &str,
    unit: &str,
    view: &ComparisonView,
) {
    // A shadow has no trips, and need not be told so each time.
    if test.estimate.is_none() && view.comparisons.len() > 1 {
        return;
    }
    let class = match test.verdict.as_str() {
        "challenger better" => "verdict up",
        "champion better" => "verdict down",
        _ => "verdict",
    };
    let _ = write!(
        html,
        "<p class=\"{class}\"><strong>{} against {}: {}.</strong> ",
        escape(&pair.id),
        escape(&pair.champion),
        escape(&test.verdict)
    );
    if let (Some(estimate), Some(low), Some(high)) = (test.estimate, test.low, test.high) {
        let _ = write!(
            html,
            "{what} {}{unit}, at all times together between {} and {}{unit}, from {} observations of \
             the smaller side.",
            number(estimate),
            number(low),
            number(high),
            test.observations
        );
    } else {
        html.push_str("There is nothing to compare yet.");
    }
    let power = round(view.power * PERCENT);
    match (&test.decided, test.pairs_needed, test.detectable) {
        (Some(point), ..) => {
            let _ = write!(html, " Decided after {} observations.", point.count);
        }
        (None, Some(pairs), Some(detectable)) => {
            let _ = write!(
                html,
                " By now {power} % of differences of {}{unit} would have been found; a difference that \
                 is just worth it takes {pairs} pairs.",
                number(detectable)
            );
        }
        _ => {}
    }
    html.push_str("</p>\n");
}

fn traded(html: &mut String, view: &ComparisonView) {
    html.push_str(
        "<section class=\"wide\"><h2>Traded</h2><p class=\"soft\">Round trips that a model led, in \
         percent of what was opened, after fees.</p><div class=\"scroll\"><table><thead><tr><th>Model\
         </th><th>Role</th><th>Predictions</th><th>Led</th><th>Trips</th><th>Gained</th>\
         <th>Mean return, %</th><th>Deviation, %</th><th>Sum, %</th></tr></thead><tbody>",
    );
    for (index, arm) in view.arms.iter().enumerate() {
        let traded = &arm.traded;
        let cells = [
            arm.role.to_owned(),
            arm.predictions.to_string(),
            arm.led.to_string(),
            traded.trips.to_string(),
            interval(&traded.win_rate, PERCENT, " %"),
            interval(&traded.return_percent, 1.0, ""),
            traded.deviation_percent.map_or_else(none, number),
            number(traded.total_percent),
        ];
        row(html, arm, index, &cells);
    }
    html.push_str("</tbody></table></div></section>\n");
}

fn predicted(html: &mut String, view: &ComparisonView) {
    html.push_str(
        "<section class=\"wide\"><h2>Predicted</h2><p class=\"soft\">Every model's every prediction \
         against the close a horizon later, whoever led. Intervals are of frames whose labels do not \
         overlap; below them is the figure over all frames.</p><div class=\"scroll\"><table><thead><tr>\
         <th>Model</th><th>Horizon, bars</th><th>Frames</th><th>Apart</th><th>Right</th>\
         <th>Brier</th><th>Log loss</th><th>Gain before cost, %</th></tr></thead><tbody>",
    );
    for (index, arm) in view.arms.iter().enumerate() {
        let Some(forecast) = &arm.forecast else { continue };
        let below = |all: Option<f64>, scale: f64| {
            all.map_or_else(String::new, |all| {
                format!("<small>{} of all</small>", number(all * scale))
            })
        };
        let cells = [
            forecast.horizon_bars.to_string(),
            forecast.frames.to_string(),
            forecast.hit_rate.count.to_string(),
            interval(&forecast.hit_rate, PERCENT, " %") + &below(forecast.hit_rate_all, PERCENT),
            interval(&forecast.brier, 1.0, "") + &below(forecast.brier_all, 1.0),
            interval(&forecast.log_loss, 1.0, "") + &below(forecast.log_loss_all, 1.0),
            interval(&forecast.gain_percent, 1.0, ""),
        ];
        row(html, arm, index, &cells);
    }
    html.push_str("</tbody></table></div></section>\n");
}

fn paired(html: &mut String, view: &ComparisonView) {
    if view.comparisons.iter().all(|pair| pair.hit_rate_more.count == 0) {
        return;
    }
    html.push_str(
        "<section class=\"wide\"><h2>Predicted on the same frames</h2><p class=\"soft\">What each does \
         better than the champion, over frames on which both predicted and whose labels do not \
         overlap.</p><div class=\"scroll\"><table><thead><tr><th>Model</th><th>Frames</th>\
         <th>More often right</th><th>Brier better by</th><th>Log loss better by</th>\
         <th>More gain before cost, %</th></tr></thead><tbody>",
    );
    for pair in &view.comparisons {
        let place = view.arms.iter().position(|arm| arm.model == pair.model);
        let Some((index, arm)) = place.map(|index| (index, &view.arms[index])) else { continue };
        let cells = [
            pair.hit_rate_more.count.to_string(),
            interval(&pair.hit_rate_more, PERCENT, " %"),
            interval(&pair.brier_saved, 1.0, ""),
            interval(&pair.log_loss_saved, 1.0, ""),
            interval(&pair.gain_percent_more, 1.0, ""),
        ];
        row(html, arm, index, &cells);
    }
    html.push_str("</tbody></table></div></section>\n");
}

fn equity(html: &mut String, view: &ComparisonView) {
    let lines: Vec<Line<'_>> = view
        .arms
        .iter()
        .enumerate()
        .map(|(index, arm)| Line { colour: index % COLOURS, points: &arm.traded.equity })
        .collect();
    let plot = Plot {
        label: "The sum of returns by trips",
        unit: "sum of returns, %",
        below: "trips",
        width: WHOLE,
        marks: &[],
        is_cut: true,
    };
    let _ = writeln!(
        html,
        "<section class=\"wide\"><h2>Equity</h2><p class=\"soft\">The sum of each model's returns over \
         its own trips, and where the sum of what is to be expected of so many lies.</p>{}</section>",
        draw(&plot, &lines)
    );
}

fn row(html: &mut String, arm: &ArmView, index: usize, cells: &[String]) {
    let colour = index % COLOURS;
    let _ = write!(
        html,
        "<tr><td><span class=\"swatch s{colour}\"></span>{}<small>{}</small></td>",
        escape(&arm.id),
        escape(&arm.family)
    );
    for cell in cells {
        let _ = write!(html, "<td>{cell}</td>");
    }
    html.push_str("</tr>");
}

fn sequences(html: &mut String, pair: &PairView, view: &ComparisonView) {
    let traded = ("Return a trip", "less", "difference, %", &pair.traded, view.worth_percent);
    let forecast = ("Brier's score", "better than", "better by", &pair.forecast, view.worth_brier);
    for (title, than, unit, test, worth) in [traded, forecast] {
        if test.sequence.is_empty() {
            continue;
        }
        let plot = Plot {
            label: "The difference and its confidence sequence",
            unit,
            below: "observations",
            width: HALF,
            marks: &[-worth, worth],
            is_cut: true,
        };
        let place = view.arms.iter().position(|arm| arm.model == pair.model).unwrap_or(1);
        let line = Line { colour: place % COLOURS, points: &test.sequence };
        let _ = writeln!(
            html,
            "<section><h2>{title}: {} {than} {}</h2><p class=\"soft\">The difference with its confidence \
             sequence, more is better for {}; between the broken lines it is not worth anything. \
             p {} at any time.</p>{}</section>",
            escape(&pair.id),
            escape(&pair.champion),
            escape(&pair.id),
            p_value(test.p_value),
            draw(&plot, &[line])
        );
    }
}

fn interval(interval: &Interval, scale: f64, unit: &str) -> String {
    let Some(estimate) = interval.estimate else { return none() };
    let mut text = format!("{}{unit}", number(estimate * scale));
    if let (Some(low), Some(high)) = (interval.low, interval.high) {
        let _ = write!(text, "<small>{} to {}</small>", number(low * scale), number(high * scale));
    }
    text
}

/// Three digits that count, with a proper minus.
fn number(value: f64) -> String {
    let size = value.abs();
    let places = if size >= 100.0 {
        0
    } else if size > 0.0 {
        (2 - size.log10().floor() as i32).clamp(1, 6) as usize
    } else {
        0
    };
    let text = format!("{size:.places$}");
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if is_zero {
        return "0".to_owned();
    }
    if value < 0.0 { format!("\u{2212}{text}") } else { text }
}

/// A percentage that somebody has chosen, as it was written.
fn round(percent: f64) -> f64 {
    (percent * 1e4).round() / 1e4
}

fn p_value(p: f64) -> String {
    if p < P_MIN { format!("&lt; {P_MIN}") } else { format!("= {}", number(p)) }
}

fn none() -> String {
    "–".to_owned()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const PERCENT: f64 = 100.0;

/// Smaller ones are not told apart.
const P_MIN: f64 = 0.0001;

/// How the page looks; the figures' colours, too.
pub(crate) const PAGE_CSS: &str = include_str!("page.css");

/// So many colours are in the style.
const COLOURS: usize = 6;
