//! What a broker can do with an order, so that what it cannot is refused before it is sent.

use crate::{OrderTerms, OrderType, RejectReason, TimeInForce};

/// What a gateway's broker can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    order_types: u8,
    times_in_force: u16,
    /// Whether part of an order can be hidden.
    pub display_lots: bool,
    /// Whether an order can be replaced; if not, it is cancelled and sent anew.
    pub replace: bool,
    /// Whether one message cancels everything.
    pub mass_cancel: bool,
    /// Whether one message asks for all open orders.
    pub mass_status: bool,
    /// Whether it listens when we do not know a trade.
    pub dont_know_trade: bool,
    /// Whether it tells positions when asked.
    pub positions: bool,
}

impl Capabilities {
    /// Everything there is.
    pub const ALL: Self = Self {
        order_types: u8::MAX,
        times_in_force: u16::MAX,
        display_lots: true,
        replace: true,
        mass_cancel: true,
        mass_status: true,
        dont_know_trade: true,
        positions: true,
    };

    /// What every venue can do: limit orders that rest or do not, replaced and cancelled one by
    /// one.
    pub const BASIC: Self = Self {
        order_types: 0,
        times_in_force: 0,
        display_lots: false,
        replace: true,
        mass_cancel: false,
        mass_status: false,
        dont_know_trade: false,
        positions: false,
    }
    .with_order_types(&[OrderType::Market, OrderType::Limit])
    .with_times_in_force(&[
        TimeInForce::Day,
        TimeInForce::GoodTillCancel,
        TimeInForce::ImmediateOrCancel,
        TimeInForce::FillOrKill,
        TimeInForce::PostOnly,
    ]);

    /// Returns the same with these order types and no others.
    #[must_use]
    pub const fn with_order_types(self, types: &[OrderType]) -> Self {
        let (mut order_types, mut index) = (0, 0);
        while index < types.len() {
            order_types |= 1 << types[index] as u8;
            index += 1;
        }
        Self { order_types, ..self }
    }

    /// Returns the same with these times in force and no others.
    #[must_use]
    pub const fn with_times_in_force(self, times: &[TimeInForce]) -> Self {
        let (mut times_in_force, mut index) = (0, 0);
        while index < times.len() {
            times_in_force |= 1 << times[index] as u16;
            index += 1;
        }
        Self { times_in_force, ..self }
    }

    /// Returns whether orders may have this time in force.
    #[must_use]
    pub const fn has_time_in_force(&self, time_in_force: TimeInForce) -> bool {
        self.times_in_force & 1 << time_in_force as u16 != 0
    }

    /// Checks that the broker takes such an order.
    ///
    /// # Errors
    /// What it does not have.
    #[inline]
    pub const fn check(
        &self,
        order_type: OrderType,
        time_in_force: TimeInForce,
        terms: &OrderTerms,
    ) -> Result<(), RejectReason> {
        if self.order_types & 1 << order_type as u8 == 0 {
            return Err(RejectReason::OrderTypeUnsupported);
        }
        if !self.has_time_in_force(time_in_force) {
            return Err(RejectReason::TimeInForceUnsupported);
        }
        if terms.display_lots.0 != 0 && !self.display_lots {
            return Err(RejectReason::DisplayUnsupported);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lots;

    #[test]
    fn only_what_is_listed_passes() {
        let plain = OrderTerms::PLAIN;
        let some = Capabilities::BASIC
            .with_order_types(&[OrderType::Stop])
            .with_times_in_force(&[TimeInForce::AtTheClose]);
        for order_type in OrderType::ALL {
            for time in TimeInForce::ALL {
                assert_eq!(Capabilities::ALL.check(order_type, time, &plain), Ok(()));
                let expected = match (order_type, time) {
                    (OrderType::Stop, TimeInForce::AtTheClose) => Ok(()),
                    (OrderType::Stop, _) => Err(RejectReason::TimeInForceUnsupported),
                    _ => Err(RejectReason::OrderTypeUnsupported),
                };
                assert_eq!(some.check(order_type, time, &plain), expected);
            }
        }
        let iceberg = OrderTerms { display_lots: Lots(1), ..plain };
        let refused = some.check(OrderType::Stop, TimeInForce::AtTheClose, &iceberg);
        assert_eq!(refused, Err(RejectReason::DisplayUnsupported));
    }
}
