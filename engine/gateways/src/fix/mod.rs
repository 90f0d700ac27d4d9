//! FIX 4.4 order entry: our requests and reports as messages, for both sides of a session.
//!
//! [`request`] and [`report`] write and read one kind of message each; [`FixGateway`] is the
//! initiator that uses them. The simulated broker uses them the other way round.

mod gateway;
mod reason;
pub mod report;
pub mod request;
mod symbol;
#[cfg(test)]
mod tests;

pub use gateway::{FixGateway, GatewayCounters, GatewayEvent, unsent};
pub use symbol::Symbols;

/// Why an application message could not be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TranslateError {
    /// Refuse the message: a field is missing or is not of its type.
    #[error("field {tag} is missing or malformed")]
    Field {
        /// Which field.
        tag: u32,
    },
    /// Refuse the message: the symbol is none of the configured instruments.
    #[error("unknown symbol")]
    UnknownSymbol,
    /// Refuse the message: price or quantity is no multiple of the instrument's step.
    #[error("field {tag} is not a multiple of the instrument's step")]
    OffStep {
        /// Which field.
        tag: u32,
    },
    /// Ignore the message: the order is not one of ours.
    #[error("the ClOrdID is not one of ours")]
    ForeignOrder,
    /// Ignore the message: it is of a type that carries no order news.
    #[error("not an order message")]
    NotOrders,
}
