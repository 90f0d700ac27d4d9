//! What the pipeline must be told before it starts. The app converts it from what people write.

use gannet_types::{
    AccountId, BarKind, Capabilities, GateMode, GatewayId, Instrument, Nanos, OUTBOX_CAPACITY,
    OrderId, StrategyId,
};

use crate::risk::{InstrumentLimits, RiskLimits};
use crate::venue_positions::ANSWER_ROOM;

/// Most orders open at once, over all instruments.
pub const OPEN_ORDERS_MAX: usize = 128;

/// Most signals waiting for approval at once.
pub const APPROVALS_MAX: usize = 64;

/// Most instruments of one pipeline.
pub const INSTRUMENTS_MAX: usize = 64;

/// Most messages that the message window can remember.
pub const MESSAGES_MAX: u32 = 1 << 16;

/// Most kinds of bars.
pub const BARS_MAX: usize = 16;

// A kill answers with an alarm, a cancel per open order and a refusal per waiting signal; a
// gateway that comes up causes a status request per open order; a trade closes each kind of bar;
// a status round reports every instrument; an answer about positions is bounded where it is taken.
// Everything beyond waits for room or is refused.
const _: () = assert!(1 + OPEN_ORDERS_MAX + APPROVALS_MAX <= OUTBOX_CAPACITY);
const _: () = assert!(BARS_MAX + INSTRUMENTS_MAX <= OUTBOX_CAPACITY);
const _: () = assert!(ANSWER_ROOM <= OUTBOX_CAPACITY);

/// The configuration of a pipeline.
#[derive(Clone, Debug)]
pub struct PipelineConfig {
    /// The instruments; each one's id is its index here.
    pub instruments: Vec<Instrument>,
    /// The bars built for every instrument.
    pub bars: Vec<BarKind>,
    /// The bars that features are taken on: each is a frame, which models predict from.
    pub frames: Option<BarKind>,
    /// How long after its frame an answer from another thread still counts.
    pub prediction_age_max: Nanos,
    /// The account that trades.
    pub account: AccountId,
    /// The id of the strategy.
    pub strategy: StrategyId,
    /// Who releases its orders.
    pub gate_mode: GateMode,
    /// How many orders may be sent without a person until one arms; zero for any number.
    pub automated_orders_max: u32,
    /// How long a signal waits for approval.
    pub approval_timeout: Nanos,
    /// How many signals may wait at once, at most [`APPROVALS_MAX`].
    pub approvals_max: usize,
    /// What risk allows, of all instruments.
    pub risk: RiskLimits,
    /// What risk allows of each instrument, in their order.
    pub limits: Vec<InstrumentLimits>,
    /// The gateways; each one's id is its index here.
    pub gateways: Vec<GatewayConfig>,
    /// The gateway that carries the strategy's orders.
    pub route: GatewayId,
    /// The session that only listens to copies of executions, if there is one: the id after
    /// those of `gateways`.
    pub drop_copy: Option<GatewayId>,
    /// How our positions are compared with the venue's.
    pub position_check: PositionCheck,
    /// How much input time lies between two status reports.
    pub status_interval: Nanos,
    /// How long the venue may take to answer before it is asked again.
    pub order_timeout: Nanos,
    /// The id of the first order; the journal makes sure it was never used.
    pub first_order_id: OrderId,
}

/// How our positions are compared with the venue's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PositionCheck {
    /// How much input time lies between two questions; zero: nobody is asked.
    pub interval: Nanos,
    /// Whether a difference is booked, besides being an alarm.
    pub adjusts: bool,
}

/// What the pipeline must know of a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatewayConfig {
    /// Whether its venue is simulated, so that paper orders may go there.
    pub simulated: bool,
    /// What its broker can do; anything else is refused before it is sent.
    pub capabilities: Capabilities,
}

impl PipelineConfig {
    /// Returns whether the broker behind a gateway tells all open orders when asked once.
    pub(crate) fn has_mass_status(&self, gateway: GatewayId) -> bool {
        self.capabilities(gateway).is_some_and(|broker| broker.mass_status)
    }

    /// Returns whether the broker behind a gateway wants to hear that a trade is not ours.
    pub(crate) fn hears_dont_know(&self, gateway: GatewayId) -> bool {
        self.capabilities(gateway).is_some_and(|broker| broker.dont_know_trade)
    }

    /// Returns what the broker behind a gateway can do.
    pub(crate) fn capabilities(&self, gateway: GatewayId) -> Option<&Capabilities> {
        self.gateways.get(usize::from(gateway.0)).map(|gateway| &gateway.capabilities)
    }

    /// Checks what the pipeline's bounds rest on.
    ///
    /// # Panics
    /// If the configuration contradicts itself: the app must have refused it.
    pub(crate) fn assert_consistent(&self) {
        assert!(!self.instruments.is_empty(), "a pipeline has an instrument");
        assert!(self.instruments.len() <= INSTRUMENTS_MAX, "too many instruments");
        let in_place =
            |(index, instrument): (usize, &Instrument)| usize::from(instrument.id.0) == index;
        assert!(self.instruments.iter().enumerate().all(in_place), "an id is an index");
        assert!(self.limits.len() == self.instruments.len(), "an instrument has its limits");
        assert!(self.bars.len() <= BARS_MAX, "too many kinds of bars");
        assert!(self.approvals_max <= APPROVALS_MAX, "too many approvals");
        assert!(self.risk.open_orders_max <= OPEN_ORDERS_MAX, "too many open orders");
        assert!(self.risk.messages_max <= MESSAGES_MAX, "too many messages to remember");
        assert!(usize::from(self.route.0) < self.gateways.len(), "the route is a gateway");
        let listener = self.drop_copy.is_none_or(|id| usize::from(id.0) == self.gateways.len());
        assert!(listener, "a drop copy is the last gateway");
        assert!(self.order_timeout > Nanos::ZERO, "an answer takes time");
        assert!(self.status_interval > Nanos::ZERO, "status reports are apart");
        assert!(self.first_order_id.0 <= OrderId::MAX.0 / 2, "order ids last for centuries");
    }
}
