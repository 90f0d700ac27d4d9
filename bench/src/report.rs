//! What `tick_to_trade` prints: one JSON object, or a table for people.

use std::fmt;

use anyhow::Context;
use gannet_runtime::floor;
use gannet_types::Nanos;
use serde::Serialize;

use crate::in_process::{self, InProcess};
use crate::latency::Figures;
use crate::machine::Machine;
use crate::wire;

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Seed of the market.
    pub seed: u64,
    /// Frames in process.
    pub frames: usize,
    /// Time between two of them.
    pub frame_interval: Nanos,
    /// Blocks over the wire, of engine and of echo each.
    pub blocks: usize,
    /// Rounds in a block.
    pub rounds: usize,
    /// Time between two of them.
    pub round_interval: Nanos,
    /// Rounds of the ring and of the counter.
    pub hops: u64,
}

/// Everything measured in one run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Where and when.
    pub machine: Machine,
    /// The least it could take here.
    pub floors: Floors,
    /// From bytes in memory to bytes in memory.
    pub in_process_ns: InProcess,
    /// From socket to socket.
    pub wire_to_wire_ns: Figures,
    /// The same from when each frame was written.
    pub wire_service_ns: Figures,
    /// The median of that over the median of the echo.
    pub wire_to_wire_ratio: f64,
    /// Where the engine's time went meanwhile.
    pub wire_hops_ns: wire::Hops,
    /// Whether the threads of the wire had a core each.
    pub pinned: bool,
    /// Bytes of a frame and of an order, for comparison with the echo's 190 and 200.
    pub wire_bytes: [usize; 2],
    /// Orders sent in process.
    pub orders: u64,
    /// Over those orders' bytes, times left out: equal seeds and counts give equal digests.
    pub digest: String,
}

/// What the machine does at best, medians in nanoseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Floors {
    /// One message between two threads.
    pub ring_hop_ns: u64,
    /// One shared counter between two threads: the hardware.
    pub counter_hop_ns: u64,
    /// A bare TCP round trip on loopback, from when it was begun.
    pub echo_rtt_ns: u64,
    /// The distribution of it.
    pub echo: Figures,
    /// The same from when each round was due.
    pub echo_scheduled: Figures,
}

/// Measures everything.
///
/// # Errors
/// If threads, sockets or files cannot be had, or the engine did not do its work.
pub fn measure(effort: &Effort) -> anyhow::Result<Report> {
    let ring = floor::ring_hop_ns(effort.hops).context("the ring's floor")?;
    let counter = floor::counter_hop_ns(effort.hops).context("the counter's floor")?;
    let in_process = in_process::measure(&in_process::Plan {
        seed: effort.seed,
        frames: effort.frames,
        interval: effort.frame_interval,
    })
    .context("in process")?;
    let wire = wire::measure(&wire::Plan {
        seed: effort.seed,
        blocks: effort.blocks,
        rounds: effort.rounds,
        interval: effort.round_interval,
    })
    .context("wire to wire")?;
    Ok(Report {
        machine: Machine::inspect(),
        floors: Floors {
            ring_hop_ns: ring.hop_ns.value_at_quantile(0.5),
            counter_hop_ns: counter.hop_ns.value_at_quantile(0.5),
            echo_rtt_ns: wire.echo.service.p50,
            echo: wire.echo.service,
            echo_scheduled: wire.echo.latency,
        },
        in_process_ns: in_process,
        wire_to_wire_ns: wire.engine.latency,
        wire_service_ns: wire.engine.service,
        wire_to_wire_ratio: (wire.ratio() * 1_000.0).round() / 1_000.0,
        wire_hops_ns: wire.hops,
        pinned: wire.is_pinned,
        wire_bytes: [wire.frame_bytes, wire.order_bytes],
        orders: in_process.orders,
        digest: format!("{:016x}", in_process.digest),
    })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { cpu, cores, kernel, hypervisor, date, optimised } = &self.machine;
        writeln!(f, "{cpu}, {cores} cores, hypervisor {hypervisor}, kernel {kernel}, {date}")?;
        if !optimised {
            writeln!(f, "DEBUG BUILD: these figures mean nothing; use --release")?;
        }
        if !self.pinned {
            writeln!(f, "not pinned: these figures are a scheduler's")?;
        }
        let Floors { ring_hop_ns, counter_hop_ns, .. } = self.floors;
        writeln!(f, "one hop between threads: ring {ring_hop_ns} ns, counter {counter_hop_ns} ns")?;
        writeln!(f)?;
        let head = ("count", "p50", "p99", "p99.9", "max");
        writeln!(
            f,
            "{:<28}{:>9}{:>11}{:>11}{:>11}{:>11}",
            "nanoseconds", head.0, head.1, head.2, head.3, head.4
        )?;
        for (name, figures) in [
            ("in process, bookTicker", self.in_process_ns.book_ticker),
            ("in process, depthUpdate", self.in_process_ns.depth),
            ("bare TCP echo, when due", self.floors.echo_scheduled),
            ("wire to wire, when due", self.wire_to_wire_ns),
            ("bare TCP echo, when sent", self.floors.echo),
            ("wire to wire, when sent", self.wire_service_ns),
            ("  in it: decode", self.wire_hops_ns.decode),
            ("  in it: pipeline", self.wire_hops_ns.pipeline),
            ("  in it: encode", self.wire_hops_ns.encode),
            ("  in it: send", self.wire_hops_ns.send),
        ] {
            let Figures { count, p50, p99, p999, max } = figures;
            writeln!(f, "{name:<28}{count:>9}{p50:>11}{p99:>11}{p999:>11}{max:>11}")?;
        }
        writeln!(f)?;
        let (ratio, orders, digest) = (self.wire_to_wire_ratio, self.orders, &self.digest);
        writeln!(f, "wire to wire over echo: {ratio:.3}; {orders} orders, digest {digest}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tiny_run_has_every_key() {
        let effort = Effort {
            seed: 1,
            frames: 300,
            frame_interval: Nanos(1_000),
            blocks: 1,
            rounds: 10,
            round_interval: Nanos(20_000),
            hops: 100,
        };
        let report = measure(&effort).expect("measured");
        let json = serde_json::to_value(&report).expect("JSON");
        for path in [
            "/machine/cpu",
            "/floors/ring_hop_ns",
            "/floors/echo_rtt_ns",
            "/in_process_ns/book_ticker/p50",
            "/in_process_ns/depth/p999",
            "/wire_to_wire_ns/max",
            "/wire_to_wire_ratio",
            "/digest",
        ] {
            assert!(json.pointer(path).is_some_and(|value| !value.is_null()), "{path}");
        }
        assert!(report.to_string().contains("wire to wire, when sent"));
    }
}
