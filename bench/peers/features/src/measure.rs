//! Rows of a table: one indicator, computed by several libraries.

use std::hint::black_box;
use std::time::Instant;

use gannet_features::Indicator;

use crate::series::{SAMPLES, Series};

/// Whose it is; the table's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    Gannet,
    Kand,
    Yata,
    Ta,
    TaLib,
}

impl Library {
    /// All, in the order of the table.
    pub const ALL: [Self; 5] = [Self::Gannet, Self::Kand, Self::Yata, Self::Ta, Self::TaLib];
}

/// Goes over the whole series and returns the last value.
type Run = Box<dyn FnMut(&Series) -> f64>;

/// One indicator of one library.
pub struct Contestant {
    pub library: Library,
    run: Run,
}

/// One indicator of all libraries that have it, ours first.
pub struct Row {
    pub name: &'static str,
    pub contestants: Vec<Contestant>,
}

/// What is told of a contestant.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub library: Library,
    /// The fastest round, nanoseconds an update: the others were disturbed.
    pub best_ns: f64,
    pub median_ns: f64,
    /// Its last value.
    pub last: f64,
}

impl Contestant {
    /// Makes one of a whole run.
    pub fn new(library: Library, run: impl FnMut(&Series) -> f64 + 'static) -> Self {
        Self { library, run: Box::new(run) }
    }
}

/// One of ours; `value` takes the compared output, as from the others' answers. Not ready is NaN.
pub fn ours<I: Indicator + 'static>(
    make: fn() -> I,
    samples: fn(&Series) -> &[I::Sample],
    value: impl Fn(I::Output) -> f64 + 'static,
) -> Contestant {
    Contestant::new(Library::Gannet, move |series| {
        let mut indicator = make();
        let mut last = f64::NAN;
        for sample in samples(series) {
            last = black_box(indicator.update(*black_box(sample)).map_or(f64::NAN, &value));
        }
        last
    })
}

/// One that takes every sample by a closure, which keeps the state and returns the value.
pub fn streaming<S: 'static, U: FnMut(&Series, usize, &S) -> f64 + 'static>(
    library: Library,
    samples: fn(&Series) -> &[S],
    make: impl Fn(&Series) -> U + 'static,
) -> Contestant {
    Contestant::new(library, move |series| {
        let mut update = make(series);
        let mut last = f64::NAN;
        for (index, sample) in samples(series).iter().enumerate() {
            last = black_box(update(series, index, black_box(sample)));
        }
        last
    })
}

impl Row {
    /// Lets all contestants have `rounds` turns.
    pub fn measure(&mut self, series: &Series, rounds: usize) -> Vec<Figures> {
        let mut times: Vec<Vec<f64>> = self.contestants.iter().map(|_| Vec::new()).collect();
        let mut last = vec![0.0; times.len()];
        for round in 0..=rounds {
            for turn in 0..self.contestants.len() {
                let index = (turn + round) % self.contestants.len();
                let start = Instant::now();
                last[index] = (self.contestants[index].run)(black_box(series));
                // The first round warms up.
                if round > 0 {
                    times[index].push(start.elapsed().as_secs_f64() * 1e9 / SAMPLES as f64);
                }
            }
        }
        let every = self.contestants.iter().zip(times).zip(last);
        let figures = every.map(|((contestant, mut times), last)| {
            times.sort_by(f64::total_cmp);
            let (best_ns, median_ns) = (times[0], times[times.len() / 2]);
            Figures { library: contestant.library, best_ns, median_ns, last }
        });
        figures.collect()
    }
}
