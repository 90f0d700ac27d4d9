//! How the strategy's round trips have ended so far.
//!
//! A round trip ends when the position is closed or turned; it is won if what was realised in it, fees
//! included, is more than nothing.

use gannet_types::{Lots, Notional};

/// Round trips, and how many of them were won.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackRecord {
    trips: u32,
    wins: u32,
    lots: Lots,
    /// What had been realised when the trip now open began.
    began_with: Notional,
}

impl TrackRecord {
    /// Returns how many have ended.
    #[must_use]
    pub const fn trips(&self) -> u32 {
        self.trips
    }

    /// Returns how many were won.
    #[must_use]
    pub const fn wins(&self) -> u32 {
        self.wins
    }

    /// Returns the position after the last change.
    #[must_use]
    pub const fn lots(&self) -> Lots {
        self.lots
    }

    /// Takes the position and what was realised in all, fees included.
    pub fn watch(&mut self, lots: Lots, taken: Notional) {
        if lots == self.lots {
            return;
        }
        let before = std::mem::replace(&mut self.lots, lots);
        let over = before != Lots::ZERO && before.0.signum() != lots.0.signum();
        if over {
            self.trips = self.trips.saturating_add(1);
            self.wins = self.wins.saturating_add(u32::from(taken > self.began_with));
        }
        if over || before == Lots::ZERO {
            self.began_with = taken;
        }
    }
}

#[cfg(test)]
impl TrackRecord {
    /// A record of so many trips and wins.
    pub(super) fn of(trips: u32, wins: u32) -> Self {
        Self { trips, wins, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trip_is_from_nothing_to_nothing_or_to_the_other_side() {
        let mut record = TrackRecord::default();
        let mut after = |steps: &[(i64, i128)]| {
            for &(lots, taken) in steps {
                record.watch(Lots(lots), Notional(taken));
            }
            (record.trips(), record.wins())
        };
        assert_eq!(after(&[(0, 0), (5, 0), (9, -1), (4, 20)]), (0, 0));
        assert_eq!(after(&[(0, 30)]), (1, 1));
        // Turned at a loss, and the other side closed at a gain.
        assert_eq!(after(&[(5, 30), (-5, 10)]), (2, 1));
        assert_eq!(after(&[(0, 15)]), (3, 2));
        // A fee alone is a loss.
        assert_eq!(after(&[(1, 15), (0, 14)]), (4, 2));
    }
}
