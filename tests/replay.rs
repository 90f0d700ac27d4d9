//! The same inputs, the same outputs: backtests repeat byte for byte, replays find no
//! difference, and a difference is found.

mod by_order;
mod captures;
mod conditions;
mod earned;
mod explained;
mod features;
mod kinds;
mod learn;
mod outcomes;
mod recorded;
mod samples;

use std::path::{Path, PathBuf};

use gannet_app::config::{self, Config};
use gannet_app::offline::backtest::{Backtested, backtest};
use gannet_app::offline::capture::Capture;
use gannet_app::offline::replay::replay;
use gannet_app::recovery;
use gannet_journal::{Body, Options, Reader, Writer};
use gannet_tests::desk::lively;
use gannet_tests::market;
use gannet_tests::process::Process;
use gannet_tests::temp::TempDir;
use gannet_types::{Input, Nanos, Output, RequestKind, Ticks};

/// Half a minute of market.
const FRAMES: usize = 8_000;

fn run(mut config: Config, capture: &Path, journal: PathBuf) -> Backtested {
    config.journal.directory = journal;
    let capture = Capture::load(&[capture.to_path_buf()]).expect("a recording");
    backtest(&config, &capture).expect("a backtest")
}

/// Returns name and content of every file in a folder, by name.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(path).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

/// Backtests the generated market; returns the folder and the journal in it.
fn generated() -> (TempDir, PathBuf, Backtested) {
    let folder = TempDir::new("replay");
    let capture = folder.join("capture.txt");
    market::record(&capture, 7, FRAMES);
    let journal = folder.join("journal");
    let tested = run(lively(""), &capture, journal.clone());
    (folder, journal, tested)
}

#[test]
fn two_backtests_write_the_same_bytes() {
    let (folder, journal, first) = generated();
    let again = folder.join("again");
    let second = run(lively(""), &folder.join("capture.txt"), again.clone());
    assert!(first.pipeline.orders > 10 && first.pipeline.fills > 10, "{:?}", first.pipeline);
    assert_eq!(first.feed.gaps, 0);
    assert_eq!(first.pipeline.crossed_books, 0);
    assert_eq!(first.pipeline, second.pipeline);
    let (left, right) = (contents(&journal), contents(&again));
    assert!(left.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > 100_000);
    assert!(left == right, "the journals differ");
}

#[test]
fn another_seed_or_strategy_writes_another_journal() {
    let (folder, journal, _) = generated();
    let other = folder.join("other");
    run(config::parse(&[]).expect("the default"), &folder.join("capture.txt"), other.clone());
    assert!(contents(&journal) != contents(&other));
}

#[test]
fn a_backtest_replays_without_difference() {
    let (_folder, journal, tested) = generated();
    let replayed = replay(&journal).expect("a journal");
    assert!(replayed.difference.is_none(), "{:?}", replayed.difference);
    assert_eq!(replayed.unrecorded, 0);
    assert_eq!(replayed.inputs, tested.pipeline.inputs);
    assert!(replayed.outputs > 100);
    assert_eq!(replayed.inputs + replayed.outputs + 1, tested.records);
}

/// What becomes of a record on its way into another journal.
enum Fate {
    Keep,
    Drop,
    Replace(Output),
}

/// Copies a journal record by record; `fate` decides about every output by its number.
fn copy(from: &Path, to: &Path, mut fate: impl FnMut(u64, &Output) -> Fate) {
    let mut reader = Reader::open(from).expect("a journal");
    let options = Options { prefault: false, ..Options::default() };
    let (mut writer, mut maintenance) = Writer::create(to, options).expect("a journal");
    let mut number = 0;
    while let Some(record) = reader.next().expect("a whole record") {
        match record.body {
            Body::Start(text) => writer.append_start(record.time, text).map(drop),
            Body::Input(input) => writer.append_input(record.time, &input).map(drop),
            Body::Output(output) => {
                number += 1;
                match fate(number, &output) {
                    Fate::Keep => writer.append_output(record.time, &output).map(drop),
                    Fate::Replace(output) => writer.append_output(record.time, &output).map(drop),
                    Fate::Drop => Ok(()),
                }
            }
        }
        .expect("room for a record");
    }
    writer.seal().expect("an end");
    maintenance.work().expect("a seal");
}

#[test]
fn a_faithful_copy_has_no_difference() {
    let (folder, journal, _) = generated();
    let copied = folder.join("copy");
    copy(&journal, &copied, |_, _| Fate::Keep);
    assert!(replay(&copied).expect("a journal").difference.is_none());
}

#[test]
fn a_changed_order_is_shown_with_what_was_decided() {
    let (folder, journal, _) = generated();
    let changed = folder.join("changed");
    let mut orders = 0;
    copy(&journal, &changed, |_, output| match output {
        Output::Order(request) => {
            orders += 1;
            if orders == 5 {
                let mut other = *request;
                other.price = Ticks(other.price.0 + 1);
                Fate::Replace(Output::Order(other))
            } else {
                Fate::Keep
            }
        }
        _ => Fate::Keep,
    });
    let difference = replay(&changed).expect("a journal").difference.expect("a difference");
    assert_ne!(difference.recorded, difference.decided);
    assert!(difference.recorded.starts_with("Order("), "{}", difference.recorded);
    assert!(difference.decided.starts_with("Order("), "{}", difference.decided);

    let program = Path::new(env!("CARGO_BIN_EXE_gannet-under-test"));
    let folder = changed.display().to_string();
    let ended = Process::start(program, &["replay", &folder]).wait(super::modes::PATIENCE);
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let said = ended.stdout.join("\n");
    assert!(said.contains(&format!("record {} differs", difference.sequence)), "{said}");
    assert!(said.contains(&difference.recorded) && said.contains(&difference.decided), "{said}");
    assert!(said.contains("differences=1"), "{said}");
}

#[test]
fn a_missing_or_doubled_output_is_a_difference() {
    let (folder, journal, _) = generated();
    let missing = folder.join("missing");
    copy(&journal, &missing, |number, _| if number == 50 { Fate::Drop } else { Fate::Keep });
    assert!(replay(&missing).expect("a journal").difference.is_some());

    let doubled = folder.join("doubled");
    let mut before = None;
    copy(&journal, &doubled, |number, output| {
        let previous = before.replace(*output);
        if number == 50 { Fate::Replace(previous.expect("the one before")) } else { Fate::Keep }
    });
    assert!(replay(&doubled).expect("a journal").difference.is_some());
}

#[test]
fn what_the_last_input_still_owes_is_no_difference() {
    let (folder, journal, tested) = generated();
    let cut = folder.join("cut");
    // The process dies right after its last order was decided, before that was recorded.
    let mut last = 0;
    copy(&journal, &folder.join("copy"), |number, output| {
        last = if matches!(output, Output::Order(_)) { number } else { last };
        Fate::Keep
    });
    let mut reader = Reader::open(&journal).expect("a journal");
    let (mut writer, mut maintenance) =
        Writer::create(&cut, Options::default()).expect("a journal");
    let mut outputs = 0;
    while let Some(record) = reader.next().expect("a whole record") {
        match record.body {
            Body::Start(text) => writer.append_start(record.time, text),
            Body::Input(input) => writer.append_input(record.time, &input),
            Body::Output(output) => {
                outputs += 1;
                if outputs == last {
                    break;
                }
                writer.append_output(record.time, &output)
            }
        }
        .expect("room for a record");
    }
    drop(writer);
    maintenance.work().expect("nothing to do");
    drop(maintenance);

    let replayed = replay(&cut).expect("a journal");
    assert!(replayed.difference.is_none(), "{:?}", replayed.difference);
    assert!(replayed.unrecorded > 0);
    let mut config = lively("");
    config.journal.directory = cut.clone();
    let later = Nanos(3_000_000_000_000_000_000);
    let recovered = recovery::open(&config, later).expect("recovery").recovered.expect("a past");
    assert!(recovered.records < tested.records);
    assert_eq!(replay(&cut).expect("a journal").unrecorded, 0, "recovery wrote them down");
}
