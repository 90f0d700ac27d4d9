//! Prints what a hop between two threads costs here: `ring_hop [rounds]`.

use std::error::Error;

use gannet_runtime::floor::{counter_hop_ns, mpsc_hop_ns, ring_hop_ns};

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().nth(1).map_or(Ok(ROUNDS), |text| text.parse())?;
    println!("one hop of 64 bytes in ns, half of each of {rounds} round trips");
    println!("{:<18}{:>8}{:>8}{:>8}{:>10}{:>10}", "", "p50", "p99", "p99.9", "max", "mean");
    for (name, measure) in [
        ("ring", ring_hop_ns as fn(u64) -> _),
        ("std::sync::mpsc", mpsc_hop_ns),
        ("bare counter", counter_hop_ns),
    ] {
        let floor = measure(rounds)?;
        let hop = &floor.hop_ns;
        println!(
            "{name:<18}{:>8}{:>8}{:>8}{:>10}{:>10.1}  digest {}{}",
            hop.value_at_quantile(0.5),
            hop.value_at_quantile(0.99),
            hop.value_at_quantile(0.999),
            hop.max(),
            hop.mean(),
            floor.digest,
            if floor.is_pinned { "" } else { "  (not pinned)" },
        );
    }
    Ok(())
}

/// About a second in all.
const ROUNDS: u64 = 1_000_000;
