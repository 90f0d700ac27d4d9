//! What runs in a thread: an agent, called again and again until it is asked to stop.
//!
//! Hot: a cycle adds one stamp of the counter, one load of the stop flag and a comparison.
//!
//! # Invariants
//! - `on_start` is called once before the first `work`, `on_close` once after the last.
//! - What the last cycles counted is published before [`AgentRunner::run`] returns.

use crate::clock::Clock;
use crate::counters::{CounterId, CounterWriter};
use crate::idle::{IdleStrategy, Idler};
use crate::shutdown::Stop;

/// A piece of the engine that owns its state and never blocks.
pub trait Agent {
    /// Returns its name, for its thread and its counters.
    fn name(&self) -> &'static str;

    /// Called once in the agent's own thread, before the first duty cycle.
    fn on_start(&mut self) {}

    /// Does what there is to do, in bounded time, and returns how much that was; zero lets the
    /// thread idle. Must be called again even after zero: there is no wake-up.
    fn work(&mut self) -> usize;

    /// Called once after the last duty cycle: flush, cancel, seal.
    fn on_close(&mut self) {}
}

/// Runs one agent in the current thread.
#[derive(Debug)]
pub struct AgentRunner<A> {
    agent: A,
    idler: Idler,
    stop: Stop,
    clock: Clock,
    counters: CounterWriter,
}

impl<A: Agent> AgentRunner<A> {
    /// Puts together an agent, its way of waiting and the flag that ends it.
    ///
    /// `counters` is the loop's own writer, made with the same thread name as the agent's.
    #[must_use]
    pub fn new(
        agent: A,
        idle: IdleStrategy,
        stop: Stop,
        clock: Clock,
        counters: CounterWriter,
    ) -> Self {
        Self { agent, idler: idle.idler(), stop, clock, counters }
    }

    /// Runs duty cycles until a stop is requested, then closes the agent and returns it.
    pub fn run(mut self) -> A {
        self.agent.on_start();
        let mut cycle = Cycle::starting_at(self.clock.raw());
        while !self.stop.is_requested() {
            let work_count = self.agent.work();
            // The end of one cycle is the start of the next: a single stamp per cycle, and an
            // interruption by the system between two cycles is not overlooked.
            let ended = self.clock.raw();
            cycle.on_end(ended, work_count);
            if self.idler.idle(work_count) {
                cycle.started = self.clock.raw();
            }
            if cycle.count.is_multiple_of(PUBLISH_CYCLES) {
                cycle.publish(&self.clock, &mut self.counters);
            }
        }
        self.agent.on_close();
        cycle.publish(&self.clock, &mut self.counters);
        self.agent
    }
}

/// What the loop knows about its cycles; stamps are converted to time only when published.
struct Cycle {
    started: u64,
    count: u64,
    busy_count: u64,
    longest: u64,
}

impl Cycle {
    fn starting_at(started: u64) -> Self {
        Self { started, count: 0, busy_count: 0, longest: 0 }
    }

    #[inline]
    fn on_end(&mut self, ended: u64, work_count: usize) {
        self.longest = self.longest.max(ended.saturating_sub(self.started));
        self.started = ended;
        self.count += 1;
        self.busy_count += u64::from(work_count > 0);
    }

    fn publish(&self, clock: &Clock, counters: &mut CounterWriter) {
        counters.set(CounterId::AgentCycles, self.count);
        counters.set(CounterId::AgentBusyCycles, self.busy_count);
        counters.raise(CounterId::AgentCycleNsMax, clock.ns_between(0, self.longest));
        counters.publish();
    }
}

/// A spinning loop passes here every 20 µs or so, a parking one (50 µs + slack) every 0.1 s.
const PUBLISH_CYCLES: u64 = 1 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counters::Counters;

    struct Script {
        calls: Vec<&'static str>,
        remaining: usize,
        stop: Stop,
    }

    impl Agent for Script {
        fn name(&self) -> &'static str {
            "script"
        }

        fn on_start(&mut self) {
            self.calls.push("start");
        }

        fn work(&mut self) -> usize {
            self.calls.push("work");
            self.remaining -= 1;
            if self.remaining == 0 {
                self.stop.request();
            }
            self.remaining % 2
        }

        fn on_close(&mut self) {
            self.calls.push("close");
        }
    }

    #[test]
    fn starts_works_and_closes_once() {
        let mut counters = Counters::new();
        let stop = Stop::new();
        let agent = Script { calls: Vec::new(), remaining: 4, stop: stop.clone() };
        let writer = counters.writer(agent.name());
        let runner = AgentRunner::new(agent, IdleStrategy::Spin, stop, Clock::new(), writer);
        let agent = runner.run();
        assert_eq!(agent.calls, ["start", "work", "work", "work", "work", "close"]);
        assert_eq!(counters.value(CounterId::AgentCycles), 4);
        assert_eq!(counters.value(CounterId::AgentBusyCycles), 2);
        assert!(counters.value(CounterId::AgentCycleNsMax) > 0);
    }

    #[test]
    fn a_stop_before_the_start_still_opens_and_closes() {
        let mut counters = Counters::new();
        let stop = Stop::new();
        stop.request();
        let agent = Script { calls: Vec::new(), remaining: 9, stop: stop.clone() };
        let writer = counters.writer(agent.name());
        let idle = IdleStrategy::Park { microseconds: 1 };
        let agent = AgentRunner::new(agent, idle, stop, Clock::new(), writer).run();
        assert_eq!(agent.calls, ["start", "close"]);
    }
}
