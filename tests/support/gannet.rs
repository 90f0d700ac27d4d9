//! The program, built beside the tests so that they can start it: Cargo tells a test where the
//! programs of its own package are, and of no other.
#![forbid(unsafe_code)]

/// Runs the program.
fn main() -> std::process::ExitCode {
    gannet_app::command::main()
}
