//! The statistics against SciPy, and the sequence against experiments that somebody watches.

mod peeking;

use super::*;

/// Kind, what is put in, and what SciPy says; `tests/statistics/golden.py` writes it.
const GOLDEN: &str = include_str!("../../tests/statistics/golden.csv");

fn golden(kind: &str) -> Vec<(Vec<f64>, Vec<f64>)> {
    let numbers = |text: &str| -> Vec<f64> {
        text.split(',')
            .filter(|it| !it.is_empty())
            .map(|it| it.parse().expect("a number"))
            .collect()
    };
    let lines = GOLDEN.lines().filter_map(|line| line.strip_prefix(kind)?.split_once('|'));
    let found: Vec<_> =
        lines.map(|(given, expected)| (numbers(given), numbers(expected))).collect();
    assert!(!found.is_empty(), "{kind} is in the file");
    found
}

fn moments(values: &[f64]) -> Moments {
    let mut moments = Moments::default();
    values.iter().for_each(|value| moments.add(*value));
    moments
}

#[track_caller]
fn check(given: &[f64], found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let off = (found - expected).abs() / expected.abs().max(1.0);
        assert!(off <= tolerance, "{found} is not {expected} for {given:?}");
    }
}

fn ends(interval: &Interval) -> [f64; 2] {
    [interval.low.expect("an end"), interval.high.expect("an end")]
}

#[test]
fn quantiles_are_scipys() {
    for (given, expected) in golden("normal") {
        check(&given, &[normal_quantile(given[0])], &expected, 1e-12);
    }
    for (given, expected) in golden("student") {
        check(&given, &[student_quantile(given[0], given[1])], &expected, 1e-8);
    }
}

#[test]
fn intervals_are_scipys() {
    for (given, expected) in golden("wilson") {
        let found = Interval::of_rate(given[0] as u64, given[1] as u64, given[2]);
        check(&given, &ends(&found), &expected, 1e-12);
    }
    for (given, expected) in golden("mean") {
        let found = Interval::of_mean(&moments(&given[1..]), given[0]);
        let [low, high] = ends(&found);
        check(&given, &[found.estimate.expect("a mean"), low, high], &expected, 1e-10);
    }
    for (given, expected) in golden("welch") {
        let (first, second) = given[2..].split_at(given[1] as usize);
        let found = Interval::of_difference(&moments(first), &moments(second), given[0]);
        let [low, high] = ends(&found);
        check(&given, &[found.estimate.expect("a mean"), low, high], &expected, 1e-10);
    }
}

#[test]
fn the_sequence_is_the_mixture_integrated() {
    for (given, expected) in golden("sequence") {
        let &[level, pairs, deviation, estimate] = &given[..] else { panic!("four numbers") };
        let difference = Difference { estimate, pairs, deviation, observations: pairs as u64 };
        let sequence = Sequence::new(level);
        let found = [sequence.radius(&difference), sequence.p_value(&difference)];
        check(&given, &found, &expected, 1e-9);
        // Zero is outside exactly when the evidence is beyond the level.
        assert_eq!(found[0] < estimate.abs(), found[1] < level, "{given:?}");
    }
}

#[test]
fn what_is_needed_is_what_detects() {
    let sequence = Sequence::new(0.05);
    for (deviation, worth) in [(1.0, 0.1), (0.08, 0.01), (0.3, 0.3)] {
        let pairs = sequence.pairs_needed(deviation, worth, 0.8).expect("not for ever");
        let detects = |pairs: u64| {
            let pairs = pairs as f64;
            let difference = Difference { estimate: 0.0, pairs, deviation, observations: 0 };
            sequence.detectable(&difference, 0.8)
        };
        assert!(detects(pairs) <= worth && detects(pairs - 1) > worth, "{pairs}");
    }
    assert_eq!(sequence.pairs_needed(1.0, 1e-9, 0.8), None);
}

#[test]
fn moments_forget_what_is_replaced() {
    let mut corrected = moments(&[1.0, -2.0, 5.5, 0.25]);
    corrected.replace(5.5, -1.0);
    let plain = moments(&[1.0, -2.0, 0.25, -1.0]);
    assert_eq!(corrected.count(), 4);
    assert!((corrected.mean() - plain.mean()).abs() < 1e-12);
    let (found, expected) = (corrected.variance(), plain.variance());
    assert!((found.expect("four") - expected.expect("four")).abs() < 1e-12);
    let mut one = moments(&[3.0]);
    one.replace(3.0, 4.0);
    assert_eq!((one.count(), one.mean(), one.variance()), (1, 4.0, None));
}

#[test]
fn of_too_few_nothing_is_told() {
    let (none, one) = (Moments::default(), moments(&[1.0]));
    let blank = Interval { count: 0, estimate: None, low: None, high: None };
    assert_eq!(Interval::of_mean(&none, 0.05), blank);
    assert_eq!(Interval::of_rate(0, 0, 0.05), blank);
    assert_eq!(Interval::of_mean(&one, 0.05), Interval { count: 1, estimate: Some(1.0), ..blank });
    assert_eq!(Interval::of_difference(&one, &one, 0.05).low, None);
    assert_eq!(Difference::of_two(&one, &one), None);
    assert_eq!(Difference::of_pairs(&one), None);
    // Two that never differ: nothing is known to be impossible but what was not seen.
    let same = moments(&[0.5; 40]);
    let difference = Difference::of_two(&same, &same).expect("forty");
    assert_eq!(Sequence::new(0.05).p_value(&difference), 1.0);
    assert_eq!(ends(&Interval::of_difference(&same, &same, 0.05)), [0.0, 0.0]);
}
