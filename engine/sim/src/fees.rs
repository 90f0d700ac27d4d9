//! What the venue charges.

use gannet_types::{Level, Liquidity, Notional};

/// Fees in millionths of the traded notional; a negative fee is a rebate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fees {
    /// For resting orders.
    pub maker_ppm: i64,
    /// For orders that take.
    pub taker_ppm: i64,
}

impl Fees {
    /// Returns the fee of a fill, rounded up: away from us.
    #[must_use]
    pub fn of(&self, fill: Level, liquidity: Liquidity) -> Notional {
        let ppm = match liquidity {
            Liquidity::Maker => self.maker_ppm,
            Liquidity::Taker | Liquidity::Unknown => self.taker_ppm,
        };
        Notional::of(fill.price, fill.lots).millionths_ceil(ppm)
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{Lots, Ticks};

    use super::*;

    #[test]
    fn makers_and_takers_pay_their_own_rate() {
        let fees = Fees { maker_ppm: -50, taker_ppm: 500 };
        let fill = Level { price: Ticks(1_000), lots: Lots(3) };
        assert_eq!(fees.of(fill, Liquidity::Taker), Notional(2));
        assert_eq!(fees.of(fill, Liquidity::Maker), Notional(0));
    }
}
