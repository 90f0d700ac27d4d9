//! Opening a WebSocket as a client.

use std::net::SocketAddr;

use super::connection::{WsConfig, WsConnection};
use super::handshake::ClientHandshake;
use crate::error::NetError;
use crate::tls::TlsClientConfig;
use crate::transport::Transport;
use crate::url::Url;

/// Starts to connect; TCP, TLS and the upgrade go on in [`WsConnection::handle_readable`].
///
/// `address` is what the host of `url` resolved to. `tls` is needed for `wss` only.
///
/// # Errors
/// As [`Transport::connect`].
pub fn connect(
    url: &Url,
    address: SocketAddr,
    tls: Option<&TlsClientConfig>,
    config: &WsConfig,
    now_ns: u64,
) -> Result<WsConnection, NetError> {
    let transport = Transport::connect(url, address, tls, config.tcp)?;
    let mut request = Vec::new();
    let (handshake, mask_seed) = ClientHandshake::new(url, &mut request)?;
    Ok(WsConnection::connecting(transport, handshake, &request, mask_seed, config, now_ns))
}
