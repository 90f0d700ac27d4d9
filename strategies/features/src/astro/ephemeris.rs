//! Positions prepared as polynomials, so that a tick pays nanoseconds.
//!
//! Time is cut into spans of eight days, for the Moon and Mercury four. In each span longitude, latitude and
//! distance are polynomials of degree seven through the positions at the Chebyshev nodes: one
//! cache line each, within 0.2″ of the full computation ([`Observer`]) behind the Sun and 0.02″ elsewhere. The speed is the
//! derivative of the longitude.
//!
//! An [`Ephemeris`] holds all spans between two instants. A [`Track`] holds the span it is in, and
//! takes the next from a shared ephemeris, or computes it: half a millisecond every eight days.
//!
//! # Invariants
//! - Spans lie on a fixed grid, so a position depends on the instant only, not on the past.

use std::sync::Arc;

use gannet_types::Nanos;

use super::apparent::{Observer, Vector, heliocentric};
use super::time::{FIRST, LAST, terrestrial_days};
use super::{Body, Position, turn};

/// Coefficients of a polynomial: a cache line.
const TERMS: usize = 8;

/// All positions of some bodies between two instants.
#[derive(Clone, Debug)]
pub struct Ephemeris {
    tables: Vec<Table>,
}

#[derive(Clone, Debug)]
struct Table {
    body: Body,
    /// Index of the first span on the grid.
    first: i64,
    spans: Vec<Span>,
}

impl Ephemeris {
    /// Computes the spans of `bodies` from `from` to `to`, as far as there are positions. Ten years
    /// of all bodies take 2 MB and four seconds.
    #[must_use]
    pub fn new(bodies: &[Body], from: Nanos, to: Nanos) -> Self {
        let to = to.min(Nanos(LAST.0 - 1));
        let days = terrestrial_days(from.max(FIRST)).zip(terrestrial_days(to));
        let table = |&body: &Body| {
            let (first, last) =
                days.map_or((0, -1), |(from, to)| (grid(body, from).0, grid(body, to).0));
            let spans =
                (first..=last).map(|index| Span::compute(body, View::Geocentric, index)).collect();
            Table { body, first, spans }
        };
        Self { tables: bodies.iter().map(table).collect() }
    }

    /// Returns the position of a body, `None` if it is not prepared for that body and instant.
    #[inline]
    #[must_use]
    pub fn at(&self, body: Body, utc: Nanos) -> Option<Position> {
        let (index, at) = grid(body, terrestrial_days(utc)?);
        Some(self.span(body, index)?.position(body, at))
    }

    #[inline]
    fn span(&self, body: Body, index: i64) -> Option<&Span> {
        let table = self.tables.iter().find(|table| table.body == body)?;
        table.spans.get(usize::try_from(index - table.first).ok()?)
    }
}

/// A body followed through time, in either direction.
///
/// Cost: nanoseconds within a span; the first position of another span costs a copy where a shared
/// ephemeris holds it, and about a millisecond otherwise. Nothing allocates.
#[derive(Clone, Debug)]
pub struct Track {
    body: Body,
    view: View,
    ephemeris: Option<Arc<Ephemeris>>,
    current: Option<(i64, Span)>,
}

impl Track {
    /// Follows a body.
    #[must_use]
    pub const fn new(body: Body) -> Self {
        Self { body, view: View::Geocentric, ephemeris: None, current: None }
    }

    /// Follows a body as [`Observer::heliocentric`] sees it.
    #[must_use]
    pub const fn heliocentric(body: Body) -> Self {
        Self { body, view: View::Heliocentric, ephemeris: None, current: None }
    }

    /// Takes its spans from a shared ephemeris as far as that has them; not seen from the Sun.
    #[must_use]
    pub fn with_ephemeris(mut self, ephemeris: &Arc<Ephemeris>) -> Self {
        if matches!(self.view, View::Geocentric) {
            self.ephemeris = Some(Arc::clone(ephemeris));
        }
        self
    }

    /// Returns the position at an instant, `None` outside [`FIRST`] to [`LAST`].
    #[inline]
    #[must_use]
    pub fn at(&mut self, utc: Nanos) -> Option<Position> {
        Some(self.at_days(terrestrial_days(utc)?))
    }

    /// Returns the change of the longitude over the day around an instant, in degrees: the daily
    /// motion of almanacs, which for the Moon differs from the speed by up to 0.01°. `None` within
    /// half a day of the first and last instant.
    #[must_use]
    pub fn daily_motion(&mut self, utc: Nanos) -> Option<f64> {
        const HALF_A_DAY: u64 = 43_200 * 1_000_000_000;
        let before = self.at(Nanos(utc.0.checked_sub(HALF_A_DAY)?))?;
        let after = self.at(Nanos(utc.0.checked_add(HALF_A_DAY)?))?;
        Some(turn(before.longitude, after.longitude))
    }

    /// The position at days of Terrestrial Time.
    #[inline]
    pub(super) fn at_days(&mut self, days: f64) -> Position {
        let (index, at) = grid(self.body, days);
        if let Some((current, span)) = &self.current
            && *current == index
        {
            return span.position(self.body, at);
        }
        let span = self.load(index);
        self.current = Some((index, span));
        span.position(self.body, at)
    }

    #[cold]
    fn load(&self, index: i64) -> Span {
        let prepared = self.ephemeris.as_ref().and_then(|each| each.span(self.body, index));
        prepared.copied().unwrap_or_else(|| Span::compute(self.body, self.view, index))
    }
}

/// From where one looks.
#[derive(Clone, Copy, Debug)]
enum View {
    Geocentric,
    Heliocentric,
}

/// Days one polynomial spans: the Moon's fastest terms of weight have a period of nine days, those
/// of the others (nutation, the Earth about its centre of mass with the Moon) of fourteen. Mercury
/// turns back within days.
const fn span_days(body: Body) -> f64 {
    if matches!(body, Body::Moon | Body::Mercury) { 4.0 } else { 8.0 }
}

/// Returns the span of an instant and the place in it, −1 to 1.
#[inline]
fn grid(body: Body, days: f64) -> (i64, f64) {
    let position = days / span_days(body);
    let index = position.floor();
    (index as i64, 2.0 * (position - index) - 1.0)
}

/// A polynomial of a number from −1 to 1.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Polynomial([f64; TERMS]);

/// Longitude, latitude and distance during one span.
#[derive(Clone, Copy, Debug)]
struct Span {
    /// Degrees, not cut at 360.
    longitude: Polynomial,
    latitude: Polynomial,
    distance: Polynomial,
}

impl Span {
    fn compute(body: Body, view: View, index: i64) -> Self {
        let span = span_days(body);
        let way = Way::new(body, index as f64 * span, span);
        let mut samples = [[0.0; TERMS]; 3];
        let mut before = None;
        #[expect(clippy::needless_range_loop, reason = "one node of three series")]
        for node in 0..TERMS {
            let days = (index as f64 + (node_place(node) + 1.0) / 2.0) * span;
            let observer = Observer::at(days);
            let place = match view {
                View::Geocentric => observer.apparent_on(body, |days| way.at(days)),
                View::Heliocentric => observer.heliocentric(body),
            };
            // The way from node to node is less than half a turn.
            let before = *before.get_or_insert(place.longitude);
            let turns = ((place.longitude - before) / 360.0).round();
            samples[0][node] = place.longitude - 360.0 * turns;
            samples[1][node] = place.latitude;
            samples[2][node] = place.distance;
        }
        let [longitude, latitude, distance] = samples.map(|each| Polynomial::through(&each));
        Self { longitude, latitude, distance }
    }

    #[inline]
    fn position(&self, body: Body, at: f64) -> Position {
        let (longitude, slope) = self.longitude.value_and_slope(at);
        // Cheaper than a remainder; a span holds at most a fifth of a turn beside its first node.
        let longitude = longitude - 360.0 * (longitude / 360.0).floor();
        Position {
            // A tiny negative number is rounded to 360 itself.
            longitude: if longitude >= 360.0 { 0.0 } else { longitude },
            latitude: self.latitude.value(at),
            distance: self.distance.value(at),
            speed: slope * 2.0 / span_days(body),
        }
    }
}

/// A planet's way about the Sun during a span and the light time before it: half the work of
/// computing the place anew when each light left.
struct Way {
    start: f64,
    span: f64,
    axes: [Polynomial; 3],
}

impl Way {
    fn new(body: Body, start: f64, span: f64) -> Self {
        /// Light needs 0.29 days from Pluto at its farthest.
        const LIGHT_DAYS: f64 = 0.3;
        let (start, span) = (start - LIGHT_DAYS, span + LIGHT_DAYS);
        let nodes: [Vector; TERMS] = std::array::from_fn(|node| {
            heliocentric(body, start + (node_place(node) + 1.0) / 2.0 * span)
        });
        let axes = std::array::from_fn(|axis| Polynomial::through(&nodes.map(|each| each[axis])));
        Self { start, span, axes }
    }

    fn at(&self, days: f64) -> Vector {
        let at = 2.0 * (days - self.start) / self.span - 1.0;
        std::array::from_fn(|axis| self.axes[axis].value(at))
    }
}

/// The Chebyshev nodes, where a polynomial through samples is nearly the best there is.
fn node_place(node: usize) -> f64 {
    -(std::f64::consts::PI * (node as f64 + 0.5) / TERMS as f64).cos()
}

impl Polynomial {
    /// Interpolates samples at the nodes.
    fn through(samples: &[f64; TERMS]) -> Self {
        // The terms of the Chebyshev series, and the powers each polynomial of it consists of.
        let mut powers = [0.0; TERMS];
        let (mut before, mut current) = ([0.0; TERMS], [0.0; TERMS]);
        current[0] = 1.0;
        for order in 0..TERMS {
            let weighted = samples.iter().enumerate().map(|(node, sample)| {
                let angle = node_place(node).acos();
                sample * (angle * order as f64).cos()
            });
            let share = if order == 0 { 1.0 } else { 2.0 } / TERMS as f64;
            let term = weighted.sum::<f64>() * share;
            let factor = if order == 0 { 1.0 } else { 2.0 };
            let mut next = [0.0; TERMS];
            for power in 0..TERMS {
                powers[power] += term * current[power];
                let shifted = if power == 0 { 0.0 } else { current[power - 1] };
                next[power] = factor * shifted - before[power];
            }
            (before, current) = (current, next);
        }
        Self(powers)
    }

    #[inline]
    fn value(&self, at: f64) -> f64 {
        let [a, b, c, d, e, f, g, h] = self.0;
        // Estrin's order: the multiplications do not wait for each other.
        let (square, fourth) = (at * at, at * at * at * at);
        (a + b * at) + (c + d * at) * square + ((e + f * at) + (g + h * at) * square) * fourth
    }

    #[inline]
    fn value_and_slope(&self, at: f64) -> (f64, f64) {
        let [_, b, c, d, e, f, g, h] = self.0;
        let slope = Self([b, 2.0 * c, 3.0 * d, 4.0 * e, 5.0 * f, 6.0 * g, 7.0 * h, 0.0]).value(at);
        (self.value(at), slope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bound of the header, in degrees.
    const BOUND: f64 = 0.2 / 3600.0;

    #[test]
    fn polynomials_are_within_the_bound_of_the_full_computation() {
        for body in Body::ALL {
            let mut track = Track::new(body);
            let mut largest = 0.0_f64;
            // Nine years, in steps that meet every part of a span.
            for step in 0..80 {
                let days = 5000.0 + 41.19 * f64::from(step);
                let (position, full) = (track.at_days(days), Observer::at(days).apparent(body));
                let away = turn(full.longitude, position.longitude);
                largest = largest.max(away.abs()).max((position.latitude - full.latitude).abs());
                let share = (position.distance / full.distance - 1.0).abs();
                assert!(share < 1e-7, "{body:?} {days}: {share:e} of the distance");
            }
            println!("{:8} {:.1e}″", body.name(), largest * 3600.0);
            assert!(largest < BOUND, "{body:?}: {largest:e}°");
        }
    }

    #[test]
    fn an_ephemeris_a_track_and_the_first_sight_of_a_span_agree() {
        let (from, to) = (Nanos(1_400_000_000_000_000_000), Nanos(1_410_000_000_000_000_000));
        let ephemeris = Arc::new(Ephemeris::new(&Body::ALL, from, to));
        for body in Body::ALL {
            let mut followed = Track::new(body).with_ephemeris(&ephemeris);
            let mut alone = Track::new(body);
            for step in 0..40 {
                let utc = Nanos(from.0 + step * 250_000_000_000_000);
                let position = ephemeris.at(body, utc);
                assert!(position.is_some());
                assert_eq!(position, followed.at(utc));
                assert_eq!(position, alone.at(utc));
                assert_eq!(position, Track::new(body).at(utc));
            }
            assert_eq!(ephemeris.at(body, Nanos(0)), None);
            assert_eq!(Track::new(body).at(LAST), None);
        }
        assert_eq!(Ephemeris::new(&[Body::Sun], to, from).at(Body::Sun, from), None);
    }
}
