//! Wire to wire: from a frame written into a loopback socket to the order's bytes read out of
//! another one, beside a bare echo of equally many bytes.
//!
//! ```text
//!  core 0: Peer                          core 1: Hot
//!  venue   ── bookTicker frame ─────────▶ Fused (the engine's own agent)
//!  broker  ◀───────── FIX order ─────────
//!  echo    ── 190 bytes ────────────────▶ EchoEnd, in turns with Fused
//!          ◀────────── 200 bytes ────────
//! ```
//! Blocks of engine and echo follow each other on the same two threads, so that whatever disturbs
//! the machine disturbs both. Rounds are due on a schedule, and latency counts from then; what a
//! round costs in itself is counted beside it, and the ratio is of those.

mod echo;
mod hot;
mod peer;

use anyhow::Context;
use gannet_runtime::histogram::{Hop, HopReaders};
use gannet_runtime::shutdown::Stop;
use gannet_runtime::thread::{self, Pinning};
use gannet_types::Nanos;
use serde::Serialize;

use crate::house;
use crate::latency::{Figures, RoundFigures};
use crate::scratch::Scratch;
use crate::tape::Tape;

use peer::Peer;

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Seed of the market.
    pub seed: u64,
    /// Blocks of each kind.
    pub blocks: usize,
    /// Rounds in a block.
    pub rounds: usize,
    /// Time between two rounds.
    pub interval: Nanos,
}

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct WireToWire {
    /// Through the engine.
    pub engine: RoundFigures,
    /// Through the bare echo.
    pub echo: RoundFigures,
    /// Inside the engine, by its own clock, the warm-up and frames without orders included.
    pub hops: Hops,
    /// Bytes of the last order.
    pub order_bytes: usize,
    /// Bytes of the last frame.
    pub frame_bytes: usize,
    /// Whether both threads had a core of their own.
    pub is_pinned: bool,
}

/// Where the engine's time went.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Hops {
    /// From after the read to the market message.
    pub decode: Figures,
    /// Journal and pipeline.
    pub pipeline: Figures,
    /// Order to FIX bytes in the store and the transmit buffer.
    pub encode: Figures,
    /// The write into the socket.
    pub send: Figures,
}

impl Hops {
    fn of(readers: &HopReaders) -> Self {
        let figures = |hop| {
            let summary = readers.reader(hop).summary();
            Figures {
                count: summary.count,
                p50: summary.p50,
                p99: summary.p99,
                p999: summary.p999,
                max: summary.max,
            }
        };
        Self {
            decode: figures(Hop::Decode),
            pipeline: figures(Hop::Pipeline),
            encode: figures(Hop::Encode),
            send: figures(Hop::Send),
        }
    }
}

impl WireToWire {
    /// Returns how much longer a round through the engine took than one through the echo, at the
    /// median, both from when they were begun: on a busy machine latencies from the schedule tell
    /// how far behind both have fallen, not what each costs.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.engine.service.p50 as f64 / self.echo.service.p50.max(1) as f64
    }
}

/// Measures, the engine on the machine's last core, venue and broker on the first.
///
/// # Errors
/// If sockets, threads or files cannot be had, or an order did not come.
pub fn measure(plan: &Plan) -> anyhow::Result<WireToWire> {
    let plan = *plan;
    let cores = thread::available_cores();
    let hot_core = cores.get(1).and(cores.last().copied());
    let peer_core = hot_core.and(cores.first().copied());
    let scratch = Scratch::new()?;
    // Warm-up and frames that are not measured included: seven of ten frames are tops.
    let tape = Tape::record(plan.seed, 2_000 + plan.blocks * plan.rounds * 2);
    let (mut peer, addresses) = Peer::bind(&plan)?;
    let (halt, mode) = (Stop::new(), hot::Mode::default());
    let (agent, maintenance, hops) = hot::agent(scratch.path(), addresses, &halt, &mode)?;
    let ended = Stop::new();
    let house = house::keep(maintenance, peer_core, &ended)?;
    let hot = thread::spawn("hot", hot_core, {
        let halt = halt.clone();
        move || hot::run(agent, halt)
    })
    .context("the engine's thread")?;
    let peer = thread::spawn("peer", peer_core, move || {
        let measured = peer.measure(&plan, &tape, &mode);
        halt.request();
        // The engine says goodbye and waits for the answer.
        peer.serve_goodbye();
        measured
    })
    .context("the venue's thread")?;
    let is_pinned =
        [hot.pinning, peer.pinning].iter().all(|pinning| matches!(pinning, Pinning::Pinned { .. }));
    let measured = peer.handle.join().ok().context("the venue's thread panicked")?;
    let checked = hot.handle.join().ok().context("the engine's thread panicked")?;
    ended.request();
    house.join().ok().context("the journal's thread panicked")??;
    // What the engine says explains what the venue missed.
    checked?;
    Ok(WireToWire { is_pinned, hops: Hops::of(&hops), ..measured? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_echoes_come_back() {
        let plan = Plan { seed: 1, blocks: 2, rounds: 20, interval: Nanos(20_000) };
        let measured = measure(&plan).expect("measured");
        let counts = (measured.engine.latency.count, measured.echo.service.count);
        assert_eq!(counts, (40, 40));
        assert!((150..300).contains(&measured.order_bytes), "{measured:?}");
        assert!((150..300).contains(&measured.frame_bytes), "{measured:?}");
        assert!(measured.ratio() > 0.0);
    }
}
