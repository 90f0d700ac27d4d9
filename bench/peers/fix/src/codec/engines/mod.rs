//! The engines, each as its documentation says it is used best.

mod fefix;
mod gannet;
mod hotfix;
mod ironfix;
mod quickfix;

use super::inputs::Order;

/// Decodes and encodes batches, for a virtual call costs as much as a field.
pub trait Engine {
    /// Its name and version.
    fn name(&self) -> &'static str;

    /// Decodes the messages with all checks; returns the number of fields, or the like.
    fn decode(&mut self, messages: &[Vec<u8>]) -> u64;

    /// Decodes and looks up [`READ`]; returns the [`Seen`] of all values.
    fn decode_and_read(&mut self, messages: &[Vec<u8>]) -> u64;

    /// Encodes the orders; returns the [`Written`] of all messages.
    fn encode(&mut self, orders: &[Order]) -> u64;
}

/// Returns all engines, ours first.
#[must_use]
pub fn all() -> Vec<Box<dyn Engine>> {
    vec![
        Box::new(gannet::Gannet::new()),
        Box::new(ironfix::IronFix::new()),
        Box::new(fefix::FeFix::new()),
        Box::new(hotfix::HotFix::new()),
        Box::new(quickfix::QuickFix::new()),
    ]
}

/// ClOrdID, ExecID, LastPx, LastQty, OrderID, OrdStatus, Side, ExecType.
const READ: [u32; 8] = [11, 17, 31, 32, 37, 39, 54, 150];

/// Of values read: their lengths and their first and last bytes. Cheap, so that it does not hide
/// what it watches.
#[derive(Clone, Copy, Default)]
struct Seen(u64);

impl Seen {
    #[inline]
    fn value(&mut self, value: &[u8]) {
        if let [first, .., last] | [first @ last] = value {
            let number = value.len() as u64 | u64::from(*first) << 16 | u64::from(*last) << 32;
            self.0 = self.0.wrapping_mul(31).wrapping_add(number);
        }
    }
}

/// Of messages written: the last hundred bytes in words, which hold most of the body. Counted from
/// the end and without the CheckSum, so that a padded BodyLength makes no difference.
#[derive(Clone, Copy, Default)]
struct Written(u64);

impl Written {
    #[inline]
    fn message(&mut self, message: &[u8]) {
        #[cfg(test)]
        assert!(is_right(message), "{}", String::from_utf8_lossy(message));
        let tail = message.len().saturating_sub(100);
        let words = message[tail..message.len() - 7].as_chunks::<8>().0;
        for word in words {
            self.0 = self.0.rotate_left(5).wrapping_add(u64::from_le_bytes(*word));
        }
    }
}

/// Says whether a message is right, by our decoder.
#[cfg(test)]
fn is_right(message: &[u8]) -> bool {
    use gannet_fix::codec::{Decoded, Decoder};
    matches!(Decoder::new().decode(message), Decoded::Message { consumed, .. } if consumed == message.len())
}
