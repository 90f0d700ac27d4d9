//! Experiments that somebody watches after every trip, and ends as soon as it may.
//!
//! Trips are like ours: a fee that is always paid, and now and then a large gain or loss. Turns are not
//! even. Each kind is simulated 2,000 times, from one seed.

use super::*;

/// Experiments of a kind.
const EXPERIMENTS: u32 = 2_000;

/// Trips of both arms together, each looked at.
const TRIPS: u32 = 1_500;

/// Three standard errors of a rate of 5 % in 2,000 experiments: what is found may be off by that.
const CHANCE: f64 = 0.0147;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// From 0 to 1, never 0.
    fn part(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Box and Muller (1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.part().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.part()).cos()
    }
}

/// Returns of trips without an edge.
#[derive(Clone, Copy)]
enum Returns {
    Normal,
    /// Small losses and few large gains: an exponential less its mean.
    Skewed,
    /// One in twenty is five times as large.
    Heavy,
}

impl Returns {
    fn draw(self, random: &mut Random) -> f64 {
        match self {
            Self::Normal => random.normal(),
            Self::Skewed => -random.part().ln() - 1.0,
            Self::Heavy => {
                let size = if random.part() < 0.05 { 5.0 } else { 1.0 };
                size * random.normal()
            }
        }
    }
}

/// How often zero was outside of the sequence at any time, and after how many trips on average.
fn found(returns: Returns, share: f64, edge: f64, level: f64, seed: u64) -> (f64, f64) {
    let (sequence, mut random) = (Sequence::new(level), Random(seed));
    let (mut found, mut after) = (0_u32, 0_u64);
    for _ in 0..EXPERIMENTS {
        let (mut first, mut second) = (Moments::default(), Moments::default());
        for trip in 1..=TRIPS {
            if random.part() < share {
                second.add(returns.draw(&mut random) + edge);
            } else {
                first.add(returns.draw(&mut random));
            }
            let Some(difference) = Difference::of_two(&first, &second) else { continue };
            let is_outside = sequence.radius(&difference) < difference.estimate.abs();
            if difference.observations >= OBSERVATIONS_MIN && is_outside {
                found += 1;
                after += u64::from(trip);
                break;
            }
        }
    }
    (f64::from(found) / f64::from(EXPERIMENTS), after as f64 / f64::from(found.max(1)))
}

#[test]
fn who_peeks_after_every_trip_is_not_fooled_more_often_than_said() {
    for (name, returns, share) in [
        ("normal", Returns::Normal, 0.5),
        ("skewed", Returns::Skewed, 0.5),
        ("heavy", Returns::Heavy, 0.5),
        ("few turns", Returns::Normal, 0.2),
        ("few turns, skewed", Returns::Skewed, 0.2),
    ] {
        for level in [0.05, 0.1] {
            let (rate, _) = found(returns, share, 0.0, level, 11);
            println!("{name}, level {level}: fooled in {:.2} %", rate * 100.0);
            assert!(rate <= level, "{name}: {rate} of {level}");
        }
    }
}

#[test]
fn somebody_who_trusts_one_look_and_peeks_is() {
    // The same experiments with Welch's interval: that is why there is a sequence.
    let (mut random, mut fooled) = (Random(11), 0);
    let experiments = 200;
    for _ in 0..experiments {
        let (mut first, mut second) = (Moments::default(), Moments::default());
        for trip in 0..TRIPS / 2 {
            first.add(random.normal());
            second.add(random.normal());
            if trip % 25 != 0 {
                continue;
            }
            let interval = Interval::of_difference(&first, &second, 0.05);
            let is_outside = interval.low > Some(0.0) || interval.high.is_some_and(|it| it < 0.0);
            if first.count() >= OBSERVATIONS_MIN && is_outside {
                fooled += 1;
                break;
            }
        }
    }
    let rate = f64::from(fooled) / f64::from(experiments);
    println!("one look's interval, looked at every 50 trips: fooled in {:.1} %", rate * 100.0);
    assert!(rate > 0.05 + 5.0 * CHANCE, "{rate}");
}

#[test]
fn what_is_there_is_found() {
    for (edge, least) in [(0.2, 0.75), (0.3, 0.99), (0.5, 0.99)] {
        let (power, after) = found(Returns::Normal, 0.5, edge, 0.05, 5);
        println!(
            "an edge of {edge} deviations: found in {:.1} % of {TRIPS} trips, after {after:.0}",
            power * 100.0
        );
        assert!(power >= least, "{edge}: {power}");
        // What is told before is what is found, or less.
        let pairs = f64::from(TRIPS) / 2.0;
        let deviation = 2.0_f64.sqrt();
        let now = Difference { estimate: 0.0, pairs, deviation, observations: 0 };
        if Sequence::new(0.05).detectable(&now, 0.8) <= edge {
            assert!(power >= 0.8 - CHANCE, "{edge}: {power}");
        }
    }
}
