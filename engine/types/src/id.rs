//! Names of things: dense small numbers where something is indexed by them.

/// The index of an instrument in the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstrumentId(pub u16);

/// The index of a trading account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u16);

/// The index of an order gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GatewayId(pub u8);

/// The index of a strategy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StrategyId(pub u8);

/// The index of a currency; zero is the account's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CurrencyId(pub u8);

/// One order through all its replacements. Counts up from a start that the journal fixes, so
/// that two runs against one broker never share a number. At most 56 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(pub u64);

/// One request about an order (FIX ClOrdID): the order in the upper 56 bits, the count of
/// requests about it in the lower 8, so that any answer leads to its order without a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientOrderId(pub u64);

impl OrderId {
    /// The largest number that leaves room for the revision in a [`ClientOrderId`].
    pub const MAX: Self = Self((1 << 56) - 1);
}

impl ClientOrderId {
    /// Returns the name of request `revision` (0 is the new order itself) about `order`.
    ///
    /// # Panics
    /// If `order` is above [`OrderId::MAX`]: our own counter would have run for centuries.
    #[must_use]
    pub const fn new(order: OrderId, revision: u8) -> Self {
        assert!(order.0 <= OrderId::MAX.0, "order ids have 56 bits");
        Self((order.0 << 8) | revision as u64)
    }

    /// Returns the order this request is about.
    #[must_use]
    pub const fn order(self) -> OrderId {
        OrderId(self.0 >> 8)
    }

    /// Returns which request about the order this is; 0 is the new order itself.
    #[must_use]
    pub const fn revision(self) -> u8 {
        (self.0 & 0xff) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_leads_to_its_order() {
        let id = ClientOrderId::new(OrderId(77), 3);
        assert_eq!(id.order(), OrderId(77));
        assert_eq!(id.revision(), 3);
    }
}
