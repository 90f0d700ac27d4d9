//! Acts on the command line.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use crate::cli::{BacktestArgs, Cli, Command, DemoArgs, FixCommand, FixDecodeArgs, ReplayArgs};
use crate::config::{self, Config, DEMO};
use crate::fix::users;
use crate::offline::capture::Capture;
use crate::offline::{backtest, fix_decode, replay};
use crate::summary::Summary;
use crate::{features, preflight, run};
use anyhow::Context;
use clap::Parser;

/// Does what the process's arguments say, prints errors, and returns the exit code.
#[must_use]
pub fn main() -> ExitCode {
    match act(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("gannet: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command.unwrap_or_else(|| Command::Demo(DemoArgs::default())) {
        Command::Demo(args) => {
            let config = demo_config(args.config.as_deref())?;
            run::demo(config, &args.market, &args.engine)?;
        }
        Command::Run(args) => run::run(config::load(&args.config)?, &args.engine)?,
        Command::Replay(args) => return replay_command(&args),
        Command::Backtest(args) => backtest_command(&args)?,
        Command::Preflight => print!("{}", preflight::report()),
        Command::Venue(args) => run::serve::venue(&demo_config(args.config.as_deref())?, &args)?,
        Command::Features(args) => features::features(&args)?,
        Command::Astro(args) => features::astro(&args)?,
        Command::Gann(command) => features::gann(&command)?,
        Command::Patterns(args) => features::patterns(&args)?,
        Command::Fix(FixCommand::Decode(args)) => fix_decode_command(&args)?,
        Command::Fix(FixCommand::Acceptor(args)) => {
            let mut config = config::load(&args.config)?;
            config.acceptor.listen = args.listen.unwrap_or(config.acceptor.listen);
            run::serve::acceptor(config, args.admin)?;
        }
        Command::Fix(FixCommand::DropCopy(args)) => {
            let mut config = config::load(&args.config)?;
            config.acceptor.listen = args.listen.unwrap_or(config.acceptor.listen);
            run::serve::drop_copy(config, &args.journal, args.admin)?;
        }
        Command::Fix(FixCommand::HashPassword) => hash_password_command()?,
        Command::Broker(args) => run::serve::broker(&config::load(&args.config)?, &args)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The demo's configuration, with a file's differences laid over it.
fn demo_config(file: Option<&std::path::Path>) -> anyhow::Result<Config> {
    match file {
        None => config::parse(&[(DEMO, "config/demo.toml")]),
        Some(path) => config::parse(&[
            (DEMO, "config/demo.toml"),
            (&config::read(path)?, &path.display().to_string()),
        ]),
    }
}

fn replay_command(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let replayed = replay::replay(&args.directory)?;
    if let Some(difference) = &replayed.difference {
        println!("record {} differs", difference.sequence);
        println!("recorded: {}", difference.recorded);
        println!("decided:  {}", difference.decided);
    }
    let differences = u8::from(replayed.difference.is_some());
    println!("inputs={} outputs={} differences={differences}", replayed.inputs, replayed.outputs);
    if replayed.unrecorded > 0 {
        println!(
            "the process died before it recorded {} outputs of the last input; the next start \
             of the engine records them",
            replayed.unrecorded
        );
    }
    Ok(if differences == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn backtest_command(args: &BacktestArgs) -> anyhow::Result<()> {
    let mut config = match &args.config {
        Some(path) => config::load(path)?,
        None => config::parse(&[])?,
    };
    config.journal.directory = match &args.journal {
        Some(directory) => directory.clone(),
        None => run::numbered("journal/backtest".as_ref())?,
    };
    let capture = Capture::load(&args.capture)?;
    let tested = backtest::backtest(&config, &capture)?;
    run::print(&Summary::of_backtest(&tested, &config.journal.directory), args.summary)
}

fn hash_password_command() -> anyhow::Result<()> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("standard input")?;
    println!("{}", users::hash(line.trim_end_matches(['\r', '\n']))?);
    Ok(())
}

fn fix_decode_command(args: &FixDecodeArgs) -> anyhow::Result<()> {
    let bytes = std::fs::read(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let messages = fix_decode::decode(&bytes, &mut fix_decode::Names::default());
    anyhow::ensure!(!messages.is_empty(), "{} has no FIX message", args.file.display());
    let mut out = std::io::stdout().lock();
    for message in &messages {
        let text = if args.json { message.to_json().to_string() } else { message.to_text() };
        match writeln!(out, "{text}") {
            // The reader has seen enough, as `head` does.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written.context("standard output")?,
        }
    }
    Ok(())
}
