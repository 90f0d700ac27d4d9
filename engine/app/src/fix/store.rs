//! Where an acceptor keeps its messages: in memory, or in a file a session.

use std::ops::Range;
use std::path::Path;

use anyhow::Context;
use gannet_fix::session::Config;
use gannet_fix::store::{StoreError, Stored};
use gannet_fix::{MappedStore, MemoryStore, Store};

/// First size of a file; it grows.
const FILE_BYTES: usize = 4 << 20;

/// A store of either kind.
pub enum SessionStore {
    /// Forgets with the process.
    Memory(MemoryStore),
    /// Does not.
    Mapped(Box<MappedStore>),
}

impl SessionStore {
    /// Opens the store of a session: in `directory`, or in memory for `memory_bytes` if there is
    /// none.
    ///
    /// # Errors
    /// If the file cannot be used.
    pub fn open(
        directory: Option<&Path>,
        memory_bytes: usize,
        config: &Config,
    ) -> anyhow::Result<Self> {
        let Some(directory) = directory else {
            return Ok(Self::Memory(MemoryStore::new(memory_bytes)));
        };
        std::fs::create_dir_all(directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        let path = directory.join(file_name(config, "store"));
        let store = MappedStore::open(&path, FILE_BYTES);
        let store = store.with_context(|| format!("message store {}", path.display()))?;
        Ok(Self::Mapped(Box::new(store)))
    }
}

/// One file of a kind a session: `FIX.4.4-BROKER-GANNET.store`. What is no letter, digit or dot is written as
/// its code, so that two sessions never share a file and no name leaves the folder.
pub(super) fn file_name(config: &Config, kind: &str) -> String {
    let mut name = String::new();
    for part in [config.version.name(), &config.sender_comp_id, &config.target_comp_id] {
        for byte in part.bytes() {
            if byte.is_ascii_alphanumeric() || byte == b'.' {
                name.push(char::from(byte));
            } else {
                name.push_str(&format!("%{byte:02X}"));
            }
        }
        name.push('-');
    }
    name.pop();
    format!("{name}.{kind}")
}

/// Asks whichever store there is.
macro_rules! ask {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            Self::Memory($store) => $call,
            Self::Mapped($store) => $call,
        }
    };
}

impl Store for SessionStore {
    fn next_outbound(&self) -> u64 {
        ask!(self, store => store.next_outbound())
    }

    fn next_inbound(&self) -> u64 {
        ask!(self, store => store.next_inbound())
    }

    fn set_inbound(&mut self, next: u64) {
        ask!(self, store => store.set_inbound(next));
    }

    fn set_outbound(&mut self, next: u64) {
        ask!(self, store => store.set_outbound(next));
    }

    fn append(&mut self, bytes: &[u8], admin: bool) -> Result<(), StoreError> {
        ask!(self, store => store.append(bytes, admin))
    }

    fn get(&self, msg_seq_num: u64) -> Option<Stored<'_>> {
        ask!(self, store => store.get(msg_seq_num))
    }

    fn reset(&mut self) {
        ask!(self, store => store.reset());
    }

    fn reset_outbound(&mut self) {
        ask!(self, store => store.reset_outbound());
    }

    fn maintain(&mut self) {
        ask!(self, store => store.maintain());
    }

    fn kept(&self) -> Range<u64> {
        ask!(self, store => store.kept())
    }

    fn is_full(&self) -> bool {
        ask!(self, store => store.is_full())
    }
}

#[cfg(test)]
mod tests {
    use gannet_fix::session::Role;

    use super::*;

    #[test]
    fn no_two_sessions_share_a_file_and_none_leaves_the_folder() {
        let config = |ours, theirs| Config::new(Role::Acceptor, ours, theirs);
        let name = |ours, theirs| file_name(&config(ours, theirs), "store");
        assert_eq!(name("BROKER", "GANNET"), "FIX.4.4-BROKER-GANNET.store");
        assert_eq!(name("../A", "B/C"), "FIX.4.4-..%2FA-B%2FC.store");
        assert_ne!(name("A-B", "C"), name("A", "B-C"));
    }
}
