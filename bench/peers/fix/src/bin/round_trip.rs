//! Prints what an order and its report take over loopback: our sessions, QuickFIX, a bare echo.
//!
//! `round_trip [TURNS [CORE CORE]]`: by default 200 turns of 250 round trips on cores 0 and 1.

use std::process::ExitCode;

use peers_fix::allocations::Counting;
use peers_fix::round_trip::measure;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let mut next = |default| arguments.next().unwrap_or(Ok(default));
    let (Ok(turns), Ok(near), Ok(far)) = (next(200), next(0), next(1)) else {
        eprintln!("usage: round_trip [TURNS [CORE CORE]]");
        return ExitCode::from(2);
    };
    let figures = match measure(turns, [near, far]) {
        Ok(figures) => figures,
        Err(error) => {
            eprintln!("round_trip: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!(
        "{:36}{:>9}{:>10}{:>10}{:>10}{:>11}{:>8}{:>9}",
        "order there, report back (ns)", "count", "p50", "p99", "p99.9", "max", "allocs", "x echo"
    );
    let echo = figures[0].p50;
    for row in &figures {
        println!(
            "{:36}{:>9}{:>10}{:>10}{:>10}{:>11}{:>8.2}{:>9.3}",
            row.name,
            row.count,
            row.p50,
            row.p99,
            row.p999,
            row.max,
            row.allocations,
            row.p50 as f64 / echo as f64
        );
    }
    ExitCode::SUCCESS
}
