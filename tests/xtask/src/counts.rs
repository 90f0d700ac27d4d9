//! Instructions per tick against `bench/budgets.toml`: whether a change made something slower, told
//! the same on every machine, however busy.
//!
//! Each stage runs twice under valgrind, with no ticks and with [`TICKS`]; the difference, divided,
//! is what a tick costs. `--write` makes the measured counts the budgets.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

/// As many as `gannet_bench::stages` prepares.
const TICKS: u64 = 1_000;

/// The table of budgets, as its line in the file says.
const HEADING: &str = "[instructions_per_tick]";

/// Measures every stage that has a budget, prints a table, and fails if one is above its budget.
/// With `--write` on the command line the budgets become what was measured instead.
pub(crate) fn run() -> anyhow::Result<()> {
    let write = std::env::args().skip(2).any(|word| word == "--write");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = root.join("bench/budgets.toml");
    let text = std::fs::read_to_string(&file).context("bench/budgets.toml")?;
    let budgets = Budgets::parse(&text).context("bench/budgets.toml")?;
    let valgrind = Command::new("valgrind").arg("--version").output();
    ensure!(
        valgrind.is_ok_and(|output| output.status.success()),
        "valgrind is not installed, and instructions cannot be counted without it \
         (Debian and Ubuntu: apt-get install valgrind)"
    );
    let program = build(&root)?;
    println!("{:<16}{:>12}{:>12}{:>9}", "stage", "budget", "per tick", "change");
    let mut above = Vec::new();
    let mut measured = Vec::new();
    for (stage, budget) in &budgets.stages {
        let per_tick = per_tick(&program, stage)?;
        let change = 100.0 * (per_tick as f64 / (*budget).max(1) as f64 - 1.0);
        println!("{stage:<16}{budget:>12}{per_tick:>12}{change:>+8.1}%");
        if budgets.is_exceeded(*budget, per_tick) {
            above.push(stage.as_str());
        }
        measured.push((stage.clone(), per_tick));
    }
    if write {
        std::fs::write(&file, rewritten(&text, &measured)).context("bench/budgets.toml")?;
        return Ok(());
    }
    if !above.is_empty() {
        bail!(
            "above budget by more than {} %: {}. Make it cheaper, or raise the budget with \
             `cargo xtask counts --write` and a reason in the commit",
            budgets.tolerance_percent,
            above.join(", ")
        );
    }
    Ok(())
}

/// Builds the program and says where it is: beside this one, whose profile is another.
fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let words = ["build", "--release", "--quiet", "--package", "gannet-bench", "--bin", "counts"];
    let status = Command::new("cargo").args(words).current_dir(root).status();
    ensure!(status.context("cannot start cargo")?.success(), "the benchmarks do not build");
    let own = std::env::current_exe().context("where this program is")?;
    let target = own.ancestors().nth(2).context("the target folder")?;
    Ok(target.join("release/counts"))
}

fn per_tick(program: &Path, stage: &str) -> anyhow::Result<u64> {
    let (none, some) = (instructions(program, stage, 0)?, instructions(program, stage, TICKS)?);
    let own = some.checked_sub(none).context("ticks took less than no ticks")?;
    Ok((own + TICKS / 2) / TICKS)
}

fn instructions(program: &Path, stage: &str, ticks: u64) -> anyhow::Result<u64> {
    // Cachegrind without its caches is the cheapest tool that counts.
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program)
        .args([stage, &ticks.to_string()])
        .output()
        .context("valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{stage} with {ticks} ticks failed:\n{said}");
    total(&said).with_context(|| format!("valgrind gave no count for {stage}:\n{said}"))
}

/// Finds the count in `==123== I   refs:      1,234,567`.
fn total(said: &str) -> Option<u64> {
    let line = said.lines().find(|line| line.contains("refs:"))?;
    let number = line.rsplit(':').next()?.trim().replace(',', "");
    number.parse().ok()
}

/// What the file says.
#[derive(Debug, PartialEq, Eq)]
struct Budgets {
    tolerance_percent: u64,
    stages: Vec<(String, u64)>,
}

impl Budgets {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let table: toml::Table = text.parse()?;
        let number = |value: &toml::Value| value.as_integer().and_then(|it| u64::try_from(it).ok());
        let tolerance_percent = table.get("tolerance_percent").and_then(number);
        let stages = table.get("instructions_per_tick").and_then(toml::Value::as_table);
        let stages = stages.context("no [instructions_per_tick]")?.iter();
        let stages = stages.map(|(stage, budget)| {
            let budget = number(budget).with_context(|| format!("{stage} is no count"))?;
            anyhow::Ok((stage.clone(), budget))
        });
        Ok(Self {
            tolerance_percent: tolerance_percent.context("no tolerance_percent")?,
            stages: stages.collect::<Result<_, _>>()?,
        })
    }

    fn is_exceeded(&self, budget: u64, per_tick: u64) -> bool {
        per_tick * 100 > budget * (100 + self.tolerance_percent)
    }
}

/// Replaces the counts and leaves everything else of the file as a person wrote it.
fn rewritten(text: &str, measured: &[(String, u64)]) -> String {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line == HEADING;
        }
        let key = line.split('=').next().unwrap_or_default().trim();
        let found = measured.iter().find(|(stage, _)| inside && stage == key);
        lines
            .push(found.map_or_else(|| line.to_owned(), |(key, count)| format!("{key} = {count}")));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Why.\ntolerance_percent = 2\n\n[instructions_per_tick]\nbook = 100\n\
                        risk = 50\n\n[wall_clock]\nbook = 7\n";

    #[test]
    fn counts_are_found_in_what_valgrind_says() {
        let said = "==7== Cachegrind\n==7== \n==7== I   refs:      1,234,567\n";
        assert_eq!(total(said), Some(1_234_567));
        assert_eq!(total("valgrind: no such file"), None);
    }

    #[test]
    fn the_tolerance_is_the_files() {
        let budgets = Budgets::parse(FILE).expect("a file");
        let stages = vec![("book".to_owned(), 100), ("risk".to_owned(), 50)];
        assert_eq!(budgets, Budgets { tolerance_percent: 2, stages });
        assert!(!budgets.is_exceeded(100, 102));
        assert!(budgets.is_exceeded(100, 103));
        assert!(Budgets::parse("[instructions_per_tick]\n").is_err());
    }

    #[test]
    fn writing_changes_nothing_but_the_counts() {
        let measured = [("book".to_owned(), 90), ("risk".to_owned(), 60)];
        let expected = FILE.replace("book = 100", "book = 90").replace("risk = 50", "risk = 60");
        assert_eq!(rewritten(FILE, &measured), expected);
    }
}
