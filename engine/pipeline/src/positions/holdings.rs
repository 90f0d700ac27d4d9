//! What is held: each strategy's own position, and each account's.
//!
//! A fill changes two books: the share of its strategy, and the account the strategy trades for, which
//! are one where it has no other. A netted account is booked like one position, as its broker does. A hedged account keeps what its
//! strategies hold apart: its long side is the sum of the long shares, its short side that of the
//! short ones, and its report is the sum of the shares.
//!
//! Hot: a book is found by one multiplication. What is summed over an account is summed over the
//! instruments it has ordered in, however many there are.
//!
//! # Invariants
//! - The lots of an account are the sum of the lots of its strategies.

use gannet_types::{
    AccountId, InstrumentId, Lots, Notional, PositionReport, Side, StrategyId, StrategyPosition,
    Ticks,
};

use super::{Position, Trades};
use crate::config::{PipelineConfig, StrategyConfig};

pub(crate) struct Holdings {
    instruments: usize,
    /// By strategy: whose account, and how it is kept.
    owners: Vec<Owner>,
    /// By instrument: the same of those that a listing's account trades, whoever the strategy is. Empty
    /// without a listing.
    listed: Vec<Option<Owner>>,
    /// By strategy, then instrument.
    shares: Vec<Share>,
    /// By account, then instrument.
    accounts: Vec<Held>,
    /// By account: the instruments that it has ordered in.
    touched: Vec<Vec<InstrumentId>>,
}

#[derive(Clone, Copy)]
struct Owner {
    account: AccountId,
    /// Sides are kept apart.
    is_hedged: bool,
    /// Nobody else has traded for it: the account's position is the strategy's.
    is_alone: bool,
}

#[derive(Clone, Copy, Default)]
struct Share {
    /// Unless the strategy is alone: the account's is its own then.
    position: Position,
    /// What had been earned when the last round trip ended.
    trip_began_with: Notional,
}

/// What an account holds of an instrument.
#[derive(Clone, Copy, Default)]
pub(crate) struct Held {
    pub(crate) position: Position,
    /// Of a hedged account: the lots of the strategies that are long.
    pub(crate) long: Lots,
    /// Of a hedged account: the lots of the strategies that are short, without sign.
    pub(crate) short: Lots,
    is_touched: bool,
}

/// The books that a trade changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Books {
    /// The strategy's.
    pub(crate) share: usize,
    /// The account's, if it nets what several strategies do.
    pub(crate) netted: Option<usize>,
}

impl Holdings {
    /// Reserves all memory.
    pub(crate) fn new(config: &PipelineConfig) -> Self {
        let (accounts, strategies) = (config.accounts.len(), config.strategies.len());
        let instruments = config.instruments.len();
        let of_account =
            |account| move |it: &&StrategyConfig| it.account == account && !it.is_manual;
        let owner = |strategy: &StrategyConfig| {
            let account = strategy.account;
            let strategies = config.strategies.iter().filter(of_account(account)).count();
            let is_hedged = config.account(account).is_hedged;
            Owner { account, is_hedged, is_alone: strategies == 1 && !strategy.is_manual }
        };
        // All strategies trade there for the one account, whose part is whose is told.
        let listed = config.instruments.iter().map(|instrument| {
            let account = config.listings.account(instrument.id)?;
            let is_hedged = config.account(account).is_hedged;
            Some(Owner { account, is_hedged, is_alone: false })
        });
        Self {
            instruments,
            owners: config.strategies.iter().map(owner).collect(),
            listed: if config.listings.is_empty() { Vec::new() } else { listed.collect() },
            shares: each(config, strategies, |position| Share { position, ..Share::default() }),
            accounts: each(config, accounts, |position| Held { position, ..Held::default() }),
            touched: (0..accounts).map(|_| Vec::with_capacity(instruments)).collect(),
        }
    }

    /// Returns the books of a strategy in an instrument.
    pub(crate) fn books(&self, strategy: StrategyId, instrument: InstrumentId) -> Books {
        let Owner { account, is_hedged, is_alone } = self.owner(strategy, instrument);
        let netted = (!is_hedged && !is_alone).then(|| self.account_index(account, instrument));
        Books { share: self.share_index(strategy, instrument), netted }
    }

    /// Returns whether nobody else trades an instrument for the account that a strategy does it for.
    pub(crate) fn is_alone(&self, strategy: StrategyId, instrument: InstrumentId) -> bool {
        self.owner(strategy, instrument).is_alone
    }

    /// Returns the position of a strategy.
    #[inline]
    pub(crate) fn share(&self, strategy: StrategyId, instrument: InstrumentId) -> &Position {
        let Owner { account, is_alone, .. } = self.owner(strategy, instrument);
        if is_alone {
            return &self.accounts[self.account_index(account, instrument)].position;
        }
        &self.shares[self.share_index(strategy, instrument)].position
    }

    /// Returns what an account holds.
    #[inline]
    pub(crate) fn held(&self, account: AccountId, instrument: InstrumentId) -> &Held {
        &self.accounts[self.account_index(account, instrument)]
    }

    /// Returns the report of a strategy's position.
    #[inline]
    pub(crate) fn share_report(
        &self,
        strategy: StrategyId,
        instrument: InstrumentId,
    ) -> PositionReport {
        let account = self.owner(strategy, instrument).account;
        self.share(strategy, instrument).report(account, instrument)
    }

    /// Returns the same with the strategy's name.
    pub(crate) fn strategy_position(
        &self,
        strategy: StrategyId,
        instrument: InstrumentId,
    ) -> StrategyPosition {
        let position = self.share_report(strategy, instrument);
        StrategyPosition { strategy, position }
    }

    /// Returns the report of an account's position.
    pub(crate) fn report(&self, account: AccountId, instrument: InstrumentId) -> PositionReport {
        self.held(account, instrument).position.report(account, instrument)
    }

    /// Returns the instruments that an account has ordered in, in the order of the first time.
    pub(crate) fn touched(&self, account: AccountId) -> &[InstrumentId] {
        &self.touched[usize::from(account.0)]
    }

    /// Takes an order that an account sends.
    pub(crate) fn touch(&mut self, account: AccountId, instrument: InstrumentId) {
        let index = self.account_index(account, instrument);
        if !std::mem::replace(&mut self.accounts[index].is_touched, true) {
            self.touched[usize::from(account.0)].push(instrument);
        }
    }

    /// Lets others than its only strategy trade for an account: what it holds is the strategy's part from
    /// now on. Returns the strategy; `None` if the account has none, or others traded for it before.
    pub(crate) fn part_with(
        &mut self,
        account: AccountId,
        trades: &mut Trades,
    ) -> Option<StrategyId> {
        let alone = |owner: &Owner| owner.account == account && owner.is_alone;
        let only = StrategyId(self.owners.iter().position(alone)? as u8);
        let is_hedged = self.owners[usize::from(only.0)].is_hedged;
        for index in 0..self.instruments {
            // What a listing's account trades was never the strategy's alone.
            if self.listed.get(index).is_some_and(Option::is_some) {
                continue;
            }
            let instrument = InstrumentId(index as u16);
            let (share, whole) =
                (self.share_index(only, instrument), self.account_index(account, instrument));
            self.shares[share].position = self.accounts[whole].position;
            if !is_hedged {
                trades.net(share, whole);
            }
        }
        self.owners[usize::from(only.0)].is_alone = false;
        Some(only)
    }

    /// Books a fill. Returns whether it was a loss, if a round trip of the strategy ended with it.
    pub(crate) fn on_fill(
        &mut self,
        strategy: StrategyId,
        instrument: InstrumentId,
        (side, lots): (Side, Lots),
        (price, fee): (Ticks, Notional),
    ) -> Option<bool> {
        let owner = self.owner(strategy, instrument);
        let share = self.share_index(strategy, instrument);
        let account = self.account_index(owner.account, instrument);
        let book = self.book_mut(owner, share, account);
        let before = *book;
        book.on_fill(side, lots, price, fee);
        let after = *book;
        if !owner.is_alone && !owner.is_hedged {
            self.accounts[account].position.on_fill(side, lots, price, fee);
        }
        if owner.is_hedged {
            self.accounts[account].follow(owner, &before, &after);
        }
        if before.lots == Lots::ZERO || before.lots.0.signum() == after.lots.0.signum() {
            return None;
        }
        let earned = after.realized - after.fees - after.funding;
        let began_with = std::mem::replace(&mut self.shares[share].trip_began_with, earned);
        Some(earned < began_with)
    }

    /// Books what a strategy's position has paid besides trading.
    pub(crate) fn fund(
        &mut self,
        strategy: StrategyId,
        instrument: InstrumentId,
        paid: Notional,
    ) -> Books {
        let owner = self.owner(strategy, instrument);
        let books = self.books(strategy, instrument);
        let account = self.account_index(owner.account, instrument);
        let book = self.book_mut(owner, books.share, account);
        let before = *book;
        book.fund(paid);
        let after = *book;
        if let Some(index) = books.netted {
            self.accounts[index].position.fund(paid);
        }
        if owner.is_hedged {
            self.accounts[account].follow(owner, &before, &after);
        }
        books
    }

    /// Returns whose part of an account's position is the largest, the first of equals; `None` if
    /// no strategy trades for the account.
    pub(crate) fn main_holder(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> Option<StrategyId> {
        let ids = (0..self.owners.len()).map(|index| StrategyId(index as u8));
        let of_account = ids.filter(|&id| self.owner(id, instrument).account == account);
        let size = |strategy| self.share(strategy, instrument).lots.abs();
        // The last of equals is the largest to `max_by_key`.
        of_account.rev().max_by_key(|&strategy| size(strategy))
    }

    /// Builds again what a share and its account hold, from the trades. Returns whose share it is.
    pub(crate) fn rebuild(&mut self, share: usize, trades: &Trades) -> (StrategyId, InstrumentId) {
        let (strategy, instrument) = (share / self.instruments, share % self.instruments);
        let (strategy, instrument) = (StrategyId(strategy as u8), InstrumentId(instrument as u16));
        let owner = self.owner(strategy, instrument);
        let account = self.account_index(owner.account, instrument);
        let after = trades.position(share);
        let before = std::mem::replace(self.book_mut(owner, share, account), after);
        if let Some(index) = self.books(strategy, instrument).netted {
            self.accounts[index].position = trades.netted(index);
        }
        if owner.is_hedged {
            self.accounts[account].follow(owner, &before, &after);
        }
        (strategy, instrument)
    }

    #[inline]
    fn owner(&self, strategy: StrategyId, instrument: InstrumentId) -> Owner {
        match self.listed.get(usize::from(instrument.0)) {
            Some(Some(owner)) => *owner,
            Some(None) | None => self.owners[usize::from(strategy.0)],
        }
    }

    /// Returns the position of a strategy: that of its account where it is alone.
    fn book_mut(&mut self, owner: Owner, share: usize, account: usize) -> &mut Position {
        if owner.is_alone {
            &mut self.accounts[account].position
        } else {
            &mut self.shares[share].position
        }
    }

    fn share_index(&self, strategy: StrategyId, instrument: InstrumentId) -> usize {
        usize::from(strategy.0) * self.instruments + usize::from(instrument.0)
    }

    fn account_index(&self, account: AccountId, instrument: InstrumentId) -> usize {
        usize::from(account.0) * self.instruments + usize::from(instrument.0)
    }
}

/// Makes the books of so many owners: an empty one of each instrument.
pub(crate) fn each<T>(
    config: &PipelineConfig,
    owners: usize,
    make: impl Fn(Position) -> T,
) -> Vec<T> {
    let books = || config.instruments.iter().map(|it| make(Position::of(it.valuation())));
    (0..owners).flat_map(|_| books()).collect()
}

impl Held {
    /// Brings the sides of a hedged account up to date, and what it holds in all.
    fn follow(&mut self, owner: Owner, before: &Position, after: &Position) {
        let long = |position: &Position| position.lots.max(Lots::ZERO);
        let short = |position: &Position| (-position.lots).max(Lots::ZERO);
        self.long = moved(self.long, long(before), long(after));
        self.short = moved(self.short, short(before), short(after));
        if !owner.is_alone {
            let sum = &mut self.position;
            sum.lots = moved(sum.lots, before.lots, after.lots);
            sum.cost = moved_amount(sum.cost, before.cost, after.cost);
            sum.realized = moved_amount(sum.realized, before.realized, after.realized);
            sum.fees = moved_amount(sum.fees, before.fees, after.fees);
            sum.funding = moved_amount(sum.funding, before.funding, after.funding);
        }
    }
}

/// A sum one of whose parts has changed.
fn moved(sum: Lots, before: Lots, after: Lots) -> Lots {
    Lots(sum.0.saturating_sub(before.0).saturating_add(after.0))
}

fn moved_amount(sum: Notional, before: Notional, after: Notional) -> Notional {
    Notional(sum.0.saturating_sub(before.0).saturating_add(after.0))
}
