//! On processors without the vectors of `avx2.rs` every message is walked through with care.

use crate::codec::decode::FieldRoom;

/// There is none.
pub(in crate::codec) enum Batch {}

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
    ) -> Option<usize> {
        match *self {}
    }
}
