//! Currencies: what the account counts in, and what others are worth of it.
//!
//! Everything that is one instrument's (its position, its profit, its notional limits) stays in what it
//! is quoted in. What is summed over instruments (losses, drawdown, exposure) is in the account's
//! currency, at the rates that hold now. A rate changes by a command, so it is journaled like a price.

use gannet_types::{CurrencyId, MoneyScale, Rate};

use crate::Pipeline;
use crate::strategy::Strategy;

/// What instruments are quoted in, and the rates to begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Currencies {
    /// Of each instrument, what it is quoted in, or settles in if that is another; those beyond its
    /// end are quoted in the account's own.
    pub quoted: Vec<CurrencyId>,
    /// Of each currency but the account's own: the first is that of `CurrencyId(1)`.
    pub rates: Vec<Rate>,
}

impl Currencies {
    /// Returns what an instrument is quoted in.
    pub(crate) fn of(&self, instrument: usize) -> CurrencyId {
        self.quoted.get(instrument).copied().unwrap_or_default()
    }

    /// Returns what a unit of a currency is worth.
    pub(crate) fn rate(&self, currency: CurrencyId) -> Option<Rate> {
        match currency {
            CurrencyId(0) => Some(Rate::ONE),
            CurrencyId(place) => self.rates.get(usize::from(place) - 1).copied(),
        }
    }

    /// Returns what a unit of an instrument's money is worth in the account's to begin with; as much
    /// if its currency has no rate.
    #[must_use]
    pub fn rate_of(&self, instrument: usize) -> Rate {
        self.rate(self.of(instrument)).unwrap_or(Rate::ONE)
    }

    /// Returns whether every instrument's currency has a rate.
    pub(crate) fn are_known(&self) -> bool {
        self.quoted.iter().all(|&currency| self.rate(currency).is_some())
    }
}

impl<S: Strategy> Pipeline<S> {
    /// Counts a currency at another rate from now on.
    pub(crate) fn set_rate(&mut self, currency: CurrencyId, rate: Rate) {
        let place = usize::from(currency.0).checked_sub(1);
        let Some(known) = place.and_then(|place| self.config.currencies.rates.get_mut(place))
        else {
            self.counters.bad_inputs += 1;
            return;
        };
        *known = rate;
        for (index, desk) in self.desks.iter_mut().enumerate() {
            if self.config.currencies.of(index) == currency {
                desk.scale = MoneyScale::of(&self.config.instruments[index]).at(rate);
            }
        }
        for index in 0..self.desks.len() {
            self.reweigh(self.config.instruments[index].id);
        }
    }
}
