//! The words Gannet is written in: numbers, names, market events, orders, and the seam between
//! the pipeline and the world.
//!
//! # Invariants
//! - No I/O, no clock, no allocation in a message, no serialisation framework.
//! - Prices, quantities and money are integers; text becomes an integer once, at the edge.
#![forbid(unsafe_code)]

pub mod bar;
pub mod bounded;
pub mod capability;
pub mod command;
pub mod decision;
pub mod drop_copy;
pub mod execution;
pub mod external;
pub mod features;
pub mod id;
pub mod increment;
pub mod instrument;
pub mod limit;
pub mod manual;
pub mod market;
pub mod money;
pub mod num;
pub mod order;
pub mod plan;
pub mod prediction;
pub mod reject;
pub mod report;
pub mod school;
pub mod seam;
pub mod signal;
pub mod terms;
pub mod valuation;
pub mod venue_position;

pub use bar::{Bar, BarKind};
pub use bounded::{Bounded, Text};
pub use capability::Capabilities;
pub use command::{Command, GatewayState, GatewayStatus, Scope, SessionAction};
pub use decision::{
    Decision, REASONS_MAX, Rating, Reason, ReasonCode, SHARES_MAX, STRONG_CONFIDENCE, Share, Source,
};
pub use drop_copy::DropCopy;
pub use execution::{ExecKind, ExecutionReport, Liquidity, VenueId};
pub use external::{ExternalSignal, Stance};
pub use features::{FEATURES_IN_BLOCK, FeatureBlock};
pub use id::{AccountId, ClientOrderId, CurrencyId, GatewayId, InstrumentId, OrderId, StrategyId};
pub use increment::{Increment, NumError};
pub use instrument::{Instrument, InstrumentKind};
pub use limit::{LimitKind, LimitOf, LimitUnit, may_set};
pub use manual::{ManualChange, ManualOrder};
pub use market::{
    Depth, DepthKind, FeedState, Level, Market, MarketEvent, StaleReason, TopOfBook, Trade,
    TradingStatus,
};
pub use money::{Money, MoneyScale, Rate};
pub use num::{Lots, Nanos, Notional, Ticks};
pub use order::{OrderRequest, OrderStatus, OrderType, RequestKind, Side, TimeInForce};
pub use plan::{Pace, ParentReport, Plan, Schedule};
pub use prediction::{
    ANSWER_MAX, Lean, ModelAnswer, ModelHash, ModelRole, Prediction, PredictionReport,
};
pub use reject::RejectReason;
pub use report::{
    Alarm, DontKnowReason, DontKnowTrade, PositionReport, Reject, Status, StrategyPosition,
};
pub use school::{SCHOOLS, School, Schools};
pub use seam::{Input, OUTBOX_CAPACITY, Outbox, Output};
pub use signal::{GateMode, GateVerdict, Signal, SignalAction};
pub use terms::{OrderTerms, PegReference};
pub use valuation::Valuation;
pub use venue_position::{Adjustment, PositionDifference, PositionTold, VenuePosition};
