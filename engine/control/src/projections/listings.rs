//! What is held of a thing that several venues list, over all of them and all accounts.

use gannet_types::{Instrument, InstrumentId, Notional};

use super::Projection;
use super::decimal::decimal;
use super::snapshot::ListingView;

/// A thing that several venues list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What people call it.
    pub name: String,
    /// Its listings.
    pub venues: Vec<ListedVenue>,
}

/// One venue's listing of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedVenue {
    /// What it is called there.
    pub instrument: InstrumentId,
    /// Whether every strategy trades there for the same account, whichever its own is.
    pub has_account: bool,
}

impl Projection {
    /// Says what is listed at several venues.
    #[must_use]
    pub fn listing(mut self, listings: Vec<Listing>) -> Self {
        let venues = listings.iter().flat_map(|listing| &listing.venues);
        let shared = venues.filter(|venue| venue.has_account).map(|venue| venue.instrument);
        self.desks.shared = shared.collect();
        self.listings = listings;
        self
    }

    pub(super) fn show_listings(&self) -> Vec<ListingView> {
        self.listings.iter().map(|listing| self.show_listing(listing)).collect()
    }

    fn show_listing(&self, listing: &Listing) -> ListingView {
        let [mut quantity, mut realized, mut unrealized, mut fees] = [Sum::default(); 4];
        let (mut symbols, mut open_orders) = (Vec::new(), 0);
        for venue in &listing.venues {
            let Some(state) = self.instruments.get(usize::from(venue.instrument.0)) else {
                continue;
            };
            let instrument = &state.instrument;
            let held = self.desks.sum(venue.instrument);
            symbols.push(instrument.symbol.to_string());
            open_orders += held.open_orders;
            let (lot, decimals) = instrument.lot.parts();
            quantity.add(i128::from(held.position.lots.0).saturating_mul(lot.into()), decimals);
            realized.add_money(instrument, held.position.realized);
            unrealized.add_money(instrument, held.unrealized);
            fees.add_money(instrument, held.position.fees);
        }
        ListingView {
            listing: listing.name.clone(),
            symbols,
            quantity: quantity.text(),
            realized_quote: realized.text(),
            unrealized_quote: unrealized.text(),
            fees_quote: fees.text(),
            open_orders,
        }
    }
}

/// A sum of decimals.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    units: i128,
    decimals: u8,
}

impl Sum {
    fn add(&mut self, units: i128, decimals: u8) {
        let common = self.decimals.max(decimals);
        let scaled = |units: i128, own: u8| {
            units.saturating_mul(10_i128.saturating_pow(u32::from(common - own)))
        };
        let units = scaled(self.units, self.decimals).saturating_add(scaled(units, decimals));
        *self = Self { units, decimals: common };
    }

    fn add_money(&mut self, instrument: &Instrument, amount: Notional) {
        let (tick, tick_decimals) = instrument.tick.parts();
        let (lot, lot_decimals) = instrument.lot.parts();
        let units = amount.0.saturating_mul(tick.into()).saturating_mul(lot.into());
        self.add(units, tick_decimals + lot_decimals);
    }

    fn text(self) -> String {
        decimal(self.units, self.decimals)
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{
        AccountId, Increment, Lots, Nanos, Output, PositionReport, StrategyId, StrategyPosition,
        Text,
    };

    use super::*;
    use crate::projections::Setup;

    #[test]
    fn positions_are_summed_over_venues_accounts_and_steps() {
        let instrument = |id: u16, tick: &str, lot: &str| Instrument {
            id: InstrumentId(id),
            symbol: Text::new(format!("V{id}").as_bytes()),
            tick: Increment::parse(tick.as_bytes()).expect("a step"),
            lot: Increment::parse(lot.as_bytes()).expect("a step"),
            kind: gannet_types::InstrumentKind::Linear,
        };
        let setup = Setup {
            run_mode: "demo".to_owned(),
            instruments: vec![instrument(0, "0.1", "0.001"), instrument(1, "0.25", "0.01")],
            strategies: ["one", "two"].map(|name| (name.to_owned(), Default::default())).to_vec(),
            gateways: Vec::new(),
            features: Vec::new(),
        };
        let venue = |id, has_account| ListedVenue { instrument: InstrumentId(id), has_account };
        let thing =
            Listing { name: "thing".to_owned(), venues: vec![venue(0, false), venue(1, true)] };
        let accounts = vec!["main".to_owned(), "second".to_owned()];
        let mut projection = Projection::new(setup)
            .trading_for(accounts, vec![AccountId(0), AccountId(1)])
            .listing(vec![thing]);
        let position = |account, instrument, lots, realized| PositionReport {
            account: AccountId(account),
            instrument: InstrumentId(instrument),
            lots: Lots(lots),
            realized: Notional(realized),
            ..PositionReport::default()
        };
        // The first strategy trades for the second account at the second venue.
        let there = position(1, 1, 3, -1);
        let part = StrategyPosition { strategy: StrategyId(0), position: there };
        for output in [
            Output::Position(position(0, 0, -5, 7)),
            Output::Position(there),
            Output::StrategyPosition(part),
        ] {
            projection.on_output(Nanos(1), &output);
        }
        let view = &projection.show_listings()[0];
        assert_eq!(view.symbols, ["V0", "V1"]);
        assert_eq!(view.quantity, "0.025");
        assert_eq!(view.realized_quote, "-0.0018");
        let held = |strategy: usize| projection.desks.strategies[strategy].held.clone();
        assert_eq!(held(0).len(), 2);
        assert!(held(1).is_empty(), "the second holds nothing of its account's there");
    }
}
