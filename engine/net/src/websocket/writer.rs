//! Encoding frames.

use super::{CONTROL_BYTES_MAX, Opcode, Role, mask};
use crate::random::SplitMix64;

/// Encodes frames of one side.
///
/// Hot: one copy of the payload; allocates only while `out` has not yet seen its largest burst.
#[derive(Clone, Debug)]
pub struct FrameWriter {
    role: Role,
    masks: SplitMix64,
}

impl FrameWriter {
    /// Creates an encoder. The masks of a client follow from `mask_seed`; a server needs none.
    ///
    /// Masks keep a *hostile payload* from fooling a proxy. What we send is our own, so they need
    /// not be secret, but take a fresh seed for each connection.
    pub const fn new(role: Role, mask_seed: u64) -> Self {
        Self { role, masks: SplitMix64::new(mask_seed) }
    }

    /// Appends a whole text message.
    pub fn text(&mut self, text: &[u8], out: &mut Vec<u8>) {
        self.frame(Opcode::Text.bits(), true, text, out);
    }

    /// Appends a whole binary message.
    pub fn binary(&mut self, payload: &[u8], out: &mut Vec<u8>) {
        self.frame(Opcode::Binary.bits(), true, payload, out);
    }

    /// Appends a ping.
    ///
    /// # Panics
    /// If the payload is longer than [`CONTROL_BYTES_MAX`].
    pub fn ping(&mut self, payload: &[u8], out: &mut Vec<u8>) {
        self.control(Opcode::Ping, payload, out);
    }

    /// Appends the answer to a ping, which repeats its payload.
    ///
    /// # Panics
    /// If the payload is longer than [`CONTROL_BYTES_MAX`]; that of a received ping never is.
    pub fn pong(&mut self, payload: &[u8], out: &mut Vec<u8>) {
        self.control(Opcode::Pong, payload, out);
    }

    /// Appends a close frame; a reason that does not fit is cut at a character.
    pub fn close(&mut self, code: u16, reason: &str, out: &mut Vec<u8>) {
        let reason = &reason[..reason.floor_char_boundary(CONTROL_BYTES_MAX - 2)];
        let mut payload = [0; CONTROL_BYTES_MAX];
        payload[..2].copy_from_slice(&code.to_be_bytes());
        payload[2..2 + reason.len()].copy_from_slice(reason.as_bytes());
        self.control(Opcode::Close, &payload[..2 + reason.len()], out);
    }

    /// Appends one fragment of a message: the first carries the opcode, the last ends it.
    ///
    /// # Panics
    /// If `opcode` is that of a control frame: those are never fragmented.
    pub fn fragment(
        &mut self,
        opcode: Opcode,
        first: bool,
        last: bool,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) {
        assert!(matches!(opcode, Opcode::Text | Opcode::Binary), "control frames stay whole");
        self.frame(if first { opcode.bits() } else { 0 }, last, payload, out);
    }

    fn control(&mut self, opcode: Opcode, payload: &[u8], out: &mut Vec<u8>) {
        assert!(payload.len() <= CONTROL_BYTES_MAX, "a control frame holds 125 bytes");
        self.frame(opcode.bits(), true, payload, out);
    }

    fn frame(&mut self, opcode: u8, last: bool, payload: &[u8], out: &mut Vec<u8>) {
        let masked = if self.role == Role::Client { 0x80 } else { 0 };
        out.push(if last { 0x80 } else { 0 } | opcode);
        let length = payload.len();
        match (u8::try_from(length), u16::try_from(length)) {
            (Ok(short @ 0..=125), _) => out.push(masked | short),
            (_, Ok(medium)) => {
                out.push(masked | 126);
                out.extend_from_slice(&medium.to_be_bytes());
            }
            _ => {
                out.push(masked | 127);
                out.extend_from_slice(&(length as u64).to_be_bytes());
            }
        }
        if self.role == Role::Server {
            out.extend_from_slice(payload);
            return;
        }
        let [key @ .., _, _, _, _] = self.masks.next_u64().to_le_bytes();
        out.extend_from_slice(&key);
        let start = out.len();
        out.extend_from_slice(payload);
        mask::apply(&mut out[start..], key);
    }
}
