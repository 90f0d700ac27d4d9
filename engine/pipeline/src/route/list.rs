//! Short lists and sets of gateways.

use gannet_types::GatewayId;

/// Most gateways of one pipeline.
pub const GATEWAYS_MAX: usize = 8;

/// The gateways that may carry an account's orders, the preferred one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatewayList {
    ids: [GatewayId; GATEWAYS_MAX],
    count: u8,
}

impl GatewayList {
    /// One gateway and no other.
    #[must_use]
    pub const fn only(gateway: GatewayId) -> Self {
        Self { ids: [gateway; GATEWAYS_MAX], count: 1 }
    }

    /// Returns the list of these gateways; `None` if there is none, one is there twice, or there
    /// are more than [`GATEWAYS_MAX`].
    #[must_use]
    pub fn new(gateways: &[GatewayId]) -> Option<Self> {
        let (first, rest) = gateways.split_first()?;
        let mut list = Self::only(*first);
        for gateway in rest {
            if list.as_slice().contains(gateway) {
                return None;
            }
            *list.ids.get_mut(usize::from(list.count))? = *gateway;
            list.count += 1;
        }
        Some(list)
    }

    /// Returns the preferred gateway.
    #[must_use]
    pub const fn first(&self) -> GatewayId {
        self.ids[0]
    }

    /// Returns them in order.
    #[must_use]
    pub fn as_slice(&self) -> &[GatewayId] {
        &self.ids[..usize::from(self.count)]
    }
}

/// A set of gateways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GatewaySet(u8);

const _: () = assert!(GATEWAYS_MAX <= 8, "a bit each");

impl GatewaySet {
    /// No gateway.
    pub const NONE: Self = Self(0);

    /// One gateway.
    #[must_use]
    pub fn of(gateway: GatewayId) -> Self {
        Self(1_u8.checked_shl(u32::from(gateway.0)).unwrap_or(0))
    }

    /// Every gateway.
    pub const ALL: Self = Self(u8::MAX);

    /// Returns the others of the set.
    #[must_use]
    pub fn without(self, gateway: GatewayId) -> Self {
        Self(self.0 & !Self::of(gateway).0)
    }

    /// Returns the gateways of either.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether a gateway is in it.
    #[must_use]
    pub fn contains(self, gateway: GatewayId) -> bool {
        self.0 & Self::of(gateway).0 != 0
    }
}
