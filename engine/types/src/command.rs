//! What people and gateways tell the pipeline besides executions.

use crate::{
    AccountId, CurrencyId, ExternalSignal, GateMode, GatewayId, InstrumentId, LimitKind,
    ManualChange, ManualOrder, ModelHash, ModelRole, OrderId, Rate, School, StrategyId,
};

/// An operator's instruction. It is an input like any other and is journaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Cancel everything and refuse every new order until reset.
    Kill,
    /// Trade again.
    KillReset,
    /// Cancel everything open and send nothing new: the engine is about to stop.
    Drain,
    /// The engine starts or starts again: what was open must be reconciled before trading.
    Start,
    /// Release the signal that waits under this id.
    Approve(OrderId),
    /// Drop the signal that waits under this id.
    Decline(OrderId),
    /// Change who releases orders of a strategy.
    SetGateMode(StrategyId, GateMode),
    /// Cancel everything open and go on. Before there were several gateways, it followed when the
    /// one that was away was back.
    CancelAll,
    /// Cancel what is open at a gateway and go on: it was away and is back.
    CancelGateway(GatewayId),
    /// Do something to a gateway's session. Nothing is decided on it: it stands in the journal
    /// for the record, and the gateway carries it out.
    Session(GatewayId, SessionAction),
    /// Refuse new orders of a scope and cancel those open, and no others.
    Halt(Scope),
    /// Trade a scope again; ends its closes, and what risk halted of an account.
    Resume(Scope),
    /// Panic close of a scope: halt it, then close its positions at the market.
    Close(Scope),
    /// Panic close of everything: kill, then close every position at the market.
    CloseAll,
    /// Let every strategy send orders without a person again, after as many as are allowed.
    Arm,
    /// A currency is worth so much of the account's from now on.
    SetRate(CurrencyId, Rate),
    /// Change a limit of an account, an instrument or a strategy, in the unit of the limit. It is refused if it
    /// is looser than the configuration's.
    SetLimit {
        /// Which.
        limit: LimitKind,
        /// Whose.
        scope: Scope,
        /// What it is from now on.
        value: u64,
    },
    /// Let one strategy do so.
    ArmStrategy(StrategyId),
    /// Give a model a role. A model that was not there comes along with the command; one that is
    /// replaced as the champion stays as a shadow.
    Model(ModelHash, ModelRole),
    /// Tell a strategy what somebody outside wants.
    External(ExternalSignal),
    /// Change how much a school of thought counts in a strategy.
    Weight(StrategyId, School, u16),
    /// Place an order or a parent order that a person gives.
    PlaceOrder(ManualOrder),
    /// Change an order that a person has placed.
    ReplaceOrder(ManualChange),
    /// Cancel an order or a parent order, whoever has placed it.
    CancelOrder(OrderId),
}

/// What of all that is traded an instruction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One instrument, whoever trades it.
    Instrument(InstrumentId),
    /// One account, whatever it trades.
    Account(AccountId),
    /// One strategy.
    Strategy(StrategyId),
}

/// What a person may do to a session with a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionAction {
    /// Both sequence numbers begin again at 1.
    ResetNumbers,
    /// This number is expected next.
    SetNextInbound(u64),
    /// The next message is sent under this number.
    SetNextOutbound(u64),
    /// Log out and stay away.
    Logout,
    /// Connect again after a logout.
    Logon,
}

/// News about a gateway's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatewayStatus {
    /// Which gateway.
    pub gateway: GatewayId,
    /// Its state.
    pub state: GatewayState,
}

/// Whether orders can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayState {
    /// Logged on; the pipeline may ask for the state of its open orders, then trade.
    Up,
    /// Not logged on; open orders are in doubt.
    Down,
    /// Logged on, and the answer to a mass status request is complete: an order it did not name
    /// must be asked about by name.
    Told,
}
