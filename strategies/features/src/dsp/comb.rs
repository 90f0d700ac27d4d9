//! The dominant cycle by a comb of band-pass filters.

use super::Roofing;
use super::school::*;
use super::spectrum::{CYCLES, DominantCycle, LONGEST, Powers, SHORTEST, period};
use super::two_pole::band;
use crate::prelude::*;

/// The dominant cycle, 10 to 48 samples, by 39 band-pass filters over a roofing filter; the power
/// of each is that of its last cycle, divided by the square of the period.
///
/// Powers are running sums; with every sample one of them is counted afresh.
#[derive(Clone, Debug)]
pub struct CombCycle {
    roofing: Roofing,
    inputs: [f64; 2],
    /// Gain and feedback of every filter.
    filters: Box<[[f64; 3]; CYCLES]>,
    /// The last values of every filter.
    rows: Box<[[f64; CYCLES]; LONGEST]>,
    now: usize,
    sums: [f64; CYCLES],
    fresh: usize,
    cycle: DominantCycle,
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD_5, 48.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 10.0);

impl CombCycle {
    /// Builds one behind a roofing filter.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(bandwidth: f64, high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        let bandwidth = BANDWIDTH.require(bandwidth);
        Self {
            roofing: Roofing::new(high_pass, low_pass, constants),
            inputs: [0.0; 2],
            filters: Box::new(std::array::from_fn(|lane| band(period(lane), bandwidth))),
            rows: Box::new([[0.0; CYCLES]; LONGEST]),
            now: 0,
            sums: [0.0; CYCLES],
            fresh: 0,
            cycle: DominantCycle::default(),
        }
    }

    /// Where the row of so many samples ago is.
    const fn row(&self, lag: usize) -> usize {
        let row = self.now + LONGEST - lag;
        if row >= LONGEST { row - LONGEST } else { row }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let input = self.roofing.next(price);
        let difference = input - self.inputs[1];
        self.inputs = [input, self.inputs[0]];
        let (first, second) = (self.rows[self.now], self.rows[self.row(1)]);
        // The oldest row is about to be written over; only the longest cycle still needs it.
        let oldest = self.rows[self.row(LONGEST - 1)];
        self.now = if self.now + 1 == LONGEST { 0 } else { self.now + 1 };
        let mut powers: Powers = [0.0; _];
        for lane in 0..CYCLES {
            let [gain, a1, a2] = self.filters[lane];
            let value = gain * difference + a1 * first[lane] + a2 * second[lane];
            let cycle = SHORTEST + lane;
            let left = if cycle == LONGEST { oldest } else { self.rows[self.row(cycle)] }[lane];
            self.rows[self.now][lane] = value;
            let square = value * value;
            self.sums[lane] = (self.sums[lane] + square - left * left).max(square);
            powers[lane] = self.sums[lane];
        }
        self.count_afresh();
        for (lane, power) in powers.iter_mut().enumerate() {
            *power /= period(lane) * period(lane);
        }
        self.cycle.next(&powers)
    }

    /// Counts one of the sums from nothing.
    fn count_afresh(&mut self) {
        let lane = self.fresh;
        self.fresh = if lane + 1 == CYCLES { 0 } else { lane + 1 };
        let square = |lag: usize| self.rows[self.row(lag)][lane].powi(2);
        self.sums[lane] = (0..SHORTEST + lane).map(square).sum();
    }

    fn clear(&mut self) {
        self.roofing.clear();
        self.inputs = [0.0; 2];
        self.rows.fill([0.0; CYCLES]);
        self.now = 0;
        self.sums = [0.0; CYCLES];
        self.fresh = 0;
        self.cycle.reset();
    }
}

impl Catalogued for CombCycle {
    const ENTRY: Entry = on_close(
        "comb_cycle",
        "Dominant cycle by comb of band-pass filters",
        &[BANDWIDTH, HIGH_PASS, LOW_PASS, CONSTANTS],
        cycle_analytics("listing 10-1"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(
            arguments.number(0),
            arguments.number(1),
            arguments.number(2),
            Constants::argument(arguments, 3),
        )
    }
}

at_once!(CombCycle: f64 => f64);
