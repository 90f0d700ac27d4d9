//! Champions that come and go while a market is due every few microseconds.
//!
//! One engine with features and models takes a tape on a schedule. Its windows take turns: in every
//! second one a loader on another thread delivers champions, spread evenly. Frames of both kinds of
//! windows are timed from when they were due, so whatever a swap costs is in them. Everything is the
//! engine's own: the arsenal, the port, the ring, the panel.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use gannet_app::agents::engine::{Engine, OrderSink};
use gannet_app::agents::model_port::{self, Delivery, ModelPort};
use gannet_app::config;
use gannet_app::models::arsenal::Arsenal;
use gannet_app::recovery::{self, Opened};
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedRequest, FeedSession, MarketSink};
use gannet_runtime::clock::Clock;
use gannet_runtime::ring::{Overflow, Receiver, Sender, ring};
use gannet_runtime::shutdown::Stop;
use gannet_runtime::thread;
use gannet_signals::{Advisor, Trader};
use gannet_types::{
    Command, GatewayId, GatewayState, GatewayStatus, Input, Market, ModelRole, Nanos, OrderRequest,
    RejectReason,
};
use serde::Serialize;

use crate::digest::Digest;
use crate::house;
use crate::latency::{Figures, Latencies};
use crate::scratch::Scratch;
use crate::tape::Tape;

/// What to measure.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Folders of models that were trained on one set of features; at least two.
    pub models: Vec<PathBuf>,
    /// The set.
    pub set: String,
    /// Seed of the market.
    pub seed: u64,
    /// Windows with swaps, and as many without.
    pub windows: usize,
    /// Frames of a window.
    pub frames: usize,
    /// Swaps in a window that has some.
    pub swaps: usize,
    /// Time between two frames.
    pub interval: Nanos,
}

/// What was measured.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Swapped {
    /// Frames of windows without swaps, in nanoseconds from when they were due.
    pub quiet: Figures,
    /// Frames of windows with swaps.
    pub swapping: Figures,
    /// Taking one delivery from the ring, seating it, handing back who left.
    pub swap: Figures,
    /// Champions seated.
    pub swaps: u64,
    /// Predictions made.
    pub predictions: u64,
    /// Frames that the feed missed, and alarms: none, or the figures are worthless.
    pub lost: u64,
    /// Over the frames that a champion predicted from: all of them, if none is missed.
    pub digest: u64,
}

/// Requests go nowhere: the orders are not what is measured.
struct Nowhere;

impl OrderSink for Nowhere {
    fn send(&mut self, _now: Nanos, _request: &OrderRequest) -> Result<(), RejectReason> {
        Err(RejectReason::GatewayDown)
    }
}

struct Inlet(Engine<Trader>);

impl MarketSink for Inlet {
    #[inline]
    fn on_market(&mut self, market: &Market<'_>) {
        self.0.input(market.received, &Input::Market(*market), &mut Nowhere);
    }
}

/// Measures on the machine's last core; models are loaded on the first.
///
/// # Errors
/// If a model is refused, or journal and threads cannot be had.
pub fn measure(plan: &Plan) -> anyhow::Result<Swapped> {
    ensure!(plan.models.len() >= 2, "a swap needs two models");
    let plan = plan.clone();
    let cores = thread::available_cores();
    let core = cores.get(1).and(cores.last().copied());
    let spawned = thread::spawn("model-swaps", core, move || run(&plan, cores.first().copied()))
        .context("the measuring thread")?;
    spawned.handle.join().ok().context("the measuring thread panicked")?
}

fn run(plan: &Plan, other_core: Option<usize>) -> anyhow::Result<Swapped> {
    let scratch = Scratch::new()?;
    let overlay = format!("[features]\nset = '{}'\n[models]\nmode = 'vote'\n", plan.set);
    let mut config = config::parse(&[(&overlay, "the benchmark")])?;
    config.journal.directory = scratch.path().join("journal");
    let tape = Tape::record(plan.seed, plan.frames * plan.windows * 2);
    let mut clock = Clock::new();
    let now = Nanos(clock.now());
    let Opened { engine, maintenance, .. } = recovery::create(&config, now)?;
    let ended = Stop::new();
    let house = house::keep(maintenance, other_core, &ended)?;
    let arsenal = Arsenal::new(&config, &config.journal.directory);
    let loaded: Vec<Box<Advisor>> = plan
        .models
        .iter()
        .map(|path| anyhow::Ok(arsenal.bring(path)?.advisor))
        .collect::<anyhow::Result<_>>()?;
    let (deliveries, deliveries_out) = ring(64, Overflow::Reject);
    let (returned, returned_out) = ring(64, Overflow::Reject);
    let (_, answers) = ring(1, Overflow::Reject);
    let (orders_in, orders) = ring(64, Overflow::Reject);
    let port = ModelPort { deliveries: deliveries_out, returned, answers };
    let mut hot = Hot {
        inlet: Inlet(engine),
        session: FeedSession::new(
            BinanceUsdm,
            &config.pipeline.instruments,
            FeedConfig { silence_max: config.feed.silence_max },
        ),
        port,
        wanted: orders_in,
        swap: Latencies::new(),
        clock: Clock::new(),
    };
    let first = Delivery {
        command: Command::Model(loaded[0].model, ModelRole::Champion),
        advisor: Some(copy(&loaded[0])),
    };
    hot.begin(now, first);
    let stop = ended.clone();
    let loader = thread::spawn("loader", other_core, move || {
        load(&loaded, orders, deliveries, returned_out, &stop);
    })?;
    clock.resync();
    let told = hot.play(plan, &tape)?;
    ended.request();
    house.join().ok().context("the journal's thread panicked")??;
    loader.handle.join().ok().context("the loader panicked")?;
    hot.result(told, &config.journal.directory)
}

/// Has the next champion ready whenever one is wanted, and frees those that come back.
fn load(
    loaded: &[Box<Advisor>],
    mut wanted: Receiver<()>,
    mut deliveries: Sender<Delivery>,
    mut returned: Receiver<Box<Advisor>>,
    stop: &Stop,
) {
    let mut next = loaded.iter().cycle();
    while !stop.is_requested() {
        while let Some(advisor) = returned.pop() {
            drop(advisor);
        }
        if wanted.pop().is_some()
            && let Some(advisor) = next.next()
        {
            let command = Command::Model(advisor.model, ModelRole::Champion);
            let advisor = Some(copy(advisor));
            let delivered = deliveries.push(Delivery { command, advisor }).is_ok();
            assert!(delivered, "the ring holds more than is wanted at once");
        } else {
            std::thread::sleep(Duration::from_micros(20));
        }
    }
}

fn copy(advisor: &Advisor) -> Box<Advisor> {
    let Advisor { model, reading, evaluator } = advisor;
    Box::new(Advisor { model: *model, reading: *reading, evaluator: evaluator.clone() })
}

/// What is measured.
struct Hot {
    inlet: Inlet,
    session: FeedSession<BinanceUsdm>,
    port: ModelPort,
    wanted: Sender<()>,
    swap: Latencies,
    clock: Clock,
}

impl Hot {
    fn begin(&mut self, now: Nanos, first: Delivery) {
        let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
        for input in [Input::Command(Command::Start), Input::Gateway(up)] {
            self.inlet.0.input(now, &input, &mut Nowhere);
        }
        self.session.on_connected(now);
        model_port::deliver(now, first, &mut self.inlet.0, &mut Nowhere);
    }

    /// Returns the latencies of quiet windows and of the others.
    fn play(&mut self, plan: &Plan, tape: &Tape) -> anyhow::Result<[Latencies; 2]> {
        let mut latencies = [Latencies::new(), Latencies::new()];
        let every = plan.frames / plan.swaps.max(1);
        let warm_up = plan.frames.min(2_000);
        let mut due = self.clock.now();
        for (index, frame) in tape.frames().enumerate() {
            due += plan.interval.0;
            let swapping = (index / plan.frames) % 2 == 1;
            if swapping && index % every == 0 {
                self.wanted.push(()).ok().context("the loader hangs")?;
            }
            while self.clock.now() < due {
                std::hint::spin_loop();
            }
            let now = Nanos(self.clock.now());
            self.poll_models(now);
            self.session
                .handle_frame(now, frame.payload, &mut self.inlet)
                .ok()
                .context("the tape is readable")?;
            let done = self.clock.now();
            if index >= warm_up {
                latencies[usize::from(swapping)].record(done.saturating_sub(due));
            }
            while let Some(FeedRequest::Snapshot(id)) = self.session.poll_request() {
                let now = Nanos(self.clock.now());
                let taken = self.session.handle_snapshot(now, id, tape.snapshot(), &mut self.inlet);
                taken.ok().context("the tape has a snapshot")?;
            }
        }
        Ok(latencies)
    }

    fn poll_models(&mut self, now: Nanos) {
        let work = self.port.poll(now, &mut self.inlet.0, &mut Nowhere);
        if work > 0 {
            self.swap.record(self.clock.now().saturating_sub(now.0));
        }
    }

    fn result(self, [quiet, swapping]: [Latencies; 2], journal: &Path) -> anyhow::Result<Swapped> {
        let feed = *self.session.counters();
        let (pipeline, writer, _) = self.inlet.0.into_parts();
        let counted = pipeline.counters();
        let lost = feed.gaps + feed.malformed + counted.alarms + counted.predictions_dropped;
        writer.seal()?;
        let (digest, swaps) = recount(journal)?;
        Ok(Swapped {
            quiet: quiet.figures(),
            swapping: swapping.figures(),
            swap: self.swap.figures(),
            swaps,
            predictions: counted.predictions,
            lost,
            digest,
        })
    }
}

/// Reads the journal: a digest of what was predicted, and how many champions were seated.
fn recount(journal: &Path) -> anyhow::Result<(u64, u64)> {
    use gannet_journal::{Body, Reader};
    use gannet_types::Output;
    let (mut digest, mut swaps) = (Digest::new(), 0);
    let mut reader = Reader::open(journal)?;
    while let Some(record) = reader.next()? {
        match record.body {
            Body::Input(Input::Command(Command::Model(_, ModelRole::Champion))) => swaps += 1,
            // Which model it was depends on when the loader was ready; that one was does not.
            Body::Output(Output::Prediction(prediction)) if prediction.leads => {
                digest.number(prediction.report.frame.into());
            }
            _ => {}
        }
    }
    Ok((digest.value(), swaps))
}
