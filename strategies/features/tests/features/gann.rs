//! The Gann school: published numbers, laws, golden tables, and its indicators.

mod golden;
mod laws;
mod published;
mod streaming;
mod time;

#[track_caller]
fn assert_near(value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{value} is not {expected} ± {tolerance}");
}
