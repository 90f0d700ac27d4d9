//! What the account counts in, and what others are worth.

use gannet_types::{CurrencyId, Rate};

use super::decimal;
use super::snapshot::{CurrenciesView, CurrencyView};

/// The rates that hold now.
#[derive(Clone, Debug, Default)]
pub(super) struct Currencies {
    /// Empty if it has no name.
    pub(super) account: String,
    /// The first is that of id 1.
    pub(super) others: Vec<(String, Rate)>,
}

impl Currencies {
    /// Takes a new rate; `false` if there is no such currency.
    pub(super) fn set(&mut self, currency: CurrencyId, rate: Rate) -> bool {
        let place = usize::from(currency.0).checked_sub(1);
        let known = place.and_then(|place| self.others.get_mut(place));
        known.map(|(_, known)| *known = rate).is_some()
    }

    /// Returns them as people see them.
    pub(super) fn view(&self) -> CurrenciesView {
        let view = |(name, rate): &(String, Rate)| {
            let (units, decimals) = rate.parts();
            CurrencyView { name: name.clone(), rate: decimal::decimal(units.into(), decimals) }
        };
        CurrenciesView {
            account: self.account.clone(),
            others: self.others.iter().map(view).collect(),
        }
    }
}
