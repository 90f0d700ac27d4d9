//! `gannet model bench`: how long one prediction takes, one row at a time.

use std::fmt::Write as _;
use std::time::Instant;

use gannet_models::{Engine, Model, generated_rows};

use super::args::BenchArgs;
use super::{load, rows};

/// Rows that are generated if none are given: more than caches remember branches of.
const ROWS: usize = 1000;

/// Times a model with each engine; returns a line for each.
///
/// # Errors
/// If the model is refused or the rows cannot be read.
pub(super) fn bench(args: &BenchArgs) -> anyhow::Result<String> {
    let mut model = load(&args.model.file)?;
    let rows = match &args.rows {
        Some(path) => rows::read(path, &model)?,
        None => generated_rows(model.width(), ROWS),
    };
    anyhow::ensure!(!rows.is_empty(), "there are no rows to predict");
    let mut text = String::new();
    for (engine, count) in [(Engine::Compiled, args.count), (Engine::Tract, args.count / 100)] {
        match model.set_engine(engine) {
            Ok(()) => writeln!(text, "{}", time(&mut model, &rows, count.max(1))),
            Err(reason) => writeln!(text, "{}: no: {reason}", engine.name()),
        }
        .expect("a string takes everything");
    }
    Ok(text)
}

/// Times predictions after a round that warms up; the digest says that something was predicted.
fn time(model: &mut Model, rows: &[Vec<f32>], count: usize) -> String {
    let mut digest = blake3::Hasher::new();
    for row in rows.iter().take(count) {
        for number in model.predict(row).unwrap_or_default() {
            digest.update(&number.to_bits().to_le_bytes());
        }
    }
    let mut times: Vec<u64> = Vec::with_capacity(count);
    let mut idle: Vec<u64> = Vec::with_capacity(count);
    let nanos = |start: Instant| u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    for row in rows.iter().cycle().take(count) {
        let start = Instant::now();
        std::hint::black_box(model.predict(std::hint::black_box(row)).is_ok());
        times.push(nanos(start));
        let start = Instant::now();
        idle.push(nanos(start));
    }
    times.sort_unstable();
    idle.sort_unstable();
    let at = |times: &[u64], thousandths: usize| times[(times.len() - 1) * thousandths / 1000];
    let clock = at(&idle, 500);
    format!(
        "{}: rows={count} p50={} ns p99={} ns p99.9={} ns max={} ns (the clock's own {clock} ns \
         taken off) digest={}",
        model.engine().name(),
        at(&times, 500).saturating_sub(clock),
        at(&times, 990).saturating_sub(clock),
        at(&times, 999).saturating_sub(clock),
        at(&times, 1000).saturating_sub(clock),
        &digest.finalize().to_hex()[..16]
    )
}
