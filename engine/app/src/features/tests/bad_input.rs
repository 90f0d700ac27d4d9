//! What is wrong with a file or an argument, said by the commands themselves; and what is not wrong
//! with it although it looks so.

use std::path::Path;

use clap::Parser;

use super::{Folder, HEADER};
use crate::cli::{Cli, Command};
use crate::features::{astro, features, gann, patterns};

/// Runs a command line. `IN` and `OUT` are files in a folder; the answer is what is in `OUT`.
fn run(folder: &Path, line: &str) -> anyhow::Result<String> {
    let output = folder.join("out.csv");
    let words = line.split_whitespace().map(|word| match word {
        "IN" => folder.join("in.csv").display().to_string(),
        "OUT" => output.display().to_string(),
        word => word.to_owned(),
    });
    match Cli::try_parse_from(std::iter::once("gannet".to_owned()).chain(words))?.command {
        Some(Command::Features(args)) => features(&args)?,
        Some(Command::Patterns(args)) => patterns(&args)?,
        Some(Command::Gann(command)) => gann(&command)?,
        Some(Command::Astro(args)) => astro(&args)?,
        other => panic!("{other:?}"),
    }
    Ok(std::fs::read_to_string(output)?)
}

/// Every command that reads bars.
const ON_BARS: [&str; 3] = [
    "features --bars IN --columns sma(2),obv --output OUT",
    "patterns --bars IN --output OUT",
    "gann fan --bars IN --pivot 2024-01-01T00:00:00Z --price-per-bar 1 --plot OUT",
];

/// Runs commands on a file that they must refuse; `expected` follows the name of the file.
#[track_caller]
fn check_refused(folder: &Folder, commands: &[&str], input: &[u8], expected: &str) {
    std::fs::write(folder.0.join("in.csv"), input).expect("written");
    for command in commands {
        let error = run(&folder.0, command).expect_err(command);
        let message = format!("{error:#}");
        let place = folder.0.join("in.csv").display().to_string();
        let said = message.strip_prefix(&place).unwrap_or_else(|| panic!("{command}: {message}"));
        assert!(said.starts_with(expected), "{command}: {said}\nexpected: {expected}");
        assert!(!folder.0.join("out.csv").exists(), "{command} wrote something");
    }
}

#[test]
fn bad_bars_are_refused_with_line_and_column() {
    let folder = Folder::new("bad-bars");
    for (row, expected) in [
        ("2024-01-01T01:00:00Z,NaN,3,1,2,5", "column \"open\": \"NaN\" is not a finite number"),
        ("2024-01-01T01:00:00Z,2,inf,1,2,5", "column \"high\": \"inf\" is not a finite number"),
        ("2024-01-01T01:00:00Z,2,3,abc,2,5", "column \"low\": \"abc\" is not a number"),
        ("2024-01-01T01:00:00Z,2,3,1,,5", "column \"close\": a number is missing"),
        ("2024-01-01T01:00:00Z,2,3,1,2,-1", "column \"volume\": -1 is negative"),
        ("2024-01-01T01:00:00Z,2,3,1,2,nan", "column \"volume\": \"nan\" is not a finite number"),
        ("2024-01-01T01:00:00Z,0,3,1,2,5", "column \"open\": 0 is not positive"),
        ("2024-01-01T01:00:00Z,2,3,-1,2,5", "column \"low\": -1 is not positive"),
        ("2024-01-01T01:00:00Z,2,1e31,1,2,5", "column \"high\": 1e31 is more than 1e30"),
        ("2024-01-01T01:00:00Z,2,1,3,2,5", "column \"high\": high 1 is below low 3"),
        ("2024-01-01T00:00:00Z,2,3,1,2,5", "column \"time\": 2024-01-01T00:00:00Z is there twice"),
        ("2023-12-31T23:00:00Z,2,3,1,2,5", "column \"time\": 2023-12-31T23:00:00Z is before"),
        ("soon,2,3,1,2,5", "column \"time\": \"soon\" is no time"),
        ("2024-01-01T01:00:00Z,2,3,1,2", "column \"volume\" is missing in this line"),
        ("2024-01-01T01:00:00Z,2,3,1,2,5,6", "7 fields where the header has 6"),
        ("2024-01-01T01:00:00Z,\"2,3,1,2,5", "a quote is not closed"),
    ] {
        let text = format!("{HEADER}2024-01-01T00:00:00Z,2,3,1,2,5\n{row}");
        check_refused(&folder, &ON_BARS, text.as_bytes(), &format!(":3: {expected}"));
        // Carriage returns and a byte order mark move no line.
        let text = format!("\u{feff}{}\r\n", text.replace('\n', "\r\n"));
        check_refused(&folder, &ON_BARS, text.as_bytes(), &format!(":3: {expected}"));
    }
}

#[test]
fn bad_headers_and_other_encodings_are_refused() {
    let folder = Folder::new("bad-headers");
    for (text, expected) in [
        ("", ":1: the file is empty"),
        ("\r\n \n", ":1: the file is empty"),
        (
            "time,open,high,low,close\n",
            ":1: column \"volume\" is missing; the header has: time, open, high, low, close",
        ),
        ("\ntime,open,high,low,close,volume,Open\n", ":2: column \"open\" is there twice"),
        ("time,\"open,high,low,close,volume\n", ":1: a quote is not closed"),
    ] {
        check_refused(&folder, &ON_BARS, text.as_bytes(), expected);
    }
    let latin = [HEADER.as_bytes(), b"2024-01-01T00:00:00Z,2,3,1,2,5\n2024-01-01,\xb5"].concat();
    check_refused(&folder, &ON_BARS, &latin, ":3: this is not UTF-8 text");
    let utf_16: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_refused(
        &folder,
        &ON_BARS,
        &[&[0xff, 0xfe], utf_16.as_slice()].concat(),
        ":1: this is not UTF-8",
    );
}

#[test]
fn bad_tables_of_gann_are_refused_with_line_and_column() {
    let folder = Folder::new("bad-tables");
    let table = ["gann table --input IN --output OUT"];
    for (text, expected) in [
        ("", ":1: the file is empty"),
        ("fn,arg\n", ":1: column \"param\" is missing; the header has: fn, arg"),
        ("fn,arg,param\r\nsq9_level,NaN,45\r\n", ":2: column \"arg\": "),
        ("fn,arg,param\nsq9_level,-1,45\n", ":2: column \"arg\": "),
        ("fn,arg,param\n\nsq9_level,25,inf\n", ":3: column \"param\": "),
        ("fn,arg,param\nsq9_level,25,45\nsq8_level,25,45\n", ":3: column \"fn\": no Gann function"),
        ("fn,arg,param\n\"sq9_level,25,45\n", ":2: a quote is not closed"),
        ("fn,arg,param\nsq9_level,25\n", ":2: column \"param\" is missing in this line"),
    ] {
        check_refused(&folder, &table, text.as_bytes(), expected);
    }
    check_refused(
        &folder,
        &table,
        b"fn,arg,param\n\xffsq9_level,25,45\n",
        ":2: this is not UTF-8 text",
    );
}

#[test]
fn bad_arguments_are_refused_by_name() {
    let folder = Folder::new("arguments");
    let bars = format!("{HEADER}2024-01-01T00:00:00Z,2,3,1,2,5\n");
    std::fs::write(folder.0.join("in.csv"), bars).expect("written");
    for (line, expected) in [
        ("features --bars IN", "--output or --plot is needed"),
        ("features --output OUT", "--bars is needed"),
        ("features --bars IN --columns rsi(0) --output OUT", "period = 0 is not within"),
        ("features --bars IN --columns rsi(NaN) --output OUT", "NaN"),
        ("features --bars IN --columns rsi(2.5) --output OUT", "not a whole number"),
        ("features --bars IN --columns rsy(2) --output OUT", "no column is called \"rsy(2)\""),
        ("features --bars IN --columns rsi(2) --output none/x.csv", "none/x.csv"),
        ("features --bars none.csv --columns rsi(2) --output OUT", "none.csv"),
        ("features --bars IN --set hft65 --output OUT", "hft64"),
        ("features --bars IN --params none.json --output OUT", "none.json"),
        ("patterns --bars IN --threshold 0 --output OUT", "threshold = 0 is not within"),
        ("patterns --bars IN --tolerance NaN --output OUT", "tolerance = NaN"),
        ("patterns --bars IN --flag=-1 --output OUT", "flag = -1 is not within"),
        ("patterns --bars IN --lmw-window 0 --output OUT", "window = 0 is not within"),
        ("patterns --bars IN --lmw-bandwidth inf --output OUT", "bandwidth = inf"),
        ("gann fan --bars IN --pivot soon --price-per-bar 1 --plot OUT", "soon"),
        ("gann fan --bars IN --pivot 2024-01-01T00:00:00Z --price-per-bar 0 --plot OUT", "0"),
        ("gann square-of-9 --price NaN", "NaN"),
        ("gann square-of-9 --price 0x10", "0x10"),
        ("gann retracements --low 2 --high 1", "high = 1 is not above the low"),
        ("gann cycles --pivot 2024-02-30 --until 2025-01-01", "2024-02-30"),
        ("astro --from 2026-01-01", "--from and --to are needed"),
        ("astro --from 2026-01-01 --to 2026-13-01", "--to: \"2026-13-01\" is no time"),
        ("astro --from 2026-01-02 --to 2026-01-01", "--to lies before --from"),
        ("astro --from 1969-12-31 --to 2026-01-01", "--from: \"1969-12-31\" is no time"),
        ("astro --from 2026-01-01 --to 2100-01-01", "to 2099-11-30"),
        ("astro --from 2026-01-01 --to 2026-01-02 --step 0h", "--step: `0h` is no span"),
        ("astro --from 2026-01-01 --to 2026-01-02 --bodies venis", "did you mean venus"),
        ("astro events --from 2026-01-01 --to soon", "--to: \"soon\" is no time"),
        ("astro events --from 2026-01-01 --to 2200-01-01", "to 2099-11-30"),
    ] {
        let error = format!("{:#}", run(&folder.0, line).expect_err(line));
        assert!(error.contains(expected), "{line}: {error}\nexpected: {expected}");
        assert!(!folder.0.join("out.csv").exists(), "{line} wrote something");
    }
}

/// Bars of a seeded walk that stand still for a while, without volume now and then, with gaps.
fn bars() -> String {
    let (mut state, mut price) = (88_172_645_463_325_252_u64, 1_000.0);
    let mut text = HEADER.to_owned();
    for bar in 0..600_u64 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let moves = f64::from(u8::from(!(200..300).contains(&bar)));
        price *= 1.0 + moves * 0.02 * ((state % 1_000) as f64 / 1_000.0 - 0.5);
        let (high, low) = (price + moves, price - moves);
        let time = 1_704_067_200 + 3_600 * (bar + 1_000 * (bar / 150));
        let volume = if bar % 7 == 3 { 0 } else { state % 50 };
        text.push_str(&format!("{time},{price},{high},{low},{price},{volume}\n"));
    }
    text
}

#[test]
fn what_looks_wrong_and_is_not_changes_nothing() {
    let folder = Folder::new("held");
    let commands = &ON_BARS[..2];
    let run_on = |text: &str| -> Vec<String> {
        std::fs::write(folder.0.join("in.csv"), text).expect("written");
        commands.iter().map(|command| run(&folder.0, command).expect(command)).collect()
    };
    let plain = bars();
    let expected = run_on(&plain);
    assert_eq!(expected[0].lines().count(), 601, "a row a bar, over gaps and without volume too");
    let quoted = |line: &str| format!("\"{}\"\n", line.replace(',', "\",\""));
    let moved = |line: &str| {
        let (time, rest) = line.split_once(',').expect("fields");
        format!("x,{rest}, {time} \n")
    };
    for (kind, text) in [
        ("carriage returns", plain.replace('\n', "\r\n")),
        ("a byte order mark", format!("\u{feff}{plain}")),
        ("empty lines", format!("\n{}\n\n", plain.replace('\n', "\n\n"))),
        ("no end of the last line", plain.trim_end().to_owned()),
        ("capitals", plain.replace("time", "Time").replace("volume", "VOLUME")),
        ("columns of others, and another order", plain.lines().map(moved).collect()),
        ("quotes", plain.lines().map(quoted).collect()),
    ] {
        assert!(run_on(&text) == expected, "{kind}");
    }
}

#[test]
fn nothing_that_is_no_number_leaves() {
    let folder = Folder::new("finite");
    std::fs::write(folder.0.join("in.csv"), bars()).expect("written");
    let table = run(&folder.0, "features --bars IN --columns all --output OUT").expect("a table");
    let mut numbers = 0;
    for (row, line) in table.lines().enumerate().skip(1) {
        for field in line.split(',').skip(1).filter(|field| !field.is_empty()) {
            let number: f64 = field.parse().expect(field);
            assert!(number.is_finite(), "row {row}: {line}");
            numbers += 1;
        }
    }
    assert!(numbers > 600 * 100, "{numbers} values");
}
