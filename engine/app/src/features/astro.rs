//! `gannet astro`: where the bodies stand, and what happens in the sky, as CSV.

use std::fmt::Write as _;

use anyhow::{Context, ensure};
use gannet_features::astro::events::{self, Event, EventKind};
use gannet_features::astro::{Body, Track};
use gannet_types::Nanos;

use super::args::{AstroArgs, AstroCommand, AstroEventsArgs, AstroSpan};
use super::{nearest, time};

/// Most rows printed: a century of hours for one body.
const ROWS_MAX: u64 = 1_000_000;

/// Degrees between the Sun's longitudes that are listed: the solar terms.
const SUN_STEP: f64 = 15.0;

/// `gannet astro`.
///
/// # Errors
/// If a time, a step or a body is wrong, or the span is outside 1970 to November 2099.
pub fn astro(args: &AstroArgs) -> anyhow::Result<()> {
    let text = match &args.command {
        Some(AstroCommand::Events(args)) => happenings(args)?,
        None => places(args)?,
    };
    super::answer(&text)
}

/// Returns a row for every body at every step.
pub(super) fn places(args: &AstroArgs) -> anyhow::Result<String> {
    let (from, to) = (args.from.as_deref(), args.to.as_deref());
    let (Some(from), Some(to)) = (from, to) else {
        anyhow::bail!("--from and --to are needed, such as --from 2026-01-01 --to 2026-02-01");
    };
    let span = span(from, to)?;
    let step = step(&args.step)?;
    let mut tracks: Vec<(Body, Track)> =
        bodies(&args.bodies)?.into_iter().map(|body| (body, Track::new(body))).collect();
    let count = (span.end.0 - span.start.0) / step.0 + 1;
    let rows = count.saturating_mul(tracks.len() as u64);
    ensure!(rows <= ROWS_MAX, "{rows} rows are more than {ROWS_MAX}: take a longer --step");
    let mut text = String::from("utc,body,lon,lat,dist_au,speed_deg_per_day,retrograde\n");
    for index in 0..count {
        let time = span.start.after(Nanos(index * step.0));
        for (body, track) in &mut tracks {
            let place = track.at(time).with_context(outside)?;
            let speed = track.daily_motion(time).unwrap_or(place.speed);
            writeln!(
                text,
                "{},{},{:.6},{:.6},{:.8},{:.6},{}",
                time::utc(time),
                title(*body),
                place.longitude,
                place.latitude,
                place.distance,
                speed,
                u8::from(place.is_retrograde())
            )?;
        }
    }
    Ok(text)
}

/// Returns a row for everything that happens, in order.
pub(super) fn happenings(args: &AstroEventsArgs) -> anyhow::Result<String> {
    let AstroSpan { from, to } = &args.span;
    let span = span(from, to)?;
    let mut found = Vec::new();
    for body in bodies(&args.bodies)? {
        match body {
            Body::Sun => found.extend(events::ingresses(body, SUN_STEP, span.clone())),
            Body::Moon => found.extend(events::lunar_phases(span.clone())),
            _ => {
                found.extend(events::stations(body, span.clone()));
                found.extend(events::aspects(body, Body::Sun, 0.0, span.clone()));
                if !matches!(body, Body::Mercury | Body::Venus) {
                    found.extend(events::aspects(body, Body::Sun, 180.0, span.clone()));
                }
            }
        }
    }
    found.sort_by_key(|event| event.time);
    let mut text = String::from("event,body_or_param,utc,longitude_deg\n");
    for event in &found {
        let (name, parameter) = described(event);
        // The second nearest: halving in stops within it.
        let seconds = event.time.0.saturating_add(500_000_000) / Nanos::SECOND.0;
        let time = time::utc(Nanos(seconds * Nanos::SECOND.0));
        writeln!(text, "{name},{parameter},{time},{:.6}", event.longitude)?;
    }
    Ok(text)
}

fn described(event: &Event) -> (&'static str, String) {
    let body = title(event.body).to_owned();
    match event.kind {
        EventKind::NewMoon => ("moon_phase", "new".to_owned()),
        EventKind::FirstQuarter => ("moon_phase", "first_quarter".to_owned()),
        EventKind::FullMoon => ("moon_phase", "full".to_owned()),
        EventKind::LastQuarter => ("moon_phase", "last_quarter".to_owned()),
        EventKind::Ingress => {
            let degrees = (event.longitude / SUN_STEP).round() * SUN_STEP % 360.0;
            ("sun_longitude", degrees.to_string())
        }
        EventKind::StationRetrograde => ("station_retrograde", body),
        EventKind::StationDirect => ("station_direct", body),
        EventKind::InferiorConjunction => ("solar_inferior_conj", body),
        EventKind::SuperiorConjunction => ("solar_superior_conj", body),
        EventKind::Aspect { degrees: 0.0, .. } => ("solar_conj", body),
        EventKind::Aspect { .. } => ("solar_opp", body),
    }
}

fn span(from: &str, to: &str) -> anyhow::Result<std::ops::Range<Nanos>> {
    let read = |text: &str, name| {
        // Read as a count it would be in 1970, and a long way from what was meant.
        let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        ensure!(!is_year, "{name}: a year alone is no time; write {text}-01-01");
        time::parse(text).map_err(|error| anyhow::anyhow!("{name}: {error}"))
    };
    let (from, to) = (read(from, "--from")?, read(to, "--to")?);
    ensure!(from <= to, "--to lies before --from");
    ensure!(Track::new(Body::Sun).at(to).is_some(), outside());
    Ok(from..to)
}

fn outside() -> String {
    "positions reach from 1970-01-01 to 2099-11-30".to_owned()
}

/// Reads a step such as `1d`, `6h` or `30m`.
fn step(text: &str) -> anyhow::Result<Nanos> {
    let wrong = || format!("--step: `{text}` is no span such as 1d, 6h or 30m");
    let (count, unit) = text.split_at(text.len().saturating_sub(1));
    let seconds = match unit {
        "d" => 86_400,
        "h" => 3_600,
        "m" => 60,
        _ => anyhow::bail!(wrong()),
    };
    let count: u64 = count.parse().ok().filter(|count| *count > 0).with_context(wrong)?;
    let nanos = count.checked_mul(seconds * Nanos::SECOND.0).with_context(wrong)?;
    Ok(Nanos(nanos))
}

fn bodies(names: &[String]) -> anyhow::Result<Vec<Body>> {
    if names.is_empty() {
        return Ok(Body::ALL.to_vec());
    }
    let read = |name: &String| {
        Body::named(name.trim()).with_context(|| {
            let hint = nearest::hint(name, Body::NAMES.iter().copied());
            format!("--bodies: there is no `{name}`{hint}")
        })
    };
    names.iter().map(read).collect()
}

/// The name with a capital.
const fn title(body: Body) -> &'static str {
    match body {
        Body::Sun => "Sun",
        Body::Moon => "Moon",
        Body::Mercury => "Mercury",
        Body::Venus => "Venus",
        Body::Mars => "Mars",
        Body::Jupiter => "Jupiter",
        Body::Saturn => "Saturn",
        Body::Uranus => "Uranus",
        Body::Neptune => "Neptune",
        Body::Pluto => "Pluto",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(from: &str, to: &str, step: &str, bodies: &[&str]) -> AstroArgs {
        AstroArgs {
            command: None,
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
            step: step.to_owned(),
            bodies: bodies.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn places_are_those_of_the_ephemeris() {
        // JPL DE421 at 1990-01-01: Sun 280.304519, Moon 326.557385 and 0.876969.
        let text = places(&args("1990-01-01", "1990-01-02", "1d", &["sun", "Moon"])).expect("rows");
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows.len(), 5);
        assert!(rows[1].starts_with("1990-01-01T00:00:00Z,Sun,280.3045"), "{}", rows[1]);
        let moon: Vec<f64> = rows[2]
            .split(',')
            .skip(2)
            .take(2)
            .map(|number| number.parse().expect("a number"))
            .collect();
        assert!((moon[0] - 326.557_385).abs() < 15.0 / 3600.0, "{}", rows[2]);
        assert!((moon[1] - 0.876_969).abs() < 15.0 / 3600.0, "{}", rows[2]);
    }

    #[test]
    fn what_happens_is_listed_in_order() {
        let span = AstroSpan { from: "2015-01-20".to_owned(), to: "2015-02-20".to_owned() };
        let bodies = vec!["moon".to_owned(), "mercury".to_owned()];
        let text = happenings(&AstroEventsArgs { span, bodies }).expect("rows");
        // From JPL DE421: first quarter 2015-01-27T04:48:24Z.
        assert!(text.contains("moon_phase,first_quarter,2015-01-27T04:48:"), "{text}");
        assert!(text.contains("station_retrograde,Mercury,2015-01-21T15:5"), "{text}");
        assert!(text.contains("solar_inferior_conj,Mercury,2015-01-30T13:4"), "{text}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            (args("1990-01-01", "1989-01-01", "1d", &[]), "before"),
            (args("1990-13-01", "1990-01-02", "1d", &[]), "--from"),
            (args("2020", "2021-01-01", "1d", &[]), "2020-01-01"),
            (args("1990-01-01", "1990-01-02", "0d", &[]), "--step"),
            (args("1990-01-01", "1990-01-02", "1w", &[]), "--step"),
            (args("1990-01-01", "2150-01-02", "1d", &[]), "2099"),
            (args("1990-01-01", "1990-01-02", "1d", &["vulcan"]), "vulcan"),
            (args("1970-01-01", "2090-01-02", "1m", &[]), "--step"),
        ];
        for (args, word) in cases {
            let error = format!("{:#}", places(&args).expect_err(word));
            assert!(error.contains(word), "{error}");
        }
    }
}
