//! Positions and events against golden ones of JPL DE421.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::support::{Table, corpus, nanos};
use gannet_features::astro::events::{self, Event, EventKind};
use gannet_features::astro::{Body, Track, turn};
use gannet_types::Nanos;

#[derive(Default)]
struct Errors {
    longitude: f64,
    latitude: f64,
    distance: f64,
    motion: f64,
}

/// Largest error a body: seconds of arc, au, degrees a day.
fn errors(table: &Table) -> BTreeMap<Body, Errors> {
    let mut tracks = Body::ALL.map(Track::new);
    let mut errors: BTreeMap<Body, Errors> = BTreeMap::new();
    for row in &table.rows {
        let number = |column: usize| row[column].parse::<f64>().expect("a number");
        let body = Body::named(&row[2]).expect("a body");
        let track = &mut tracks[body as usize];
        let position = track.at(nanos(&row[0])).expect("a position");
        let largest = errors.entry(body).or_default();
        let longitude = turn(number(3), position.longitude).abs() * 3600.0;
        largest.longitude = largest.longitude.max(longitude);
        largest.latitude = largest.latitude.max((position.latitude - number(4)).abs() * 3600.0);
        largest.distance = largest.distance.max((position.distance - number(5)).abs());
        let motion = track.daily_motion(nanos(&row[0])).expect("a day around it");
        largest.motion = largest.motion.max((motion - number(6)).abs());
        // So close to a station the sign is that of rounding.
        if number(6).abs() > 1e-5 {
            assert_eq!(position.is_retrograde(), row[7] == "1", "{row:?}");
        }
    }
    errors
}

fn check_positions(table: &Table) {
    for (body, largest) in errors(table) {
        let Errors { longitude, latitude, distance, motion } = largest;
        println!(
            "{:8} {longitude:7.3}″ {latitude:7.3}″ {distance:.1e} au {motion:.1e} °/d",
            body.name()
        );
        let (limit, motion_limit) = if body == Body::Moon { (15.0, 2e-3) } else { (3.0, 5e-4) };
        assert!(longitude < limit && latitude < limit, "{body:?}");
        assert!(distance < 1e-4 && motion < motion_limit, "{body:?}");
    }
}

#[test]
fn positions_are_golden() {
    if let Some(table) = corpus("golden/astro.csv") {
        check_positions(&table);
    }
}

/// The same table, one row in a hundred.
#[test]
fn positions_are_those_of_the_excerpt() {
    check_positions(&Table::parse(include_str!("../data/astro.csv")));
}

/// Every event of the golden kinds, with the names it has there.
fn found_events(span: &Range<Nanos>) -> Vec<(&'static str, String, Event)> {
    let mut found = Vec::new();
    for event in events::lunar_phases(span.clone()) {
        let phase = match event.kind {
            EventKind::NewMoon => "new",
            EventKind::FirstQuarter => "first_quarter",
            EventKind::FullMoon => "full",
            _ => "last_quarter",
        };
        found.push(("moon_phase", phase.to_owned(), event));
    }
    for event in events::ingresses(Body::Sun, 15.0, span.clone()) {
        found.push(("sun_longitude", event.longitude.to_string(), event));
    }
    for body in Body::ALL.into_iter().filter(|body| body.has_stations()) {
        let name = format!("{body:?}");
        for event in events::stations(body, span.clone()) {
            let direct = event.kind == EventKind::StationDirect;
            let kind = if direct { "station_direct" } else { "station_retrograde" };
            found.push((kind, name.clone(), event));
        }
        for degrees in [0.0, 180.0] {
            for event in events::aspects(body, Body::Sun, degrees, span.clone()) {
                let kind = match event.kind {
                    EventKind::InferiorConjunction => "solar_inferior_conj",
                    EventKind::SuperiorConjunction => "solar_superior_conj",
                    _ if degrees == 0.0 => "solar_conj",
                    _ => "solar_opp",
                };
                found.push((kind, name.clone(), event));
            }
        }
    }
    found
}

const HOUR: u64 = 3_600_000_000_000;

/// Checks that the events of a table happen, and returns how many there are.
fn check_events(table: &Table) -> usize {
    let times = || table.rows.iter().map(|row| nanos(&row[2]).0);
    let (first, last) = (times().min().expect("rows"), times().max().expect("rows"));
    let found = found_events(&(Nanos(first - HOUR)..Nanos(last + HOUR)));
    let mut largest: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for row in &table.rows {
        let time = nanos(&row[2]);
        let away = |event: &Event| (event.time.0.abs_diff(time.0)) as f64 / 1e9;
        let named = found.iter().filter(|(kind, name, _)| *kind == row[0] && *name == row[1]);
        let nearest = named.map(|(.., event)| event).min_by(|a, b| away(a).total_cmp(&away(b)));
        let nearest = nearest.unwrap_or_else(|| panic!("nothing like {row:?}"));
        let seconds = largest.entry((&row[0], if row[3].is_empty() { "" } else { &row[1] }));
        let seconds = seconds.or_default();
        *seconds = seconds.max(away(nearest));
        if let Ok(longitude) = row[3].parse::<f64>() {
            assert!(turn(longitude, nearest.longitude).abs() < 3.0 / 3600.0, "{row:?} {nearest:?}");
        }
    }
    for ((kind, name), seconds) in &largest {
        println!("{kind} {name}: {seconds:.1} s");
        assert!(*seconds < 120.0, "{kind} {name}");
    }
    found.len()
}

#[test]
fn events_are_golden() {
    if let Some(table) = corpus("golden/astro_events.csv") {
        // The golden Sun begins at the equinox of 2015, five multiples of 15° after the others.
        assert_eq!(check_events(&table), table.rows.len() + 5);
    }
}

/// The same table, events of 2016.
#[test]
fn events_are_those_of_the_excerpt() {
    check_events(&Table::parse(include_str!("../data/astro_events.csv")));
}
