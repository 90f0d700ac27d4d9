//! A broker's host names, looked up again while a connection is down.
//!
//! The system's resolver may block for seconds, and the thread that connects also trades. So a
//! thread of its own looks the names up, one round at a time: [`Resolver::ask`] starts a round
//! unless one is under way, [`Resolver::take`] gives its answer once it is there. Until then, and
//! for a name that cannot be looked up, the addresses known before stand.
//!
//! Neither call waits. Both are made between connections only.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::Context;

use crate::config::fix::Host;

/// The addresses of each host, in the hosts' order; `None` for one that has none now.
pub(super) type Addresses = Vec<Option<Vec<SocketAddr>>>;

/// The asking end. The thread ends with it, after the round under way.
pub(super) struct Resolver {
    rounds: SyncSender<()>,
    answers: Receiver<Addresses>,
}

impl Resolver {
    /// Starts the thread, which calls `look_up` for each of `hosts`.
    ///
    /// # Errors
    /// If the system refuses a thread.
    pub(super) fn start(
        hosts: Vec<Host>,
        mut look_up: impl FnMut(&Host) -> Option<Vec<SocketAddr>> + Send + 'static,
    ) -> anyhow::Result<Self> {
        // One round waits at most: two would give the same answer.
        let (rounds, asked) = sync_channel(1);
        let (told, answers) = sync_channel(1);
        let work = move || {
            while asked.recv().is_ok() {
                let addresses = hosts.iter().map(&mut look_up).collect();
                if told.send(addresses).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new()
            .name("resolver".to_owned())
            .spawn(work)
            .context("cannot start the thread that looks up host names")?;
        Ok(Self { rounds, answers })
    }

    /// Wants the names looked up again.
    pub(super) fn ask(&self) {
        // Full: a round waits already. Gone: the thread panicked, and what is known stands.
        let _ = self.rounds.try_send(());
    }

    /// Returns the latest answer that has not been taken, if there is one.
    pub(super) fn take(&self) -> Option<Addresses> {
        self.answers.try_iter().last()
    }
}

/// Asks the system for the addresses of a host. Blocks.
pub(super) fn look_up(host: &Host) -> Option<Vec<SocketAddr>> {
    let addresses: Vec<_> = (host.name.as_str(), host.port).to_socket_addrs().ok()?.collect();
    (!addresses.is_empty()).then_some(addresses)
}
