//! One source of features: what the running engine journals, what `gannet features` computes from
//! its journal, and what it computes from its bars in a file are the same numbers, bit for bit.

use std::fmt::Write as _;
use std::path::Path;

use gannet_app::features::{Bars, FeatureSet, Grid, journal};
use gannet_app::offline::replay::replay;
use gannet_app::recovery;
use gannet_journal::{Body, Reader};
use gannet_tests::desk::lively;
use gannet_types::{Bar, Nanos, Output};

use super::generated;

/// The bars of the strategy's kind, and the features recorded with each.
fn recorded(directory: &Path) -> Vec<(Bar, Vec<Option<f64>>)> {
    let kind = lively("").strategy.bars;
    let mut rows: Vec<(Bar, Vec<Option<f64>>)> = Vec::new();
    let mut reader = Reader::open(directory).expect("a journal");
    while let Some(record) = reader.next().expect("whole") {
        match record.body {
            Body::Output(Output::Bar(bar)) if bar.kind == kind => rows.push((bar, Vec::new())),
            Body::Output(Output::Features(block)) => {
                let (_, values) = rows.last_mut().expect("features follow their bar");
                assert_eq!(block.first(), values.len());
                values.extend(block.values());
            }
            _ => {}
        }
    }
    rows
}

fn bits(values: impl Iterator<Item = Option<f64>>) -> Vec<Option<u64>> {
    values.map(|value| value.map(f64::to_bits)).collect()
}

/// Decimal text, as a vendor's file would have it.
fn csv(rows: &[(Bar, Vec<Option<f64>>)]) -> String {
    let instrument = lively("").pipeline.instruments[0];
    let mut text = "time,open,high,low,close,volume\n".to_owned();
    for (bar, _) in rows {
        let tenths = |price: i64| format!("{}.{}", price / 10, price % 10);
        assert!((instrument.tick.as_f64() - 0.1).abs() < 1e-12);
        let [open, high, low, close] =
            [bar.open, bar.high, bar.low, bar.close].map(|price| tenths(price.0));
        let volume = format!("{}.{:03}", bar.volume.0 / 1000, bar.volume.0 % 1000);
        writeln!(text, "{},{open},{high},{low},{close},{volume}", bar.start.0).expect("text");
    }
    text
}

#[test]
fn what_runs_live_is_what_models_learn_from() {
    let (_folder, directory, tested) = generated();
    assert!(tested.pipeline.bars > 150, "{:?}", tested.pipeline);
    assert_eq!(tested.pipeline.features_dropped, 0);
    let replayed = replay(&directory).expect("a journal");
    assert!(replayed.difference.is_none(), "{:?}", replayed.difference);

    let rows = recorded(&directory);
    let (set, grid) = journal(&directory, None, None).expect("features");
    assert_eq!((rows.len(), set.features().len()), (grid.times.len(), 64));
    for (row, (bar, values)) in rows.iter().enumerate() {
        assert_eq!(grid.times[row].1, bar.start);
        assert_eq!(bits(values.iter().copied()), bits(grid.row(row)), "row {row}");
    }
    let (_, last) = rows.last().expect("rows");
    let ready = last.iter().flatten().count();
    assert!(ready >= 60, "{ready} features are ready");

    // The features of bars, from the bars as a file.
    let on_bars: Vec<usize> =
        (0..64).filter(|&index| !set.features()[index].formula.listing.is_on_market()).collect();
    assert!(on_bars.len() > 20);
    let names: Vec<&str> =
        on_bars.iter().map(|&index| set.features()[index].name.as_str()).collect();
    let of_bars = format!("features = [\"{}\"]", names.join("\", \""));
    let of_bars = FeatureSet::parse(&of_bars).expect("known");
    let bars = Bars::parse("bars.csv", &csv(&rows)).expect("good bars");
    let from_file = Grid::of_bars(&bars, &of_bars).expect("on bars");
    for (row, (_, values)) in rows.iter().enumerate() {
        let live = on_bars.iter().map(|&index| values[index]);
        assert_eq!(bits(live), bits(from_file.row(row)), "row {row}");
    }
}

#[test]
fn another_set_over_the_same_journal_is_computed_too() {
    let (_folder, directory, _) = generated();
    let wanted = FeatureSet::load("at22").expect("shipped");
    let (set, grid) = journal(&directory, Some(wanted), Some("BTCUSDT")).expect("features");
    assert_eq!(set.schema_hash(), FeatureSet::load("at22").expect("shipped").schema_hash());
    assert!(grid.times.len() > 100 && grid.row(grid.times.len() - 1).all(|value| value.is_some()));
    let unknown = journal(&directory, None, Some("ETHUSDT")).expect_err("no such instrument");
    assert!(format!("{unknown:#}").contains("BTCUSDT"), "{unknown:#}");
}

#[test]
fn a_journal_is_not_continued_with_other_features() {
    let (folder, directory, _) = generated();
    let other = folder.join("other.toml");
    let shipped = FeatureSet::load("hft64").expect("shipped");
    let names: Vec<String> = shipped.features().iter().map(|each| each.name.clone()).collect();
    let changed = names.join("\", \"").replace("rsi(14)", "rsi(15)");
    std::fs::write(&other, format!("features = [\"{changed}\"]")).expect("a set");
    let mut config = lively(&format!("[features]\nset = {:?}", other.display().to_string()));
    config.journal.directory.clone_from(&directory);
    let refused = recovery::open(&config, Nanos(1)).err().expect("refused");
    let said = format!("{refused:#}");
    assert!(said.contains("rsi(14)") && said.contains("rsi(15)"), "{said}");
    config.features = FeatureSet::default();
    let said = format!("{:#}", recovery::open(&config, Nanos(1)).err().expect("refused"));
    assert!(said.contains("micro_price"), "{said}");
}
