//! The stretches of the way from tick to trade, each with its histogram.

use super::{LatencySummary, Reader, Recorder, histogram};

/// A stretch of the way from the bytes of a tick to the bytes of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop {
    /// Bytes of a frame to market events.
    Decode,
    /// From the push by the feed to the pop by the pipeline.
    RingIn,
    /// One input through the pipeline, journal included.
    Pipeline,
    /// From the push by the pipeline to the pop by the gateway.
    RingOut,
    /// Order to message bytes.
    Encode,
    /// Message bytes into the socket.
    Send,
    /// All of it: the frame's first byte available to the order's bytes handed to the system.
    TickToTrade,
}

impl Hop {
    /// All hops in the order a tick takes them, the whole last.
    pub const ALL: [Self; 7] = [
        Self::Decode,
        Self::RingIn,
        Self::Pipeline,
        Self::RingOut,
        Self::Encode,
        Self::Send,
        Self::TickToTrade,
    ];

    /// Returns its name in summaries and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::RingIn => "ring_in",
            Self::Pipeline => "pipeline",
            Self::RingOut => "ring_out",
            Self::Encode => "encode",
            Self::Send => "send",
            Self::TickToTrade => "tick_to_trade",
        }
    }
}

/// Makes a histogram for every hop.
#[must_use]
pub fn hops() -> (HopRecorders, HopReaders) {
    let (recorders, readers): (Vec<_>, Vec<_>) = Hop::ALL.iter().map(|_| histogram()).unzip();
    let mut recorders = recorders.into_iter();
    let mut readers = readers.into_iter();
    (
        HopRecorders { recorders: std::array::from_fn(|_| recorders.next()) },
        HopReaders { readers: std::array::from_fn(|_| readers.next().expect("one per hop")) },
    )
}

/// The writing sides of those hops that one thread measures.
#[derive(Debug)]
pub struct HopRecorders {
    recorders: [Option<Recorder>; Hop::ALL.len()],
}

impl HopRecorders {
    /// Gives some hops away, to the thread that will measure them.
    ///
    /// # Panics
    /// If one of them has been given away before: a hop has one writer.
    #[must_use]
    pub fn take(&mut self, hops: &[Hop]) -> Self {
        let mut taken = Self { recorders: [const { None }; Hop::ALL.len()] };
        for &hop in hops {
            let recorder = self.recorders[hop as usize].take();
            assert!(recorder.is_some(), "hop {} is measured by another thread", hop.name());
            taken.recorders[hop as usize] = recorder;
        }
        taken
    }

    /// Counts one latency of a hop.
    ///
    /// # Panics
    /// If the hop was given to another thread: the topology is wrong.
    #[inline]
    pub fn record(&mut self, hop: Hop, latency_ns: u64) {
        self.recorders[hop as usize]
            .as_mut()
            .expect("a thread records only the hops it took")
            .record(latency_ns);
    }
}

/// The reading sides of all hops; clones read the same histograms.
#[derive(Clone, Debug)]
pub struct HopReaders {
    readers: [Reader; Hop::ALL.len()],
}

impl HopReaders {
    /// Returns the histogram of one hop.
    #[must_use]
    pub fn reader(&self, hop: Hop) -> &Reader {
        &self.readers[hop as usize]
    }

    /// Returns the figures of every hop, in the order of [`Hop::ALL`].
    #[must_use]
    pub fn summaries(&self) -> [(Hop, LatencySummary); Hop::ALL.len()] {
        Hop::ALL.map(|hop| (hop, self.reader(hop).summary()))
    }

    /// Writes count, quantiles and maximum of every hop in the Prometheus text format.
    #[must_use]
    pub fn render_prometheus(&self) -> String {
        let mut latencies = String::from(
            "# HELP gannet_hop_latency_ns Latency of each stretch from tick to trade.\n\
             # TYPE gannet_hop_latency_ns gauge\n",
        );
        let mut counts = String::from(
            "# HELP gannet_hop_total Latencies recorded for each stretch from tick to trade.\n\
             # TYPE gannet_hop_total counter\n",
        );
        for (hop, summary) in self.summaries() {
            let LatencySummary { count, p50, p99, p999, max } = summary;
            let hop = hop.name();
            for (quantile, value) in [("0.5", p50), ("0.99", p99), ("0.999", p999), ("1", max)] {
                latencies.push_str(&format!(
                    "gannet_hop_latency_ns{{hop=\"{hop}\",quantile=\"{quantile}\"}} {value}\n"
                ));
            }
            counts.push_str(&format!("gannet_hop_total{{hop=\"{hop}\"}} {count}\n"));
        }
        latencies + &counts
    }
}
