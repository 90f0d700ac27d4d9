//! The engine: the real pipeline and the real journal, joined as the program joins them, and killed
//! at any point between two steps.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use gannet_journal::{Body, Maintenance, Options, Reader, Writer, decode_segment, recover};
use gannet_pipeline::{Pipeline, PipelineConfig};
use gannet_types::{
    AccountId, Input, Nanos, OUTBOX_CAPACITY, OrderId, OrderRequest, OrderStatus, Outbox, Output,
    PositionReport, RequestKind, StrategyId,
};

use crate::conditions;
use crate::erratic::Erratic;

/// Small, so that a seed fills several.
const OPTIONS: Options = Options {
    segment_bytes: 1 << 18,
    capacity_bytes: u64::MAX,
    durability: gannet_journal::Durability::Process,
    prefault: false,
};

/// A pipeline and its journal.
pub struct Engine {
    pipeline: Pipeline<Erratic>,
    writer: Writer,
    maintenance: Maintenance,
    outbox: Outbox,
}

/// How far an output has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is in the journal.
    Recorded,
    /// It goes where it is meant to.
    Leaves,
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was recorded, decided, recorded, and its requests were sent.
    Done,
    /// The engine was killed before the input was recorded.
    Lost,
    /// The engine was killed later.
    Killed,
}

/// What a journal leads to.
struct Replayed {
    pipeline: Pipeline<Erratic>,
    outbox: Outbox,
    compared: usize,
    last_time: Nanos,
    requests: BTreeMap<OrderId, OrderRequest>,
}

/// What recovery found.
pub struct Recovered {
    /// The engine, alive.
    pub engine: Engine,
    /// Outputs that were decided and not recorded when it died.
    pub unrecorded: Vec<Output>,
    /// The last request of each order that waits for an answer.
    pub unanswered: Vec<OrderRequest>,
}

impl Engine {
    /// Begins a journal in `folder`.
    ///
    /// # Errors
    /// If it cannot.
    pub fn begin(
        folder: &Path,
        config: PipelineConfig,
        seed: u64,
        now: Nanos,
    ) -> Result<Self, String> {
        let (mut writer, maintenance) = Writer::create(folder, OPTIONS).map_err(text)?;
        writer.append_start(now, b"faults").map_err(text)?;
        let pipeline = pipeline(config, seed);
        Ok(Self { pipeline, writer, maintenance, outbox: Outbox::with_capacity(OUTBOX_CAPACITY) })
    }

    /// Takes an input: records it, decides, and for each output records it and lets it leave. Of
    /// these steps `steps_left` are taken, then the engine is killed; `on_output` sees each output
    /// at both.
    ///
    /// # Errors
    /// If the journal cannot be written, or `on_output` finds something wrong.
    pub fn input(
        &mut self,
        now: Nanos,
        input: &Input<'_>,
        mut steps_left: u64,
        mut on_output: impl FnMut(&Output, Step) -> Result<(), String>,
    ) -> Result<Fate, String> {
        let mut step = || {
            let lives = steps_left > 0;
            steps_left = steps_left.saturating_sub(1);
            lives
        };
        if !step() {
            return Ok(Fate::Lost);
        }
        self.writer.append_input(now, input).map_err(text)?;
        self.outbox.clear();
        self.pipeline.on_input(now, input, &mut self.outbox);
        for output in self.outbox.iter() {
            if !step() {
                return Ok(Fate::Killed);
            }
            self.writer.append_output(now, output).map_err(text)?;
            on_output(output, Step::Recorded)?;
            if !step() {
                return Ok(Fate::Killed);
            }
            on_output(output, Step::Leaves)?;
        }
        self.maintenance.work().map_err(text)?;
        Ok(Fate::Done)
    }

    /// Returns the pipeline.
    #[must_use]
    pub const fn pipeline(&self) -> &Pipeline<Erratic> {
        &self.pipeline
    }

    /// Kills it; `torn` bytes of the record that it was writing are there.
    ///
    /// # Errors
    /// If the journal's file cannot be changed.
    pub fn kill(self, folder: &Path, torn: u64) -> Result<(), String> {
        let segment = segment_path(folder, self.writer.segment_index());
        drop(self);
        if torn > 0 { tear(&segment, torn) } else { Ok(()) }
    }

    /// Brings the journal in `folder` back to life, as the program does.
    ///
    /// # Errors
    /// If its outputs do not follow from its inputs, or it cannot be read.
    pub fn recover(
        folder: &Path,
        config: PipelineConfig,
        seed: u64,
        now: Nanos,
    ) -> Result<Recovered, String> {
        let (_, mut writer, maintenance) = recover(folder, OPTIONS).map_err(text)?;
        let mut replayed = Replayed::of(folder, config, seed)?;
        let unrecorded = replayed.outbox[replayed.compared..].to_vec();
        for output in &unrecorded {
            writer.append_output(replayed.last_time, output).map_err(text)?;
            replayed.remember(output);
        }
        writer.append_start(now, b"faults").map_err(text)?;
        let unanswered = replayed.unanswered();
        let Replayed { pipeline, outbox, .. } = replayed;
        let engine = Self { pipeline, writer, maintenance, outbox };
        Ok(Recovered { engine, unrecorded, unanswered })
    }

    /// Feeds the whole journal to a new pipeline and compares what it decides and where it ends.
    ///
    /// # Errors
    /// The first difference.
    pub fn replay(&self, folder: &Path, config: PipelineConfig, seed: u64) -> Result<(), String> {
        let replayed = Replayed::of(folder, config, seed)?;
        if replayed.compared != replayed.outbox.len() {
            return Err("the journal lacks outputs".to_owned());
        }
        let orders = |of: &Pipeline<Erratic>| of.open_orders().copied().collect::<Vec<_>>();
        let state = |of: &Pipeline<Erratic>| {
            let foreign: Vec<_> = of.foreign_positions().collect();
            (positions(of), foreign, of.next_order_id(), *of.counters(), orders(of))
        };
        let (lived, told) = (state(&self.pipeline), state(&replayed.pipeline));
        if lived != told {
            return Err(format!("replay ends at {told:?}, the engine at {lived:?}"));
        }
        Ok(())
    }
}

impl Replayed {
    fn of(folder: &Path, config: PipelineConfig, seed: u64) -> Result<Self, String> {
        let mut replayed = Self {
            pipeline: pipeline(config, seed),
            outbox: Outbox::with_capacity(OUTBOX_CAPACITY),
            compared: 0,
            last_time: Nanos::ZERO,
            requests: BTreeMap::new(),
        };
        let mut reader = Reader::open(folder).map_err(text)?;
        while let Some(record) = reader.next().map_err(text)? {
            match record.body {
                Body::Start(_) => {}
                Body::Input(input) => {
                    if replayed.compared != replayed.outbox.len() {
                        return Err(format!("record {}: an output is missing", record.sequence));
                    }
                    replayed.outbox.clear();
                    replayed.compared = 0;
                    replayed.last_time = record.time;
                    replayed.pipeline.on_input(record.time, &input, &mut replayed.outbox);
                }
                Body::Output(recorded) => {
                    let decided = replayed.outbox.get(replayed.compared);
                    if decided != Some(&recorded) {
                        return Err(format!(
                            "record {}: {recorded:?} was decided, replay decides {decided:?}",
                            record.sequence
                        ));
                    }
                    replayed.compared += 1;
                    replayed.remember(&recorded);
                }
            }
        }
        Ok(replayed)
    }

    fn remember(&mut self, output: &Output) {
        if let Output::Order(request) = output
            && request.kind != RequestKind::Status
            && request.kind.is_about_one_order()
        {
            self.requests.insert(request.client_order_id.order(), *request);
        }
    }

    fn unanswered(&self) -> Vec<OrderRequest> {
        use OrderStatus::{PendingCancel, PendingNew, PendingReplace};
        self.pipeline
            .open_orders()
            .filter(|order| matches!(order.status, PendingNew | PendingCancel | PendingReplace))
            .filter_map(|order| self.requests.get(&order.id))
            .copied()
            .collect()
    }
}

fn pipeline(config: PipelineConfig, seed: u64) -> Pipeline<Erratic> {
    let strategies = config.strategies.len();
    Pipeline::new(config, Erratic::new(seed, strategies))
}

/// What accounts and strategies hold.
fn positions(of: &Pipeline<Erratic>) -> Vec<PositionReport> {
    let accounts = (0..of.accounts().len() as u16).map(AccountId);
    let accounts =
        accounts.flat_map(|it| conditions::ids().filter_map(move |id| of.account_position(it, id)));
    let strategies = (0..u8::MAX).map(StrategyId);
    let strategies = strategies.take_while(|it| of.gate_mode(*it).is_some());
    let strategies = strategies
        .flat_map(|it| conditions::ids().filter_map(move |id| of.strategy_position(it, id)));
    accounts.chain(strategies).collect()
}

fn segment_path(folder: &Path, index: u32) -> PathBuf {
    folder.join(format!("{index:08}.gnj"))
}

/// Leaves the beginning of a record behind the last whole one.
fn tear(segment: &Path, torn: u64) -> Result<(), String> {
    let bytes = std::fs::read(segment).map_err(text)?;
    let used = decode_segment(&bytes, |_| {}).map_err(text)?.used_bytes;
    let mut file = std::fs::OpenOptions::new().write(true).open(segment).map_err(text)?;
    file.seek(SeekFrom::Start(used)).map_err(text)?;
    // A length that promises more than there is, and what stands where the rest should.
    let room = (bytes.len() as u64).saturating_sub(used);
    let half: Vec<u8> = [96_u8, 0, 0, 0].into_iter().chain((1..).take(28)).collect();
    let part = torn.min(room).min(half.len() as u64) as usize;
    file.write_all(&half[..part]).map_err(text)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
