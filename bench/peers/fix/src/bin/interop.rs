//! Sends orders between our session and QuickFIX's, over a connection that is cut again and again.
//!
//! `interop [ORDERS [CUTS [SEED]]]`, by default 100,000 orders and 200 cuts. Prints a line a case
//! and ends with 1 if anything was lost, came twice, or the sequence numbers differ.

use std::process::ExitCode;

use gannet_fix::Version;
use peers_fix::interop::{Case, Outcome, Sides, run};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let mut next = |default| arguments.next().unwrap_or(Ok(default));
    let (Ok(orders), Ok(cuts), Ok(seed)) = (next(100_000), next(200), next(20_261_125)) else {
        eprintln!("usage: interop [ORDERS [CUTS [SEED]]]");
        return ExitCode::from(2);
    };
    println!(
        "{:12}{:20}{:>8}{:>8}{:>6}{:>6}{:>9}{:>9}{:>15}{:>15}{:>7}",
        "version",
        "initiator, acceptor",
        "orders",
        "reports",
        "cuts",
        "early",
        "resent",
        "resent",
        "i out/in",
        "a out/in",
        "s"
    );
    let folder = std::env::temp_dir().join(format!("interop-{}", std::process::id()));
    let mut failed = 0;
    let mut cases = 0;
    for version in [Version::Fix42, Version::Fix44, Version::Fix50Sp2] {
        for sides in [Sides::GannetInitiates, Sides::QuickfixInitiates] {
            cases += 1;
            let case = Case { version, sides, orders, cuts, seed: seed + cases };
            let result = run(case, &folder);
            let wrong = match &result {
                Ok(outcome) => {
                    print(outcome);
                    outcome.violations()
                }
                Err(error) => vec![format!("{} {sides}: {error}", version.name())],
            };
            for violation in &wrong {
                println!("  VIOLATION: {violation}");
            }
            if wrong.is_empty() {
                println!("  nothing lost, nothing twice, sequence numbers equal");
            } else {
                failed += 1;
            }
        }
    }
    if failed == 0 {
        let _ = std::fs::remove_dir_all(&folder);
    } else {
        println!("stores and QuickFIX's log of the last case are in {}", folder.display());
    }
    println!("interop: {} passed, {failed} failed", cases - failed);
    ExitCode::from(u8::from(failed != 0))
}

fn print(outcome: &Outcome) {
    let Outcome { case, initiator, acceptor, .. } = outcome;
    println!(
        "{:12}{:20}{:>8}{:>8}{:>6}{:>6}{:>9}{:>9}{:>15}{:>15}{:>7.1}",
        case.version.name(),
        case.sides,
        acceptor.delivered.last - acceptor.delivered.lost,
        initiator.delivered.last - initiator.delivered.lost,
        outcome.cuts,
        outcome.early_cuts,
        initiator.resent,
        acceptor.resent,
        format!("{}/{}", initiator.next_outbound, initiator.next_inbound),
        format!("{}/{}", acceptor.next_outbound, acceptor.next_inbound),
        outcome.took.as_secs_f64(),
    );
}
