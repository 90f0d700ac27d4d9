//! Samples of our own trades: their profits are the account's, their features the recorded ones.

use std::collections::BTreeMap;
use std::path::Path;

use gannet_app::features::args::SamplesArgs;
use gannet_app::features::samples;
use gannet_journal::{Body, Reader};
use gannet_types::{Nanos, Output};

use super::generated;

/// Columns before the features.
const OUTCOMES: &str =
    "time,exit_time,instrument,side,quantity,entry_price,profit,fees,return_percent,";

/// The features recorded by time.
fn recorded(journal: &Path) -> BTreeMap<Nanos, Vec<Option<f64>>> {
    let mut frames = BTreeMap::<_, Vec<_>>::new();
    let mut reader = Reader::open(journal).expect("a journal");
    while let Some(record) = reader.next().expect("whole") {
        if let Body::Output(Output::Features(block)) = record.body {
            frames.entry(record.time).or_default().extend(block.values());
        }
    }
    frames
}

#[test]
fn samples_are_what_the_engine_saw_and_earned() {
    let (folder, journal, tested) = generated();
    let output = folder.join("samples.csv");
    let args = SamplesArgs { journal: journal.clone(), output: output.clone(), set: None };
    samples(&args).expect("samples");
    let text = std::fs::read_to_string(&output).expect("a file");
    let (header, rows) = text.split_once('\n').expect("a header");
    assert!(header.starts_with(OUTCOMES), "{header}");
    let frames = recorded(&journal);

    let (mut trips, mut profit, mut compared, mut last) = (0, 0.0, 0, String::new());
    for row in rows.lines() {
        let cells: Vec<&str> = row.split(',').collect();
        let [time, exit, symbol, side, _, _, gain, _, percent] = cells[..9] else {
            panic!("{row}")
        };
        assert_eq!(symbol, "BTCUSDT");
        assert!(side == "buy" || side == "sell");
        assert!(last.as_str() <= time, "in order of time");
        last = time.to_owned();
        trips += 1;
        let gain: f64 = gain.parse().expect("a number");
        profit += gain;
        if exit.is_empty() {
            assert!(percent.is_empty(), "{row}");
        } else {
            assert!(time < exit);
            let percent: f64 = percent.parse().expect("a number");
            assert!(gain == 0.0 || gain.signum() == percent.signum());
        }
        let decided = frames.iter().find(|(at, _)| time == gannet_app::features::utc(**at));
        if let Some((_, frame)) = decided {
            let read: Vec<Option<f64>> = cells[9..].iter().map(|cell| cell.parse().ok()).collect();
            assert_eq!(&read, frame, "at {time}");
            compared += 1;
        }
    }
    assert!(trips > 5 && compared > 3, "{trips} trips, {compared} compared, {:?}", tested.pipeline);
    let (instrument, position, _) = tested.positions[0];
    let account = instrument.money_f64(position.realized - position.fees);
    assert!((profit - account).abs() < 1e-6, "{profit} of trips, {account} of the account");
}

#[test]
fn a_journal_without_trades_has_no_samples() {
    let folder = gannet_tests::temp::TempDir::new("samples");
    let args =
        SamplesArgs { journal: folder.join("none"), output: folder.join("samples.csv"), set: None };
    let said = format!("{:#}", samples(&args).expect_err("no journal"));
    assert!(said.contains("no journal"), "{said}");
}
