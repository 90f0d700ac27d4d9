//! A TCP proxy that forwards bytes and cuts the connection after a random number of them.
//!
//! Each connection draws how many bytes may pass in each direction; the direction that gets
//! there first ends both. What the sockets still hold is lost, as when a cable is pulled.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::random::Random;

/// Cuts within so many bytes hit the Logon.
const EARLY_BYTES: u64 = 300;

/// How long to wait for a target that is not listening yet.
const CONNECT_PAUSE: Duration = Duration::from_millis(10);

/// The proxy, in threads of its own.
pub(super) struct Cutter {
    address: SocketAddr,
    target: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    cuts: AtomicU64,
    early: AtomicU64,
    wanted: u64,
    stop: AtomicBool,
}

/// How many bytes pass in one direction, `u64::MAX` for all.
type Budget = u64;

impl Cutter {
    /// Listens; cuts `wanted` connections, each after twice `mean` bytes at most.
    pub(super) fn start(wanted: u64, mean: u64, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let target = free_address()?;
        let shared = Arc::new(Shared {
            cuts: AtomicU64::new(0),
            early: AtomicU64::new(0),
            wanted,
            stop: AtomicBool::new(false),
        });
        let theirs = Arc::clone(&shared);
        let accepting = thread::spawn(move || {
            let mut random = Random::new(seed);
            for near in listener.incoming().flatten() {
                if theirs.stop.load(Ordering::Acquire) {
                    return;
                }
                // One connection at a time: the next is accepted when this one has ended.
                let budgets = theirs.draw(&mut random, mean);
                if let Some(far) = theirs.connect(target) {
                    theirs.forward(&near, &far, budgets);
                }
            }
        });
        Ok(Self { address, target, shared, accepting })
    }

    /// Where the initiator connects to.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the acceptor has to listen.
    pub(super) const fn target(&self) -> SocketAddr {
        self.target
    }

    /// Ends the proxy; returns the cuts made, and how many of them hit a Logon.
    pub(super) fn stop(self) -> (u64, u64) {
        self.shared.stop.store(true, Ordering::Release);
        // Wakes the accepting thread up.
        drop(TcpStream::connect(self.address));
        let _ = self.accepting.join();
        (self.shared.cuts.load(Ordering::Relaxed), self.shared.early.load(Ordering::Relaxed))
    }
}

impl Shared {
    /// One cut in eight hits the Logon, or the answers to it.
    fn draw(&self, random: &mut Random, mean: u64) -> [Budget; 2] {
        if self.cuts.load(Ordering::Relaxed) >= self.wanted {
            return [Budget::MAX; 2];
        }
        let bound = if random.below(8) == 0 { EARLY_BYTES } else { 2 * mean.max(1) };
        // About half of the bytes pass in each direction.
        [1 + random.below(bound), 1 + random.below(bound)]
    }

    fn connect(&self, target: SocketAddr) -> Option<TcpStream> {
        loop {
            if let Ok(far) = TcpStream::connect(target) {
                return Some(far);
            }
            if self.stop.load(Ordering::Acquire) {
                return None;
            }
            thread::sleep(CONNECT_PAUSE);
        }
    }

    /// Forwards both ways until one side ends, or a budget is used up.
    fn forward(&self, near: &TcpStream, far: &TcpStream, budgets: [Budget; 2]) {
        let (mut near_cut, mut far_cut) = (None, None);
        thread::scope(|scope| {
            scope.spawn(|| near_cut = copy(near, far, budgets[0]));
            far_cut = copy(far, near, budgets[1]);
        });
        if let Some(bytes) = near_cut.or(far_cut) {
            self.cuts.fetch_add(1, Ordering::Relaxed);
            if bytes <= EARLY_BYTES {
                self.early.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Copies up to `budget` bytes and then ends both connections; returns the budget if that is why.
fn copy(mut from: &TcpStream, mut to: &TcpStream, budget: Budget) -> Option<u64> {
    let _ = to.set_nodelay(true);
    let mut buffer = [0; 16 * 1024];
    let mut left = budget;
    while left > 0 {
        let room = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let Ok(count @ 1..) = from.read(&mut buffer[..room]) else { break };
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
        left -= count as u64;
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
    (left == 0).then_some(budget)
}

/// A port of the loopback interface that nobody listens on at the moment.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
