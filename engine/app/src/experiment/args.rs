//! What can be asked of `gannet experiment`.

use std::path::PathBuf;

use clap::Args;

/// `gannet experiment`.
#[derive(Debug, Args)]
pub struct ExperimentArgs {
    /// The journal's folder; that of a running engine, too.
    #[arg(long, value_name = "DIR")]
    pub journal: PathBuf,
    /// Print everything as one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Write a report with curves as a page.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Hold predictions against the close so many bars later, instead of what each model's manifest
    /// says; 1 to 1024.
    #[arg(long, value_name = "BARS", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub horizon: Option<u32>,
    /// The probability of a false verdict on a pair of models, however often you look.
    #[arg(long, value_name = "P", value_parser = level)]
    pub level: Option<f64>,
    /// A smaller difference of the mean return of a trip is not worth anything, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = positive)]
    pub worth: Option<f64>,
}

fn level(text: &str) -> Result<f64, String> {
    let level: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (1e-6..=0.5).contains(&level) {
        Ok(level)
    } else {
        Err("a probability from 0.000001 to 0.5".to_owned())
    }
}

fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if number.is_finite() && number > 0.0 {
        Ok(number)
    } else {
        Err("a positive number".to_owned())
    }
}
