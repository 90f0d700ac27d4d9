//! Whose turn it is: the champion's or a challenger's.
//!
//! The answer follows from the experiment, the instrument and the time alone, so it is the same in a
//! replay, and nobody can choose. Within a bucket of time it does not change.

use gannet_types::{InstrumentId, Nanos};

/// An experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Experiment {
    /// A number made of its name: another name, other turns.
    pub seed: u64,
    /// How long a turn lasts.
    pub bucket: Nanos,
    /// How many of a hundred turns belong to challengers.
    pub share_percent: u8,
}

impl Experiment {
    /// Returns which of `challengers` has its turn; `None` if it is the champion's.
    ///
    /// Hot: called when a bar has closed.
    #[must_use]
    pub fn turn(&self, instrument: InstrumentId, now: Nanos, challengers: usize) -> Option<usize> {
        let bucket = now.0 / self.bucket.0.max(1);
        let drawn = mix(self.seed ^ mix(u64::from(instrument.0) ^ mix(bucket)));
        let (lot, rest) = (drawn % 100, drawn / 100);
        let theirs = challengers > 0 && lot < u64::from(self.share_percent);
        theirs.then(|| (rest % challengers as u64) as usize)
    }

    /// Makes a seed of a name.
    #[must_use]
    pub fn seed(name: &str) -> u64 {
        name.bytes().fold(name.len() as u64, |seed, byte| mix(seed ^ u64::from(byte)))
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit depends on every bit.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60 * Nanos::SECOND.0;

    fn experiment(name: &str, share_percent: u8) -> Experiment {
        Experiment { seed: Experiment::seed(name), bucket: Nanos(15 * MINUTE), share_percent }
    }

    #[test]
    fn turns_are_shared_as_was_said() {
        let experiment = experiment("first", 30);
        let mut turns = [0_u32; 3];
        for bucket in 0..20_000 {
            let now = Nanos(bucket * 15 * MINUTE);
            match experiment.turn(InstrumentId(0), now, 2) {
                None => turns[0] += 1,
                Some(challenger) => turns[1 + challenger] += 1,
            }
        }
        // Five standard deviations of 20,000 draws are 324 of 6,000 and of 14,000, 252 of 3,000.
        assert!(turns[0].abs_diff(14_000) < 324, "{turns:?}");
        assert!(turns[1].abs_diff(3_000) < 252 && turns[2].abs_diff(3_000) < 252, "{turns:?}");
    }

    #[test]
    fn a_turn_lasts_for_its_bucket() {
        let experiment = experiment("first", 50);
        for bucket in 0..200 {
            let at = |minute: u64| Nanos((bucket * 15 + minute) * MINUTE);
            let first = experiment.turn(InstrumentId(3), at(0), 1);
            assert_eq!(experiment.turn(InstrumentId(3), at(7), 1), first);
            assert_eq!(experiment.turn(InstrumentId(3), Nanos(at(15).0 - 1), 1), first);
        }
    }

    #[test]
    fn other_names_and_instruments_have_other_turns() {
        let turns = |name, instrument| -> Vec<bool> {
            let experiment = experiment(name, 50);
            let at = |bucket: u64| Nanos(bucket * 15 * MINUTE);
            (0..256)
                .map(|it| experiment.turn(InstrumentId(instrument), at(it), 1).is_some())
                .collect()
        };
        let same = |a: &[bool], b: &[bool]| a.iter().zip(b).filter(|(a, b)| a == b).count();
        let first = turns("first", 0);
        assert_eq!(turns("first", 0), first);
        for other in [turns("second", 0), turns("first", 1)] {
            // Half of 256 are equal by chance, with a standard deviation of 8.
            assert!(same(&first, &other).abs_diff(128) < 48);
        }
    }

    #[test]
    fn without_challengers_or_share_it_is_always_the_champions_turn() {
        for bucket in 0..1_000 {
            let now = Nanos(bucket * MINUTE);
            assert_eq!(experiment("first", 100).turn(InstrumentId(0), now, 0), None);
            assert_eq!(experiment("first", 0).turn(InstrumentId(0), now, 3), None);
            assert!(experiment("first", 100).turn(InstrumentId(0), now, 3).is_some());
        }
    }
}
