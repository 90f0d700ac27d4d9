//! What the venue's books say of an account: positions, cash, fees and funding.
//!
//! # Invariants
//! - `position` is the sum of the fills and transfers; `cash` is what the fills brought, so that
//!   `cash + position value - fees - funding` is what the account has gained, and was given.

use std::collections::{BTreeMap, BTreeSet};

use gannet_types::{
    AccountId, Instrument, InstrumentId, Level, Liquidity, Lots, Money, MoneyScale, Nanos,
    Notional, PositionEffect, PositionTold, Rate, Side, Ticks, Valuation,
};

use crate::fees::{FeeSchedule, Volume};
use crate::funding::Funding;

/// An account's state in one instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Bought less sold, and transferred.
    pub position: Lots,
    /// Of an account that says what it opens and closes: its long side. The short one is what is
    /// missing to the position.
    pub long: Lots,
    /// Received for what was sold, less paid for what was bought; fees apart. Of an inverse contract
    /// it is who buys that receives coins, which the position owes.
    pub cash: Notional,
    /// Fees paid, less rebates.
    pub fees: Notional,
    /// Funding paid, less received.
    pub funding: Notional,
}

impl Statement {
    /// Returns what the account has gained with its position at the price `mark`, rounded down.
    #[must_use]
    pub fn equity(&self, valuation: Valuation, mark: Ticks) -> Notional {
        let worth = valuation.worth(2 * i128::from(mark.0), self.position);
        self.cash + worth - self.fees - self.funding
    }
}

/// The books of all accounts.
#[derive(Clone, Debug)]
pub(super) struct Accounts {
    schedule: FeeSchedule,
    /// By instrument.
    scales: BTreeMap<InstrumentId, MoneyScale>,
    statements: BTreeMap<(AccountId, InstrumentId), Statement>,
    volumes: BTreeMap<AccountId, Volume>,
    /// Those that have ever paid or received funding.
    funded: BTreeSet<(AccountId, InstrumentId)>,
}

impl Accounts {
    /// Opens books; `rates` are what each instrument's money is worth in that of the collateral, one
    /// where there is none.
    pub(super) fn new(schedule: FeeSchedule, instruments: &[Instrument], rates: &[Rate]) -> Self {
        let rate = |at: usize| rates.get(at).copied().unwrap_or(Rate::ONE);
        let scale = |(at, each): (usize, &Instrument)| (each.id, MoneyScale::of(each).at(rate(at)));
        let scales = instruments.iter().enumerate().map(scale).collect();
        Self {
            schedule,
            scales,
            statements: BTreeMap::new(),
            volumes: BTreeMap::new(),
            funded: BTreeSet::new(),
        }
    }

    /// Returns how an instrument's notional becomes money.
    pub(super) fn scale(&self, instrument: InstrumentId) -> Option<MoneyScale> {
        self.scales.get(&instrument).copied()
    }

    /// Returns how a price makes a value of an instrument.
    fn valuation(&self, instrument: InstrumentId) -> Valuation {
        self.scale(instrument).map(|scale| scale.valuation()).unwrap_or_default()
    }

    pub(super) fn statement(&self, account: AccountId, instrument: InstrumentId) -> Statement {
        self.statements.get(&(account, instrument)).copied().unwrap_or_default()
    }

    /// Books a fill and returns its fee. The volume before it decides the rate.
    pub(super) fn fill(
        &mut self,
        at: Nanos,
        (account, instrument): (AccountId, InstrumentId),
        side: Side,
        effect: PositionEffect,
        (fill, by): (Level, Liquidity),
    ) -> Notional {
        let mut rates = self.schedule.at(Money::ZERO);
        let valuation = self.valuation(instrument);
        if self.schedule.has_tiers()
            && let Some(scale) = self.scales.get(&instrument)
        {
            let volume = self.volumes.entry(account).or_default();
            rates = self.schedule.at(volume.at(at));
            volume.add(at, scale.stake(fill.price, fill.lots));
        }
        let fee = rates.of(valuation, fill, by);
        let signed = side.signed(fill.lots);
        let statement = self.statements.entry((account, instrument)).or_default();
        statement.position.0 = statement.position.0.saturating_add(signed.0);
        let is_long = matches!(
            (side, effect),
            (Side::Buy, PositionEffect::Open) | (Side::Sell, PositionEffect::Close)
        );
        if is_long {
            statement.long.0 = statement.long.0.saturating_add(signed.0);
        }
        statement.cash -= valuation.cost(fill.price, signed);
        statement.fees += fee;
        fee
    }

    /// Has the venue take a position over at `price`.
    pub(super) fn take_over(&mut self, holder: (AccountId, InstrumentId), price: Ticks) {
        let valuation = self.valuation(holder.1);
        let statement = self.statements.entry(holder).or_default();
        statement.cash -= valuation.cost(price, -statement.position);
        (statement.position, statement.long) = (Lots::ZERO, Lots::ZERO);
    }

    /// Books lots that nobody traded.
    pub(super) fn transfer(&mut self, account: AccountId, instrument: InstrumentId, lots: Lots) {
        let statement = self.statements.entry((account, instrument)).or_default();
        statement.position.0 = statement.position.0.saturating_add(lots.0);
        statement.long.0 = statement.long.0.saturating_add(lots.0.max(0));
    }

    /// Returns how much orders of a side can make smaller: the position against them, or of an account
    /// that says what it closes, that side of it.
    pub(super) fn reducible(
        &self,
        holder: (AccountId, InstrumentId),
        side: Side,
        effect: PositionEffect,
    ) -> Lots {
        let Statement { position, long, .. } = self.statement(holder.0, holder.1);
        let against = match (effect, side) {
            (PositionEffect::Close, Side::Sell) => long,
            (PositionEffect::Close, Side::Buy) => Lots(long.0.saturating_sub(position.0)),
            (PositionEffect::None | PositionEffect::Open, _) => side.opposite().signed(position),
        };
        against.max(Lots::ZERO)
    }

    /// Returns what an account holds, or has ever paid or received funding for.
    pub(super) fn held(&self, account: AccountId) -> impl Iterator<Item = PositionTold> {
        let of = (account, InstrumentId(0))..=(account, InstrumentId(u16::MAX));
        self.statements.range(of).filter_map(move |(&(_, instrument), statement)| {
            let Statement { position, funding, .. } = *statement;
            let was_funded = self.funded.contains(&(account, instrument));
            let is_there = position != Lots::ZERO || was_funded;
            let funding = Some(funding);
            is_there.then_some(PositionTold::Held { instrument, lots: position, funding })
        })
    }

    /// Has every position in an instrument pay funding at the middle of two prices.
    pub(super) fn fund(&mut self, instrument: InstrumentId, funding: &Funding, best: [Ticks; 2]) {
        let valuation = self.valuation(instrument);
        for (holder, statement) in &mut self.statements {
            let payment = funding.payment(valuation, statement.position, best);
            if holder.1 == instrument && payment != Notional::ZERO {
                statement.funding += payment;
                self.funded.insert(*holder);
            }
        }
    }
}
