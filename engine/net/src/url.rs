//! The addresses we are given: `ws`, `wss`, `http` and `https` URLs, nothing else.
//!
//! Everything that cannot be sent safely in a request line is refused here, so that later stages
//! may copy the parts into a head without looking again.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// How to speak and whether to encrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// WebSocket over TCP.
    Ws,
    /// WebSocket over TLS.
    Wss,
    /// HTTP over TCP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    /// Returns whether the stream is encrypted.
    pub const fn is_tls(self) -> bool {
        matches!(self, Self::Wss | Self::Https)
    }

    const fn default_port(self) -> u16 {
        if self.is_tls() { 443 } else { 80 }
    }
}

/// A parsed address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// How to speak.
    pub scheme: Scheme,
    /// Host name or address, IPv6 without brackets.
    pub host: String,
    /// The given port, or the usual one of the scheme.
    pub port: u16,
    /// Path and query, starting with `/`.
    pub path_and_query: String,
}

/// Why a text is not an address we can use; correct the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not one of the four schemes.
    #[error("expected ws://, wss://, http:// or https://")]
    Scheme,
    /// Empty host, user name in it, or a character that no host has.
    #[error("the host is missing or holds a character that no host has")]
    Host,
    /// The port is not a number from 1 to 65535.
    #[error("the port is not a number from 1 to 65535")]
    Port,
    /// A space, control or non-ASCII character, or a fragment, in path or query.
    #[error("path or query holds a character that must be percent-encoded, or a fragment")]
    Path,
}

impl Url {
    /// Parses an absolute address.
    ///
    /// # Errors
    /// The part that is wrong.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::Scheme)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "ws" => Scheme::Ws,
            "wss" => Scheme::Wss,
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(UrlError::Scheme),
        };
        let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(authority_end);
        let (host, port) = split_authority(authority)?;
        let port = match port {
            None => scheme.default_port(),
            Some(digits) => parse_port(digits)?,
        };
        if path.contains('#') || !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(UrlError::Path);
        }
        let slash = if path.starts_with('/') { "" } else { "/" };
        let path_and_query = format!("{slash}{path}");
        Ok(Self { scheme, host: host.to_owned(), port, path_and_query })
    }

    /// Returns host and port as the `Host` header wants them: brackets for IPv6, no usual port.
    pub fn authority(&self) -> String {
        let v6 = self.host.contains(':');
        let host = if v6 { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == self.scheme.default_port() { host } else { format!("{host}:{}", self.port) }
    }

    /// Returns the first socket address of the host.
    ///
    /// **Blocks** while the system resolves a name: call it from a thread that may wait, and keep
    /// the answer for reconnects.
    ///
    /// # Errors
    /// What the resolver said; `NotFound` if it knows no address.
    pub fn resolve(&self) -> io::Result<SocketAddr> {
        (self.host.as_str(), self.port)
            .to_socket_addrs()?
            .next()
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the host has no address"))
    }
}

fn split_authority(authority: &str) -> Result<(&str, Option<&str>), UrlError> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(UrlError::Host)?;
        if !host.contains(':') || !host.bytes().all(|b| b.is_ascii_hexdigit() || b":.".contains(&b))
        {
            return Err(UrlError::Host);
        }
        return match after.strip_prefix(':') {
            Some(digits) => Ok((host, Some(digits))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(UrlError::Port),
        };
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, digits)) => (host, Some(digits)),
        None => (authority, None),
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if host.is_empty() || !host.bytes().all(allowed) {
        return Err(UrlError::Host);
    }
    Ok((host, port))
}

fn parse_port(digits: &str) -> Result<u16, UrlError> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UrlError::Port);
    }
    match digits.parse() {
        Ok(0) | Err(_) => Err(UrlError::Port),
        Ok(port) => Ok(port),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, scheme: Scheme, host: &str, port: u16, path: &str, authority: &str) {
        let url = Url::parse(text).expect("a good address");
        assert_eq!((url.scheme, url.host.as_str(), url.port), (scheme, host, port));
        assert_eq!(url.path_and_query, path);
        assert_eq!(url.authority(), authority);
    }

    #[test]
    fn good_addresses() {
        check("ws://127.0.0.1:9001", Scheme::Ws, "127.0.0.1", 9001, "/", "127.0.0.1:9001");
        check("WSS://a.b/ws?x=1", Scheme::Wss, "a.b", 443, "/ws?x=1", "a.b");
        check("http://h:80/p", Scheme::Http, "h", 80, "/p", "h");
        check("https://h?q=%20", Scheme::Https, "h", 443, "/?q=%20", "h");
        check("http://[::1]:8080/x", Scheme::Http, "::1", 8080, "/x", "[::1]:8080");
    }

    #[test]
    fn bad_addresses() {
        for (text, error) in [
            ("", UrlError::Scheme),
            ("127.0.0.1:80", UrlError::Scheme),
            ("ftp://h/", UrlError::Scheme),
            ("ws://", UrlError::Host),
            ("ws://user@h/", UrlError::Host),
            ("ws://h h/", UrlError::Host),
            ("ws://[::1", UrlError::Host),
            ("ws://[]/", UrlError::Host),
            ("ws://h:/", UrlError::Port),
            ("ws://h:0", UrlError::Port),
            ("ws://h:+80", UrlError::Port),
            ("ws://h:65536", UrlError::Port),
            ("ws://[::1]80", UrlError::Port),
            ("ws://h/a b", UrlError::Path),
            ("ws://h/a\r\nX: y", UrlError::Path),
            ("ws://h/#a", UrlError::Path),
        ] {
            assert_eq!(Url::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_answer(text in "(ws|https)?(://)?\\PC{0,40}") {
            if let Ok(url) = Url::parse(&text) {
                prop_assert!(url.path_and_query.starts_with('/'));
            }
        }
    }
}
