//! WebSocket (RFC 6455): a zero-copy frame codec, the handshake, and connections made of both.
//!
//! [`FrameReader`] and [`FrameWriter`] are sans-IO and serve both sides; [`WsConnection`] joins them
//! to a [`crate::transport::Transport`]. Extensions and sub-protocols are never offered.
//!
//! Our own codec instead of the library's because it lends the payload out of the receive buffer:
//! `examples/ws_speed.rs` measures both in one run.

pub mod client;
mod connection;
mod handshake;
mod mask;
mod reader;
pub mod server;
mod writer;

pub use connection::{WsConfig, WsConnection};
pub use handshake::HandshakeError;
pub use reader::{Frame, FrameReader, FrameReaderConfig};
pub use writer::FrameWriter;

/// Payload bytes of a control frame at most (RFC 6455, section 5.5).
pub const CONTROL_BYTES_MAX: usize = 125;

/// Which side we are; decides who masks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// We mask, the peer must not.
    Client,
    /// The peer masks, we do not.
    Server,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// UTF-8 text.
    Text,
    /// Any bytes.
    Binary,
    /// The peer is leaving, with a code and a reason: see [`close_code`].
    Close,
    /// Answer with a pong that repeats the payload.
    Ping,
    /// The answer to a ping, or a sign of life.
    Pong,
}

impl Opcode {
    const fn bits(self) -> u8 {
        match self {
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xA,
        }
    }
}

/// Close codes that we send (RFC 6455, section 7.4.1).
pub mod close {
    /// Done, in order.
    pub const NORMAL: u16 = 1000;
    /// Shutting down.
    pub const GOING_AWAY: u16 = 1001;
    /// The peer broke the protocol.
    pub const PROTOCOL_ERROR: u16 = 1002;
    /// Text that is not UTF-8.
    pub const INVALID_DATA: u16 = 1007;
    /// A message above our cap.
    pub const TOO_BIG: u16 = 1009;
}

/// How the peer broke the protocol.
///
/// For every variant: send a close frame with [`Self::close_code`], disconnect, connect anew. A
/// connection of ours has already sent the frame. Nothing after the broken frame is readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebSocketError {
    /// A reserved bit is set although no extension was agreed.
    #[error("reserved bits set without an agreed extension")]
    ReservedBits,
    /// A kind of frame that does not exist.
    #[error("unknown opcode {0:#x}")]
    UnknownOpcode(u8),
    /// A control frame above 125 bytes or in fragments.
    #[error("control frame too long or fragmented")]
    Control,
    /// A client sent a frame without mask.
    #[error("frame of a client without mask")]
    Unmasked,
    /// A server sent a masked frame.
    #[error("frame of a server with mask")]
    Masked,
    /// A continuation without a start, or a new message inside an unfinished one.
    #[error("fragments out of order")]
    Fragments,
    /// A frame above the cap; raise the cap if the peer is right.
    #[error("frame of {size_bytes} bytes above the cap of {size_bytes_max}")]
    FrameTooBig {
        /// What the header says.
        size_bytes: u64,
        /// The cap.
        size_bytes_max: u64,
    },
    /// A fragmented message above the cap; raise the cap if the peer is right.
    #[error("message above the cap of {size_bytes_max} bytes")]
    MessageTooBig {
        /// The cap.
        size_bytes_max: u64,
    },
    /// Text or a close reason that is not UTF-8.
    #[error("text is not UTF-8")]
    Utf8,
    /// A close frame with half a code or a code that must not be sent.
    #[error("malformed close frame")]
    Close,
}

impl WebSocketError {
    /// Returns the close code that tells the peer what was wrong.
    pub const fn close_code(self) -> u16 {
        match self {
            Self::FrameTooBig { .. } | Self::MessageTooBig { .. } => close::TOO_BIG,
            Self::Utf8 => close::INVALID_DATA,
            Self::ReservedBits
            | Self::UnknownOpcode(_)
            | Self::Control
            | Self::Unmasked
            | Self::Masked
            | Self::Fragments
            | Self::Close => close::PROTOCOL_ERROR,
        }
    }
}

/// Reads the payload of a close frame: code and reason, or `None` if the peer gave none.
///
/// # Errors
/// Half a code, a code that must not be sent, or a reason that is not UTF-8.
pub fn close_code(payload: &[u8]) -> Result<Option<(u16, &str)>, WebSocketError> {
    match payload {
        [] => Ok(None),
        [_] => Err(WebSocketError::Close),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            // 1004 to 1006 and 1015 are reserved, 1016 to 2999 belong to future standards.
            if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
                return Err(WebSocketError::Close);
            }
            let reason = std::str::from_utf8(reason).map_err(|_| WebSocketError::Utf8)?;
            Ok(Some((code, reason)))
        }
    }
}

#[cfg(test)]
mod tests;
