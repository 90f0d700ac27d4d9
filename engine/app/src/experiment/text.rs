//! The comparison as text for a terminal.

use std::fmt::Write as _;

use gannet_control::comparison::{ComparisonView, PairView, TestView};
use gannet_control::statistics::Interval;

/// Writes a few lines about each model, and a verdict on each pair.
pub(super) fn table(view: &ComparisonView) -> String {
    let mut text = String::new();
    let confidence = percent(1.0 - view.level);
    for arm in &view.arms {
        let traded = &arm.traded;
        let _ = writeln!(
            text,
            "{} ({}, {}): predictions={} led={} trips={} won={} return_percent={} sum_percent={:.4}",
            arm.id,
            arm.role,
            if arm.family.is_empty() { "no manifest" } else { &arm.family },
            arm.predictions,
            arm.led,
            traded.trips,
            interval(&traded.win_rate),
            interval(&traded.return_percent),
            traded.total_percent,
        );
        if let Some(forecast) = &arm.forecast {
            let _ = writeln!(
                text,
                "  after {} bars: frames={} apart={} right={} brier={} log_loss={} gain_percent={}",
                forecast.horizon_bars,
                forecast.frames,
                forecast.hit_rate.count,
                interval(&forecast.hit_rate),
                interval(&forecast.brier),
                interval(&forecast.log_loss),
                interval(&forecast.gain_percent),
            );
        }
    }
    if view.arms.is_empty() {
        text.push_str("no model has predicted\n");
    }
    for pair in &view.comparisons {
        verdict(&mut text, pair, "traded, percent a trip", &pair.traded, view.power);
        verdict(&mut text, pair, "predicted, Brier's score", &pair.forecast, view.power);
    }
    let _ = writeln!(
        text,
        "trips without a model={} open={}; intervals are {confidence} % for one look, verdicts false with \
         at most {} % for any number of looks",
        view.trips_without_model,
        view.trips_open,
        percent(view.level)
    );
    text
}

fn verdict(text: &mut String, pair: &PairView, what: &str, test: &TestView, power: f64) {
    let _ = write!(text, "{} against {}, {what}: {}", pair.id, pair.champion, test.verdict);
    if let (Some(estimate), Some(low), Some(high)) = (test.estimate, test.low, test.high) {
        let _ = write!(text, " ({estimate:.5}, at any time {low:.5} to {high:.5}");
        match (&test.decided, test.pairs_needed) {
            (Some(point), _) => {
                let _ = write!(text, "; decided after {} observations", point.count);
            }
            (None, Some(pairs)) => {
                let power = percent(power);
                let _ = write!(text, "; {pairs} pairs find what is worth it with {power} %");
            }
            (None, None) => {}
        }
        text.push(')');
    }
    text.push('\n');
}

fn interval(interval: &Interval) -> String {
    match (interval.estimate, interval.low, interval.high) {
        (Some(estimate), Some(low), Some(high)) => format!("{estimate:.4} [{low:.4}, {high:.4}]"),
        (Some(estimate), ..) => format!("{estimate:.4}"),
        _ => "-".to_owned(),
    }
}

/// What somebody has chosen, as it was written.
fn percent(part: f64) -> f64 {
    (part * 1e6).round() / 1e4
}
