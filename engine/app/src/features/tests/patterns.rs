//! Findings in bars of our own that hold a double top.

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::features::Bars;
use crate::features::args::PatternsArgs;
use crate::features::patterns::{find, table};

pub(super) fn arguments(more: &str) -> PatternsArgs {
    let words = ["gannet", "patterns", "--bars", "none"].into_iter();
    match Cli::try_parse_from(words.chain(more.split_whitespace())).map(|cli| cli.command) {
        Ok(Some(Command::Patterns(args))) => args,
        other => panic!("{other:?}"),
    }
}

/// Closes that go in straight lines between turns ten bars apart.
pub(super) fn bars(turns: &[f64]) -> Bars {
    let mut text = "time,open,high,low,close,volume\n".to_owned();
    for (leg, ends) in turns.windows(2).enumerate() {
        for step in 0..10 {
            let price = ends[0] + (ends[1] - ends[0]) * f64::from(step) / 10.0;
            let time = 3_600 * (10 * leg as u64 + step as u64);
            text.push_str(&format!("{time},{price},{},{},{price},1\n", price + 0.5, price - 0.5));
        }
    }
    Bars::parse("turns", &text).expect("good bars")
}

#[test]
fn a_double_top_is_found_where_it_is() {
    let bars = bars(&[80.0, 100.0, 90.0, 100.0, 80.0, 85.0]);
    let findings = find(&bars, &arguments("--no-candles")).expect("good arguments");
    let text = table(&bars, &findings);
    let double = text.lines().find(|line| line.contains(",double,")).expect(&text);
    // The tops are bars 10 and 30, known after a fall of five percent.
    assert!(double.contains(",-1,36000,108000,"), "{double}");
    assert!(double.ends_with("100.5@36000;89.5@72000;100.5@108000"), "{double}");
    assert!(!text.contains(",cdl"), "{text}");
    let known: Vec<usize> = findings.iter().map(|finding| finding.known).collect();
    assert!(known.is_sorted(), "the oldest first");
    let all = find(&bars, &arguments("")).expect("good arguments");
    assert!(all.iter().any(|finding| finding.name.starts_with("cdl")));
}

#[test]
fn a_smoothed_curve_turns_where_it_is_told() {
    let turns: Vec<f64> = (0..30).map(|turn| 90.0 + f64::from(turn * 7 % 11 - 5)).collect();
    let bars = bars(&turns);
    let smoothed = |more: &str| -> Vec<_> {
        let found = find(&bars, &arguments(more)).expect("good arguments");
        let lmw = found.into_iter().filter(|finding| finding.name.starts_with("lmw_"));
        lmw.map(|finding| (finding.known, finding.name, finding.first, finding.last)).collect()
    };
    let usual = smoothed("");
    assert!(!usual.is_empty());
    assert_eq!(usual, smoothed("--lmw-slope difference"));
    assert_ne!(usual, smoothed("--lmw-slope derivative"));
}

#[test]
fn parameters_out_of_range_are_refused() {
    let bars = bars(&[80.0, 100.0]);
    for wrong in [
        "--threshold 0",
        "--threshold NaN",
        "--tolerance 1",
        "--flag 2",
        "--lmw-window 3",
        "--lmw-bandwidth 0",
    ] {
        assert!(find(&bars, &arguments(wrong)).is_err(), "{wrong}");
    }
}
