//! Rates of exchange by day, from a file.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, bail};
use gannet_features::gann::calendar::Date;
use gannet_types::{Increment, Money};

use crate::features::sheet::Sheet;

/// What units of currencies were worth in another one, and from when on.
#[derive(Debug, Default)]
pub(super) struct Rates {
    /// Oldest first: the day, and the rate.
    of: HashMap<String, Vec<(Date, Increment)>>,
}

impl Rates {
    /// Reads a file.
    ///
    /// # Errors
    /// Names file, line and column.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        Self::of_sheet(&Sheet::read(path)?)
    }

    fn of_sheet(sheet: &Sheet) -> anyhow::Result<Self> {
        let (day, currency, rate) =
            (sheet.column("day")?, sheet.column("currency")?, sheet.column("rate")?);
        let mut rates = Self::default();
        for row in sheet.rows() {
            let row = row?;
            let name = row.get(currency);
            if name.is_empty() {
                return Err(row.error(currency, "a currency is missing"));
            }
            let date: Date = row
                .get(day)
                .parse()
                .map_err(|_| row.error(day, "this is no day such as 2026-11-26"))?;
            let rate = Increment::parse(row.get(rate).as_bytes())
                .map_err(|error| row.error(rate, error))?;
            rates.of.entry(name.to_owned()).or_default().push((date, rate));
        }
        for (name, list) in &mut rates.of {
            list.sort_by_key(|&(day, _)| day);
            if let Some(pair) = list.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                bail!("{name} has two rates on {}", pair[0].0);
            }
        }
        Ok(rates)
    }

    /// Returns an amount of `currency` at the rate of a day, rounded down.
    ///
    /// # Errors
    /// If there was no rate yet.
    pub(super) fn convert(
        &self,
        amount: Money,
        currency: &str,
        day: Date,
    ) -> anyhow::Result<Money> {
        let known =
            self.of.get(currency).with_context(|| format!("there are no rates of {currency}"))?;
        let newest = known.partition_point(|&(since, _)| since <= day);
        let (_, rate) = newest
            .checked_sub(1)
            .map(|index| known[index])
            .with_context(|| format!("there is no rate of {currency} up to {}", day))?;
        let (units, decimals) = rate.parts();
        let product = amount.0.checked_mul(i128::from(units)).context("an amount is too large")?;
        Ok(Money(product.div_euclid(10_i128.pow(u32::from(decimals)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(text: &str) -> anyhow::Result<Rates> {
        Rates::of_sheet(&Sheet::parse("rates.csv".to_owned(), text.to_owned())?)
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn the_newest_rate_up_to_the_day_holds() {
        let text = "day,currency,rate\n2026-11-26,USDT,1400\n2026-11-20,USDT,1391.50\n2026-11-20,EUR,1600\n";
        let rates = rates(text).expect("rates");
        let of =
            |amount, name, on| rates.convert(Money(amount), name, day(on)).map(|money| money.0);
        assert_eq!(of(200, "USDT", "2026-11-20").ok(), Some(278_300));
        assert_eq!(of(200, "USDT", "2026-11-25").ok(), Some(278_300));
        assert_eq!(of(-1, "USDT", "2026-11-25").ok(), Some(-1_392));
        assert_eq!(of(200, "USDT", "2027-01-01").ok(), Some(280_000));
        assert!(of(1, "USDT", "2026-11-19").is_err());
        assert!(of(1, "JPY", "2026-11-26").is_err());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, part) in [
            ("2026-13-26,USDT,1400", "rates.csv:2: column \"day\""),
            ("2026-11-26,,1400", "column \"currency\""),
            ("2026-11-26,USDT,-1", "column \"rate\""),
            ("2026-11-26,USDT,1\n2026-11-26,USDT,2", "USDT has two rates on 2026-11-26"),
        ] {
            let error = rates(&format!("day,currency,rate\n{line}\n")).expect_err(line);
            assert!(format!("{error:#}").contains(part), "{error:#}");
        }
    }
}
