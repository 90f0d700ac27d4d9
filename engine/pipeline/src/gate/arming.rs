//! The throttle on automation: after so many orders that no person released, a person arms again.

/// How many orders were released without a person since somebody armed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arming {
    /// Zero for any number.
    orders_max: u32,
    released: u32,
    /// Whether people were told that it is spent.
    is_told: bool,
}

impl Arming {
    pub(crate) const fn new(orders_max: u32) -> Self {
        Self { orders_max, released: 0, is_told: false }
    }

    /// Returns whether a person must arm before anything more is automated.
    pub(crate) const fn is_spent(&self) -> bool {
        self.orders_max > 0 && self.released >= self.orders_max
    }

    /// Counts an order that no person released.
    pub(crate) const fn note(&mut self) {
        self.released = self.released.saturating_add(1);
    }

    /// Begins to count anew.
    pub(crate) const fn arm(&mut self) {
        *self = Self::new(self.orders_max);
    }

    /// Returns whether people have to be told now; who asks has to tell.
    pub(crate) const fn take_untold(&mut self) -> bool {
        let untold = self.is_spent() && !self.is_told;
        self.is_told |= untold;
        untold
    }
}
