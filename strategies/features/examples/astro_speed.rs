//! Nanoseconds a position and an indicator of the sky cost, with a digest of what they computed.
//!
//! `cargo run --release -p gannet-features --example astro_speed`. Instants are an hour apart over
//! two years; each row runs several times and the fastest run counts: others were disturbed. The
//! digest is the sum of all outputs, so that nothing is faster for having computed less.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use gannet_features::astro::{
    Aspect, Body, Ephemeris, Observer, Planet, PlanetarySquare, SynodicCycle, TimeHarmonic, Track,
    terrestrial_days,
};
use gannet_features::{Candle, Indicator, Outputs};
use gannet_types::Nanos;

const RUNS: usize = 20;
const HOURS: u64 = 2 * 365 * 24;
const HOUR: u64 = 3_600_000_000_000;
const START: u64 = 1_600_000_000_000_000_000;

fn main() {
    let times: Vec<Nanos> = (0..HOURS).map(|hour| Nanos(START + hour * HOUR)).collect();
    let (from, to) = (times[0], times[times.len() - 1]);
    let started = Instant::now();
    let ephemeris = Arc::new(Ephemeris::new(&Body::ALL, from, to));
    println!("ephemeris of two years, all bodies: {:?}", started.elapsed());
    println!("{:<34}{:>10}  digest", "what", "ns");
    for body in Body::ALL {
        let few = &times[..50];
        report(&format!("full {}", body.name()), few, |&time| {
            let days = terrestrial_days(time).unwrap_or_default();
            Observer::at(days).apparent(body).longitude
        });
    }
    for body in [Body::Sun, Body::Moon, Body::Pluto] {
        report(&format!("ephemeris {}", body.name()), &times, |&time| {
            ephemeris.at(body, time).map_or(0.0, |each| each.longitude)
        });
        let mut track = Track::new(body).with_ephemeris(&ephemeris);
        report(&format!("track {}", body.name()), &times, |&time| {
            track.at(time).map_or(0.0, |each| each.longitude)
        });
    }
    let candle = |&time: &Nanos| {
        let close = 100.0 + (time.0 / HOUR % 97) as f64;
        Candle { time, open: close, high: close, low: close, close, volume: 1.0 }
    };
    let candles: Vec<Candle> = times.iter().map(candle).collect();
    let (moon, sun) = (Body::Moon, Body::Sun);
    indicator("planet(mercury)", Planet::new(Body::Mercury).with_ephemeris(&ephemeris), &candles);
    let aspect = Aspect::new(moon, sun, 90.0, 8.0).with_ephemeris(&ephemeris);
    indicator("aspect(moon,sun,90,8)", aspect, &candles);
    let cycle = SynodicCycle::new(moon, sun).with_ephemeris(&ephemeris);
    indicator("synodic_cycle(moon,sun)", cycle, &candles);
    indicator(
        "time_harmonic(sun,8)",
        TimeHarmonic::new(sun, 8).with_ephemeris(&ephemeris),
        &candles,
    );
    let square = PlanetarySquare::new(Body::Mars, 8).with_ephemeris(&ephemeris);
    indicator("planetary_square(mars,8)", square, &candles);
    indicator("planet(mercury), no ephemeris", Planet::new(Body::Mercury), &candles);
}

fn indicator<I: Indicator<Sample = Candle>>(name: &str, mut indicator: I, candles: &[Candle]) {
    let mut slots = vec![None; I::Output::NAMES.len()];
    report(name, candles, |candle| {
        let Some(output) = indicator.update(*candle) else { return 0.0 };
        output.write(&mut slots);
        slots.iter().flatten().sum()
    });
}

fn report<T>(name: &str, inputs: &[T], mut run: impl FnMut(&T) -> f64) {
    let (mut fastest, mut digest) = (f64::MAX, 0.0);
    for _ in 0..RUNS {
        let started = Instant::now();
        digest = inputs.iter().map(|input| run(black_box(input))).sum();
        fastest = fastest.min(started.elapsed().as_nanos() as f64 / inputs.len() as f64);
    }
    println!("{name:<34}{fastest:>10.1}  {digest:.6}");
}
