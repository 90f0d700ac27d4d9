//! What a venue says about the positions of an account, and what follows where ours differ.

use crate::{AccountId, ClientOrderId, GatewayId, InstrumentId, Lots, Nanos, Notional};

/// One message of a venue's answer to a question about positions (FIX AO and AP).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VenuePosition {
    /// Which gateway heard it.
    pub gateway: GatewayId,
    /// Whose position, if the message names an account.
    pub account: Option<AccountId>,
    /// The question it answers (FIX 710).
    pub request: ClientOrderId,
    /// What it says.
    pub told: PositionTold,
    /// How many positions the whole answer names, if it says so (FIX 727).
    pub reports: Option<u32>,
    /// The sequence number of the message that carried it (FIX 34); zero if there is none.
    pub session_sequence: u64,
    /// When its bytes were read from the socket, on our clock.
    pub received: Nanos,
}

/// What one message about positions says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PositionTold {
    /// The positions follow.
    Announced,
    /// The position in one of our instruments.
    Held {
        /// In what.
        instrument: InstrumentId,
        /// How much; negative is short.
        lots: Lots,
        /// What the position has paid so far besides fees, less what it received: funding. `None`
        /// if the venue does not say.
        funding: Option<Notional>,
    },
    /// A position in something that is none of our instruments.
    Elsewhere,
    /// There are no positions.
    NoPositions,
    /// The venue does not tell.
    Refused,
}

/// A position that the venue has otherwise than we.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PositionDifference {
    /// Whose.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// As we have it, what the drop copy tells of others included.
    pub ours: Lots,
    /// As the venue has it.
    pub venue: Lots,
}

/// A change of a position that no trade of ours explains: the venue's word is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adjustment {
    /// Whose.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// By how much; negative if we had more than the venue.
    pub lots: Lots,
    /// What these lots count as having cost, signed like `lots`: their value at the mid, so that
    /// profit stays as it was. What lies between two units is rounded away from us.
    pub value: Notional,
}

impl PositionDifference {
    /// Returns how much the venue has more than we.
    #[must_use]
    pub const fn lots(&self) -> Lots {
        Lots(self.venue.0.saturating_sub(self.ours.0))
    }
}
