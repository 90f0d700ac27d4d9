//! What holders of perpetual futures pay each other.

use gannet_types::{Lots, Nanos, Notional, Ticks, Valuation};

/// A rate that is paid at fixed times. The feeds do not tell rates, so it is the same each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Funding {
    /// Millionths of the position's value; if positive, who is long pays.
    pub rate_ppm: i64,
    /// It is paid at multiples of this since 1970, which for eight hours are 00:00, 08:00 and 16:00
    /// UTC. Not zero.
    pub interval: Nanos,
}

impl Funding {
    /// Returns the first time of payment after `now`.
    pub(crate) const fn next(&self, now: Nanos) -> Nanos {
        Nanos((now.0 / self.interval.0).saturating_add(1).saturating_mul(self.interval.0))
    }

    /// Returns what a position pays at the middle of two prices, rounded up: away from us.
    pub(crate) fn payment(
        &self,
        valuation: Valuation,
        position: Lots,
        [bid, ask]: [Ticks; 2],
    ) -> Notional {
        let rate = i128::from(self.rate_ppm);
        let exact = match valuation {
            Valuation::Linear => {
                let twice = Notional::of(bid, position) + Notional::of(ask, position);
                return ceiling(twice.0.saturating_mul(rate), 2_000_000);
            }
            Valuation::Inverse => {
                let units = 2 * i128::from(Valuation::INVERSE_UNITS) * i128::from(position.0);
                units.saturating_mul(rate)
            }
        };
        let twice_mid = i128::from(bid.0) + i128::from(ask.0);
        ceiling(exact, twice_mid.max(1).saturating_mul(1_000_000))
    }
}

/// A quotient rounded up: minus the floor of the negated.
const fn ceiling(number: i128, divisor: i128) -> Notional {
    Notional(-(number.saturating_neg().div_euclid(divisor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payments_round_away_from_us() {
        let cases = [
            (100, 10, 1_000_000, 1_000),
            (100, -10, 1_000_000, -1_000),
            (100, 1, 1, 1),
            (100, -1, 1, 0),
            (-100, 3, 1_000_000, -300),
            (0, 5, 1_000_000, 0),
        ];
        for (rate_ppm, lots, price, paid) in cases {
            let funding = Funding { rate_ppm, interval: Nanos(1) };
            let payment = funding.payment(Valuation::Linear, Lots(lots), [Ticks(price); 2]);
            assert_eq!(payment, Notional(paid), "{rate_ppm} {lots} {price}");
        }
    }

    #[test]
    fn it_is_paid_at_multiples_of_its_interval() {
        let funding = Funding { rate_ppm: 1, interval: Nanos(100) };
        for (now, next) in [(0, 100), (99, 100), (100, 200), (101, 200)] {
            assert_eq!(funding.next(Nanos(now)), Nanos(next));
        }
    }
}
