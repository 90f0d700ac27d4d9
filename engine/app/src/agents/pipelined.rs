//! Three threads joined by rings: the feed decodes, the pipeline decides, the gateway speaks.

use gannet_gateways::fix::{GatewayEvent, unsent};
use gannet_runtime::agent::Agent;
use gannet_runtime::clock::Clock;
use gannet_runtime::counters::{CounterId, CounterWriter};
use gannet_runtime::histogram::{Hop, HopRecorders};
use gannet_runtime::ring::{Receiver, Sender};
use gannet_runtime::shutdown::Stop;
use gannet_types::{
    Bounded, Command, DontKnowTrade, GatewayId, Input, Nanos, OrderRequest, RejectReason,
};

use super::engine::{Engine, OrderSink};
use super::fused::{PUBLISH_INTERVAL, publish_engine, publish_feed};
use super::market_feed::MarketFeed;
use super::market_ring::{MarketReceiver, MarketSender};
use super::model_port::Advised;
use super::notice::Notice;
use super::outlet::record_send;
use super::sessions::{EVENTS_MAX, Heard, LOGOUT_TIMEOUT, Sessions, input_of};
use super::steering::Steering;

/// Most messages taken from one ring in a duty cycle, so that no ring starves another.
const BATCH_MAX: usize = 64;

/// What the pipeline has to say to a broker, on its way to the gateways.
#[derive(Clone, Copy, Debug)]
pub enum QueuedRequest {
    /// A request, and when it was put into the ring.
    Order(OrderRequest, Nanos),
    /// A trade is not ours.
    DontKnow(DontKnowTrade),
}

/// Market data in.
pub struct FeedAgent<F> {
    /// The venue's connections.
    pub feed: F,
    /// The ring to the pipeline.
    pub market: MarketSender,
    /// Counters.
    pub counters: CounterWriter,
    /// The thread's clock.
    pub clock: Clock,
    /// Requested when the venue says that its stream is over.
    pub shutdown: Stop,
    /// What a person should know about the connection.
    pub notices: Sender<Notice>,
    /// When to publish counters next.
    pub publish_at: Nanos,
}

impl<F: MarketFeed> Agent for FeedAgent<F> {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn work(&mut self) -> usize {
        let now = Nanos(self.clock.now());
        let work = self.feed.poll(now, &mut self.market);
        // One a cycle: the ring may still be full, and then the instrument comes back.
        if let Some(instrument) = self.market.take_dropped() {
            self.feed.on_overflow(now, instrument, &mut self.market);
        }
        if now >= self.publish_at {
            self.publish_at = now.after(PUBLISH_INTERVAL);
            self.clock.resync();
            if self.feed.has_ended() {
                self.shutdown.request();
            }
            if let Some(notice) = self.feed.take_notice() {
                // Nobody reads them any more if the ring is full; the counters tell as well.
                let _ = self.notices.push(notice);
            }
            publish_feed(&mut self.counters, &self.feed);
            self.counters.set(CounterId::FeedRingFull, self.market.full_total());
            self.counters.publish();
        }
        work
    }

    fn on_close(&mut self) {
        self.feed.leave(Nanos(self.clock.now()));
        publish_feed(&mut self.counters, &self.feed);
        self.counters.publish();
    }
}

/// The decision.
pub struct PipelineAgent<S> {
    /// Pipeline and journal.
    pub engine: Engine<S>,
    /// From the feed.
    pub market: MarketReceiver,
    /// From the gateways.
    pub executions: Receiver<Heard>,
    /// To the gateways.
    pub requests: RequestSender,
    /// Commands, timers, shutdown.
    pub steering: Steering,
    /// Latencies.
    pub hops: HopRecorders,
    /// Counters.
    pub counters: CounterWriter,
    /// When to publish counters next.
    pub publish_at: Nanos,
}

/// The pipeline's end of the ring to the gateways.
pub struct RequestSender {
    /// The ring.
    pub ring: Sender<QueuedRequest>,
    /// The thread's clock.
    pub clock: Clock,
}

impl OrderSink for RequestSender {
    #[inline]
    fn send(&mut self, _now: Nanos, request: &OrderRequest) -> Result<(), RejectReason> {
        let queued = QueuedRequest::Order(*request, Nanos(self.clock.now()));
        self.ring.push(queued).map_err(|_| RejectReason::GatewayFull)
    }

    fn dont_know(&mut self, _now: Nanos, trade: &DontKnowTrade) {
        // The pipeline has raised an alarm about the trade already; the ring counts what it drops.
        let _ = self.ring.push(QueuedRequest::DontKnow(*trade));
    }
}

impl<S: Advised> PipelineAgent<S> {
    fn publish(&mut self, now: Nanos) {
        self.publish_at = now.after(PUBLISH_INTERVAL);
        self.requests.clock.resync();
        publish_engine(&mut self.counters, &self.engine);
        self.counters.set(CounterId::PipelineRingFull, self.requests.ring.full_total());
        self.counters.publish();
    }

    fn poll_executions(&mut self) -> usize {
        let mut work = 0;
        while work < BATCH_MAX
            && let Some(heard) = self.executions.pop()
        {
            work += 1;
            self.steering.on_event(heard);
            if let Some(input) = input_of(heard) {
                let now = Nanos(self.requests.clock.now());
                self.engine.input(now, &input, &mut self.requests);
            }
        }
        work
    }

    fn poll_market(&mut self) -> bool {
        let (engine, requests, hops) = (&mut self.engine, &mut self.requests, &mut self.hops);
        self.market.pop(|market, pushed| {
            let popped = Nanos(requests.clock.now());
            engine.input(popped, &Input::Market(*market), requests);
            let decided = Nanos(requests.clock.now());
            hops.record(Hop::Decode, pushed.since(market.received).0);
            hops.record(Hop::RingIn, popped.since(pushed).0);
            hops.record(Hop::Pipeline, decided.since(popped).0);
        })
    }
}

impl<S: Advised> Agent for PipelineAgent<S> {
    fn name(&self) -> &'static str {
        "pipeline"
    }

    fn on_start(&mut self) {
        let now = Nanos(self.requests.clock.now());
        self.engine.input(now, &Input::Command(Command::Start), &mut self.requests);
    }

    fn work(&mut self) -> usize {
        // Executions before commands before market: what is known about our orders comes first.
        let mut work = self.poll_executions();
        let now = Nanos(self.requests.clock.now());
        work += self.steering.poll(now, &mut self.engine, &mut self.requests);
        for _ in 0..BATCH_MAX {
            if !self.poll_market() {
                break;
            }
            work += 1;
            work += self.poll_executions();
        }
        if now >= self.publish_at {
            self.publish(now);
        }
        if work == 0 {
            self.engine.idle();
        }
        work
    }

    fn on_close(&mut self) {
        self.publish(Nanos(self.requests.clock.now()));
    }
}

/// Orders out, executions in.
pub struct GatewayAgent {
    /// The sessions' connections.
    pub sessions: Sessions,
    /// From the pipeline.
    pub requests: Receiver<QueuedRequest>,
    /// To the pipeline.
    pub executions: Sender<Heard>,
    /// Latencies.
    pub hops: HopRecorders,
    /// Counters.
    pub counters: CounterWriter,
    /// The thread's clock.
    pub clock: Clock,
    /// Requests that could not be sent, until the ring has room.
    pub unsent: Bounded<Heard>,
    /// When to publish counters next.
    pub publish_at: Nanos,
    /// Times a socket was not read because the ring was full.
    pub pauses: u64,
    /// What a person should know about the connections.
    pub notices: Sender<Notice>,
}

impl GatewayAgent {
    fn poll_requests(&mut self) -> usize {
        let mut work = 0;
        // A request is taken only while its refusal would find room.
        while self.unsent.room() > 0
            && let Some(queued) = self.requests.pop()
        {
            work += 1;
            let started = Nanos(self.clock.now());
            let (request, pushed) = match queued {
                QueuedRequest::Order(request, pushed) => (request, pushed),
                QueuedRequest::DontKnow(trade) => {
                    self.sessions.dont_know(started, &trade);
                    continue;
                }
            };
            match self.sessions.send(started, &request) {
                Ok(()) => {
                    let encoded = Nanos(self.clock.now());
                    self.sessions.flush(usize::from(request.gateway.0));
                    let sent = Nanos(self.clock.now());
                    self.hops.record(Hop::RingOut, started.since(pushed).0);
                    record_send(&mut self.hops, &request, started, encoded, sent);
                }
                Err(reason) => {
                    let event = GatewayEvent::Execution(unsent(&request, started, reason));
                    let heard = Heard { gateway: request.gateway, event };
                    self.unsent.push(heard).expect("checked above");
                }
            }
        }
        work
    }

    /// Reads a socket only while everything one read can hold finds room in the ring.
    fn poll_sockets(&mut self, now: Nanos) -> usize {
        while !self.unsent.is_empty() && self.executions.free() > 0 {
            let event = self.unsent.swap_remove(0);
            self.executions.push(event).expect("there is room and only this thread pushes");
        }
        let mut work = 0;
        for place in 0..self.sessions.count() {
            if self.executions.free() < EVENTS_MAX {
                self.pauses += 1;
                break;
            }
            let (gateway, executions) = (GatewayId(place as u8), &mut self.executions);
            work += self.sessions.poll(place, now, &mut |event| {
                let fits = executions.push(Heard { gateway, event });
                fits.expect("a read holds fewer events than there is room for");
            });
            self.sessions.flush(place);
        }
        work
    }

    fn publish(&mut self, now: Nanos) {
        self.publish_at = now.after(PUBLISH_INTERVAL);
        self.clock.resync();
        self.sessions.attend(now, &mut self.notices);
        self.sessions.count_into(&mut self.counters);
        self.counters.set(CounterId::GatewayRingFull, self.pauses);
        self.counters.publish();
    }
}

impl Agent for GatewayAgent {
    fn name(&self) -> &'static str {
        "gateway"
    }

    fn work(&mut self) -> usize {
        let now = Nanos(self.clock.now());
        let work = self.poll_requests() + self.poll_sockets(now);
        if now >= self.publish_at {
            self.publish(now);
        }
        work
    }

    fn on_close(&mut self) {
        self.sessions.logout(Nanos(self.clock.now()));
        let deadline = Nanos(self.clock.now()).after(LOGOUT_TIMEOUT);
        while self.sessions.is_connected() && Nanos(self.clock.now()) < deadline {
            self.poll_sockets(Nanos(self.clock.now()));
        }
        self.publish(Nanos(self.clock.now()));
    }
}
