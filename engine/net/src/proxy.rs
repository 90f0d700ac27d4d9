//! The PROXY protocol, version 2: what a load balancer puts in front of a connection to say whose
//! it is (HAProxy, "The PROXY protocol", 2020-03-05, section 2.2).
//!
//! ```text
//! 0   signature, 12 bytes
//! 12  version 2 (4 bits) | command (4 bits): 0 LOCAL, 1 PROXY
//! 13  family (4 bits): 1 IPv4, 2 IPv6 | transport (4 bits): 1 stream
//! 14  length of the rest, 16 bits
//! 16  source and destination addresses, ports, then extensions (type, length, value)
//! ```
//! Believe a header only of peers that are known to be proxies: anybody can write one. Version 1,
//! a line of text, is refused: it has no bound that a first read must find.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// How a header of version 1 begins.
const VERSION_1: &[u8] = b"PROXY ";

const FIXED_BYTES: usize = 16;

/// Most bytes that may follow the fixed part: addresses are 36 at most, extensions such as a
/// client certificate's name some hundred.
pub const REST_BYTES_MAX: usize = 2048;

/// The extension that holds a CRC32C over the header, its own value counted as zero.
const CHECKSUM_EXTENSION: u8 = 0x03;

/// A header that is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyHeader {
    /// Whose connection it is; `None` if it is the proxy's own, such as a health check, or of a
    /// family without addresses.
    pub source: Option<SocketAddr>,
    /// Its bytes; the conversation follows.
    pub bytes: usize,
}

/// Why the beginning of a connection is no header. Close the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// The bytes begin otherwise.
    #[error("the proxy sends no PROXY header")]
    Missing,
    /// Configure version 2 in the proxy.
    #[error("the proxy speaks version 1 of the PROXY protocol; only version 2 is accepted")]
    Version1,
    /// A version or command that nobody knows.
    #[error("the PROXY header has an unknown version, command or family")]
    Unknown,
    /// More bytes than [`REST_BYTES_MAX`] follow.
    #[error("the PROXY header is longer than {REST_BYTES_MAX} bytes")]
    TooLong,
    /// The addresses or extensions do not fit into the length.
    #[error("the PROXY header contradicts its length")]
    Truncated,
    /// The checksum is wrong.
    #[error("the PROXY header's checksum is wrong")]
    Checksum,
}

impl ProxyHeader {
    /// Reads the header at the start of a connection; `None`: more bytes are needed.
    ///
    /// Cost: no allocation; at most [`REST_BYTES_MAX`] bytes are looked at.
    ///
    /// # Errors
    /// The bytes are not the beginning of a header.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, ProxyError> {
        let seen = bytes.len().min(SIGNATURE.len());
        if bytes[..seen] != SIGNATURE[..seen] {
            let old = bytes.len().min(VERSION_1.len());
            let is_old = old > 1 && bytes[..old] == VERSION_1[..old];
            return Err(if is_old { ProxyError::Version1 } else { ProxyError::Missing });
        }
        let Some((fixed, rest)) = bytes.split_at_checked(FIXED_BYTES) else { return Ok(None) };
        let rest_bytes = usize::from(u16::from_be_bytes([fixed[14], fixed[15]]));
        if fixed[12] >> 4 != 2 {
            return Err(ProxyError::Unknown);
        }
        if rest_bytes > REST_BYTES_MAX {
            return Err(ProxyError::TooLong);
        }
        let Some(rest) = rest.get(..rest_bytes) else { return Ok(None) };
        let (source, extensions) = match fixed[12] & 0xf {
            0 => (None, &[][..]),
            1 => addresses(fixed[13], rest)?,
            _ => return Err(ProxyError::Unknown),
        };
        let header = &bytes[..FIXED_BYTES + rest_bytes];
        check_extensions(header, extensions)?;
        Ok(Some(Self { source, bytes: header.len() }))
    }
}

/// Returns the source and what follows the addresses.
fn addresses(family: u8, rest: &[u8]) -> Result<(Option<SocketAddr>, &[u8]), ProxyError> {
    let (address_bytes, is_stream) = match family >> 4 {
        // Not said, or a socket of the proxy's own machine.
        0 => return Ok((None, &[])),
        3 => (216, false),
        1 => (12, family & 0xf == 1),
        2 => (36, family & 0xf == 1),
        _ => return Err(ProxyError::Unknown),
    };
    let (addresses, extensions) =
        rest.split_at_checked(address_bytes).ok_or(ProxyError::Truncated)?;
    if !is_stream {
        return Ok((None, extensions));
    }
    let port = |at: usize| u16::from_be_bytes([addresses[at], addresses[at + 1]]);
    let source = if let Some(ip) = addresses.first_chunk::<16>().filter(|_| address_bytes == 36) {
        SocketAddr::new(IpAddr::V6(Ipv6Addr::from(*ip)), port(32))
    } else {
        let ip = [addresses[0], addresses[1], addresses[2], addresses[3]];
        SocketAddr::new(IpAddr::V4(Ipv4Addr::from(ip)), port(8))
    };
    Ok((Some(source), extensions))
}

/// Walks the extensions, of which only the checksum concerns us.
fn check_extensions(header: &[u8], mut extensions: &[u8]) -> Result<(), ProxyError> {
    while let [kind, high, low, rest @ ..] = extensions {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (value, after) = rest.split_at_checked(length).ok_or(ProxyError::Truncated)?;
        if *kind == CHECKSUM_EXTENSION {
            let said = value.try_into().map(u32::from_be_bytes);
            let at = header.len() - after.len() - length;
            let crc = crc32c::crc32c(&header[..at]);
            let crc = crc32c::crc32c_append(crc, &[0; 4]);
            let crc = crc32c::crc32c_append(crc, after);
            if said.ok() != Some(crc) {
                return Err(ProxyError::Checksum);
            }
        }
        extensions = after;
    }
    if extensions.is_empty() { Ok(()) } else { Err(ProxyError::Truncated) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_vec();
        bytes.extend([0x20 | command, family]);
        bytes.extend(u16::try_from(rest.len()).expect("short").to_be_bytes());
        bytes.extend(rest);
        bytes
    }

    const V4: [u8; 12] = [192, 0, 2, 7, 10, 0, 0, 1, 0x1f, 0x90, 0x01, 0xbb];

    /// The header of `V4` with a checksum over it.
    fn with_checksum() -> Vec<u8> {
        let mut bytes =
            header(1, 0x11, &[&V4[..], &[CHECKSUM_EXTENSION, 0, 4, 0, 0, 0, 0]].concat());
        let at = bytes.len() - 4;
        let crc = crc32c::crc32c(&bytes).to_be_bytes();
        bytes[at..].copy_from_slice(&crc);
        bytes
    }

    #[track_caller]
    fn check(bytes: &[u8], source: Option<&str>) {
        let source = source.map(|text| text.parse().expect("an address"));
        let whole = Ok(Some(ProxyHeader { source, bytes: bytes.len() }));
        assert_eq!(ProxyHeader::parse(bytes), whole);
        assert_eq!(ProxyHeader::parse(&[bytes, b"8=FIX"].concat()), whole, "more may follow");
        for cut in 0..bytes.len() {
            assert_eq!(ProxyHeader::parse(&bytes[..cut]), Ok(None), "cut at {cut}");
        }
    }

    #[test]
    fn the_source_is_the_clients() {
        check(&header(1, 0x11, &V4), Some("192.0.2.7:8080"));
        check(&header(1, 0x11, &[&V4[..], &[4, 0, 2, 1, 2]].concat()), Some("192.0.2.7:8080"));
        let mut v6 = [0; 36];
        (v6[0], v6[15], v6[33]) = (0x20, 0x01, 99);
        check(&header(1, 0x21, &v6), Some("[2000::1]:99"));
        check(&with_checksum(), Some("192.0.2.7:8080"));
    }

    #[test]
    fn a_health_check_has_no_source() {
        check(&header(0, 0, &[]), None);
        check(&header(0, 0x11, &V4), None);
        check(&header(1, 0, &[]), None);
        check(&header(1, 0x12, &V4), None);
        check(&header(1, 0x31, &[0; 216]), None);
    }

    #[test]
    fn what_is_no_header_is_refused_at_once() {
        let refused = |bytes: &[u8]| ProxyHeader::parse(bytes).expect_err("no header");
        assert_eq!(refused(b"8"), ProxyError::Missing);
        assert_eq!(refused(b"8=FIX.4.4\x019=5"), ProxyError::Missing);
        assert_eq!(refused(b"\r\n\r\n\0\r\nQUIX"), ProxyError::Missing);
        assert_eq!(refused(b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n"), ProxyError::Version1);
        assert_eq!(refused(&header(2, 0x11, &V4)), ProxyError::Unknown);
        assert_eq!(refused(&header(1, 0x41, &V4)), ProxyError::Unknown);
        assert_eq!(refused(&header(1, 0x11, &V4[..11])), ProxyError::Truncated);
        assert_eq!(refused(&header(1, 0x11, &[&V4[..], &[4, 0]].concat())), ProxyError::Truncated);
        assert_eq!(
            refused(&header(1, 0x11, &[&V4[..], &[4, 0, 9, 1]].concat())),
            ProxyError::Truncated
        );
        assert_eq!(refused(&header(1, 0x11, &[0; REST_BYTES_MAX + 1])), ProxyError::TooLong);
        let mut version_3 = header(1, 0x11, &V4);
        version_3[12] = 0x31;
        assert_eq!(refused(&version_3), ProxyError::Unknown);
        let mut wrong = with_checksum();
        wrong[20] ^= 1;
        assert_eq!(refused(&wrong), ProxyError::Checksum);
    }

    proptest! {
        #[test]
        fn foreign_bytes_never_panic(rest in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut bytes = SIGNATURE.to_vec();
            bytes.extend(&rest);
            if let Ok(Some(header)) = ProxyHeader::parse(&bytes) {
                prop_assert!(header.bytes <= bytes.len());
            }
            let _ = ProxyHeader::parse(&rest);
        }
    }
}
