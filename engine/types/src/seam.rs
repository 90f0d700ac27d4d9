//! The seam: all that can influence a decision, and all that can be decided.

use crate::{
    Alarm, Bar, Bounded, Command, Decision, DontKnowTrade, DropCopy, ExecutionReport, FeatureBlock,
    GateVerdict, GatewayStatus, Market, OrderRequest, ParentReport, PositionReport, Prediction,
    PredictionReport, Reject, Signal, Status, StrategyPosition,
};

/// Everything the pipeline may react to. Journaled before it is acted upon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input<'a> {
    /// A market message.
    Market(Market<'a>),
    /// A venue's word about an order.
    Execution(ExecutionReport),
    /// A copy of somebody's execution, from a session that only listens.
    DropCopy(DropCopy),
    /// A gateway's connection changed.
    Gateway(GatewayStatus),
    /// An operator's instruction.
    Command(Command),
    /// The answer of a model that is asked on a thread of its own.
    Prediction(PredictionReport),
    /// Time passed; sent every few milliseconds so that timers run in a quiet market.
    Timer,
}

/// Everything the pipeline can decide. Journaled before it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// A strategy's wish, and what the gate made of it.
    Signal(Signal, GateVerdict),
    /// A request to a gateway.
    Order(OrderRequest),
    /// A refusal.
    Reject(Reject),
    /// A position changed.
    Position(PositionReport),
    /// A strategy's part of a position changed.
    StrategyPosition(StrategyPosition),
    /// A position of somebody else in our accounts changed, as the drop copy tells.
    ForeignPosition(PositionReport),
    /// A bar closed.
    Bar(Bar),
    /// The state of an instrument.
    Status(Status),
    /// Someone should look.
    Alarm(Alarm),
    /// A trade that is not ours, to be said to the venue.
    DontKnow(DontKnowTrade),
    /// Features of an instrument when a bar closed.
    Features(FeatureBlock),
    /// What a model predicted, and whether it is the one to follow.
    Prediction(Prediction),
    /// What is thought of an instrument after a frame, and why.
    Decision(Decision),
    /// A parent order began, changed or ended.
    Parent(ParentReport),
}

const _: () = assert!(size_of::<Output>() <= 160, "outputs are copied into the outbox");

/// Where the pipeline puts its outputs, in order.
pub type Outbox = Bounded<Output>;

/// Outputs of one input at most: a kill cancels every open order (at most 128) and reports each.
pub const OUTBOX_CAPACITY: usize = 512;
