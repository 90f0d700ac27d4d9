//! Where working orders or positions have changed since somebody looked.
//!
//! Hot: a flag per change; nothing while nobody asks.
//!
//! # Invariants
//! - Each account and instrument stands in the list once, and there if its flag is set.

use gannet_types::{AccountId, Bounded, InstrumentId};

/// The accounts' instruments in which something has changed.
pub(crate) struct Changed {
    /// Whether anybody asks what has changed.
    is_watched: bool,
    instruments: usize,
    /// By account, then instrument.
    flags: Vec<bool>,
    list: Bounded<(AccountId, InstrumentId)>,
}

impl Changed {
    pub(super) fn new(accounts: usize, instruments: usize) -> Self {
        let places = accounts * instruments;
        Self {
            is_watched: false,
            instruments,
            flags: vec![false; places],
            list: Bounded::with_capacity(places),
        }
    }

    /// From now on changes are noted; returns whether they were not before.
    pub(crate) fn watch(&mut self) -> bool {
        !std::mem::replace(&mut self.is_watched, true)
    }

    /// Notes a change.
    #[inline]
    pub(crate) fn mark(&mut self, account: AccountId, instrument: InstrumentId) {
        if !self.is_watched {
            return;
        }
        let place = self.place(account, instrument);
        if !std::mem::replace(&mut self.flags[place], true) {
            let noted = self.list.push((account, instrument));
            assert!(noted.is_ok(), "each place is noted once");
        }
    }

    /// Returns whether nothing has changed but, maybe, in one place.
    #[inline]
    pub(crate) fn has_none_but(&self, place: (AccountId, InstrumentId)) -> bool {
        match &self.list[..] {
            [] => true,
            [only] => *only == place,
            _ => false,
        }
    }

    /// Takes a place in which something has changed.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<(AccountId, InstrumentId)> {
        let last = self.list.len().checked_sub(1)?;
        let (account, instrument) = self.list.swap_remove(last);
        let place = self.place(account, instrument);
        self.flags[place] = false;
        Some((account, instrument))
    }

    fn place(&self, account: AccountId, instrument: InstrumentId) -> usize {
        usize::from(account.0) * self.instruments + usize::from(instrument.0)
    }
}
