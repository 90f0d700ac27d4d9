//! Containers with a fixed capacity: they fill up, they never grow.

use std::fmt;
use std::ops::Deref;

/// A list that reserves its capacity once and refuses what does not fit.
#[derive(Clone, Debug)]
pub struct Bounded<T> {
    items: Vec<T>,
    capacity: usize,
}

impl<T> Bounded<T> {
    /// Reserves room for `capacity` items; the only allocation.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { items: Vec::with_capacity(capacity), capacity }
    }

    /// Appends `item`.
    ///
    /// # Errors
    /// Gives the item back if the list is full.
    #[inline]
    pub fn push(&mut self, item: T) -> Result<(), T> {
        if self.items.len() == self.capacity {
            return Err(item);
        }
        self.items.push(item);
        Ok(())
    }

    /// Forgets all items and keeps the room.
    #[inline]
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// Returns how many more items fit.
    #[must_use]
    pub fn room(&self) -> usize {
        self.capacity - self.items.len()
    }

    /// Returns the items for changing in place.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.items
    }

    /// Removes the item at `index` by moving the last one into its place.
    ///
    /// # Panics
    /// If there is no such item.
    pub fn swap_remove(&mut self, index: usize) -> T {
        self.items.swap_remove(index)
    }
}

impl<T> Deref for Bounded<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.items
    }
}

/// A short text stored in place: symbols, venue order ids, reasons. Longer text is cut.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Text<const N: usize> {
    length: u8,
    bytes: [u8; N],
}

impl<const N: usize> Text<N> {
    const FITS_ITS_LENGTH: () = assert!(N <= 255, "the length is one byte");

    /// Keeps the first `N` bytes of `text`.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let () = Self::FITS_ITS_LENGTH;
        let length = text.len().min(N);
        let mut bytes = [0; N];
        bytes[..length].copy_from_slice(&text[..length]);
        Self { length: length as u8, bytes }
    }

    /// Returns the bytes that are in use.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Returns whether nothing is stored.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Self { length: 0, bytes: [0; N] }
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&String::from_utf8_lossy(self.as_bytes()))
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(self.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_list_gives_the_item_back() {
        let mut list = Bounded::with_capacity(2);
        assert_eq!(list.push(1), Ok(()));
        assert_eq!(list.push(2), Ok(()));
        assert_eq!(list.push(3), Err(3));
        list.clear();
        assert_eq!(list.room(), 2);
    }

    #[test]
    fn text_is_cut_to_its_room() {
        assert_eq!(Text::<4>::new(b"BTCUSDT").as_bytes(), b"BTCU");
        assert_eq!(Text::<8>::new(b"BTC").to_string(), "BTC");
        assert!(Text::<8>::default().is_empty());
    }
}
