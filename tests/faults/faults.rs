//! Seeds of the fault simulation.
//!
//! `FAULT_SEEDS` says how many, `FAULT_SEED` with which to begin (alone: only that one),
//! `FAULT_KINDS` which faults may happen. With `FAULT_LIST` every seed is played, and those that fail are
//! listed.

use gannet_faults::{Counts, Fault, Faults, explain, run};

/// In every test run.
const SEEDS: u64 = 100;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}

#[test]
fn every_seed_keeps_the_rules() {
    let (first, count) = match (setting("FAULT_SEED"), setting("FAULT_SEEDS")) {
        (Some(seed), count) => (seed, count.unwrap_or(1)),
        (None, count) => (1, count.unwrap_or(SEEDS)),
    };
    let kinds = std::env::var("FAULT_KINDS").map(|text| text.parse().expect("names of faults"));
    let kinds = kinds.unwrap_or(Faults::ALL);
    let lists = std::env::var_os("FAULT_LIST").is_some();
    let (mut sum, mut failed) = (Counts::default(), 0);
    for seed in first..first + count {
        match run(seed, kinds, &mut gannet_faults::trace::Trace::default()) {
            Ok(counts) => sum.add(&counts),
            Err(rule) if lists => {
                println!("seed {seed}: {rule}");
                failed += 1;
            }
            Err(_) => panic!("{}", explain(seed, kinds)),
        }
    }
    println!("{count} seeds from {first}, {failed} failed: {sum}");
    assert_eq!(failed, 0, "seeds failed");
    if count >= SEEDS && kinds == Faults::ALL {
        let never: Vec<_> = Fault::ALL.iter().filter(|&&it| sum.of(it) == 0).collect();
        assert!(never.is_empty(), "{never:?} never struck");
        assert!(sum.fills > 10 * count && sum.judged > 50 * count, "{sum}");
        assert!(sum.children > count && sum.approved > count && sum.failovers > 0, "{sum}");
        assert!(sum.adjustments > 0, "{sum}");
    }
}
