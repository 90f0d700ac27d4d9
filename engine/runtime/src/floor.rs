//! How fast two threads of this machine can talk at best: what every other latency is measured
//! against.
//!
//! A message of 64 bytes goes to a thread on another core and comes back, again and again; a hop is
//! half the round trip. The same game over [`crate::ring`], over `std::sync::mpsc` and over a bare
//! counter in shared memory tells what the ring costs and what the hardware costs.
//!
//! A round trip is timed by two reads of the counter, so it includes one of them (about 9 ns on a
//! 2024 server), and is no finer than the counter's steps: see [`crate::clock`].
//!
//! # Invariants
//! - Interruptions by the system count like everything else, so the mean agrees with the wall.
//! - Both threads poll; with a single core they yield to each other, and a hop is a context switch.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

use crossbeam_utils::CachePadded;
use hdrhistogram::Histogram;

use crate::clock::Clock;
use crate::ring::{Overflow, ring};
use crate::thread;

/// What a ping-pong showed.
#[derive(Clone, Debug)]
pub struct Floor {
    /// Half of each round trip, in nanoseconds, rounded down.
    pub hop_ns: Histogram<u64>,
    /// Sum of the sequence numbers that came back: proves that the messages really went.
    pub digest: u64,
    /// Whether both threads had a core to themselves; if not, the figures are those of a scheduler.
    pub is_pinned: bool,
}

/// Measures a hop over a [`ring`] of ours.
///
/// # Errors
/// If the system refuses two more threads.
pub fn ring_hop_ns(rounds: u64) -> io::Result<Floor> {
    let (mut there, mut far_in) = ring::<Message>(CAPACITY, Overflow::Reject);
    let (mut back, mut near_in) = ring::<Message>(CAPACITY, Overflow::Reject);
    ping_pong(
        rounds,
        Port { send: move |message| there.push(message).is_ok(), poll: move || near_in.pop() },
        Port { send: move |message| back.push(message).is_ok(), poll: move || far_in.pop() },
    )
}

/// Measures a hop over a bounded `std::sync::mpsc` channel, polled as the ring is.
///
/// # Errors
/// If the system refuses two more threads.
pub fn mpsc_hop_ns(rounds: u64) -> io::Result<Floor> {
    let (there, far_in) = mpsc::sync_channel::<Message>(CAPACITY);
    let (back, near_in) = mpsc::sync_channel::<Message>(CAPACITY);
    ping_pong(
        rounds,
        Port {
            send: move |message| there.try_send(message).is_ok(),
            poll: move || near_in.try_recv().ok(),
        },
        Port {
            send: move |message| back.try_send(message).is_ok(),
            poll: move || far_in.try_recv().ok(),
        },
    )
}

/// Measures a hop over a counter in a shared cache line, with no message at all: the hardware.
///
/// # Errors
/// If the system refuses two more threads.
pub fn counter_hop_ns(rounds: u64) -> io::Result<Floor> {
    let there = Arc::new(CachePadded::new(AtomicU64::new(0)));
    let back = Arc::new(CachePadded::new(AtomicU64::new(0)));
    ping_pong(
        rounds,
        counter_port(Arc::clone(&there), Arc::clone(&back)),
        counter_port(back, there),
    )
}

fn counter_port(
    out: Arc<CachePadded<AtomicU64>>,
    input: Arc<CachePadded<AtomicU64>>,
) -> Port<impl FnMut(Message) -> bool, impl FnMut() -> Option<Message>> {
    let mut last = 0;
    Port {
        send: move |message: Message| {
            out.store(message[0], Ordering::Release);
            true
        },
        poll: move || {
            let sequence = input.load(Ordering::Acquire);
            let is_new = sequence != last;
            last = sequence;
            is_new.then_some([sequence; 8])
        },
    }
}

/// One side of a transport: `send` says whether there was room, `poll` gives what has arrived.
struct Port<S, P> {
    send: S,
    poll: P,
}

impl<S: FnMut(Message) -> bool, P: FnMut() -> Option<Message>> Port<S, P> {
    /// Waits for a message; offers the core to others after a while, in case there is but one.
    fn receive(&mut self) -> Message {
        let mut polls = 0_u32;
        loop {
            if let Some(message) = (self.poll)() {
                return message;
            }
            polls += 1;
            if polls.is_multiple_of(POLLS_BEFORE_YIELD) {
                std::thread::yield_now();
                polls = 0;
            }
            std::hint::spin_loop();
        }
    }

    fn send(&mut self, message: Message) {
        assert!((self.send)(message), "one message is on its way and there is room for more");
    }
}

fn ping_pong<S1, P1, S2, P2>(
    rounds: u64,
    mut near: Port<S1, P1>,
    mut far: Port<S2, P2>,
) -> io::Result<Floor>
where
    S1: FnMut(Message) -> bool + Send + 'static,
    P1: FnMut() -> Option<Message> + Send + 'static,
    S2: FnMut(Message) -> bool + Send + 'static,
    P2: FnMut() -> Option<Message> + Send + 'static,
{
    let all_rounds = rounds.saturating_add(WARM_UP_ROUNDS);
    let cores = thread::available_cores();
    let far_core = cores.get(1).copied();
    let near_core = far_core.and(cores.first().copied());
    let near = thread::spawn("floor-near", near_core, move || {
        let clock = Clock::new();
        let mut hop_ns = empty_histogram();
        let mut digest = 0_u64;
        for sequence in 1..=all_rounds {
            let sent = clock.raw();
            near.send([sequence; 8]);
            let echo = near.receive();
            let round_trip_ns = clock.ns_between(sent, clock.raw());
            if sequence > WARM_UP_ROUNDS {
                hop_ns.saturating_record(round_trip_ns / 2);
                digest = digest.wrapping_add(echo[0] - WARM_UP_ROUNDS);
            }
        }
        (hop_ns, digest)
    })?;
    let far = thread::spawn("floor-far", far_core, move || {
        for _ in 0..all_rounds {
            let message = far.receive();
            far.send(message);
        }
    })?;
    let is_pinned = [near.pinning, far.pinning]
        .iter()
        .all(|pinning| matches!(pinning, thread::Pinning::Pinned { .. }));
    let ended = |_| io::Error::other("a measuring thread ended early");
    far.handle.join().map_err(ended)?;
    let (hop_ns, digest) = near.handle.join().map_err(ended)?;
    Ok(Floor { hop_ns, digest, is_pinned })
}

/// Bounded from the start: a growing histogram would clamp, not grow, on `saturating_record`, and
/// so hide every interruption.
fn empty_histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, HOP_NS_MAX, 3).expect("constant bounds")
}

/// One cache line, as a market event is.
type Message = [u64; 8];
const _: () = assert!(size_of::<Message>() == 64, "one cache line");

/// A power of two that does not matter: never more than one message is on its way.
const CAPACITY: usize = 64;

/// 69 s: no scheduler keeps a thread waiting for longer.
const HOP_NS_MAX: u64 = 1 << 36;

/// Enough for caches, page tables and branch predictors.
const WARM_UP_ROUNDS: u64 = 1_000;

/// A few µs of polling: far above any hop between cores, far below a scheduler's time slice.
const POLLS_BEFORE_YIELD: u32 = 1 << 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_is_not_clamped() {
        let mut hop_ns = empty_histogram();
        hop_ns.saturating_record(40);
        hop_ns.saturating_record(5_000_000);
        assert!(hop_ns.max() >= 5_000_000);
    }

    #[test]
    fn every_message_comes_back_over_every_transport() {
        for measure in [ring_hop_ns, mpsc_hop_ns, counter_hop_ns] {
            let floor = measure(100).expect("two threads");
            assert_eq!(floor.hop_ns.len(), 100);
            assert_eq!(floor.digest, 5_050);
        }
    }
}
