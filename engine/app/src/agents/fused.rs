//! One thread for everything hot: a frame is decoded, decided and sent before the next is read.

use gannet_feeds::MarketSink;
use gannet_gateways::fix::GatewayEvent;
use gannet_pipeline::strategy::Strategy;
use gannet_runtime::agent::Agent;
use gannet_runtime::clock::Clock;
use gannet_runtime::counters::{CounterId, CounterWriter};
use gannet_runtime::histogram::{Hop, HopRecorders};
use gannet_runtime::ring::Sender;
use gannet_runtime::shutdown::Stop;
use gannet_types::{Bounded, Command, GatewayId, GatewayStatus, Input, Market, Nanos};

use super::engine::Engine;
use super::gateway_link::GatewayLink;
use super::market_feed::MarketFeed;
use super::model_port::Advised;
use super::notice::Notice;
use super::outlet::Outlet;
use super::steering::Steering;

/// Most events one read of the gateway's socket can hold: 64 KiB of 60-byte messages.
pub(crate) const GATEWAY_EVENTS_MAX: usize = 2048;

/// The drop copy session: the id after that of the one gateway.
pub(crate) const LISTENER: GatewayId = GatewayId(1);

/// How long the broker may take to answer the Logout.
pub(super) const LOGOUT_TIMEOUT: Nanos = Nanos(2_000_000_000);

/// How often counters are published and the clock is corrected.
pub(super) const PUBLISH_INTERVAL: Nanos = Nanos(100_000_000);

/// Feed, pipeline and gateway in one agent.
pub struct Fused<S, F> {
    /// Market data in.
    pub feed: F,
    /// Pipeline and journal.
    pub engine: Engine<S>,
    /// Orders out, executions in.
    pub gateway: GatewayLink,
    /// Copies of executions in, if there is a drop copy session.
    pub listener: Option<GatewayLink>,
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
    /// What the gateway said in one read, before it is acted upon.
    pub events: Bounded<GatewayEvent>,
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
    fn poll_gateway(&mut self, now: Nanos) -> usize {
        let events = &mut self.events;
        let mut work = self.gateway.poll(now, &mut |event| {
            events.push(event).expect("a read holds fewer events than there is room for");
        });
        work += self.decide_events();
        self.gateway.flush();
        work
    }

    fn poll_listener(&mut self, now: Nanos) -> usize {
        let Some(listener) = &mut self.listener else { return 0 };
        let events = &mut self.events;
        let work = listener.poll(now, &mut |event| {
            events.push(event).expect("a read holds fewer events than there is room for");
        });
        listener.flush();
        work + self.decide_events()
    }

    /// Acts on what one read of a session held.
    fn decide_events(&mut self) -> usize {
        let work = self.events.len();
        for index in 0..work {
            if let GatewayEvent::State(state) = self.events[index] {
                self.steering.on_gateway(state);
            }
            let Some(input) = input_of(self.events[index]) else { continue };
            let mut outlet = Outlet {
                gateway: &mut self.gateway,
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
            gateway: &mut self.gateway,
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
        for link in std::iter::once(&mut self.gateway).chain(&mut self.listener) {
            link.attend(now);
            link.flush();
        }
        let copies = self.listener.as_mut().and_then(GatewayLink::take_notice);
        let told = [self.feed.take_notice(), self.gateway.take_notice(), copies];
        for notice in told.into_iter().flatten() {
            // Nobody reads them any more if the ring is full; the counters tell as well.
            let _ = self.notices.push(notice);
        }
        publish_feed(&mut self.counters, &self.feed);
        publish_engine(&mut self.counters, &self.engine);
        publish_gateway(&mut self.counters, &self.gateway);
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
            gateway: &mut self.gateway,
            hops: &mut self.hops,
            clock: &self.clock,
            spent: Nanos::ZERO,
        };
        self.engine.input(now, &Input::Command(Command::Start), &mut outlet);
    }

    fn work(&mut self) -> usize {
        // Executions before commands before market: what is known about our orders comes first.
        let now = Nanos(self.clock.now());
        let mut work = self.poll_gateway(now) + self.poll_listener(now);
        let mut outlet = Outlet {
            gateway: &mut self.gateway,
            hops: &mut self.hops,
            clock: &self.clock,
            spent: Nanos::ZERO,
        };
        work += self.steering.poll(now, &mut self.engine, &mut outlet);
        work += self.poll_feed(Nanos(self.clock.now()));
        if now >= self.publish_at {
            self.publish(now);
        }
        work
    }

    fn on_close(&mut self) {
        self.feed.leave(Nanos(self.clock.now()));
        self.gateway.logout(Nanos(self.clock.now()));
        if let Some(listener) = &mut self.listener {
            // It owes nothing: its numbers bring back what it misses.
            listener.logout(Nanos(self.clock.now()));
            listener.flush();
        }
        let deadline = Nanos(self.clock.now()).after(LOGOUT_TIMEOUT);
        while self.gateway.is_connected() && Nanos(self.clock.now()) < deadline {
            self.poll_gateway(Nanos(self.clock.now()));
        }
        self.publish(Nanos(self.clock.now()));
    }
}

/// What a gateway's event is to the pipeline; a disconnect is told by the state that follows.
pub(super) fn input_of(event: GatewayEvent) -> Option<Input<'static>> {
    match event {
        GatewayEvent::Execution(report) => Some(Input::Execution(report)),
        GatewayEvent::State(state) => {
            Some(Input::Gateway(GatewayStatus { gateway: GatewayId(0), state }))
        }
        GatewayEvent::Position(position) => Some(Input::VenuePosition(position)),
        GatewayEvent::Copy(copy) => Some(Input::DropCopy(copy)),
        GatewayEvent::Listening(state) => {
            Some(Input::Gateway(GatewayStatus { gateway: LISTENER, state }))
        }
        GatewayEvent::Disconnect(_) | GatewayEvent::LoggedOut(_) => None,
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

pub(super) fn publish_gateway(counters: &mut CounterWriter, link: &GatewayLink) {
    let session = link.gateway().session().counters();
    counters.set(CounterId::GatewaySent, session.sent);
    counters.set(CounterId::GatewayReceived, session.received);
    counters.set(CounterId::GatewayGarbled, session.garbled);
    let resends = session.resend_requests_sent + session.resend_requests_received;
    counters.set(CounterId::GatewayResends, resends);
    counters.set(CounterId::GatewayReconnects, link.reconnects());
}
