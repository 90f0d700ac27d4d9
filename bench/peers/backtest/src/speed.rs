//! Rows a second of both, taking turns.

use gannet_sim::{Exponent, QueueModel};
use gannet_types::Lots;
use hftbacktest::backtest::ExchangeKind;
use hftbacktest::backtest::models::{PowerProbQueueFunc3, RiskAdverseQueueModel};

use crate::corrected::Corrected;
use crate::quotes::Run;
use crate::tape::Tape;
use crate::{ours, theirs};

/// What we want to be times as fast as hftbacktest.
const RATIO_MIN: f64 = 1.5;

/// Measures `rounds` rounds; returns whether we are as fast as we want to be, doing the same.
pub fn measure(tape: &Tape, rounds: usize) -> bool {
    let rows = tape.rows();
    let order = Lots(1);
    println!("{} messages, {} rows, {rounds} rounds", tape.len(), rows.len());
    let kind = || ExchangeKind::NoPartialFillExchange;
    let cube = Exponent::new(3).expect("from 1 to 8");
    let averse = || theirs::run(&rows, RiskAdverseQueueModel::new(), kind(), order);
    let model = || Corrected { probability: PowerProbQueueFunc3::new(3.0), without: None };
    let probable = || theirs::run(&rows, model(), kind(), order);
    let ours = |queue| move || ours::run(tape, queue, order);
    let rows = rows.len();
    let fast = race("risk averse", rows, rounds, ours(QueueModel::Behind), averse);
    race("power 3, n = 3", rows, rounds, ours(QueueModel::PowerOfAhead(cube)), probable) && fast
}

fn race(
    name: &str,
    rows: usize,
    rounds: usize,
    ours: impl Fn() -> Run,
    theirs: impl Fn() -> Run,
) -> bool {
    let (mut us, mut them) = (Vec::new(), Vec::new());
    let mut same = true;
    for _ in 0..rounds {
        let (one, other) = (ours(), theirs());
        same &= one.fills == other.fills && one.requests == other.requests;
        us.push(rows as f64 / one.seconds / 1e6);
        them.push(rows as f64 / other.seconds / 1e6);
    }
    for rates in [&mut us, &mut them] {
        rates.sort_by(f64::total_cmp);
    }
    let (best, median) = (rounds - 1, rounds / 2);
    let ratio = us[median] / them[median];
    println!(
        "  {name:<16} million rows/s, median (best): ours {:.1} ({:.1}), hftbacktest 0.9.4 {:.1} \
         ({:.1}); median ratio {ratio:.2}; fills and requests {}",
        us[median],
        us[best],
        them[median],
        them[best],
        if same { "equal" } else { "DIFFER" }
    );
    same && ratio >= RATIO_MIN
}
