//! Whatever happens, the books of accounts and strategies add up, and sums that are kept are the sums of
//! their parts.

use gannet_types::PositionReport;
use proptest::prelude::{ProptestConfig, prop, prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::TestCaseError;

use super::random::{Erratic, feed, seed};
use super::*;
use crate::orders::Order;
use crate::positions::Held;

const INSTRUMENT_ID: InstrumentId = InstrumentId(0);

/// Account 0 is netted and has one strategy, 1 is netted and has two, 2 is hedged and has two, of which
/// one enters once at a time.
fn all_kinds() -> PipelineConfig {
    let mut config = several(GateMode::Auto, 3);
    config.accounts[2].is_hedged = true;
    config.accounts[2].limits.gross_exposure_max = gannet_types::Money(5_000 * 10_000);
    let owners = [0, 1, 1, 2, 2];
    let strategy = |(id, owner): (usize, &u16)| {
        let strategy = StrategyConfig::new(&format!("{id}"), AccountId(*owner), GateMode::Auto);
        StrategyConfig { single_entry: id == 4, ..strategy }
    };
    config.strategies = owners.iter().enumerate().map(strategy).collect();
    // People trade for each of them, too.
    let desk = |id| StrategyConfig::manual(&format!("by hand {id}"), AccountId(id), GateMode::Auto);
    config.strategies.extend((0..3).map(desk));
    config
}

/// Lots, cash spent and fees, which add up whoever nets what.
fn sums<'a>(positions: impl Iterator<Item = &'a PositionReport>) -> (i64, i128, i128) {
    positions.fold((0, 0, 0), |(lots, cash, fees), it| {
        (lots + it.lots.0, cash + it.cost.0 - it.realized.0, fees + it.fees.0)
    })
}

fn check(pipeline: &Pipeline<Erratic>) -> Result<(), TestCaseError> {
    for account in [0, 1, 2].map(AccountId) {
        let owned = |id: &u8| pipeline.config.strategies[usize::from(*id)].account == account;
        let shares: Vec<_> = (0..8_u8)
            .filter(owned)
            .filter_map(|id| pipeline.strategy_position(StrategyId(id), INSTRUMENT_ID))
            .collect();
        let whole = pipeline.account_position(account, INSTRUMENT_ID);
        prop_assert_eq!(sums(whole.iter()), sums(shares.iter()), "{:?}", account);
        let is_hedged = pipeline.config.account(account).is_hedged;
        let Held { long, short, .. } = *pipeline.holdings.held(account, INSTRUMENT_ID);
        let one_way = |sign: i64| shares.iter().map(|it| (it.lots.0 * sign).max(0)).sum::<i64>();
        let sides = if is_hedged { (one_way(1), one_way(-1)) } else { (0, 0) };
        prop_assert_eq!((long.0, short.0), sides);

        let working = pipeline.orders.working(account, INSTRUMENT_ID);
        let open: Vec<_> = pipeline.open_orders().filter(|it| it.account == account).collect();
        prop_assert_eq!(working.orders as usize, open.len());
        for side in [Side::Buy, Side::Sell] {
            let sum = |closes| {
                let of = open.iter().filter(|it| (it.side, it.closes) == (side, closes));
                of.fold(0_i64, |sum, it| sum.saturating_add(it.exposure().0))
            };
            prop_assert_eq!(working.opening(side), Lots(sum(false)));
            prop_assert_eq!(working.closing(side), Lots(sum(true)));
        }
        prop_assert!(is_hedged || open.iter().all(|it| !it.closes));
    }
    for strategy in (0..8_u8).map(StrategyId) {
        let shown = pipeline.orders.views(strategy, INSTRUMENT_ID).iter().copied();
        let open = pipeline.open_orders().filter(|it| it.strategy == strategy);
        prop_assert_eq!(shown.collect::<Vec<_>>(), open.map(Order::view).collect::<Vec<_>>());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn books_add_up_and_kept_sums_are_those_of_their_parts(
        seeds in prop::collection::vec((seed(), 0_u64..60_000_000), 1..200),
    ) {
        let mut pipeline = Pipeline::new(all_kinds(), Erratic(1));
        let mut outbox = Outbox::with_capacity(OUTBOX_CAPACITY);
        let mut now = Nanos::SECOND;
        for (mut seed, wait) in seeds {
            now = now.after(Nanos(wait));
            outbox.clear();
            // Reports with numbers that a market has: sums that saturate do not add up.
            let tame = |number: i64| number.rem_euclid(200);
            (seed.2, seed.3, seed.4, seed.5) =
                (tame(seed.2), tame(seed.3), tame(seed.4), tame(seed.5));
            feed(&mut pipeline, now, seed, &mut outbox);
            check(&pipeline)?;
        }
    }
}
