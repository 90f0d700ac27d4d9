//! The kept sums of exposure are what folding over every instrument and order gives, to the last
//! unit, whatever happens.

use gannet_types::{InstrumentKind, LimitKind, Money, Rate, Scope};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert_eq, proptest};

use crate::risk::{Holding, PortfolioLimits};

use super::random::{Erratic, feed, seed};
use super::*;

/// What an account's open orders of a side may still trade: those that open, or those that close.
fn working<S: Strategy>(
    pipeline: &Pipeline<S>,
    (account, instrument): (AccountId, InstrumentId),
    side: Side,
    closes: bool,
) -> Lots {
    let counts = |order: &&crate::orders::Order| {
        (order.account, order.instrument, order.side, order.closes)
            == (account, instrument, side, closes)
    };
    let those = pipeline.open_orders().filter(counts);
    Lots(those.fold(0, |sum: i64, order| sum.saturating_add(order.exposure().0)))
}

/// What an account has in an instrument, by the definition.
fn holding<S: Strategy>(
    pipeline: &Pipeline<S>,
    account: AccountId,
    instrument: InstrumentId,
) -> Holding {
    let strategies = pipeline.config.strategies.iter().enumerate();
    let own = strategies.filter(|(_, strategy)| strategy.account == account);
    let shares: Vec<i64> = own
        .map(|(index, _)| {
            let id = StrategyId(index as u8);
            pipeline.strategy_position(id, instrument).expect("configured").lots.0
        })
        .collect();
    let is_hedged = pipeline.config.account(account).is_hedged;
    let net: i64 = shares.iter().sum();
    let sides = |lots: &[i64]| {
        let long: i64 = lots.iter().map(|lots| lots.max(&0)).sum();
        (Lots(long), Lots(long - lots.iter().sum::<i64>()))
    };
    let (long, short) = if is_hedged { sides(&shares) } else { sides(&[net]) };
    let working = |side, closes| working(pipeline, (account, instrument), side, closes);
    Holding {
        long,
        short,
        buys: working(Side::Buy, false),
        sells: working(Side::Sell, false),
        closing_buys: working(Side::Buy, true),
        closing_sells: working(Side::Sell, true),
        is_hedged,
    }
}

/// What a holding may become worth at the mid.
fn worst<S: Strategy>(
    pipeline: &Pipeline<S>,
    instrument: InstrumentId,
    holding: &Holding,
) -> Money {
    let lots = |lots: Lots| i128::from(lots.0);
    let (long, short) = (lots(holding.long), lots(holding.short));
    let (buys, sells) = (lots(holding.buys), lots(holding.sells));
    let worst = if holding.is_hedged {
        long + buys + short + sells
    } else {
        (long - short + buys).max(sells - long + short)
    };
    let desk = &pipeline.desks[usize::from(instrument.0)];
    match desk.market.twice_mid() {
        _ if worst == 0 => Money::ZERO,
        // A price beyond 64 bits is no market's.
        Some(twice_mid) if i64::try_from(twice_mid).is_err() => Money::MAX,
        Some(twice_mid) => desk.scale.money(desk.scale.valuation().stake_at_mid(twice_mid, worst)),
        None => Money::MAX,
    }
}

/// Compares everything that is kept with what is folded.
fn compare<S: Strategy>(pipeline: &mut Pipeline<S>) {
    pipeline.catch_up();
    let accounts = 0..pipeline.config.accounts.len() as u16;
    let places: Vec<_> = accounts
        .flat_map(|account| (0..2).map(move |id| (AccountId(account), InstrumentId(id))))
        .collect();
    for &(account, id) in &places {
        let own = holding(pipeline, account, id);
        assert_eq!(pipeline.holding(account, id), own);
        pipeline.risk.exposures.assert_entry(account, id, &own, &pipeline.price(id));
        let fold = |keep: &dyn Fn(AccountId) -> bool| {
            let others = places.iter().filter(|place| **place != (account, id) && keep(place.0));
            others.fold(Money::ZERO, |sum, &(account, id)| {
                sum.plus(worst(pipeline, id, &holding(pipeline, account, id)))
            })
        };
        let kept = pipeline.risk.standing(account, id).elsewhere;
        assert_eq!(kept.account.gross(), fold(&|other| other == account));
        assert_eq!(kept.all, fold(&|_| true));
        assert_eq!(kept.group, Some(kept.account.gross()), "all are in one group");
    }
}

/// Two instruments, one of them inverse, one group, a netted and a hedged account.
fn two() -> PipelineConfig {
    let mut two = config(GateMode::Auto);
    let kind = InstrumentKind::Inverse { contract: Rate::ONE };
    two.instruments.push(Instrument { id: InstrumentId(1), kind, ..two.instruments[0] });
    two.limits.push(two.limits[0]);
    let mut hedged = AccountConfig::new("hedged", GatewayId(0));
    hedged.is_hedged = true;
    two.accounts.push(hedged);
    for name in ["one side", "the other"] {
        two.strategies.push(StrategyConfig::new(name, AccountId(1), GateMode::Auto));
    }
    two.risk_setup.groups = vec![Some(0), Some(0)];
    two
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_kept_is_what_is_folded(
        seeds in prop::collection::vec((seed(), 0_u64..60_000_000), 1..200),
        asked_at in 0_usize..100,
    ) {
        let mut pipeline = Pipeline::new(two(), Erratic(1));
        let mut outbox = Outbox::with_capacity(OUTBOX_CAPACITY);
        let mut now = Nanos::SECOND;
        // No limit asks for the sums at first.
        let limit = Command::SetLimit {
            limit: LimitKind::GrossExposure,
            scope: Scope::Account(AccountId(1)),
            value: u64::MAX - 1,
        };
        for (step, (seed, wait)) in seeds.into_iter().enumerate() {
            now = now.after(Nanos(wait));
            outbox.clear();
            feed(&mut pipeline, now, seed, &mut outbox);
            if step == asked_at {
                outbox.clear();
                pipeline.on_input(now, &Input::Command(limit), &mut outbox);
            }
            if step >= asked_at {
                compare(&mut pipeline);
            }
        }
    }

    #[test]
    fn it_does_not_matter_when_somebody_catches_up(
        seeds in prop::collection::vec((seed(), 0_u64..60_000_000, any::<bool>()), 1..200),
        room in 1_i128..4_000,
    ) {
        let mut strict = two();
        for account in &mut strict.accounts {
            account.limits.gross_exposure_max = Money(room * 1_000_000);
            account.limits.portfolio.credit_of_all = Money(room * 1_500_000);
        }
        let (mut eager, mut lazy) =
            (Pipeline::new(strict.clone(), Erratic(1)), Pipeline::new(strict, Erratic(1)));
        let [mut first, mut second] = [(); 2].map(|()| Outbox::with_capacity(OUTBOX_CAPACITY));
        let mut now = Nanos::SECOND;
        for (seed, wait, is_idle) in seeds {
            now = now.after(Nanos(wait));
            first.clear();
            second.clear();
            feed(&mut eager, now, seed, &mut first);
            feed(&mut lazy, now, seed, &mut second);
            prop_assert_eq!(&first[..], &second[..]);
            eager.catch_up();
            if is_idle {
                lazy.catch_up();
            }
        }
    }

    #[test]
    fn no_order_goes_over_the_net_limit_or_the_positions(
        acts in prop::collection::vec((any::<bool>(), any::<bool>(), 97_i64..104, 1_i64..9), 1..60),
    ) {
        let mut strict = config(GateMode::Auto);
        strict.accounts[0].limits.portfolio =
            PortfolioLimits { net_exposure_max: Money(900 * 10_000), ..PortfolioLimits::NONE };
        let mut runner = Runner::new(strict);
        for step in ["up", "book 99 101", "live"] {
            runner.step(step);
        }
        for (buys, fills, price, lots) in acts {
            let side = if buys { "buy" } else { "sell" };
            runner.step(&format!("{side} {price}x{lots}"));
            runner.step("wait 11");
            let last = runner.pipeline.open_orders().last().copied();
            if let Some(order) = last.filter(|_| fills) {
                let side = if order.side == Side::Sell { " sell" } else { "" };
                let (id, rest, price) = (order.id.0, order.lots.0, order.price.0);
                runner.step(&format!("fill {id} {rest}@{price}{side}"));
            }
            let position = runner.pipeline.position(InstrumentId(0)).expect("configured").lots.0;
            let place = (AccountId(0), InstrumentId(0));
            let long = position + working(&runner.pipeline, place, Side::Buy, false).0;
            let short = working(&runner.pipeline, place, Side::Sell, false).0 - position;
            // At 97 and below nine and a bit are 900.
            prop_assert_eq!(long.max(short).max(9), 9);
        }
    }
}
