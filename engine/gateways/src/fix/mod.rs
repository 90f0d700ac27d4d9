//! FIX order entry, 4.2 to 5.0 SP2: our requests and reports as messages, for both sides of a
//! session.
//!
//! A [`Dialect`] is how one broker speaks. [`request`] and [`report`] write and read one kind of
//! message each by it; [`FixGateway`] is the initiator that uses them. The simulated broker uses
//! them the other way round.

mod dialect;
mod gateway;
mod id;
mod kind;
mod number;
pub mod position;
mod reason;
pub mod report;
pub mod request;
mod tag;
#[cfg(test)]
mod tests;
mod unknown_symbol;
mod venue_ids;

pub use dialect::{
    AccountField, Dialect, DialectError, DialectSpec, Expiry, InstrumentNames, OwnField, OwnValue,
    SymbolKey,
};
pub use gateway::{FixGateway, GatewayCounters, GatewayEvent, unsent};
pub use id::{IdBase, IdFormat};

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
