//! `gannet patterns`: what is found in a file of bars, a line a finding.

use std::fmt::Write as _;

use anyhow::{Context, anyhow};
use gannet_features::catalog;
use gannet_features::patterns::{Candlesticks, ChartPatterns, Finder, Finding, Lmw, LmwSlope};

use super::args::{LmwSlopeArg, PatternsArgs};
use super::{Bars, plot};

/// `gannet patterns`.
///
/// # Errors
/// If the bars or a parameter are wrong, or the output cannot be written.
pub fn patterns(args: &PatternsArgs) -> anyhow::Result<()> {
    let bars = Bars::read(&args.bars)?;
    let findings = find(&bars, args)?;
    if let Some(output) = &args.plot {
        std::fs::write(output, plot::patterns(&bars, &findings, args.last))
            .with_context(|| format!("cannot write {}", output.display()))?;
    }
    let text = table(&bars, &findings);
    match &args.output {
        None => super::answer(&text)?,
        Some(output) => std::fs::write(output, text)
            .with_context(|| format!("cannot write {}", output.display()))?,
    }
    Ok(())
}

/// Finds what the arguments ask for, the oldest first.
pub(super) fn find(bars: &Bars, args: &PatternsArgs) -> anyhow::Result<Vec<Finding>> {
    // The catalogue checks what the constructors take for granted.
    let check = |name: &str, arguments: &[f64]| {
        let listing = catalog::find(name).ok_or_else(|| anyhow!("no indicator {name}"))?;
        listing.arguments(arguments).with_context(|| name.to_owned())
    };
    let PatternsArgs { threshold, tolerance, flag, lmw_window, lmw_bandwidth, .. } = *args;
    check("chart_patterns", &[threshold, tolerance, flag])?;
    check("lmw", &[lmw_window as f64, lmw_bandwidth])?;
    let slope = match args.lmw_slope {
        LmwSlopeArg::Difference => LmwSlope::Difference,
        LmwSlopeArg::Derivative => LmwSlope::Derivative,
    };
    let mut finder = Finder::new(
        Candlesticks::default(),
        ChartPatterns::new(threshold, tolerance, flag),
        Lmw::new(lmw_window, lmw_bandwidth, slope),
    );
    let found = bars.candles.iter().flat_map(|candle| finder.update(candle));
    Ok(found.filter(|finding| !(args.no_candles && finding.name.starts_with("cdl"))).collect())
}

/// Returns findings as comma-separated values: when known, what, and where.
pub(super) fn table(bars: &Bars, findings: &[Finding]) -> String {
    let mut text = "known,pattern,value,first,last,target,title,pivots\n".to_owned();
    for finding in findings {
        let [known, first, last] =
            [finding.known, finding.first, finding.last].map(|bar| bars.times[bar].as_str());
        let target = finding.target.map(|price| price.to_string()).unwrap_or_default();
        let pivots: Vec<String> = finding
            .pivots
            .iter()
            .map(|pivot| format!("{}@{}", pivot.price, bars.times[pivot.bar]))
            .collect();
        let Finding { name, value, title, .. } = finding;
        let pivots = pivots.join(";");
        writeln!(text, "{known},{name},{value},{first},{last},{target},{title},{pivots}")
            .expect("a string takes everything");
    }
    text
}
