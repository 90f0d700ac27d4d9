//! What the tests share: candles of our own, and the corpus where it exists.

use gannet_features::Candle;
use gannet_types::Nanos;

/// A table: the names of its columns, and its rows as text.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn parse(text: &str) -> Self {
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect());
        Self { header: lines.next().expect("a header"), rows: lines.collect() }
    }

    /// The numbers of a column, `None` where it is empty.
    pub(crate) fn column(&self, name: &str) -> Vec<Option<f64>> {
        let index = self.header.iter().position(|column| column == name).expect("column");
        self.rows.iter().map(|row| row[index].parse().ok()).collect()
    }
}

/// A file of the corpus named by `GANNET_CORPUS`.
pub(crate) fn corpus(file: &str) -> Option<Table> {
    let Ok(root) = std::env::var("GANNET_CORPUS") else {
        println!("skipped: GANNET_CORPUS is not set");
        return None;
    };
    let text = std::fs::read_to_string(format!("{root}/indicators/{file}")).expect("corpus file");
    Some(Table::parse(&text))
}

/// The candles of a table with `open,high,low,close,volume`; one an hour where it has no times.
pub(crate) fn candles(table: &Table) -> Vec<Candle> {
    let column = |name| -> Vec<f64> {
        table.column(name).into_iter().map(|number| number.expect("a number")).collect()
    };
    let (open, high, low) = (column("open"), column("high"), column("low"));
    let (close, volume) = (column("close"), column("volume"));
    (0..open.len())
        .map(|row| Candle {
            time: table
                .header
                .iter()
                .position(|name| name == "time")
                .map_or(Nanos(3_600_000_000_000 * row as u64), |index| {
                    nanos(&table.rows[row][index])
                }),
            open: open[row],
            high: high[row],
            low: low[row],
            close: close[row],
            volume: volume[row],
        })
        .collect()
}

/// Reads `2019-02-09T10:00:00Z`.
pub(crate) fn nanos(time: &str) -> Nanos {
    let number = |range: std::ops::Range<usize>| time[range].parse::<u64>().expect("digits");
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    // Days since 1970 in the Gregorian calendar, with years beginning in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let seconds =
        (days - 719_468) * 86_400 + number(11..13) * 3_600 + number(14..16) * 60 + number(17..19);
    Nanos(seconds * 1_000_000_000)
}

/// A seeded random walk with gaps, flat stretches, empty bars and trends.
pub(crate) fn random_candles(seed: u64, count: usize) -> Vec<Candle> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut close = 100.0_f64;
    (0..count)
        .map(|index| {
            let flat = index % 97 > 92;
            let step = if flat { 0.0 } else { next() - 0.5 + 0.1 * (index as f64 / 50.0).sin() };
            let open = if next() < 0.1 { close * (1.0 + 0.01 * (next() - 0.5)) } else { close };
            let open = if flat { close } else { open };
            close = (open * (1.0 + 0.02 * step)).max(1.0);
            let (wick_up, wick_down) = if flat { (0.0, 0.0) } else { (next(), next()) };
            let round = |price: f64| (price * 100.0).round() / 100.0;
            Candle {
                time: Nanos(1_500_000_000_000_000_000 + 3_600_000_000_000 * index as u64),
                open: round(open),
                high: round(open.max(close) * (1.0 + 0.005 * wick_up)),
                low: round(open.min(close) * (1.0 - 0.005 * wick_down)),
                close: round(close),
                volume: if index % 41 == 7 { 0.0 } else { round(1000.0 * next()) },
            }
        })
        .collect()
}
