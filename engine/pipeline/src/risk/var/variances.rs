//! The variance of each account's positions: the quadratic form of weights and covariances, kept as
//! both change.
//!
//! Arithmetic wraps: a sum that left the range on the way is exact again when it comes back, and a
//! result is believed only while the account's gross weight proves that it is in range.
//!
//! # Invariants
//! - A variance is the fold over all pairs of held instruments.

use gannet_types::Bounded;

use super::covariance::Covariance;

/// Gross weight up to which a variance fits: its square times the largest covariance, 2^40, stays
/// below 2^127. In cents, 88 billion.
const GROSS_MAX: i128 = 1 << 43;

/// What all accounts hold, weighed.
pub(super) struct Variances {
    instruments: usize,
    accounts: Vec<Account>,
    /// By account, then instrument.
    weights: Vec<i128>,
}

struct Account {
    held: Bounded<u16>,
    gross: i128,
    variance: i128,
}

impl Variances {
    pub(super) fn new(accounts: usize, instruments: usize) -> Self {
        let account =
            || Account { held: Bounded::with_capacity(instruments), gross: 0, variance: 0 };
        Self {
            instruments,
            accounts: (0..accounts).map(|_| account()).collect(),
            weights: vec![0; accounts * instruments],
        }
    }

    /// Takes the weight of a position.
    pub(super) fn set(
        &mut self,
        account: usize,
        index: usize,
        weight: i128,
        covariance: &Covariance,
    ) {
        let place = account * self.instruments + index;
        let before = self.weights[place];
        if before == weight {
            return;
        }
        let variance = self.moved(account, index, weight, covariance);
        self.weights[place] = weight;
        let account = &mut self.accounts[account];
        account.variance = variance;
        account.gross = account.gross - before.abs() + weight.abs();
        if before == 0 {
            let fits = account.held.push(index as u16);
            assert!(fits.is_ok(), "an instrument is held once");
        } else if weight == 0
            && let Some(place) = account.held.iter().position(|held| usize::from(*held) == index)
        {
            account.held.swap_remove(place);
        }
    }

    /// Returns the variance if a position had another weight; `None` if that is not known.
    pub(super) fn with(
        &self,
        account: usize,
        index: usize,
        weight: i128,
        covariance: &Covariance,
    ) -> Option<i128> {
        let held = &self.accounts[account];
        let before = self.weights[account * self.instruments + index];
        let gross = held.gross - before.abs() + weight.saturating_abs().min(GROSS_MAX + 1);
        let known = |other: &u16| covariance.is_known(index, usize::from(*other));
        let measured = held.held.iter().all(known) && covariance.is_known(index, index);
        (measured && gross <= GROSS_MAX).then(|| self.moved(account, index, weight, covariance))
    }

    /// Leaves an instrument's part out of every account's variance, while covariances change.
    pub(super) fn take_out(&mut self, index: usize, covariance: &Covariance) {
        self.adjust(index, covariance, i128::wrapping_sub);
    }

    /// Counts an instrument's part again.
    pub(super) fn put_back(&mut self, index: usize, covariance: &Covariance) {
        self.adjust(index, covariance, i128::wrapping_add);
    }

    fn adjust(&mut self, index: usize, covariance: &Covariance, adjust: fn(i128, i128) -> i128) {
        for account in 0..self.accounts.len() {
            let weight = self.weights[account * self.instruments + index];
            if weight == 0 {
                continue;
            }
            // The instrument's own square is in the sum once, what it shares with others twice.
            let shared = self.covariance_with(account, index, covariance);
            let own = weight.wrapping_mul(covariance.of(index, index));
            let part = weight.wrapping_mul(shared.wrapping_mul(2).wrapping_sub(own));
            let account = &mut self.accounts[account];
            account.variance = adjust(account.variance, part);
        }
    }

    /// The variance if a position had another weight, wrapped.
    fn moved(&self, account: usize, index: usize, weight: i128, covariance: &Covariance) -> i128 {
        let change = weight.wrapping_sub(self.weights[account * self.instruments + index]);
        let shared = self.covariance_with(account, index, covariance);
        let own = change.wrapping_mul(covariance.of(index, index));
        let moved = change.wrapping_mul(shared.wrapping_mul(2).wrapping_add(own));
        self.accounts[account].variance.wrapping_add(moved)
    }

    /// The covariance of an instrument with all that an account holds, wrapped.
    fn covariance_with(&self, account: usize, index: usize, covariance: &Covariance) -> i128 {
        let weights = &self.weights[account * self.instruments..];
        self.accounts[account].held.iter().fold(0_i128, |sum, held| {
            let held = usize::from(*held);
            sum.wrapping_add(weights[held].wrapping_mul(covariance.of(index, held)))
        })
    }

    /// The variance as its definition has it.
    #[cfg(test)]
    pub(super) fn folded(&self, account: usize, covariance: &Covariance) -> (i128, i128) {
        let weights = &self.weights[account * self.instruments..][..self.instruments];
        let mut sum = 0_i128;
        for (row, left) in weights.iter().enumerate() {
            for (column, right) in weights.iter().enumerate() {
                sum += left * right * covariance.of(row, column);
            }
        }
        (sum, self.accounts[account].variance)
    }
}
