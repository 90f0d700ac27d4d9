//! The indicators against the calculators, over the whole series again for each bar.

use super::assert_near;
use crate::support::random_candles;
use gannet_features::gann::angles::{Direction, Fan};
use gannet_features::gann::streaming::{
    AnchoredFan, LevelDistance, Levels, NaturalDates, PivotFan, PivotSquare, Retracement, Squaring,
    TimeCycles, TimeOfDay,
};
use gannet_features::gann::{Chart, SquareOf, cycles, retracements, square_of_nine, sun};
use gannet_features::ta::Atr;
use gannet_features::{AppliedPrice, Candle, HighLowClose, Indicator, Sample};
use gannet_types::Nanos;

fn bar(candle: &Candle) -> HighLowClose {
    HighLowClose::of(candle, AppliedPrice::Close).expect("a part")
}

/// The swing at the end of a series, found by walking it backwards and forwards.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Swing {
    pivot: (usize, f64),
    rises: bool,
    extreme: (usize, f64),
    /// When the turn was known.
    known: usize,
    previous: Option<(usize, f64)>,
}

fn last_swing(candles: &[Candle], threshold: f64) -> Swing {
    let mut swing = Swing {
        pivot: (0, candles[0].low),
        rises: true,
        extreme: (0, candles[0].high),
        known: 0,
        previous: None,
    };
    // Each swing ends at its extreme; the next one is looked for bar by bar from there.
    for (index, candle) in candles.iter().enumerate().skip(1) {
        let (onward, back) =
            if swing.rises { (candle.high, candle.low) } else { (candle.low, candle.high) };
        let sign = if swing.rises { 1.0 } else { -1.0 };
        if sign * (onward - swing.extreme.1) > 0.0 {
            swing.extreme = (index, onward);
        } else if sign * (back - swing.extreme.1 * (1.0 - sign * threshold)) <= 0.0 {
            swing = Swing {
                pivot: swing.extreme,
                rises: !swing.rises,
                extreme: (index, back),
                known: index,
                previous: Some(swing.pivot),
            };
        }
    }
    swing
}

/// The average true range known with each bar.
fn ranges(candles: &[Candle], period: usize) -> Vec<Option<f64>> {
    let mut atr = Atr::new(period);
    candles.iter().map(|candle| atr.update(bar(candle))).collect()
}

const THRESHOLD: f64 = 0.02;
const PERIOD: usize = 14;

#[test]
fn everything_from_the_last_turn_is_its_recomputation() {
    let candles = random_candles(5, 600);
    let ranges = ranges(&candles, PERIOD);
    let mut fan = PivotFan::new(THRESHOLD, PERIOD);
    let mut square = PivotSquare::new(144, THRESHOLD, PERIOD);
    let mut squaring = Squaring::new(THRESHOLD, PERIOD);
    let mut retracement = Retracement::new(THRESHOLD);
    let mut turns = 0;
    for (index, candle) in candles.iter().enumerate() {
        let swing = last_swing(&candles[..=index], THRESHOLD);
        turns += usize::from(swing.known == index);
        let retraced = retracement.update(bar(candle)).expect("from the first bar");
        let (low, high) = (swing.pivot.1.min(swing.extreme.1), swing.pivot.1.max(swing.extreme.1));
        assert_eq!((retraced.pivot, retraced.extreme), (swing.pivot.1, swing.extreme.1));
        let level = retracements::nearest(retraced.share);
        let level = if swing.rises {
            retracements::from_high(low, high, level)
        } else {
            retracements::from_low(low, high, level)
        };
        assert_near(retraced.level, level.expect("a range"), 1e-9);

        let all =
            (fan.update(bar(candle)), square.update(bar(candle)), squaring.update(bar(candle)));
        // Turns from before the first average take that one.
        let Some(price_per_bar) = ranges[swing.known.max(PERIOD)].filter(|_| index >= PERIOD)
        else {
            assert!(all.0.is_none() && all.1.is_none() && all.2.is_none());
            continue;
        };
        let (lines, place, to_go) =
            (all.0.expect("ready"), all.1.expect("ready"), all.2.expect("ready"));
        let bars = (index - swing.pivot.0) as f64;
        let around = Fan { pivot: swing.pivot.1, price_per_bar }.around(candle.close, bars);
        assert_eq!(
            (lines.slope, lines.support, lines.resistance, lines.age),
            (around.slope, around.support, around.resistance, bars)
        );
        assert_eq!(lines.direction > 0.0, swing.rises);
        let expected = SquareOf::new(144.0, price_per_bar, 1.0).expect("positive");
        let expected = expected.place(bars, candle.close - swing.pivot.1).expect("numbers");
        assert_eq!((place.time, place.price), (expected.time, expected.price));
        assert_eq!(place.from_diagonal, expected.from_diagonal);
        let range = swing
            .previous
            .map_or(swing.extreme.1 - swing.pivot.1, |previous| (swing.pivot.1 - previous.1).abs());
        if index == swing.known {
            assert_near(to_go.range, range / price_per_bar - bars, 1e-9);
        }
        assert_near(to_go.pivot, swing.pivot.1 / price_per_bar - bars, 1e-6);
    }
    assert!(turns > 10, "{turns}");
}

#[test]
fn a_fan_holds_the_price_between_its_lines() {
    let fan = Fan { pivot: 100.0, price_per_bar: 0.5 };
    for step in -4_000..4_000 {
        let price = 100.0 + 0.37 * f64::from(step);
        let around = fan.around(price, 20.0);
        assert!(around.support <= price && price <= around.resistance, "{price}: {around:?}");
        if step != 0 {
            let mirrored = fan.around(200.0 - price, 20.0);
            assert_near(mirrored.support, 200.0 - around.resistance, 1e-9);
        }
        let lines = fan.lines(Direction::Up, 20.0);
        let between =
            lines.iter().filter(|&&line| around.support < line && line < around.resistance);
        assert_eq!(between.count(), 0);
    }
    let flat = Fan { pivot: 100.0, price_per_bar: 0.0 }.around(101.0, 20.0);
    assert_eq!((flat.slope, flat.support, flat.resistance), (0.0, 100.0, 100.0));
}

#[test]
fn an_anchored_fan_begins_at_its_bar() {
    let candles = random_candles(3, 50);
    let from = candles[10].time;
    let mut up = AnchoredFan::new(from, Direction::Up, 0.25);
    let mut down = AnchoredFan::new(from, Direction::Down, 0.25);
    for (index, candle) in candles.iter().enumerate() {
        let (up, down) = (up.update(*candle), down.update(*candle));
        let (Some(up), Some(down)) = (up, down) else {
            assert!(index <= 10);
            continue;
        };
        let rise = 0.25 * (index - 10) as f64;
        assert_eq!(up.one_by_one, candles[10].low + rise);
        assert_eq!(down.one_by_one, candles[10].high - rise);
        assert!(index > 10 && up.support <= candle.close && candle.close <= up.resistance);
    }
}

#[test]
fn levels_are_those_of_the_chart() {
    let mut levels = Levels::new(Chart::SquareOfNineRoot, 45.0, 0.01);
    let mut in_ranges = LevelDistance::new(Chart::SquareOfNineRoot, 45.0, 0.01, PERIOD);
    let candles = random_candles(9, 300);
    let ranges = ranges(&candles, PERIOD);
    for (candle, range) in candles.iter().zip(ranges) {
        let near = levels.update(candle.close).expect("positive");
        let degrees = square_of_nine::root_angle(candle.close / 0.01).expect("positive");
        assert_eq!(near.degrees, degrees);
        assert_near(near.sine.hypot(near.cosine), 1.0, 1e-12);
        assert_near(near.level + near.distance, candle.close, 1e-9);
        // Levels lie on the eight angles from the centre, which is at 135 degrees.
        let level = square_of_nine::root_angle(near.level / 0.01).expect("positive") / 45.0;
        assert_near(level - level.round(), 0.0, 1e-6);
        let in_ranges = in_ranges.update(bar(candle));
        assert_eq!(in_ranges.is_some(), range.is_some());
        if let (Some(distance), Some(range)) = (in_ranges, range) {
            assert_near(distance * range, near.distance, 1e-9);
        }
    }
    assert_eq!(levels.update(0.0), None);
    assert_eq!(levels.update(-5.0), None);
}

#[test]
fn cycles_are_counted_from_the_last_turns() {
    let day = |index: usize| Nanos(1_600_000_000_000_000_000 + 86_400_000_000_000 * index as u64);
    let candles: Vec<Candle> = random_candles(7, 600)
        .into_iter()
        .enumerate()
        .map(|(index, candle)| Candle { time: day(index), ..candle })
        .collect();
    let mut indicator = TimeCycles::new(THRESHOLD, 3, 86_400.0);
    let mut pivots = vec![0];
    for (index, candle) in candles.iter().enumerate() {
        let swing = last_swing(&candles[..=index], THRESHOLD);
        if swing.known == index && index > 0 {
            pivots.push(swing.pivot.0);
        }
        let near = indicator.update(*candle).expect("from the first bar");
        let ages: Vec<f64> =
            pivots.iter().rev().take(3).map(|pivot| (index - pivot) as f64).collect();
        assert_near(near.age_days, ages[0], 1e-6);
        assert_near(near.days, cycles::days_to_nearest(ages[0]), 1e-6);
        assert_near(near.cluster, cycles::cluster(&ages, 1.0) as f64, 0.0);
    }
    assert!(pivots.len() > 10);
}

#[test]
fn natural_dates_and_hours_are_those_of_the_sun_and_the_clock() {
    let mut indicator = NaturalDates::new(45.0);
    let mut hours = TimeOfDay::new(0.0);
    for candle in random_candles(1, 9_000) {
        let near = indicator.update(candle).expect("from the first bar");
        assert_eq!(near.longitude, sun::longitude(candle.time));
        let (next, _) = sun::next_multiple(candle.time, 45.0).expect("near");
        let to_go = (next.0 - candle.time.0) as f64 / 86_400e9;
        if near.days > 0.0 {
            assert_near(near.days, to_go, 1e-6);
        } else {
            assert!(-near.days <= to_go && near.days > -24.0, "{near:?}");
        }
        let hour = candle.time.0 / 1_000_000_000 % 86_400;
        let angle = hours.update(candle).expect("always");
        assert_near(angle.degrees, hour as f64 / 240.0, 1e-9);
    }
}

#[test]
fn sines_are_those_of_the_library() {
    let mut indicator = TimeOfDay::new(0.0);
    let candle = random_candles(1, 1)[0];
    for second in 0..86_400_u64 {
        let at = Candle { time: Nanos(second * 1_000_000_000), ..candle };
        let angle = indicator.update(at).expect("always");
        let (sine, cosine) = angle.degrees.to_radians().sin_cos();
        assert_near(angle.sine, sine, 1e-15);
        assert_near(angle.cosine, cosine, 1e-15);
    }
}
