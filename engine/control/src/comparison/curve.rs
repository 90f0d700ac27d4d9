//! A line of bounded length: when it is full, every second point goes.

use gannet_types::Nanos;
use serde::Serialize;

/// A point of a line with a band.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: u64,
    /// After how many observations.
    pub count: u64,
    /// The value.
    pub value: f64,
    /// Where the truth may be, at least.
    pub low: f64,
    /// And at most.
    pub high: f64,
}

impl Point {
    /// A value, and how far the truth may be from it.
    pub(super) fn new(time: Nanos, count: u64, value: f64, radius: f64) -> Self {
        let at_ms = time.0 / Nanos::MILLISECOND.0;
        Self { at_ms, count, value, low: value - radius, high: value + radius }
    }

    /// The same from the other side.
    pub(super) fn mirrored(self) -> Self {
        Self { value: -self.value, low: -self.high, high: -self.low, ..self }
    }
}

/// Points at even steps, and the newest.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    kept: Vec<Point>,
    /// Every so many points one is kept.
    stride: u64,
    seen: u64,
    newest: Option<Point>,
}

impl Default for Curve {
    fn default() -> Self {
        Self { kept: Vec::new(), stride: 1, seen: 0, newest: None }
    }
}

impl Curve {
    pub(super) fn push(&mut self, point: Point) {
        self.newest = Some(point);
        if self.seen.is_multiple_of(self.stride) {
            if self.kept.len() == POINTS_MAX {
                let mut index = 0;
                self.kept.retain(|_| {
                    index += 1;
                    index % 2 == 1
                });
                self.stride *= 2;
            }
            if self.seen.is_multiple_of(self.stride) {
                self.kept.push(point);
            }
        }
        self.seen += 1;
    }

    /// Returns the points, oldest first; the newest is always there.
    pub(super) fn points(&self) -> Vec<Point> {
        let last = self.newest.filter(|newest| self.kept.last() != Some(newest));
        self.kept.iter().copied().chain(last).collect()
    }
}

/// As many as a screen can show.
const POINTS_MAX: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_bounded_even_and_whole() {
        let mut curve = Curve::default();
        for count in 0..10_000 {
            curve.push(Point::new(Nanos(count), count, count as f64, 0.0));
            let points = curve.points();
            assert!(points.len() <= POINTS_MAX + 1);
            assert_eq!(points[0].count, 0);
            assert_eq!(points[points.len() - 1].count, count);
        }
        let steps: Vec<u64> =
            curve.points().windows(2).map(|pair| pair[1].count - pair[0].count).collect();
        let (last, even) = steps.split_last().expect("steps");
        assert!(even.iter().all(|step| *step == curve.stride) && *last <= curve.stride);
    }
}
