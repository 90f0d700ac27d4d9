//! Counters that one thread writes and anybody reads while it runs.
//!
//! Hot: an `add` is one addition in the thread's own memory; `publish`, once per duty cycle, is one
//! plain store per counter, and nothing at all if nothing changed.
//!
//! Which counters exist is written once, in [`names`]. Every writer owns a block with a
//! place for each of them; a reader adds up (or takes the largest of) all blocks:
//!
//! ```text
//! CounterWriter "feed"       local [u64] ──publish──▶ shared [AtomicU64] ┐
//! CounterWriter "pipeline"   local [u64] ──publish──▶ shared [AtomicU64] ┴─▶ Counters
//! ```
//!
//! # Invariants
//! - A block has one writer, so plain relaxed loads and stores lose nothing.
//! - A `Total` never decreases, and a reader may be behind by at most one publication.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_utils::CachePadded;

pub mod names;
#[cfg(test)]
mod tests;

pub use names::CounterId;

/// What a counter is called and how several blocks of it make one value.
#[derive(Clone, Copy, Debug)]
pub struct CounterDefinition {
    /// Name without prefix, unit last: `feed_frames_total`.
    pub name: &'static str,
    /// One sentence for the operator.
    pub help: &'static str,
    /// How it moves and merges.
    pub kind: CounterKind,
    /// Whether the operator wants it per thread.
    pub scope: CounterScope,
}

/// How a counter moves, and how the blocks of several writers merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterKind {
    /// Only grows; merged by adding.
    Total,
    /// Goes up and down; merged by adding, so usually written by one thread.
    Gauge,
    /// The largest seen since the start; merged by taking the largest.
    Max,
}

impl CounterKind {
    fn merge(self, values: impl Iterator<Item = u64>) -> u64 {
        match self {
            Self::Total | Self::Gauge => values.fold(0, u64::saturating_add),
            Self::Max => values.max().unwrap_or(0),
        }
    }

    fn prometheus_type(self) -> &'static str {
        match self {
            Self::Total => "counter",
            Self::Gauge | Self::Max => "gauge",
        }
    }
}

/// Whether a counter is shown as one value or one per thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterScope {
    /// One value for the whole engine.
    Engine,
    /// One value per thread, labelled with its name.
    Thread,
}

/// The reading side of all counters; clones read the same blocks.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    blocks: Vec<(&'static str, Arc<Block>)>,
}

impl Counters {
    /// Makes a set without writers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a block for a thread and returns its writing side; clones made before do not see it.
    ///
    /// A thread may have several (one for its agent, one for its loop): the same name merges them.
    /// `thread` becomes a Prometheus label as it is, so it must need no escaping.
    pub fn writer(&mut self, thread: &'static str) -> CounterWriter {
        let block = Arc::new(Block::new(std::array::from_fn(|_| AtomicU64::new(0))));
        self.blocks.push((thread, Arc::clone(&block)));
        CounterWriter { values: [0; CounterId::COUNT], is_changed: false, block }
    }

    /// Returns the published value of one counter, merged over all writers.
    #[must_use]
    pub fn value(&self, id: CounterId) -> u64 {
        id.definition().kind.merge(self.blocks.iter().map(|(_, block)| load(block, id)))
    }

    /// Returns the published value of one counter, merged over the writers of one thread.
    #[must_use]
    pub fn value_of_thread(&self, id: CounterId, thread: &str) -> u64 {
        let blocks = self.blocks.iter().filter(|(name, _)| *name == thread);
        id.definition().kind.merge(blocks.map(|(_, block)| load(block, id)))
    }

    /// Returns every counter with its merged value, in the order of [`names`].
    pub fn snapshot(&self) -> impl Iterator<Item = (&'static CounterDefinition, u64)> {
        CounterId::ALL.iter().map(|&id| (id.definition(), self.value(id)))
    }

    /// Writes every counter in the Prometheus text format, version 0.0.4.
    ///
    /// Cost: allocates and formats; for the control thread.
    #[must_use]
    pub fn render_prometheus(&self) -> String {
        let mut text = String::new();
        for &id in &CounterId::ALL {
            let CounterDefinition { name, help, kind, scope } = id.definition();
            let kind = kind.prometheus_type();
            write_infallibly(
                &mut text,
                format_args!("# HELP gannet_{name} {help}\n# TYPE gannet_{name} {kind}\n"),
            );
            match scope {
                CounterScope::Engine => {
                    let value = self.value(id);
                    write_infallibly(&mut text, format_args!("gannet_{name} {value}\n"));
                }
                CounterScope::Thread => self.render_threads(id, &mut text),
            }
        }
        text
    }

    fn render_threads(&self, id: CounterId, text: &mut String) {
        let name = id.definition().name;
        for (index, (thread, _)) in self.blocks.iter().enumerate() {
            if self.blocks[..index].iter().any(|(earlier, _)| earlier == thread) {
                continue;
            }
            let value = self.value_of_thread(id, thread);
            write_infallibly(text, format_args!("gannet_{name}{{thread=\"{thread}\"}} {value}\n"));
        }
    }
}

/// The writing side of one block.
#[derive(Debug)]
pub struct CounterWriter {
    values: [u64; CounterId::COUNT],
    is_changed: bool,
    block: Arc<Block>,
}

impl CounterWriter {
    /// Adds to a counter; stays at `u64::MAX` rather than wrap.
    #[inline]
    pub fn add(&mut self, id: CounterId, count: u64) {
        let value = &mut self.values[id as usize];
        *value = value.saturating_add(count);
        self.is_changed = true;
    }

    /// Sets a gauge, or a total that is counted elsewhere (a ring's `full_total`).
    #[inline]
    pub fn set(&mut self, id: CounterId, value: u64) {
        self.values[id as usize] = value;
        self.is_changed = true;
    }

    /// Raises a maximum to `value` if it is larger.
    #[inline]
    pub fn raise(&mut self, id: CounterId, value: u64) {
        if value > self.values[id as usize] {
            self.set(id, value);
        }
    }

    /// Returns the writer's own value, published or not.
    #[must_use]
    pub fn value(&self, id: CounterId) -> u64 {
        self.values[id as usize]
    }

    /// Makes all values visible to readers; call it once per duty cycle and before ending.
    #[inline]
    pub fn publish(&mut self) {
        if !self.is_changed {
            return;
        }
        self.is_changed = false;
        for (shared, value) in self.block.iter().zip(self.values) {
            shared.store(value, Ordering::Relaxed);
        }
    }
}

/// Padded as a whole: all of it has one writer, and no other writer may share its lines.
type Block = CachePadded<[AtomicU64; CounterId::COUNT]>;

fn load(block: &Block, id: CounterId) -> u64 {
    block[id as usize].load(Ordering::Relaxed)
}

fn write_infallibly(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a String takes everything");
}
