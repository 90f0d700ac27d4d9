//! Positions and events against golden ones of JPL DE421.

use std::collections::BTreeMap;

use crate::support::{Table, corpus, nanos};
use gannet_features::astro::{Body, Track};

/// Degrees from one longitude to another, −180 to 180.
fn turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

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
        let (limit, motion_limit) = if body == Body::Moon { (15.0, 2e-3) } else { (3.0, 1e-4) };
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
