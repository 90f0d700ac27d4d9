//! Tick to order inside one process: from WebSocket bytes in memory to FIX bytes in memory.
//!
//! Frames are due on a schedule, and latency counts from the time a frame was due: a stall makes
//! every frame late that was due meanwhile, as it would in a market that does not wait.

use anyhow::Context;
use gannet_runtime::clock::Clock;
use gannet_runtime::shutdown::Stop;
use gannet_runtime::thread;
use gannet_types::Nanos;
use serde::Serialize;

use crate::digest::Digest;
use crate::house;
use crate::latency::{Figures, Latencies};
use crate::scratch::Scratch;
use crate::tape::{FrameKind, Tape};
use crate::tick_path::TickPath;

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Seed of the market.
    pub seed: u64,
    /// Frames in all; the first tenth warms up.
    pub frames: usize,
    /// Time between two frames.
    pub interval: Nanos,
}

/// What was measured.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct InProcess {
    /// bookTicker frames.
    pub book_ticker: Figures,
    /// depthUpdate frames.
    pub depth: Figures,
    /// Orders sent, those of the warm-up included.
    #[serde(skip)]
    pub orders: u64,
    /// Over the orders' bytes, times left out.
    #[serde(skip)]
    pub digest: u64,
}

/// Measures, on the machine's last core; the journal's segments are prepared on the first.
///
/// # Errors
/// If journal, store or threads cannot be had, or an order was refused.
pub fn measure(plan: &Plan) -> anyhow::Result<InProcess> {
    let plan = *plan;
    let cores = thread::available_cores();
    let core = cores.get(1).and(cores.last().copied());
    let spawned = thread::spawn("tick-to-order", core, move || run(&plan, cores.first().copied()))
        .context("the measuring thread")?;
    spawned.handle.join().ok().context("the measuring thread panicked")?
}

fn run(plan: &Plan, other_core: Option<usize>) -> anyhow::Result<InProcess> {
    let tape = Tape::record(plan.seed, plan.frames);
    let scratch = Scratch::new()?;
    let mut clock = Clock::new();
    let now = Nanos(clock.now());
    let (mut path, maintenance) = TickPath::new(scratch.path(), tape.snapshot(), now)?;
    let ended = Stop::new();
    let house = house::keep(maintenance, other_core, &ended)?;

    let (mut book_ticker, mut depth) = (Latencies::new(), Latencies::new());
    let mut digest = Digest::new();
    let warm_up = plan.frames / 10;
    clock.resync();
    let mut due = clock.now();
    for (index, frame) in tape.frames().enumerate() {
        due += plan.interval.0;
        path.load(frame.bytes);
        let mut now = clock.now();
        while now < due {
            std::hint::spin_loop();
            now = clock.now();
        }
        let order = path.tick(Nanos(now));
        let done = clock.now();
        if !order.is_empty() {
            digest.fix(order);
            let latencies = match frame.kind {
                FrameKind::Top => &mut book_ticker,
                FrameKind::Depth | FrameKind::Trade => &mut depth,
            };
            if index >= warm_up {
                latencies.record(done - due);
            }
        }
        path.settle(Nanos(done));
    }
    ended.request();
    house.join().ok().context("the journal's thread panicked")??;
    path.check()?;
    Ok(InProcess {
        book_ticker: book_ticker.figures(),
        depth: depth.figures(),
        orders: path.pipeline().orders,
        digest: digest.value(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tick_becomes_an_order_and_the_digest_is_the_seeds() {
        let plan = Plan { seed: 1, frames: 600, interval: Nanos(1_000) };
        let one = measure(&plan).expect("measured");
        let two = measure(&plan).expect("measured");
        assert_eq!((one.orders, one.digest), (two.orders, two.digest));
        assert!(one.book_ticker.count > 300 && one.depth.count > 10, "{one:?}");
        assert!(one.book_ticker.p50 <= one.book_ticker.max);
        let other = measure(&Plan { seed: 2, ..plan }).expect("measured");
        assert_ne!(one.digest, other.digest);
    }
}
