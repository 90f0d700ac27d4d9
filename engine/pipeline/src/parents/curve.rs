//! When in the day how much is traded, as learned from bars or as configured.
//!
//! Half an hour of UTC a bucket. A day that is over is averaged into those before it, the older the
//! less: each counts half of the next. Until anything is known, volume is as good as time.

use gannet_types::{Bar, Nanos};

/// Half an hour.
const BUCKET: u64 = 1_800 * Nanos::SECOND.0;

/// Buckets of a day, half an hour each.
pub const DAY_BUCKETS: usize = 48;

const BUCKETS: usize = DAY_BUCKETS;

/// More than any market trades, so that sums and products stay far from overflow.
const VOLUME_MAX: u64 = 1 << 48;

/// Parts of a lot that an average counts, so that small volumes do not vanish in halving.
const PARTS: u64 = 256;

/// How a day's volume is spread over its half-hours, in UTC; only the proportions count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayVolume([u64; DAY_BUCKETS]);

impl DayVolume {
    /// Makes a curve; `None` if nothing is ever traded by it, or a share is above 2^48.
    #[must_use]
    pub fn new(shares: [u64; DAY_BUCKETS]) -> Option<Self> {
        let is_sound = shares.iter().all(|&share| share <= VOLUME_MAX);
        (is_sound && shares.iter().any(|&share| share > 0)).then_some(Self(shares))
    }
}

/// The volume of a day by the half-hour.
#[derive(Clone, Debug)]
pub(crate) struct VolumeCurve {
    /// It is configured: nothing is learned.
    is_known: bool,
    day: u64,
    today: [u64; BUCKETS],
    /// In parts of a lot.
    past: [u64; BUCKETS],
}

impl VolumeCurve {
    pub(crate) const fn new() -> Self {
        Self { is_known: false, day: 0, today: [0; BUCKETS], past: [0; BUCKETS] }
    }

    /// A curve that is configured.
    pub(crate) const fn known(&DayVolume(shares): &DayVolume) -> Self {
        Self { is_known: true, past: shares, ..Self::new() }
    }

    /// Adds a bar, in the bucket it ended in.
    pub(crate) fn on_bar(&mut self, bar: &Bar) {
        if self.is_known {
            return;
        }
        // The end of a time bar is the first moment after it.
        let index = bar.end.0.saturating_sub(1) / BUCKET;
        let (day, bucket) = (index / BUCKETS as u64, (index % BUCKETS as u64) as usize);
        if day > self.day {
            for (past, today) in self.past.iter_mut().zip(&mut self.today) {
                *past = u64::midpoint(*past, std::mem::take(today) * PARTS);
            }
            self.day = day;
        }
        let volume = u64::try_from(bar.volume.0).unwrap_or(0);
        self.today[bucket] = self.today[bucket].saturating_add(volume).min(VOLUME_MAX);
    }

    /// Returns which part of the volume between `start` and `end` comes before `now`, in
    /// millionths.
    ///
    /// Cost: O(buckets between the two), at most two days of them; beyond that it is time's part.
    pub(crate) fn part(&self, start: Nanos, now: Nanos, end: Nanos) -> u64 {
        let now = now.clamp(start, end);
        let whole = self.between(start, end);
        let known = whole > 0 && end.since(start).0 <= 2 * BUCKETS as u64 * BUCKET;
        let (part, whole) = if known {
            (self.between(start, now), whole)
        } else {
            (u128::from(now.since(start).0), u128::from(end.since(start).0.max(1)))
        };
        // At most a million: a part of the whole.
        (part * 1_000_000 / whole) as u64
    }

    /// Volume times time between two moments.
    fn between(&self, start: Nanos, end: Nanos) -> u128 {
        let mut sum = 0_u128;
        let mut from = start.0;
        for _ in 0..=2 * BUCKETS {
            if from >= end.0 {
                break;
            }
            let index = from / BUCKET;
            let to = ((index + 1).saturating_mul(BUCKET)).min(end.0);
            let volume = self.past[(index % BUCKETS as u64) as usize];
            sum += u128::from(volume) * u128::from(to - from);
            from = to;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{BarKind, InstrumentId, Lots, Notional, Ticks};

    use super::*;

    fn bar(end: u64, volume: i64) -> Bar {
        Bar {
            instrument: InstrumentId(0),
            kind: BarKind::Time(Nanos::SECOND),
            start: Nanos(end - 1),
            end: Nanos(end),
            open: Ticks(1),
            high: Ticks(1),
            low: Ticks(1),
            close: Ticks(1),
            volume: Lots(volume),
            notional: Notional(1),
            trades: 1,
        }
    }

    #[test]
    fn what_is_not_known_is_time() {
        let curve = VolumeCurve::new();
        for (now, part) in [(0, 0), (10, 0), (15, 250_000), (30, 1_000_000), (99, 1_000_000)] {
            assert_eq!(curve.part(Nanos(10), Nanos(now), Nanos(30)), part, "{now}");
        }
        assert_eq!(curve.part(Nanos(10), Nanos(10), Nanos(10)), 0);
    }

    #[test]
    fn a_configured_day_is_followed_from_the_first_and_nothing_is_learned() {
        let day = BUCKET * BUCKETS as u64;
        let mut shares = [0; BUCKETS];
        (shares[0], shares[1]) = (1, 3);
        let mut curve = VolumeCurve::known(&DayVolume::new(shares).expect("something is traded"));
        for _ in 0..2 {
            let part = |now: u64| curve.part(Nanos(day), Nanos(day + now), Nanos(day + 2 * BUCKET));
            assert_eq!([BUCKET, BUCKET + BUCKET / 2].map(part), [250_000, 625_000]);
            // Outside of what the curve knows, time decides.
            let later = |now| curve.part(Nanos(4 * BUCKET), Nanos(now), Nanos(6 * BUCKET));
            assert_eq!(later(5 * BUCKET), 500_000);
            curve.on_bar(&bar(BUCKET, 900));
            curve.on_bar(&bar(day + 1, 900));
        }
        assert_eq!(DayVolume::new([0; BUCKETS]), None);
        assert_eq!(DayVolume::new([u64::MAX; BUCKETS]), None);
    }

    #[test]
    fn a_day_that_is_over_is_followed() {
        let day = BUCKET * BUCKETS as u64;
        let mut curve = VolumeCurve::new();
        // Three times as much in the second half-hour as in the first.
        curve.on_bar(&bar(BUCKET, 100));
        curve.on_bar(&bar(2 * BUCKET, 300));
        let part = |curve: &VolumeCurve, now: u64| {
            curve.part(Nanos(day), Nanos(day + now), Nanos(day + 2 * BUCKET))
        };
        assert_eq!(part(&curve, BUCKET), 500_000, "the day is not over");
        curve.on_bar(&bar(day + 1, 0));
        assert_eq!(part(&curve, BUCKET), 250_000);
        assert_eq!(part(&curve, BUCKET + BUCKET / 2), 625_000);
        assert_eq!(part(&curve, 2 * BUCKET), 1_000_000);
        // A day the other way round counts twice as much.
        curve.on_bar(&bar(day + BUCKET, 300));
        curve.on_bar(&bar(day + 2 * BUCKET, 100));
        curve.on_bar(&bar(2 * day + 1, 0));
        assert_eq!(part(&curve, BUCKET), (175_u64 * 1_000_000) / (175 + 125));
    }
}
