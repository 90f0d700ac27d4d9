//! The project's own commands, in its own language: no extra tool to install.
#![forbid(unsafe_code)]

mod counts;
mod fix_dictionary;
mod steps;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  check        fmt, clippy, tests, docs: before every commit
  lint         the same without the tests
  check-slow   check, then release tests, instruction counts, cargo deny: before a merge
  counts       instructions per tick against bench/budgets.toml (needs valgrind);
               --write makes what is measured the budget
  fix-dictionary [--check] [DIRECTORY]
               the FIX dictionaries' tables from QuickFIX-format XML
";

fn main() -> ExitCode {
    let command = std::env::args().nth(1).unwrap_or_default();
    let done = match command.as_str() {
        "check" => steps::run(steps::CHECK),
        "lint" => steps::run(steps::LINT),
        "check-slow" => steps::run(steps::CHECK)
            .and_then(|()| steps::run(steps::SLOW))
            .and_then(|()| counts::run()),
        "counts" => counts::run(),
        "fix-dictionary" => {
            let arguments: Vec<String> = std::env::args().skip(2).collect();
            let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
            fix_dictionary::run(&words)
        }
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => {
            eprint!("unknown command `{other}`\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
