//! Gann's calculators and tables: what they print, and what they refuse.

use std::path::PathBuf;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::features::gann::{answer, evaluated};
use crate::features::sheet::Sheet;

fn answer_to(arguments: &str) -> anyhow::Result<String> {
    let words = ["gannet", "gann"].into_iter().chain(arguments.split(' '));
    match Cli::try_parse_from(words)?.command {
        Some(Command::Gann(command)) => answer(&command),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check(arguments: &str, expected: &[&str]) {
    let text = answer_to(arguments).expect(arguments);
    for part in expected {
        let found = text.lines().any(|line| line.split_whitespace().eq(part.split_whitespace()));
        assert!(found, "`{part}` is not a line of\n{text}");
    }
}

#[test]
fn calculators_answer() {
    check(
        "square-of-9 --price 25 --count 2 --step 360",
        &[
            "cell x -2, y 2, on the ordinal cross",
            "ring 2",
            "360 49 24",
            "-360 9 -16",
            "-720 1 -24",
        ],
    );
    check("square-of-9 --price 0.25 --count 1", &["price 0.25"]);
    check("hexagon --price 18 --step 360 --count 1", &["360 36 18", "-360 6 -12", "ring 2"]);
    check("wheel-of-24 --number 25", &["ring 2", "spoke 1", "angle 0"]);
    check("angles --pivot 100 --price-per-bar 2 --bars 10", &["1x1 45.000 120", "8x1 7.125 102.5"]);
    check("angles --pivot 100 --price-per-bar 2 --bars 10 --down --ratio 1x2", &["60"]);
    check("retracements --low 100 --high 200", &["0.5000 150 150 250 50"]);
    check("square-of --size 52 --price-per-unit 10 --bars 26 --price 0", &["26 26 260"]);
    check("squaring --amount 300 --price-per-bar 2", &["150 bars"]);
    check(
        "cycles --pivot 2024-01-01 --until 2025-01-05",
        &["2024-03-31 90 days", "2025-01-01 1 years"],
    );
    check("functions", &["sq9_level price degrees level so many degrees along the square of nine"]);
}

#[test]
fn numbers_without_an_answer_are_refused() {
    for arguments in [
        "square-of-9 --price NaN",
        "square-of-9 --price=-1",
        "square-of-9 --price 10 --step 0",
        "hexagon --price=-1",
        "wheel-of-24 --number 0",
        "angles --pivot 1 --price-per-bar 0 --bars 1",
        "angles --pivot 1 --price-per-bar 1 --bars inf",
        "angles --pivot 1 --price-per-bar 1 --bars 1 --ratio 8",
        "retracements --low 2 --high 1",
        "square-of --size 0 --price-per-unit 1 --bars 1 --price 1",
        "squaring --amount 0 --price-per-bar 1",
        "cycles --pivot 2024-02-30 --until 2025-01-01",
    ] {
        assert!(answer_to(arguments).is_err(), "{arguments}");
    }
}

fn table(text: &str) -> anyhow::Result<String> {
    evaluated(&Sheet::parse("in.csv".to_owned(), text.to_owned())?)
}

#[test]
fn tables_get_a_column_of_values() {
    assert_eq!(
        table("param,fn,arg\n360,sq9_level,25\n10,gann_angle_up|1x8,100;2\n,wheel24_deg,3\n").ok(),
        Some(
            "param,fn,arg,value\n360,sq9_level,25,49\n\
             10,gann_angle_up|1x8,100;2,260\n,wheel24_deg,3,30\n"
                .to_owned()
        )
    );
}

#[test]
fn rows_without_a_value_are_refused_with_line_and_column() {
    for (row, expected) in [
        ("sq10,1,", "in.csv:2: column \"fn\": no Gann function is called"),
        ("gann_angle_up,1;1,1", "in.csv:2: column \"fn\": "),
        ("sq9_level,x,1", "in.csv:2: column \"arg\": "),
        ("retr_from_high,1,1", "in.csv:2: column \"arg\": "),
        ("sq9_level,1,", "in.csv:2: column \"param\": "),
        ("sq9_level,1,-720", "in.csv:2: column \"arg\": "),
        ("sq9_level,1", "in.csv:2: column \"param\" is missing in this line"),
    ] {
        let error = table(&format!("fn,arg,param\n{row}\n")).expect_err(row).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn golden_table_of_the_corpus() {
    let Some(corpus) = std::env::var_os("GANNET_CORPUS").map(PathBuf::from) else {
        println!("skipped: GANNET_CORPUS is not set");
        return;
    };
    let sheet = Sheet::read(&corpus.join("indicators/golden/gann.csv")).expect("a table");
    let table = evaluated(&sheet).expect("every row has a value");
    let mut worst = 0.0_f64;
    for line in table.lines().skip(1) {
        let mut fields = line.rsplit(',').map(|field| field.parse::<f64>().expect("a number"));
        let (value, expected) = (fields.next().expect("ours"), fields.next().expect("golden"));
        let error = (value - expected).abs() / expected.abs().max(1.0);
        // Arguments of two numbers are printed with fewer digits than they were computed with.
        let rounded = line.contains(';');
        assert!(error < if rounded { 1e-4 } else { 1e-9 }, "{line}");
        if !rounded {
            worst = worst.max(error);
        }
    }
    println!(
        "{} rows, largest error of those with exact arguments {worst:e}",
        table.lines().count() - 1
    );
}
