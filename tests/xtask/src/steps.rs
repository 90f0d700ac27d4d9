//! Steps that are commands: printed before they run, so that a failing one can be run by hand.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};

/// One command with the environment it needs.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    words: &'static [&'static str],
    environment: &'static [(&'static str, Setting)],
}

/// The value of a variable of the environment.
#[derive(Clone, Copy)]
enum Setting {
    Fixed(&'static str),
    /// Another number each time; the printed line holds it, so that a failure comes again.
    Drawn,
}

impl Setting {
    fn value(self) -> String {
        match self {
            Self::Fixed(value) => value.to_owned(),
            Self::Drawn => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                since.as_secs().to_string()
            }
        }
    }
}

const FORMAT: Step = Step { words: &["cargo", "fmt", "--all", "--check"], environment: &[] };
const CLIPPY: Step = Step {
    words: &["cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    environment: &[],
};
const TEST: Step = Step { words: &["cargo", "test", "--workspace"], environment: &[] };
const DOCS: Step = Step {
    words: &["cargo", "doc", "--workspace", "--no-deps"],
    environment: &[("RUSTDOCFLAGS", Setting::Fixed("-D warnings"))],
};
/// Eight times the usual cases of every property, and never the same; a million events of the
/// simulator; 10,000 seeds of the fault simulation.
const TEST_RELEASE: Step = Step {
    words: &["cargo", "test", "--workspace", "--release"],
    environment: &[
        ("PROPTEST_RNG_SEED", Setting::Drawn),
        ("PROPTEST_CASES", Setting::Fixed("2048")),
        ("GANNET_EVENTS", Setting::Fixed("1000000")),
        ("FAULT_SEEDS", Setting::Fixed("10000")),
    ],
};
/// The example of a strategy in a repository of its own: it builds, and its backtest runs.
const EXAMPLE: Step = Step {
    words: &[
        "cargo",
        "run",
        "--locked",
        "--manifest-path",
        "docs/examples/own_strategy/Cargo.toml",
    ],
    environment: &[],
};
/// The benchmark beside hftbacktest is a workspace of its own: it must keep up with the pipeline.
const PEERS: Step = Step {
    words: &[
        "cargo",
        "check",
        "--locked",
        "--manifest-path",
        "bench/peers/Cargo.toml",
        "--package",
        "peers-backtest",
    ],
    environment: &[],
};
const DENY: Step =
    Step { words: &["cargo", "deny", "check", "bans", "licenses", "sources"], environment: &[] };

/// Before every commit.
pub(crate) const CHECK: &[Step] = &[FORMAT, CLIPPY, TEST, DOCS];

/// `CHECK` without the tests, which continuous integration runs by themselves.
pub(crate) const LINT: &[Step] = &[FORMAT, CLIPPY, DOCS];

/// Before a merge, after `CHECK`.
pub(crate) const SLOW: &[Step] = &[TEST_RELEASE, EXAMPLE, PEERS, DENY];

/// Runs the steps in order and stops at the first that fails.
pub(crate) fn run(steps: &[Step]) -> anyhow::Result<()> {
    for step in steps {
        let line = step.words.join(" ");
        let environment: Vec<(&str, String)> =
            step.environment.iter().map(|(name, setting)| (*name, setting.value())).collect();
        for (name, value) in &environment {
            print!("{name}='{value}' ");
        }
        println!("{line}");
        let (program, arguments) = step.words.split_first().context("a step is a command")?;
        let status = Command::new(program)
            .args(arguments)
            .envs(environment)
            .status()
            .with_context(|| format!("cannot start `{line}`"))?;
        if !status.success() {
            bail!("`{line}` failed");
        }
    }
    Ok(())
}
