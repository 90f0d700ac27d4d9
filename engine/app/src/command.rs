//! Acts on the command line.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::{BacktestArgs, Cli, Command, DemoArgs, FixCommand, FixDecodeArgs, ReplayArgs};
use crate::config::{self, Config, DEMO};
use crate::fix::users;
use crate::offline::by_order::{self, History};
use crate::offline::capture::Capture;
use crate::offline::{backtest, explain, fix_decode, orders, recorded, refusals, replay};
use crate::summary::Summary;
use crate::{experiment, features, learn, models, pnl, preflight, run};
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
            let (config, capture) = demo_config(args.config.as_deref(), &args.market.capture)?;
            run::demo(config, capture, &args.market, &args.engine)?;
        }
        Command::Run(args) => run::run(config::load(&args.config)?, &args.engine)?,
        Command::Replay(args) => return replay_command(&args),
        Command::Backtest(args) => backtest_command(&args)?,
        Command::Preflight => print!("{}", preflight::report()),
        Command::Venue(args) => {
            let (config, capture) = demo_config(args.config.as_deref(), &args.market.capture)?;
            run::serve::venue(&config, capture, &args)?;
        }
        Command::Features(args) => features::features(&args)?,
        Command::Explain(args) => {
            print!("{}", explain::explain(&args.journal, args.last, args.json)?);
        }
        Command::Orders(args) => {
            print!("{}", orders::orders(&args.journal, args.last, args.json)?);
        }
        Command::Pnl(args) => pnl::pnl(&args)?,
        Command::Samples(args) => features::samples(&args)?,
        Command::Astro(args) => features::astro(&args)?,
        Command::Gann(command) => features::gann(&command)?,
        Command::Experiment(args) => experiment::experiment(&args)?,
        Command::Patterns(args) => features::patterns(&args)?,
        Command::Model(command) => models::models(&command)?,
        Command::Learn(args) => return learn::learn(&args),
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

/// The demo's configuration, with a file's differences laid over it, and what it plays.
fn demo_config(
    file: Option<&Path>,
    recordings: &[PathBuf],
) -> anyhow::Result<(Config, Option<Capture>)> {
    let own = file.map(config::read).transpose()?;
    let name = file.map(|path| path.display().to_string()).unwrap_or_default();
    let mut overlays = vec![(DEMO, "config/demo.toml")];
    overlays.extend(own.as_deref().map(|text| (text, name.as_str())));
    if recordings.is_empty() {
        return Ok((config::parse(&overlays)?, None));
    }
    let capture = Capture::load(recordings)?;
    Ok((recorded::configure(&overlays, &capture)?, Some(capture)))
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
    let own = args.config.as_deref().map(config::read).transpose()?;
    let name = args.config.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
    let latency = args.latency.as_deref().map(config::observed_latency);
    let mut overlays: Vec<(&str, &str)> = Vec::new();
    overlays.extend(own.as_deref().map(|text| (text, name.as_str())));
    overlays.extend(latency.as_deref().map(|text| (text, "--latency")));
    let in_journal = |mut config: Config| -> anyhow::Result<Config> {
        config.journal.directory = match &args.journal {
            Some(directory) => directory.clone(),
            None => run::numbered("journal/backtest".as_ref())?,
        };
        Ok(config)
    };
    let (config, tested) = if args.l3.is_empty() {
        let capture = Capture::load(&args.capture)?;
        let config = in_journal(recorded::configure(&overlays, &capture)?)?;
        let tested = backtest::backtest(&config, &capture)?;
        (config, tested)
    } else {
        let config = in_journal(by_order::configure(&overlays, &args.l3)?)?;
        let day = args.day.as_deref().map(by_order::parse_day).transpose()?;
        let mut history = History::open(&args.l3, day, &config.pipeline.instruments)?;
        let tested = backtest::backtest_by_order(&config, &mut history)?;
        if history.between_ticks() > 0 {
            eprintln!("{} trades between two ticks were left out", history.between_ticks());
        }
        (config, tested)
    };
    let journal = &config.journal.directory;
    let refused = refusals::count(journal)?;
    run::print(&Summary::of_backtest(&tested, refused, journal), args.summary)
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
