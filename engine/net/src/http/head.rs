//! Reading a message head with `httparse` and deciding how its body ends.

use httparse::{Header, Status};

use super::HttpError;

/// Fields in one head; venues send about 20.
pub(super) const FIELDS_MAX: usize = 64;

/// Bytes in one head, the usual limit of web servers.
pub(super) const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Which of the two kinds of head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Response,
}

/// How the end of a body is found (RFC 9112, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    UntilClose,
}

/// What the reader must know about a complete head.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) size_bytes: usize,
    /// Zero for a request.
    pub(super) status: u16,
    pub(super) framing: Framing,
    pub(super) keep_alive: bool,
}

/// The start line and the fields of a head, borrowed from its bytes.
pub(super) struct Parsed<'a> {
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    pub(super) status: u16,
    minor_version: u8,
    size_bytes: usize,
}

/// Parses a head; `None` if it is not complete yet. `fields` is shortened to what was found.
pub(super) fn parse<'a, 'f>(
    kind: Kind,
    bytes: &'a [u8],
    fields: &'f mut [Header<'a>; FIELDS_MAX],
) -> Result<Option<(Parsed<'a>, &'f [Header<'a>])>, HttpError> {
    let (size, method, target, status, minor, count) = match kind {
        Kind::Request => {
            let mut request = httparse::Request::new(fields);
            let Status::Complete(size) = request.parse(bytes).map_err(refuse)? else {
                return Ok(None);
            };
            let (method, target) = (request.method, request.path);
            (size, method, target, None, request.version, request.headers.len())
        }
        Kind::Response => {
            let mut response = httparse::Response::new(fields);
            let Status::Complete(size) = response.parse(bytes).map_err(refuse)? else {
                return Ok(None);
            };
            (size, None, None, response.code, response.version, response.headers.len())
        }
    };
    let parsed = Parsed {
        method: method.unwrap_or_default(),
        target: target.unwrap_or_default(),
        status: status.unwrap_or_default(),
        minor_version: minor.unwrap_or_default(),
        size_bytes: size,
    };
    Ok(Some((parsed, &fields[..count])))
}

/// Reads a head as far as the message reader needs it; `None` if it is not complete yet.
pub(super) fn read(kind: Kind, bytes: &[u8]) -> Result<Option<Head>, HttpError> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let Some((parsed, fields)) = parse(kind, bytes, &mut fields)? else { return Ok(None) };
    let keep_alive = if parsed.minor_version == 0 {
        has_token(fields, "connection", "keep-alive")
    } else {
        !has_token(fields, "connection", "close")
    };
    let framing = framing(kind, parsed.status, fields)?;
    Ok(Some(Head {
        size_bytes: parsed.size_bytes,
        status: parsed.status,
        framing,
        keep_alive: keep_alive && framing != Framing::UntilClose,
    }))
}

/// Returns the value of the first field called `name`, in any case.
pub(super) fn find<'a>(fields: &[Header<'a>], name: &str) -> Option<&'a [u8]> {
    fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
}

/// Returns whether a list field such as `Connection` holds `token`, in any case.
pub(super) fn has_token(fields: &[Header<'_>], name: &str, token: &str) -> bool {
    fields
        .iter()
        .filter(|field| field.name.eq_ignore_ascii_case(name))
        .flat_map(|field| field.value.split(|&byte| byte == b','))
        .any(|part| part.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

fn framing(kind: Kind, status: u16, fields: &[Header<'_>]) -> Result<Framing, HttpError> {
    let no_body = kind == Kind::Response && matches!(status, 100..=199 | 204 | 304);
    let mut length = None;
    for field in fields.iter().filter(|field| field.name.eq_ignore_ascii_case("content-length")) {
        let value = decimal(field.value).ok_or(HttpError::BodyLength)?;
        if length.is_some_and(|known| known != value) {
            return Err(HttpError::BodyLength);
        }
        length = Some(value);
    }
    let mut encodings =
        fields.iter().filter(|field| field.name.eq_ignore_ascii_case("transfer-encoding"));
    if let Some(encoding) = encodings.next() {
        // Both lengths at once is how requests are smuggled past a proxy (RFC 9112, 6.3).
        let only_chunked = encoding.value.eq_ignore_ascii_case(b"chunked");
        if !only_chunked || encodings.next().is_some() || length.is_some() {
            return Err(HttpError::BodyLength);
        }
        return Ok(if no_body { Framing::Length(0) } else { Framing::Chunked });
    }
    Ok(match (no_body, length, kind) {
        (true, _, _) | (false, None, Kind::Request) => Framing::Length(0),
        (false, Some(length), _) => Framing::Length(length),
        (false, None, Kind::Response) => Framing::UntilClose,
    })
}

fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |value, &byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

const fn refuse(error: httparse::Error) -> HttpError {
    match error {
        httparse::Error::TooManyHeaders => HttpError::HeadTooBig,
        _ => HttpError::Malformed,
    }
}
