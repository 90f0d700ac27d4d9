//! Histories order by order (market by order, L3) as files: LOBSTER, Nasdaq ITCH 5.0, Databento DBN.
//!
//! Files are read as they are needed, never whole; gzip and zstd are undone on the way. Several are merged
//! by time. What a file holds is found by its beginning, not by its name; LOBSTER's and ITCH's names say the
//! day, which the files themselves do not.

mod day;
mod file;
mod source;
mod subject;

use std::path::PathBuf;

use anyhow::{Context, ensure};
use gannet_feeds::Listing;
use gannet_sim::l3::Audience;
use gannet_types::{Instrument, Nanos};
use jiff::civil::Date;

pub use self::day::parse as parse_day;
use self::source::Source;
use self::subject::Subject;
use super::recorded;
use crate::config::{self, Config, RawInstrument};

/// The files of a backtest.
pub struct History {
    sources: Vec<Source>,
}

impl History {
    /// Opens files about `instruments`, up to the first thing that happens in each. `day` is that of
    /// files whose names do not say it.
    ///
    /// # Errors
    /// If a file cannot be read, is of no known format or day, is bad in its beginning, or of none of the
    /// instruments.
    pub fn open(
        paths: &[PathBuf],
        day: Option<Date>,
        instruments: &[Instrument],
    ) -> anyhow::Result<Self> {
        let open = |path: &PathBuf| {
            let name = || format!("history {}", path.display());
            let mut source = Source::open(path, day, instruments).with_context(name)?;
            source.read_on()?;
            ensure!(source.next().is_some(), "{}: nothing of it is traded", name());
            Ok(source)
        };
        Ok(Self { sources: paths.iter().map(open).collect::<anyhow::Result<_>>()? })
    }

    /// Returns when the next thing happens; `None` at the end.
    #[must_use]
    pub fn next(&self) -> Option<Nanos> {
        self.sources.iter().filter_map(Source::next).min()
    }

    /// Lets the next thing happen; ties go to the file named first.
    ///
    /// # Errors
    /// If the file is bad after it: its name, the place in it and what is wrong there.
    pub fn play(&mut self, to: &mut impl Audience) -> anyhow::Result<()> {
        let first = self.sources.iter_mut().filter(|source| source.next().is_some());
        let Some(source) = first.min_by_key(|source| source.next()) else { return Ok(()) };
        source.play(to);
        source.read_on()
    }

    /// Returns how many lines, messages or records were read.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.sources.iter().map(Source::records).sum()
    }

    /// Returns how many trades lay between two ticks and were left out.
    #[must_use]
    pub fn between_ticks(&self) -> u64 {
        self.sources.iter().map(Source::between_ticks).sum()
    }
}

/// Reads `overlays` over the default, as [`config::parse`] does. Unless one of them names instruments, those
/// of the files are taken.
///
/// # Errors
/// As [`config::parse`], and if a file does not say what it is of and no overlay does, or says other
/// instruments.
pub fn configure(overlays: &[(&str, &str)], paths: &[PathBuf]) -> anyhow::Result<Config> {
    let config = config::parse(overlays)?;
    let of =
        |path: &PathBuf| Subject::of(path).with_context(|| format!("history {}", path.display()));
    let subjects: Vec<Subject> = paths.iter().map(of).collect::<anyhow::Result<_>>()?;
    let symbols: Vec<&[u8]> = subjects.iter().flat_map(Subject::symbols).collect();
    if config::name_instruments(overlays)? {
        let listing = Listing::new(&config.pipeline.instruments);
        let known = |symbol: &&[u8]| listing.slot_of_symbol_in_any_case(symbol).is_some();
        let shown = || symbols.iter().map(|text| String::from_utf8_lossy(text)).collect::<Vec<_>>();
        ensure!(
            subjects.iter().any(Subject::is_everything) || symbols.iter().any(known),
            "the history is of {}, and no [[instrument]] has that symbol",
            shown().join(", ")
        );
        return Ok(config);
    }
    ensure!(
        !subjects.iter().any(Subject::is_everything),
        "an ITCH file is of a whole exchange: name what is traded in a configuration as \
         [[instrument]] with its tick and lot"
    );
    let mut instruments: Vec<RawInstrument> = Vec::new();
    for each in subjects.into_iter().flat_map(Subject::into_instruments) {
        if instruments.iter().all(|known| known.symbol != each.symbol) {
            instruments.push(each);
        }
    }
    let text = recorded::overlay(instruments)?;
    let mut overlays = overlays.to_vec();
    overlays.push((&text, "the history"));
    config::parse(&overlays)
}
