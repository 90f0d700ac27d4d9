//! Value at risk: what positions may lose in a bar, by what was and by variances and covariances.
//!
//! Historical: of each instrument the quantile of its last returns, down and up; an account's is the
//! sum of its instruments' own, as if all had their bad day at once. No correlation that may break
//! makes it smaller. Parametric: the deviation of the account's positions by covariances that decay
//! exponentially (RiskMetrics, J.P. Morgan, 1996, section 5.2), times a factor for the quantile; what
//! working orders elsewhere may add counts at its own deviation, which is an upper bound.
//!
//! The return of an inverse contract is that of its value in coins: when the price halves, who is long
//! loses as much again as the position was worth.
//!
//! Returns are billionths, covariances millionths squared (10^-12): integers, so that a replay gives
//! the same. Until an instrument has enough returns, and a pair enough in common, its risk is not
//! known, and the limits refuse.
//!
//! Hot: `on_bar` costs as much as there are instruments; a check as much as the account holds.

use gannet_types::{
    AccountId, Bar, BarKind, InstrumentId, Lots, Money, MoneyScale, Ticks, Valuation,
};

use covariance::Covariance;
use variances::Variances;
use window::Returns;

use super::ratio::millionth_away;
use super::worth::Tails;

mod covariance;
#[cfg(test)]
mod tests;
mod variances;
mod window;

/// One, in returns.
pub(super) const BILLION: i128 = 1_000_000_000;

const MILLION: i128 = 1_000_000;

/// Most returns that are looked back at.
pub const RETURNS_MAX: usize = 1_024;

/// How value at risk is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VarConfig {
    /// The bars whose closes are compared. Instruments have them at the same times.
    pub bar: BarKind,
    /// Returns that the quantile is taken of, at most [`RETURNS_MAX`].
    pub returns: usize,
    /// Returns before which nothing is known.
    pub returns_min: usize,
    /// The part of outcomes that lose no more, in millionths.
    pub quantile_ppm: u32,
    /// Deviations to the same quantile of a normal distribution, in millionths.
    pub deviations_ppm: u64,
    /// What of the covariance a bar leaves, in millionths.
    pub decay_ppm: u32,
    /// Square root of the bars that a position is held, in millionths.
    pub horizon_ppm: u64,
}

/// The measures of all instruments, and the variance of all accounts.
pub(crate) struct ValueAtRisk {
    config: VarConfig,
    instruments: Vec<Measure>,
    covariance: Covariance,
    variances: Variances,
    /// Deviations to the quantile over the horizon, in millionths: rounded up.
    factor: i128,
    /// By account: one deviation that is allowed, in units of money, rounded down.
    allowed: Vec<i128>,
}

struct Measure {
    close: Option<Ticks>,
    returns: Returns,
    tails: Option<Tails>,
    deviation: Option<u64>,
}

impl ValueAtRisk {
    pub(crate) fn new(config: VarConfig, accounts: usize, instruments: usize) -> Self {
        assert!((1..=RETURNS_MAX).contains(&config.returns), "returns are remembered");
        assert!(config.returns_min <= config.returns, "it can be known");
        let measure = || Measure {
            close: None,
            returns: Returns::new(config.returns),
            tails: None,
            deviation: None,
        };
        Self {
            config,
            instruments: (0..instruments).map(|_| measure()).collect(),
            covariance: Covariance::new(instruments, config.decay_ppm, config.returns_min),
            variances: Variances::new(accounts, instruments),
            factor: i128::from(scaled(config.deviations_ppm, config.horizon_ppm)).max(1),
            allowed: vec![0; accounts],
        }
    }

    /// Takes what an account may lose at most by its variance.
    pub(crate) fn allow(&mut self, account: AccountId, max: Money) {
        let allowed = max.0.saturating_mul(MILLION) / self.factor;
        self.allowed[usize::from(account.0)] = allowed;
    }

    /// Takes a bar; returns whether it says something new of its instrument's risk.
    pub(crate) fn on_bar(&mut self, bar: &Bar, valuation: Valuation) -> bool {
        let index = usize::from(bar.instrument.0);
        if bar.kind != self.config.bar || bar.close <= Ticks::ZERO {
            return false;
        }
        let measure = &mut self.instruments[index];
        let Some(before) = measure.close.replace(bar.close) else { return true };
        let change = match valuation {
            Valuation::Linear => billionths(before, bar.close),
            // What a lot is worth at the first price falls by so much of that when the price rises.
            Valuation::Inverse => -billionths(bar.close, before),
        };
        measure.returns.push(change);
        let known = measure.returns.len() >= self.config.returns_min;
        measure.tails = known.then(|| {
            let (fall, rise) = measure.returns.tails(self.config.quantile_ppm);
            let horizon = |tail: u64| scaled(tail, self.config.horizon_ppm);
            Tails { fall: horizon(fall), rise: horizon(rise) }
        });
        self.variances.take_out(index, &self.covariance);
        self.covariance.on_return(index, bar.end, change);
        self.variances.put_back(index, &self.covariance);
        self.instruments[index].deviation = known.then(|| self.covariance.deviation(index));
        true
    }

    /// Returns how far an instrument falls and rises at the quantile, over the horizon.
    pub(crate) fn tails(&self, instrument: InstrumentId) -> Option<Tails> {
        self.instruments[usize::from(instrument.0)].tails
    }

    /// Returns the standard deviation of an instrument within a bar, in billionths.
    pub(crate) fn deviation(&self, instrument: InstrumentId) -> Option<u64> {
        self.instruments[usize::from(instrument.0)].deviation
    }

    /// Takes what an account holds, valued at the last close.
    pub(crate) fn hold(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        lots: Lots,
        scale: MoneyScale,
    ) {
        let index = usize::from(instrument.0);
        let close = self.instruments[index].close.unwrap_or(Ticks::ZERO);
        let value = if close > Ticks::ZERO { scale.stake(close, lots) } else { Money::ZERO };
        self.variances.set(usize::from(account.0), index, weight(value), &self.covariance);
    }

    /// Returns whether an account may lose more than it is allowed to, if its position in an
    /// instrument were worth `value`, signed, and what works elsewhere deviated by `others`.
    pub(crate) fn is_over(
        &self,
        account: AccountId,
        instrument: InstrumentId,
        value: Money,
        others: Money,
    ) -> bool {
        let (owner, index) = (usize::from(account.0), usize::from(instrument.0));
        let variance = self.variances.with(owner, index, weight(value), &self.covariance);
        let room = self.allowed[owner] - others.0;
        match variance {
            // A cent squared times a millionth squared is a unit of money squared.
            Some(variance) if room >= 0 => variance > square(room),
            Some(_) | None => true,
        }
    }
}

fn square(number: i128) -> i128 {
    match i64::try_from(number) {
        Ok(number) => i128::from(number).wrapping_mul(i128::from(number)),
        Err(_) => number.saturating_mul(number),
    }
}

/// The change from one price to another in billionths of the first, rounded away from zero; at
/// most once the price.
fn billionths(from: Ticks, to: Ticks) -> i64 {
    let (from, to) = (i128::from(from.0), i128::from(to.0));
    let change = (to - from) * BILLION;
    let rounded = (change.abs() + from - 1) / from * change.signum();
    i64::try_from(rounded.clamp(-BILLION, BILLION)).unwrap_or(0)
}

/// A number times millionths, rounded up.
fn scaled(number: u64, ppm: u64) -> u64 {
    let product = i128::from(number) * i128::from(ppm) + MILLION - 1;
    u64::try_from(product / MILLION).unwrap_or(u64::MAX)
}

/// A value as the weight of a position: in cents, of which a million units of money are one, rounded
/// away from zero.
fn weight(value: Money) -> i128 {
    millionth_away(value.0)
}
