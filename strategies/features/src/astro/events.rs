//! When something happens in the sky: phases of the Moon, ingresses, stations, aspects.
//!
//! A quantity is sampled so finely that it cannot pass its goal unseen, and its zero is halved in.
//! Times are good to a second where the quantity moves fast; a station depends on a speed that
//! passes zero slowly, and is good to a minute.

use std::ops::Range;

use gannet_types::Nanos;

use super::time::{FIRST, LAST, terrestrial_days, utc_of};
use super::{Body, Position, Track, turn};

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// When, UTC.
    pub time: Nanos,
    /// To whom.
    pub body: Body,
    /// What.
    pub kind: EventKind,
    /// The longitude of the body then, degrees.
    pub longitude: f64,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EventKind {
    /// The Moon passes the Sun.
    NewMoon,
    /// The Moon is 90° before the Sun.
    FirstQuarter,
    /// The Moon is opposite the Sun.
    FullMoon,
    /// The Moon is 90° behind the Sun.
    LastQuarter,
    /// The body comes upon a multiple of the step, in either direction.
    Ingress,
    /// The body begins to move backward.
    StationRetrograde,
    /// The body moves forward again.
    StationDirect,
    /// Mercury or Venus passes between Sun and Earth.
    InferiorConjunction,
    /// Mercury or Venus passes behind the Sun.
    SuperiorConjunction,
    /// The body is so many degrees, 0 to 180, from another one.
    Aspect {
        /// The other one.
        other: Body,
        /// How many degrees.
        degrees: f64,
    },
}

/// Returns the phases of the Moon in order.
#[must_use]
pub fn lunar_phases(span: Range<Nanos>) -> Vec<Event> {
    let (mut moon, mut sun) = (Track::new(Body::Moon), Track::new(Body::Sun));
    let elongation = |days| moon.at_days(days).longitude - sun.at_days(days).longitude;
    let times = multiples(span, 90.0, MOON_DEGREES_PER_DAY, elongation);
    let (mut moon, mut sun) = (Track::new(Body::Moon), Track::new(Body::Sun));
    let event = |days: f64| {
        let longitude = moon.at_days(days).longitude;
        let elongation = (longitude - sun.at_days(days).longitude).rem_euclid(360.0);
        let kind = match (elongation / 90.0).round() as u8 {
            1 => EventKind::FirstQuarter,
            2 => EventKind::FullMoon,
            3 => EventKind::LastQuarter,
            _ => EventKind::NewMoon,
        };
        Event { time: utc_of(days), body: Body::Moon, kind, longitude }
    };
    times.into_iter().map(event).collect()
}

/// Returns when a body comes upon a multiple of `step` degrees, 1 to 180: 30 for signs, 15 or 90
/// for the seasons of the Sun. A body that turns back within a day of coming upon it is not seen.
///
/// # Panics
/// If the step is not allowed.
#[must_use]
pub fn ingresses(body: Body, step: f64, span: Range<Nanos>) -> Vec<Event> {
    assert!((1.0..=180.0).contains(&step), "steps are 1 to 180 degrees");
    let mut track = Track::new(body);
    let fastest = if body == Body::Moon { MOON_DEGREES_PER_DAY } else { PLANET_DEGREES_PER_DAY };
    let times = multiples(span, step, fastest, |days| track.at_days(days).longitude);
    let event = |days: f64| {
        let longitude = (track.at_days(days).longitude / step).round() * step;
        let longitude = longitude.rem_euclid(360.0);
        Event { time: utc_of(days), body, kind: EventKind::Ingress, longitude }
    };
    times.into_iter().map(event).collect()
}

/// Returns when a planet turns; Sun and Moon never do.
#[must_use]
pub fn stations(body: Body, span: Range<Nanos>) -> Vec<Event> {
    if !body.has_stations() {
        return Vec::new();
    }
    let mut track = Track::new(body);
    let times = zeros(span, 1.0, f64::MAX, |days| track.at_days(days).speed);
    let event = |days: f64| {
        let longitude = track.at_days(days).longitude;
        let backward = track.at_days(days + 0.1).is_retrograde();
        let kind = if backward { EventKind::StationRetrograde } else { EventKind::StationDirect };
        Event { time: utc_of(days), body, kind, longitude }
    };
    times.into_iter().map(event).collect()
}

/// Returns when two bodies are `degrees`, 0 to 180, from each other, whichever is ahead, in order.
/// Two that meet and part again within a day are not seen.
///
/// # Panics
/// If the degrees are not allowed.
#[must_use]
pub fn aspects(body: Body, other: Body, degrees: f64, span: Range<Nanos>) -> Vec<Event> {
    assert!((0.0..=180.0).contains(&degrees), "an aspect has 0 to 180 degrees");
    let (mut one, mut two) = (Track::new(body), Track::new(other));
    let mut times = Vec::new();
    let both_sides = degrees > 0.0 && degrees < 180.0;
    for goal in [degrees, -degrees].into_iter().take(1 + usize::from(both_sides)) {
        let away = |days| {
            let between = one.at_days(days).longitude - two.at_days(days).longitude;
            turn(goal, between)
        };
        times.extend(zeros(span.clone(), 0.5, 180.0, away));
    }
    times.sort_by(f64::total_cmp);
    let event = |days: f64| {
        let (position, other_position) = (one.at_days(days), two.at_days(days));
        let kind = match conjunction(body, &position, other, &other_position) {
            Some(kind) if degrees == 0.0 => kind,
            _ => EventKind::Aspect { other, degrees },
        };
        Event { time: utc_of(days), body, kind, longitude: position.longitude }
    };
    times.into_iter().map(event).collect()
}

/// The kind of a conjunction of an inner planet with the Sun.
fn conjunction(body: Body, at: &Position, other: Body, other_at: &Position) -> Option<EventKind> {
    let nearer = at.distance < other_at.distance;
    match (body, other) {
        (Body::Mercury | Body::Venus, Body::Sun) if nearer => Some(EventKind::InferiorConjunction),
        (Body::Mercury | Body::Venus, Body::Sun) => Some(EventKind::SuperiorConjunction),
        _ => None,
    }
}

/// No Moon is faster: 15.4 at perigee.
const MOON_DEGREES_PER_DAY: f64 = 16.0;

/// No planet is faster: Mercury, 2.21.
const PLANET_DEGREES_PER_DAY: f64 = 2.5;

/// When an angle is a multiple of `step`.
fn multiples(
    span: Range<Nanos>,
    step: f64,
    fastest: f64,
    mut angle: impl FnMut(f64) -> f64,
) -> Vec<f64> {
    // A quarter of a step from sample to sample tells a zero from the jump half a step away.
    let every = (step / 4.0 / fastest).min(1.0);
    let away = |days| {
        let angle = angle(days);
        angle - (angle / step).round() * step
    };
    zeros(span, every, step / 2.0, away)
}

/// When a quantity passes zero, in days of Terrestrial Time, sampled `every` so many days; a change
/// by `jump` or more is none.
fn zeros(
    span: Range<Nanos>,
    every: f64,
    jump: f64,
    mut quantity: impl FnMut(f64) -> f64,
) -> Vec<f64> {
    /// Half a day to less than a microsecond.
    const HALVINGS: usize = 40;
    let mut times = Vec::new();
    // The last tenth of a day before the end of all positions is left away: a station looks ahead.
    let last = Nanos(LAST.0 - 8_640_000_000_000);
    let (from, to) = (span.start.max(FIRST), span.end.min(last));
    let Some((start, end)) = terrestrial_days(from).zip(terrestrial_days(to)) else {
        return times;
    };
    let mut before = (start, quantity(start));
    while before.0 < end {
        let days = (before.0 + every).min(end);
        let after = (days, quantity(days));
        let passes = (before.1 < 0.0) != (after.1 < 0.0);
        if passes && (before.1 - after.1).abs() < jump {
            let (mut low, mut high) = (before.0, after.0);
            for _ in 0..HALVINGS {
                let middle = f64::midpoint(low, high);
                if (quantity(middle) < 0.0) == (before.1 < 0.0) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            times.push(high);
        }
        before = after;
    }
    times
}
