//! Parent orders at random: each plan there is, with numbers that mostly make sense.

use gannet_pipeline::strategy::View;
use gannet_sim::Random;
use gannet_types::{
    Lots, Nanos, OrderTerms, OrderType, Pace, Plan, Schedule, Side, Signal, SignalAction, Ticks,
    TimeInForce,
};

/// Makes a parent order of what would have been an order.
pub fn parent(random: &mut Random, view: &View<'_>, signal: &Signal) -> Signal {
    let plain = Signal {
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::GoodTillCancel,
        terms: OrderTerms::PLAIN,
        ..*signal
    };
    let side = signal.side;
    let mid = Ticks(i64::midpoint(view.top.bid.price.0, view.top.ask.price.0));
    let near = side.towards_worse(mid, Ticks(-2 - random.below(3) as i64));
    let away = |random: &mut Random| Ticks(3 + random.below(8) as i64);
    let (wish, plan) = match random.below(7) {
        0 => (held_back(random, &plain, mid), Plan::Emulate),
        1 => (tips(random, view.now, &Signal { price: near, ..plain }), Plan::Emulate),
        2 => {
            let touched = side.opposite().towards_worse(mid, away(random));
            (Signal { price: mid, ..plain }, Plan::Touched(touched))
        }
        3 => {
            let stop_price = side.towards_worse(mid, away(random));
            let plan = Plan::Either {
                side,
                order_type: OrderType::Stop,
                price: Ticks::ZERO,
                stop_price,
                trail: 0,
            };
            (Signal { price: near, ..plain }, plan)
        }
        4 | 5 => {
            let target = side.towards_worse(mid, away(random));
            let stop = side.opposite().towards_worse(mid, Ticks(6 + random.below(8) as i64));
            let trail = if random.chance(30) { 5 } else { 0 };
            let entry = if random.chance(50) { mid } else { near };
            (Signal { price: entry, ..plain }, Plan::Bracket { target, stop, trail })
        }
        _ => {
            let worst = side.towards_worse(mid, Ticks(10));
            let lots = Lots(4 + random.below(12) as i64);
            (Signal { price: worst, lots, ..plain }, Plan::Sliced(schedule(random)))
        }
    };
    Signal { action: SignalAction::Work(plan), ..wish }
}

/// A stop, or one that trails the market.
fn held_back(random: &mut Random, plain: &Signal, mid: Ticks) -> Signal {
    let stop_price = plain.side.towards_worse(mid, Ticks(2 + random.below(6) as i64));
    let trails = random.chance(40);
    let offset = if trails { Ticks(3 + random.below(5) as i64) } else { Ticks::ZERO };
    Signal {
        order_type: if trails { OrderType::TrailingStop } else { OrderType::Stop },
        price: Ticks::ZERO,
        terms: OrderTerms { stop_price, offset, ..OrderTerms::PLAIN },
        ..*plain
    }
}

/// An iceberg, which may end at a time.
fn tips(random: &mut Random, now: Nanos, plain: &Signal) -> Signal {
    let dated = random.chance(50);
    let expire_time = now.after(Nanos::from_millis(20 + random.below(300)));
    Signal {
        time_in_force: if dated { TimeInForce::GoodTillDate } else { TimeInForce::GoodTillCancel },
        terms: OrderTerms {
            display_lots: Lots(1 + random.below(3) as i64).min(plain.lots),
            expire_time: if dated { expire_time } else { Nanos::ZERO },
            ..OrderTerms::PLAIN
        },
        ..*plain
    }
}

fn schedule(random: &mut Random) -> Schedule {
    let (pace, share_bp) = match random.below(3) {
        0 => (Pace::Time, 0),
        1 => (Pace::Volume, 0),
        _ => (Pace::Participation, 2_000),
    };
    Schedule {
        pace,
        share_bp,
        lasts_ms: 100 + random.below(400) as u32,
        every_ms: 20 + random.below(50) as u32,
        child_max_bp: if random.chance(50) { 3_000 } else { 0 },
        behind_percent: 20,
        jitter_percent: random.below(50) as u8,
        seed: random.below(1_000) as u32,
    }
}

/// The sides on which the children of a plan trade.
#[must_use]
pub fn trades(plan: Plan, own: Side, side: Side) -> bool {
    match plan {
        Plan::Emulate | Plan::Touched(_) | Plan::Sliced(_) | Plan::Split => side == own,
        Plan::Either { side: other, .. } => side == own || side == other,
        Plan::Bracket { .. } => true,
    }
}
