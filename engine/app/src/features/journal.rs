//! The features a journal leads to: its market once more through the pipeline, with any set.
//!
//! What comes out is what the running engine computed, bit for bit, if the set is the one it ran
//! with; another set is computed as if it had run with that. A row is a closed bar of the
//! strategy's kind, at the time it began.

use std::path::Path;

use anyhow::{Context, anyhow, bail, ensure};
use gannet_journal::{Body, Reader};
use gannet_pipeline::Pipeline;
use gannet_pipeline::strategy::{Signals, Strategy, StrategyEvent, View};
use gannet_signals::Featured;
use gannet_types::{Input, Instrument, OUTBOX_CAPACITY, Outbox, Output};

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
    let name = || format!("journal {}", directory.display());
    let mut reader = Reader::open(directory).with_context(name)?;
    let first = reader.next().with_context(name)?.context("the journal is empty")?;
    let Body::Start(text) = first.body else { bail!("it does not begin with a start record") };
    let (_, config) = Origin::parse(text).with_context(name)?;
    let set = set.unwrap_or_else(|| config.features.clone());
    ensure!(!set.is_empty(), "{} was written without features; name a --set", name());
    let instrument = *chosen(&config.pipeline.instruments, symbol)?;
    let bars = config.strategy.bars;
    let strategy =
        Featured::new(Observer, &set.formulas(), bars, config.pipeline.instruments.len());
    let mut pipeline = Pipeline::new(config.pipeline, strategy);
    let mut outbox = Outbox::with_capacity(OUTBOX_CAPACITY);
    let mut grid = Grid::with_columns(set.features().len());
    while let Some(record) = reader.next().with_context(name)? {
        let Body::Input(input @ (Input::Market(_) | Input::Timer)) = record.body else { continue };
        outbox.clear();
        pipeline.on_input(record.time, &input, &mut outbox);
        for output in outbox.iter() {
            let Output::Bar(bar) = output else { continue };
            // A bar is the last event of its kind in an input: nothing has changed since.
            let features = pipeline.strategy().set(instrument.id);
            if let Some(features) = features.filter(|_| bar.instrument == instrument.id)
                && bar.kind == bars
            {
                grid.push((time::utc(bar.start), bar.start), features.values());
            }
        }
    }
    Ok((set, grid))
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

/// Trades nothing.
struct Observer;

impl Strategy for Observer {
    fn on_event(&mut self, _: &View<'_>, _: StrategyEvent<'_>, _: &mut Signals) {}
}
