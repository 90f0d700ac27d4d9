//! The dictionaries of all versions as tokens, written by `cargo xtask fix-dictionary` from the
//! QuickFIX-format XML in the package `fefix` 0.7.0.

use super::Token;
use crate::version::Version;

#[rustfmt::skip]
mod fix40;
#[rustfmt::skip]
mod fix41;
#[rustfmt::skip]
mod fix42;
#[rustfmt::skip]
mod fix43;
#[rustfmt::skip]
mod fix44;
#[rustfmt::skip]
mod fix50;
#[rustfmt::skip]
mod fix50sp1;
#[rustfmt::skip]
mod fix50sp2;
#[rustfmt::skip]
mod fixt11;

pub(super) use fixt11::FIXT11;

/// Returns the tokens of a version's application messages, before 5.0 of all its messages.
pub(super) const fn of(version: Version) -> &'static [Token<'static>] {
    match version {
        Version::Fix40 => fix40::FIX40,
        Version::Fix41 => fix41::FIX41,
        Version::Fix42 => fix42::FIX42,
        Version::Fix43 => fix43::FIX43,
        Version::Fix44 => fix44::FIX44,
        Version::Fix50 => fix50::FIX50,
        Version::Fix50Sp1 => fix50sp1::FIX50SP1,
        Version::Fix50Sp2 => fix50sp2::FIX50SP2,
    }
}
