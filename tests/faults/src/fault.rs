//! What can go wrong, and the dice that decide when it does.
//!
//! Each kind of fault draws from a stream of its own, so that one can be switched off and the
//! others still fall as they did, for as long as the world goes the same way.

use std::fmt;
use std::str::FromStr;

use gannet_sim::Random;

macro_rules! faults {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// One kind of fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault { $($(#[doc = $doc])* $name,)* }

        impl Fault {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

faults! {
    /// The line to the venue breaks; it is noticed at once or later.
    Disconnect,
    /// A request is swallowed while the line holds.
    LostRequest,
    /// A request reaches the venue twice.
    RepeatedRequest,
    /// A report is never delivered.
    LostReport,
    /// A report comes long after those that were said later.
    LateReport,
    /// A report overtakes its neighbours.
    ReorderedReport,
    /// A report is delivered twice in a row.
    DuplicateReport,
    /// A report of the past is delivered again.
    RepeatedReport,
    /// The venue refuses for no reason.
    Refusal,
    /// There is no room in the ring to the gateway.
    RingFull,
    /// The venue starts again: what worked is cancelled, what was done is forgotten.
    VenueRestart,
    /// The account has so little margin that the venue takes positions over.
    Liquidation,
    /// The feed breaks and says so.
    FeedLoss,
    /// The feed falls silent.
    FeedStall,
    /// The engine is killed between any two of: recording, deciding, recording, sending.
    Crash,
    /// The record that was being written when the engine was killed is half there.
    TornRecord,
    /// The clock steps, back or ahead.
    ClockStep,
    /// A person kills, halts, closes, cancels, changes the mode, limits or a rate, drains.
    Command,
    /// The back office of a venue books lots that nobody traded.
    BackOffice,
    /// A venue tells positions that are not so, for a while.
    Lie,
    /// Somebody else trades in an account of ours, as the drop copy tells.
    Stranger,
}

const KINDS: usize = Fault::ALL.len();

/// A set of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faults(u32);

impl Faults {
    /// Every kind.
    pub const ALL: Self = Self((1 << KINDS) - 1);

    /// Returns whether a kind is among them.
    #[must_use]
    pub const fn has(self, fault: Fault) -> bool {
        self.0 & 1 << fault as u32 != 0
    }

    /// Returns the same without one kind.
    #[must_use]
    pub const fn without(self, fault: Fault) -> Self {
        Self(self.0 & !(1 << fault as u32))
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Fault::ALL.iter().filter(|fault| self.has(**fault));
        let names: Vec<String> = names.map(|fault| format!("{fault:?}")).collect();
        if names.is_empty() { f.write_str("none") } else { f.write_str(&names.join(",")) }
    }
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut faults = Self(0);
        for name in text.split(',').filter(|name| *name != "none") {
            let found = Fault::ALL.iter().find(|fault| format!("{fault:?}") == name);
            let fault = found.ok_or_else(|| format!("`{name}` is none of {}", Self::ALL))?;
            faults.0 |= 1 << *fault as u32;
        }
        Ok(faults)
    }
}

/// Decides when which fault strikes, and counts.
#[derive(Debug)]
pub struct Dice {
    random: Vec<Random>,
    /// How often a fault strikes when it could, in ten thousandths.
    odds: Vec<u64>,
    counts: Vec<u64>,
}

impl Dice {
    /// Loads the dice of a seed: each of the `allowed` kinds takes part in two seeds of three, and
    /// is rare in some and frequent in others.
    #[must_use]
    pub fn new(seed: u64, allowed: Faults) -> Self {
        let stream = |kind: u64| Random::new(seed.wrapping_mul(64).wrapping_add(kind));
        let mut random: Vec<Random> = (0..KINDS as u64).map(stream).collect();
        let mut load = |&fault: &Fault| {
            let random = &mut random[fault as usize];
            let takes_part = random.below(3) > 0;
            let odds = base_odds(fault) << random.below(4);
            if takes_part && allowed.has(fault) { odds } else { 0 }
        };
        let odds = Fault::ALL.iter().map(&mut load).collect();
        Self { random, odds, counts: vec![0; KINDS] }
    }

    /// Returns whether a fault strikes now that it could.
    pub fn strikes(&mut self, fault: Fault) -> bool {
        let index = fault as usize;
        let struck = self.random[index].below(10_000) < self.odds[index];
        self.counts[index] += u64::from(struck);
        struck
    }

    /// Draws a detail of a fault: a number below `bound`.
    pub fn below(&mut self, fault: Fault, bound: u64) -> u64 {
        self.random[fault as usize].below(bound)
    }

    /// Returns how often a fault strikes when it could, in millionths.
    #[must_use]
    pub fn odds_ppm(&self, fault: Fault) -> u32 {
        // Below a hundred percent.
        (self.odds[fault as usize] * 100).min(1_000_000) as u32
    }

    /// Returns whether a fault is one of the most frequent that it can be, as in one seed of six.
    #[must_use]
    pub fn is_frequent(&self, fault: Fault) -> bool {
        self.odds[fault as usize] == base_odds(fault) << 3
    }

    /// Counts what struck elsewhere.
    pub fn note(&mut self, fault: Fault, times: u64) {
        self.counts[fault as usize] += times;
    }

    /// From now on nothing goes wrong any more.
    pub fn rest(&mut self) {
        self.odds.fill(0);
    }

    /// Returns how often each kind struck.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }
}

/// The least odds of a fault, by how often it could strike: per request, report or moment.
const fn base_odds(fault: Fault) -> u64 {
    match fault {
        Fault::LostRequest | Fault::RepeatedRequest => 50,
        Fault::RingFull | Fault::LostReport | Fault::DuplicateReport | Fault::Refusal => 100,
        Fault::LateReport | Fault::ReorderedReport => 200,
        Fault::RepeatedReport | Fault::Command => 20,
        Fault::Disconnect => 10,
        Fault::FeedLoss | Fault::FeedStall | Fault::ClockStep => 4,
        Fault::Crash => 10,
        Fault::VenueRestart => 2,
        Fault::Liquidation => 1,
        Fault::BackOffice => 3,
        Fault::Lie | Fault::Stranger => 5,
        Fault::TornRecord => 3_000,
    }
}
