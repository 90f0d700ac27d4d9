//! Bars from a file: `time,open,high,low,close,volume` in any order of columns, others ignored.
//!
//! # Invariants
//! - Times rise; gaps are allowed and change nothing, as indicators count bars.
//! - Prices are positive, `high` is not below `low`, and no volume is negative. A file with any
//!   other row is refused whole, by file, line and column. Vendors round, so `open` and `close` may
//!   lie outside of `low` and `high`.

use std::path::Path;

use anyhow::bail;

use gannet_features::{Candle, sample};
use gannet_types::Nanos;

use super::sheet::{Row, Sheet};
use super::time;

/// The bars of a file, the oldest first.
#[derive(Debug)]
pub struct Bars {
    /// When each began, as the file writes it.
    pub times: Vec<String>,
    /// The bars.
    pub candles: Vec<Candle>,
}

impl Bars {
    /// Reads a file.
    ///
    /// # Errors
    /// Names file, line and column of the first thing that is wrong.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        Self::of(&Sheet::read(path)?)
    }

    /// Reads a text that errors call `name`.
    ///
    /// # Errors
    /// As [`Bars::read`].
    pub fn parse(name: &str, text: &str) -> anyhow::Result<Self> {
        Self::of(&Sheet::parse(name.to_owned(), text.to_owned())?)
    }

    fn of(sheet: &Sheet) -> anyhow::Result<Self> {
        let columns = Columns {
            time: sheet.column("time")?,
            open: sheet.column("open")?,
            high: sheet.column("high")?,
            low: sheet.column("low")?,
            close: sheet.column("close")?,
            volume: sheet.column("volume")?,
        };
        let mut bars = Self { times: Vec::new(), candles: Vec::new() };
        for row in sheet.rows() {
            let row = row?;
            let previous = bars.candles.last().map(|candle: &Candle| candle.time);
            bars.candles.push(columns.candle(&row, previous)?);
            bars.times.push(row.get(columns.time).to_owned());
        }
        Ok(bars)
    }
}

/// Where the columns of a file are.
struct Columns {
    time: usize,
    open: usize,
    high: usize,
    low: usize,
    close: usize,
    volume: usize,
}

impl Columns {
    fn candle(&self, row: &Row<'_>, previous: Option<Nanos>) -> anyhow::Result<Candle> {
        let text = row.get(self.time);
        let time = time::parse(text).map_err(|problem| row.error(self.time, problem))?;
        match previous {
            Some(previous) if time == previous => {
                return Err(row.error(self.time, format!("{text} is there twice")));
            }
            Some(previous) if time < previous => {
                let problem = format!("{text} is before the bar of the line above it");
                return Err(row.error(self.time, problem));
            }
            _ => {}
        }
        let candle = Candle {
            time,
            open: price(row, self.open)?,
            high: price(row, self.high)?,
            low: price(row, self.low)?,
            close: price(row, self.close)?,
            volume: number(row, self.volume)?,
        };
        let Candle { high, low, .. } = candle;
        if high < low {
            return Err(row.error(self.high, format!("high {high} is below low {low}")));
        }
        if candle.volume < 0.0 {
            return Err(row.error(self.volume, format!("{} is negative", candle.volume)));
        }
        Ok(candle)
    }
}

fn price(row: &Row<'_>, column: usize) -> anyhow::Result<f64> {
    let price = number(row, column)?;
    if price <= 0.0 {
        return Err(row.error(column, format!("{price} is not positive, as a price must be")));
    }
    Ok(price)
}

fn number(row: &Row<'_>, column: usize) -> anyhow::Result<f64> {
    let number = row.number(column)?;
    if number.abs() > sample::LARGEST {
        bail!(row.error(column, format!("{number:e} is more than {:e}", sample::LARGEST)));
    }
    Ok(number)
}
