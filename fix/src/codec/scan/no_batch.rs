//! On processors without the vectors of `avx2.rs` every message is walked through with care.

use crate::codec::decode::FieldRoom;
use crate::tag::Class;

/// There is none.
pub(in crate::codec) enum Batch {}

/// What it would have found.
pub(in crate::codec) struct Found {
    pub(in crate::codec) count: usize,
    pub(in crate::codec) sum: u8,
    pub(in crate::codec) classes: Class,
}

impl Batch {
    /// Returns `None`.
    pub(in crate::codec) const fn new() -> Option<Box<Self>> {
        None
    }

    /// Is never called.
    pub(in crate::codec) const fn index(
        &mut self,
        _: &[u8],
        _: usize,
        _: usize,
        _: &mut FieldRoom,
    ) -> Option<Found> {
        match *self {}
    }
}
