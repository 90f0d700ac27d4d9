//! Parent orders as records: the plan behind a signal, and how a parent stands.

use gannet_types::{
    Exits, InstrumentId, Leg, Lots, Nanos, OrderId, OrderType, Pace, ParentReport, Plan, Schedule,
    Side, StrategyId, Ticks,
};

use crate::wire::{Code, codes, money, triple, unmoney, unpair};

/// Words of a plan.
pub(crate) const PLAN_WORDS: usize = 6;

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
}

codes! { PlanKind {
    Emulate = 1, Touched = 2, Either = 3, Bracket = 4, SlicedByTime = 5, SlicedByVolume = 6,
    SlicedByParticipation = 7,
} }

/// A plan's words: the first holds what is small.
pub(crate) fn encode_plan(plan: Plan) -> [u64; PLAN_WORDS] {
    let ticks = |price: Ticks| price.0 as u64;
    match plan {
        Plan::Emulate => [kind(PlanKind::Emulate), 0, 0, 0, 0, 0],
        Plan::Touched(at) => [kind(PlanKind::Touched), ticks(at), 0, 0, 0, 0],
        Plan::Either(leg) => {
            let Leg { side, order_type, price, stop_price, offset } = leg;
            let small = [PlanKind::Either.code(), side.code(), order_type.code(), 0, 0, 0, 0, 0];
            [u64::from_le_bytes(small), ticks(price), ticks(stop_price), ticks(offset), 0, 0]
        }
        Plan::Bracket(Exits { target, stop, trail }) => {
            [kind(PlanKind::Bracket), ticks(target), ticks(stop), ticks(trail), 0, 0]
        }
        Plan::Sliced(schedule) => {
            let Schedule { pace, end, every, child_max, behind_ppm, jitter_ppm, seed } = schedule;
            let (of, rate) = match pace {
                Pace::Time => (PlanKind::SlicedByTime, 0),
                Pace::Volume => (PlanKind::SlicedByVolume, 0),
                Pace::Participation(ppm) => (PlanKind::SlicedByParticipation, ppm),
            };
            [
                kind(of) | u64::from(rate) << 32,
                end.0,
                every.0,
                child_max.0 as u64,
                u64::from(behind_ppm) | u64::from(jitter_ppm) << 32,
                u64::from(seed),
            ]
        }
    }
}

pub(crate) fn decode_plan(words: [u64; PLAN_WORDS]) -> Option<Plan> {
    let [small, a, b, c, d, e] = words;
    let [code, side, order_type, ..] = small.to_le_bytes();
    let ticks = |word: u64| Ticks(word as i64);
    let sliced = |pace| {
        Some(Plan::Sliced(Schedule {
            pace,
            end: Nanos(a),
            every: Nanos(b),
            child_max: Lots(c as i64),
            behind_ppm: d as u32,
            jitter_ppm: (d >> 32) as u32,
            seed: u32::try_from(e).ok()?,
        }))
    };
    match PlanKind::from_code(code)? {
        PlanKind::Emulate => Some(Plan::Emulate),
        PlanKind::Touched => Some(Plan::Touched(ticks(a))),
        PlanKind::Either => Some(Plan::Either(Leg {
            side: Side::from_code(side)?,
            order_type: OrderType::from_code(order_type)?,
            price: ticks(a),
            stop_price: ticks(b),
            offset: ticks(c),
        })),
        PlanKind::Bracket => {
            Some(Plan::Bracket(Exits { target: ticks(a), stop: ticks(b), trail: ticks(c) }))
        }
        PlanKind::SlicedByTime => sliced(Pace::Time),
        PlanKind::SlicedByVolume => sliced(Pace::Volume),
        PlanKind::SlicedByParticipation => sliced(Pace::Participation((small >> 32) as u32)),
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

fn kind(kind: PlanKind) -> u64 {
    u64::from(kind.code())
}
