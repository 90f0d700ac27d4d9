//! Every ring, every agent, every thread of the engine, in one place.
//!
//! | ring | from → to | capacity | if full |
//! |---|---|---|---|
//! | market | feed → pipeline | `MARKET_RING_CELLS` | the message is dropped, the instrument goes stale and is synchronised anew |
//! | order | pipeline → gateways | `ORDER_RING_CAPACITY` | the request is answered as unsent |
//! | execution | gateways → pipeline | `EXECUTION_RING_CAPACITY` | the gateways stop reading their sockets |
//! | command | control → pipeline | `COMMAND_RING_CAPACITY` | the operator gets HTTP 503 |
//! | action | pipeline → gateway | `ACTION_RING_CAPACITY` | the action is lost; the page shows that nothing happened |
//! | report | gateway → control | 4 | the page keeps an older one |
//! | notice | feed, gateway → main | `NOTICE_RING_CAPACITY` | the newest is dropped; counters tell as well |
//!
//! The fused topology needs only the last four and the commands. Consumers are started before producers.

use std::fmt;
use std::thread::JoinHandle;

use anyhow::Context;
use gannet_control::{SessionWatch, session_watch};
use gannet_feeds::FeedCounters;
use gannet_runtime::agent::{Agent, AgentRunner};
use gannet_runtime::clock::Clock;
use gannet_runtime::counters::{CounterWriter, Counters};
use gannet_runtime::histogram::{Hop, HopReaders, hops};
use gannet_runtime::idle::IdleStrategy;
use gannet_runtime::ring::{Overflow, Receiver, Sender, ring};
use gannet_runtime::shutdown::Stop;
use gannet_runtime::thread::{self, Pinning};
use gannet_signals::Trader;
use gannet_types::{Bounded, Command, Nanos, SessionAction};

use crate::agents::engine::Engine;
use crate::agents::fused::Fused;
use crate::agents::gateway_link::People;
use crate::agents::inference::InferenceAgent;
use crate::agents::market_feed::MarketFeed;
use crate::agents::market_ring::{MarketReceiver, MarketSender};
use crate::agents::model_port::ModelPort;
use crate::agents::notice::Notice;
use crate::agents::pipelined::{FeedAgent, GatewayAgent, PipelineAgent, RequestSender};
use crate::agents::sessions::{EVENTS_MAX, Sessions};
use crate::agents::steering::Steering;
use crate::config::fix::OnDisconnect;
use crate::config::{EngineConfig, Topology};
use crate::models::remote::Remote;
use crate::models::service::ModelEnds;

/// 65,536 cells of 128 bytes are 8 MiB: five seconds of the busiest in the captures.
const MARKET_RING_CELLS: usize = 1 << 16;

/// More requests than the pipeline may have open: 128 orders, each with a cancel on its way.
const ORDER_RING_CAPACITY: usize = 1 << 10;

/// Four reads of a gateway's socket full of the shortest messages.
const EXECUTION_RING_CAPACITY: usize = 4 * EVENTS_MAX;

/// More than a person can click between two duty cycles.
const COMMAND_RING_CAPACITY: usize = 256;

/// More than a person does to a session between two looks of its gateway.
const ACTION_RING_CAPACITY: usize = 16;

/// More than the registry wants at once.
const MODEL_RING_CAPACITY: usize = 64;

/// Frames of the largest set, of every instrument.
const QUESTION_RING_CAPACITY: usize = 4096;

/// Answers of every model about every instrument.
const ANSWER_RING_CAPACITY: usize = 1024;

/// A reconnect loop at its fastest between two looks of the main thread.
const NOTICE_RING_CAPACITY: usize = 16;

/// Which threads there are, where they run and how they wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// One hot thread or three.
    pub topology: Topology,
    /// What a hot thread does when there is nothing to do.
    pub idle: IdleStrategy,
    /// The hot threads' cores, in the order feed, pipeline, gateway; `None` leaves a thread to
    /// the system.
    pub cores: [Option<usize>; 3],
}

impl Layout {
    /// Chooses what the operator left open from the cores there are.
    #[must_use]
    pub fn choose(
        topology: Option<Topology>,
        idle: Option<IdleStrategy>,
        wanted: &[usize],
        available: &[usize],
    ) -> Self {
        let topology = topology.unwrap_or(if available.len() >= PIPELINED_CORES_MIN {
            Topology::Pipelined
        } else {
            Topology::Fused
        });
        let threads = match topology {
            Topology::Fused => 1,
            Topology::Pipelined => 3,
        };
        // A spinning thread owns its core; one core must remain for everything else.
        let roomy = available.len() > threads;
        let idle = idle.unwrap_or(if roomy { IdleStrategy::Spin } else { IdleStrategy::Backoff });
        let mut cores = [None; 3];
        for (index, core) in cores.iter_mut().take(threads).enumerate() {
            *core = match wanted.get(index) {
                Some(&wanted) => Some(wanted),
                // The last cores: the first one usually serves interrupts.
                None if roomy => available.get(available.len() - threads + index).copied(),
                None => None,
            };
        }
        Self { topology, idle, cores }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.topology {
            Topology::Fused => "fused (one hot thread)",
            Topology::Pipelined => "pipelined (three hot threads)",
        };
        let cores: Vec<String> = self.cores.iter().flatten().map(ToString::to_string).collect();
        let cores = if cores.is_empty() {
            "not pinned".to_owned()
        } else {
            format!("pinned to {}", cores.join(", "))
        };
        write!(f, "{name}, {cores}, idle {:?}", self.idle)
    }
}

/// What the threads are made of.
pub struct Parts<F> {
    /// Market data in.
    pub feed: F,
    /// Pipeline and journal.
    pub engine: Engine<Trader>,
    /// Orders out, executions in.
    pub sessions: Sessions,
    /// What people call them, in their order: the listener's is the last.
    pub session_names: Vec<String>,
    /// What becomes of open orders when one is lost, in the order of the gateways.
    pub on_disconnect: Vec<OnDisconnect>,
    /// Where the threads go.
    pub layout: Layout,
    /// Timers and idling.
    pub config: EngineConfig,
    /// How many features a frame has, if there may be models.
    pub frame: Option<usize>,
    /// Requested by people, or by trouble: drain, then halt.
    pub shutdown: Stop,
}

/// The running engine, as the rest of the process sees it.
pub struct Running {
    /// Where commands of people go, until the admin port takes it.
    commands: Option<Sender<Command>>,
    /// Where models go, until their service takes it; there is none if there are no models.
    models: Option<ModelEnds>,
    /// Every counter.
    pub counters: Counters,
    /// How the sessions with brokers stand, until the admin port takes it.
    sessions: Vec<SessionWatch>,
    /// Latency per hop, one reader each for the page and the summary.
    pub hops: HopReaders,
    /// Ends the threads once it is safe; requested by the engine itself.
    pub halt: Stop,
    /// What a person should know about the connections.
    pub notices: Vec<Receiver<Notice>>,
    /// Cores that could not be had.
    pub refused_cores: Vec<usize>,
    threads: Threads,
}

/// What is left of an engine that has stopped.
pub struct Stopped {
    /// Pipeline and journal.
    pub engine: Engine<Trader>,
    /// What the feed counted.
    pub feed: FeedCounters,
}

type EngineThread = JoinHandle<(Engine<Trader>, Option<FeedCounters>)>;

struct Threads {
    engine: EngineThread,
    feed: Option<JoinHandle<FeedCounters>>,
    gateway: Option<JoinHandle<()>>,
    inference: Option<JoinHandle<()>>,
}

impl Running {
    /// Gives away the ring of commands.
    ///
    /// # Panics
    /// If it was given away before: the ring has one writer.
    pub fn take_commands(&mut self) -> Sender<Command> {
        self.commands.take().expect("the ring of commands has one writer")
    }

    /// Gives away where models go.
    pub fn take_models(&mut self) -> Option<ModelEnds> {
        self.models.take()
    }

    /// Gives away how the sessions stand, in the order of the gateways.
    pub fn take_sessions(&mut self) -> Vec<SessionWatch> {
        std::mem::take(&mut self.sessions)
    }

    /// Returns whether the engine still runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.threads.engine.is_finished()
    }

    /// Waits for the threads, which end soon after `halt`.
    ///
    /// # Errors
    /// If a thread panicked.
    pub fn join(self) -> anyhow::Result<Stopped> {
        let gone = "a thread of the engine panicked; its message stands above";
        let (engine, feed) = self.threads.engine.join().ok().context(gone)?;
        self.halt.request();
        for thread in self.threads.gateway.into_iter().chain(self.threads.inference) {
            thread.join().ok().context(gone)?;
        }
        let feed = match (feed, self.threads.feed) {
            (Some(counters), _) => counters,
            (None, Some(thread)) => thread.join().ok().context(gone)?,
            (None, None) => FeedCounters::default(),
        };
        Ok(Stopped { engine, feed })
    }
}

/// Creates rings, agents and threads, and starts them.
///
/// # Errors
/// If the system refuses a thread.
pub fn start<F: MarketFeed + Send + 'static>(parts: Parts<F>) -> anyhow::Result<Running> {
    match parts.layout.topology {
        Topology::Fused => start_fused(parts),
        Topology::Pipelined => start_pipelined(parts),
    }
}

fn start_fused<F: MarketFeed + Send + 'static>(mut parts: Parts<F>) -> anyhow::Result<Running> {
    let (commands, commands_out) = ring(COMMAND_RING_CAPACITY, Overflow::Reject);
    let (notices, notices_out) = ring(NOTICE_RING_CAPACITY, Overflow::NewestDropped);
    let (recorders, readers) = hops();
    let mut counters = Counters::new();
    let (own, runner) = (counters.writer("fused"), counters.writer("fused"));
    let (actions, watches) = attach(&mut parts);
    let mut spawner = Spawner::new(&parts.layout);
    let halt = spawner.halt.clone();
    let (port, models, inference) =
        start_models(&mut parts.engine, parts.frame, &spawner, &mut counters)?;
    let steering = steering(commands_out, actions, &parts, &halt).with_models(port);
    let agent = Fused {
        feed: parts.feed,
        engine: parts.engine,
        sessions: parts.sessions,
        steering,
        hops: recorders,
        counters: own,
        clock: Clock::new(),
        shutdown: parts.shutdown,
        notices,
        events: Bounded::with_capacity(EVENTS_MAX),
        publish_at: Nanos::ZERO,
    };
    let engine = spawner.spawn(0, agent, runner, |agent| {
        let feed = *agent.feed.counters();
        (agent.engine, Some(feed))
    })?;
    Ok(Running {
        commands: Some(commands),
        models,
        sessions: watches,
        counters,
        hops: readers,
        halt,
        notices: vec![notices_out],
        refused_cores: spawner.refused,
        threads: Threads { engine, feed: None, gateway: None, inference },
    })
}

fn start_pipelined<F: MarketFeed + Send + 'static>(mut parts: Parts<F>) -> anyhow::Result<Running> {
    let (commands, commands_out) = ring(COMMAND_RING_CAPACITY, Overflow::Reject);
    let (market, market_out) = ring(MARKET_RING_CELLS, Overflow::Reject);
    let (orders, orders_out) = ring(ORDER_RING_CAPACITY, Overflow::Reject);
    let (executions, executions_out) = ring(EXECUTION_RING_CAPACITY, Overflow::Reject);

    let (feed_notices, feed_notices_out) = ring(NOTICE_RING_CAPACITY, Overflow::NewestDropped);
    let (gateway_notices, gateway_notices_out) =
        ring(NOTICE_RING_CAPACITY, Overflow::NewestDropped);

    let (mut recorders, readers) = hops();
    let gateway_hops = recorders.take(&GATEWAY_HOPS);
    let mut counters = Counters::new();
    let mut writers = |name| (counters.writer(name), counters.writer(name));
    let (feed_counters, feed_runner) = writers("feed");
    let (pipeline_counters, pipeline_runner) = writers("pipeline");
    let (gateway_counters, gateway_runner) = writers("gateway");

    let (actions, watches) = attach(&mut parts);
    let mut spawner = Spawner::new(&parts.layout);
    let halt = spawner.halt.clone();
    let instruments = INSTRUMENTS_MAX;
    let (port, models, inference) =
        start_models(&mut parts.engine, parts.frame, &spawner, &mut counters)?;
    let steering = steering(commands_out, actions, &parts, &halt).with_models(port);
    let feed = FeedAgent {
        feed: parts.feed,
        market: MarketSender::new(market, Clock::new(), instruments),
        counters: feed_counters,
        clock: Clock::new(),
        shutdown: parts.shutdown.clone(),
        notices: feed_notices,
        publish_at: Nanos::ZERO,
    };
    let pipeline = PipelineAgent {
        engine: parts.engine,
        market: MarketReceiver::new(market_out),
        executions: executions_out,
        requests: RequestSender { ring: orders, clock: Clock::new() },
        steering,
        hops: recorders,
        counters: pipeline_counters,
        publish_at: Nanos::ZERO,
    };
    let gateway = GatewayAgent {
        sessions: parts.sessions,
        requests: orders_out,
        executions,
        hops: gateway_hops,
        counters: gateway_counters,
        clock: Clock::new(),
        unsent: Bounded::with_capacity(ORDER_RING_CAPACITY),
        publish_at: Nanos::ZERO,
        pauses: 0,
        notices: gateway_notices,
    };
    let gateway = spawner.spawn(2, gateway, gateway_runner, drop)?;
    let engine = spawner.spawn(1, pipeline, pipeline_runner, |agent| (agent.engine, None))?;
    let feed = spawner.spawn(0, feed, feed_runner, |agent| *agent.feed.counters())?;
    Ok(Running {
        commands: Some(commands),
        models,
        counters,
        hops: readers,
        halt,
        sessions: watches,
        notices: vec![feed_notices_out, gateway_notices_out],
        refused_cores: spawner.refused,
        threads: Threads { engine, feed: Some(feed), gateway: Some(gateway), inference },
    })
}

fn steering<F>(
    commands: Receiver<Command>,
    actions: Vec<Sender<SessionAction>>,
    parts: &Parts<F>,
    halt: &Stop,
) -> Steering {
    let stops = (parts.shutdown.clone(), halt.clone());
    Steering::new(commands, actions, &parts.on_disconnect, stops, parts.config.timer_interval)
}

/// The engine's ends of the rings of models, the service's, and the inference thread.
type Models = (Option<ModelPort>, Option<ModelEnds>, Option<JoinHandle<()>>);

/// Joins the engine with those who bring models, and starts the thread that asks those which are not
/// asked by the engine itself.
fn start_models(
    engine: &mut Engine<Trader>,
    frame: Option<usize>,
    spawner: &Spawner<'_>,
    counters: &mut Counters,
) -> anyhow::Result<Models> {
    let Some(width) = frame else { return Ok((None, None, None)) };
    let (deliveries, deliveries_out) = ring(MODEL_RING_CAPACITY, Overflow::Reject);
    let (returned, returned_out) = ring(MODEL_RING_CAPACITY, Overflow::Reject);
    let (serve, changes) = ring(MODEL_RING_CAPACITY, Overflow::Reject);
    let (questions_in, questions) = ring(QUESTION_RING_CAPACITY, Overflow::NewestDropped);
    let (answers, answers_out) = ring(ANSWER_RING_CAPACITY, Overflow::NewestDropped);
    engine.set_questions(questions_in);
    let agent = InferenceAgent { remote: Remote::new(width), changes, questions, answers };
    let thread = spawner.spawn_aside(agent, counters.writer("inference"))?;
    let port = ModelPort { deliveries: deliveries_out, returned, answers: answers_out };
    let ends = ModelEnds { deliveries, returned: returned_out, serve };
    Ok((Some(port), Some(ends), Some(thread)))
}

/// Joins the sessions with the people who look after them.
fn attach<F>(parts: &mut Parts<F>) -> (Vec<Sender<SessionAction>>, Vec<SessionWatch>) {
    let named = parts.sessions.links_mut().iter_mut().zip(std::mem::take(&mut parts.session_names));
    let attached = named.map(|(link, name)| {
        let (actions_in, actions) = ring(ACTION_RING_CAPACITY, Overflow::Reject);
        let (reporter, watch) = session_watch();
        link.attach(People { actions, reporter, name });
        (actions_in, watch)
    });
    attached.unzip()
}

/// Starts hot threads.
struct Spawner<'a> {
    layout: &'a Layout,
    halt: Stop,
    refused: Vec<usize>,
}

impl<'a> Spawner<'a> {
    fn new(layout: &'a Layout) -> Self {
        Self { layout, halt: Stop::default(), refused: Vec::new() }
    }

    /// Runs `agent` in the layout's thread number `index`; `finish` says what is left of it.
    fn spawn<A: Agent + Send + 'static, T: Send + 'static>(
        &mut self,
        index: usize,
        agent: A,
        counters: CounterWriter,
        finish: impl FnOnce(A) -> T + Send + 'static,
    ) -> anyhow::Result<JoinHandle<T>> {
        let name = agent.name();
        let (idle, halt) = (self.layout.idle, self.halt.clone());
        let core = self.layout.cores[index];
        let spawned = thread::spawn(name, core, move || {
            finish(AgentRunner::new(agent, idle, halt, Clock::new(), counters).run())
        })
        .with_context(|| format!("cannot start the thread `{name}`"))?;
        if let Pinning::Refused { core } = spawned.pinning {
            self.refused.push(core);
        }
        Ok(spawned.handle)
    }

    /// Runs `agent` in a thread that is not hot: anywhere, and patiently.
    fn spawn_aside<A: Agent + Send + 'static>(
        &self,
        agent: A,
        counters: CounterWriter,
    ) -> anyhow::Result<JoinHandle<()>> {
        let (name, halt) = (agent.name(), self.halt.clone());
        let spawned = thread::spawn(name, None, move || {
            AgentRunner::new(agent, ASIDE, halt, Clock::new(), counters).run();
        });
        Ok(spawned.with_context(|| format!("cannot start the thread `{name}`"))?.handle)
    }
}

/// How the inference thread waits: a model that may answer later may be asked later.
const ASIDE: IdleStrategy = IdleStrategy::Park { microseconds: 50 };

/// Cores from which three hot threads leave one for everything else.
const PIPELINED_CORES_MIN: usize = 4;

/// Most instruments of one feed.
const INSTRUMENTS_MAX: usize = gannet_pipeline::config::INSTRUMENTS_MAX;

/// The hops that the gateway's thread measures.
const GATEWAY_HOPS: [Hop; 4] = [Hop::RingOut, Hop::Encode, Hop::Send, Hop::TickToTrade];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_decides_what_the_operator_left_open() {
        let fused = |core| (Topology::Fused, [core, None, None]);
        let cases = [
            (vec![0], fused(None), IdleStrategy::Backoff),
            (vec![0, 1], fused(Some(1)), IdleStrategy::Spin),
            (vec![0, 1, 2], fused(Some(2)), IdleStrategy::Spin),
            (
                vec![0, 1, 2, 3],
                (Topology::Pipelined, [Some(1), Some(2), Some(3)]),
                IdleStrategy::Spin,
            ),
        ];
        for (available, (topology, cores), idle) in cases {
            let expected = Layout { topology, idle, cores };
            assert_eq!(Layout::choose(None, None, &[], &available), expected);
        }
    }

    #[test]
    fn there_are_never_more_spinning_threads_than_cores() {
        let crowded = Layout::choose(Some(Topology::Pipelined), None, &[], &[0, 1]);
        assert_eq!(crowded.idle, IdleStrategy::Backoff);
        assert_eq!(crowded.cores, [None; 3]);
    }
}
