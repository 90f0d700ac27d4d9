//! Count, mean and variance of numbers that come one after the other.

/// Count, mean and sum of squared deviations (Welford 1962): no digits are lost to a large mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Takes a number.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
    }

    /// Changes a number that was taken before: what a broker corrects.
    pub fn replace(&mut self, old: f64, new: f64) {
        if self.count <= 1 {
            *self = Self::default();
        } else {
            let before = old - self.mean;
            self.count -= 1;
            self.mean -= before / self.count as f64;
            self.squares = (self.squares - before * (old - self.mean)).max(0.0);
        }
        self.add(new);
    }

    /// Returns how many numbers there were.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Returns their mean; 0 if there are none.
    #[must_use]
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// Returns their sum.
    #[must_use]
    pub const fn sum(&self) -> f64 {
        self.mean * self.count as f64
    }

    /// Returns the unbiased variance; `None` of fewer than two.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }
}
