//! What the venue does with an account that has too little margin: see [`crate::margin`].
//!
//! Positions are worth the middle of the best prices, or the last trade while the book cannot be
//! believed; while one has no price its account is left alone. A takeover is told as a trade of no
//! order, under no client order id, with the reason [`RejectReason::Liquidated`] and no fee.

use gannet_types::{
    AccountId, ClientOrderId, ExecKind, ExecutionReport, GatewayId, InstrumentId, Liquidity, Lots,
    Money, MoneyScale, Nanos, RejectReason, Side, Ticks,
};

use super::account::Statement;
use super::listing::Listing;
use super::order::State;
use super::{Exchange, desk};
use crate::margin::{Margin, bankruptcy_price};

/// A position as the margin rules see it.
#[derive(Clone, Copy, Debug)]
struct Held {
    instrument: InstrumentId,
    lots: Lots,
    /// What it is worth, negative if it is owed, rounded down.
    worth: Money,
    /// What is at stake in it, negative if it is short.
    stake: Money,
    scale: MoneyScale,
}

impl Exchange {
    /// Liquidates the accounts that have less than they must have.
    pub(super) fn call_margins(&mut self, at: Nanos) {
        let Some(margin) = &self.margin else { return };
        let ruined: Vec<AccountId> = self
            .gateways
            .keys()
            .copied()
            .filter(|account| self.is_ruined(margin, *account))
            .collect();
        for account in ruined {
            self.liquidate(at, account);
        }
    }

    /// Returns what an account has, positions at the market, if there are margin rules.
    #[must_use]
    pub fn equity(&self, account: AccountId) -> Option<Money> {
        let margin = self.margin.as_ref()?;
        Some(
            self.holdings(account)?
                .into_iter()
                .fold(self.bare(margin, account), |sum, held| sum.plus(held.worth)),
        )
    }

    fn is_ruined(&self, margin: &Margin, account: AccountId) -> bool {
        let Some(held) = self.holdings(account).filter(|held| !held.is_empty()) else {
            return false;
        };
        let required = |sum: Money, held: &Held| {
            sum.plus(margin.maintenance(Money(held.stake.0.saturating_abs())))
        };
        let required = held.iter().fold(Money::ZERO, required);
        let equity = held.iter().fold(self.bare(margin, account), |sum, held| sum.plus(held.worth));
        equity < required
    }

    fn liquidate(&mut self, at: Nanos, account: AccountId) {
        for listing in self.listings.iter_mut().flatten() {
            for mut order in listing.remove_all(|order| order.account == account) {
                order.state = State::Canceled;
                self.desk.say(at, &order, ExecKind::Canceled, order.client_order_id);
                self.history.close(order);
            }
        }
        for held in self.holdings(account).unwrap_or_default() {
            let Some(equity) = self.equity(account) else { return };
            let rest = equity.minus(held.worth);
            let price = bankruptcy_price(held.scale, held.lots, rest);
            self.take_over(at, account, &held, price);
        }
    }

    fn take_over(&mut self, at: Nanos, account: AccountId, held: &Held, price: Ticks) {
        let lots = held.lots.abs();
        let side = if held.lots > Lots::ZERO { Side::Sell } else { Side::Buy };
        self.desk.accounts.take_over((account, held.instrument), price);
        let gateway = self.gateways.get(&account).copied().unwrap_or_default();
        self.desk.tell_takeover(at, &takeover(gateway, held.instrument, side, price, lots));
    }

    /// Returns an account's positions; `None` while one has no price.
    fn holdings(&self, account: AccountId) -> Option<Vec<Held>> {
        let listed = (0..).map(InstrumentId).zip(&self.listings);
        let mut holdings = Vec::new();
        for (instrument, listing) in listed {
            let lots = self.desk.accounts.statement(account, instrument).position;
            if lots == Lots::ZERO {
                continue;
            }
            let [bid, ask] = listing.as_ref().and_then(Listing::prices)?;
            let scale = self.desk.accounts.scale(instrument)?;
            let twice_mid = i128::from(bid.0) + i128::from(ask.0);
            let valuation = scale.valuation();
            let worth = scale.money(valuation.worth(twice_mid, lots));
            let stake = scale.money(valuation.stake_at_mid(twice_mid, i128::from(lots.0)));
            holdings.push(Held { instrument, lots, worth, stake, scale });
        }
        Some(holdings)
    }

    /// What an account has without what its positions are worth.
    fn bare(&self, margin: &Margin, account: AccountId) -> Money {
        let instruments = (0..).map(InstrumentId).take(self.listings.len());
        instruments.fold(margin.collateral(), |sum, instrument| {
            let Statement { cash, fees, funding, .. } =
                self.desk.accounts.statement(account, instrument);
            let scale = self.desk.accounts.scale(instrument);
            scale.map_or(sum, |scale| sum.plus(scale.money(cash - fees - funding)))
        })
    }
}

fn takeover(
    gateway: GatewayId,
    instrument: InstrumentId,
    side: Side,
    price: Ticks,
    lots: Lots,
) -> ExecutionReport {
    ExecutionReport {
        last_lots: lots,
        last_price: price,
        cum_lots: lots,
        liquidity: Liquidity::Unknown,
        reason: RejectReason::Liquidated,
        ..desk::blank(gateway, instrument, side, ExecKind::Trade, ClientOrderId::default())
    }
}
