//! What the pipeline must be told before it starts. The app converts it from what people write.

use gannet_types::{
    AccountId, BarKind, Capabilities, GateMode, GatewayId, Instrument, InstrumentId, Nanos,
    OUTBOX_CAPACITY, OrderId, Signal, StrategyId, Text,
};

use crate::currency::Currencies;
use crate::listing::Listings;
use crate::parents::DayVolume;
use crate::risk::{AccountLimits, InstrumentLimits, RiskLimits, RiskSetup, StrategyLimits};
use crate::route::{BREAKER_WINDOW_MAX, GATEWAYS_MAX, GatewayFees, GatewayList, RoutingConfig};
use crate::scope::Place;
use crate::timers::STATUS_AT_ONCE_MAX;
use crate::venue_positions::COMPARE_ROOM;

/// Most orders open at once, over all instruments.
pub const OPEN_ORDERS_MAX: usize = 128;

/// Most signals waiting for approval at once.
pub const APPROVALS_MAX: usize = 64;

/// Most instruments of one pipeline.
pub const INSTRUMENTS_MAX: usize = 1_024;

/// Most accounts of one pipeline.
pub const ACCOUNTS_MAX: usize = 128;

/// Most strategies of one pipeline, the desks of people not counted.
pub const STRATEGIES_MAX: usize = 16;

/// Most messages that the message window can remember.
pub const MESSAGES_MAX: u32 = 1 << 16;

/// Most kinds of bars.
pub const BARS_MAX: usize = 16;

// A kill answers with an alarm, a cancel per open order and a refusal per waiting signal; a
// gateway that comes up causes a status request per open order; a trade closes each kind of bar;
// a status round reports some instruments at a time, and so is an answer about positions compared.
// Everything beyond waits for room or is refused.
const _: () = assert!(1 + OPEN_ORDERS_MAX + APPROVALS_MAX <= OUTBOX_CAPACITY);
const _: () = assert!(BARS_MAX + STATUS_AT_ONCE_MAX <= OUTBOX_CAPACITY);
const _: () = assert!(COMPARE_ROOM <= OUTBOX_CAPACITY);
// Ids of strategies have eight bits.
const _: () = assert!(STRATEGIES_MAX + ACCOUNTS_MAX < 256);

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
    /// The accounts that trade; each one's id is its index here. The first is the default one.
    pub accounts: Vec<AccountConfig>,
    /// The strategies; each one's id is its index here. Desks of people come last, at most one an
    /// account.
    pub strategies: Vec<StrategyConfig>,
    /// How long a signal waits for approval.
    pub approval_timeout: Nanos,
    /// How many signals may wait at once, at most [`APPROVALS_MAX`].
    pub approvals_max: usize,
    /// What risk allows, of all instruments.
    pub risk: RiskLimits,
    /// What risk knows of instruments besides.
    pub risk_setup: RiskSetup,
    /// What risk allows of each instrument, in their order.
    pub limits: Vec<InstrumentLimits>,
    /// What they are quoted in.
    pub currencies: Currencies,
    /// Which of them are the same thing at several venues.
    pub listings: Listings,
    /// The gateways; each one's id is its index here.
    pub gateways: Vec<GatewayConfig>,
    /// How one of them is chosen.
    pub routing: RoutingConfig,
    /// The session that only listens to copies of executions, if there is one: the id after
    /// those of `gateways`.
    pub drop_copy: Option<GatewayId>,
    /// How our positions are compared with the venue's.
    pub position_check: PositionCheck,
    /// When in the day how much is traded, by instrument; what is missing is learned from bars.
    pub day_volumes: Vec<Option<DayVolume>>,
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
    /// How long new positions of an account may wait for the first comparison after a start or a
    /// reconnect until that is an alarm.
    pub timeout: Nanos,
    /// Whether they go on then, unknown as positions are; otherwise they go on waiting. With a
    /// timeout of zero they never wait.
    pub trades_unknown: bool,
}

impl PositionCheck {
    /// Returns whether new positions ever wait for a comparison.
    pub(crate) fn makes_wait(&self) -> bool {
        self.timeout > Nanos::ZERO || !self.trades_unknown
    }
}

/// What the brokers of an account on several gateways tell of its positions; with one gateway it
/// tells the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PositionsTold {
    /// Each tells what came about through it: the account's is the sum.
    #[default]
    InParts,
    /// Each tells the whole account.
    Everywhere,
    /// Nobody is asked.
    Nowhere,
}

/// An account that trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountConfig {
    /// What people call it.
    pub name: Text<32>,
    /// The gateways that may carry its orders, the preferred one first. All lead to simulated
    /// venues, or none does: what is not real never nets with what is.
    pub gateways: GatewayList,
    /// What it may lose and hold.
    pub limits: AccountLimits,
    /// Whether long and short sides of an instrument are kept apart. Otherwise they are netted.
    pub is_hedged: bool,
    /// What its brokers tell of its positions.
    pub positions: PositionsTold,
}

impl AccountConfig {
    /// An account without limits of its own, netted.
    #[must_use]
    pub fn new(name: &str, gateway: GatewayId) -> Self {
        let name = Text::new(name.as_bytes());
        let gateways = GatewayList::only(gateway);
        let positions = PositionsTold::default();
        Self { name, gateways, limits: AccountLimits::NONE, is_hedged: false, positions }
    }
}

/// A strategy that trades for one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrategyConfig {
    /// What people call it.
    pub name: Text<32>,
    /// The account it trades for.
    pub account: AccountId,
    /// Who releases its orders.
    pub gate_mode: GateMode,
    /// How many orders may be sent without a person until one arms; zero for any number.
    pub automated_orders_max: u32,
    /// Whether it enters an instrument once: one decision at a time, and nothing new while it has
    /// a position or an order there, but what reduces the position.
    pub single_entry: bool,
    /// What it may do of what its account may.
    pub limits: StrategyLimits,
    /// Whether it is no strategy but the desk under which people place orders for the account.
    pub is_manual: bool,
    /// Whether it sees what it holds at all venues of a listed thing as one position, and its parent order
    /// there as its order.
    pub is_split: bool,
}

impl StrategyConfig {
    /// A strategy without a throttle and without limits of its own, that may enter as often as it
    /// likes.
    #[must_use]
    pub fn new(name: &str, account: AccountId, gate_mode: GateMode) -> Self {
        let name = Text::new(name.as_bytes());
        Self {
            name,
            account,
            gate_mode,
            automated_orders_max: 0,
            single_entry: false,
            limits: StrategyLimits::NONE,
            is_manual: false,
            is_split: false,
        }
    }

    /// The desk under which people place orders for an account.
    #[must_use]
    pub fn manual(name: &str, account: AccountId, gate_mode: GateMode) -> Self {
        Self { is_manual: true, ..Self::new(name, account, gate_mode) }
    }
}

/// What the pipeline must know of a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatewayConfig {
    /// Whether its venue is simulated, so that paper orders may go there.
    pub simulated: bool,
    /// What its broker can do; anything else is refused before it is sent.
    pub capabilities: Capabilities,
    /// What its broker charges.
    pub fees: GatewayFees,
    /// Whether the drop copy, if there is one, tells its trades too.
    pub is_copied: bool,
}

impl GatewayConfig {
    /// A gateway without fees, whose trades the drop copy tells.
    #[must_use]
    pub fn new(simulated: bool, capabilities: Capabilities) -> Self {
        Self { simulated, capabilities, fees: GatewayFees::default(), is_copied: true }
    }
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

    /// Returns for whom a strategy that is configured trades an instrument.
    #[inline]
    pub(crate) fn account_of(&self, strategy: StrategyId, instrument: InstrumentId) -> AccountId {
        match self.listings.account(instrument) {
            None => self.strategies[usize::from(strategy.0)].account,
            Some(account) => account,
        }
    }

    /// Returns the desk of people for an account, if it has one.
    pub(crate) fn manual_desk(&self, account: AccountId) -> Option<StrategyId> {
        let is_it = |desk: &StrategyConfig| desk.is_manual && desk.account == account;
        Some(StrategyId(self.strategies.iter().position(is_it)? as u8))
    }

    /// Returns whether a strategy that is configured is a desk of people.
    pub(crate) fn is_manual(&self, strategy: StrategyId) -> bool {
        self.strategies[usize::from(strategy.0)].is_manual
    }

    /// Returns how many strategies have wishes of their own; they come first.
    pub(crate) fn speakers(&self) -> usize {
        self.strategies.iter().take_while(|strategy| !strategy.is_manual).count()
    }

    /// Returns whether a strategy, and not only a person, trades for an account.
    pub(crate) fn has_strategy(&self, account: AccountId) -> bool {
        self.strategies.iter().any(|it| it.account == account && !it.is_manual)
    }

    /// Returns an account that is configured.
    pub(crate) fn account(&self, account: AccountId) -> &AccountConfig {
        &self.accounts[usize::from(account.0)]
    }

    /// Returns whether trades that a gateway's session tells are to be told by the drop copy, too.
    pub(crate) fn is_copied(&self, gateway: GatewayId) -> bool {
        self.gateways.get(usize::from(gateway.0)).is_some_and(|gateway| gateway.is_copied)
    }

    /// Returns who wants a signal done, and where.
    pub(crate) fn place(&self, signal: &Signal) -> Place {
        let Signal { strategy, instrument, .. } = *signal;
        Place { strategy, account: self.account_of(strategy, instrument), instrument }
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
        assert!(self.currencies.are_known(), "a currency has a rate");
        assert!(self.listings.are_known(self.accounts.len()), "a listing's account is there");
        assert!(self.bars.len() <= BARS_MAX, "too many kinds of bars");
        assert!(self.approvals_max <= APPROVALS_MAX, "too many approvals");
        assert!(self.risk.open_orders_max <= OPEN_ORDERS_MAX, "too many open orders");
        assert!(self.risk.messages_max <= MESSAGES_MAX, "too many messages to remember");
        assert!(!self.accounts.is_empty(), "a pipeline has an account");
        assert!(self.accounts.len() <= ACCOUNTS_MAX, "too many accounts");
        assert!(!self.strategies.is_empty(), "a pipeline has a strategy");
        assert!(self.speakers() <= STRATEGIES_MAX, "too many strategies");
        let desks = &self.strategies[self.speakers()..];
        assert!(desks.iter().all(|desk| desk.is_manual), "desks of people come last");
        assert!(desks.len() <= self.accounts.len(), "an account has one desk of people");
        assert!(self.gateways.len() <= GATEWAYS_MAX, "too many gateways");
        let window = self.routing.breaker.in_window;
        assert!(window <= BREAKER_WINDOW_MAX, "too many failures to remember");
        self.accounts.iter().for_each(|account| self.assert_routed(account));
        let owned = |it: &StrategyConfig| usize::from(it.account.0) < self.accounts.len();
        assert!(self.strategies.iter().all(owned), "a strategy trades for an account");
        let listener = self.drop_copy.is_none_or(|id| usize::from(id.0) == self.gateways.len());
        assert!(listener, "a drop copy is the last gateway");
        assert!(self.order_timeout > Nanos::ZERO, "an answer takes time");
        assert!(self.status_interval > Nanos::ZERO, "status reports are apart");
        assert!(self.first_order_id.0 <= OrderId::MAX.0 / 2, "order ids last for centuries");
    }

    fn assert_routed(&self, account: &AccountConfig) {
        let gateway = |id: &GatewayId| self.gateways.get(usize::from(id.0));
        let mut listed = account.gateways.as_slice().iter().map(gateway);
        assert!(listed.clone().all(|known| known.is_some()), "an account's gateways are there");
        let simulated = listed.clone().flatten().filter(|gateway| gateway.simulated).count();
        let mixed = simulated > 0 && listed.any(|known| known.is_some_and(|it| !it.simulated));
        assert!(!mixed, "what is not real never nets with what is");
    }
}
