//! From a session's transmit buffer to a connection.
//!
//! Hot: over a plain connection one write if something waits, nothing otherwise.

use gannet_fix::{Session, Store};
use gannet_net::NetError;
use gannet_net::tcp::WriteOutcome;
use gannet_net::transport::Transport;

/// Writes what waits, as far as the connection takes it; returns whether anything was written.
///
/// Bounded by the transmit buffer and a replay: every turn takes bytes out of them.
///
/// # Errors
/// The connection is lost.
#[inline]
pub fn flush<S: Store>(
    session: &mut Session<S>,
    connection: &mut Transport,
) -> Result<bool, NetError> {
    let mut wrote = false;
    loop {
        let pending = session.poll_transmit();
        if pending.is_empty() {
            break;
        }
        match connection.write(pending)? {
            WriteOutcome::Bytes(count) => {
                session.consume_transmit(count);
                wrote = true;
            }
            WriteOutcome::WouldBlock => return Ok(wrote),
        }
    }
    // Encrypted bytes may wait in the stream; a plain one never has any.
    if connection.wants_write() {
        connection.flush()?;
    }
    Ok(wrote)
}
