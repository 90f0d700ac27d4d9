//! How much: from an opinion's side to a quantity in lots.
//!
//! Money is exact: it is counted in ticks times lots of the instrument, in integers. Everything is
//! rounded down, so that neither the risk nor the cap is ever exceeded; a size that is then too small
//! is none, and the reason is said.
//!
//! # Invariants
//! - A size is positive and at most `lots_max`, and its value is at least `notional_min`.
//! - By risk and by Kelly, size times stop distance is at most the share of the equity that was chosen.
//! - By margin and by volatility, size times price is at most what may be borrowed upon.

pub mod kelly;
pub mod record;
pub mod volatility;

#[cfg(test)]
mod tests;

use gannet_types::{Lots, Notional, PositionReport, Ticks, Valuation};

use crate::range::{OutOfRange, agrees, within};
use kelly::KellyConfig;
use record::TrackRecord;
use volatility::{VolatilityConfig, VolatilityMeter};

/// A whole, in millionths.
pub(crate) const MILLION: i128 = 1_000_000;

/// How a size is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SizingMethod {
    /// Always the same quantity.
    Quantity(Lots),
    /// A fixed margin, times a leverage.
    Margin {
        /// What may be lost if the position is worth nothing and is not borrowed upon.
        margin: Notional,
        /// How often the margin may be traded, in percent: 100 is without borrowing.
        leverage_percent: u32,
    },
    /// What the stop may cost, as a share of the equity.
    Risk {
        /// In millionths: 10,000 is one percent.
        equity_ppm: u32,
    },
    /// As Kelly (1956) has it, a fraction of it, capped.
    Kelly(KellyConfig),
    /// So that the equity fluctuates as much as was chosen.
    Volatility(VolatilityConfig),
}

/// What can be chosen about sizes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizingConfig {
    /// How a size is found.
    pub method: SizingMethod,
    /// What the strategy begins with.
    pub equity: Notional,
    /// The largest size.
    pub lots_max: Lots,
    /// The least value of an entry.
    pub notional_min: Notional,
}

impl SizingConfig {
    /// Always the same quantity, and nothing else.
    #[must_use]
    pub const fn quantity(lots: Lots) -> Self {
        Self {
            method: SizingMethod::Quantity(lots),
            equity: Notional::ZERO,
            lots_max: lots,
            notional_min: Notional::ZERO,
        }
    }

    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        agrees("quantity_max", self.lots_max > Lots::ZERO, "positive")?;
        agrees("notional_min", self.notional_min >= Notional::ZERO, "positive or zero")?;
        let has_equity = self.equity > Notional::ZERO;
        match &self.method {
            SizingMethod::Quantity(lots) => {
                agrees("quantity", *lots > Lots::ZERO, "positive")?;
                agrees("quantity", *lots <= self.lots_max, "at most quantity_max")
            }
            SizingMethod::Margin { margin, leverage_percent } => {
                agrees("margin", *margin > Notional::ZERO, "positive")?;
                within("leverage_percent", *leverage_percent, 1..=12_500)
            }
            SizingMethod::Risk { equity_ppm } => {
                agrees("equity", has_equity, "positive")?;
                within("risk_ppm", *equity_ppm, 1..=1_000_000)
            }
            SizingMethod::Kelly(kelly) => {
                agrees("equity", has_equity, "positive")?;
                kelly.check()
            }
            SizingMethod::Volatility(volatility) => {
                agrees("equity", has_equity, "positive")?;
                volatility.check()
            }
        }
    }
}

/// What a size depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What a lot would cost.
    pub price: Ticks,
    /// How far away its stop would be; `None` without one.
    pub stop: Option<Ticks>,
    /// What the strategy has gained so far, open profit and fees included.
    pub profit: Notional,
    /// How a price makes a value of the instrument.
    pub valuation: Valuation,
}

/// Why there is no size. The numbers are part of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Unsized {
    /// There is no price.
    NoPrice = 1,
    /// It needs the distance of a stop.
    NoStop = 2,
    /// The equity is gone.
    NoEquity = 3,
    /// It is less than one lot.
    BelowLot = 4,
    /// It is worth less than the least value of an entry.
    BelowMinimum = 5,
    /// It needs to know the volatility first.
    NoVolatility = 6,
    /// Winning is not likely enough for any size.
    NoEdge = 7,
}

/// Finds sizes, and remembers what that takes.
#[derive(Clone, Debug)]
pub struct Sizer {
    config: SizingConfig,
    record: TrackRecord,
    volatility: VolatilityMeter,
}

impl Sizer {
    /// Builds it without any history.
    #[must_use]
    pub fn new(config: SizingConfig) -> Self {
        let volatility = match config.method {
            SizingMethod::Volatility(config) => VolatilityMeter::new(config.period),
            _ => VolatilityMeter::new(1),
        };
        Self { config, record: TrackRecord::default(), volatility }
    }

    /// Takes the close of a bar that is decided on.
    pub fn on_close(&mut self, close: Ticks) {
        if matches!(self.config.method, SizingMethod::Volatility(_)) {
            self.volatility.on_close(close);
        }
    }

    /// Looks at the position, to learn how round trips end.
    #[inline]
    pub fn watch(&mut self, position: &PositionReport) {
        if position.lots != self.record.lots() {
            let taken = position.realized.0.saturating_sub(position.fees.0);
            self.record.watch(position.lots, Notional(taken));
        }
    }

    /// Finds the size of an entry.
    ///
    /// # Errors
    /// Tells why there is none.
    pub fn size(&self, entry: &Entry) -> Result<Lots, Unsized> {
        if entry.price <= Ticks::ZERO {
            return Err(Unsized::NoPrice);
        }
        let lots = match &self.config.method {
            SizingMethod::Quantity(lots) => i128::from(lots.0),
            SizingMethod::Margin { margin, leverage_percent } => {
                let value = margin.0.saturating_mul(i128::from(*leverage_percent)) / 100;
                entry.valuation.lots_of(Notional(value), entry.price)
            }
            SizingMethod::Risk { equity_ppm } => self.by_stop(entry, i128::from(*equity_ppm))?,
            SizingMethod::Kelly(kelly) => {
                let share = kelly.share_ppm(&self.record).ok_or(Unsized::NoEdge)?;
                self.by_stop(entry, share)?
            }
            SizingMethod::Volatility(config) => {
                let share = config.share_ppm(&self.volatility).ok_or(Unsized::NoVolatility)?;
                let value = Notional(share_of(self.equity(entry)?, share));
                entry.valuation.lots_of(value, entry.price)
            }
        };
        self.bounded(lots, entry)
    }

    /// So much that a stop costs a share of the equity, in millionths.
    fn by_stop(&self, entry: &Entry, share_ppm: i128) -> Result<i128, Unsized> {
        let stop = entry.stop.filter(|stop| *stop > Ticks::ZERO).ok_or(Unsized::NoStop)?;
        let share = Notional(share_of(self.equity(entry)?, share_ppm));
        // Below the price a stop of an inverse contract costs more than above it; at nothing, all.
        let at_stop = Ticks(entry.price.0.saturating_sub(stop.0));
        Ok(entry.valuation.lots_between(share, entry.price, at_stop))
    }

    fn equity(&self, entry: &Entry) -> Result<i128, Unsized> {
        let equity = self.config.equity.0.saturating_add(entry.profit.0);
        if equity > 0 { Ok(equity) } else { Err(Unsized::NoEquity) }
    }

    fn bounded(&self, lots: i128, entry: &Entry) -> Result<Lots, Unsized> {
        let most = self.config.lots_max;
        let lots = Lots(lots.min(i128::from(most.0)) as i64);
        if lots <= Lots::ZERO {
            return Err(Unsized::BelowLot);
        }
        let small = entry.valuation.stake(entry.price, lots) < self.config.notional_min;
        if small { Err(Unsized::BelowMinimum) } else { Ok(lots) }
    }
}

/// So many millionths of a positive amount, rounded down.
fn share_of(amount: i128, ppm: i128) -> i128 {
    amount.saturating_mul(ppm) / MILLION
}
