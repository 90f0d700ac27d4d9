//! An initiator's line to its counterparty: where the connection stands, when it may be made, and
//! in words why it ended. What the links of orders and of market data have in common.

use gannet_fix::codec::timestamp::{Precision, Timestamps};
use gannet_fix::session::{Config, DisconnectReason, State};
use gannet_fix::{Session, Store};
use gannet_net::NetError;
use gannet_net::tls::TlsError;
use gannet_net::transport::Transport;
use gannet_types::Nanos;

/// Bytes taken from the socket at once: some hundred messages.
pub(super) const READ_BYTES: usize = 64 * 1024;

/// How long a connection attempt may take.
pub(super) const CONNECT_TIMEOUT: Nanos = Nanos(5_000_000_000);

/// Where the connection stands.
pub(super) enum Socket {
    /// Connect again at this time.
    Waiting(Nanos),
    /// Connecting; given up at this time.
    Connecting(Transport, Nanos),
    Connected(Transport),
}

impl Socket {
    /// The attempt has succeeded: the connection stands.
    pub(super) fn stand(&mut self) {
        *self = match std::mem::replace(self, Self::Waiting(Nanos::ZERO)) {
            Self::Connecting(stream, _) => Self::Connected(stream),
            other => other,
        };
    }
}

/// How a connection ended without the session's doing.
pub(super) enum Gone {
    /// The counterparty closed it.
    Closed,
    /// It broke, or was never trusted.
    Failed(NetError),
}

impl Gone {
    /// Many counterparties end a TLS stream without its closing message; a FIX session has its own.
    pub(super) fn of(error: NetError) -> Self {
        match &error {
            NetError::Tls(reason) if matches!(**reason, TlsError::Truncated) => Self::Closed,
            _ => Self::Failed(error),
        }
    }
}

/// The end of a connection.
pub(super) struct End {
    /// Before the Logon is answered, the address has not proved to be any good.
    pub(super) refused: bool,
    /// Why it ended.
    pub(super) text: String,
}

/// Says how a connection ended: by the session, or without it. `peer` is "broker" or "venue".
#[cold]
pub(super) fn end_of<S: Store>(
    session: &Session<S>,
    over: Option<DisconnectReason>,
    gone: Option<&Gone>,
    peer: &str,
) -> End {
    let refused = over == Some(DisconnectReason::LogonRefused)
        || over == Some(DisconnectReason::LogonTimeout)
        || session.state() == State::AwaitingLogon;
    let text = match (over, gone) {
        (Some(DisconnectReason::LogonRefused), _) => {
            format!("the Logon was refused: {}", session.logon_refusal())
        }
        (Some(reason), _) => reason.to_string(),
        (None, Some(Gone::Failed(error))) => format!("the connection failed: {error}"),
        (None, _) if refused => format!(
            "the {peer} closed the connection without an answer to the Logon; are the CompIDs \
             right, and is the session open now?"
        ),
        (None, _) => "the connection was lost".to_owned(),
    };
    End { refused, text }
}

/// Returns when the session opens, if its schedule has it closed now; the end of time if it never
/// does.
pub(super) fn closed_until(config: &Config, now: Nanos) -> Option<Nanos> {
    let schedule = config.schedule.as_ref()?;
    let is_closed = schedule.window(now.0).is_none();
    is_closed.then(|| Nanos(schedule.next_start(now.0).unwrap_or(u64::MAX)))
}

/// Says that the session opens at `opens`.
#[cold]
pub(super) fn closed_text(opens: Nanos) -> String {
    let mut format = Timestamps::new(Precision::Seconds);
    let time = String::from_utf8_lossy(format.format(opens.0)).into_owned();
    format!("outside of the session's schedule, which opens at {time} UTC")
}
