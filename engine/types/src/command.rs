//! What people and gateways tell the pipeline besides executions.

use crate::{
    ExternalSignal, GateMode, GatewayId, InstrumentId, ModelHash, ModelRole, OrderId, School,
    StrategyId,
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
    /// Cancel everything open and go on: a gateway that was away is back.
    CancelAll,
    /// Do something to a gateway's session. Nothing is decided on it: it stands in the journal
    /// for the record, and the gateway carries it out.
    Session(GatewayId, SessionAction),
    /// Refuse new orders in an instrument and cancel those open.
    Halt(InstrumentId),
    /// Trade an instrument again; ends its close.
    Resume(InstrumentId),
    /// Panic close of one instrument: halt it, then close its position at the market.
    Close(InstrumentId),
    /// Panic close of everything: kill, then close every position at the market.
    CloseAll,
    /// Let orders be sent without a person again, after as many as are allowed.
    Arm,
    /// Give a model a role. A model that was not there comes along with the command; one that is
    /// replaced as the champion stays as a shadow.
    Model(ModelHash, ModelRole),
    /// Tell a strategy what somebody outside wants.
    External(ExternalSignal),
    /// Change how much a school of thought counts in a strategy.
    Weight(StrategyId, School, u16),
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
