//! QuickFIX's `Message`, called through its C interface without the binding's own copies.

use std::ffi::{CStr, c_char};

use quickfix_ffi::{
    FixHeader_setField, FixHeader_t, FixMessage_delete, FixMessage_fromString, FixMessage_getField,
    FixMessage_getHeaderRef, FixMessage_new, FixMessage_readString, FixMessage_setField,
    FixMessage_t,
};

use super::{Engine, Order, READ, Seen, Written};

pub(super) struct QuickFix {
    /// A message as C wants it, with a zero behind: a copy of 200 bytes, 3 ns.
    text: Vec<u8>,
    buffer: Vec<c_char>,
}

/// A message of QuickFIX's.
struct Owned(FixMessage_t);

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: it came from `FixMessage_new` or `FixMessage_fromString`, and is dropped once.
        unsafe { FixMessage_delete(self.0) }
    }
}

impl QuickFix {
    pub(super) fn new() -> Self {
        Self { text: Vec::with_capacity(1024), buffer: vec![0; 1024] }
    }

    /// Parses and validates as `FIX::Message(text, true)` does.
    fn parse(&mut self, message: &[u8]) -> Option<Owned> {
        self.text.clear();
        self.text.extend_from_slice(message);
        self.text.push(0);
        // SAFETY: the text ends with a zero byte and is not kept.
        unsafe { FixMessage_fromString(self.text.as_ptr().cast()) }.map(Owned)
    }

    fn write(&mut self, order: &Order) -> Option<usize> {
        // SAFETY: no arguments; the result is checked.
        let message = Owned(unsafe { FixMessage_new() }?);
        // SAFETY: the message is alive; the header lives as long as it.
        let header = unsafe { FixMessage_getHeaderRef(message.0) }?;
        set_header(header, 8, c"FIX.4.4")?;
        set_header(header, 35, c"D")?;
        set_header(header, 34, &order.seq_num_text)?;
        set_header(header, 49, c"GANNET")?;
        set_header(header, 52, &order.time_text)?;
        set_header(header, 56, c"BROKER")?;
        let one = c"1";
        set(&message, 11, &order.cl_ord_id_text)?;
        set(&message, 21, one)?;
        set(&message, 38, &order.quantity_text)?;
        set(&message, 40, c"2")?;
        set(&message, 44, &order.price_text)?;
        set(&message, 54, if order.buy { one } else { c"2" })?;
        set(&message, 55, c"BTCUSDT")?;
        set(&message, 59, c"0")?;
        set(&message, 60, &order.time_text)?;
        let (to, room) = (self.buffer.as_mut_ptr(), self.buffer.len() as u64);
        // SAFETY: `room` bytes may be written to `to`.
        let done = unsafe { FixMessage_readString(message.0, to, room) };
        (done == 0).then_some(())?;
        self.buffer.iter().position(|byte| *byte == 0)
    }
}

fn set_header(header: FixHeader_t, tag: i32, value: &CStr) -> Option<()> {
    // SAFETY: the header is alive, the value ends with a zero byte and is not kept.
    (unsafe { FixHeader_setField(header, tag, value.as_ptr()) } == 0).then_some(())
}

fn set(message: &Owned, tag: i32, value: &CStr) -> Option<()> {
    // SAFETY: the message is alive, the value ends with a zero byte and is not kept.
    (unsafe { FixMessage_setField(message.0, tag, value.as_ptr()) } == 0).then_some(())
}

impl Engine for QuickFix {
    fn name(&self) -> &'static str {
        "QuickFIX C++ 1.16.0"
    }

    fn decode(&mut self, messages: &[Vec<u8>]) -> u64 {
        messages.iter().filter(|message| self.parse(message).is_some()).count() as u64
    }

    fn decode_and_read(&mut self, messages: &[Vec<u8>]) -> u64 {
        let mut seen = Seen::default();
        for message in messages {
            let Some(message) = self.parse(message) else { continue };
            for tag in READ {
                // SAFETY: the message is alive.
                let value = unsafe { FixMessage_getField(message.0, tag.cast_signed()) };
                let Some(value) = value else { continue };
                // SAFETY: the value ends with a zero byte and lives as long as the message.
                seen.value(unsafe { CStr::from_ptr(value.as_ptr()) }.to_bytes());
            }
        }
        seen.0
    }

    fn encode(&mut self, orders: &[Order]) -> u64 {
        let mut written = Written::default();
        for order in orders {
            let length = self.write(order).unwrap_or(0);
            let bytes = &self.buffer[..length];
            // SAFETY: `c_char` and `u8` have the same layout.
            let bytes = unsafe { &*(std::ptr::from_ref(bytes) as *const [u8]) };
            written.message(bytes);
        }
        written.0
    }
}
