//! Latencies as they were observed: from a file of measured values, or from one of our own
//! journals, which has the time of every request and of its answer.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use gannet_journal::{Body, Reader};
use gannet_sim::Latency;
use gannet_types::{ClientOrderId, ExecKind, ExecutionReport, Input, Nanos, Output};

/// Most values of a file.
const VALUES_MAX: usize = 1 << 20;

/// The longest latency: a minute.
const LATENCY_MAX: Nanos = Nanos(60_000_000_000);

/// What `file:PATH` holds or `journal:DIR` tells: the ways to the venue and back.
///
/// # Errors
/// If it is neither, cannot be read, or has no value.
pub(super) fn load(source: &str) -> anyhow::Result<(Latency, Latency)> {
    let ways = match source.split_once(':') {
        Some(("file", path)) => {
            of_file(&std::fs::read_to_string(path).context("it cannot be read")?)?
        }
        Some(("journal", folder)) => of_journal(Path::new(folder))?,
        _ => bail!("it must be `file:PATH` or `journal:DIR`"),
    };
    let observed = |values: &[Nanos]| Latency::observed(values).context("it has no latency");
    Ok((observed(&ways.there)?, observed(&ways.back)?))
}

/// One value an answered request.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ways {
    there: Vec<Nanos>,
    back: Vec<Nanos>,
}

/// A line has two numbers, nanoseconds there and back; lines that begin with `#` are comments.
fn of_file(text: &str) -> anyhow::Result<Ways> {
    let mut ways = Ways::default();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let values: Result<Vec<u64>, _> = line.split_whitespace().map(str::parse).collect();
        let Ok([there, back]) = values.as_deref() else {
            bail!("line {number} is not two numbers: nanoseconds there and back");
        };
        let (there, back) = (Nanos(*there), Nanos(*back));
        ensure!(
            there <= LATENCY_MAX && back <= LATENCY_MAX,
            "line {number}: a latency is a minute at most"
        );
        ensure!(ways.there.len() < VALUES_MAX, "it has more than {VALUES_MAX} lines");
        ways.there.push(there);
        ways.back.push(back);
    }
    Ok(ways)
}

/// Takes the first answer to each request. If the venue's clock is not ours, so that an answer seems
/// to be given before the request was sent or after it was heard, or its times are too coarse to
/// tell, all round trips are halved.
fn of_journal(folder: &Path) -> anyhow::Result<Ways> {
    let name = || format!("journal {}", folder.display());
    let mut reader = Reader::open(folder).with_context(name)?;
    let mut sent: BTreeMap<ClientOrderId, Nanos> = BTreeMap::new();
    let mut trips = Vec::new();
    while let Some(record) = reader.next().with_context(name)? {
        match record.body {
            Body::Output(Output::Order(request)) => {
                sent.insert(request.client_order_id, record.time);
            }
            Body::Input(Input::Execution(report)) if is_answer(&report) => {
                if let Some(sent) = sent.remove(&report.client_order_id) {
                    trips.push((sent, report.transact_time, record.time));
                }
            }
            _ => {}
        }
    }
    trips.truncate(VALUES_MAX);
    Ok(split(&trips))
}

/// Returns whether the venue said it when the request came.
fn is_answer(report: &ExecutionReport) -> bool {
    matches!(
        report.kind,
        ExecKind::New
            | ExecKind::Rejected
            | ExecKind::Canceled
            | ExecKind::Replaced
            | ExecKind::CancelRejected
    )
}

/// Splits round trips, each given by when it began, when the venue answered, and when it ended.
fn split(trips: &[(Nanos, Nanos, Nanos)]) -> Ways {
    let one_clock = trips.iter().all(|(sent, at, heard)| sent <= at && at <= heard);
    let mut ways = Ways::default();
    for &(sent, at, heard) in trips {
        let whole = heard.since(sent).min(LATENCY_MAX);
        let there = if one_clock { at.since(sent).min(whole) } else { Nanos(whole.0 / 2) };
        ways.there.push(there);
        ways.back.push(Nanos(whole.0 - there.0));
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_two_numbers_a_line() {
        let ways = of_file("# there back\n100 200\n\n  300\t400  \n").expect("a file");
        assert_eq!(ways.there, [Nanos(100), Nanos(300)]);
        assert_eq!(ways.back, [Nanos(200), Nanos(400)]);
        for (text, says) in [
            ("1 2\n3", "line 2"),
            ("1 2 3", "line 1"),
            ("-1 2", "line 1"),
            ("1 60000000001", "a minute"),
        ] {
            let error = of_file(text).expect_err(text).to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn the_venues_time_splits_a_round_trip_if_it_can_be_believed() {
        let trip = |sent, at, heard| (Nanos(sent), Nanos(at), Nanos(heard));
        let ways = split(&[trip(10, 13, 20), trip(30, 35, 36)]);
        assert_eq!(ways.there, [Nanos(3), Nanos(5)]);
        assert_eq!(ways.back, [Nanos(7), Nanos(1)]);
        // One answer before its request: the clocks differ, for all.
        let ways = split(&[trip(10, 13, 20), trip(30, 29, 37)]);
        assert_eq!(ways.there, [Nanos(5), Nanos(3)]);
        assert_eq!(ways.back, [Nanos(5), Nanos(4)]);
    }

    #[test]
    fn what_is_no_source_is_refused() {
        for source in ["", "fil:x", "journal", "file:/no/such/file", "journal:/no/such/folder"] {
            assert!(load(source).is_err(), "{source}");
        }
    }
}
