//! What an account has lost and done: by day, by week, since its best, in a row.
//!
//! A day or week over its limit blocks what does not reduce a position until the next begins. A
//! drawdown or a row of losses halts its trading: a person looks and resets. Profit is judged a few
//! times a second and after each fill, not per order, and only while every open position has a
//! price.
//!
//! # Invariants
//! - All of it follows from inputs, so it survives a restart with the journal.

use gannet_types::{LimitKind, Money, Nanos, RejectReason};

use super::limits::AccountLimits;

/// A day of UTC.
const DAY: Nanos = Nanos(86_400 * Nanos::SECOND.0);

/// Days from a Monday to the first of January 1970, a Thursday.
const MONDAY: u64 = 3;

/// An account's losses and activity.
pub(crate) struct AccountRisk {
    limits: AccountLimits,
    /// Whether any limit is about what the account has as a whole.
    is_limited: bool,
    day: Span,
    week: Span,
    profit: Money,
    /// Whether every open position had a price when profit was judged last.
    is_judged: bool,
    /// The highest profit since the start or the last reset.
    peak: Money,
    losses_in_a_row: u32,
    orders_today: u32,
}

/// A day or week: which, and the profit it began with.
#[derive(Clone, Copy, Default)]
struct Span {
    number: u64,
    began_with: Money,
}

impl Span {
    /// Returns whether another span has begun. If the clock was set back to one before, that goes on
    /// with what this one began with: no loss is forgotten.
    fn turn(&mut self, number: u64, profit: Money) -> bool {
        let turned = number > self.number;
        if turned {
            self.began_with = profit;
        }
        self.number = number;
        turned
    }

    /// Returns whether the span of this number has begun, or was left by a clock that was set back.
    const fn holds(&self, number: u64) -> bool {
        number <= self.number
    }

    fn lost(&self, profit: Money) -> Money {
        self.began_with.minus(profit)
    }
}

impl AccountRisk {
    pub(crate) const fn limits(&self) -> &AccountLimits {
        &self.limits
    }

    /// Returns whether any limit is about what the account has as a whole.
    #[inline]
    pub(crate) const fn is_limited(&self) -> bool {
        self.is_limited
    }

    /// Sets a limit; returns what stands now.
    pub(super) fn set_limit(&mut self, limit: LimitKind, value: u64) -> &AccountLimits {
        self.limits.set(limit, value);
        self.is_limited = self.limits.asks_for_the_whole();
        &self.limits
    }

    /// Sets the largest loss of a day.
    pub(super) const fn set_loss_per_day(&mut self, max: Money) {
        self.limits.loss_per_day_max = max;
    }

    pub(crate) fn new(limits: AccountLimits) -> Self {
        Self {
            limits,
            is_limited: limits.asks_for_the_whole(),
            day: Span::default(),
            week: Span::default(),
            profit: Money::ZERO,
            is_judged: true,
            peak: Money::ZERO,
            losses_in_a_row: 0,
            orders_today: 0,
        }
    }

    /// Takes the profit of all positions; returns why trading must halt, if so.
    pub(crate) fn on_profit(&mut self, now: Nanos, profit: Money) -> Option<RejectReason> {
        // A day begins with what the one before ended with.
        self.turn(now);
        self.profit = profit;
        self.is_judged = true;
        self.peak = self.peak.max(profit);
        let fallen = self.peak.minus(profit) > self.limits.drawdown_max;
        fallen.then_some(RejectReason::Drawdown)
    }

    /// Takes that an open position has no price: what is measured by the equity waits.
    pub(crate) fn on_unpriced(&mut self) {
        self.is_judged = false;
    }

    /// Returns the profit that was judged last, unless a position had no price then.
    pub(crate) fn profit(&self) -> Option<Money> {
        self.is_judged.then_some(self.profit)
    }

    /// Takes what a round trip earned; returns why trading must halt, if so.
    pub(crate) fn on_trip(&mut self, is_loss: bool) -> Option<RejectReason> {
        self.losses_in_a_row = if is_loss { self.losses_in_a_row.saturating_add(1) } else { 0 };
        let max = self.limits.losses_in_a_row_max;
        (max > 0 && self.losses_in_a_row >= max).then_some(RejectReason::LossesInARow)
    }

    /// Notes that a new order is sent.
    pub(crate) fn note_order(&mut self, now: Nanos) {
        self.turn(now);
        self.orders_today = self.orders_today.saturating_add(1);
    }

    /// Returns why nothing may be sent at `now` but what reduces a position, if so.
    pub(crate) fn block(&self, now: Nanos) -> Option<RejectReason> {
        let AccountLimits { loss_per_day_max, loss_per_week_max, orders_per_day_max, .. } =
            self.limits;
        let (today, week) = (self.day.holds(day(now)), self.week.holds(week(now)));
        if today && self.day.lost(self.profit) > loss_per_day_max {
            Some(RejectReason::DailyLoss)
        } else if week && self.week.lost(self.profit) > loss_per_week_max {
            Some(RejectReason::WeeklyLoss)
        } else if today && orders_per_day_max > 0 && self.orders_today >= orders_per_day_max {
            Some(RejectReason::OrdersPerDay)
        } else {
            None
        }
    }

    /// A person has looked: the fall is measured from here, and no loss counts.
    pub(crate) fn reset(&mut self) {
        self.peak = self.profit;
        self.losses_in_a_row = 0;
    }

    fn turn(&mut self, now: Nanos) {
        if self.day.turn(day(now), self.profit) {
            self.orders_today = 0;
        }
        self.week.turn(week(now), self.profit);
    }
}

const fn day(now: Nanos) -> u64 {
    now.0 / DAY.0
}

const fn week(now: Nanos) -> u64 {
    (day(now) + MONDAY) / 7
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Friday, 2 January 1970, in the evening.
    const FRIDAY: u64 = DAY.0 + 20 * 3_600 * Nanos::SECOND.0;

    fn account(limits: AccountLimits) -> AccountRisk {
        AccountRisk::new(limits)
    }

    #[test]
    fn a_day_over_its_limit_blocks_until_the_next() {
        let mut account =
            account(AccountLimits { loss_per_day_max: Money(10), ..AccountLimits::NONE });
        let evening = Nanos(FRIDAY);
        assert_eq!(account.on_profit(evening, Money(-10)), None);
        assert_eq!(account.block(evening), None);
        account.on_profit(evening, Money(-11));
        assert_eq!(account.block(evening), Some(RejectReason::DailyLoss));
        account.on_profit(evening, Money(-4));
        assert_eq!(account.block(evening), None, "it came back");
        account.on_profit(evening, Money(-11));
        let morning = evening.after(DAY);
        assert_eq!(account.block(morning), None);
        account.on_profit(morning, Money(-21));
        assert_eq!(account.block(morning), None, "ten since midnight");
        account.on_profit(morning, Money(-22));
        assert_eq!(account.block(morning), Some(RejectReason::DailyLoss));
    }

    #[test]
    fn a_clock_that_is_set_back_over_midnight_forgets_no_loss() {
        let limits = AccountLimits {
            loss_per_day_max: Money(10),
            loss_per_week_max: Money(30),
            orders_per_day_max: 1,
            ..AccountLimits::NONE
        };
        let mut account = account(limits);
        let (evening, morning) = (Nanos(FRIDAY), Nanos(FRIDAY).after(DAY));
        account.on_profit(morning, Money(-11));
        assert_eq!(account.block(evening), Some(RejectReason::DailyLoss), "before it is judged");
        account.on_profit(evening, Money(-12));
        assert_eq!(account.block(evening), Some(RejectReason::DailyLoss));
        account.on_profit(morning, Money(-12));
        assert_eq!(account.block(morning), None, "another day");
        account.note_order(morning);
        account.note_order(evening);
        assert_eq!(account.block(evening), Some(RejectReason::OrdersPerDay));
    }

    #[test]
    fn a_week_begins_on_monday() {
        let mut account =
            account(AccountLimits { loss_per_week_max: Money(10), ..AccountLimits::NONE });
        let friday = Nanos(FRIDAY);
        account.on_profit(friday, Money(-11));
        for days in [0, 1, 2] {
            let now = Nanos(FRIDAY + days * DAY.0);
            account.on_profit(now, Money(-11));
            assert_eq!(account.block(now), Some(RejectReason::WeeklyLoss), "{days}");
        }
        let monday = Nanos(FRIDAY + 3 * DAY.0);
        assert_eq!(account.block(monday), None);
        account.on_profit(monday, Money(-21));
        assert_eq!(account.block(monday), None);
    }

    #[test]
    fn a_fall_from_the_best_halts_until_it_is_reset() {
        let mut account = account(AccountLimits { drawdown_max: Money(5), ..AccountLimits::NONE });
        let profits = [(3, false), (20, false), (15, false), (14, true), (30, false), (24, true)];
        for (profit, halts) in profits {
            let halt = account.on_profit(Nanos(FRIDAY), Money(profit));
            assert_eq!(halt, halts.then_some(RejectReason::Drawdown), "{profit}");
        }
        account.reset();
        assert_eq!(account.on_profit(Nanos(FRIDAY), Money(19)), None);
        assert!(account.on_profit(Nanos(FRIDAY), Money(18)).is_some());
    }

    #[test]
    fn a_row_of_losses_halts_and_a_profit_ends_it() {
        let mut account = account(AccountLimits { losses_in_a_row_max: 3, ..AccountLimits::NONE });
        let halts: Vec<bool> = [true, true, false, true, true, true]
            .map(|is_loss| account.on_trip(is_loss).is_some())
            .to_vec();
        assert_eq!(halts, [false, false, false, false, false, true]);
        account.reset();
        assert_eq!(account.on_trip(true), None);
    }

    #[test]
    fn a_day_has_so_many_orders() {
        let mut account = account(AccountLimits { orders_per_day_max: 2, ..AccountLimits::NONE });
        let now = Nanos(FRIDAY);
        account.note_order(now);
        assert_eq!(account.block(now), None);
        account.note_order(now);
        assert_eq!(account.block(now), Some(RejectReason::OrdersPerDay));
        assert_eq!(account.block(now.after(DAY)), None);
        account.note_order(now.after(DAY));
        assert_eq!(account.block(now.after(DAY)), None);
    }
}
