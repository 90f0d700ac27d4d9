//! Slices over time: how much should have traded by when, and at which price the next part is
//! offered.
//!
//! A slice joins its own side of the book and waits. What it does not trade is in the next one, for
//! every slice aims at the whole plan so far, not at its own share; it is offered anew then, at the
//! price of then. Who is too far behind, or in the last slice, pays the spread, by an order that
//! trades at once or not at all. No slice goes beyond the worst price.
//!
//! Lengths and sizes are drawn around their means, from the seed and nothing else.

use gannet_types::{
    Lots, Nanos, OrderTerms, OrderType, Pace, RejectReason, Schedule, Side, Signal, Ticks,
    TimeInForce,
};

use super::Sight;
use super::curve::VolumeCurve;
use super::part::Want;

const MILLION: i128 = 1_000_000;

/// All of it, in hundredths of a percent.
const WHOLE_BP: i128 = 10_000;

/// Most slices of one parent: who wants more slices than this wants an algorithm of another kind.
const SLICES_MAX: u32 = 100_000;

/// How far a schedule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slicer {
    schedule: Schedule,
    side: Side,
    lots: Lots,
    worst: Ticks,
    /// How what waits is sent, and what does not.
    patient: TimeInForce,
    hasty: TimeInForce,
    terms: OrderTerms,
    start: Nanos,
    end: Nanos,
    /// When the slice ends.
    next: Nanos,
    /// What should have traded when it does.
    due: Lots,
    /// Its price; zero if there is none yet.
    price: Ticks,
    pays: bool,
    /// What the market traded since the start.
    volume: Lots,
    draws: u64,
}

impl Slicer {
    /// # Errors
    /// Its numbers make no sense.
    pub(super) fn new(
        now: Nanos,
        schedule: Schedule,
        signal: &Signal,
        can_pay: bool,
    ) -> Result<Self, RejectReason> {
        let Signal { side, lots, price: worst, time_in_force: patient, terms, .. } = *signal;
        let Schedule { pace, share_bp, lasts_ms, every_ms, child_max_bp, .. } = schedule;
        let follows = pace == Pace::Participation;
        let parts = [share_bp, child_max_bp].into_iter().all(|part| i128::from(part) <= WHOLE_BP);
        let fits = parts
            && follows == (share_bp > 0)
            && lasts_ms
                .checked_div(every_ms)
                .is_some_and(|slices| (1..=SLICES_MAX).contains(&slices))
            && schedule.jitter_percent <= 100
            && worst >= Ticks::ZERO
            && lots > Lots::ZERO
            && patient.rests();
        if !fits {
            return Err(RejectReason::BadPlan);
        }
        Ok(Self {
            schedule,
            side,
            lots,
            worst,
            patient,
            terms,
            hasty: if can_pay { TimeInForce::ImmediateOrCancel } else { patient },
            start: now,
            end: now.after(Nanos::from_millis(u64::from(lasts_ms))),
            next: now,
            due: Lots::ZERO,
            price: Ticks::ZERO,
            pays: false,
            volume: Lots::ZERO,
            draws: u64::from(schedule.seed),
        })
    }

    pub(super) fn is_over(&self, now: Nanos) -> bool {
        now >= self.end
    }

    /// When the next slice begins.
    pub(super) fn next(&self) -> Nanos {
        self.next
    }

    /// Counts what the market trades.
    pub(super) fn watch(&mut self, sight: &Sight) {
        if let Some(print) = sight.last {
            self.volume = Lots(self.volume.0.saturating_add(print.lots.0));
        }
    }

    /// What should be open if `cum` lots have traded.
    pub(super) fn want(&mut self, sight: &Sight, curve: &VolumeCurve, cum: Lots) -> Option<Want> {
        if sight.now >= self.next {
            self.begin_slice(sight, curve, cum);
        }
        let most = match self.schedule.child_max_bp {
            0 => self.lots,
            // Rounded up, so that something is always offered.
            part => Lots(((self.all() * i128::from(part)).div_euclid(WHOLE_BP) + 1) as i64),
        };
        let lots = (self.due - cum).min(most);
        let is_open = self.price > Ticks::ZERO && lots > Lots::ZERO;
        is_open.then_some(Want {
            side: self.side,
            order_type: OrderType::Limit,
            price: self.price,
            time_in_force: if self.pays { self.hasty } else { self.patient },
            terms: self.terms,
            lots,
        })
    }

    fn begin_slice(&mut self, sight: &Sight, curve: &VolumeCurve, cum: Lots) {
        let (near, far) = (sight.near(self.side), sight.far(self.side));
        if !sight.is_live || near <= Ticks::ZERO || far <= Ticks::ZERO {
            // Nothing is offered at a price of before; it begins with the next book.
            self.price = Ticks::ZERO;
            return;
        }
        let every = Nanos::from_millis(u64::from(self.schedule.every_ms));
        let length = self.around(i128::from(every.0)).max(1);
        let next = sight.now.after(Nanos(u64::try_from(length).unwrap_or(u64::MAX)));
        // What would be left of the time is no slice of its own.
        let is_last = next.after(Nanos(every.0 / 2)) >= self.end;
        self.next = if is_last { self.end } else { next };
        let now = self.planned(sight.now, curve);
        let share = self.around(i128::from((self.planned(self.next, curve) - now).0));
        let goal = i128::from(now.0) + share;
        self.due = match self.schedule.pace {
            Pace::Participation => now,
            Pace::Time | Pace::Volume if is_last => self.lots,
            Pace::Time | Pace::Volume => Lots(goal.clamp(0, i128::from(self.lots.0)) as i64),
        };
        let allowed = self.all() * i128::from(self.schedule.behind_percent) / 100;
        let behind = i128::from((now - cum).0) > allowed;
        let finishes = is_last && self.schedule.pace != Pace::Participation;
        let reaches = self.worst == Ticks::ZERO || self.side.reaches(self.worst, far);
        self.pays = (behind || finishes) && reaches;
        let price = if behind || finishes { far } else { near };
        self.price = match (self.worst, self.side) {
            (Ticks::ZERO, _) => price,
            (worst, Side::Buy) => price.min(worst),
            (worst, Side::Sell) => price.max(worst),
        };
    }

    /// What should have traded at a moment, at most all.
    fn planned(&self, at: Nanos, curve: &VolumeCurve) -> Lots {
        let lots = self.all();
        let planned = match self.schedule.pace {
            Pace::Time => {
                let (passed, whole) =
                    (at.min(self.end).since(self.start), self.end.since(self.start));
                lots * i128::from(passed.0) / i128::from(whole.0.max(1))
            }
            Pace::Volume => lots * i128::from(curve.part(self.start, at, self.end)) / MILLION,
            Pace::Participation => {
                i128::from(self.volume.0) * i128::from(self.schedule.share_bp) / WHOLE_BP
            }
        };
        // Between nothing and all of it.
        Lots(planned.clamp(0, lots) as i64)
    }

    fn all(&self) -> i128 {
        i128::from(self.lots.0)
    }

    /// Draws a number around its mean, evenly.
    fn around(&mut self, mean: i128) -> i128 {
        let jitter = i128::from(self.schedule.jitter_percent) * (MILLION / 100);
        if jitter == 0 {
            return mean;
        }
        let draw = i128::from(self.draw() % (2 * jitter as u64 + 1)) - jitter;
        mean + mean * draw / MILLION
    }

    /// The next number of Vigna's SplitMix64.
    fn draw(&mut self) -> u64 {
        self.draws = self.draws.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.draws;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
