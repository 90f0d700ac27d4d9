//! A directory of its own for each test, gone afterwards; and a journal with known records.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use gannet_types::{
    Depth, DepthKind, Input, InstrumentId, Level, Lots, Market, MarketEvent, Nanos, Ticks,
};

use crate::{Body, JournalError, Maintenance, Options, Reader, Writer, recover};

/// The smallest segments: a page.
pub(super) const SMALL: Options = Options {
    segment_bytes: 4096,
    capacity_bytes: u64::MAX,
    durability: crate::Durability::Process,
    prefault: true,
};

pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("gannet-journal-{}-{count}", std::process::id());
        // Thousands of crashes: in memory where the system offers it, else on the disk.
        let memory = PathBuf::from("/dev/shm");
        let parent = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let path = parent.join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn segment(&self, index: u32) -> PathBuf {
        crate::segment::path(&self.0, index)
    }

    pub(super) fn create(&self, options: Options) -> (Writer, Maintenance) {
        Writer::create(&self.0, options).unwrap()
    }

    /// Copies the journal's files.
    pub(super) fn copy(&self) -> Self {
        let copy = Self::new();
        for entry in fs::read_dir(&self.0).unwrap() {
            let from = entry.unwrap().path();
            fs::copy(&from, copy.0.join(from.file_name().unwrap())).unwrap();
        }
        copy
    }

    /// Reads all records as text, which compares everything of them.
    pub(super) fn records(&self) -> Result<Vec<String>, JournalError> {
        let mut reader = Reader::open(&self.0)?;
        let mut records = Vec::new();
        while let Some(record) = reader.next()? {
            assert_eq!(record.sequence, records.len() as u64);
            records.push(format!("{} {:?}", record.time, record.body));
        }
        Ok(records)
    }

    /// Recovers, checks that `whole` is what is left, and that appending goes on behind it.
    #[track_caller]
    pub(super) fn check_recovers(&self, whole: &[String]) {
        let (recovered, mut writer, mut maintenance) = recover(&self.0, SMALL).unwrap();
        assert_eq!(recovered.records, whole.len() as u64);
        assert_eq!(self.records().unwrap(), whole);
        for round in 0..3 {
            writer.append_start(Nanos(round), b"again").unwrap();
            append_depth(&mut writer, round, 70);
        }
        let records = self.records().unwrap();
        assert_eq!(&records[..whole.len()], whole);
        assert_eq!(records.len(), whole.len() + 6);
        writer.seal().unwrap();
        maintenance.work().unwrap();
        let verified = crate::verify_chain(&self.0).unwrap();
        assert_eq!(verified.records, records.len() as u64);
        assert_eq!(verified.open_segments, 0);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) fn append_depth(writer: &mut Writer, number: u64, levels: usize) {
    let level = |index: usize| Level { price: Ticks(100 + index as i64), lots: Lots(7) };
    let levels: Vec<Level> = (0..levels).map(level).collect();
    let (bids, asks) = levels.split_at(levels.len() / 3);
    let kind = DepthKind::Delta;
    let depth = Depth { update_id: number, kind, last: true, bids, asks };
    let market = Market {
        instrument: InstrumentId(3),
        exchange_time: Nanos(number),
        received: Nanos(number + 1),
        event: MarketEvent::Depth(depth),
    };
    writer.append_input(Nanos(number + 2), &Input::Market(market)).unwrap();
}

/// Appends `count` records of several sizes.
pub(super) fn append_some(writer: &mut Writer, count: u64) {
    for number in 0..count {
        match number % 3 {
            0 => writer.append_start(Nanos(number), &b"abcdefghijk"[..number as usize % 11]),
            1 => writer.append_input(Nanos(number), &Input::Timer),
            _ => {
                append_depth(writer, number, number as usize % 5);
                Ok(0)
            }
        }
        .unwrap();
    }
}

/// The texts of the start records.
pub(super) fn starts(dir: &Path) -> Vec<String> {
    let mut reader = Reader::open(dir).unwrap();
    let mut starts = Vec::new();
    while let Some(record) = reader.next().unwrap() {
        if let Body::Start(text) = record.body {
            starts.push(String::from_utf8_lossy(text).into_owned());
        }
    }
    starts
}
