//! The engine's thread: the app's fused agent, in turns with the far end of the echo.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail, ensure};
use gannet_app::agents::engine::Engine;
use gannet_app::agents::feed_link::{Endpoint, FeedLink};
use gannet_app::agents::fused::Fused;
use gannet_app::agents::gateway_link::GatewayLink;
use gannet_app::agents::market_feed::MarketFeed;
use gannet_app::agents::sessions::{EVENTS_MAX, Sessions};
use gannet_app::agents::steering::Steering;
use gannet_app::config::fix::OnDisconnect;
use gannet_app::fix::dial::Dial;
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedSession};
use gannet_journal::{Maintenance, Options, Writer};
use gannet_net::backoff::Backoff;
use gannet_net::tls::TlsClientConfig;
use gannet_net::url::Url;
use gannet_pipeline::Pipeline;
use gannet_runtime::agent::{Agent, AgentRunner};
use gannet_runtime::clock::Clock;
use gannet_runtime::counters::Counters;
use gannet_runtime::histogram::{HopReaders, hops};
use gannet_runtime::idle::IdleStrategy;
use gannet_runtime::ring::{Overflow, ring};
use gannet_runtime::shutdown::Stop;
use gannet_types::{Bounded, Nanos};

use super::echo::EchoEnd;
use crate::orders;
use crate::striker::{Answers, Striker, configuration};

/// Where the hot thread connects to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    pub(super) venue: SocketAddr,
    pub(super) broker: SocketAddr,
    pub(super) echo: SocketAddr,
}

/// Whose turn it is; the engine's at first.
#[derive(Clone, Debug, Default)]
pub(super) struct Mode {
    echoes: Arc<AtomicBool>,
}

impl Mode {
    pub(super) fn set_echo(&self, echoes: bool) {
        self.echoes.store(echoes, Ordering::Release);
    }
}

/// The agent of the thread.
pub(super) struct Hot {
    fused: Fused<Striker, FeedLink<BinanceUsdm>>,
    echo: EchoEnd,
    mode: Mode,
}

impl Agent for Hot {
    fn name(&self) -> &'static str {
        self.fused.name()
    }

    fn on_start(&mut self) {
        self.fused.on_start();
    }

    fn work(&mut self) -> usize {
        if self.mode.echoes.load(Ordering::Acquire) {
            usize::from(self.echo.turn())
        } else {
            self.fused.work()
        }
    }

    fn on_close(&mut self) {
        self.fused.on_close();
    }
}

/// Puts the engine together as `topology` does, with the benchmark's strategy.
pub(super) fn agent(
    directory: &Path,
    addresses: Addresses,
    halt: &Stop,
    mode: &Mode,
) -> anyhow::Result<(Hot, Maintenance, HopReaders)> {
    let config = configuration()?;
    let (writer, maintenance) =
        Writer::create(&directory.join("journal"), Options::default()).context("the journal")?;
    let pipeline = Pipeline::new(config.pipeline.clone(), Striker::new(Answers::Tops));
    let settings = FeedConfig { silence_max: config.feed.silence_max };
    let session = FeedSession::new(BinanceUsdm, &config.pipeline.instruments, settings);
    let endpoint = Endpoint {
        websocket: Url::parse(&format!("ws://{}", addresses.venue))?,
        websocket_address: addresses.venue,
        rest: Url::parse(&format!("http://{}", addresses.venue))?,
        rest_address: addresses.venue,
        tls: TlsClientConfig::new(None)?,
    };
    let backoff = || Backoff::new(1_000_000, 10_000_000, 1);
    let gateway = orders::gateway(&config, directory)?;
    let (recorders, readers) = hops();
    let (_, commands) = ring(1, Overflow::Reject);
    let (notices, _) = ring(1, Overflow::NewestDropped);
    let (actions, _) = ring(1, Overflow::Reject);
    let shutdown = Stop::new();
    let stops = (shutdown.clone(), halt.clone());
    let timer_interval = config.engine.timer_interval;
    let fused = Fused {
        feed: FeedLink::new(session, endpoint, backoff()),
        engine: Engine::new(pipeline, writer),
        sessions: Sessions::new(
            vec![GatewayLink::new(gateway, Dial::plain(addresses.broker, backoff()))],
            None,
        ),
        steering: Steering::new(
            commands,
            vec![actions],
            &[OnDisconnect::Keep],
            stops,
            timer_interval,
        ),
        hops: recorders,
        counters: Counters::new().writer("fused"),
        clock: Clock::new(),
        shutdown,
        notices,
        events: Bounded::with_capacity(EVENTS_MAX),
        publish_at: Nanos::ZERO,
    };
    let echo = EchoEnd::connect(addresses.echo)?;
    Ok((Hot { fused, echo, mode: mode.clone() }, maintenance, readers))
}

/// Runs the agent until it is halted, and checks that nothing went wrong meanwhile.
pub(super) fn run(agent: Hot, halt: Stop) -> anyhow::Result<()> {
    let counters = Counters::new().writer("fused");
    let runner = AgentRunner::new(agent, IdleStrategy::Spin, halt, Clock::new(), counters);
    let Fused { engine, feed, sessions, .. } = runner.run().fused;
    let (heard, decided) = (feed.counters(), engine.pipeline().counters());
    ensure!(heard.malformed + heard.gaps == 0, "the feed stumbled: {heard:?}");
    ensure!(decided.rejects == 0, "orders were refused: {decided:?}");
    let gateway = sessions.links()[0].gateway();
    ensure!(gateway.counters().untranslated == 0, "a report was not understood");
    match engine.failure() {
        Some(failure) => bail!("the journal could not be written: {failure}"),
        None => Ok(()),
    }
}
