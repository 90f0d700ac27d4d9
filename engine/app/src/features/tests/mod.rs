//! Tables from bars: what is computed, what names and sets are refused, and the golden columns of
//! the corpus where it is at hand.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::*;

mod bad_input;
mod gann;
mod parquet;
mod patterns;
mod plot;

const HEADER: &str = "time,open,high,low,close,volume\n";

/// A folder of this test's own that is removed afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("gannet-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn written(bars: &Bars, names: &[&str]) -> String {
    let folder = Folder::new(&format!("table-{}", names.join("-").replace(['(', ')', '.'], "")));
    let output = folder.0.join("out.csv");
    let set = FeatureSet::of_columns(names, &ColumnParameters::default()).expect("known columns");
    let counts = write_columns(bars, &set, &output).expect("written");
    assert_eq!(counts, Written { rows: bars.candles.len(), columns: names.len() });
    let schema = std::fs::read(folder.0.join("out.csv.schema")).expect("a schema");
    assert_eq!(blake3::hash(&schema).to_hex().as_str(), set.schema_hash());
    std::fs::read_to_string(output).expect("text")
}

#[test]
fn a_table_has_a_row_a_bar_and_is_empty_until_ready() {
    let bars = Bars::parse(
        "bars.csv",
        "\u{feff}Volume,close,low,high,open,time,other\r\n\
         1,2.5,2,3,2.25,2024-01-01T00:00:00Z,x\r\n\
         \r\n\
         0,3.5,3,4,\"3.25\",2024-01-01T01:00:00Z,y\r\n\
         3,0.1,0.1,5,4.25,2024-01-03T00:00:00Z,\r\n",
    )
    .expect("good bars");
    assert_eq!(
        written(&bars, &["sma(2)", "typprice", "macd(2,3,1).hist of hl2"]),
        "time,sma(2),typprice,\"macd(2,3,1).hist of hl2\"\n\
         2024-01-01T00:00:00Z,,2.5,\n\
         2024-01-01T01:00:00Z,3,3.5,\n\
         2024-01-03T00:00:00Z,1.8,1.7333333333333332,0\n"
    );
}

#[test]
fn weekdays_ratios_and_sides_are_told() {
    let bars = Bars::parse(
        "bars.csv",
        "time,open,high,low,close,volume\n\
         2024-01-07T23:30:00Z,2,2,2,2,1\n\
         2024-01-08T00:00:00Z,4,4,4,4,3\n\
         2024-01-08T06:00:00Z,1,1,1,1,0\n",
    )
    .expect("good bars");
    let names =
        ["bar_time.weekday", "bar_time.hour", "sma_ratio(2) of volume", "sma_trend(1,2).side"];
    let table = written(&bars, &names);
    let rows: Vec<&str> = table.lines().skip(1).map(|row| &row[21..]).collect();
    assert_eq!(rows, ["6,23.5,,", "0,0,0.5,1", "0,6,-1,-1"]);
    let states = written(&bars, &["rsi_state(2,30,70).zone", "macd_side(2,3,1)"]);
    assert!(states.ends_with("06:00:00Z,,0\n"), "{states}");
}

#[test]
fn no_bars_are_bars() {
    assert!(Bars::parse("bars.csv", HEADER).expect("a header is enough").candles.is_empty());
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    let default = ColumnParameters::default();
    let error = |name: &str| FeatureSet::of_columns(&[name], &default).expect_err(name).to_string();
    assert!(error("macd_his").contains("did you mean macd_hist"), "{}", error("macd_his"));
    assert!(error("rsi(0)").contains("period"), "{}", error("rsi(0)"));
    assert!(error("").contains("is no name"), "{}", error(""));
    let market =
        FeatureSet::load("hft64").expect("a set").columns().err().map(|error| format!("{error:#}"));
    let expected = "column \"micro_price\": micro_price reads books and trades, not candles";
    assert_eq!(market.as_deref(), Some(expected), "said once");
    let twice = FeatureSet::of_columns(&["obv", "obv"], &default).expect_err("twice").to_string();
    assert!(twice.contains("\"obv\" is there twice"), "{twice}");
    let set = FeatureSet::load("hft").expect_err("no such set").to_string();
    assert!(set.contains("hft64"), "{set}");
    let list = list::show("supertrnd").expect_err("no such indicator").to_string();
    assert!(list.contains("supertrend"), "{list}");
}

#[test]
fn parameters_are_read_and_refused_by_name() {
    let parameters = parse_parameters(
        r#"{"classic": {"ma": [7, 34.0], "n": 9, "bb": [30, 2.5]}, "hilbert": {"source": "hl2"}}"#,
    )
    .expect("good parameters");
    let names = columns::names(&parameters).expect("names");
    for name in ["sma_7", "sma_34", "rsi_9", "bb_up"] {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
    for (text, expected) in [
        ("[]", "object of groups"),
        ("{", "EOF"),
        (r#"{"classic": 3}"#, "\"classic\" is not an object"),
        (r#"{"classic": {"macdd": [1, 2, 3]}}"#, "did you mean classic.macd"),
        (r#"{"classic": {"n": null}}"#, "\"classic.n\" is no number"),
        (r#"{"classic": {"n": 0}}"#, "period = 0 is not within"),
        (r#"{"classic": {"n": 2.5}}"#, "\"rsi_2.5\" is not a whole number"),
        (r#"{"classic": {"n": "many"}}"#, "many"),
        (r#"{"classic": {"macd": [12]}}"#, "classic.macd[1]"),
    ] {
        let error = format!("{:#}", parse_parameters(text).expect_err(text));
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn every_shipped_set_is_in_its_file_and_builds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/features");
    let files = std::fs::read_dir(folder).expect("the folder of sets").count();
    assert_eq!(files, SHIPPED.len());
    for (name, text) in SHIPPED {
        let set = FeatureSet::parse(text).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        for feature in set.features() {
            let built = if feature.formula.listing.is_on_market() {
                feature.formula.build_on_market().map(drop)
            } else {
                feature.formula.build().map(drop)
            };
            assert_eq!(built, Ok(()), "{name}: {}", feature.name);
        }
    }
    let count = |name| FeatureSet::load(name).expect("a set").features().len();
    assert_eq!(count("hft64"), 64, "the name says how many there are");
    assert_eq!(count("at22"), 22);
}

#[test]
fn the_schema_hash_depends_on_what_is_computed_only() {
    let hash = |text: &str| {
        FeatureSet::parse(text).unwrap_or_else(|error| panic!("{text}: {error:#}")).schema_hash()
    };
    let written = hash(r#"features = [{ name = "a", formula = "macd.hist" }, "obv"]"#);
    for same in [
        r#"features = [{ name = "a", formula = "macd(12, 26).hist of close" }, "obv"]"#,
        r#"features = [{ name = "a", formula = "macd(signal=9).hist" }, "obv"] # a comment"#,
    ] {
        assert_eq!(hash(same), written, "{same}");
    }
    for other in [
        r#"features = [{ name = "b", formula = "macd.hist" }, "obv"]"#,
        r#"features = ["obv", { name = "a", formula = "macd.hist" }]"#,
        r#"features = [{ name = "a", formula = "macd.macd" }, "obv"]"#,
        r#"features = [{ name = "a", formula = "macd(13).hist" }, "obv"]"#,
        r#"features = [{ name = "a", formula = "macd.hist of hl2" }, "obv"]"#,
        r#"features = [{ name = "a", formula = "macd.hist" }]"#,
    ] {
        assert_ne!(hash(other), written, "{other}");
    }
    for wrong in ["", "features = []", "features = [1]", "other = 1", "features = [\"nothing\"]"] {
        assert!(FeatureSet::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_schema_text_is_whole() {
    let set = FeatureSet::parse(r#"features = [{ name = "a", formula = "macd.hist" }, "obv"]"#);
    assert_eq!(
        set.expect("a set").schema(),
        "gannet-features 4\n\
         a\tcandles\tmacd(fast=12,slow=26,signal=9).hist of close\n\
         obv\tcandles\tobv().value of close\n"
    );
}

#[test]
fn lists_split_outside_of_parentheses() {
    assert_eq!(separated("a, macd(1,2,3).hist ,b"), ["a", "macd(1,2,3).hist", "b"]);
    assert_eq!(separated("a)),b"), ["a))", "b"]);
}

#[test]
fn everything_can_be_shown() {
    for listing in gannet_features::catalog::all() {
        let name = listing.entry.name;
        let text = list::show(name).expect(name);
        assert!(text.contains(listing.entry.title), "{text}");
        assert!(list::list(None).contains(&format!("\n{name} ")), "{name} is listed");
    }
    assert!(list::show("macd_hist").expect("a column").starts_with("macd_hist = macd(fast=12,"));
    assert!(list::show("at22").expect("a set").contains("schema="));
}

#[test]
fn golden_columns_of_the_corpus() {
    let Some(corpus) = std::env::var_os("GANNET_CORPUS").map(PathBuf::from) else {
        println!("skipped: GANNET_CORPUS is not set");
        return;
    };
    let folder = corpus.join("indicators");
    let bars = Bars::read(&folder.join("bars/btcusd_coinbase_1h.csv")).expect("bars");
    let golden = folder.join("golden/btcusd_coinbase_1h__ta_classic.csv");
    let golden = std::fs::read_to_string(golden).expect("golden columns");
    let mut lines = golden.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').skip(2).collect();
    let table = written(&bars, &names);
    let mut worst = vec![0.0_f64; names.len()];
    let mut rows = table.lines().skip(1);
    for expected in lines {
        let row: Vec<&str> = rows.next().expect("as many rows").split(',').collect();
        let expected: Vec<&str> = expected.split(',').skip(1).collect();
        assert_eq!(row[0], expected[0]);
        for (column, (value, expected)) in row.iter().zip(&expected).enumerate().skip(1) {
            let place = || format!("{} at {}", names[column - 1], row[0]);
            assert_eq!(value.is_empty(), expected.is_empty(), "{}", place());
            if !value.is_empty() {
                let expected: f64 = expected.parse().expect("a number");
                let error = (value.parse::<f64>().expect("a number") - expected).abs();
                let relative = error / expected.abs().max(1.0);
                worst[column - 1] = worst[column - 1].max(relative);
            }
        }
    }
    assert!(rows.next().is_none());
    let report = names.iter().zip(&worst).fold(String::new(), |mut text, (name, error)| {
        writeln!(text, "{name:>14} {error:e}").expect("a string");
        text
    });
    println!("{report}");
    assert!(worst.iter().all(|&error| error <= 1e-8), "{report}");
}
