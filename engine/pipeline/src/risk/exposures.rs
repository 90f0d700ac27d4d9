//! What every account holds and may come to hold, in money: sums that are kept, not folded.
//!
//! Hot: `set` is called when a position, a working order or the price of something held changes;
//! what an order asks is read in a few loads, however many instruments and accounts there are.
//!
//! # Invariants
//! - Every sum is that of its entries, to the last unit: a test folds them.
//! - An account is among an instrument's holders if its entry there is not empty.

use gannet_types::{AccountId, InstrumentId, Money};

use super::worth::{Holding, Price, Worth};

/// Most accounts: the holders of an instrument are bits of one number.
pub(crate) const ACCOUNTS_MAX: usize = 128;

/// All accounts in all instruments.
pub(crate) struct Exposures {
    instruments: usize,
    /// The group of correlated instruments that each belongs to.
    groups: Vec<Option<u8>>,
    group_count: usize,
    /// By account, then instrument.
    entries: Vec<Worth>,
    holders: Vec<u128>,
    accounts: Vec<Worth>,
    /// Gross exposure by account, then group.
    group_sums: Vec<Group>,
    all: Worth,
    losses: Vec<Option<Money>>,
    loss_of_all: i128,
    unjudged: u32,
}

/// The gross exposure of an account in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Group {
    worst: i128,
    unpriced: u32,
}

/// What an account and all accounts have besides one instrument of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// The account's other instruments.
    pub(crate) account: Worth,
    /// The gross exposure in the instrument's group, if it is in one.
    pub(crate) group: Option<Money>,
    /// The gross exposure of all accounts.
    pub(crate) all: Money,
    /// What all accounts have lost, if that is known.
    pub(crate) loss_of_all: Option<Money>,
}

impl Elsewhere {
    /// Counts the other side of the order's instrument, where sides are kept apart.
    pub(crate) fn add(&mut self, side: &Worth) {
        self.account = self.account.and(side);
        self.group = self.group.map(|group| group.plus(side.gross()));
        self.all = self.all.plus(side.gross());
    }
}

impl Exposures {
    /// Reserves the room; `groups` may be shorter than the instruments are many.
    pub(crate) fn new(accounts: usize, instruments: usize, groups: &[Option<u8>]) -> Self {
        assert!((1..=ACCOUNTS_MAX).contains(&accounts), "holders are bits");
        let groups: Vec<_> =
            (0..instruments).map(|index| groups.get(index).copied().flatten()).collect();
        let last = groups.iter().flatten().max();
        let group_count = last.map_or(0, |&last| usize::from(last) + 1);
        Self {
            instruments,
            groups,
            group_count,
            entries: vec![Worth::default(); accounts * instruments],
            holders: vec![0; instruments],
            accounts: vec![Worth::default(); accounts],
            group_sums: vec![Group::default(); accounts * group_count],
            all: Worth::default(),
            losses: vec![Some(Money::ZERO); accounts],
            loss_of_all: 0,
            unjudged: 0,
        }
    }

    /// Takes what an account has in an instrument now.
    pub(crate) fn set(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        holding: &Holding,
        price: &Price,
    ) {
        let (owner, index) = (usize::from(account.0), usize::from(instrument.0));
        let bit = 1 << owner;
        if holding.is_empty() {
            self.holders[index] &= !bit;
        } else {
            self.holders[index] |= bit;
        }
        let after = Worth::of(holding, price);
        let entry = &mut self.entries[owner * self.instruments + index];
        let before = std::mem::replace(entry, after);
        if before == after {
            return;
        }
        let change = after.less(&before);
        for sum in [&mut self.accounts[owner], &mut self.all] {
            *sum = sum.and(&change);
        }
        if let Some(group) = self.groups[index] {
            let sum = &mut self.group_sums[owner * self.group_count + usize::from(group)];
            sum.worst += change.worst;
            sum.unpriced = sum.unpriced.wrapping_add(change.unpriced);
        }
    }

    /// Takes what an account has earned, or that this is not known.
    pub(crate) fn set_profit(&mut self, account: AccountId, profit: Option<Money>) {
        let loss = profit.map(loss);
        let before = std::mem::replace(&mut self.losses[usize::from(account.0)], loss);
        let amount = |loss: Option<Money>| loss.map_or(0, |loss| loss.0);
        self.loss_of_all = self.loss_of_all.saturating_add(amount(loss) - amount(before));
        self.unjudged = self.unjudged + u32::from(loss.is_none()) - u32::from(before.is_none());
    }

    /// Returns what an account and all accounts have besides its entry in an instrument.
    #[inline]
    pub(crate) fn elsewhere(&self, account: AccountId, instrument: InstrumentId) -> Elsewhere {
        let (owner, index) = (usize::from(account.0), usize::from(instrument.0));
        let own = &self.entries[owner * self.instruments + index];
        let group = self.groups[index].map(|group| {
            let sum = &self.group_sums[owner * self.group_count + usize::from(group)];
            let known = sum.unpriced == own.unpriced;
            if known { Money(sum.worst - own.worst) } else { Money::MAX }
        });
        Elsewhere {
            account: self.accounts[owner].less(own),
            group,
            all: if self.all.unpriced == own.unpriced {
                Money(self.all.worst - own.worst)
            } else {
                Money::MAX
            },
            loss_of_all: (self.unjudged == 0).then_some(Money(self.loss_of_all)),
        }
    }

    /// Checks an entry against what it must be.
    #[cfg(test)]
    #[track_caller]
    pub(crate) fn assert_entry(
        &self,
        account: AccountId,
        instrument: InstrumentId,
        holding: &Holding,
        price: &Price,
    ) {
        let place = usize::from(account.0) * self.instruments + usize::from(instrument.0);
        assert_eq!(self.entries[place], Worth::of(holding, price));
    }

    /// Returns the accounts that have something in an instrument.
    pub(crate) fn holders(&self, instrument: InstrumentId) -> Holders {
        Holders(self.holders[usize::from(instrument.0)])
    }
}

/// A loss as a positive amount, none as zero; small enough for those of all accounts to be summed.
pub(crate) fn loss(profit: Money) -> Money {
    Money(profit.0.min(0).saturating_neg().min(i128::MAX >> 8))
}

/// Accounts, lowest first.
pub(crate) struct Holders(u128);

impl Iterator for Holders {
    type Item = AccountId;
    fn next(&mut self) -> Option<AccountId> {
        let lowest = u16::try_from(self.0.trailing_zeros()).ok().filter(|_| self.0 != 0)?;
        self.0 &= self.0 - 1;
        Some(AccountId(lowest))
    }
}
