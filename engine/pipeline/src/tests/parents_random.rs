//! Parents of every kind on an honest venue behind a bad line: what they say to have traded is what
//! the venue executed, and it is never more than was asked for.

use gannet_types::{OrderStatus, Pace, Plan, Schedule};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

use super::random::World;
use super::*;

/// One of all kinds of parents; both legs of a pair are of one side.
fn any_parent(number: u16) -> Signal {
    let side = if number.is_multiple_of(2) { Side::Buy } else { Side::Sell };
    let lots = 1 + i64::from(number / 2 % 8);
    let away = 1 + i64::from(number / 16 % 3);
    let sign = side.signed(Lots(1)).0;
    let (better, worse) = (100 - sign * away, 100 + sign * away);
    let stop = OrderTerms { stop_price: Ticks(worse), ..OrderTerms::PLAIN };
    let trail = OrderTerms { offset: Ticks(away), ..OrderTerms::PLAIN };
    let tip = OrderTerms { display_lots: Lots(1 + lots / 3), ..OrderTerms::PLAIN };
    let limit = (OrderType::Limit, better);
    let or_stop = Plan::Either {
        side,
        order_type: OrderType::Stop,
        price: Ticks::ZERO,
        stop_price: Ticks(worse),
        trail: 0,
    };
    let exits = Plan::Bracket { target: Ticks(worse), stop: Ticks(better - sign), trail: 0 };
    let trail_only = Plan::Bracket { target: Ticks::ZERO, stop: Ticks::ZERO, trail: away as u32 };
    let follows = number.is_multiple_of(3);
    let schedule = Schedule {
        pace: if follows { Pace::Participation } else { Pace::Time },
        share_bp: if follows { 2_000 } else { 0 },
        lasts_ms: 400,
        every_ms: 50,
        child_max_bp: 3_000,
        behind_percent: 10,
        jitter_percent: 30,
        seed: u32::from(number),
    };
    let plain = OrderTerms::PLAIN;
    let ((order_type, price), terms, plan) = match number / 64 % 8 {
        0 => ((OrderType::Stop, 0), stop, Plan::Emulate),
        1 => ((OrderType::TrailingStop, 0), trail, Plan::Emulate),
        2 => (limit, tip, Plan::Emulate),
        3 => (limit, plain, Plan::Touched(Ticks(better))),
        4 => (limit, plain, or_stop),
        5 => (limit, plain, exits),
        6 => ((OrderType::Limit, 100), plain, trail_only),
        _ => ((OrderType::Limit, worse), plain, Plan::Sliced(schedule)),
    };
    Signal { order_type, terms, ..signal(SignalAction::Work(plan), side, price, lots) }
}

/// One random act: of a parent, of the market, or of the world as with plain orders.
fn act(world: &mut World, act: u8, number: u16) {
    let bid = 97 + i64::from(number % 5);
    match act {
        0..=4 => {
            world.wish(any_parent(number));
        }
        5..=9 => world.step(&format!("book {bid} {}", bid + 1 + i64::from(number % 2))),
        10..=11 => world.step(&format!("trade {bid}x{}", 1 + number % 20)),
        12 => {
            let ids: Vec<_> = world.parents.keys().copied().collect();
            if let Some(id) = ids.get(usize::from(number) % ids.len().max(1)) {
                world.step(&format!("cancel {}", id.0));
            }
        }
        13..=15 => world.act(0, number),
        16 => world.act(9, number),
        // The venue and the line; never an order without a parent.
        _ => world.act(13 + (act - 17) % 25, number),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_parents_say_is_what_the_venue_executed_and_never_too_much(
        acts in prop::collection::vec((0_u8..50, any::<u16>()), 0..400),
    ) {
        let mut world = World::new();
        for (kind, number) in acts {
            act(&mut world, kind, number);
            for parent in world.parents.values() {
                prop_assert!(parent.cum_lots <= parent.lots, "{parent:?}");
                prop_assert!(parent.exit_lots <= parent.cum_lots, "{parent:?}");
            }
        }
        world.finish();
        let all = world.parents.values();
        prop_assert!(all.clone().all(|parent| parent.status.is_done()), "{all:?}");
        prop_assert!(world.runner.pipeline.is_drained());
        let net = all.map(|parent| parent.side.signed(parent.cum_lots - parent.exit_lots));
        prop_assert_eq!(net.sum::<Lots>(), Lots(world.executed()));
    }
}

/// The generator above is only worth what it reaches.
#[test]
fn every_kind_of_parent_trades_and_ends_in_every_way() {
    let mut ends = [[0_u32; 3]; 8];
    for seed in 0..400_u32 {
        let mut world = World::new();
        let mut kinds = Vec::new();
        let mut draw = seed;
        for _ in 0..200 {
            draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (kind, number) = ((draw >> 8) % 50, (draw >> 16) as u16);
            let before = world.parents.len();
            act(&mut world, kind as u8, number);
            if world.parents.len() > before {
                kinds.push(usize::from(number / 64 % 8));
            }
        }
        world.finish();
        for (parent, kind) in world.parents.values().zip(kinds) {
            let end = match parent.status {
                OrderStatus::Filled => 0,
                OrderStatus::Canceled => 1,
                _ => 2,
            };
            ends[kind][end] += 1;
        }
    }
    println!("filled, cancelled, refused or expired, by kind: {ends:?}");
    assert!(ends.iter().all(|kind| kind[0] > 0 && kind[1] > 0), "{ends:?}");
}
