//! The program `gannet`.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    gannet_app::command::main()
}
