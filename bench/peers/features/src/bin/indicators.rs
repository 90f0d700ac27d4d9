//! Prints nanoseconds an update of our indicators beside those of other libraries.
//!
//! `indicators [ROUNDS [CORE]]`: by default 60 rounds over 20,000 samples, pinned to core 1. TALIB
//! names TA-Lib's C library; without it its column is empty. The figure is the fastest round, in
//! brackets the last value's relative difference from ours if it is above a millionth: another
//! convention, or another start.
//!
//! Ends with 1 if a library that takes one sample at a time is faster than ours in a row.

use std::path::Path;
use std::process::ExitCode;

use peers_features::measure::{Figures, Library, Row};
use peers_features::rows;
use peers_features::series::Series;
use peers_features::talib::TaLib;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let mut next = |default| arguments.next().unwrap_or(Ok(default));
    let (Ok(rounds), Ok(core)) = (next(60), next(1)) else {
        eprintln!("usage: indicators [ROUNDS [CORE]]");
        return ExitCode::from(2);
    };
    let pinned = core_affinity::set_for_current(core_affinity::CoreId { id: core });
    println!("core {core}{}, {rounds} rounds", if pinned { "" } else { " (not pinned)" });
    let talib = std::env::var_os("TALIB").map(|path| TaLib::load(Path::new(&path)));
    let talib = match talib {
        None => {
            println!("TA-Lib: skipped, TALIB is not set");
            None
        }
        Some(Err(error)) => {
            println!("TA-Lib: skipped, {error}");
            None
        }
        Some(Ok(talib)) => Some(talib),
    };
    print!("{:20}", "ns an update");
    for library in ["gannet", "kand", "yata", "ta", "TA-Lib batch"] {
        print!("{library:>19}");
    }
    println!("{:>10}{:>9}", "x stream", "x batch");
    let series = Series::new();
    let (mut streams, mut batches) = (Vec::new(), Vec::new());
    for mut row in rows::all(talib.as_ref()) {
        let figures = row.measure(&series, rounds);
        let lead = print(&row, &figures);
        if !lead.stream {
            streams.push(row.name);
        }
        if !lead.batch {
            batches.push(row.name);
        }
    }
    for (what, lost) in [("a streaming library", &streams), ("TA-Lib's batch", &batches)] {
        match &lost[..] {
            [] => println!("faster than {what} in every row"),
            lost => println!("{what} is faster in {}: {}", lost.len(), lost.join(", ")),
        }
    }
    ExitCode::from(u8::from(!streams.is_empty()))
}

/// Prints a row.
fn print(row: &Row, figures: &[Figures]) -> Lead {
    let ours = figures[0];
    print!("{:20}", row.name);
    for library in Library::ALL {
        let found = figures.iter().find(|figures| figures.library == library);
        let text = found.map_or_else(String::new, |figures| {
            let difference = (figures.last - ours.last).abs() / ours.last.abs().max(1e-9);
            match difference < 1e-6 {
                true => format!("{:.2}", figures.best_ns),
                false => format!("({difference:.0e}) {:.2}", figures.best_ns),
            }
        });
        print!("{text:>19}");
    }
    let best = |batch: bool| {
        let others = figures[1..].iter().filter(|other| (other.library == Library::TaLib) == batch);
        others.map(|other| other.best_ns / ours.best_ns).reduce(f64::min)
    };
    let text = |ratio: Option<f64>| ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    let (stream, batch) = (best(false), best(true));
    println!("{:>10}{:>9}", text(stream), text(batch));
    Lead {
        stream: stream.is_none_or(|ratio| ratio >= 1.0),
        batch: batch.is_none_or(|ratio| ratio >= 1.0),
    }
}

/// Whether ours is the fastest.
struct Lead {
    /// Of those that take one sample at a time.
    stream: bool,
    /// And faster than TA-Lib's call for the whole series, a value.
    batch: bool,
}
