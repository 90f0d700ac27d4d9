//! Parent orders as records: the plan behind a signal, and how a parent stands.

use gannet_types::{
    InstrumentId, Lots, OrderId, OrderType, Pace, ParentReport, Plan, Schedule, Side, StrategyId,
    Ticks,
};

use crate::wire::{Code, codes, money, triple, unmoney, unpair};

/// Words of a plan.
pub(crate) const PLAN_WORDS: usize = 4;

/// Which plan.
#[derive(Clone, Copy)]
enum PlanKind {
    Emulate,
    Touched,
    Either,
    Bracket,
    SlicedByTime,
    SlicedByVolume,
    SlicedByParticipation,
    Split,
}

codes! { PlanKind {
    Emulate = 1, Touched = 2, Either = 3, Bracket = 4, SlicedByTime = 5, SlicedByVolume = 6,
    SlicedByParticipation = 7, Split = 8,
} }

/// A plan's words: the first holds what is small.
pub(crate) fn encode_plan(plan: Plan) -> [u64; PLAN_WORDS] {
    let kind = |kind: PlanKind| u64::from(kind.code());
    let ticks = |price: Ticks| price.0 as u64;
    match plan {
        Plan::Emulate => [kind(PlanKind::Emulate), 0, 0, 0],
        Plan::Split => [kind(PlanKind::Split), 0, 0, 0],
        Plan::Touched(at) => [kind(PlanKind::Touched), ticks(at), 0, 0],
        Plan::Either { side, order_type, price, stop_price, trail } => {
            let small = [PlanKind::Either.code(), side.code(), order_type.code(), 0, 0, 0, 0, 0];
            [u64::from_le_bytes(small), ticks(price), ticks(stop_price), u64::from(trail)]
        }
        Plan::Bracket { target, stop, trail } => {
            [kind(PlanKind::Bracket), ticks(target), ticks(stop), u64::from(trail)]
        }
        Plan::Sliced(schedule) => {
            let of = match schedule.pace {
                Pace::Time => PlanKind::SlicedByTime,
                Pace::Volume => PlanKind::SlicedByVolume,
                Pace::Participation => PlanKind::SlicedByParticipation,
            };
            let [share_0, share_1] = schedule.share_bp.to_le_bytes();
            let [child_0, child_1] = schedule.child_max_bp.to_le_bytes();
            let (behind, jitter) = (schedule.behind_percent, schedule.jitter_percent);
            let small = [of.code(), behind, jitter, 0, share_0, share_1, child_0, child_1];
            let times = u64::from(schedule.lasts_ms) | u64::from(schedule.every_ms) << 32;
            [u64::from_le_bytes(small), times, u64::from(schedule.seed), 0]
        }
    }
}

pub(crate) fn decode_plan(words: [u64; PLAN_WORDS]) -> Option<Plan> {
    let [small, first, second, third] = words;
    let [code, a, b, _, share_0, share_1, child_0, child_1] = small.to_le_bytes();
    let ticks = |word: u64| Ticks(word as i64);
    let sliced = |pace| {
        Some(Plan::Sliced(Schedule {
            pace,
            share_bp: u16::from_le_bytes([share_0, share_1]),
            lasts_ms: first as u32,
            every_ms: (first >> 32) as u32,
            child_max_bp: u16::from_le_bytes([child_0, child_1]),
            behind_percent: a,
            jitter_percent: b,
            seed: u32::try_from(second).ok()?,
        }))
    };
    match PlanKind::from_code(code)? {
        PlanKind::Emulate => Some(Plan::Emulate),
        PlanKind::Split => Some(Plan::Split),
        PlanKind::Touched => Some(Plan::Touched(ticks(first))),
        PlanKind::Either => Some(Plan::Either {
            side: Side::from_code(a)?,
            order_type: OrderType::from_code(b)?,
            price: ticks(first),
            stop_price: ticks(second),
            trail: u32::try_from(third).ok()?,
        }),
        PlanKind::Bracket => Some(Plan::Bracket {
            target: ticks(first),
            stop: ticks(second),
            trail: u32::try_from(third).ok()?,
        }),
        PlanKind::SlicedByTime => sliced(Pace::Time),
        PlanKind::SlicedByVolume => sliced(Pace::Volume),
        PlanKind::SlicedByParticipation => sliced(Pace::Participation),
    }
}

/// A report's detail and words.
pub(crate) fn encode_report(report: &ParentReport) -> ([u8; 4], [u64; 9]) {
    let [value, value_high] = money(report.value);
    let [exit_value, exit_value_high] = money(report.exit_value);
    let small = u64::from(report.status.code()) | u64::from(report.children) << 32;
    let words = [
        report.id.0,
        small,
        report.lots.0 as u64,
        report.cum_lots.0 as u64,
        value,
        value_high,
        report.exit_lots.0 as u64,
        exit_value,
        exit_value_high,
    ];
    (triple(report.instrument.0, report.strategy.0, report.side.code()), words)
}

pub(crate) fn decode_report(detail: [u8; 4], words: [u64; 9]) -> Option<ParentReport> {
    let [id, small, lots, cum, value, value_high, exits, exit_value, exit_value_high] = words;
    let [_, _, strategy, side] = detail;
    Some(ParentReport {
        id: OrderId(id),
        strategy: StrategyId(strategy),
        instrument: InstrumentId(unpair(detail).0),
        side: Code::from_code(side)?,
        status: Code::from_code(small as u8)?,
        lots: Lots(lots as i64),
        cum_lots: Lots(cum as i64),
        value: unmoney(value, value_high),
        exit_lots: Lots(exits as i64),
        exit_value: unmoney(exit_value, exit_value_high),
        children: (small >> 32) as u32,
    })
}
