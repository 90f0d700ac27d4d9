//! Which part of an order goes to which venue: as much as there is, at the least cost, exactly.
//!
//! Every venue offers steps, each dearer than the one before, in lots of its own. With one lot size the
//! answer is to take the cheapest steps of all. With several a cheap small lot may keep a cheap large one
//! from fitting, so the sizes are gone through from the smallest on: as many of the cheapest lots are
//! taken as must be, because no larger lot makes up that remainder; the others are bound, in order, into
//! blocks of the next size and compete with its lots there. Costs rise along every list, so blocks of
//! neighbours are the best blocks, and the last list is taken from its cheap end.
//!
//! A venue's smallest order breaks that order: where a part is too small for it, both ways are looked at,
//! without the venue and with that much of it at least, and what cannot beat the best found is left.
//!
//! # Invariants
//! - Never more than asked for, never more of a step than there is.

use super::{LOT_SIZES_MAX, VENUES_MAX};

/// Levels of a book that are looked at; what lies deeper counts as not there.
pub(crate) const LEVELS_MAX: usize = 32;

const STEPS_MAX: usize = LEVELS_MAX * VENUES_MAX;

/// Each of the sizes has its steps, and at most two blocks for each run of the one before.
const RUNS_MAX: usize = STEPS_MAX * ((1 << LOT_SIZES_MAX) - 1);

/// The source of a run of blocks.
const BOUND: u8 = u8::MAX;

/// Splits orders; its memory is reserved once.
pub(crate) struct Splitter {
    offers: [Offer; VENUES_MAX],
    /// In the order of their offers.
    steps: Vec<Step>,
    runs: Vec<Run>,
}

/// What is taken, by venue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// In lots of the venue.
    pub(crate) lots: [i64; VENUES_MAX],
    /// In the smallest lots.
    pub(crate) filled: i64,
    pub(crate) cost: i128,
}

/// What a venue offers.
#[derive(Clone, Copy, Debug, Default)]
struct Offer {
    /// Smallest lots in a lot; zero if it offers nothing.
    lot: i64,
    /// The smallest order, in lots.
    least: i64,
    /// Where its steps begin and end.
    steps: (usize, usize),
    /// How many lots they are.
    lots: i64,
}

/// So many lots at a price.
#[derive(Clone, Copy, Debug)]
struct Step {
    cost: i128,
    lots: i64,
}

/// So many lots, or blocks of smaller ones, of one cost.
#[derive(Clone, Copy, Debug)]
struct Run {
    cost: i128,
    count: i64,
    source: u8,
}

/// What was decided about a venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open,
    Out,
    /// At least its smallest order.
    In,
}

type Fates = [Fate; VENUES_MAX];

impl Splitter {
    /// Reserves nothing if nothing is ever split.
    pub(crate) fn new(is_used: bool) -> Self {
        let room = |most: usize| if is_used { most } else { 0 };
        Self {
            offers: [Offer::default(); VENUES_MAX],
            steps: Vec::with_capacity(room(STEPS_MAX)),
            runs: Vec::with_capacity(room(RUNS_MAX)),
        }
    }

    #[cfg(test)]
    pub(super) fn reserved(&self) -> (usize, usize) {
        (self.steps.capacity(), self.runs.capacity())
    }

    /// Forgets all offers.
    pub(crate) fn clear(&mut self) {
        self.offers = [Offer::default(); VENUES_MAX];
        self.steps.clear();
    }

    /// Begins the offer of a venue.
    pub(crate) fn begin(&mut self, venue: usize, lot: i64, least: i64) {
        let at = self.steps.len();
        self.offers[venue] = Offer { lot, least, steps: (at, at), lots: 0 };
    }

    /// Adds a step to the offer that was begun last; `cost` is that of a lot, and more than before.
    pub(crate) fn add(&mut self, venue: usize, cost: i128, lots: i64) {
        if lots <= 0 || self.steps.len() == self.steps.capacity() {
            return;
        }
        self.steps.push(Step { cost, lots });
        let offer = &mut self.offers[venue];
        offer.steps.1 = self.steps.len();
        offer.lots = offer.lots.saturating_add(lots);
    }

    /// Splits so many of the smallest lots: first of all as many as there are, then at the least cost.
    ///
    /// Cost: O(n log n) of the steps; twice for each venue whose part is too small for it.
    pub(crate) fn split(&mut self, units: i64) -> Parts {
        let mut best = Parts::default();
        self.search(units, [Fate::Open; VENUES_MAX], &mut best);
        best
    }

    fn search(&mut self, units: i64, fates: Fates, best: &mut Parts) {
        let Some(parts) = self.solve(units, &fates) else { return };
        if !parts.beats(best) {
            return;
        }
        let too_small = |&venue: &usize| {
            let lots = parts.lots[venue];
            fates[venue] == Fate::Open && lots > 0 && lots < self.offers[venue].least
        };
        let Some(venue) = (0..VENUES_MAX).find(too_small) else {
            *best = parts;
            return;
        };
        for fate in [Fate::Out, Fate::In] {
            let mut fates = fates;
            fates[venue] = fate;
            self.search(units, fates, best);
        }
    }

    /// The best parts as if no other venue had a smallest order.
    fn solve(&mut self, units: i64, fates: &Fates) -> Option<Parts> {
        let mut parts = Parts::default();
        for (venue, offer) in self.offers.iter().enumerate() {
            if fates[venue] == Fate::In {
                if offer.lots < offer.least {
                    return None;
                }
                parts.lots[venue] = offer.least;
                parts.filled = parts.filled.saturating_add(offer.least.saturating_mul(offer.lot));
                parts.cost = parts.cost.saturating_add(self.cost_of(venue, offer.least));
            }
        }
        let left = units - parts.filled;
        if left < 0 {
            return None;
        }
        let most = self.most(left, fates, &parts);
        self.choose(most, fates, &mut parts);
        Some(parts)
    }

    /// The cost of a venue's first lots.
    fn cost_of(&self, venue: usize, lots: i64) -> i128 {
        let (mut cost, mut left) = (0_i128, lots);
        for step in self.steps_of(venue) {
            let part = left.min(step.lots);
            cost = cost.saturating_add(step.cost.saturating_mul(i128::from(part)));
            left -= part;
        }
        cost
    }

    fn steps_of(&self, venue: usize) -> &[Step] {
        let (begin, end) = self.offers[venue].steps;
        &self.steps[begin..end]
    }

    /// How much of `units` can be had at all: the largest lots first, for what they do not make up the
    /// smaller ones do.
    fn most(&self, units: i64, fates: &Fates, taken: &Parts) -> i64 {
        let (sizes, count) = self.sizes();
        let mut left = units;
        for &size in sizes[..count].iter().rev() {
            let mut there = 0_i64;
            for (venue, offer) in self.offers.iter().enumerate() {
                if offer.lot == size && fates[venue] != Fate::Out {
                    there = there.saturating_add(offer.lots - taken.lots[venue]);
                }
            }
            left -= there.min(left / size) * size;
        }
        units - left
    }

    /// The different lots, the smallest first, and how many there are.
    fn sizes(&self) -> ([i64; VENUES_MAX], usize) {
        let (mut sizes, mut count) = ([0; VENUES_MAX], 0);
        for offer in self.offers.iter().filter(|offer| offer.lots > 0) {
            if !sizes[..count].contains(&offer.lot) {
                sizes[count] = offer.lot;
                count += 1;
            }
        }
        sizes[..count].sort_unstable();
        (sizes, count)
    }

    /// Adds exactly `units`, which can be had, at the least cost.
    fn choose(&mut self, units: i64, fates: &Fates, parts: &mut Parts) {
        let (sizes, count) = self.sizes();
        let (mut begins, mut needs) = ([0; VENUES_MAX + 1], [0; VENUES_MAX]);
        let mut left = units;
        self.runs.clear();
        for place in 0..count {
            let size = sizes[place];
            self.list(size, fates, parts);
            self.runs[begins[place]..].sort_unstable_by_key(|run| (run.cost, run.source));
            begins[place + 1] = self.runs.len();
            let next = sizes[..count].get(place + 1).copied();
            let remainder = next.map_or(left, |next| left % next);
            needs[place] = remainder / size;
            left -= needs[place] * size;
            if let Some(next) = next {
                self.bind(begins[place], needs[place], next / size);
            }
        }
        let mut wanted = 0;
        for place in (0..count).rev() {
            // Of this size: what only it makes up, and what its blocks have won.
            let block = sizes[..count].get(place + 1).map_or(0, |next| next / sizes[place]);
            let lots = needs[place] + wanted * block;
            wanted = self.take(begins[place]..begins[place + 1], lots, parts);
        }
        parts.filled += units;
    }

    /// Lists the lots of one size that are not taken yet.
    fn list(&mut self, size: i64, fates: &Fates, parts: &Parts) {
        for (venue, &fate) in fates.iter().enumerate() {
            let Offer { lot, steps: (begin, end), .. } = self.offers[venue];
            if lot != size || fate == Fate::Out {
                continue;
            }
            let mut taken = parts.lots[venue];
            for step in &self.steps[begin..end] {
                let skipped = taken.min(step.lots);
                taken -= skipped;
                let count = step.lots - skipped;
                if count > 0 {
                    self.runs.push(Run { cost: step.cost, count, source: venue as u8 });
                }
            }
        }
    }

    /// Binds what lies behind the first lots of the list from `begin` on into blocks, and lists these
    /// behind it. What is left of a last block is of no use.
    fn bind(&mut self, begin: usize, first: i64, block: i64) {
        let (mut skip, mut open, mut cost) = (first, 0_i64, 0_i128);
        let times = |cost: i128, count: i64| cost.saturating_mul(i128::from(count));
        for index in begin..self.runs.len() {
            let run = self.runs[index];
            let skipped = skip.min(run.count);
            skip -= skipped;
            let mut count = run.count - skipped;
            if open > 0 {
                let fills = count.min(block - open);
                (open, count) = (open + fills, count - fills);
                cost = cost.saturating_add(times(run.cost, fills));
                if open == block {
                    self.runs.push(Run { cost, count: 1, source: BOUND });
                    (open, cost) = (0, 0);
                }
            }
            if count >= block {
                let whole =
                    Run { cost: times(run.cost, block), count: count / block, source: BOUND };
                self.runs.push(whole);
                count %= block;
            }
            if count > 0 {
                open += count;
                cost = cost.saturating_add(times(run.cost, count));
            }
        }
    }

    /// Takes the first lots of a list; returns how many of them are blocks.
    fn take(&self, list: std::ops::Range<usize>, lots: i64, parts: &mut Parts) -> i64 {
        let (mut left, mut blocks) = (lots, 0);
        for run in &self.runs[list] {
            let part = left.min(run.count);
            left -= part;
            if run.source == BOUND {
                blocks += part;
            } else {
                parts.lots[usize::from(run.source)] += part;
                let cost = run.cost.saturating_mul(i128::from(part));
                parts.cost = parts.cost.saturating_add(cost);
            }
        }
        assert!(left == 0, "as much was there");
        blocks
    }
}

impl Parts {
    fn beats(&self, other: &Self) -> bool {
        (self.filled, other.cost) > (other.filled, self.cost)
    }
}
