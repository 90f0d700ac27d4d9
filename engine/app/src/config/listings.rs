//! `[[listing]]`: instruments that are the same thing at several venues, and who trades where.

use anyhow::{Context, ensure};
use gannet_pipeline::{AccountConfig, Currencies, GatewayConfig, ListedAt, Listings};
use gannet_types::{AccountId, CurrencyId, Instrument, InstrumentId, Lots, Notional};

use super::checked::lots;
use super::desks::Desks;
use super::raw::{RawConfig, RawVenue};
use super::risk::amount;
use super::strategies::StrategyConfig;

/// Things that are listed at several venues.
pub(super) struct Things {
    pub(super) listings: Listings,
    /// What people call them, and what they are called at their venues.
    pub(super) names: Vec<ListingName>,
}

/// What people call a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingName {
    /// Its name.
    pub name: String,
    /// Its listings.
    pub instruments: Vec<InstrumentId>,
}

/// Checks what was written.
pub(super) fn things(
    raw: &RawConfig,
    instruments: &[Instrument],
    accounts: &[AccountConfig],
    currencies: &Currencies,
) -> anyhow::Result<Things> {
    let (mut groups, mut names) = (Vec::new(), Vec::new());
    for written in &raw.listing {
        let name = &written.name;
        let is_new = names.iter().all(|known: &ListingName| known.name != *name);
        ensure!(is_new && !name.is_empty(), "listing.name: `{name}` is empty or there twice");
        let venue = |raw: &RawVenue| venue(raw, instruments, accounts);
        let listed: Vec<ListedAt> = written
            .venues
            .iter()
            .map(venue)
            .collect::<Result<_, _>>()
            .with_context(|| format!("listing `{name}`"))?;
        let ids: Vec<InstrumentId> = listed.iter().map(|at| at.instrument).collect();
        let quoted = |id: &InstrumentId| {
            let place = usize::from(id.0);
            currencies.quoted.get(place).copied().unwrap_or(CurrencyId::default())
        };
        let same = ids.iter().all(|id| Some(quoted(id)) == ids.first().map(quoted));
        ensure!(same, "listing `{name}`: its venues quote it in different currencies");
        names.push(ListingName { name: name.clone(), instruments: ids });
        groups.push(listed);
    }
    let listings = Listings::new(instruments, &groups).context("[[listing]]")?;
    Ok(Things { listings, names })
}

/// Checks that what a strategy wants split can be.
pub(super) fn check_routes(
    things: &Things,
    desks: &Desks,
    strategies: &[StrategyConfig],
    gateways: &[GatewayConfig],
) -> anyhow::Result<()> {
    for (strategy, desk) in strategies.iter().zip(&desks.strategies) {
        if !strategy.is_split() {
            continue;
        }
        let name = desk.name;
        ensure!(
            !strategy.has_own_orders(),
            "strategy.route of `{name}`: its kind works its own orders, which are not split"
        );
        let is_smallest = things.listings.is_smallest(strategy.instance.instrument);
        let is_smallest = is_smallest.with_context(|| {
            format!("strategy.route of `{name}`: no [[listing]] has its instrument")
        })?;
        ensure!(
            is_smallest,
            "strategy.route of `{name}`: another of the venues has a smaller lot; trade that one"
        );
        let home = strategy.instance.instrument;
        let thing = things.names.iter().find(|it| it.instruments.contains(&home));
        let is_simulated = |id: &InstrumentId| {
            let account = things.listings.account(*id).unwrap_or(desk.account);
            let gateway = desks.accounts[usize::from(account.0)].gateways.first();
            gateways[usize::from(gateway.0)].simulated
        };
        let mut simulated = thing.into_iter().flat_map(|it| &it.instruments).map(is_simulated);
        let first = simulated.next();
        ensure!(
            simulated.all(|other| Some(other) == first),
            "strategy.route of `{name}`: its venues are not all simulated, or all real"
        );
    }
    Ok(())
}

fn venue(
    raw: &RawVenue,
    instruments: &[Instrument],
    accounts: &[AccountConfig],
) -> anyhow::Result<ListedAt> {
    let symbol = &raw.symbol;
    let named = |known: &&Instrument| known.symbol.as_bytes() == symbol.as_bytes();
    let instrument = instruments.iter().find(named);
    let instrument =
        instrument.with_context(|| format!("no [[instrument]] has the symbol `{symbol}`"))?;
    let account = raw.account.as_ref().map(|name| {
        let known = |it: &AccountConfig| it.name.as_bytes() == name.as_bytes();
        let place = accounts.iter().position(known).and_then(|place| u16::try_from(place).ok());
        place.map(AccountId).with_context(|| format!("account: no `{name}` is there"))
    });
    let child_lots_min = match raw.quantity_min.as_deref() {
        None => Lots::ZERO,
        Some(text) => lots(instrument, text, "quantity_min")?,
    };
    let child_notional_min = match raw.notional_min.as_deref() {
        None => Notional::ZERO,
        Some(text) => amount(instrument, text, "notional_min")?,
    };
    let account = account.transpose()?;
    Ok(ListedAt { instrument: instrument.id, account, child_lots_min, child_notional_min })
}

#[cfg(test)]
mod tests {
    use crate::config;

    const VENUES: &str = r#"
        [[account]]
        name = "main"
        gateway = "main"
        [[account]]
        name = "other"
        gateway = "second"
        [gateway]
        simulated = true
        [[gateways]]
        name = "second"
        simulated = true
        sender_comp_id = "GANNET2"
        [[instrument]]
        symbol = "BTCUSDT"
        tick = "0.10"
        lot = "0.001"
        [[instrument]]
        symbol = "XBTUSDT"
        tick = "0.50"
        lot = "0.01"
    "#;

    fn parse(more: &str) -> Result<config::Config, String> {
        let parsed = config::parse(&[(VENUES, "venues"), (more, "test")]);
        parsed.map_err(|error| format!("{error:#}"))
    }

    fn listing(second: &str, route: &str) -> String {
        format!(
            "[[listing]]\nname = \"bitcoin\"\nvenues = [{{ symbol = \"BTCUSDT\" }}, {{ {second} }}]\n\
             [strategy]\nroute = \"split\"\n{route}"
        )
    }

    #[test]
    fn a_listing_says_who_trades_where_and_how_small() {
        let second = "symbol = \"XBTUSDT\", account = \"other\", quantity_min = \"0.02\"";
        let config = parse(&listing(second, "split_reach_ticks = 3")).expect("it makes sense");
        assert_eq!(config.listing_names.len(), 1);
        assert_eq!(config.listing_names[0].instruments.len(), 2);
        assert!(config.pipeline.strategies[0].is_split);
        assert!(config.decisive.contains("[[listing]]"), "{}", config.decisive);
        let again = config::parse(&[(&config.decisive, "journal")]).expect("it is journaled whole");
        assert_eq!(again.pipeline.listings, config.pipeline.listings);
        let plain = parse("").expect("without");
        assert!(!plain.decisive.contains("listing") && !plain.decisive.contains("route"));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let second = "symbol = \"XBTUSDT\"";
        let other_there = "symbol = \"XBTUSDT\", account = \"other\"";
        let other_account = "symbol = \"XBTUSDT\", account = \"nobody\"";
        let cases = [
            (listing("symbol = \"ETHUSDT\"", ""), "no [[instrument]] has the symbol `ETHUSDT`"),
            (listing("symbol = \"BTCUSDT\"", ""), "listed twice"),
            (listing(other_account, ""), "no `nobody` is there"),
            (listing(&format!("{second}, quantity_min = \"0.015\""), ""), "quantity_min"),
            (listing(second, "instrument = \"XBTUSDT\""), "smaller lot"),
            (listing(second, "kind = \"market_making\""), "its own orders"),
            (listing(second, "split_reach_ticks = -1"), "split_reach_ticks"),
            (
                format!("{}\n[gateway]\nsimulated = false", listing(other_there, "")),
                "not all simulated",
            ),
            ("[strategy]\nroute = \"split\"".to_owned(), "no [[listing]] has its instrument"),
            ("[strategy]\nroute = \"best\"".to_owned(), "is not `single` or `split`"),
        ];
        for (text, wanted) in cases {
            let refused = parse(&text).expect_err(wanted);
            assert!(refused.contains(wanted), "{refused}\nfor {text}");
        }
    }
}
