//! Numbers from the start of a cache line.
//!
//! An allocator promises 16 bytes, so whether a panel of 64 lies in one line or two was luck: the same
//! network took 0.34 or 0.39 µs, by the length of the program's path.

use std::ops::{Deref, DerefMut};

/// Bytes of a cache line.
const LINE: usize = 64;

/// A slice whose first number begins a cache line.
#[derive(Debug)]
pub(crate) struct Aligned {
    room: Vec<f32>,
    first: usize,
    len: usize,
}

impl Aligned {
    pub(crate) fn of(numbers: &[f32]) -> Self {
        let spare = LINE / size_of::<f32>();
        let mut room = vec![0.0; numbers.len() + spare];
        let first = room.as_ptr().align_offset(LINE).min(spare);
        room[first..][..numbers.len()].copy_from_slice(numbers);
        Self { room, first, len: numbers.len() }
    }
}

impl Clone for Aligned {
    /// The copy lies elsewhere, so it begins elsewhere in its room.
    fn clone(&self) -> Self {
        Self::of(self)
    }
}

impl Deref for Aligned {
    type Target = [f32];

    #[inline(always)]
    fn deref(&self) -> &[f32] {
        &self.room[self.first..][..self.len]
    }
}

impl DerefMut for Aligned {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.room[self.first..][..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_their_copies_begin_a_line() {
        let mut kept = Vec::new();
        for len in 0..200_u16 {
            let numbers: Vec<f32> = (0..len).map(f32::from).collect();
            let mut aligned = Aligned::of(&numbers);
            let copy = aligned.clone();
            for all in [&aligned, &copy] {
                assert_eq!(all[..], numbers);
                assert_eq!(all.as_ptr().align_offset(LINE), 0);
            }
            aligned.fill(1.0);
            assert_eq!(copy[..], numbers);
            kept.push((aligned, copy));
        }
    }
}
