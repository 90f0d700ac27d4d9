//! One thread for everything hot: a frame is decoded, decided and sent before the next is read.

use gannet_feeds::MarketSink;
use gannet_pipeline::strategy::Strategy;
use gannet_runtime::agent::Agent;
use gannet_runtime::clock::Clock;
use gannet_runtime::counters::{CounterId, CounterWriter};
use gannet_runtime::histogram::{Hop, HopRecorders};
use gannet_runtime::ring::Sender;
use gannet_runtime::shutdown::Stop;
use gannet_types::{Bounded, Command, GatewayId, Input, Market, Nanos};

use super::engine::Engine;
use super::market_feed::MarketFeed;
use super::model_port::Advised;
use super::notice::Notice;
use super::outlet::Outlet;
use super::sessions::{Heard, LOGOUT_TIMEOUT, Sessions, input_of};
use super::steering::Steering;

/// How often counters are published and the clock is corrected.
pub(super) const PUBLISH_INTERVAL: Nanos = Nanos(100_000_000);

/// Feed, pipeline and gateway in one agent.
pub struct Fused<S, F> {
    /// Market data in.
    pub feed: F,
    /// Pipeline and journal.
    pub engine: Engine<S>,
    /// Orders out, executions in.
    pub sessions: Sessions,
    /// Commands, timers, shutdown.
    pub steering: Steering,
    /// Latencies.
    pub hops: HopRecorders,
    /// Counters.
    pub counters: CounterWriter,
    /// The thread's clock.
    pub clock: Clock,
    /// Requested when the venue says that its stream is over.
    pub shutdown: Stop,
    /// What a person should know about the connections.
    pub notices: Sender<Notice>,
    /// What a session said in one read, before it is acted upon.
    pub events: Bounded<Heard>,
    /// When to publish counters next.
    pub publish_at: Nanos,
}

/// Takes decoded market messages straight into the engine.
struct Inlet<'a, S> {
    engine: &'a mut Engine<S>,
    outlet: Outlet<'a>,
}

impl<S: Strategy> MarketSink for Inlet<'_, S> {
    #[inline]
    fn on_market(&mut self, market: &Market<'_>) {
        let decoded = Nanos(self.outlet.clock.now());
        self.outlet.spent = Nanos::ZERO;
        self.engine.input(decoded, &Input::Market(*market), &mut self.outlet);
        let decided = Nanos(self.outlet.clock.now());
        let hops = &mut self.outlet.hops;
        hops.record(Hop::Decode, decoded.since(market.received).0);
        hops.record(Hop::Pipeline, decided.since(decoded).since(self.outlet.spent).0);
    }
}

impl<S: Advised, F: MarketFeed> Fused<S, F> {
    fn poll_sessions(&mut self, now: Nanos) -> usize {
        let mut work = 0;
        for place in 0..self.sessions.count() {
            let gateway = GatewayId(place as u8);
            let events = &mut self.events;
            work += self.sessions.poll(place, now, &mut |event| {
                let fits = events.push(Heard { gateway, event });
                fits.expect("a read holds fewer events than there is room for");
            });
            work += self.decide_events();
            self.sessions.flush(place);
        }
        work
    }

    /// Acts on what one read of a session held.
    fn decide_events(&mut self) -> usize {
        let work = self.events.len();
        for index in 0..work {
            let heard = self.events[index];
            self.steering.on_event(heard);
            let Some(input) = input_of(heard) else { continue };
            let mut outlet = Outlet {
                sessions: &mut self.sessions,
                hops: &mut self.hops,
                clock: &self.clock,
                spent: Nanos::ZERO,
            };
            self.engine.input(Nanos(self.clock.now()), &input, &mut outlet);
        }
        self.events.clear();
        work
    }

    fn poll_feed(&mut self, now: Nanos) -> usize {
        let outlet = Outlet {
            sessions: &mut self.sessions,
            hops: &mut self.hops,
            clock: &self.clock,
            spent: Nanos::ZERO,
        };
        self.feed.poll(now, &mut Inlet { engine: &mut self.engine, outlet })
    }

    fn publish(&mut self, now: Nanos) {
        self.publish_at = now.after(PUBLISH_INTERVAL);
        self.clock.resync();
        if self.feed.has_ended() {
            self.shutdown.request();
        }
        self.sessions.attend(now, &mut self.notices);
        if let Some(notice) = self.feed.take_notice() {
            // Nobody reads them any more if the ring is full; the counters tell as well.
            let _ = self.notices.push(notice);
        }
        publish_feed(&mut self.counters, &self.feed);
        publish_engine(&mut self.counters, &self.engine);
        self.sessions.count_into(&mut self.counters);
        self.counters.publish();
    }
}

impl<S: Advised, F: MarketFeed> Agent for Fused<S, F> {
    fn name(&self) -> &'static str {
        "fused"
    }

    fn on_start(&mut self) {
        let now = Nanos(self.clock.now());
        let mut outlet = Outlet {
            sessions: &mut self.sessions,
            hops: &mut self.hops,
            clock: &self.clock,
            spent: Nanos::ZERO,
        };
        self.engine.input(now, &Input::Command(Command::Start), &mut outlet);
    }

    fn work(&mut self) -> usize {
        // Executions before commands before market: what is known about our orders comes first.
        let now = Nanos(self.clock.now());
        let mut work = self.poll_sessions(now);
        let mut outlet = Outlet {
            sessions: &mut self.sessions,
            hops: &mut self.hops,
            clock: &self.clock,
            spent: Nanos::ZERO,
        };
        work += self.steering.poll(now, &mut self.engine, &mut outlet);
        work += self.poll_feed(Nanos(self.clock.now()));
        if now >= self.publish_at {
            self.publish(now);
        }
        if work == 0 {
            self.engine.idle();
        }
        work
    }

    fn on_close(&mut self) {
        self.feed.leave(Nanos(self.clock.now()));
        self.sessions.logout(Nanos(self.clock.now()));
        let deadline = Nanos(self.clock.now()).after(LOGOUT_TIMEOUT);
        while self.sessions.is_connected() && Nanos(self.clock.now()) < deadline {
            self.poll_sessions(Nanos(self.clock.now()));
        }
        self.publish(Nanos(self.clock.now()));
    }
}

pub(super) fn publish_feed(counters: &mut CounterWriter, feed: &impl MarketFeed) {
    let counted = feed.counters();
    counters.set(CounterId::FeedFrames, counted.frames);
    counters.set(CounterId::FeedMarketEvents, counted.market_events);
    counters.set(CounterId::FeedGaps, counted.gaps);
    counters.set(CounterId::FeedSnapshots, counted.snapshots);
    counters.set(CounterId::FeedMalformed, counted.malformed);
    counters.set(CounterId::FeedReconnects, feed.reconnects());
}

pub(super) fn publish_engine<S: Strategy>(counters: &mut CounterWriter, engine: &Engine<S>) {
    let counted = engine.pipeline().counters();
    counters.set(CounterId::PipelineInputs, counted.inputs);
    counters.set(CounterId::PipelineOutputs, engine.outputs());
    counters.set(CounterId::PipelineOrders, counted.orders);
    counters.set(CounterId::PipelineCancels, counted.cancels);
    counters.set(CounterId::PipelineFills, counted.fills);
    counters.set(CounterId::PipelineRejects, counted.rejects);
    counters.set(CounterId::PipelineCrossedBooks, counted.crossed_books);
    counters.set(CounterId::PipelinePredictions, counted.predictions);
    counters.set(CounterId::PipelinePredictionsStale, counted.predictions_stale);
    let missing = engine.pipeline().strategy().predictions_missing();
    counters.set(CounterId::PipelinePredictionsMissing, missing);
    counters.set(CounterId::JournalRecords, engine.journal().records());
    counters.set(CounterId::JournalBytes, engine.journal().bytes());
    counters.set(CounterId::JournalSegment, u64::from(engine.journal().segment_index()));
}
