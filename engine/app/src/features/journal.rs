//! The features a journal leads to: its market once more through the pipeline, with any set.
//!
//! What comes out is what the running engine computed, bit for bit, if the set is the one it ran
//! with; another set is computed as if it had run with that. A row is a closed bar of the
//! strategy's kind, at the time it began.

use std::path::Path;

use anyhow::{Context, anyhow, bail, ensure};
use gannet_journal::{Body, Reader, Record};
use gannet_pipeline::Pipeline;
use gannet_signals::FeatureSets;
use gannet_types::{BarKind, Input, Instrument, InstrumentId, OUTBOX_CAPACITY, Outbox, Output};

use super::grid::Grid;
use super::{FeatureSet, time};
use crate::recovery::Origin;

/// Returns the rows of one instrument, the first if none is named, and the set: the recorded one
/// if none is given.
///
/// # Errors
/// If it is no journal, is damaged, or has no features and none are asked for.
pub fn journal(
    directory: &Path,
    set: Option<FeatureSet>,
    symbol: Option<&str>,
) -> anyhow::Result<(FeatureSet, Grid)> {
    let (mut again, mut reader) = Again::open(directory, set)?;
    let instrument = *chosen(&again.instruments, symbol)?;
    let mut grid = Grid::with_columns(again.set.features().len());
    while let Some(record) = reader.next().with_context(|| name(directory))? {
        again.see(&record);
        for output in again.outbox.iter() {
            let Output::Bar(bar) = output else { continue };
            // A bar is the last event of its kind in an input: nothing has changed since.
            let features = again.pipeline.strategy().set(instrument.id);
            if let Some(features) = features.filter(|_| bar.instrument == instrument.id)
                && bar.kind == again.bars
            {
                grid.push((time::utc(bar.start), bar.start), features.values());
            }
        }
    }
    Ok((again.set, grid))
}

fn name(directory: &Path) -> String {
    format!("journal {}", directory.display())
}

/// A journal's market, fed to features once more.
pub(super) struct Again {
    pub(super) set: FeatureSet,
    pub(super) instruments: Vec<Instrument>,
    bars: BarKind,
    pipeline: Pipeline<FeatureSets>,
    outbox: Outbox,
}

impl Again {
    /// Opens a journal, and reads its first record.
    pub(super) fn open(
        directory: &Path,
        set: Option<FeatureSet>,
    ) -> anyhow::Result<(Self, Reader)> {
        let name = || name(directory);
        let mut reader = Reader::open(directory).with_context(name)?;
        let first = reader.next().with_context(name)?.context("the journal is empty")?;
        let Body::Start(text) = first.body else { bail!("it does not begin with a start record") };
        let (_, config) = Origin::parse(text).with_context(name)?;
        let set = set.unwrap_or_else(|| config.features.clone());
        ensure!(!set.is_empty(), "{} was written without features; name a --set", name());
        let bars = config.strategy.bars;
        let instruments = config.pipeline.instruments.clone();
        let strategy = FeatureSets::new(&set.formulas(), bars, instruments.len());
        let pipeline = Pipeline::new(config.pipeline, strategy);
        let outbox = Outbox::with_capacity(OUTBOX_CAPACITY);
        Ok((Self { set, instruments, bars, pipeline, outbox }, reader))
    }

    /// Feeds what a record says of the market; what follows from it is in the outbox then.
    pub(super) fn see(&mut self, record: &Record<'_>) {
        self.outbox.clear();
        if let Body::Input(input @ (Input::Market(_) | Input::Timer)) = record.body {
            self.pipeline.on_input(record.time, &input, &mut self.outbox);
        }
    }

    /// Returns what is known of an instrument now, in the order of the set.
    pub(super) fn frame(&self, instrument: InstrumentId) -> Vec<Option<f64>> {
        let set = self.pipeline.strategy().set(instrument);
        set.map(|set| set.values().collect()).unwrap_or_default()
    }
}

fn chosen<'a>(
    instruments: &'a [Instrument],
    symbol: Option<&str>,
) -> anyhow::Result<&'a Instrument> {
    let Some(symbol) = symbol else { return Ok(&instruments[0]) };
    instruments.iter().find(|instrument| instrument.symbol.to_string() == symbol).ok_or_else(|| {
        let known: Vec<String> =
            instruments.iter().map(|instrument| instrument.symbol.to_string()).collect();
        anyhow!("no instrument is called \"{symbol}\"; there are {}", known.join(", "))
    })
}
