//! What a drop copy session says: trades of our orders once more, and those of others.

use crate::{AccountId, ExecutionReport};

/// A copy of an execution report, with whose it is.
///
/// A copy of a trade of our own is compared with what the order session said and never booked
/// twice; one of another desk or program in our accounts changes that account's position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DropCopy {
    /// In whose name, as far as the configuration lists it.
    pub account: AccountId,
    /// The report. Its ClOrdID is zero if it is none of ours, its gateway the listening session.
    pub report: ExecutionReport,
}

impl DropCopy {
    /// The account of a report whose account is not configured.
    pub const UNLISTED: AccountId = AccountId(u16::MAX);
}
