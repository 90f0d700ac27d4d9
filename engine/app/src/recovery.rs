//! Bringing a journal back to life: its inputs are fed to a new pipeline, and every output must
//! be the one that was recorded.
//!
//! The last input may lack outputs, because the process died between the two. Recovery appends
//! them, so that the journal is whole again, but sends nothing: a request that is not in the FIX
//! store never left and is answered as unsent; for every other open order the venue is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, bail, ensure};
use gannet_gateways::fix::unsent;
use gannet_journal::{
    Body, Durability, JournalError, Maintenance, Options, Reader, Record, Writer,
};
use gannet_pipeline::Pipeline;
use gannet_pipeline::strategy::Strategy;
use gannet_signals::{FeatureSets, Instance, Panel, Trader};
use gannet_types::{
    ClientOrderId, Command, ExecutionReport, GatewayId, GatewayState, Input, ModelHash, ModelRole,
    Nanos, OUTBOX_CAPACITY, OrderId, OrderRequest, OrderStatus, Outbox, Output, RejectReason,
    RequestKind,
};

use crate::agents::engine::{Engine, OrderSink};
use crate::config::{self, Config, JournalConfig};
use crate::features::FeatureSet;
use crate::models::arsenal::Arsenal;

/// What a journal's first record tells: everything the pipeline depends on.
pub struct Origin {
    /// The configuration's decisive sections.
    pub decisive: String,
    /// The id of the first order.
    pub first_order_id: OrderId,
    /// The schema of the features, empty if there are none; see [`FeatureSet::schema`].
    pub features: String,
}

impl Origin {
    /// Makes the origin of a journal that begins at `now`. Order ids begin at the second of the
    /// start times 2^24, so that journals begun later never use the same ones.
    #[must_use]
    pub fn new(config: &Config, now: Nanos) -> Self {
        let first_order_id = OrderId((now.0 / Nanos::SECOND.0).max(1) << 24);
        let features = schema(&config.features);
        Self { decisive: config.decisive.clone(), first_order_id, features }
    }

    /// Writes it as the journal keeps it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut run = toml::Table::new();
        run.insert("first_order_id".to_owned(), (self.first_order_id.0.cast_signed()).into());
        if !self.features.is_empty() {
            let hash = blake3::hash(self.features.as_bytes()).to_hex().to_string();
            run.insert("features_hash".to_owned(), hash.into());
            run.insert("features".to_owned(), self.features.clone().into());
        }
        format!("{}\n[run]\n{run}", self.decisive)
    }

    /// Reads it back, with the configuration it stands for.
    ///
    /// # Errors
    /// If the text is not what [`Origin::to_text`] writes.
    pub fn parse(text: &[u8]) -> anyhow::Result<(Self, Config)> {
        let text = std::str::from_utf8(text).context("the start record is not text")?;
        let mut table: toml::Table = text.parse().context("the start record is not TOML")?;
        let run = table.remove("run").context("the start record has no [run]")?;
        let first = run.get("first_order_id").and_then(toml::Value::as_integer);
        let first = first.and_then(|id| u64::try_from(id).ok()).context("no first_order_id")?;
        let features = run.get("features").and_then(toml::Value::as_str).unwrap_or_default();
        keep_meaning(&mut table);
        let config = config::parse(&[(&table.to_string(), "the journal's start record")])?;
        expect_features(&config.features, features)?;
        let decisive = config.decisive.clone();
        let features = features.to_owned();
        Ok((Self { decisive, first_order_id: OrderId(first), features }, config))
    }

    /// Builds the pipeline as it was before its first input.
    #[must_use]
    pub fn pipeline(&self, config: &Config) -> Pipeline<Trader> {
        let mut pipeline = config.pipeline.clone();
        pipeline.first_order_id = self.first_order_id;
        Pipeline::new(pipeline, trader(config))
    }
}

/// Builds the strategy behind its features, without any history.
#[must_use]
pub fn trader(config: &Config) -> Trader {
    let bars = config.strategy.bars;
    let instruments = config.pipeline.instruments.len();
    let formulas = config.features.formulas();
    let features = FeatureSets::new(&formulas, bars, instruments);
    let panel = Panel::new(config.models.experiment, formulas.len());
    let instances = config.strategies.iter().map(|it| Instance::new(&it.instance)).collect();
    Trader::new(bars, features, panel, instances)
}

/// Says of a configuration that is older than a key what there was without it.
fn keep_meaning(table: &mut toml::Table) {
    if !table.contains_key("features") {
        let off = toml::Table::from_iter([("set".to_owned(), "off".into())]);
        table.insert("features".to_owned(), off.into());
    }
    // Brokers told positions, and nothing waited for that; on several gateways nobody was asked.
    if table.to_string().contains("position_requests = true") && !waits_are_said(table) {
        let said = [
            ("risk", "positions_unknown", toml::Value::from("trade")),
            ("risk", "positions_timeout_s", 0.into()),
            ("routing", "positions", "none".into()),
        ];
        for (section, key, value) in said {
            let section = table.entry(section).or_insert_with(|| toml::Table::new().into());
            if let Some(section) = section.as_table_mut() {
                section.insert(key.to_owned(), value);
            }
        }
    }
}

fn waits_are_said(table: &toml::Table) -> bool {
    table.get("risk").is_some_and(|risk| risk.get("positions_unknown").is_some())
}

fn schema(features: &FeatureSet) -> String {
    if features.is_empty() { String::new() } else { features.schema() }
}

/// Refuses features that are not the recorded ones.
fn expect_features(features: &FeatureSet, recorded: &str) -> anyhow::Result<()> {
    if recorded == schema(features) {
        return Ok(());
    }
    features.expect_schema(recorded).context("it was written with other features")
}

/// A record that does not follow from those before it.
#[derive(Debug)]
pub struct Difference {
    /// The number of the record.
    pub sequence: u64,
    /// What the journal has there.
    pub recorded: String,
    /// What the pipeline decided.
    pub decided: String,
}

/// Feeds recorded inputs to a pipeline and compares its outputs with the recorded ones.
pub struct Replayer {
    pipeline: Pipeline<Trader>,
    arsenal: Arsenal,
    outbox: Outbox,
    /// Outputs of the last input that were already compared.
    compared: usize,
    last_time: Nanos,
    inputs: u64,
    outputs: u64,
    /// The number of the last message of each session whose report or copy was journaled.
    heard: BTreeMap<GatewayId, u64>,
    /// The gateways whose sessions were ever logged on.
    met: BTreeSet<GatewayId>,
    /// The last request about each order that is not done.
    requests: BTreeMap<OrderId, OrderRequest>,
}

impl Replayer {
    /// Starts with a pipeline that has seen nothing; `arsenal` has the models of the journal.
    #[must_use]
    pub fn new(pipeline: Pipeline<Trader>, arsenal: Arsenal) -> Self {
        Self {
            pipeline,
            arsenal,
            outbox: Outbox::with_capacity(OUTBOX_CAPACITY),
            compared: 0,
            last_time: Nanos::ZERO,
            inputs: 0,
            outputs: 0,
            heard: BTreeMap::new(),
            met: BTreeSet::new(),
            requests: BTreeMap::new(),
        }
    }

    /// Takes the next input or output record.
    ///
    /// # Errors
    /// The first difference; nothing after it means anything.
    pub fn step(&mut self, record: &Record<'_>) -> Result<(), Difference> {
        match record.body {
            Body::Start(_) => self.expect_none(record, "a start"),
            Body::Input(input) => {
                self.expect_none(record, "an input")?;
                self.inputs += 1;
                self.last_time = record.time;
                match input {
                    Input::Execution(ExecutionReport { gateway, session_sequence, .. })
                        if session_sequence > 0 =>
                    {
                        self.heard.insert(gateway, session_sequence);
                    }
                    Input::VenuePosition(position) if position.session_sequence > 0 => {
                        self.heard.insert(position.gateway, position.session_sequence);
                    }
                    Input::DropCopy(copy) => {
                        self.heard.insert(copy.report.gateway, copy.report.session_sequence);
                    }
                    Input::Gateway(status) if status.state == GatewayState::Up => {
                        self.met.insert(status.gateway);
                    }
                    Input::Command(Command::Model(model, role)) => {
                        self.offer(record.sequence, model, role)?;
                    }
                    _ => {}
                }
                self.outbox.clear();
                self.compared = 0;
                self.pipeline.on_input(record.time, &input, &mut self.outbox);
                Ok(())
            }
            Body::Output(recorded) => {
                let decided = self.outbox.get(self.compared);
                if decided != Some(&recorded) {
                    return Err(Difference {
                        sequence: record.sequence,
                        recorded: format!("{recorded:?}"),
                        decided: decided.map_or("nothing".to_owned(), |it| format!("{it:?}")),
                    });
                }
                self.compared += 1;
                self.outputs += 1;
                self.remember(&recorded);
                Ok(())
            }
        }
    }

    /// Returns how many inputs were fed.
    #[must_use]
    pub const fn inputs(&self) -> u64 {
        self.inputs
    }

    /// Returns how many outputs were equal.
    #[must_use]
    pub const fn outputs(&self) -> u64 {
        self.outputs
    }

    /// Returns the outputs of the last input that were not recorded any more.
    #[must_use]
    pub fn unrecorded(&self) -> &[Output] {
        &self.outbox[self.compared..]
    }

    /// Returns the pipeline as the records leave it.
    #[must_use]
    pub const fn pipeline(&self) -> &Pipeline<Trader> {
        &self.pipeline
    }

    /// Offers the model of a command, as was done before the command was first given.
    fn offer(
        &mut self,
        sequence: u64,
        model: ModelHash,
        role: ModelRole,
    ) -> Result<(), Difference> {
        let panel = self.pipeline.strategy_mut().models_mut();
        while panel.take_left().is_some() {}
        if role == ModelRole::Out || panel.has(model) {
            return Ok(());
        }
        match self.arsenal.recall(model) {
            Ok(armed) => panel.offer(armed.advisor),
            Err(error) => {
                let (recorded, decided) = (format!("model {model}"), format!("{error:#}"));
                return Err(Difference { sequence, recorded, decided });
            }
        }
        Ok(())
    }

    fn expect_none(&self, record: &Record<'_>, found: &str) -> Result<(), Difference> {
        match self.unrecorded().first() {
            None => Ok(()),
            Some(output) => Err(Difference {
                sequence: record.sequence,
                recorded: found.to_owned(),
                decided: format!("{output:?}"),
            }),
        }
    }

    fn remember(&mut self, output: &Output) {
        if let Output::Order(request) = output
            && request.kind != RequestKind::Status
            && request.kind.is_about_one_order()
        {
            self.requests.insert(request.client_order_id.order(), *request);
        }
    }
}

/// A journal that is open for writing, and the pipeline that its records lead to.
pub struct Opened {
    /// Pipeline and journal.
    pub engine: Engine<Trader>,
    /// The slow half of the journal.
    pub maintenance: Maintenance,
    /// What was found, if the journal was there before.
    pub recovered: Option<RecoveredRun>,
}

/// What a recovered journal says about its gateways.
pub struct RecoveredRun {
    /// Whole records found.
    pub records: u64,
    /// Bytes of torn records that were cut off.
    pub truncated_bytes: u64,
    /// The number of the last message of each session whose report or copy was journaled.
    pub heard: BTreeMap<GatewayId, u64>,
    /// The gateways whose sessions were ever logged on.
    pub met: BTreeSet<GatewayId>,
    /// The time of the last journaled input.
    pub last_time: Nanos,
    /// Requests that nothing was heard of.
    pub unanswered: Vec<OrderRequest>,
}

impl RecoveredRun {
    /// Returns the number of the last message of a session that was journaled; zero if none was.
    #[must_use]
    pub fn heard(&self, session: GatewayId) -> u64 {
        self.heard.get(&session).copied().unwrap_or(0)
    }
}

/// Opens the journal of `config`: creates it, or brings it back to life.
///
/// # Errors
/// If it cannot be created, is written by another process, is damaged before its end, belongs to
/// another configuration, or its outputs do not follow from its inputs.
pub fn open(config: &Config, now: Nanos) -> anyhow::Result<Opened> {
    let directory = &config.journal.directory;
    let name = || format!("journal {}", directory.display());
    let options = options(&config.journal);
    let (recovered, writer, maintenance) = match gannet_journal::recover(directory, options) {
        Ok(recovered) => recovered,
        Err(JournalError::Missing) => return create(config, now).with_context(name),
        Err(error) => return Err(error).with_context(name),
    };
    let mut opened = revive(config, directory, writer, maintenance, now).with_context(name)?;
    if let Some(run) = &mut opened.recovered {
        run.records = recovered.records;
        run.truncated_bytes = recovered.truncated_bytes;
    }
    Ok(opened)
}

/// Creates the journal of `config`, which must not be there yet.
///
/// # Errors
/// If it is there, or cannot be created.
pub fn create(config: &Config, now: Nanos) -> anyhow::Result<Opened> {
    let origin = Origin::new(config, now);
    let options = options(&config.journal);
    let (mut writer, maintenance) = Writer::create(&config.journal.directory, options)?;
    writer.append_start(now, origin.to_text().as_bytes())?;
    let engine = Engine::new(origin.pipeline(config), writer);
    Ok(Opened { engine, maintenance, recovered: None })
}

fn options(config: &JournalConfig) -> Options {
    let durability =
        if config.survives_power_loss { Durability::Power } else { Durability::Process };
    Options { segment_bytes: config.segment_bytes, durability, ..Options::default() }
}

fn revive(
    config: &Config,
    directory: &Path,
    mut writer: Writer,
    maintenance: Maintenance,
    now: Nanos,
) -> anyhow::Result<Opened> {
    let mut reader = Reader::open(directory)?;
    let Some(first) = reader.next()? else {
        // Killed before the first record: nothing happened yet.
        let origin = Origin::new(config, now);
        writer.append_start(now, origin.to_text().as_bytes())?;
        let engine = Engine::new(origin.pipeline(config), writer);
        return Ok(Opened { engine, maintenance, recovered: None });
    };
    let Body::Start(text) = first.body else { bail!("it does not begin with a start record") };
    let (origin, recorded) = Origin::parse(text)?;
    expect_features(&config.features, &origin.features)?;
    ensure!(
        origin.decisive == config.decisive,
        "it was written with another configuration of instruments, bars, features, strategy, gate, \
         risk or gateway. Restore that configuration, or choose another journal.directory"
    );
    let arsenal = Arsenal::new(&recorded, directory);
    let mut replayer = Replayer::new(origin.pipeline(&recorded), arsenal);
    while let Some(record) = reader.next()? {
        if let Err(difference) = replayer.step(&record) {
            bail!("its records do not follow from each other: {difference:?}");
        }
    }
    for output in replayer.unrecorded().to_vec() {
        writer.append_output(replayer.last_time, &output)?;
        replayer.remember(&output);
    }
    writer.append_start(now, origin.to_text().as_bytes())?;
    let run = RecoveredRun {
        records: 0,
        truncated_bytes: 0,
        heard: replayer.heard.clone(),
        met: replayer.met.clone(),
        last_time: replayer.last_time,
        unanswered: unanswered(&replayer),
    };
    let engine = Engine::new(replayer.pipeline, writer);
    Ok(Opened { engine, maintenance, recovered: Some(run) })
}

/// The last request of every order that still waits for an answer.
fn unanswered(replayer: &Replayer) -> Vec<OrderRequest> {
    let waits = |status| {
        use OrderStatus::{PendingCancel, PendingNew, PendingReplace};
        matches!(status, PendingNew | PendingCancel | PendingReplace)
    };
    replayer
        .pipeline
        .open_orders()
        .filter(|order| waits(order.status))
        .filter_map(|order| replayer.requests.get(&order.id))
        .copied()
        .collect()
}

/// Tells the engine which of the unanswered requests never left this machine: `stored` are those
/// in the stores of all gateways.
pub fn settle_unsent<S: Strategy>(
    engine: &mut Engine<S>,
    unanswered: &[OrderRequest],
    stored: &BTreeSet<ClientOrderId>,
    now: Nanos,
) {
    for request in unanswered.iter().filter(|request| !stored.contains(&request.client_order_id)) {
        let report = unsent(request, now, RejectReason::NotSent);
        engine.input(now, &Input::Execution(report), &mut NoGateway);
    }
}

/// Before a session exists nothing can be sent.
struct NoGateway;

impl OrderSink for NoGateway {
    fn send(&mut self, _now: Nanos, _request: &OrderRequest) -> Result<(), RejectReason> {
        Err(RejectReason::GatewayDown)
    }
}

#[cfg(test)]
mod tests {
    use gannet_pipeline::{PipelineConfig, PositionsTold};

    use super::*;

    fn waits(config: &PipelineConfig) -> (bool, Nanos, PositionsTold) {
        let check = config.position_check;
        (check.trades_unknown, check.timeout, config.accounts[0].positions)
    }

    #[test]
    fn what_is_older_than_the_waiting_for_positions_did_not_wait() {
        let text = "[dialect.capabilities]\nposition_requests = true";
        let config = config::parse(&[(text, "the test")]).expect("a configuration");
        let text = Origin::new(&config, Nanos::SECOND).to_text();
        let (_, same) = Origin::parse(text.as_bytes()).expect("an origin");
        assert_eq!(waits(&same.pipeline), waits(&config.pipeline));
        let newer = |line: &&str| !line.starts_with("positions");
        let older: String = text.lines().filter(newer).map(|line| format!("{line}\n")).collect();
        assert!(older.len() < text.len(), "{text}");
        let (_, older) = Origin::parse(older.as_bytes()).expect("an origin");
        assert_eq!(waits(&older.pipeline), (true, Nanos::ZERO, PositionsTold::Nowhere));
    }
}
