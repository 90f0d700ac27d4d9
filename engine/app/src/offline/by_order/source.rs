//! One file that is being read, and the books of what it is about.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use gannet_feeds::Listing;
use gannet_sim::l3::dbn::Dbn;
use gannet_sim::l3::itch::Itch;
use gannet_sim::l3::lobster::Lobster;
use gannet_sim::l3::{Audience, Keeper, Moment};
use gannet_types::{Instrument, Nanos};
use jiff::civil::Date;

use super::day;
use super::file::{Format, Pieces, book_of, name_of};
use super::subject::Subject;

/// A file, read up to the next thing that happens in it.
pub(super) struct Source {
    path: PathBuf,
    pieces: Pieces,
    reader: Reader,
    /// As many as the instruments of the reader.
    keepers: Vec<Keeper>,
    /// Whose book changes next, and when.
    next: Option<(usize, Moment)>,
    /// The last time.
    last: Moment,
}

enum Reader {
    /// Messages, the book file, and the beginning of the day.
    Lobster(Box<(Lobster, Pieces)>, Nanos),
    Itch(Itch, Nanos),
    Dbn(Dbn),
}

impl Source {
    pub(super) fn open(
        path: &Path,
        day: Option<Date>,
        instruments: &[Instrument],
    ) -> anyhow::Result<Self> {
        let mut pieces = Pieces::open(path)?;
        let format = pieces.format()?;
        let midnight = || {
            let day = day.or_else(|| day::in_name(&name_of(path)));
            day::midnight(day.context("its name does not say the day: name it with --day")?)
        };
        let listing = Listing::new(instruments);
        let traded = |symbol: &[u8]| {
            listing.slot_of_symbol_in_any_case(symbol).map(|slot| instruments[slot])
        };
        let (reader, keepers) = match format {
            Format::Lobster => {
                let subject = Subject::of(path)?;
                let instrument = subject.symbols().find_map(traded);
                let instrument = instrument.context("its instrument is not traded")?;
                let book = Pieces::open(&book_of(path)?)?;
                (Reader::Lobster(Box::new((Lobster::new(instrument), book)), midnight()?), 1)
            }
            Format::Itch => {
                (Reader::Itch(Itch::new(instruments.to_vec()), midnight()?), instruments.len())
            }
            Format::Dbn => {
                let symbols = pieces.header()?.symbols;
                let known =
                    symbols.iter().filter_map(|(name, number)| Some((*number, traded(name)?)));
                let mut known: Vec<(u32, Instrument)> = known.collect();
                known.sort_unstable_by_key(|(number, _)| *number);
                known.dedup_by_key(|(number, _)| *number);
                let count = known.len();
                (Reader::Dbn(Dbn::new(known)), count)
            }
        };
        let id = instruments.first().context("no instruments")?.id;
        let last = Moment { instrument: id, exchange_time: Nanos::ZERO, received: Nanos::ZERO };
        let keepers = vec![Keeper::default(); keepers];
        Ok(Self { path: path.to_path_buf(), pieces, reader, keepers, next: None, last })
    }

    /// Returns when the next thing happens.
    pub(super) fn next(&self) -> Option<Nanos> {
        self.next.map(|(_, moment)| moment.received)
    }

    /// Lets it happen.
    pub(super) fn play(&mut self, to: &mut impl Audience) {
        if let Some((index, moment)) = self.next.take() {
            self.last = moment;
            self.keepers[index].settle(moment, to);
        }
    }

    /// Reads up to the next thing that happens.
    pub(super) fn read_on(&mut self) -> anyhow::Result<()> {
        while self.next.is_none() {
            let read = self.read();
            let place =
                || format!("{}, {} {}", self.path.display(), self.unit(), self.pieces.count);
            if !read.with_context(place)? {
                // What a file has not completed has happened nevertheless.
                let left = self.keepers.iter().position(|keeper| !keeper.is_settled());
                self.next =
                    left.map(|index| (index, Moment { instrument: self.id(index), ..self.last }));
                return Ok(());
            }
        }
        Ok(())
    }

    pub(super) const fn records(&self) -> u64 {
        self.pieces.count
    }

    pub(super) const fn between_ticks(&self) -> u64 {
        match &self.reader {
            Reader::Lobster(files, _) => files.0.between_ticks(),
            Reader::Itch(itch, _) => itch.between_ticks(),
            Reader::Dbn(_) => 0,
        }
    }

    /// Reads one line, message or record; returns whether there was one.
    fn read(&mut self) -> anyhow::Result<bool> {
        let keepers = &mut self.keepers;
        let (index, exchange_time, received) = match &mut self.reader {
            Reader::Lobster(files, midnight) => {
                let (lobster, book) = files.as_mut();
                let Some(message) = self.pieces.line()? else {
                    ensure!(book.line()?.is_none(), "the book file has more lines");
                    return Ok(false);
                };
                let shown = book.line()?.context("the book file has fewer lines")?;
                let time = midnight.after(Nanos(lobster.read(message, shown, &mut keepers[0])?));
                (0, time, time)
            }
            Reader::Itch(itch, midnight) => {
                let Some(message) = self.pieces.message()? else { return Ok(false) };
                let Some((index, time)) = itch.read(message, keepers)? else { return Ok(true) };
                let time = midnight.after(Nanos(time));
                (index, time, time)
            }
            Reader::Dbn(dbn) => {
                let Some(record) = self.pieces.record()? else { return Ok(false) };
                let Some((index, when)) = dbn.read(record, keepers)? else { return Ok(true) };
                (index, Nanos(when.exchange), Nanos(when.received))
            }
        };
        if !self.keepers[index].is_settled() {
            let moment = Moment { instrument: self.id(index), exchange_time, received };
            self.next = Some((index, moment));
        }
        Ok(true)
    }

    fn id(&self, index: usize) -> gannet_types::InstrumentId {
        match &self.reader {
            Reader::Lobster(files, _) => files.0.instrument().id,
            Reader::Itch(itch, _) => itch.instruments()[index].id,
            Reader::Dbn(dbn) => dbn.instrument(index).id,
        }
    }

    const fn unit(&self) -> &'static str {
        match self.reader {
            Reader::Lobster(..) => "line",
            Reader::Itch(..) => "message",
            Reader::Dbn(_) => "record",
        }
    }
}
